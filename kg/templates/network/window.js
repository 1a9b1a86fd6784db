// The window on the picture: how much of it is seen, and how large.

function fit(shown = graph.nodes.filter(isShown)) {
  if (shown.length === 0 || state.view !== "graph") return;
  const frame = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const node of shown) stretch(frame, node);
  const { clientWidth, clientHeight } = document.getElementById("canvas");
  const room = { width: Math.max(clientWidth - 48, 50), height: Math.max(clientHeight - 130, 50) };
  const scale = Math.min(room.width / (frame.right - frame.left), room.height / (frame.bottom - frame.top), 1.4);
  const middle = { x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2 };
  const head = state.layout === "columns" ? -14 / scale : 0; // the titles of the columns
  network.moveTo({ position: { x: middle.x, y: middle.y + 14 / scale + head }, scale, animation: false });
}

// A narrow screen begins with who pays whom; the rest is around it.
function fitFirst() {
  const core = graph.nodes.filter((node) => isShown(node) && MAJOR.has(node.type));
  if (document.getElementById("canvas").clientWidth < 640 && core.length && core.length < 20) fit(core);
  else fit();
}

function stretch(frame, node) {
  const [x, y] = node.places[state.layout];
  const { width, height } = cardSize(node, 1);
  const box = labelBox(node, x, y, 1.1);
  frame.left = Math.min(frame.left, x - width / 2, box.x);
  frame.right = Math.max(frame.right, x + width / 2, box.x + box.width);
  frame.top = Math.min(frame.top, y - height / 2, box.y);
  frame.bottom = Math.max(frame.bottom, y + height / 2, box.y + box.height);
}

function target() {
  if (state.node !== null) return nodeOf(state.node).places[state.layout];
  if (state.edge === null) return null;
  const ends = [graph.edges[state.edge].from, graph.edges[state.edge].to].map((id) => nodeOf(id).places[state.layout]);
  return [(ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2];
}

function centre() {
  if (state.view !== "graph") turnTo("graph");
  const [x, y] = target();
  network.moveTo({ position: { x, y }, scale: Math.max(network.getScale(), 1), animation: false });
  document.getElementById("stage").scrollIntoView({ block: "nearest" });
}

// Bring what was selected from a list into the window, without moving what is already there.
function reveal() {
  const place = target();
  if (place === null || state.view !== "graph") return;
  const at = network.canvasToDOM({ x: place[0], y: place[1] });
  const { clientWidth, clientHeight } = document.getElementById("canvas");
  const isInside = at.x > 40 && at.y > 40 && at.x < clientWidth - 40 && at.y < clientHeight - 40;
  if (!isInside) network.moveTo({ position: { x: place[0], y: place[1] }, animation: false });
}

function zoom(how) {
  if (how === "reset") {
    Object.assign(state, { node: null, edge: null, focus: false, layout: "columns" });
    state.hidden = new Set(HIDDEN_FIRST);
    update();
    fit();
  } else if (how === "fit") {
    fit();
  } else {
    network.moveTo({ scale: network.getScale() * (how === "in" ? 1.3 : 1 / 1.3), animation: false });
  }
}
