// The beginning: the network is drawn and everything is wired to the state.

function showNotices() {
  const notice = document.getElementById("notice");
  notice.hidden = graph.nodes.length > 0;
  notice.textContent = "No programs in this dataset yet. Add a description and build again.";
  const key = document.getElementById("key");
  const sample = graph.types.find((type) => type.key === "condition") ?? graph.types[0];
  key.hidden = !hasSeveralPrograms();
  if (hasSeveralPrograms() && sample) {
    key.append(make("span", {}, icon(sample), "in several programs"), make("span", {}, icon(sample, false), "in one program only"));
  }
}

function draw() {
  nodeSet = new vis.DataSet(
    [...graph.nodes].sort((a, b) => (a.type === "Program") - (b.type === "Program")).map((node) => ({ id: node.id, shape: node.shape, size: 12, ctxRenderer: nodeRenderer, x: node.places[state.layout][0], y: node.places[state.layout][1] })),
  );
  edgeSet = new vis.DataSet(graph.edges.map((edge) => ({ id: edge.id, from: edge.from, to: edge.to, ...edgeLook(edge) })));
  const arrows = { to: { enabled: true, scaleFactor: 0.45 } };
  const options = {
    ...graph.options,
    autoResize: true,
    edges: { arrows, selectionWidth: 0, hoverWidth: 0, arrowStrikethrough: false },
    interaction: { ...graph.options.interaction, selectable: false, hideEdgesOnDrag: IS_LARGE, hideEdgesOnZoom: IS_LARGE },
  };
  const canvas = document.getElementById("canvas");
  network = new vis.Network(canvas, { nodes: nodeSet, edges: edgeSet }, options);
  canvas.firstElementChild.tabIndex = -1; // one stop for the keyboard: the labelled element around it
  network.once("afterDrawing", () => {
    for (const node of Object.values(network.body.nodes)) node.needsRefresh(); // sizes are known now
    network.redraw();
  });
}

function wire() {
  network.on("click", press);
  network.on("beforeDrawing", (ctx) => { placeLabels(); drawColumns(ctx); });
  network.on("afterDrawing", drawEdgeLabels);
  network.on("dragEnd", () => {
    for (const [id, { x, y }] of Object.entries(network.getPositions())) nodeOf(Number(id)).places[state.layout] = [x, y];
  });
  const canvas = document.getElementById("canvas");
  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("keydown", keyOnCanvas);
  document.addEventListener("keydown", keyAnywhere);
  const search = document.getElementById("search");
  search.addEventListener("input", () => { chosen = 0; showFound(); });
  search.addEventListener("keydown", keyInSearch);
  search.addEventListener("blur", () => { document.getElementById("found").hidden = true; });
  search.addEventListener("focus", showFound);
  for (const button of document.querySelectorAll("[data-layout]")) button.addEventListener("click", () => arrange(button.dataset.layout));
  for (const button of document.querySelectorAll("[data-view]")) button.addEventListener("click", () => turnTo(button.dataset.view));
  for (const button of document.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => zoom(button.dataset.zoom));
  addEventListener("hashchange", () => { readAddress(); update(); });
  for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", repaint);
  addEventListener("beforeprint", () => { showTables(); repaint(); });
  watchWidth(canvas);
}

// A phone changes its height whenever its address bar goes; only a new width is worth a new fit.
function watchWidth(canvas) {
  let width = canvas.clientWidth;
  new ResizeObserver(() => {
    if (canvas.clientWidth === width || canvas.clientWidth === 0) return;
    width = canvas.clientWidth;
    fitFirst();
  }).observe(canvas);
}

function repaint() {
  readTheme();
  update();
}

function begin() {
  for (const element of document.querySelectorAll(".tools, .legend, main")) element.hidden = false;
  readTheme();
  readAddress();
  light();
  showNotices();
  draw();
  wire();
  update();
  fitFirst();
  reveal();
}

begin();
