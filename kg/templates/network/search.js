// Search with suggestions while typing.

const MOST_FOUND = 12;
const plainText = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
let haystack = null; // made when somebody first searches
let chosen = -1;
let pathStart = null; // what a path is asked from

function find() {
  const terms = plainText(document.getElementById("search").value).split(/\s+/).filter(Boolean);
  if (terms.length === 0) return [];
  haystack ??= graph.nodes.map((node) => plainText(`${node.label} ${node.kind} ${node.type.one}`));
  const rank = (node) => (haystack[node.id].startsWith(terms[0]) ? 0 : 1);
  return graph.nodes
    .filter((node) => node !== pathStart && terms.every((term) => haystack[node.id].includes(term)))
    .sort((a, b) => rank(a) - rank(b) || a.id - b.id)
    .slice(0, MOST_FOUND);
}

function showFound() {
  const input = document.getElementById("search");
  const list = document.getElementById("found");
  const found = find();
  chosen = Math.min(Math.max(chosen, 0), found.length - 1);
  const items = found.map((node, place) => {
    const item = make("li", { id: `found-${place}`, role: "option", "aria-selected": String(place === chosen), "data-node": node.id }, icon(node.type), words(node.label), words(kindOf(node), "small"));
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
  const start = pathStart;
  closeSearch();
  if (start) showPath(start, node);
  else select({ node });
  document.getElementById(isDrawn() ? "canvas" : "panel").focus();
}

// The next thing that is searched for is where a path ends.
function askPath(node) {
  pathStart = node;
  const input = document.getElementById("search");
  input.placeholder = `Path from ${node.label} to …`;
  input.focus();
}

function closeSearch() {
  const input = document.getElementById("search");
  input.value = "";
  input.placeholder = "Search";
  chosen = -1;
  pathStart = null;
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
    document.getElementById(isDrawn() ? "canvas" : "panel").focus();
  } else {
    return;
  }
  event.preventDefault();
}
