// What things are called beside each other.

const byIri = new Map(graph.nodes.map((node) => [node.iri, node]));
const types = new Map(graph.types.map((type) => [type.key, type]));
const programs = graph.nodes.filter(isProgram);
const hasSeveralPrograms = programs.length > 1;

function isProgram(node) {
  return node.type.key === "Program";
}

// Names of programs often begin alike ("Cigna Collaborative Accountable Care Program - ..."), but for
// an acronym or a space; beside each other, what follows the dash or colon sets them apart.
const START = /^.{8,}?(?: [-\u2013\u2014|] |: |- )(?=\S)/u;
const starts = new Map();
const startOf = (program) => START.exec(program.label)?.[0] ?? "";
const keyOf = (start) => start.replace(/\([^)]*\)/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim().toLowerCase();
for (const key of programs.map((program) => keyOf(startOf(program)))) starts.set(key, (starts.get(key) ?? 0) + 1);

function shortName(node) {
  const start = isProgram(node) ? startOf(node) : "";
  return starts.get(keyOf(start)) > 1 ? node.label.slice(start.length) : node.label;
}

// What tells a thing from others of its name: its kind, and the program that it is a part of.
function kindOf(node) {
  const owner = node.kind && node.programs.length === 1 && hasSeveralPrograms ? ` \u00b7 ${shortName(nodeOf(node.programs[0]))}` : "";
  return node.type.one + owner;
}

const inCount = (number) => number.toLocaleString("en");
const counted = (number, one, many) => `${inCount(number)} ${number === 1 ? one : many}`;

function listed(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
