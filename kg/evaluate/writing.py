"""Write an evaluation for people (tables), for programs (JSON) and for spreadsheets (CSV)."""

import csv
import json
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any, BinaryIO, Final

from kg.evaluate.compare import Evaluation
from kg.evaluate.merges import MergeFigures, merge_figures
from kg.evaluate.views import (
    Cell,
    Row,
    document_rows,
    field_rows,
    merge_row,
    mistake_rows,
    rule_rows,
    span_rows,
    total_row,
)
from kg.tables import safe_cell
from kg.terminal import is_plain, printable, render

VIEWS: Final[dict[str, Callable[[Evaluation], list[Row]]]] = {
    "field": field_rows,
    "rule": rule_rows,
    "document": document_rows,
}


def write_evaluation(
    evaluation: Evaluation, by: str, form: str, stream: BinaryIO, *, verbose: bool = False
) -> None:
    """Write one view of an evaluation in one format: table, json or csv.

    CSV holds the rows of the view alone. `verbose` adds each mistake to the others.
    """
    if form == "csv":
        stream.write(_as_csv(VIEWS[by](evaluation)).encode())
    elif form == "json":
        stream.write(_as_json(evaluation, by, verbose=verbose).encode())
    else:
        _Tables(stream).write(evaluation, by, verbose=verbose)


def _as_csv(rows: Sequence[Row]) -> str:
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([_csv_cell(cell) for cell in row.values()] for row in rows)
    return text.getvalue()


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.6f}"
    return "" if cell is None else safe_cell(str(cell))


def _as_json(evaluation: Evaluation, by: str, *, verbose: bool) -> str:
    found: dict[str, Any] = {
        "gold_records": len(evaluation.comparisons),
        "without_document": list(evaluation.absent),
        "documents_without_gold": evaluation.unjudged,
        "total": total_row(evaluation),
        "by": by,
        "rows": VIEWS[by](evaluation),
    }
    if by == "field":
        merges = merge_figures(evaluation.comparisons)
        found["spans"] = span_rows(evaluation)
        found["merges"] = merge_row(merges) | {"joined": merges.joined, "parted": merges.parted}
    if by == "document" or verbose:
        found["mistakes"] = mistake_rows(evaluation)
    return json.dumps(found, indent=1) + "\n"


_HEADINGS: Final = {"f1": "F1", "interval": "F1 95 %"}
_PARTS_OF_OTHERS: Final = {"f1_low", "f1_high", "meaning", "missed", "wrong"}
"""Columns for programs; people read them in another column or in a table of its own."""


class _Tables:
    """Writes tables and sentences for people to one stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, evaluation: Evaluation, by: str, *, verbose: bool) -> None:
        self._say(_summary(evaluation))
        self._say()
        if by == "rule":
            self._rules(rule_rows(evaluation))
        elif by == "document":
            self._table([_for_people(row) for row in document_rows(evaluation)])
        else:
            self._table([_for_people(row) for row in field_rows(evaluation)])
            self._spans(span_rows(evaluation))
            self._merges(merge_figures(evaluation.comparisons), verbose=verbose)
        if by == "document" or verbose:
            self._mistakes(mistake_rows(evaluation))

    def _say(self, text: str = "") -> None:
        self._stream.write(f"{printable(text)}\n".encode())

    def _begin(self, heading: str) -> None:
        """Write a line with an empty one before it."""
        self._say()
        self._say(heading)

    def _rules(self, rows: list[Row]) -> None:
        hidden = {"meaning"}
        fired = [row for row in rows if row["facts"] or row["right"] or row["wrong"]]
        self._table([{key: row[key] for key in row if key not in hidden} for row in fired])
        silent = [row for row in rows if row not in fired]
        if silent:
            self._begin("Rules that never fired:")
            for row in silent:
                self._say(f"  {row['rule']}: {row['meaning']}")

    def _spans(self, rows: list[Row] | None) -> None:
        if rows is None:
            self._begin("By span: no spans in this gold.")
            return
        self._begin("By span: the same ends (strict), or half a point for an overlap (partial).")
        self._say()
        self._table(rows)

    def _merges(self, figures: MergeFigures, *, verbose: bool) -> None:
        row = {key: _cell(value) for key, value in merge_row(figures).items()}
        self._begin(
            "Which names are one organization: precision {precision}, recall {recall}, F1 {f1};"
            " {gold_pairs} pairs in gold, {found_pairs} with us, among {names} names.".format(**row)
        )
        for names in figures.joined if verbose else ():
            self._say(f"  one with us, several in gold: {' | '.join(names)}")
        for names in figures.parted if verbose else ():
            self._say(f"  several with us, one in gold: {' | '.join(names)}")

    def _mistakes(self, rows: list[Row]) -> None:
        if rows:
            self._begin("Mistakes")
            self._say()
            self._table(rows)
        else:
            self._begin("No mistakes.")

    def _table(self, rows: Sequence[Row]) -> None:
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text

        plain = is_plain(self._stream)
        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, safe_box=plain)
        for name in rows[0] if rows else ():
            side = "left" if any(isinstance(row[name], str) for row in rows) else "right"
            heading = _HEADINGS.get(name, name.replace("_", " ").replace("f1", "F1"))
            justify: Any = "right" if name == "interval" else side
            table.add_column(heading, overflow="fold", no_wrap=plain, justify=justify)
        for row in rows:
            table.add_row(*(Text(_cell(cell)) for cell in row.values()))
        render(table, self._stream)


def _for_people(row: Row) -> Row:
    """Return a row without what stands in tables of its own, the interval as one column."""
    shown: Row = {}
    for name, cell in row.items():
        if name == "f1_low":
            high = row["f1_high"]
            shown["interval"] = None if cell is None else f"{_cell(cell)} – {_cell(high)}"
        elif name not in _PARTS_OF_OTHERS:
            shown[name] = cell
    return shown


def _cell(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.3f}"
    return "–" if cell is None else printable(str(cell))


def _summary(evaluation: Evaluation) -> str:
    row = total_row(evaluation)
    records = len(evaluation.comparisons)
    low, high = row["f1_low"], row["f1_high"]
    interval = f" (95 % interval {_cell(low)} – {_cell(high)})" if low is not None else ""
    return (
        f"{records:,} gold record{'' if records == 1 else 's'}: precision"
        f" {_cell(row['precision'])}, recall {_cell(row['recall'])}, F1 {_cell(row['f1'])}"
        f"{interval}; {row['gold']:,} values in gold, {row['found']:,} found."
    )
