// The same content as tables: for screen readers, for paper, and for those who like tables.

const MOST_ROWS = 1000;

let tablesAsked = 0;

async function showTables() {
  tablesAsked += 1;
  const asked = tablesAsked;
  const { nodes, edges } = tabled();
  const needed = [...nodes.slice(0, MOST_ROWS), ...edges.slice(0, MOST_ROWS).map((edge) => edge.from)];
  if (!hasDetails(needed)) {
    await loadDetails(needed);
    if (asked !== tablesAsked) return;
  }
  document.getElementById("tables").replaceChildren(
    ...table("Things", ["Name", "Kind", "Links", "Facts"], nodes, nodeRow),
    ...table("Links", ["From", "Relation", "To", "Quotation", "Document"], edges, edgeRow),
  );
}

// What the picture shows; where it shows counts, the programs counted and what they link to.
function tabled() {
  if (shown.nodes.length) return { nodes: shown.nodes, edges: shown.edges };
  const nodes = shown.programs;
  return { nodes, edges: nodes.flatMap((node) => node.links.filter((edge) => edge.from === node && isOpen(edge))) };
}

function table(caption, heads, members, row) {
  const rest = members.length - MOST_ROWS;
  return [
    make("h2", {}, `${caption} (${inCount(members.length)})`),
    make(
      "table",
      { "aria-label": caption },
      make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, ...members.slice(0, MOST_ROWS).map(row)),
    ),
    ...(rest > 0 ? [make("p", {}, `${inCount(rest)} more: hide some kinds, keep fewer programs, or export all as CSV.`)] : []),
  ];
}

function nodeRow(node) {
  return make(
    "tr",
    {},
    make("td", {}, icon(node.type, isFilled(node)), plainLink(node.label, () => select({ node }))),
    make("td", {}, words(kindOf(node))),
    make("td", {}, inCount(node.links.length)),
    make("td", {}, inCount(factsOf(node).length)),
  );
}

function edgeRow(edge) {
  return make(
    "tr",
    {},
    make("td", {}, words(edge.from.label)),
    make("td", {}, plainLink(relationOf(edge.relation), () => select({ edge }))),
    make("td", {}, words(edge.to.label)),
    make("td", { class: "quote" }, words(quotedWords(edge))),
    make("td", {}, words(documentsOf(edge))),
  );
}

function quotedWords(edge) {
  return [...new Set(evidenceOf(edge).map(({ text, span }) => text.slice(...span)))].join(" / ");
}

function documentsOf(edge) {
  return [...new Set(evidenceOf(edge).map((piece) => piece.document))].join(", ");
}
