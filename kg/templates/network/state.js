// What is selected, hidden and arranged, and what follows from it for each node and link.

const state = { node: null, edge: null, hidden: new Set(), layout: "columns", view: "graph", focus: false, over: null };
let network = null;

const byIri = new Map(graph.nodes.map((node) => [node.iri, node.id]));
const types = new Map(graph.types.map((type) => [type.key, type]));
const links = new Map(graph.nodes.map((node) => [node.id, []]));
for (const edge of graph.edges) {
  links.get(edge.from).push(edge);
  if (edge.to !== edge.from) links.get(edge.to).push(edge);
}

const nodeOf = (id) => graph.nodes[id];
const typeOf = (node) => types.get(node.type);
const textOf = (number) => graph.strings[number];
const linksOf = (id) => links.get(id);
const other = (edge, id) => (edge.from === id ? edge.to : edge.from);

const programCount = graph.nodes.filter((node) => node.type === "Program").length;
const hasSeveralPrograms = () => programCount > 1;

// Names of programs often begin alike ("Cigna Collaborative Accountable Care Program - ..."); beside
// each other, what follows the dash or colon sets them apart.
const START = /^.{8,}(?: [-\u2013\u2014|] |: )(?=\S)/u;
const starts = new Map();
for (const node of graph.nodes) {
  const start = node.type === "Program" ? START.exec(node.label)?.[0] : undefined;
  if (start) starts.set(start, (starts.get(start) ?? 0) + 1);
}

// What tells a thing from others of its name: its kind, and the program that it is a part of.
function kindOf(node) {
  const owner = node.kind && node.programs.length === 1 && hasSeveralPrograms() ? ` \u00b7 ${shortName(nodeOf(node.programs[0]))}` : "";
  return typeOf(node).one + owner;
}

function shortName(node) {
  const start = node.type === "Program" ? START.exec(node.label)?.[0] : undefined;
  return starts.get(start) > 1 ? node.label.slice(start.length) : node.label;
}

// A picture of many programs begins with their key links; the legend brings in the rest.
const MANY = 100;
const DETAILS = ["CareActivity", "CareRoleAssignment", "CareTeam", "PaymentArrangement", "PractitionerGroup", "aim"];
const HIDDEN_FIRST = graph.nodes.length > MANY ? DETAILS.filter((key) => types.has(key)) : [];

let lit = new Set();

function light() {
  const ends = state.edge === null ? [] : [graph.edges[state.edge].from, graph.edges[state.edge].to];
  const near = state.node === null ? [] : [state.node, ...linksOf(state.node).map((edge) => other(edge, state.node))];
  lit = new Set([...ends, ...near]);
}

const isQuiet = () => lit.size > 0;
const isLit = (id) => lit.has(id);
const isDimmed = (id) => isQuiet() && !lit.has(id);
const isSelectedNode = (id) => id === state.node;
const isLitEdge = (edge) => edge.id === state.edge || (state.node !== null && (edge.from === state.node || edge.to === state.node));
const isShown = (node) => !state.hidden.has(node.type) && !(state.focus && isDimmed(node.id));
const isShownEdge = (edge) => isShown(nodeOf(edge.from)) && isShown(nodeOf(edge.to)) && !(state.focus && state.node === null && edge.id !== state.edge);

function select({ node = null, edge = null }, { isSilent = false } = {}) {
  state.node = node;
  state.edge = edge;
  if (node === null && edge === null) state.focus = false;
  if (node !== null) state.hidden.delete(nodeOf(node).type);
  update();
  if (!isSilent) reveal();
  speak();
}

function toggleFocus() {
  state.focus = !state.focus;
  update();
  fit();
}

function speak() {
  const spoken = document.getElementById("spoken");
  if (state.node !== null) {
    const node = nodeOf(state.node);
    spoken.textContent = `${node.label}, ${typeOf(node).one}, ${linksOf(node.id).length} links`;
  } else if (state.edge !== null) {
    const edge = graph.edges[state.edge];
    spoken.textContent = `${nodeOf(edge.from).label} ${textOf(edge.relation)} ${nodeOf(edge.to).label}`;
  } else {
    spoken.textContent = "";
  }
}
