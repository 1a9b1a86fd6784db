// What one reads when nothing is selected: what programs share, and what differs.

function overview() {
  const programs = graph.nodes.filter((node) => node.type === "Program");
  const lead = [words(headline(), "h2")];
  if (graph.nodes.length === 0) return lead;
  lead.push(make("p", { class: "lead" }, "Press a shape, a line or a name to read the sentence behind it."));
  if (programs.length < 2 || programs.length > 4) return [...lead, ...listing(programs)];
  const all = programs.length === 2 ? "both" : `all ${programs.length}`;
  return [...lead, make("h3", {}, "What differs"), differences(programs), make("h3", {}, `What ${all} programs share`), ...common(programs)];
}

function headline() {
  const programs = graph.nodes.filter((node) => node.type === "Program");
  const payers = graph.nodes.filter((node) => node.type === "Payer");
  const groups = graph.nodes.filter((node) => node.type === "ProviderOrganization");
  if (graph.nodes.length === 0) return "Nothing to show yet";
  if (payers.length === 1 && groups.length > 0 && groups.length <= 4) {
    return `${payers[0].label} pays ${listed(groups.map((node) => node.label))}`;
  }
  return programs.length === 1 ? programs[0].label : `${programs.length.toLocaleString("en")} programs side by side`;
}

function listed(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function listing(programs) {
  if (programs.length === 0) return [];
  const shown = programs.slice(0, 50);
  const rest = programs.length - shown.length;
  return [
    make("h3", {}, "Programs"),
    make("ul", { class: "link" }, ...shown.map((node) => make("li", {}, thing(node)))),
    ...(rest ? [make("p", { class: "lead" }, `and ${rest.toLocaleString("en")} more: search for them, or see the table`)] : []),
  ];
}

// Parts are alike by their kind, everything else is the same thing or it is not.
function likeness(node) {
  return node.kind ? `${node.type} ${node.kind}` : `${node.type} #${node.id}`;
}

// What the programs link to, each with the programs that do.
function owners(programs) {
  const found = new Map();
  for (const program of programs) {
    for (const edge of linksOf(program.id).filter((link) => link.from === program.id)) {
      const node = nodeOf(edge.to);
      const key = likeness(node);
      if (!found.has(key)) found.set(key, { node, programs: new Map() });
      found.get(key).programs.set(program.id, node);
    }
  }
  return [...found.values()].sort((a, b) => a.node.id - b.node.id);
}

function common(programs) {
  const shared = owners(programs).filter((entry) => entry.programs.size === programs.length);
  return byType(shared.map((entry) => entry.node)).map(([type, nodes]) =>
    make("section", { class: "group" }, make("h4", {}, type.many), make("div", { class: "values" }, ...nodes.map((node) => thing(node, node.kind || node.label)))),
  );
}

function byType(nodes) {
  return graph.types.map((type) => [type, nodes.filter((node) => node.type === type.key)]).filter(([, members]) => members.length > 0);
}

const FIRST = new Set(["Payer", "ProviderOrganization", "Place"]);

function differences(programs) {
  const first = graph.types.filter((type) => FIRST.has(type.key));
  const rest = graph.types.filter((type) => !FIRST.has(type.key));
  const rows = [...partDifferences(programs, first), ...factDifferences(programs), ...partDifferences(programs, rest)];
  const head = make("tr", {}, ...programs.map((node) => make("th", { scope: "col" }, plainLink(shortName(node), { node: node.id }))));
  const body = rows.flatMap(([name, cells]) => [
    make("tr", {}, make("th", { scope: "rowgroup", colspan: programs.length }, name)),
    make("tr", { class: "cells" }, ...cells.map((items) => make("td", {}, items.length ? make("ul", {}, ...items.map((item) => make("li", {}, item))) : "–"))),
  ]);
  return make("table", { class: "side" }, make("thead", {}, head), make("tbody", {}, ...body));
}

function factDifferences(programs) {
  const facts = programs.flatMap((node) => node.facts).filter((fact) => fact.evidence.length);
  facts.sort((a, b) => Boolean(a.parts.length) - Boolean(b.parts.length) || a.relation - b.relation);
  const relations = [...new Set(facts.map((fact) => fact.relation))];
  const told = new Set([programs.map((node) => node.label).join(" | ")]); // the heads, and rows so far
  return relations
    .map((relation) => [textOf(relation), programs.map((node) => node.facts.filter((fact) => fact.relation === relation))])
    .filter(([, cells]) => {
      const values = cells.map((facts) => facts.map((fact) => textOf(fact.value)).join());
      const isNew = new Set(values).size > 1 && !told.has(values.join(" | "));
      told.add(values.join(" | "));
      return isNew;
    })
    .map(([name, cells]) => [name, cells.map((facts, place) => facts.map((fact) => plainLink(textOf(fact.value), { node: programs[place].id })))]);
}

function partDifferences(programs, kinds) {
  const own = owners(programs).filter((entry) => entry.programs.size < programs.length);
  return kinds
    .map((type) => [type.many, programs.map(({ id }) => own.filter((entry) => entry.node.type === type.key && entry.programs.has(id)))])
    .filter(([, cells]) => cells.some((entries) => entries.length))
    .map(([name, cells]) => [name, cells.map((entries) => entries.map(({ node }) => plainLink(node.label, { node: node.id })))]);
}

function plainLink(text, target) {
  return words(text, "button", { type: "button", class: "plainlink", press: () => select(target) });
}
