// The details of a node, a link or a path: every fact with its words.

let panelAsked = 0; // the newest request: what was read for an older one is not shown

async function showPanel() {
  panelAsked += 1;
  const asked = panelAsked;
  const needed = neededDetails();
  if (!hasDetails(needed)) {
    await loadDetails(needed);
    if (asked !== panelAsked) return;
  }
  const panel = document.getElementById("panel");
  panel.replaceChildren(...panelContent());
  panel.scrollTop = 0;
}

// The things whose facts the panel tells; evidence of a link is kept with the thing it comes from.
function neededDetails() {
  if (state.node) return [state.node, ...state.node.links.slice(0, MOST_LINKS).map((edge) => edge.from)];
  if (state.edge) return [state.edge.from];
  if (state.path) return state.path.edges.map((edge) => edge.from);
  return isComparison() ? shown.programs : [];
}

function panelContent() {
  if (state.path) return pathDetails(state.path);
  if (state.node) return nodeDetails(state.node);
  if (state.edge) return edgeDetails(state.edge);
  return overview();
}

function kindLine(...children) {
  return make("div", { class: "kind" }, ...children, button("Overview", () => select({}), { class: "quiet back" }));
}

const MOST_LINKS = 200; // told of one thing; a payer may have thousands

function nodeDetails(node) {
  const told = node.links.slice(0, MOST_LINKS);
  const said = [
    ...factsOf(node).map((fact) => ({ ...fact, name: words(fact.value, "bdi", { class: "value" }) })),
    ...told.filter((edge) => edge.from === node).map((edge) => linked(edge, edge.to)),
  ];
  said.sort((a, b) => a.relation - b.relation);
  const heard = told.filter((edge) => edge.to === node && edge.from !== node).map((edge) => linked(edge, edge.from));
  const rest = node.links.length - told.length;
  return [
    kindLine(icon(node.type, isFilled(node)), node.kind ? `${node.type.one} · ${node.kind}` : node.type.one),
    words(node.label, "h2"),
    ...belongs(node),
    actions(node),
    address(node.iri),
    ...groups(said),
    ...(heard.length ? [make("h3", { class: "part" }, "Linked from"), ...groups(heard)] : []),
    ...(rest > 0 ? [make("p", { class: "lead" }, `and ${counted(rest, "more link", "more links")}: see the table`)] : []),
  ];
}

function linked(edge, node) {
  return { relation: edge.relation, evidence: evidenceOf(edge), parts: [], name: thing(node) };
}

function belongs(node) {
  if (isProgram(node) || !hasSeveralPrograms) return [];
  const owners = node.programs.map((id) => shortName(nodeOf(id)));
  if (owners.length === 0) return [];
  const rest = owners.length > 3 ? ` and ${inCount(owners.length - 3)} more` : "";
  const twins = node.isShared && owners.length === 1 ? "; others have the like" : "";
  return [make("p", { class: "lead" }, "Part of ", words(rest ? owners.slice(0, 3).join(", ") : listed(owners)), rest + twins)];
}

// What one can do with the selected.
function actions(node) {
  const isScope = node && !isProgram(node) && node.programs.length > 0 && programs.length > 2;
  const canUnfold = node && isProgram(node) && arrangement() !== "overview" && graph.types.some((type) => shown.hidden.has(type.key));
  return make(
    "div",
    { class: "actions" },
    depthSwitch(),
    button("Centre", centre),
    ...(node ? [button("Path to…", () => askPath(node))] : []),
    ...(isScope ? [pressed("Only its programs", state.scope.includes(node), () => toggleScope(node))] : []),
    ...(canUnfold ? [pressed("Unfold", state.open.has(node), () => toggleOpen(node))] : []),
  );
}

function pressed(text, isOn, press) {
  return button(text, press, { "aria-pressed": String(isOn) });
}

// How far around the selected the picture goes.
function depthSwitch() {
  const names = state.node ? ["Everything", "1", "2", "3"] : ["Everything", "Only this link"];
  const say = (depth) => (depth && state.node ? `Only what is within ${counted(depth, "link", "links")}` : null);
  return make(
    "div",
    { class: "switch", role: "group", "aria-label": "How much to show around it" },
    ...names.map((name, depth) => button(name, () => setDepth(depth), { "aria-pressed": String(state.depth === depth), "aria-label": say(depth), title: say(depth), "data-depth": depth })),
  );
}

// An IRI to read, to follow if it is of the web, and to copy.
function address(iri) {
  const isSafe = /^https?:\/\//i.test(iri); // anything else is shown, never followed
  const shownIri = isSafe
    ? words(iri, "a", { href: iri, rel: "noopener noreferrer", target: "_blank" })
    : words(iri, "span");
  const copy = button("Copy IRI", () => copyText(iri, copy), { class: "quiet", title: "As in the Turtle files" });
  return make("p", { class: "iri" }, shownIri, " ", copy);
}

async function copyText(text, source) {
  const name = source.textContent;
  try {
    await navigator.clipboard.writeText(text);
    source.textContent = "Copied";
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error; // a frame without a clipboard
    source.textContent = "Copying is not allowed here";
  }
  setTimeout(() => { source.textContent = name; }, 1500);
}

function groups(facts) {
  const byRelation = new Map();
  for (const fact of facts) {
    if (!byRelation.has(fact.relation)) byRelation.set(fact.relation, []);
    byRelation.get(fact.relation).push(fact);
  }
  return [...byRelation].map(([relation, members]) =>
    make("section", { class: "group" }, make("h3", {}, relationOf(relation)), ...clusters(members)),
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
      ...quotations(members.flatMap(deepEvidence)),
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
    make("dt", {}, relationOf(fact.relation)),
    make("dd", {}, words(fact.value), " ", ...doubts(fact.evidence), ...parts(fact.parts)),
  ]);
  return [make("dl", { class: "parts" }, ...rows)];
}

function edgeDetails(edge) {
  return [
    kindLine("link"),
    words(relationOf(edge.relation), "h2"),
    make("div", { class: "link group" }, thing(edge.from), step(edge), thing(edge.to)),
    actions(null),
    make("section", { class: "group" }, make("h3", {}, "Why we say so"), ...reasons(edge)),
  ];
}

function step(edge, isForward = true) {
  return make("span", { class: "relation" }, `${isForward ? "↓" : "↑"} ${relationOf(edge.relation)} `, ...doubts(evidenceOf(edge)));
}

function reasons(edge) {
  const said = quotations(evidenceOf(edge));
  return said.length ? said : [make("p", {}, "From the reference tables, not from a document.")];
}

function pathHeadline({ from, to, edges }) {
  if (edges.length === 0) return `No path from ${from.label} to ${to.label}`;
  return `${counted(edges.length, "link", "links")} from ${from.label} to ${to.label}`;
}

// Each thing on the way, and between two the link with its words.
function pathDetails(path) {
  const steps = path.edges.flatMap((edge, place) => [
    step(edge, edge.from === path.nodes[place]),
    ...reasons(edge),
    thing(path.nodes[place + 1]),
  ]);
  return [
    kindLine("path"),
    words(pathHeadline(path), "h2"),
    make("div", { class: "link group path" }, thing(path.nodes[0]), ...steps),
    ...(path.edges.length ? [] : [make("p", { class: "lead" }, "Nothing that is shown links them. A kind of link that is hidden may.")]),
  ];
}
