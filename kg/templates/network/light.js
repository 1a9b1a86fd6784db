// What is lit: the selected with its neighbours, a path; the rest is dimmed.

let lit = new Set();

function light() {
  const { node, edge, path } = state;
  if (path) lit = new Set(path.nodes);
  else if (edge) lit = new Set([edge.from, edge.to]);
  else if (node) lit = new Set([node, ...node.links.filter(isOpen).map((link) => other(link, node))]);
  else lit = new Set();
}

const isQuiet = () => lit.size > 0;
const isLit = (node) => lit.has(node);
const isDimmed = (node) => isQuiet() && !lit.has(node);
const isSelected = (node) => node === state.node;
const isLitEdge = (edge) => edge === state.edge || (state.node !== null && (edge.from === state.node || edge.to === state.node)) || Boolean(state.path?.edges.includes(edge));
