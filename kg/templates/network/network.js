// The beginning: the network is drawn and everything is wired to the state.

function makeNetwork() {
  nodeSet = new vis.DataSet([]);
  edgeSet = new vis.DataSet([]);
  const isMany = graph.edges.length > MANY_EDGES;
  const options = {
    ...graph.options,
    autoResize: true,
    edges: { arrows: { to: { enabled: true, scaleFactor: 0.45 } }, selectionWidth: 0, hoverWidth: 0, arrowStrikethrough: false },
    interaction: { ...graph.options.interaction, selectable: false, hideEdgesOnDrag: isMany, hideEdgesOnZoom: isMany },
  };
  const canvas = document.getElementById("canvas");
  network = new vis.Network(canvas, { nodes: nodeSet, edges: edgeSet }, options);
  canvas.firstElementChild.tabIndex = -1; // one stop for the keyboard: the labelled element around it
}

function wire() {
  network.on("click", press);
  network.on("doubleClick", pressTwice);
  network.on("beforeDrawing", (ctx) => { placeLabels(); drawBackdrop(ctx); });
  network.on("afterDrawing", (ctx) => { drawHeads(ctx); drawEdgeLabels(ctx); });
  network.on("dragEnd", keepPlace);
  const canvas = document.getElementById("canvas");
  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("keydown", keyOnCanvas);
  wireDocument();
  wireSearch();
  watchWidth(canvas);
}

// What was dragged stays where it was put, until the picture is arranged anew.
function keepPlace({ nodes }) {
  for (const [id, { x, y }] of Object.entries(network.getPositions(nodes))) Object.assign(nodeOf(Number(id)), { x, y });
  change += 1;
}

function wireDocument() {
  document.addEventListener("keydown", keyAnywhere);
  document.addEventListener("click", closeMenus);
  const onPress = (name, press) => {
    for (const element of document.querySelectorAll(`[data-${name}]`)) element.addEventListener("click", () => press(element.dataset[name]));
  };
  onPress("layout", arrange);
  onPress("zoom", zoom);
  onPress("export", (form) => EXPORTS.get(form)());
  document.getElementById("keys-close").addEventListener("click", () => document.getElementById("keys").close());
  addEventListener("hashchange", () => { readAddress(); update(); });
  for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", repaint);
  addEventListener("beforeprint", () => { showTables(); repaint(); });
}

const EXPORTS = new Map([
  ["png", exportPicture],
  ["svg", exportDrawing],
  ["things", exportThings],
  ["links", exportLinks],
  ["address", () => copyText(location.href, document.querySelector("[data-export=address]"))],
  ["keys", () => document.getElementById("keys").showModal()],
]);

function wireSearch() {
  const search = document.getElementById("search");
  search.addEventListener("input", () => { chosen = 0; showFound(); });
  search.addEventListener("keydown", keyInSearch);
  search.addEventListener("blur", () => { document.getElementById("found").hidden = true; });
  search.addEventListener("focus", showFound);
}

// A phone changes its height whenever its address bar goes; only a new width is worth a new fit.
function watchWidth(canvas) {
  let width = canvas.clientWidth;
  new ResizeObserver(() => {
    if (canvas.clientWidth === width || canvas.clientWidth === 0) return;
    width = canvas.clientWidth;
    paintAnew();
  }).observe(canvas);
}

function repaint() {
  readTheme();
  edgesSaid.clear();
  update();
}

for (const element of document.querySelectorAll(".tools, .legend, main")) element.hidden = false;
readTheme();
readAddress();
makeNetwork();
wire();
showRelations();
update();
reveal();
document.documentElement.dataset.state = "ready";
