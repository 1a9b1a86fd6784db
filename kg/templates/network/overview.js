// What one reads when nothing is selected: what programs share, and what differs.

const MOST_COMPARED = 4;

const isComparison = () => shown.programs.length > 1 && shown.programs.length <= MOST_COMPARED;

function overview() {
  const members = shown.programs;
  const lead = [words(headline(members), "h2")];
  if (graph.nodes.length === 0) return lead;
  if (isDrawn()) lead.push(make("p", { class: "lead" }, "Press a shape, a line or a name to read the sentence behind it."));
  if (!isComparison()) return [...lead, ...listing(members)];
  const all = members.length === 2 ? "both" : `all ${members.length}`;
  return [...lead, ...members.flatMap(paymentWords), make("h3", { class: "part" }, "What differs"), differences(members), make("h3", { class: "part" }, `What ${all} programs share`), ...common(members)];
}

function headline(members) {
  if (graph.nodes.length === 0) return "Nothing to show yet";
  const among = (key) => graph.nodes.filter((node) => node.type.key === key && node.programs.some((id) => members.includes(nodeOf(id))));
  if (members.length && members.length <= MOST_COMPARED) {
    const [payers, groups] = [among("Payer"), among("ProviderOrganization")];
    if (payers.length === 1 && groups.length > 0 && groups.length <= MOST_COMPARED) return `${payers[0].label} pays ${listed(groups.map((node) => node.label))}`;
  }
  if (members.length === 1) return members[0].label;
  return state.scope.length ? `${inCount(members.length)} programs with ${listed(state.scope.map((entry) => entry.label))}` : `${inCount(members.length)} programs${members.length <= MOST_COMPARED ? " side by side" : ""}`;
}

// The sentence that says who pays for a program, the one that names the group as well if there is one.
function paymentWords(program) {
  const said = (type) => program.links.filter((edge) => edge.from === program && edge.to.type.key === type).flatMap(evidenceOf);
  const [payer, group] = [said("Payer"), said("ProviderOrganization")];
  const isIn = (piece) => (other) => other.document === piece.document && other.text === piece.text;
  const first = payer.find((piece) => group.some(isIn(piece))) ?? payer[0];
  return first ? [make("div", { class: "group" }, ...quotations(excerpt([...payer, ...group].filter(isIn(first)))))] : [];
}

const [BEFORE, AFTER] = [50, 100]; // letters of a sentence around its quoted words

// The same words in as much of their sentence as can be read at a glance.
function excerpt(pieces) {
  const { text } = pieces[0];
  const from = Math.min(...pieces.map(({ span }) => span[0])) - BEFORE;
  const to = Math.max(...pieces.map(({ span }) => span[1])) + AFTER;
  const start = from > BEFORE ? text.lastIndexOf(" ", from) + 1 : 0;
  const end = to < text.length - BEFORE ? text.lastIndexOf(" ", to) : text.length;
  const lead = start > 0 ? "… " : "";
  const words = `${lead}${text.slice(start, end)}${end < text.length ? " …" : ""}`;
  const shift = lead.length - start;
  return pieces.map((piece) => ({ ...piece, text: words, span: piece.span.map((place) => place + shift) }));
}

function listing(members) {
  if (members.length === 0) return [];
  const told = members.slice(0, 50);
  const rest = members.length - told.length;
  return [
    make("h3", { class: "part" }, "Programs"),
    make("ul", { class: "link" }, ...told.map((node) => make("li", {}, thing(node)))),
    ...(rest ? [make("p", { class: "lead" }, `and ${inCount(rest)} more: search for them, or see the table`)] : []),
  ];
}

// Parts are alike by their kind, everything else is the same thing or it is not.
function likeness(node) {
  return node.kind ? `${node.type.key} ${node.kind}` : `${node.type.key} #${node.id}`;
}

// What the programs link to, each with the programs that do.
function owners(members) {
  const found = new Map();
  for (const program of members) {
    for (const { to } of program.links.filter((edge) => edge.from === program)) {
      const key = likeness(to);
      if (!found.has(key)) found.set(key, { node: to, programs: new Map() });
      found.get(key).programs.set(program, to);
    }
  }
  return [...found.values()].sort((a, b) => a.node.id - b.node.id);
}

function common(members) {
  const shared = owners(members).filter((entry) => entry.programs.size === members.length);
  return byType(shared.map((entry) => entry.node)).map(([type, nodes]) =>
    make("section", { class: "group" }, make("h3", {}, type.many), make("div", { class: "values" }, ...nodes.map((node) => thing(node, node.kind || node.label)))),
  );
}

function byType(nodes) {
  return graph.types.map((type) => [type, nodes.filter((node) => node.type === type)]).filter(([, members]) => members.length > 0);
}

const FIRST = new Set(["Payer", "ProviderOrganization", "Place"]);

function differences(members) {
  const first = graph.types.filter((type) => FIRST.has(type.key));
  const rest = graph.types.filter((type) => !FIRST.has(type.key));
  const rows = [...partDifferences(members, first), ...factDifferences(members), ...partDifferences(members, rest)];
  const head = make("tr", {}, ...members.map((node) => make("th", { scope: "col" }, plainLink(shortName(node), () => select({ node })))));
  const body = rows.flatMap(([name, cells]) => [
    make("tr", {}, make("th", { scope: "rowgroup", colspan: members.length }, name)),
    make("tr", { class: "cells" }, ...cells.map((items) => make("td", {}, items.length ? make("ul", {}, ...items.map((item) => make("li", {}, item))) : "–"))),
  ]);
  return make("table", { class: "side" }, make("thead", {}, head), make("tbody", {}, ...body));
}

function factDifferences(members) {
  const facts = members.flatMap(factsOf).filter((fact) => fact.evidence.length);
  facts.sort((a, b) => Boolean(a.parts.length) - Boolean(b.parts.length) || a.relation - b.relation);
  const relations = [...new Set(facts.map((fact) => fact.relation))];
  const told = new Set([members.map((node) => node.label).join(" | ")]); // the heads, and rows so far
  return relations
    .map((relation) => [relationOf(relation), members.map((node) => factsOf(node).filter((fact) => fact.relation === relation))])
    .filter(([, cells]) => {
      const values = cells.map((facts) => facts.map((fact) => fact.value).join());
      const isNew = new Set(values).size > 1 && !told.has(values.join(" | "));
      told.add(values.join(" | "));
      return isNew;
    })
    .map(([name, cells]) => [name, cells.map((facts, place) => facts.map((fact) => plainLink(fact.value, () => select({ node: members[place] }))))]);
}

function partDifferences(members, kinds) {
  const own = owners(members).filter((entry) => entry.programs.size < members.length);
  return kinds
    .map((type) => [type.many, members.map((program) => own.filter((entry) => entry.node.type === type && entry.programs.has(program)))])
    .filter(([, cells]) => cells.some((entries) => entries.length))
    .map(([name, cells]) => [name, cells.map((entries, place) => entries.map((entry) => {
      const node = entry.programs.get(members[place]);
      return plainLink(node.label, () => select({ node }));
    }))]);
}
