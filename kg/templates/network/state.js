// What is selected, kept, hidden and arranged. The address holds all of it but what the hand is on.

const state = {
  node: null,
  edge: null,
  path: null, // { from, to, nodes, edges }
  scope: [], // only programs with all of these
  depth: 0, // 1 to 3: only what lies within so many links of the selected
  open: new Set(), // programs whose details are shown though details are hidden
  hidden: null, // keys of types; null: as the size of the picture suggests
  without: new Set(), // relations
  arrangement: null, // one of ARRANGEMENTS; null: as the size of the picture suggests
  view: "graph",
  over: null, // the link under the pointer
  isTold: false, // whether the table of payers and states shows all its rows
};
let network = null;

const ARRANGEMENTS = ["overview", "columns", "states", "force"];

function select({ node = null, edge = null }, { isSilent = false } = {}) {
  Object.assign(state, { node, edge, path: null });
  if (node === null && edge === null) state.depth = 0;
  update();
  if (!isSilent) reveal();
  speak();
}

function setDepth(depth) {
  state.depth = depth;
  update();
}

// Keep only programs with a thing, or no longer.
function toggleScope(entry) {
  const isKept = state.scope.includes(entry);
  state.scope = isKept ? state.scope.filter((kept) => kept !== entry) : [...state.scope, entry];
  Object.assign(state, { depth: 0, path: null });
  update();
}

function setScope(entries) {
  Object.assign(state, { scope: entries, node: null, edge: null, path: null, depth: 0, arrangement: null });
  update();
  speak();
}

function toggleOpen(program) {
  if (!state.open.delete(program)) state.open.add(program);
  update();
}

function showPath(from, to) {
  findPath(from, to);
  update();
  speak();
}

function findPath(from, to) {
  const found = shortestPath(from, to, isOpen) ?? { nodes: [from, to], edges: [] };
  Object.assign(state, { node: null, edge: null, depth: 0, path: { from, to, ...found } });
}

function reset() {
  Object.assign(state, { node: null, edge: null, path: null, scope: [], depth: 0, open: new Set(), hidden: null, without: new Set(), arrangement: null, view: "graph" });
  update();
}

// What was chosen, in words for those who cannot see it.
function speak() {
  const { node, edge, path } = state;
  const spoken = document.getElementById("spoken");
  if (path) spoken.textContent = pathHeadline(path);
  else if (node) spoken.textContent = `${node.label}, ${node.type.one}, ${counted(node.links.length, "link", "links")}`;
  else if (edge) spoken.textContent = `${edge.from.label} ${relationOf(edge.relation)} ${edge.to.label}`;
  else spoken.textContent = leftOut();
}
