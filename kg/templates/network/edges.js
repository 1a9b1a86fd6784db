// Links on the canvas, their labels, and the titles above the columns.

const IS_LARGE = graph.edges.length > 1500; // then other lines stay as they are: there are too many

function edgeLook(edge) {
  const isOn = isLitEdge(edge);
  const rest = theme.get(edge.inner ? "faint" : "link");
  return {
    color: { color: isOn ? theme.get("accent") : rest, inherit: false, opacity: isOn ? 1 : isQuiet() && !IS_LARGE ? 0.18 : edge.inner ? 0.75 : 0.6 },
    width: isOn ? 2 : isSpine(edge) ? 2.4 : 1,
    smooth: edgeBend(edge),
  };
}

// The backbone of the picture: who takes part in which program.
function isSpine(edge) {
  return MAJOR.has(nodeOf(edge.from).type) && MAJOR.has(nodeOf(edge.to).type);
}

function edgeBend(edge) {
  if (state.layout !== "columns") return { enabled: true, type: "continuous", roundness: 0.2 };
  const isLevel = nodeOf(edge.from).places.columns[0] === nodeOf(edge.to).places.columns[0];
  return isLevel
    ? { enabled: true, type: "curvedCW", roundness: 0.25 }
    : { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: 0.5 };
}

// What each column answers, above it.
function drawColumns(ctx) {
  if (state.layout !== "columns") return;
  const shown = graph.nodes.filter(isShown);
  const top = Math.min(...shown.map((node) => labelBox(node, ...node.places.columns, 1.1).y));
  const size = Math.max(12, 11.5 / network.getScale());
  if (size > 18) return;
  ctx.font = `${size}px ${theme.get("font")}`;
  ctx.fillStyle = theme.get("muted");
  ctx.textBaseline = "bottom";
  for (const { x, title } of graph.columns) {
    if (!shown.some((node) => node.places.columns[0] === x)) continue;
    ctx.textAlign = x < 0 ? "right" : x > 0 ? "left" : "center";
    const at = x + Math.sign(-x) * 12;
    wrapTitle(ctx, title).forEach((line, row, all) => ctx.fillText(line, x ? x - Math.sign(x) * 12 : at, top - 22 - (all.length - 1 - row) * size * 1.3));
  }
}

function wrapTitle(ctx, title) {
  canvasOfText.font = ctx.font;
  return wrap(title, 165);
}

const MOST_EDGE_LABELS = 14;
const CLOSE = 1.5; // zoomed in so far, each line has its label

function drawEdgeLabels(ctx) {
  const lit = graph.edges.filter((edge) => isShownEdge(edge) && (isLitEdge(edge) || edge.id === state.over));
  const isClose = network.getScale() >= CLOSE;
  if (network.getScale() < 0.5 && !isQuiet()) return;
  const labelled = isClose
    ? graph.edges.filter((edge) => isShownEdge(edge) && (!isQuiet() || isLitEdge(edge)))
    : lit.length > MOST_EDGE_LABELS || (!isQuiet() && programCount <= 4) ? graph.edges.filter((edge) => isShownEdge(edge) && isSpine(edge) && (!isQuiet() || isLitEdge(edge))).concat(lit.filter((edge) => edge.id === state.over && !isSpine(edge))) : lit;
  const size = Math.max(9, 12 / network.getScale());
  ctx.font = `500 ${size}px ${theme.get("font")}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const edge of labelled) drawEdgeLabel(ctx, edge, size);
}

function drawEdgeLabel(ctx, edge, size) {
  const line = network.body.edges[edge.id]; // only here vis-network tells where a bent line runs
  if (!line || !line.connected) return;
  const text = textOf(edge.relation);
  const width = ctx.measureText(text).width + size;
  const candidates = [0, 0.08, -0.08, 0.16, -0.16]
    .map((shift) => line.edgeType.getPoint(edgeMiddle(edge) + shift))
    .map(({ x, y }) => ({ x: x - width / 2, y: y - size * 0.75, width, height: size * 1.5 }));
  const isAsked = edge.id === state.edge || edge.id === state.over;
  const box = candidates.find((candidate) => !isTaken(candidate, null, isFaint)) ?? (isAsked ? candidates[0] : null);
  if (!box) return;
  occupy(box, `edge ${edge.id}`);
  ctx.fillStyle = theme.get("canvas");
  ctx.beginPath();
  ctx.roundRect(box.x, box.y, box.width, box.height, size * 0.5);
  ctx.fill();
  ctx.fillStyle = theme.get(isLitEdge(edge) ? "accent" : "muted");
  ctx.fillText(text, box.x + width / 2, box.y + box.height / 2);
}

const isFaint = (owner) => typeof owner === "number" && isDimmed(owner);

// The middle of the visible part of a line, as a part of its length.
function edgeMiddle(edge) {
  const [from, to] = [nodeOf(edge.from), nodeOf(edge.to)];
  const [a, b] = [from.places[state.layout], to.places[state.layout]];
  const length = Math.hypot(a[0] - b[0], a[1] - b[1]) || 1;
  return Math.min(0.75, Math.max(0.25, 0.5 + (cardSize(from, 1).width - cardSize(to, 1).width) / 4 / length));
}
