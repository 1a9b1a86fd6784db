// The answer: rows to read, and files.

const MOST_ROWS = 1000;
const NAMES = ["Label", "Title"]; // a column with such an ending names what the one without identifies
const FILES = {
  rows: [["CSV", "csv", "text/csv"], ["TSV", "tsv", "text/tab-separated-values"], ["JSON", "json", "application/sparql-results+json"]],
  graph: [["Turtle", "ttl", "text/turtle"], ["N-Triples", "nt", "application/n-triples"]],
  boolean: [],
};

function tell(text, isFault = false) {
  const told = document.getElementById("told");
  told.classList.toggle("fault", isFault);
  told.textContent = text;
}

function showAnswer(found, asked, seconds) {
  const about = asked.thing ? `${asked.thing}: ` : "";
  const time = `in ${seconds < 0.1 ? seconds.toFixed(2) : seconds.toFixed(1)} s`;
  const noun = found.kind === "graph" ? "statement" : "row";
  if (found.kind === "boolean") tell(`${found.isTrue ? "Yes" : "No"} (${time})`);
  else if (found.total === 0) tell(`No ${noun}s ${time}${asked.question?.emptyMeans ? `: ${asked.question.emptyMeans}` : ""}`);
  else tell(`${about}${counted(found.total, noun)} ${time}${found.total > found.rows.length ? `; the first ${inCount(found.rows.length)} are shown, files hold all` : ""}`);
  const files = document.getElementById("files");
  files.replaceChildren(...FILES[found.kind].map(([name, ending, format]) => button(name, () => saveFile(asked, ending, format))), copyButton());
  files.hidden = false;
  const rows = document.getElementById("rows");
  rows.hidden = found.kind === "boolean" || found.total === 0;
  rows.replaceChildren(...(rows.hidden ? [] : [table(found, asked)]));
  rows.scrollTo(0, 0);
}

function copyButton() {
  const copy = button("Copy the address of this answer", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      copy.textContent = "Copied";
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error; // a frame without a clipboard
      copy.textContent = "Copying is not allowed here";
    }
  });
  return copy;
}

async function saveFile({ text }, ending, format) {
  try {
    const { file } = await engine("write", { text: withPrefixes(text), format });
    save(`answer.${ending}`, new Blob([file], { type: format }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    tell(error.message, true);
  }
}

const ownName = (name) => NAMES.map((end) => (name.endsWith(end) ? name.slice(0, -end.length) : name)).find((own) => own !== name) ?? name;
const inWords = (name) => name.replace(/\p{Lu}/gu, (letter) => ` ${letter.toLowerCase()}`).trim();

// Columns as people read them: a name for what it names, and nothing that only repeats the question.
function readable({ columns }, asked) {
  const echoes = new Set(asked.question?.echoes ?? []);
  const named = new Set(columns.filter((name) => ownName(name) !== name && columns.includes(ownName(name))).map(ownName));
  return columns
    .map((name, place) => ({ name: inWords(ownName(name)), place, behind: ownName(name) === name ? place : columns.indexOf(ownName(name)), column: name }))
    .filter(({ column }) => !named.has(column) && !echoes.has(column));
}

function table(found, asked) {
  const shown = readable(found, asked);
  const head = make("tr", {}, ...shown.map(({ name }) => make("th", { scope: "col" }, name)));
  const body = found.rows.map((row) => make("tr", {}, ...shown.map(({ place, behind }) => cell(row[place], row[behind]))));
  return make("table", {}, make("thead", {}, head), make("tbody", {}, ...body));
}

// A value; what is a thing leads to all that is said of it.
function cell(term, behind) {
  const said = term ?? behind;
  if (!said) return make("td", {});
  const name = term === behind || !term ? short(said.value) : term.value;
  if (behind?.type === "uri") return make("td", {}, button(name, () => askAbout(behind.value, name), { class: "plainlink", title: behind.value, dir: "auto" }));
  const isNumber = /#(integer|decimal|double|nonNegativeInteger)$/.test(said.datatype ?? "");
  const text = said.datatype === `${XSD}boolean` ? { true: "yes", false: "no" }[said.value] ?? said.value : said.value;
  return make("td", isNumber ? { class: "number" } : {}, words(typeof text === "string" ? text : JSON.stringify(text)));
}

function short(iri) {
  const fitting = Object.entries(setting.prefixes).filter(([, space]) => iri.startsWith(space));
  const [name, space] = fitting.sort((a, b) => b[1].length - a[1].length)[0] ?? [];
  return name ? `${name}:${iri.slice(space.length)}` : iri;
}
