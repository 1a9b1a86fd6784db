// The graph that this page shows, read from the page itself: the core at once, facts in chunks
// when they are asked for.

const graph = ungroup(await readData("core"));

// From columns of values to things and links.
function ungroup(core) {
  const { nodes: columns, edges: ends } = core;
  const nodes = columns.label.map((label, id) => ({
    id,
    label,
    iri: columns.iri[id],
    type: core.types[columns.type[id]],
    kind: columns.kinds[columns.kind[id]],
    isShared: columns.shared[id] === 1,
    programs: columns.programs[id],
    states: columns.states[id],
    chunk: core.chunks[id],
    settled: [columns.x[id], columns.y[id]], // where the force layout put it
    x: 0,
    y: 0,
    side: "right", // of the shape on which the label stands
    airy: 1, // how much its label may grow
    isAcross: false, // whether it stands apart, because it links states
    links: [],
  }));
  const edges = ends.from.map((from, id) => ({
    id,
    from: nodes[from],
    to: nodes[ends.to[id]],
    relation: ends.relation[id],
    property: ends.properties[ends.property[id]],
    isInner: ends.inner[id] === 1,
  }));
  for (const edge of edges) {
    edge.from.links.push(edge);
    if (edge.to !== edge.from) edge.to.links.push(edge);
  }
  return { ...core, nodes, edges };
}

const nodeOf = (id) => graph.nodes[id];
const relationOf = (number) => graph.relations[number];
const other = (edge, node) => (edge.from === node ? edge.to : edge.from);

// Facts by node and evidence by link, of the chunks read so far.
const factsByNode = new Map();
const evidenceByEdge = new Map();
const chunks = new Map();

const factsOf = (node) => factsByNode.get(node.id) ?? [];
const evidenceOf = (edge) => evidenceByEdge.get(edge.id) ?? [];
const hasDetails = (nodes) => nodes.every((node) => chunks.get(node.chunk) === true);

// Read what is needed to tell the facts of some things and of the links from them.
async function loadDetails(nodes) {
  const numbers = [...new Set(nodes.map((node) => node.chunk))];
  await Promise.all(numbers.filter((number) => chunks.get(number) !== true).map(loadChunk));
}

function loadChunk(number) {
  if (!chunks.has(number)) chunks.set(number, readData(`chunk-${number}`).then((chunk) => keepChunk(number, chunk)));
  return chunks.get(number);
}

function keepChunk(number, { facts, links, strings }) {
  const evidence = ([text, start, end, file, offset, basis, confidence, rule]) => ({
    text: strings[text],
    span: [start, end],
    document: strings[file],
    offset,
    basis: strings[basis],
    confidence,
    rule: strings[rule],
  });
  const fact = ([relation, value, pieces, parts]) => ({ relation, value: strings[value], evidence: pieces.map(evidence), parts: parts.map(fact) });
  for (const [id, members] of facts) factsByNode.set(id, members.map(fact));
  for (const [id, pieces] of links) evidenceByEdge.set(id, pieces.map(evidence));
  chunks.set(number, true);
}
