// Asks, answers, and keeps the question in the address, so that it can be mailed.

let newest = 0; // the newest request: what an older one finds is not shown
const asking = document.getElementById("asking");

async function ask(thing = null) {
  newest += 1;
  const mine = newest;
  const stopButton = document.getElementById("stop");
  const slow = setTimeout(() => { stopButton.hidden = false; tell("Asking…"); }, 300);
  try {
    const text = chosen ? await writeQuery() : withUsedPrefixes(editor.getValue());
    if (text !== editor.getValue()) setText(text);
    const asked = { text, question: chosen, thing };
    writeAddress();
    const start = performance.now();
    const found = await engine("ask", { text: withPrefixes(text), most: MOST_ROWS });
    if (mine === newest) showAnswer(found, asked, (performance.now() - start) / 1000);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (mine === newest) tellFault(error.message);
  } finally {
    clearTimeout(slow);
    if (mine === newest) stopButton.hidden = true;
    document.documentElement.dataset.state = "ready";
  }
}

function tellFault(message) {
  tell(message, true);
  document.getElementById("files").hidden = true;
  document.getElementById("rows").hidden = true;
}

// Everything that is said of a thing, with the words.
async function askAbout(iri, name) {
  chooseQuestion("");
  newest += 1;
  const mine = newest;
  const { terms } = await engine("spell", { terms: [{ iri }] });
  if (mine !== newest) return; // something else was asked meanwhile
  setText(fillSlots(setting.about, new Map([["thing", terms[0]]])));
  await ask(name);
  document.getElementById("answer").focus();
}

function writeAddress() {
  const said = new URLSearchParams(chosen ? [["question", chosen.name], ...givenValues()] : [["query", editor.getValue()]]);
  try {
    history.replaceState(null, "", `#${said}`);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // a frame without an address, as in Jupyter
  }
}

// What the address says is looked up, or is a query that only reads.
function readAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  const name = said.get("question");
  if (questions.has(name)) chooseQuestion(name, Object.fromEntries(said));
  else if (said.get("query")) setText(said.get("query"));
  else chooseQuestion("payers-and-provider-groups");
  document.getElementById("query").open = !chosen;
}

document.getElementById("question").addEventListener("change", (event) => {
  chooseQuestion(event.target.value);
  if (!chosen) document.getElementById("query").open = true;
  else ask();
});
asking.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
asking.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    ask();
  }
});
document.getElementById("stop").addEventListener("click", stop);
window.addEventListener("hashchange", () => {
  readAddress();
  ask();
});

document.querySelector("main").hidden = false;
readAddress();
editor.refresh();
await ask();
