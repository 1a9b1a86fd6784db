// Payers by states: how many programs are where. It stays readable at any size.

const NO_PAYER = { id: -1, iri: "no:payer", label: "no payer named" };
const NO_STATE = { id: -2, iri: "no:state", label: "no state named" };

function payersOf(program) {
  const found = program.links.filter((edge) => edge.from === program && edge.to.type.key === "Payer").map((edge) => edge.to);
  return found.length ? [...new Set(found)] : [NO_PAYER];
}

function statesOf(program) {
  return program.states.length ? program.states.map(nodeOf) : [NO_STATE];
}

// Rows and columns with their totals, those with the most programs first, and the cells by key.
function makeMatrix(members) {
  const [rows, columns, cells] = [new Map(), new Map(), new Map()];
  const count = (totals, key) => totals.set(key, (totals.get(key) ?? 0) + 1);
  for (const program of members) {
    const [payers, states] = [payersOf(program), statesOf(program)];
    for (const payer of payers) count(rows, payer);
    for (const state of states) count(columns, state);
    for (const payer of payers) for (const state of states) count(cells, cellKey(payer, state));
  }
  const bySize = ([a, many], [b, more]) => (a.id < 0) - (b.id < 0) || more - many || a.label.localeCompare(b.label, "en");
  const byName = ([a], [b]) => (a.id < 0) - (b.id < 0) || a.label.localeCompare(b.label, "en");
  return { rows: [...rows].sort(bySize), columns: [...columns].sort(byName), cells };
}

const cellKey = (payer, state) => `${payer.id} ${state.id}`;
