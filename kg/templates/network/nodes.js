// Nodes on the canvas.

function nodeRenderer({ ctx, id, x, y, state: { hover } }) {
  const node = nodeOf(id);
  const type = typeOf(node);
  const size = cardSize(node, network?.getScale() ?? 1);
  return {
    drawNode() {
      ctx.globalAlpha = isDimmed(id) ? 0.2 : 1;
      const isFilled = node.shared || !hasSeveralPrograms() || node.type === "Program";
      drawIcon(ctx, type, x, y, size, { isFilled, isMarked: hover || isSelectedNode(id) });
      drawLabel(ctx, node);
      ctx.globalAlpha = 1;
    },
    nodeDimensions: cardSize(node, 1),
  };
}

// A program's card grows with its text when one looks from afar.
function cardSize(node, scale) {
  if (node.type !== "Program") return { width: 24, height: 24 };
  const block = textBlock(node, "card");
  const factor = labelFactor(node, scale) || 1;
  return { width: (TEXT_WIDTH.get("card") + 28) * factor, height: (block.height + 22) * factor };
}

function drawIcon(ctx, type, x, y, { width, height }, { isFilled, isMarked }) {
  const hue = theme.get(type.hue);
  ctx.save();
  ctx.translate(x, y);
  if (type.shape === "card") {
    ctx.beginPath();
    ctx.roundRect(-width / 2, -height / 2, width, height, 10);
    if (isMarked) strokeHalo(ctx, null);
    coverLines(ctx);
    ctx.fillStyle = hue;
    ctx.fill();
  } else {
    const path = PATHS.get(type.shape);
    if (isMarked) strokeHalo(ctx, path);
    ctx.lineJoin = "round";
    ctx.lineWidth = 2.2;
    ctx.strokeStyle = hue;
    ctx.fillStyle = isFilled ? hue : theme.get("canvas");
    ctx.fill(path);
    ctx.stroke(path);
  }
  ctx.restore();
}

// A dimmed card is still no window on the lines behind it.
function coverLines(ctx) {
  const alpha = ctx.globalAlpha;
  ctx.globalAlpha = 1;
  ctx.fillStyle = theme.get("canvas");
  ctx.fill();
  ctx.globalAlpha = alpha;
}

function strokeHalo(ctx, path) {
  ctx.lineJoin = "round";
  for (const [width, colour] of [[12, "accent"], [7, "canvas"]]) {
    ctx.lineWidth = width;
    ctx.strokeStyle = theme.get(colour);
    if (path) ctx.stroke(path);
    else ctx.stroke();
  }
}

function drawLabel(ctx, node) {
  const box = boxes.get(node.id);
  if (!box) return;
  const where = labelPlace(node) === "below" && box.align !== "center" ? "side" : labelPlace(node);
  const size = baseSize(node) * box.factor;
  if (where !== "card") {
    ctx.save();
    ctx.globalAlpha *= 0.88;
    ctx.fillStyle = theme.get("canvas");
    ctx.fillRect(box.x - 3, box.y - 1, box.width + 6, box.height + 2);
    ctx.restore();
  }
  ctx.font = font(node, size);
  ctx.fillStyle = theme.get(where === "card" ? "on-hue" : "text");
  ctx.textAlign = box.align;
  ctx.textBaseline = "middle";
  const anchor = { left: box.x, center: box.x + box.width / 2, right: box.x + box.width }[box.align];
  textBlock(node, where).lines.forEach((line, row) => {
    ctx.fillText(line, anchor, box.y + (row + 0.52) * size * LINE);
  });
}
