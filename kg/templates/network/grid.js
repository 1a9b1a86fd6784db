// The overview: a table of payers by states with the number of programs in each cell.

const MOST_PAYERS = 30;
const SHADES = 5;
const FEW_IN_CELL = 31; // programs; below that the darkest shade stays unused

function showGrid() {
  const matrix = makeMatrix(shown.programs);
  const most = Math.max(1, ...matrix.cells.values());
  const rows = state.isTold ? matrix.rows : matrix.rows.slice(0, MOST_PAYERS);
  const rest = matrix.rows.length - rows.length;
  const more = button(`${counted(rest, "more payer", "more payers")}`, () => { state.isTold = true; showGrid(); }, { class: "quiet" });
  const [covered, all] = [matrix.columns.filter(([column]) => column !== NO_STATE).length, shown.programs.length];
  document.getElementById("grid").replaceChildren(
    make("h2", {}, `${counted(all, "program", "programs")} by payer and state`),
    make("p", { class: "lead" }, `${counted(matrix.rows.length, "payer", "payers")}, ${counted(covered, "state", "states")}. Press a number, a payer or a state to see those programs. A program with several payers counts for each.`),
    make("table", {}, make("thead", {}, gridHead(matrix)), make("tbody", {}, ...rows.map((row) => gridRow(row, matrix, most)))),
    ...(rest > 0 ? [make("p", {}, more)] : []),
  );
}

function gridHead({ columns }) {
  const heads = columns.map(([column, total]) => make("th", { scope: "col" }, gridButton(column.label, [column], `${counted(total, "program", "programs")} in ${column.label}`)));
  return make("tr", {}, make("th", { scope: "col" }, "Payer"), make("th", { scope: "col", class: "total" }, "All"), ...heads);
}

function gridRow([payer, total], { columns, cells }, most) {
  const name = make("th", { scope: "row" }, gridButton(payer.label, [payer], null));
  const whole = make("td", { class: "total" }, inCount(total));
  return make("tr", {}, name, whole, ...columns.map(([column]) => gridCell(payer, column, cells.get(cellKey(payer, column)), most)));
}

function gridCell(payer, column, count, most) {
  if (!count) return make("td", {});
  const shade = Math.ceil((Math.log1p(count) / Math.log1p(Math.max(most, FEW_IN_CELL))) * SHADES);
  return make("td", { "data-shade": shade }, gridButton(inCount(count), [payer, column], `${counted(count, "program", "programs")}: ${payer.label}, ${column.label}`));
}

function gridButton(text, entries, name) {
  const scope = [...state.scope, ...entries.filter((entry) => !state.scope.includes(entry))];
  return make("button", { type: "button", "aria-label": name, title: name, press: () => setScope(scope) }, words(text));
}
