// From the state to the picture, the panel, the legend and the switches.

let nodeSet = null;
let edgeSet = null;

const nodesSaid = new Map();
const edgesSaid = new Map();

// vis-network works on all that it is told, so it is told only what is new.
function changed(items, said) {
  return items.filter((item) => {
    const text = JSON.stringify(item);
    const isNew = said.get(item.id) !== text;
    said.set(item.id, text);
    return isNew;
  });
}

function update() {
  light();
  nodeSet.update(changed(graph.nodes.map((node) => ({ id: node.id, hidden: !isShown(node), x: node.places[state.layout][0], y: node.places[state.layout][1] })), nodesSaid));
  edgeSet.update(changed(graph.edges.map((edge) => ({ id: edge.id, hidden: !isShownEdge(edge), ...edgeLook(edge) })), edgesSaid));
  network.redraw();
  showPanel();
  showLegend();
  showSwitches();
  if (state.view === "table") showTables();
  writeAddress();
}

function showLegend() {
  const chips = graph.types.map((type) =>
    make(
      "button",
      { type: "button", "data-type": type.key, "aria-pressed": String(!state.hidden.has(type.key)), press: () => toggleType(type.key) },
      icon(type),
      words(type.many, "span", { class: "name" }),
      make("span", { class: "count" }, type.count.toLocaleString("en")),
    ),
  );
  const all = make("button", { type: "button", class: "all", press: showAllTypes }, "Show all");
  const legend = document.getElementById("legend");
  const focused = document.activeElement?.dataset?.type;
  legend.replaceChildren(...chips, ...(state.hidden.size ? [all] : []));
  if (focused) legend.querySelector(`[data-type="${CSS.escape(focused)}"]`)?.focus();
}

function toggleType(key) {
  if (!state.hidden.delete(key)) state.hidden.add(key);
  if (state.node !== null && state.hidden.has(nodeOf(state.node).type)) select({}, { isSilent: true });
  else update();
}

function showAllTypes() {
  state.hidden.clear();
  update();
}

function showSwitches() {
  for (const name of ["layout", "view"]) {
    for (const button of document.querySelectorAll(`[data-${name}]`)) {
      button.setAttribute("aria-pressed", String(button.dataset[name] === state[name]));
    }
  }
  document.getElementById("stage").hidden = state.view !== "graph";
  document.getElementById("tables").hidden = state.view !== "table";
}

function arrange(layout) {
  state.layout = layout;
  update();
  fit();
}

function turnTo(view) {
  state.view = view;
  update();
  if (view === "graph") fit();
}
