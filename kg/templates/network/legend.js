// The bar of filters: programs kept, kinds of thing, kinds of link.

function showLegend() {
  const legend = document.getElementById("legend");
  const focused = document.activeElement?.dataset?.type;
  legend.replaceChildren(...state.scope.map(scopeChip), ...graph.types.map(typeChip), ...(shown.hidden.size ? [showAll()] : []));
  if (focused) legend.querySelector(`[data-type="${CSS.escape(focused)}"]`)?.focus();
}

function scopeChip(entry) {
  return make(
    "button",
    { type: "button", class: "scope", press: () => toggleScope(entry), "aria-label": `No longer only programs with ${entry.label}` },
    "Only: ",
    words(entry.label),
    make("span", { "aria-hidden": "true" }, "×"),
  );
}

// The count is that of the programs kept; a kind that they have nothing of cannot be pressed.
function typeChip(type) {
  const count = shown.counts.get(type.key) ?? 0;
  return make(
    "button",
    { type: "button", "data-type": type.key, "aria-pressed": String(!shown.hidden.has(type.key)), press: () => toggleType(type.key), disabled: count ? null : "" },
    icon(type),
    words(type.many, "span", { class: "name" }),
    make("span", { class: "count" }, inCount(count)),
  );
}

const showAll = () => button("Show all", () => hide(new Set()), { class: "all" });

// What is hidden anyway need not be in the address.
function hide(keys) {
  state.hidden = null;
  look();
  if (String([...keys].sort()) !== String([...shown.hidden].sort())) state.hidden = keys;
  update();
}

function toggleType(key) {
  const hidden = new Set(shown.hidden);
  if (!hidden.delete(key)) hidden.add(key);
  if (state.node?.type.key === key && hidden.has(key)) Object.assign(state, { node: null, depth: 0 });
  hide(hidden);
}

// Kinds of link, each with how many there are.
function showRelations() {
  const counts = new Map();
  for (const { relation } of graph.edges) counts.set(relation, (counts.get(relation) ?? 0) + 1);
  const entries = [...counts].sort((a, b) => a[0] - b[0]).map(([relation, count]) => {
    const box = make("input", { type: "checkbox", "data-relation": relation });
    box.checked = !state.without.has(relation);
    box.addEventListener("change", () => toggleRelation(relation));
    return make("label", {}, box, make("span", {}, relationOf(relation)), make("span", { class: "count" }, inCount(count)));
  });
  document.getElementById("relations").replaceChildren(...entries);
}

function toggleRelation(relation) {
  if (!state.without.delete(relation)) state.without.add(relation);
  update();
}

function showSwitches() {
  const how = arrangement();
  for (const element of document.querySelectorAll("[data-layout]")) {
    const { layout } = element.dataset;
    element.setAttribute("aria-pressed", String(layout === (state.view === "table" ? "table" : how)));
    element.disabled = !isPossible(layout);
  }
  document.getElementById("stage").hidden = state.view !== "graph";
  document.getElementById("tables").hidden = state.view !== "table";
  document.getElementById("grid").hidden = how !== "overview";
  for (const id of ["canvas", "zoom"]) document.getElementById(id).hidden = how === "overview";
  document.getElementById("relation-count").textContent = state.without.size ? ` (${state.without.size} hidden)` : "";
  for (const box of document.querySelectorAll("[data-relation]")) box.checked = !state.without.has(Number(box.dataset.relation));
}

// Which arrangements there are depends on how much there is.
function isPossible(layout) {
  if (layout === "table") return true;
  if (layout === "overview") return programs.length > 0;
  if (layout === "force") return shown.nodes.length > 0 && graph.nodes.length <= graph.mostDrawn;
  if (layout === "states") return shown.nodes.length > 0 && states.size > 0;
  return shown.nodes.length > 0;
}
