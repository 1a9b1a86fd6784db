// From the state to the picture, the panel, the legend and the switches.

let nodeSet = null;
let edgeSet = null;
let pictured = ""; // what was laid out last, and how

const nodesSaid = new Map();
const edgesSaid = new Map();

function update() {
  look();
  light();
  const isNew = paint();
  showSwitches();
  showLegend();
  showNotices();
  if (arrangement() === "overview") showGrid();
  else if (isNew && state.view === "graph") fitFirst();
  network.redraw();
  showPanel();
  if (state.view === "table") showTables();
  writeAddress();
}

// Bring the picture to what is shown; tell whether things stand elsewhere than before.
function paint() {
  const isNew = arrangeAnew();
  drawnEdges = chooseEdges();
  change += 1;
  tell(nodeSet, nodesSaid, inOrder(shown.nodes).map((node) => ({ id: node.id, x: node.x, y: node.y })), newNode);
  tell(edgeSet, edgesSaid, drawnEdges.map((edge) => ({ id: edge.id, ...edgeLook(edge) })), newEdge);
  return isNew;
}

// Into a window of another size.
function paintAnew() {
  pictured = "";
  paint();
  fitFirst();
}

// Lay out again only if other things are shown, or otherwise arranged.
function arrangeAnew() {
  if (state.view !== "graph") pictured = ""; // it has no size to fit into
  const now = `${arrangement()} ${shown.nodes.map((node) => node.id).join()}`;
  if (now === pictured) return false;
  if (state.view === "graph") pictured = now;
  layOut();
  return true;
}

// Cards last: they cover what is behind them.
function inOrder(nodes) {
  return [...nodes.filter((node) => !isProgram(node)), ...nodes.filter(isProgram)];
}

// vis-network works on all that it is told, so it is told only what is new.
function tell(set, said, items, whole) {
  const wanted = new Set(items.map((item) => item.id));
  const gone = [...said.keys()].filter((id) => !wanted.has(id));
  for (const id of gone) said.delete(id);
  const changed = items.filter((item) => {
    const text = JSON.stringify(item);
    const isNew = said.get(item.id) !== text;
    said.set(item.id, text);
    return isNew;
  });
  if (gone.length) set.remove(gone);
  if (changed.length) set.update(changed.map(whole));
}

const newNode = (item) => ({ ...item, shape: graph.options.nodes.shape, size: 12, ctxRenderer: nodeRenderer });
const newEdge = (item) => ({ ...item, from: graph.edges[item.id].from.id, to: graph.edges[item.id].to.id });

function arrange(how) {
  if (how === "table") {
    turnTo("table");
    return;
  }
  Object.assign(state, { arrangement: how, view: "graph" });
  if (how === "overview") Object.assign(state, { node: null, edge: null, path: null, depth: 0 });
  update();
}

function turnTo(view) {
  state.view = view;
  update();
}

// What the picture leaves out, what filled and empty shapes mean, and that there is nothing.
function showNotices() {
  const notice = document.getElementById("notice");
  notice.hidden = graph.nodes.length > 0;
  notice.textContent = "No programs in this dataset yet. Add a description and build again.";
  const sample = graph.types.find((type) => type.key === "condition") ?? graph.types[0];
  const said = leftOut();
  const meanings = hasSeveralPrograms && isDrawn() && sample ? [make("span", {}, icon(sample), "in several programs"), make("span", {}, icon(sample, false), "in one program only")] : [];
  document.getElementById("key").replaceChildren(...meanings, ...(said && isDrawn() ? [make("span", { class: "left-out" }, said)] : []));
}
