// Behind the things: what each column answers, and the blocks of the states.

const MOST_ROOMY = 70; // things; more stand in rows of one line
const LITTLE = 1.32; // growth that labels have room for
const BREADTHS = [100, 112, 128, 150]; // of labels, to try: the narrower, the more lines
const MOST_RECKONED = 1.65; // growth of labels; beyond, one begins with a part of the picture,
const isPaper = () => matchMedia("print").matches; // but paper has to show all of it
const mostReckoned = () => (isPaper() ? LARGEST_GROWTH : MOST_RECKONED);
let backdrop = { columns: [], blocks: [], middle: 0 };

function drawBackdrop(ctx) {
  for (const block of backdrop.blocks) drawBlock(ctx, block);
  drawTitles(ctx);
}

function drawBlock(ctx, { x, y, width, height }) {
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, 12);
  ctx.fillStyle = theme.get("surface");
  ctx.fill();
  ctx.lineWidth = 1;
  ctx.strokeStyle = theme.get("rule");
  ctx.stroke();
}

// Over the lines, which may run through a block.
function drawHeads(ctx) {
  for (const block of backdrop.blocks) drawHead(ctx, block);
}

function drawHead(ctx, { x, y, width, state: named, count }) {
  const size = titleSize({ width, state: named });
  ctx.font = `600 ${size}px ${theme.get("font")}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  const title = named.label.charAt(0).toUpperCase() + named.label.slice(1);
  const base = y + head / 2 + size * 0.4;
  const start = x + PADDING + (isShown(named) ? 18 : 0);
  const end = start + ctx.measureText(title).width;
  ctx.fillStyle = theme.get("surface");
  ctx.fillRect(start - 2, base - size, end - start + 4, size * 1.25);
  ctx.fillStyle = theme.get("text");
  ctx.fillText(title, start, base);
  ctx.font = `400 ${size}px ${theme.get("font")}`;
  ctx.fillStyle = theme.get("muted");
  ctx.fillText(` ${inCount(count)}`, end + size * 0.2, base);
}

// The title grows so that it can be read from afar, as far as its block lets it.
function titleSize({ width, state: { label } }) {
  return Math.min(Math.max(13, 13 / network.getScale()), width / (0.64 * label.length + 2.5), head * 0.8);
}

function titleBox({ x, y, width }) {
  return { x, y, width, height: head };
}

// Each title in as many lines as its column is wide; from too far away there is none.
function drawTitles(ctx) {
  const size = Math.max(12, 11.5 / network.getScale());
  if (size > 24 || backdrop.columns.length === 0) return;
  ctx.font = `${size}px ${theme.get("font")}`;
  ctx.fillStyle = theme.get("muted");
  ctx.textBaseline = "bottom";
  canvasOfText.font = ctx.font;
  for (const { title, x } of backdrop.columns) {
    ctx.textAlign = x < 0 ? "right" : x > 0 ? "left" : "center";
    const lines = wrap(title, 150, 2, 1.35);
    lines.forEach((line, row) => ctx.fillText(line, x - Math.sign(x) * 12, backdrop.top - 18 - (lines.length - 1 - row) * size * 1.3));
  }
}

function blockAt({ x, y }) {
  return backdrop.blocks.find((block) => x >= block.x && x <= block.x + block.width && y >= block.y && y <= block.y + head);
}

// Put what is shown in its places.
function layOut() {
  const how = arrangement();
  const isWide = how !== "states" && !shown.isCrowded && shown.nodes.length <= MOST_ROOMY;
  const isNarrow = document.getElementById("canvas").clientWidth < NARROW;
  screen = isNarrow ? 1.2 : 0.58;
  setRoom(isWide);
  place(how);
  if (!isWide || isNarrow || how !== "columns" || growthFor() <= LITTLE) return;
  const tried = BREADTHS.map((breadth) => ({ breadth, growth: reckon(breadth) }));
  const { breadth, growth } = tried.reduce((a, b) => (b.growth < a.growth ? b : a));
  setRoom(true, Math.min(growth, mostReckoned()), breadth);
  place(how);
}

const growthFor = () => SMALLEST / 13 / fitting(shown.nodes).scale;

// In a small window labels have to grow to be read. Then they need more room, and the whole fits
// only from farther away, from where they grow still more: so again, until it is enough.
function reckon(breadth) {
  for (let growth = 1.01; ; ) {
    setRoom(true, growth, breadth);
    place("columns");
    const wanted = growthFor();
    if (wanted <= growth || growth >= mostReckoned()) return Math.max(wanted, growth);
    growth = Math.min(wanted * 1.01, mostReckoned());
  }
}

function place(how) {
  for (const node of shown.nodes) Object.assign(node, { airy: 1, isAcross: false });
  const arrange = { columns: arrangeColumns, states: arrangeStates, force: arrangeForce, path: arrangePath }[how];
  const { columns = [], blocks: found = [] } = arrange && shown.nodes.length ? arrange(shown.nodes, sizeOf) : {};
  const tops = shown.nodes.map((node) => node.y - (isRoomy ? textBlock(node).height / 2 : ROW / 2));
  const across = shown.nodes.map((node) => node.x);
  backdrop = { columns, blocks: found, top: Math.min(...tops), middle: (Math.min(...across) + Math.max(...across)) / 2 };
}
