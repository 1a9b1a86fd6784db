// Pointer and keys.

function nodeAt({ DOM, canvas }) {
  const direct = network.getNodeAt(DOM);
  if (direct !== undefined) return direct;
  for (const [id, box] of boxes) {
    const isInside = canvas.x >= box.x && canvas.x <= box.x + box.width && canvas.y >= box.y && canvas.y <= box.y + box.height;
    if (isInside && isShown(nodeOf(id))) return id;
  }
  return null;
}

function press({ pointer }) {
  const node = nodeAt(pointer);
  const edge = network.getEdgeAt(pointer.DOM);
  if (node !== null) select({ node }, { isSilent: true });
  else if (edge !== undefined) select({ edge }, { isSilent: true });
  else select({}, { isSilent: true });
}

function point(event) {
  if (event.buttons) return;
  const DOM = { x: event.offsetX, y: event.offsetY };
  const node = nodeAt({ DOM, canvas: network.DOMtoCanvas(DOM) });
  const edge = node === null ? (network.getEdgeAt(DOM) ?? null) : null;
  document.getElementById("canvas").classList.toggle("over", node !== null || edge !== null);
  if (edge !== state.over) {
    state.over = edge;
    network.redraw();
  }
}

const DIRECTIONS = new Map([["ArrowRight", [1, 0]], ["ArrowLeft", [-1, 0]], ["ArrowDown", [0, 1]], ["ArrowUp", [0, -1]]]);

// Go along a link to the thing that lies most in the wanted direction.
function walk([dx, dy]) {
  if (state.node === null) {
    const first = graph.nodes.find((node) => node.type === "Program" && isShown(node)) ?? graph.nodes.find(isShown);
    if (first) select({ node: first.id });
    return;
  }
  const [x, y] = nodeOf(state.node).places[state.layout];
  const ways = linksOf(state.node)
    .map((edge) => nodeOf(other(edge, state.node)))
    .filter((node) => node.id !== state.node && !state.hidden.has(node.type))
    .map((node) => {
      const [toX, toY] = [node.places[state.layout][0] - x, node.places[state.layout][1] - y];
      const length = Math.hypot(toX, toY) || 1;
      return { node, turn: (toX * dx + toY * dy) / length, length };
    })
    .filter((way) => way.turn > 0.25)
    .sort((a, b) => a.length / a.turn ** 2 - b.length / b.turn ** 2 || a.node.id - b.node.id);
  if (ways.length) select({ node: ways[0].node.id });
}

function keyOnCanvas(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const direction = DIRECTIONS.get(event.key);
  if (direction) walk(direction);
  else if (event.key === "Enter") document.getElementById("panel").focus();
  else if (event.key === "+" || event.key === "=") zoom("in");
  else if (event.key === "-") zoom("out");
  else if (event.key === "f" && (state.node !== null || state.edge !== null)) toggleFocus();
  else return;
  event.preventDefault();
}

function keyAnywhere(event) {
  const isTyping = event.target instanceof HTMLInputElement;
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    document.getElementById("search").focus();
  } else if (event.key === "Escape" && !isTyping) {
    goBack();
  }
}

// One step back at a time: from the details to the graph, from a part to the whole, to nothing.
function goBack() {
  const canvas = document.getElementById("canvas");
  if (document.getElementById("panel").contains(document.activeElement) && state.view === "graph") canvas.focus();
  else if (state.focus) toggleFocus();
  else select({});
}
