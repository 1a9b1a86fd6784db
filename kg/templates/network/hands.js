// Pointer and keys.

function nodeAt({ DOM, canvas }) {
  const direct = network.getNodeAt(DOM);
  if (direct !== undefined) return nodeOf(direct);
  for (const [id, box] of boxes) {
    const isInside = canvas.x >= box.x && canvas.x <= box.x + box.width && canvas.y >= box.y && canvas.y <= box.y + box.height;
    if (isInside && isShown(nodeOf(id))) return nodeOf(id);
  }
  return null;
}

function edgeAt(DOM) {
  const id = network.getEdgeAt(DOM);
  return id === undefined ? null : graph.edges[id];
}

function press({ pointer }) {
  const node = nodeAt(pointer);
  const edge = node ? null : edgeAt(pointer.DOM);
  const block = node || edge ? null : blockAt(pointer.canvas);
  if (block) setScope([...state.scope, block.state]);
  else select({ node, edge }, { isSilent: true });
}

// Twice on a program unfolds or folds its details.
function pressTwice({ pointer }) {
  const node = nodeAt(pointer);
  if (node && isProgram(node)) toggleOpen(node);
}

function point(event) {
  if (event.buttons) return;
  const DOM = { x: event.offsetX, y: event.offsetY };
  const canvas = network.DOMtoCanvas(DOM);
  const node = nodeAt({ DOM, canvas });
  const edge = node ? null : edgeAt(DOM);
  document.getElementById("canvas").classList.toggle("over", Boolean(node ?? edge ?? blockAt(canvas)));
  document.getElementById("canvas").title = node?.label ?? (edge ? `${edge.from.label} ${relationOf(edge.relation)} ${edge.to.label}` : "");
  if (edge !== state.over) {
    state.over = edge;
    network.redraw();
  }
}

const DIRECTIONS = new Map([["ArrowRight", [1, 0]], ["ArrowLeft", [-1, 0]], ["ArrowDown", [0, 1]], ["ArrowUp", [0, -1]]]);

// Go along a link to the thing that lies most in the wanted direction.
function walk([dx, dy]) {
  if (!state.node) {
    const first = shown.nodes.find(isProgram) ?? shown.nodes[0];
    if (first) select({ node: first });
    return;
  }
  const { x, y } = state.node;
  const ways = state.node.links
    .map((edge) => other(edge, state.node))
    .filter((node) => node !== state.node && isShown(node))
    .map((node) => {
      const [toX, toY] = [node.x - x, node.y - y];
      const length = Math.hypot(toX, toY) || 1;
      return { node, turn: (toX * dx + toY * dy) / length, length };
    })
    .filter((way) => way.turn > 0.25)
    .sort((a, b) => a.length / a.turn ** 2 - b.length / b.turn ** 2 || a.node.id - b.node.id);
  if (ways.length) select({ node: ways[0].node });
}

const KEYS = new Map([
  ["Enter", () => document.getElementById("panel").focus()],
  ["+", () => zoom("in")],
  ["=", () => zoom("in")],
  ["-", () => zoom("out")],
  ["0", () => zoom("fit")],
  ["f", () => (state.node || state.edge) && setDepth(state.depth ? 0 : 1)],
  ["1", () => state.node && setDepth(1)],
  ["2", () => state.node && setDepth(2)],
  ["3", () => state.node && setDepth(3)],
  ["p", () => state.node && askPath(state.node)],
  ["u", () => state.node && isProgram(state.node) && toggleOpen(state.node)],
]);

function keyOnCanvas(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const direction = DIRECTIONS.get(event.key);
  if (direction) walk(direction);
  else if (KEYS.has(event.key)) KEYS.get(event.key)();
  else return;
  event.preventDefault();
}

function keyAnywhere(event) {
  const isTyping = event.target instanceof HTMLInputElement && event.target.type !== "checkbox";
  if (isTyping || event.ctrlKey || event.metaKey) return;
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("search").focus();
  } else if (event.key === "?") {
    document.getElementById("keys").showModal();
  } else if (event.key === "Escape" && !document.getElementById("keys").open) {
    goBack();
  }
}

// One step back at a time: from a menu, from the details to the graph, from a part to the whole.
function goBack() {
  const menu = document.querySelector("details[open]");
  const canvas = document.getElementById("canvas");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (document.getElementById("panel").contains(document.activeElement) && isDrawn()) canvas.focus();
  else if (state.depth) setDepth(0);
  else if (state.node || state.edge || state.path) select({});
  else if (state.scope.length) setScope(state.scope.slice(0, -1));
}

// A menu closes when one presses elsewhere.
function closeMenus(event) {
  for (const menu of document.querySelectorAll("details[open]")) if (!menu.contains(event.target)) menu.open = false;
}
