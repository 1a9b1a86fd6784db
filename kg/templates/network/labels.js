// Labels on the canvas: broken into lines, large enough to read, none over another.

const LINE = 1.22;
const MOST_LINES = 4;
const SMALLEST = 12; // pixels: smaller text is not drawn, except where it grows to this size
const FEW = 6; // so many programs leave room for tall cards, and for labels that must be seen
const TEXT_WIDTH = new Map([["card", programCount > FEW ? 250 : 116], ["side", 128], ["below", 120]]);
const MAJOR = new Set(["Program", "Payer", "ProviderOrganization"]);

const canvasOfText = document.createElement("canvas").getContext("2d");
const blocks = new Map();

function font(node, size) {
  return `${MAJOR.has(node.type) ? 600 : 400} ${size}px ${theme.get("font")}`;
}

function baseSize(node) {
  return MAJOR.has(node.type) ? 14 : 13;
}

// The label as lines that fit, with their width at the base size.
function textBlock(node, where) {
  const key = `${node.id} ${where}`;
  if (!blocks.has(key)) {
    canvasOfText.font = font(node, baseSize(node));
    const lines = wrap(shortName(node).slice(0, 200), TEXT_WIDTH.get(where));
    const width = Math.max(...lines.map((line) => canvasOfText.measureText(line).width));
    blocks.set(key, { lines, width, height: lines.length * baseSize(node) * LINE });
  }
  return blocks.get(key);
}

function wrap(text, limit) {
  const lines = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && canvasOfText.measureText(longer).width > limit) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  lines.push(line);
  const kept = lines.slice(0, MOST_LINES).map((kept) => shorten(kept, limit * 1.35));
  if (lines.length > MOST_LINES) kept[MOST_LINES - 1] += " …";
  return kept;
}

function shorten(line, limit) {
  if (canvasOfText.measureText(line).width <= limit) return line;
  const letters = [...line];
  while (letters.length > 1 && canvasOfText.measureText(`${letters.join("")}…`).width > limit) {
    letters.length = Math.floor(letters.length * 0.9);
  }
  return `${letters.join("")}…`;
}

function labelPlace(node) {
  if (node.type === "Program") return "card";
  return state.layout === "columns" ? "side" : "below";
}

// Where the label goes, at a factor of its base size: beside the icon on the side away from the
// programs, so that no line runs through it; below the icon where lines come from all around.
function labelBox(node, x, y, factor, where = labelPlace(node)) {
  const block = textBlock(node, TEXT_WIDTH.has(where) ? where : "side");
  const width = block.width * factor;
  const height = block.height * factor;
  if (where === "card") return { x: x - width / 2, y: y - height / 2, width, height, align: "center" };
  if (where === "below") return { x: x - width / 2, y: y + 15, width, height, align: "center" };
  if (where === "above") return { x: x - width / 2, y: y - 15 - height, width, height, align: "center" };
  const isLeft = where === "left" || (where === "side" && node.places.columns[0] < 0);
  return { x: isLeft ? x - 18 - width : x + 18, y: y - height / 2, width, height, align: isLeft ? "right" : "left" };
}

// How much a label grows so that it can be read from afar; 0 if it had to grow too much.
function labelFactor(node, scale) {
  const size = baseSize(node);
  const wanted = Math.max(size, SMALLEST / scale) / size;
  if (node.type === "Program") return Math.min(wanted, programCount > FEW ? 1.6 : 3); // cards must not pile up
  if (MAJOR.has(node.type) || isLit(node.id)) return Math.min(wanted, 3);
  return wanted <= 1.6 ? wanted : 0;
}

// Where labels are drawn now (they can be pressed, too), chosen before each drawing: the selected,
// then the major, then the best linked; none over another nor over a shape.
const boxes = new Map();
const CELL = 60;

let taken = new Map(); // what stands where, by cells of a grid

function placeLabels() {
  measureView();
  boxes.clear();
  taken = new Map();
  const scale = network.getScale();
  const isFar = baseSize({ type: "" }) * 1.6 * scale < SMALLEST; // only what grows more can be read
  const shown = graph.nodes.filter((node) => isShown(node) && isNear(node) && (!isFar || MAJOR.has(node.type) || isLit(node.id)));
  for (const node of shown) {
    const [x, y] = node.places[state.layout];
    const { width, height } = cardSize(node, scale);
    occupy({ x: x - width / 2, y: y - height / 2, width, height }, node.id);
  }
  const rank = (node) => (isDimmed(node.id) ? 0 : 4) + (MAJOR.has(node.type) ? 2 : 0);
  shown.sort((a, b) => rank(b) - rank(a) || linksOf(b.id).length - linksOf(a.id).length || a.id - b.id);
  for (const node of shown) {
    const factor = labelFactor(node, scale);
    if (!factor) continue;
    const candidates = labelPlaces(node).map((where) => ({ ...labelBox(node, ...node.places[state.layout], factor, where), factor }));
    const box = candidates.find((candidate) => !isTaken(candidate, node.id)) ?? (MAJOR.has(node.type) && programCount <= FEW ? candidates[0] : null);
    if (!box) continue;
    occupy(box, node.id);
    boxes.set(node.id, box);
  }
}

// Whether a node is in the window, or so close that its label may be.
function isNear(node) {
  const [x, y] = node.places[state.layout];
  return x > view.left && x < view.right && y > view.top && y < view.bottom;
}

let view = { left: 0, right: 0, top: 0, bottom: 0 };

function measureView() {
  const { x, y } = network.getViewPosition();
  const { clientWidth, clientHeight } = document.getElementById("canvas");
  const scale = network.getScale();
  const [across, down] = [clientWidth / 2 / scale + 200, clientHeight / 2 / scale + 100];
  view = { left: x - across, right: x + across, top: y - down, bottom: y + down };
}

function labelPlaces(node) {
  const place = labelPlace(node);
  return place === "below" ? ["below", "right", "left", "above"] : [place];
}

function* cells({ x, y, width, height }) {
  for (let column = Math.floor(x / CELL); column <= Math.floor((x + width) / CELL); column += 1) {
    for (let row = Math.floor(y / CELL); row <= Math.floor((y + height) / CELL); row += 1) yield column * 65536 + row;
  }
}

function occupy(box, owner) {
  for (const cell of cells(box)) {
    if (!taken.has(cell)) taken.set(cell, []);
    taken.get(cell).push({ ...box, owner });
  }
}

function isTaken(box, owner, mayCover = () => false) {
  for (const cell of cells(box)) {
    if ((taken.get(cell) ?? []).some((other) => other.owner !== owner && !mayCover(other.owner) && overlap(box, other))) return true;
  }
  return false;
}

function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
