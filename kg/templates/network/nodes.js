// Nodes on the canvas.

function nodeRenderer({ ctx, id, x, y, state: { hover } }) {
  const node = nodeOf(id);
  const size = cardSize(node, network?.getScale() ?? 1);
  return {
    drawNode() {
      ctx.globalAlpha = isDimmed(node) ? 0.2 : 1;
      const isMarked = hover || isSelected(node);
      if (isProgram(node)) drawCard(ctx, node, { x, y, ...size }, isMarked);
      else drawIcon(ctx, node, { x, y }, isMarked);
      drawLabel(ctx, node);
      ctx.globalAlpha = 1;
    },
    nodeDimensions: size,
  };
}

const isFilled = (node) => node.isShared || !hasSeveralPrograms || isProgram(node);

// Few programs are dark cards; many are outlined, or the picture would be nothing but cards.
function drawCard(ctx, node, { x, y, width, height }, isMarked) {
  ctx.beginPath();
  ctx.roundRect(x - width / 2, y - height / 2, width, height, isRoomy ? 10 : 5);
  if (isMarked) strokeHalo(ctx, null);
  coverLines(ctx);
  ctx.fillStyle = theme.get(node.type.hue);
  ctx.strokeStyle = theme.get(node.type.hue);
  if (isDark(node)) ctx.fill();
  else {
    ctx.lineWidth = 1;
    ctx.stroke();
  }
}

const isDark = (node) => isRoomy || (isQuiet() && isLit(node));

function drawIcon(ctx, node, { x, y }, isMarked) {
  const path = PATHS.get(node.type.shape);
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(iconScale(node), iconScale(node));
  if (isMarked) strokeHalo(ctx, path);
  ctx.lineJoin = "round";
  ctx.lineWidth = 2.2;
  ctx.strokeStyle = theme.get(node.type.hue);
  ctx.fillStyle = isFilled(node) ? theme.get(node.type.hue) : theme.get("canvas");
  ctx.fill(path);
  ctx.stroke(path);
  ctx.restore();
}

// Where there is room, who pays catches the eye.
function iconScale(node) {
  if (!isRoomy) return 0.8;
  return node.type.key === "Payer" ? 1.5 : 1;
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
  const size = baseSize(node) * box.factor;
  if (box.side !== "card" && box.side !== "free") {
    const alpha = ctx.globalAlpha;
    ctx.globalAlpha = alpha * 0.85;
    ctx.fillStyle = theme.get("canvas");
    ctx.fillRect(box.x - 3, box.y - 1, box.width + 6, box.height + 2);
    ctx.globalAlpha = alpha;
  }
  ctx.font = font(node, size);
  ctx.fillStyle = theme.get(isProgram(node) && isDark(node) ? "on-hue" : "text");
  ctx.textAlign = box.align;
  ctx.textBaseline = "middle";
  const anchor = { left: box.x, center: box.x + box.width / 2, right: box.x + box.width }[box.align];
  textBlock(node, box.factor).lines.forEach((line, row) => {
    ctx.fillText(line, anchor, box.y + (row + 0.52) * size * lineHeight());
  });
}
