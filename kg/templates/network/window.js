// The window on the picture: how much of it is seen, and how large.

const LARGEST = 1.4;
const NARROW = 640;
const MOST_CUT = 0.6; // how much of the width may be seen at first, when the rest has to be

function fit(seen = shown.nodes) {
  if (seen.length === 0 || !isDrawn()) return;
  network.moveTo({ ...fitting(seen), animation: false });
}

// Where to look from to see all of some things.
function fitting(seen) {
  const { clientWidth, clientHeight } = document.getElementById("canvas");
  const [top, bottom] = [backdrop.columns.length ? 44 : 10, 84]; // titles of columns, buttons
  const room = { width: Math.max(clientWidth - 40, 50), height: Math.max(clientHeight - top - bottom, 50) };
  let scale = LARGEST;
  let frame = wholeFrame(seen, scale);
  while ((frame.right - frame.left) * scale > room.width || (frame.bottom - frame.top) * scale > room.height) {
    scale *= 0.97;
    frame = wholeFrame(seen, scale); // from farther away labels grow, and need more room
  }
  const middle = { x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2 };
  return { position: { x: middle.x, y: middle.y + (bottom - top) / 2 / scale }, scale };
}

function wholeFrame(seen, scale) {
  const frame = frameOf(seen, (node) => spaceOf(node, scale));
  for (const { x, y, width, height } of seen === shown.nodes ? backdrop.blocks : []) {
    frame.left = Math.min(frame.left, x);
    frame.right = Math.max(frame.right, x + width);
    frame.top = Math.min(frame.top, y);
    frame.bottom = Math.max(frame.bottom, y + height);
  }
  return frame;
}

const isDrawn = () => state.view === "graph" && arrangement() !== "overview";

// As `sizeOf`, with the label as it is drawn at a scale.
function spaceOf(node, scale) {
  const { width, height } = sizeOf(node);
  const growth = labelFactor(node, scale);
  if (isProgram(node)) return { ...cardSize(node, scale) };
  if (node.side === "below") return { width: width * growth * 1.5, height: height + 30 }; // some go beside their shape
  return { width: growth ? textBlock(node, growth).width * growth + 20 : 14, height };
}

// A narrow screen begins with who pays whom. Where names would be too small, one begins with as much
// as can be read: about the programs if they are few, else at the top left. The rest is around it.
function fitFirst() {
  network.setSize("100%", "100%"); // else it would zoom when it finds that the filters took some of its height
  const core = shown.nodes.filter(isMajor);
  const { clientWidth, clientHeight } = document.getElementById("canvas");
  const isNarrow = clientWidth < NARROW;
  if (isNarrow && core.length && core.length < 20) fit(core);
  else if (isRoomy && grown >= mostReckoned() && !isPaper()) lookAt(core);
  else fit();
  const scale = network.getScale();
  const readable = SMALLEST / 12 / MOST_GROWTH + 0.01;
  if (!isDrawn() || isRoomy || arrangement() === "force" || scale >= readable || (!isNarrow && scale < readable * MOST_CUT)) return;
  const frame = wholeFrame(shown.nodes, readable);
  const [across, down] = [(clientWidth / 2 - 20) / readable, (clientHeight / 2 - 44) / readable];
  network.moveTo({ position: { x: frame.left + across, y: frame.top + down }, scale: readable, animation: false });
}

// Some things in the middle, as far as nothing is given away at the edges; from the top, if these
// are seen then.
function lookAt(some) {
  const scale = SMALLEST / 13 / grown;
  const { clientWidth, clientHeight } = document.getElementById("canvas");
  const whole = wholeFrame(shown.nodes, scale);
  const part = some.length ? wholeFrame(some, scale) : whole;
  const [across, down] = [(clientWidth / 2 - 20) / scale, clientHeight / 2 / scale];
  const middle = (low, high) => (low + high) / 2;
  const within = (low, high, place) => (low > high ? middle(low, high) : Math.min(high, Math.max(low, place)));
  const x = within(whole.left + across, whole.right - across, middle(part.left, part.right));
  const top = whole.top - 44 / scale;
  const y = part.bottom < top + 2 * down ? top + down : middle(part.top, part.bottom);
  network.moveTo({ position: { x, y }, scale, animation: false });
}

function target() {
  if (state.node) return isShown(state.node) ? { x: state.node.x, y: state.node.y } : null;
  if (!state.edge) return null;
  const { from, to } = state.edge;
  return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
}

function centre() {
  if (state.view !== "graph") turnTo("graph");
  const position = target();
  if (!position || !isDrawn()) return;
  network.moveTo({ position, scale: Math.max(network.getScale(), 1), animation: false });
  document.getElementById("stage").scrollIntoView({ block: "nearest" });
}

// Bring what was selected from a list into the window, without moving what is already there.
function reveal() {
  const place = target();
  if (!place || !isDrawn()) return;
  const at = network.canvasToDOM(place);
  const { clientWidth, clientHeight } = document.getElementById("canvas");
  const isInside = at.x > 40 && at.y > 40 && at.x < clientWidth - 40 && at.y < clientHeight - 40;
  if (!isInside) network.moveTo({ position: place, animation: false });
}

function zoom(how) {
  if (how === "reset") reset();
  else if (how === "fit") fit();
  else if (isDrawn()) network.moveTo({ scale: network.getScale() * (how === "in" ? 1.3 : 1 / 1.3), animation: false });
}
