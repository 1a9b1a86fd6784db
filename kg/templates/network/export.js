// What is shown, as a file: a picture as PNG or SVG, tables as CSV.

async function exportThings() {
  const { nodes } = tabled();
  await loadDetails(nodes);
  const rows = nodes.map((node) => [node.iri, node.label, node.type.one, node.kind, node.links.length, factsOf(node).length]);
  saveTable("things.csv", [["iri", "label", "type", "kind", "links", "facts"], ...rows]);
}

async function exportLinks() {
  const { edges } = tabled();
  await loadDetails(edges.map((edge) => edge.from));
  const rows = edges.map((edge) => [edge.from.iri, edge.from.label, edge.property, relationOf(edge.relation), edge.to.iri, edge.to.label, quotedWords(edge), documentsOf(edge)]);
  saveTable("links.csv", [["from_iri", "from", "property_iri", "property", "to_iri", "to", "quotation", "document"], ...rows]);
}

function saveTable(name, rows) {
  save(name, new Blob([csvText(rows)], { type: "text/csv" }));
}

function exportPicture() {
  const source = document.querySelector("#canvas canvas");
  const picture = make("canvas", { width: source.width, height: source.height });
  const ctx = picture.getContext("2d");
  ctx.fillStyle = theme.get("canvas");
  ctx.fillRect(0, 0, picture.width, picture.height);
  ctx.drawImage(source, 0, 0);
  picture.toBlob((blob) => save("network.png", blob), "image/png");
}

const SVG = "http://www.w3.org/2000/svg";

function draw(parent, tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd"); // XML has no form for these
  parent.append(element);
  return element;
}

function exportDrawing() {
  const blob = new Blob([new XMLSerializer().serializeToString(makeDrawing())], { type: "image/svg+xml" });
  save("network.svg", blob);
}

// The picture in lines, with the labels that are drawn now.
function makeDrawing() {
  const { left, right, top, bottom } = visibleArea();
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ viewBox: [left, top, right - left, bottom - top].map(Math.round).join(" "), "font-family": "system-ui, sans-serif" })) svg.setAttribute(name, value);
  draw(svg, "title", {}, document.title);
  draw(svg, "rect", { x: left, y: top, width: right - left, height: bottom - top, fill: theme.get("canvas") });
  for (const block of backdrop.blocks) drawBlockIn(svg, block);
  const area = { left: left - 300, right: right + 300, top: top - 60, bottom: bottom + 60 };
  for (const edge of drawnEdges.filter(({ from, to }) => isInside(area, from) || isInside(area, to))) drawEdgeIn(svg, edge);
  for (const node of shown.nodes.filter((node) => isInside(area, node))) drawNodeIn(svg, node);
  return svg;
}

function drawBlockIn(svg, { x, y, width, height, state: { label }, count }) {
  draw(svg, "rect", { x, y, width, height, rx: 12, fill: theme.get("surface"), stroke: theme.get("rule") });
  draw(svg, "text", { x: x + PADDING + 18, y: y + head / 2 + 5, "font-size": 14, "font-weight": 600, fill: theme.get("text") }, `${label} ${inCount(count)}`);
}

const SAMPLES = 24;

function drawEdgeIn(svg, edge) {
  const course = courseOf(edge);
  if (!course) return;
  const points = Array.from({ length: SAMPLES + 1 }, (_, place) => course(place / SAMPLES)).map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  const { color, width } = edgeLook(edge);
  const line = draw(svg, "path", { d: `M${points.join("L")}`, fill: "none", stroke: color.color, "stroke-opacity": color.opacity, "stroke-width": width });
  draw(line, "title", {}, `${edge.from.label} ${relationOf(edge.relation)} ${edge.to.label}`);
}

function drawNodeIn(svg, node) {
  const group = draw(svg, "g", { opacity: isDimmed(node) ? 0.2 : 1 });
  draw(group, "title", {}, `${node.label} (${node.type.one})`);
  const hue = theme.get(node.type.hue);
  const canvas = theme.get("canvas");
  if (isProgram(node)) {
    const { width, height } = cardSize(node, network.getScale());
    draw(group, "rect", { x: node.x - width / 2, y: node.y - height / 2, width, height, rx: isRoomy ? 10 : 5, fill: isDark(node) ? hue : canvas, stroke: hue });
  } else {
    draw(group, "path", { d: SHAPES.get(node.type.shape), transform: `translate(${node.x} ${node.y}) scale(${iconScale(node)})`, fill: isFilled(node) ? hue : canvas, stroke: hue, "stroke-width": 2.2, "stroke-linejoin": "round" });
  }
  drawLabelIn(group, node);
}

function drawLabelIn(group, node) {
  const box = boxes.get(node.id);
  if (!box) return;
  const size = baseSize(node) * box.factor;
  const anchor = { left: "start", center: "middle", right: "end" }[box.align];
  const x = { left: box.x, center: box.x + box.width / 2, right: box.x + box.width }[box.align];
  const fill = theme.get(isProgram(node) && isDark(node) ? "on-hue" : "text");
  textBlock(node, box.factor).lines.forEach((line, row) => {
    draw(group, "text", { x, y: box.y + (row + 0.52) * size * lineHeight() + size * 0.35, "font-size": size, "font-weight": weightOf(node), "text-anchor": anchor, fill }, line);
  });
}
