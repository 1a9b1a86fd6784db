
// What follows stands after the engine's own script, in a worker: a long query does not stop the
// page, and Stop ends it by ending the worker.

let dataset;

const WORK = {
  // Load the engine and the data; returns how long it took.
  async start({ engine, statements, unite }) {
    await __wbg_init({ module_or_path: engine });
    dataset = new Store();
    dataset.load(statements, { format: "application/n-quads", no_transaction: true, lenient: true });
    dataset.update(unite);
    return {};
  },

  // Ask for rows to look at: at most so many, with how many there are.
  ask({ text, most }) {
    const found = JSON.parse(dataset.query(text, { results_format: "json" }));
    if (Array.isArray(found)) return triples(dataset.query(text), most); // a graph, as JSON-LD
    if ("boolean" in found) return { kind: "boolean", isTrue: found.boolean };
    const { head, results } = found;
    const rows = results.bindings.slice(0, most).map((row) => head.vars.map((name) => row[name] ?? null));
    return { kind: "rows", columns: head.vars, rows, total: results.bindings.length };
  },

  // Ask for a file.
  write({ text, format }) {
    return { file: dataset.query(text, { results_format: format }) };
  },

  // Write values as terms, so that nothing that is typed becomes a part of a query.
  spell({ terms }) {
    return { terms: terms.map(({ iri, text, datatype }) => (iri ? namedNode(iri) : literal(text, datatype && namedNode(datatype))).toString()) };
  },
};

function triples(quads, most) {
  const cell = ({ termType, value, language, datatype }) => ({
    type: { NamedNode: "uri", BlankNode: "bnode" }[termType] ?? "literal",
    value,
    "xml:lang": language || undefined,
    datatype: datatype?.value,
  });
  const rows = quads.slice(0, most).map(({ subject, predicate, object }) => [subject, predicate, object].map(cell));
  return { kind: "graph", columns: ["subject", "predicate", "object"], rows, total: quads.length };
}

onmessage = async ({ data: { id, work, ...given } }) => {
  try {
    postMessage({ id, result: await WORK[work](given) });
  } catch (error) {
    postMessage({ id, fault: String(error?.message ?? error) }); // told by the page, in words
  }
};
