// What the page knows: questions, what may be given for their parameters, names of the model.

const setting = await readData("setting");
const questions = new Map(setting.questions.map((question) => [question.name, question]));

const inCount = (number) => number.toLocaleString("en");
const counted = (number, one, many = `${one}s`) => `${inCount(number)} ${number === 1 ? one : many}`;

async function unpacked(name) {
  const packed = new Blob([bytesOf(document.getElementById(name).textContent)]);
  return new Response(packed.stream().pipeThrough(new DecompressionStream("deflate")));
}
