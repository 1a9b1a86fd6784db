// What the picture shows: the programs that are asked for, what belongs to them, and of that what
// is not hidden. All other scripts ask `shown`.

const FEW_THINGS = 100; // a larger picture begins without the details
const FEW_PROGRAMS = 8; // a larger picture is arranged by state
const MOST_NEAR = 400; // neighbours shown of one thing
const states = new Set(programs.flatMap((program) => program.states));

function hasInScope(program, entry) {
  if (entry === NO_PAYER || entry.type?.key === "Payer") return payersOf(program).includes(entry);
  if (entry === NO_STATE || states.has(entry.id)) return statesOf(program).includes(entry);
  return entry.programs.includes(program.id);
}

function scopedPrograms() {
  return programs.filter((program) => state.scope.every((entry) => hasInScope(program, entry)));
}

let shown = { programs: [], nodes: [], edges: [], ids: new Set(), leftOut: 0, isWhole: true, isCrowded: false, hidden: new Set(), counts: new Map() };

const isShown = (node) => shown.ids.has(node.id);
const isOpen = (edge) => !state.without.has(edge.relation);
const isHiddenType = (node) => shown.hidden.has(node.type.key);

// Work out what to show. Details, the neighbours of a thing and the things of a path are shown even
// if their type is hidden: they were asked for by name.
function look() {
  const kept = scopedPrograms();
  const members = belonging(kept);
  shown = { programs: kept, nodes: [], edges: [], ids: new Set(), leftOut: 0, isWhole: members.length <= graph.mostDrawn, isCrowded: false, hidden: hiddenTypes(members), counts: new Map() };
  for (const { type } of members) shown.counts.set(type.key, (shown.counts.get(type.key) ?? 0) + 1);
  if (state.path) shown.nodes = state.path.nodes;
  else if (state.node && (state.depth || !shown.isWhole)) showNear(state.node, members);
  else if (state.edge && (state.depth || !shown.isWhole)) shown.nodes = [state.edge.from, state.edge.to];
  else if (shown.isWhole) shown.nodes = members.filter((node) => !isHiddenType(node) || node === state.node || isUnfolded(node));
  shown.isCrowded = shown.nodes.filter(isProgram).length > FEW_PROGRAMS; // once: it is asked for each thing
  if (arrangement() === "states") shown.nodes = shown.nodes.filter(standsInState);
  shown.ids = new Set(shown.nodes.map((node) => node.id));
  shown.edges = shownEdges();
}

// Everything that the programs lead to; without a scope, everything.
function belonging(kept) {
  if (state.scope.length === 0) return graph.nodes;
  const ids = new Set(kept.map((program) => program.id));
  const entries = new Set(state.scope);
  return graph.nodes.filter((node) => entries.has(node) || node.programs.some((id) => ids.has(id)));
}

// In a block the title says where; places within the state are left to the other arrangements.
function standsInState(node) {
  return node.type.key !== "Place" || states.has(node.id) || node === state.node || state.depth > 0;
}

function hiddenTypes(members) {
  if (state.hidden) return state.hidden;
  const details = members.length > FEW_THINGS ? graph.types.filter((type) => type.isDetail) : [];
  return new Set(details.map((type) => type.key));
}

function isUnfolded(node) {
  return node.programs.length === 1 && state.open.has(nodeOf(node.programs[0]));
}

function showNear(node, members) {
  const ids = state.scope.length ? new Set(members.map((member) => member.id)) : null;
  const isPassable = (end) => end === node || !ids || ids.has(end.id);
  const isVisible = (end) => end === node || state.hidden === null || !isHiddenType(end);
  const found = neighbourhood(node, Math.max(state.depth, 1), MOST_NEAR, (edge) => isOpen(edge) && [edge.from, edge.to].every((end) => isPassable(end) && isVisible(end)));
  shown.nodes = found.nodes;
  shown.leftOut = found.leftOut;
}

function shownEdges() {
  if (state.path) return state.path.edges;
  if (state.edge && shown.nodes.length === 2) return [state.edge];
  const inside = (edge) => isShown(edge.to) && isOpen(edge);
  return shown.nodes.flatMap((node) => node.links.filter((edge) => edge.from === node && inside(edge)));
}

// The arrangement in use: the one chosen, or the one that suits what is shown.
function arrangement() {
  if (shown.nodes.length === 0 && graph.nodes.length) return "overview";
  if (state.path) return "path";
  const isPossible = state.arrangement !== "force" || graph.nodes.length <= graph.mostDrawn;
  if (state.arrangement && isPossible) return state.arrangement;
  return shown.isCrowded && states.size > 1 ? "states" : "columns";
}

// What the picture does not show, in words.
function leftOut() {
  const said = [];
  if (arrangement() === "overview") said.push(`${counted(shown.programs.length, "program", "programs")} as counts: press a number, a payer or a state to see them`);
  if (!shown.isWhole && shown.nodes.length) said.push("only the neighbours of what is selected");
  if (shown.leftOut) said.push(`${inCount(shown.leftOut)} more neighbours left out`);
  const folded = sum([...shown.counts.values()]) - shown.nodes.length;
  if (shown.isWhole && folded > 0 && !state.depth && !state.path && isDrawn()) said.push(`${counted(folded, "thing", "things")} not in the picture`);
  if (drawnEdges.length < shown.edges.length) said.push(`${inCount(shown.edges.length - drawnEdges.length)} links of hubs drawn when selected`);
  return said.join(" \u00b7 ");
}
