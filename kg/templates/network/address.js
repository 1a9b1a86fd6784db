// The state in the address, so that a view can be mailed.

function writeAddress() {
  const said = new URLSearchParams();
  const say = (name, values) => { if (values.length) said.set(name, values.join(" ")); };
  const { node, edge, path } = state;
  if (node) said.set("node", node.iri);
  if (edge) say("link", [edge.from.iri, edge.property, edge.to.iri]);
  if (path) say("path", [path.from.iri, path.to.iri]);
  say("only", state.scope.map((entry) => entry.iri));
  say("unfold", [...state.open].map((program) => program.iri));
  if (state.depth) said.set("depth", state.depth);
  if (state.hidden) said.set("hide", [...state.hidden].sort().join(" "));
  say("without", propertiesOf(state.without));
  if (state.arrangement) said.set("layout", state.arrangement);
  if (state.view !== "graph") said.set("view", state.view);
  const hash = said.toString();
  if (hash === location.hash.slice(1)) return;
  try {
    history.replaceState(null, "", hash ? `#${hash}` : "#");
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // a frame without an address, as in Jupyter
  }
}

function propertiesOf(relations) {
  return [...new Set(graph.edges.filter((edge) => relations.has(edge.relation)).map((edge) => edge.property))].sort();
}

// What the address says is looked up, never trusted.
function readAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  const list = (name) => (said.get(name) ?? "").split(" ").filter(Boolean);
  const things = (name) => list(name).map((iri) => entryOf(iri)).filter(Boolean);
  const node = byIri.get(said.get("node")) ?? null;
  const [from, property, to] = list("link");
  const edge = node ? null : (graph.edges.find((edge) => edge.property === property && edge.from.iri === from && edge.to.iri === to) ?? null);
  const depth = Number(said.get("depth"));
  const without = new Set(list("without"));
  Object.assign(state, {
    node,
    edge,
    path: null,
    scope: things("only"),
    open: new Set(things("unfold").filter((entry) => entry.type && isProgram(entry))),
    depth: [1, 2, 3].includes(depth) && (node || edge) ? depth : 0,
    hidden: said.has("hide") ? new Set(list("hide").filter((key) => types.has(key))) : null,
    without: new Set(graph.edges.filter((link) => without.has(link.property)).map((link) => link.relation)),
    arrangement: ARRANGEMENTS.find((name) => name === said.get("layout")) ?? null,
    view: said.get("view") === "table" ? "table" : "graph",
  });
  const ends = list("path").map((iri) => byIri.get(iri)).filter(Boolean);
  if (!node && !edge && ends.length === 2) findPath(...ends);
}

const entryOf = (iri) => byIri.get(iri) ?? [NO_PAYER, NO_STATE].find((entry) => entry.iri === iri);
