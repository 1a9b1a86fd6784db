// The editor of queries; where it cannot be started, a plain field does.

let isOurs = false; // whether the text is being set by us

const { Yasqe } = window.Yasgui;

function completions() {
  const own = [];
  const add = (kind, get, options) => {
    Yasqe.forkAutocompleter(kind, { name: `kg-${kind}`, persistenceId: null, ...options, get }, false);
    own.push(`kg-${kind}`);
  };
  const beginning = (terms) => (_, token) => Promise.resolve(terms.filter((term) => term.startsWith(token?.autocompletionString ?? "")));
  const lines = Object.entries(setting.prefixes).map(([name, iri]) => `${name}: <${iri}>`);
  add("prefixes", () => Promise.resolve(lines), {});
  add("class", beginning(setting.classes), { bulk: false });
  add("property", beginning(setting.properties), { bulk: false });
  return ["variables", ...own];
}

Yasqe.defaults.autocompleters = completions();

const editor = new Yasqe(document.getElementById("editor"), {
  persistenceId: null,
  showQueryButton: false,
  createShareableLink: null,
  resizeable: false,
  editorHeight: "auto",
  lineWrapping: true,
  viewportMargin: Infinity, // as high as its text, so that nothing scrolls within the page
  collapsePrefixesOnLoad: true,
  screenReaderLabel: "SPARQL query",
  extraKeys: { "Ctrl-Enter": () => ask(), "Cmd-Enter": () => ask(), Tab: false, "Shift-Tab": false },
});

// The editor's grammar knows no other ends of lines than \n; SPARQL reads an escape as the letter.
editor.on("beforeChange", (_, change) => {
  const text = change.text.map((line) => line.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029"));
  if (text.some((line, place) => line !== change.text[place])) change.update(change.from, change.to, text);
});

function setText(text) {
  isOurs = true;
  editor.setValue(text);
  isOurs = false;
}

// Who changes the text asks a query of their own.
editor.on("change", () => {
  if (!isOurs && chosen) chooseQuestion("");
});

// An editor that was hidden does not know how large it is.
document.getElementById("query").addEventListener("toggle", () => editor.refresh());
