// Starts the SPARQL editor on our endpoint, with our prefixes, examples and questions.
"use strict";
(() => {
  const setting = JSON.parse(document.getElementById("setting").textContent);
  const endpoint = new URL(setting.endpoint, window.location.href).href;
  const { Yasqe } = Yasgui;

  // What it completes comes from this dataset: the editor's own lists are those of web services.
  const own = [];
  function complete(kind, terms, options) {
    const name = `kg-${kind}`;
    Yasqe.forkAutocompleter(kind, { name, persistenceId: null, ...options, get: terms }, false);
    own.push(name);
  }
  const beginning = (terms) => (_, token) => {
    const typed = token?.autocompletionString ?? "";
    return Promise.resolve(terms.filter((term) => term.startsWith(typed)));
  };
  const lines = Object.entries(setting.prefixes).map(([name, iri]) => `${name}: <${iri}>`);
  complete("prefixes", () => Promise.resolve(lines), {});
  complete("class", beginning(setting.classes), { bulk: false });
  complete("property", beginning(setting.properties), { bulk: false });
  Yasqe.defaults.autocompleters = ["variables", ...own];

  // A first visit finds the examples in tabs; later ones find what they left.
  const seen = "accountable-care-kg-seen";
  const isFirst = !window.localStorage.getItem(seen);
  window.localStorage.setItem(seen, "yes");

  const yasgui = new Yasgui(document.getElementById("editor"), {
    persistenceId: "accountable-care-kg",
    autofocus: false,
    autoAddOnInit: !isFirst,
    copyEndpointOnNewTab: false,
    requestConfig: { endpoint, method: "POST" },
    endpointCatalogueOptions: { getData: () => [{ endpoint }] },
    yasqe: { value: setting.examples[0].query, screenReaderLabel: "SPARQL query" },
    yasr: { prefixes: setting.prefixes },
  });

  function open(name, query, isActive = true) {
    yasgui.addTab(isActive, { name, yasqe: { value: query } }, { avoidDuplicateTabs: true });
  }
  if (isFirst) {
    setting.examples.forEach(({ name, query }, place) => open(name, query, place === 0));
  }
  if (setting.query) open(setting.name, setting.query);

  // What this site has a page for is shown here, and not looked for in the web.
  document.getElementById("editor").addEventListener("click", (event) => {
    const link = event.target.closest(".yasr a[href]");
    const iri = link?.getAttribute("href") ?? "";
    if (setting.bases.some((base) => iri.startsWith(base))) {
      link.href = setting.describe + encodeURIComponent(iri);
    }
  }, true);

  // Within a list of tabs, only tabs may stand.
  document.querySelector("#editor .addTab").setAttribute("role", "tab");
  // The panel of a tab is made when the tab is first opened; till then there is none to control.
  for (const tab of document.querySelectorAll("#editor [role=tab][aria-controls]")) {
    if (!document.getElementById(tab.getAttribute("aria-controls"))) {
      tab.removeAttribute("aria-controls");
    }
  }

  const choice = document.getElementById("question");
  choice.form.hidden = false;
  choice.addEventListener("change", () => {
    const query = setting.questions[choice.value];
    if (query) open(choice.value, query);
    choice.value = "";
  });
})();
