// Labels on the canvas: broken into lines, large enough to read, none over another.

const LINE = 1.22;
const MOST_LINES = 4;
const SMALLEST = 12; // pixels: smaller text is not drawn, except where it grows to this size
const MOST_GROWTH = 1.4; // beyond, a label takes too much of its neighbours' room
const LARGEST_GROWTH = 3; // of what must be seen
const ROW = 17; // of a picture with many things, in which each label has one line
const MAJOR = new Set(["Program", "Payer", "ProviderOrganization"]);

const isMajor = (node) => MAJOR.has(node.type.key);

// A few programs have room for tall cards and labels of several lines.
let isRoomy = true;
let grown = 1; // how much larger these are, reckoned with where the window is small,
let broad = 0; // and how broad

const LIMITS = {
  roomy: { card: 116, side: 128 },
  stacked: { card: 142, side: 150 },
  columns: { card: 350, side: 290 },
  blocks: { card: 142, side: 220 },
  dense: { card: 158, side: 110 },
};

function textLimit(node) {
  if (isRoomy && grown > 1) return isProgram(node) ? 100 : broad;
  const room = isRoomy ? "roomy" : arrangement() === "columns" ? "columns" : !shown.isCrowded ? "blocks" : isStacked() ? "stacked" : "dense";
  return LIMITS[room][isProgram(node) ? "card" : "side"] * node.airy;
}

// The cards of not too many programs in the blocks of the states have two lines.
const MOST_STACKED = 40;
const isStacked = () => arrangement() === "states" && shown.programs.length <= MOST_STACKED;

const canvasOfText = document.createElement("canvas").getContext("2d");
let blocks = new Map(); // of text, by node and growth

function setRoom(isWide, growth = 1, width = 0) {
  blocks = new Map();
  isRoomy = isWide;
  grown = growth;
  broad = width;
}

function font(node, size) {
  return `${weightOf(node)} ${size}px ${theme.get("font")}`;
}

// Among many things only programs stand out.
function weightOf(node) {
  return isProgram(node) || (isRoomy && isMajor(node)) ? 600 : 400;
}

function baseSize(node) {
  return isRoomy ? (isMajor(node) ? 14 : 13) : 12;
}

// The label as lines that fit, with their width at the base size. Of a label that has grown in a
// column of many, fewer letters fit.
function textBlock(node, factor = 1) {
  const step = isRoomy || node.side === "below" || node.side === "free" ? 20 : Math.ceil(factor * 20);
  const key = node.id * 100 + step; // growth stays below 5
  if (!blocks.has(key)) {
    canvasOfText.font = font(node, baseSize(node));
    const name = shortName(node).slice(0, 200);
    const lines = isRoomy ? wrap(name, textLimit(node), MOST_LINES, 1.35) : wrap(name, (textLimit(node) * 20) / step, isProgram(node) && isStacked() ? 2 : 1, 1);
    const width = Math.max(...lines.map((line) => canvasOfText.measureText(line).width));
    blocks.set(key, { lines, width, height: lines.length * baseSize(node) * lineHeight() });
  }
  return blocks.get(key);
}

const lineHeight = () => (isRoomy ? LINE : 1.02); // rows of many things stand close

// As many lines as may be, the last of them cut; a long word may run over the limit by some.
function wrap(text, limit, most, slack) {
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
  const kept = lines.length > most ? [...lines.slice(0, most - 1), lines.slice(most - 1).join(" ")] : lines;
  return kept.map((line) => shorten(line, limit * slack));
}

// As many letters as fit, found by halving.
function shorten(line, limit) {
  const isRight = (text) => canvasOfText.measureText(text).width <= limit;
  if (isRight(line)) return line;
  const letters = [...line];
  const cut = (length) => `${letters.slice(0, length).join("").trimEnd()}…`;
  let [fits, tooMany] = [1, letters.length];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (isRight(cut(middle))) fits = middle;
    else tooMany = middle;
  }
  return cut(fits);
}

// What a thing takes with its label: the columns are laid out for this.
function sizeOf(node) {
  const block = textBlock(node);
  const isSnug = grown > 1;
  if (isProgram(node)) return { width: cardWidth(node) * grown, height: isRoomy ? block.height * grown + (isSnug ? 34 : 62) : rowsOf(node) * ROW + 2 };
  if (isRoomy) return { width: block.width * grown + 26, height: block.height * grown + (isSnug ? 11 : 18) };
  return { width: Math.min(block.width * MOST_GROWTH, textLimit(node)) + 26, height: ROW };
}

// As many as its label has when it has grown.
const rowsOf = (node) => textBlock(node, MOST_GROWTH).lines.length;

// Cards in a column are equally wide; elsewhere as wide as their text.
function cardWidth(node) {
  if (isRoomy) return textLimit(node) + 28;
  return (node.side === "free" ? textBlock(node).width : textLimit(node)) + 8;
}

// Where the label goes, at a factor of its base size: beside the icon on the side away from the
// programs, so that no line runs through it; below the icon where lines come from all around.
function labelBox(node, factor, side = node.side) {
  const { x, y } = node;
  const block = textBlock(node, factor);
  const [width, height] = [block.width * factor, block.height * factor];
  if (side === "card" || side === "free") return { x: x - width / 2, y: y - height / 2, width, height, align: "center" };
  if (side === "below") return { x: x - width / 2, y: y + 15, width, height, align: "center" };
  if (side === "above") return { x: x - width / 2, y: y - 15 - height, width, height, align: "center" };
  const isLeft = side === "left";
  return { x: isLeft ? x - 18 - width : x + 18, y: y - height / 2, width, height, align: isLeft ? "right" : "left" };
}

