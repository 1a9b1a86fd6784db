"""Write flat CSV tables of the dataset, one for each kind of thing, for people with spreadsheets.

The columns follow from the ontology: a table has one column for each property whose domain is its
class, in the order of the model, and at its end what else is said of its rows. A value that is a
thing has two columns, its label and its IRI. Several values of a cell are sorted and joined by
"; ", quotations by " | " in the order of the text.

The dialect is RFC 4180 with line feeds, UTF-8 without a byte order mark (spreadsheets: import as
UTF-8). A cell that a spreadsheet would take for a formula, because it starts with `=`, `+`, `-`,
`@`, a tab, a line end or the wide form of one of these, and that is no number, gets a leading
apostrophe.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Any, Final, TextIO, TypeAlias, cast

import re2
from pyoxigraph import NamedNode, Store

from kg.clean import clean_literal
from kg.lines import Sorter
from kg.record_tables import COLUMNS, record_rows
from kg.table_queries import COUNTS, MORE_COLUMNS
from kg.terms import ACP, OWL, local_name, model_place
from kg.thing_cells import (
    CONCEPT_TABLES,
    Header,
    Quotation,
    ThingCells,
    Value,
    column_name,
    read_cells,
)
from kg.things import GraphReader

Row: TypeAlias = Mapping[str, str]

_NAMES: Final = {
    "Program": "programs",
    "ProviderOrganization": "provider_groups",
    "PaymentArrangement": "payments",
    "CareRoleAssignment": "care_roles",
    "CareActivity": "activities",
    "CountStatement": "counts",
    "DataSharing": "data_sharing",
    "PrecedenceClaim": "claims",
    "BenefitStatement": "benefits",
    "GoalStatement": "goals",
    "OutcomeStatement": "outcomes",
    "SourceDocument": "documents",
}
"""Tables that are named otherwise than the plural of their class."""
_RECORDS: Final = frozenset(
    ("Assertion", "TextEvidence", "Passage", "SourceAnomaly", "ExtractionRun")
)
"""Classes that have tables of a form of their own, or none."""
_WHOLES: Final = frozenset(
    """Program Initiative Organization Payer ProviderOrganization PractitionerGroup Place
    SourceDocument Participation""".split()
)
"""Classes whose things are part of nothing but, some of them, a program."""
MOST_LISTED: Final = 20
"""A payer may be in thousands of programs; a spreadsheet cell holds 32,767 characters."""
FORMULA_STARTS: Final = frozenset("=+-@\t\r\n＝＋－＠")
_NUMBER: Final = re2.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def write_tables(folder: Path, store: Store) -> None:
    """Write every table into a folder, which is made if missing; a table may have no rows."""
    tables = TableWriter(folder)
    tables.add(read_tables(store))
    tables.finish()


@dataclass(frozen=True, slots=True)
class TableParts:
    """What one store tells of the tables."""

    records: Mapping[str, str]
    """By table, the rows for each assertion, passage or fault of a document, as written."""
    things: ThingCells


def read_tables(store: Store, reader: GraphReader | None = None) -> TableParts:
    """Return what a store tells of the tables; a reader of that store may know some of it."""
    reader = reader or GraphReader(store)
    records = {table: _csv(record_rows(reader, table)) for table in COLUMNS}
    return TableParts(records, read_cells(reader, store, _classes(reader)))


def _classes(reader: GraphReader) -> dict[str, str]:
    """Return the classes of our ontology that get a table of things, by table."""
    terms = reader.instances(OWL.Class)
    names = (term.value.removeprefix(ACP.iri) for term in terms)
    ours = sorted(name for name in names if name in ACP and name not in _RECORDS)
    return {table_name(name): name for name in ours}


def table_name(name: str) -> str:
    """Return the table of a class, such as `payers` for `Payer`."""
    return _NAMES.get(name) or f"{column_name(name)}s"


class TableWriter:
    """Writes the tables from what store after store tells, in the order of their documents.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tables = TableWriter(Path(folder))
    ...     tables.add(read_tables(Store()))
    ...     tables.finish()
    ...     sorted(path.name for path in Path(folder).iterdir())
    ['aims.csv', 'anomalies.csv', 'conditions.csv', 'evidence.csv', 'passages.csv']
    """

    def __init__(self, folder: Path, work: Path | None = None) -> None:
        """Make the folder if it is missing; `work` is a folder for what is too large to sort."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._cells = Sorter(work, "cells")
        self._headers: dict[str, Header] = {}
        for table, columns in COLUMNS.items():
            self._write(table, _csv([columns]), "w")

    def add(self, parts: TableParts) -> None:
        """Take what one store tells."""
        for table, text in parts.records.items():
            self._write(table, text)
        self._cells.add(parts.things.lines)
        for table, header in parts.things.headers.items():
            self._headers.setdefault(table, header).add(header)

    def finish(self) -> None:
        """Write the tables of things."""
        columns = {table: _columns(table, header) for table, header in self._headers.items()}
        for table in CONCEPT_TABLES:
            one = table.removesuffix("s")
            names = ["program", "program_iri", one, f"{one}_iri", "quotation", "document"]
            columns[table] = names
        for table, names in columns.items():
            self._write(table, _csv([names]), "w")
        for key, lines in groupby(self._cells.finish().lines(), lambda line: line.split(b"\0")[0]):
            table = key.decode()
            with self._open(table) as file:
                rows = _rows(table, columns[table], lines)
                csv.writer(file, lineterminator="\n").writerows(rows)

    def _write(self, table: str, text: str, mode: str = "a") -> None:
        with self._open(table, mode) as file:
            file.write(text)

    def _open(self, table: str, mode: str = "a") -> TextIO:
        path = self._folder / f"{table}.csv"
        return cast("TextIO", path.open(mode, encoding="utf-8", newline=""))


