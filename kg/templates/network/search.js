// Search with suggestions while typing.

const MOST_FOUND = 12;
const plainText = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const haystack = graph.nodes.map((node) => plainText(`${node.label} ${node.kind} ${typeOf(node).one}`));
let chosen = -1;

function find() {
  const terms = plainText(document.getElementById("search").value).split(/\s+/).filter(Boolean);
  if (terms.length === 0) return [];
  const rank = (node) => (plainText(node.label).startsWith(terms[0]) ? 0 : 1);
  return graph.nodes
    .filter((node) => terms.every((term) => haystack[node.id].includes(term)))
    .sort((a, b) => rank(a) - rank(b) || a.id - b.id)
    .slice(0, MOST_FOUND);
}

function showFound() {
  const input = document.getElementById("search");
  const list = document.getElementById("found");
  const found = find();
  chosen = Math.min(Math.max(chosen, 0), found.length - 1);
  const items = found.map((node, place) => {
    const item = make("li", { id: `found-${place}`, role: "option", "aria-selected": String(place === chosen), "data-node": node.id }, icon(typeOf(node)), words(node.label), words(kindOf(node), "small"));
    item.addEventListener("pointerdown", (event) => event.preventDefault()); // keep the field focused
    item.addEventListener("click", () => take(node));
    return item;
  });
  const isAsked = input.value.trim() !== "";
  if (isAsked && items.length === 0) items.push(make("li", { class: "none", role: "option", "aria-disabled": "true" }, "Nothing of that name"));
  list.replaceChildren(...items);
  list.hidden = !isAsked;
  input.setAttribute("aria-expanded", String(isAsked));
  if (found.length) input.setAttribute("aria-activedescendant", `found-${chosen}`);
  else input.removeAttribute("aria-activedescendant");
}

function take(node) {
  closeSearch();
  select({ node: node.id });
  document.getElementById(state.view === "graph" ? "canvas" : "panel").focus();
}

function closeSearch() {
  document.getElementById("search").value = "";
  chosen = -1;
  showFound();
}

function keyInSearch(event) {
  const found = find();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + found.length) % Math.max(found.length, 1);
    showFound();
  } else if (event.key === "Enter" && found.length) {
    take(found[chosen]);
  } else if (event.key === "Escape") {
    closeSearch();
    document.getElementById("canvas").focus();
  } else {
    return;
  }
  event.preventDefault();
}
