// The same content as tables: for screen readers, for paper, and for those who like tables.

const MOST_ROWS = 1000;

function showTables() {
  const nodes = graph.nodes.filter(isShown);
  const edges = graph.edges.filter(isShownEdge);
  document.getElementById("tables").replaceChildren(
    ...table("Things", ["Name", "Kind", "Links", "Facts"], nodes, nodeRow),
    ...table("Links", ["From", "Relation", "To", "Quotation", "Document"], edges, edgeRow),
  );
}

function table(caption, heads, members, row) {
  const rest = members.length - MOST_ROWS;
  return [
    make("h2", {}, `${caption} (${members.length.toLocaleString("en")})`),
    make(
      "table",
      { "aria-label": caption },
      make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, ...members.slice(0, MOST_ROWS).map(row)),
    ),
    ...(rest > 0 ? [make("p", {}, `${rest.toLocaleString("en")} more: hide some kinds to see them.`)] : []),
  ];
}

function nodeRow(node) {
  const type = typeOf(node);
  return make(
    "tr",
    {},
    make("td", {}, icon(type), plainLink(node.label, { node: node.id })),
    make("td", {}, words(kindOf(node))),
    make("td", {}, String(linksOf(node.id).length)),
    make("td", {}, String(node.facts.length)),
  );
}

function edgeRow(edge) {
  const quotes = edge.evidence.map((piece) => textOf(piece.text).slice(...piece.span));
  return make(
    "tr",
    {},
    make("td", {}, words(nodeOf(edge.from).label)),
    make("td", {}, plainLink(textOf(edge.relation), { edge: edge.id })),
    make("td", {}, words(nodeOf(edge.to).label)),
    make("td", { class: "quote" }, words([...new Set(quotes)].join(" / "))),
    make("td", {}, words([...new Set(edge.evidence.map((piece) => textOf(piece.document)))].join(", "))),
  );
}
