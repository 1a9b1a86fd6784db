// Links on the canvas and their labels.

const MANY_EDGES = 1200; // then lines are not drawn while one moves the picture
const MANY_SPOKES = 40;
const FEW_EDGES = 100; // are all drawn, to hubs as well
const HUB = 12; // so many links in the picture make a hub: its spokes are drawn when asked for
let drawnEdges = [];

// The links to draw: all, but where many programs are shown not the spokes of hubs, which would
// hide everything else; the spokes of what is selected are drawn.
function chooseEdges() {
  if (shown.edges.length <= FEW_EDGES || arrangement() === "columns") return shown.edges;
  const degrees = new Map();
  for (const { from, to } of shown.edges) for (const node of [from, to]) degrees.set(node, (degrees.get(node) ?? 0) + 1);
  const isSpoke = ({ from, to }) => from.isAcross || to.isAcross || degrees.get(isProgram(from) ? to : from) > HUB;
  return shown.edges.filter((edge) => !isSpoke(edge) || isLitEdge(edge));
}

function edgeLook(edge) {
  const isOn = isLitEdge(edge);
  const isMany = shown.edges.length > MANY_EDGES; // then other lines stay as they are
  const isBundle = state.node?.links.length > MANY_SPOKES; // so many that they would cover what is behind
  const isFaintAtRest = edge.isInner || edge.from.isAcross || edge.to.isAcross;
  const isBackbone = isSpine(edge) && isRoomy;
  const rest = theme.get(isBackbone ? "muted" : isFaintAtRest ? "faint" : "link");
  return {
    color: { color: isOn ? theme.get("accent") : rest, inherit: false, opacity: isOn ? (isBundle ? 0.45 : 1) : isQuiet() && !isMany ? 0.18 : isBackbone ? 0.9 : isFaintAtRest ? 0.75 : 0.6 },
    width: isOn ? (isBundle ? 1 : 2) : isBackbone ? 2.6 : 1,
    smooth: edgeBend(edge),
  };
}

// The backbone of the picture: who takes part in which program.
function isSpine(edge) {
  return isMajor(edge.from) && isMajor(edge.to);
}

function edgeBend(edge) {
  if (arrangement() === "force" || arrangement() === "path") return { enabled: true, type: "continuous", roundness: 0.2 };
  return edge.from.x === edge.to.x
    ? { enabled: true, type: "curvedCW", roundness: 0.25 }
    : { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: 0.5 };
}

const MOST_EDGE_LABELS = 14;
const CLOSE = 1.5; // zoomed in so far, each line has its label

function drawEdgeLabels(ctx) {
  const scale = network.getScale();
  if (scale < 0.5 && !isQuiet()) return;
  const size = Math.max(9, 12 / scale);
  ctx.font = `500 ${size}px ${theme.get("font")}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const grid = taken;
  taken = new Map(grid); // labels of links keep off those of things, but claim no place for good
  for (const [cell, entries] of grid) taken.set(cell, [...entries]);
  for (const edge of labelledEdges(scale)) drawEdgeLabel(ctx, edge, size);
  taken = grid;
}

// Close by, every line; else the lines of what is selected if they are few, else the backbone.
function labelledEdges(scale) {
  if (scale >= CLOSE) {
    const area = visibleArea();
    return drawnEdges.filter((edge) => (!isQuiet() || isLitEdge(edge)) && (isInside(area, edge.from) || isInside(area, edge.to)));
  }
  const asked = drawnEdges.filter((edge) => isLitEdge(edge) || edge === state.over);
  if (arrangement() === "path") return drawnEdges;
  if (asked.length <= MOST_EDGE_LABELS && (isQuiet() || !isRoomy)) return asked;
  const spine = isRoomy || isQuiet() ? drawnEdges.filter((edge) => isSpine(edge) && (!isQuiet() || isLitEdge(edge))) : [];
  return spine.length <= MOST_EDGE_LABELS ? [...new Set([...spine, ...asked.filter((edge) => edge === state.over)])] : asked.filter((edge) => edge === state.over);
}

// How a link runs, as a function from 0 to 1; only here vis-network tells where a bent line is.
function courseOf(edge) {
  const line = network.body.edges[edge.id];
  return line?.connected ? (part) => line.edgeType.getPoint(part) : null;
}

function drawEdgeLabel(ctx, edge, size) {
  const course = courseOf(edge);
  if (!course) return;
  const text = relationOf(edge.relation);
  const width = ctx.measureText(text).width + size;
  const candidates = [0, 0.08, -0.08, 0.16, -0.16]
    .map((shift) => course(edgeMiddle(edge) + shift))
    .map(({ x, y }) => ({ x: x - width / 2, y: y - size * 0.75, width, height: size * 1.5 }));
  const isAsked = edge === state.edge || edge === state.over;
  const box = candidates.find((candidate) => !isTaken(candidate, null, isFaint)) ?? (isAsked ? candidates[0] : null);
  if (!box) return;
  occupy(box, edge);
  ctx.fillStyle = theme.get("canvas");
  ctx.beginPath();
  ctx.roundRect(box.x, box.y, box.width, box.height, size * 0.5);
  ctx.fill();
  ctx.fillStyle = theme.get(isLitEdge(edge) ? "accent" : "muted");
  ctx.fillText(text, box.x + width / 2, box.y + box.height / 2);
}

const isFaint = (owner) => Boolean(owner?.links) && isDimmed(owner);

// The middle of the visible part of a line, as a part of its length.
function edgeMiddle({ from, to }) {
  const length = Math.hypot(from.x - to.x, from.y - to.y) || 1;
  return Math.min(0.75, Math.max(0.25, 0.5 + (cardSize(from, 1).width - cardSize(to, 1).width) / 4 / length));
}
