// The state in the address, so that a view can be mailed.

function writeAddress() {
  const parameters = new URLSearchParams();
  if (state.node !== null) parameters.set("node", nodeOf(state.node).iri);
  if (state.edge !== null) {
    const edge = graph.edges[state.edge];
    parameters.set("link", [nodeOf(edge.from).iri, edge.iri, nodeOf(edge.to).iri].join(" "));
  }
  const hidden = [...state.hidden].sort().join(" ");
  if (hidden !== HIDDEN_FIRST.join(" ")) parameters.set("hide", hidden);
  if (state.layout !== "columns") parameters.set("layout", state.layout);
  if (state.view !== "graph") parameters.set("view", state.view);
  if (state.focus) parameters.set("focus", "1");
  const hash = parameters.toString();
  if (hash === location.hash.slice(1)) return;
  try {
    history.replaceState(null, "", hash ? `#${hash}` : "#");
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // a frame without an address, as in Jupyter
  }
}

function readAddress() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const [from, iri, to] = (parameters.get("link") ?? "").split(" ");
  const edge = graph.edges.find((edge) => edge.iri === iri && nodeOf(edge.from).iri === from && nodeOf(edge.to).iri === to);
  state.node = byIri.get(parameters.get("node")) ?? null;
  state.edge = state.node === null && edge ? edge.id : null;
  state.hidden = new Set((parameters.get("hide") ?? HIDDEN_FIRST.join(" ")).split(" ").filter((key) => types.has(key)));
  state.layout = parameters.get("layout") === "force" ? "force" : "columns";
  state.view = parameters.get("view") === "table" ? "table" : "graph";
  state.focus = parameters.get("focus") === "1" && (state.node !== null || state.edge !== null);
}
