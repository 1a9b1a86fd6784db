// The details of a node or a link: every fact with its words.

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "press") element.addEventListener("click", value);
    else if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children); // strings become text nodes, never markup
  return element;
}

// Text of a document, whatever its direction and whatever it contains.
function words(text, tag = "bdi", attributes = {}) {
  return make(tag, { dir: "auto", ...attributes }, text);
}

function thing(node, name = node.label) {
  const isFilled = node.shared || !hasSeveralPrograms() || node.type === "Program";
  return make(
    "button",
    { type: "button", class: "thing", "data-node": node.id, press: () => select({ node: node.id }) },
    icon(typeOf(node), isFilled),
    words(name),
  );
}

function showPanel() {
  const panel = document.getElementById("panel");
  if (state.node !== null) panel.replaceChildren(...nodeDetails(nodeOf(state.node)));
  else if (state.edge !== null) panel.replaceChildren(...edgeDetails(graph.edges[state.edge]));
  else panel.replaceChildren(...overview());
  panel.scrollTop = 0;
}

function kindLine(...children) {
  const back = make("button", { type: "button", class: "quiet back", press: () => select({}) }, "Overview");
  return make("div", { class: "kind" }, ...children, back);
}

function nodeDetails(node) {
  const type = typeOf(node);
  const out = graph.edges.filter((edge) => edge.from === node.id);
  const into = graph.edges.filter((edge) => edge.to === node.id);
  const said = [
    ...node.facts.map((fact) => ({ ...fact, name: words(textOf(fact.value), "bdi", { class: "value" }) })),
    ...out.map((edge) => ({ ...edge, parts: [], name: thing(nodeOf(edge.to)) })),
  ];
  said.sort((a, b) => a.relation - b.relation);
  const heard = into.map((edge) => ({ ...edge, parts: [], name: thing(nodeOf(edge.from)) }));
  return [
    kindLine(icon(type), node.kind ? `${type.one} · ${node.kind}` : type.one),
    words(node.label, "h2"),
    ...belongs(node),
    actions(),
    address(node.iri),
    ...groups(said),
    ...(heard.length ? [make("h3", {}, "Linked from"), ...groups(heard)] : []),
  ];
}

function belongs(node) {
  if (node.type === "Program" || !hasSeveralPrograms()) return [];
  const owners = node.programs.map((id) => shortName(nodeOf(id)));
  if (owners.length === 0) return [];
  const rest = owners.length > 3 ? ` and ${owners.length - 3} more` : "";
  const twins = node.shared && owners.length === 1 ? "; others have the like" : "";
  return [make("p", { class: "lead" }, "Part of ", words(rest ? owners.slice(0, 3).join(", ") : listed(owners)), rest + twins)];
}

function actions() {
  return make(
    "div",
    { class: "actions" },
    make("button", { type: "button", "aria-pressed": String(state.focus), press: toggleFocus }, state.focus ? "Show everything" : "Neighbours only"),
    make("button", { type: "button", press: centre }, "Centre"),
  );
}

function address(iri) {
  const isSafe = /^https?:\/\//i.test(iri); // anything else is shown, never followed
  return isSafe
    ? words(iri, "a", { class: "iri", href: iri, rel: "noopener noreferrer", target: "_blank" })
    : words(iri, "span", { class: "iri" });
}

function groups(facts) {
  const byRelation = new Map();
  for (const fact of facts) {
    if (!byRelation.has(fact.relation)) byRelation.set(fact.relation, []);
    byRelation.get(fact.relation).push(fact);
  }
  return [...byRelation].map(([relation, members]) =>
    make("section", { class: "group" }, make("h4", {}, textOf(relation)), ...clusters(members)),
  );
}

// Facts that one sentence tells together are shown together above it.
function clusters(facts) {
  const bySource = new Map();
  for (const fact of facts) {
    const key = fact.parts.length ? fact : fact.evidence.map((piece) => `${piece.document} ${piece.text}`).join();
    if (!bySource.has(key)) bySource.set(key, []);
    bySource.get(key).push(fact);
  }
  return [...bySource.values()].map((members) =>
    make(
      "div",
      { class: "cluster" },
      make("div", { class: "values" }, ...members.flatMap((fact) => [fact.name, ...doubts(fact.evidence)])),
      ...members.flatMap((fact) => parts(fact.parts)),
      ...quotations(members.flatMap((fact) => [...fact.evidence, ...fact.parts.flatMap(deepEvidence)])),
    ),
  );
}

function deepEvidence(fact) {
  return [...fact.evidence, ...fact.parts.flatMap(deepEvidence)];
}

function doubts(evidence) {
  const notes = new Set();
  for (const piece of evidence) {
    const sure = piece.confidence < 1 ? `${Math.round(piece.confidence * 100)} % sure` : "";
    const note = [piece.basis, sure].filter(Boolean).join(", ");
    if (note) notes.add(note);
  }
  return [...notes].map((note) => make("span", { class: "badge" }, note));
}

function parts(facts) {
  if (facts.length === 0) return [];
  const rows = facts.flatMap((fact) => [
    make("dt", {}, textOf(fact.relation)),
    make("dd", {}, words(textOf(fact.value)), " ", ...doubts(fact.evidence)),
    ...parts(fact.parts),
  ]);
  return [make("dl", { class: "parts" }, ...rows)];
}

function quotations(evidence) {
  const bySentence = new Map();
  for (const piece of evidence) {
    const key = `${piece.document} ${piece.text}`;
    if (!bySentence.has(key)) bySentence.set(key, []);
    bySentence.get(key).push(piece);
  }
  return [...bySentence.values()].flatMap((pieces) => {
    const { text, document: file } = pieces[0];
    const from = Math.min(...pieces.map((piece) => piece.offset));
    const rules = [...new Set(pieces.map((piece) => piece.rule).filter(Boolean))];
    const source = make("p", { class: "source", title: rules.length ? `Read by ${rules.join(", ")}` : null });
    source.append(words(textOf(file)), `, character ${from.toLocaleString("en")}`);
    return [make("blockquote", { class: "said", dir: "auto" }, ...marked(textOf(text), pieces)), source];
  });
}

// A sentence with its quoted spans marked; spans that overlap become one.
function marked(sentence, pieces) {
  const spans = pieces.map((piece) => [...piece.span]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const merged = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last && span[0] <= last[1]) last[1] = Math.max(last[1], span[1]);
    else merged.push(span);
  }
  const out = [];
  let at = 0;
  for (const [start, end] of merged) {
    out.push(sentence.slice(at, start), make("mark", {}, sentence.slice(start, end)));
    at = end;
  }
  return [...out, sentence.slice(at)];
}

function edgeDetails(edge) {
  const said = quotations(edge.evidence);
  return [
    kindLine("link"),
    words(textOf(edge.relation), "h2"),
    make(
      "div",
      { class: "link group" },
      thing(nodeOf(edge.from)),
      make("span", { class: "relation" }, `↓ ${textOf(edge.relation)} `, ...doubts(edge.evidence)),
      thing(nodeOf(edge.to)),
    ),
    actions(),
    make("section", { class: "group" }, make("h4", {}, "Why we say so"), ...(said.length ? said : [make("p", {}, "From the reference tables, not from a document.")])),
  ];
}