def _columns(table: str, header: Header) -> list[str]:
    """Return the header of a table of things."""
    columns = ["label", "iri"]
    if header.kind != "Program":
        columns += ["program", "program_iri"]
    if header.kind not in _WHOLES:
        columns += ["part_of", "part_of_iri"]
    declared = sorted(header.declared, key=_model_order)
    for predicate in (*declared, *sorted(header.used - header.declared, key=_model_order)):
        name = column_name(local_name(predicate))
        columns += [name, f"{name}_iri"] if predicate in header.leading else [name]
    for column in MORE_COLUMNS.get(table, ()):
        columns += [column, f"{column}_iri"]
    columns += COUNTS.get(table, ())
    return [*columns, "quotation", "document"]


def _model_order(predicate: NamedNode) -> tuple[int, str]:
    return model_place(predicate), predicate.value


def _rows(table: str, columns: Sequence[str], lines: Iterable[bytes]) -> Iterator[list[str]]:
    """Yield the rows of a table, each of the lines that tell of one thing."""
    counted = COUNTS.get(table, {})
    for _, parts in groupby(lines, lambda line: line.rpartition(b"\0")[0]):
        told = [json.loads(part.rpartition(b"\0")[2]) for part in parts]
        label, iri, cells, quoted = told[0] if len(told) == 1 else _joined(told)
        row = {"label": label, "iri": iri, **dict.fromkeys(counted, "0")}
        for column in columns:
            if column in counted:
                row[column] = str(len(cells.get(column, ())))
            elif column in cells:
                row |= _pair(column, cells[column])
        row |= _quoted(quoted)
        yield [safe_cell(row.get(column, "")) for column in columns]


def _joined(told: Sequence[Any]) -> tuple[str, str, dict[str, list[Value]], list[Quotation]]:
    """Return as one what several stores tell of a thing."""
    cells: defaultdict[str, set[Value]] = defaultdict(set)
    for _, _, some, _ in told:
        for column, values in some.items():
            cells[column].update(map(tuple, values))
    quoted = sorted({tuple(words) for *_, some in told for words in some})
    label, iri = told[0][:2]
    return label, iri, {column: sorted(values) for column, values in cells.items()}, quoted


def _pair(column: str, values: Sequence[Value]) -> Row:
    """Return the labels and the IRIs of the values of a cell, in one order."""
    most = MOST_LISTED if column == "program" else len(values)
    labels, iris = [label for label, *_ in values], [iri for _, iri, _ in values]
    return {column: _some(labels, "; ", most), f"{column}_iri": _some(iris, "; ", most)}


def _quoted(quotations: Sequence[Quotation]) -> Row:
    """Return the cells that say where a row comes from; words within longer ones go without."""
    texts = list(dict.fromkeys(text for *_, text in quotations))
    longest = [text for text in texts if not any(text in other != text for other in texts)]
    files = sorted({file for file, *_ in quotations})
    return {
        "quotation": _some(longest, " | ", MOST_LISTED),
        "document": _some(files, "; ", MOST_LISTED),
    }


def _some(values: list[str], separator: str, most: int) -> str:
    rest = len(values) - most
    return separator.join([*values[:most], f"and {rest} more"] if rest > 0 else values)


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def safe_cell(text: str) -> str:
    """Return the text of a cell in a form that no spreadsheet runs as a formula.

    >>> safe_cell("=HYPERLINK(A1)"), safe_cell("-5"), safe_cell("Cigna")
    ("'=HYPERLINK(A1)", '-5', 'Cigna')
    """
    text = clean_literal(text)
    return f"'{text}" if text[:1] in FORMULA_STARTS and not _NUMBER.fullmatch(text) else text