// How much a label grows so that it can be read from afar; 0 if it had to grow too much.
function labelFactor(node, scale) {
  const size = baseSize(node);
  const wanted = Math.max(1, SMALLEST / scale / size);
  if (isLit(node) || isRoomy || node.side === "free") return Math.min(wanted, LARGEST_GROWTH);
  return wanted <= MOST_GROWTH * node.airy ? wanted : 0;
}

// A program's card grows with its text when one looks from afar.
function cardSize(node, scale) {
  if (!isProgram(node)) return { width: 24, height: 24 };
  if (!isRoomy) return denseCard(node, scale);
  const factor = labelFactor(node, scale) || 1;
  return { width: cardWidth(node) * factor, height: (textBlock(node).height + 22) * factor };
}

// One line; outside a column the card is as wide as its text, and without text no more than a sign.
function denseCard(node, scale) {
  const factor = labelFactor(node, scale);
  if (node.side === "free" && !boxes.has(node.id)) return { width: 18, height: 13 };
  return { width: cardWidth(node) * (node.side === "free" ? factor : 1), height: node.side === "free" ? ROW * Math.max(factor, 1) : rowsOf(node) * ROW };
}

// Where labels are drawn now (they can be pressed, too), chosen before each drawing: the selected,
// then the major, then the best linked; none over another nor over a shape. While one moves the
// picture about, the labels chosen for a wider view stay as they are.
const boxes = new Map();
const CELL = 60;
let taken = new Map(); // what stands where, by cells of a grid
let placed = null; // the scale, the area and the change for which labels were chosen
let change = 0; // counts what makes labels move

function placeLabels() {
  const view = visibleArea();
  const scale = network.getScale();
  if (placed?.scale === scale && placed.change === change && contains(placed.area, view)) return;
  const area = widened(view);
  placed = { scale, change, area };
  boxes.clear();
  taken = new Map();
  const near = shown.nodes.filter((node) => isInside(area, node));
  for (const node of near) occupy(shapeBox(node, scale), node);
  for (const block of backdrop.blocks) occupy(titleBox(block), block);
  near.sort((a, b) => rank(b) - rank(a) || b.links.length - a.links.length || a.id - b.id);
  for (const node of near) placeLabel(node, labelFactor(node, scale));
}

function shapeBox(node, scale) {
  const size = isRoomy ? 24 : 14;
  const { width, height } = isProgram(node) ? cardSize(node, scale) : { width: size, height: size };
  return { x: node.x - width / 2, y: node.y - height / 2, width, height };
}

const rank = (node) => (isDimmed(node) ? 0 : 4) + (isProgram(node) ? 3 : isMajor(node) ? 2 : 0);

function placeLabel(node, factor) {
  if (!factor || node.side === "title") return;
  const sides = node.side === "free" ? ["free"] : node.side === "below" ? node.x < backdrop.middle ? ["below", "right", "left", "above"] : ["below", "left", "right", "above"] : [node.side];
  const candidates = sides.map((side) => ({ ...labelBox(node, factor, side), factor, side }));
  const isNeeded = isRoomy && node.side !== "below" && (isMajor(node) || factor <= MOST_GROWTH * 1.2);
  const box = candidates.find((candidate) => !isTaken(candidate, node)) ?? (isNeeded ? candidates[0] : null);
  if (!box) return;
  occupy(box, node);
  boxes.set(node.id, box);
}

function visibleArea() {
  const { x, y } = network.getViewPosition();
  const { clientWidth, clientHeight } = document.getElementById("canvas");
  const [across, down] = [clientWidth / 2 / network.getScale(), clientHeight / 2 / network.getScale()];
  return { left: x - across, right: x + across, top: y - down, bottom: y + down };
}

function widened({ left, right, top, bottom }) {
  const [across, down] = [(right - left) / 3 + 200, (bottom - top) / 3 + 100];
  return { left: left - across, right: right + across, top: top - down, bottom: bottom + down };
}

const contains = (outer, inner) => outer.left <= inner.left && outer.right >= inner.right && outer.top <= inner.top && outer.bottom >= inner.bottom;
const isInside = (area, { x, y }) => x > area.left && x < area.right && y > area.top && y < area.bottom;

function* cells({ x, y, width, height }) {
  for (let column = Math.floor(x / CELL); column <= Math.floor((x + width) / CELL); column += 1) {
    for (let row = Math.floor(y / CELL); row <= Math.floor((y + height) / CELL); row += 1) yield column * 65536 + row;
  }
}

function occupy(box, owner) {
  const entry = { box, owner };
  for (const cell of cells(box)) {
    if (!taken.has(cell)) taken.set(cell, []);
    taken.get(cell).push(entry);
  }
}

function isTaken(box, owner, mayCover = () => false) {
  for (const cell of cells(box)) {
    if ((taken.get(cell) ?? []).some((other) => other.owner !== owner && !mayCover(other.owner) && overlap(box, other.box))) return true;
  }
  return false;
}

function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
