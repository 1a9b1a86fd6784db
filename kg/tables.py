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
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import re2
from pyoxigraph import Literal, NamedNode, Store

from kg.clean import clean_literal
from kg.table_queries import (
    COUNTS,
    DECLARED,
    EVIDENCE,
    LINK_EVIDENCE,
    MORE_COLUMNS,
    RECORD_TABLES,
    USED,
    further_queries,
)
from kg.terms import ACP, OWL, RDF, RDFS, local_name, model_place, prefixes
from kg.things import GraphReader, Term

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
CONCEPT_TABLES: Final = {"conditions": ACP.targetsCondition, "aims": ACP.hasAim}
"""Concepts of programs that people sort and count by: one row a program and concept."""
_UNSAID: Final = frozenset((RDF.type, RDFS.label, ACP.hasEvidence, ACP.hasPassage, ACP.hasAnomaly))
MOST_LISTED: Final = 20
"""A payer may be in thousands of programs; a spreadsheet cell holds 32,767 characters."""
_REMEMBERED: Final = 4096
FORMULA_STARTS: Final = frozenset("=+-@\t\r\n＝＋－＠")
_NUMBER: Final = re2.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class _Quotation:
    """The place of a quotation; its order is that of reading."""

    document: str
    start: int
    text: str


def write_tables(folder: Path, store: Store) -> None:
    """Write every table into a folder, which is made if missing; a table may have no rows."""
    write_thing_tables(folder, store)
    write_record_tables(folder, store)


def write_thing_tables(folder: Path, store: Store) -> None:
    """Write a table for each kind of thing and of shared concept."""
    folder.mkdir(parents=True, exist_ok=True)
    reader = _TableReader(store)
    for name in reader.classes():
        table = table_name(name)
        columns = reader.columns(table, ACP[name])
        _write(folder / f"{table}.csv", columns, reader.rows(table, ACP[name], columns))
    for table, predicate in CONCEPT_TABLES.items():
        rows = reader.concept_rows(table, predicate)
        one = table.removesuffix("s")
        columns = ["program", "program_iri", one, f"{one}_iri", "quotation", "document"]
        _write(folder / f"{table}.csv", columns, rows)


def write_record_tables(folder: Path, store: Store) -> None:
    """Write the tables that have a row for each assertion, passage or fault of a document."""
    folder.mkdir(parents=True, exist_ok=True)
    reader = _TableReader(store)
    for table, (columns, query) in RECORD_TABLES.items():
        _write(folder / f"{table}.csv", columns, reader.records(columns, query))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([safe_cell(row.get(column, "")) for column in columns] for row in rows)


def safe_cell(text: str) -> str:
    """Return the text of a cell in a form that no spreadsheet runs as a formula.

    >>> safe_cell("=HYPERLINK(A1)"), safe_cell("-5"), safe_cell("Cigna")
    ("'=HYPERLINK(A1)", '-5', 'Cigna')
    """
    text = clean_literal(text)
    return f"'{text}" if text[:1] in FORMULA_STARTS and not _NUMBER.fullmatch(text) else text


def table_name(name: str) -> str:
    """Return the table of a class, such as `payers` for `Payer`."""
    return _NAMES.get(name) or f"{column_name(name)}s"


def column_name(name: str) -> str:
    """Return a name of the ontology as the name of a column.

    >>> column_name("hasPaymentCondition"), column_name("countValue"), column_name("sha256")
    ('payment_condition', 'count_value', 'sha256')
    """
    spaced = "".join(f"_{char.lower()}" if char.isupper() else char for char in name)
    return spaced.removeprefix("_").removeprefix("has_")


class _TableReader:
    """Questions to the default graph of a store, answered as rows."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reader = GraphReader(store)
        self._column = cache(lambda predicate: column_name(local_name(predicate)))

    def classes(self) -> list[str]:
        """Return the classes of our ontology that get a table of things."""
        found = self._select("SELECT DISTINCT ?class WHERE { ?class a owl:Class }")
        names = (row["class"].value.removeprefix(ACP.iri) for row in found)
        return sorted(name for name in names if name in ACP and name not in _RECORDS)

    def columns(self, table: str, kind: NamedNode) -> list[str]:
        """Return the header of a table of things."""
        columns = ["label", "iri"]
        if kind != ACP.Program:
            columns += ["program", "program_iri"]
        if kind.value.removeprefix(ACP.iri) not in _WHOLES:
            columns += ["part_of", "part_of_iri"]
        for predicate in self._properties(kind):
            columns += self._columns_of(predicate)
        for column in MORE_COLUMNS.get(table, ()):
            columns += [column, f"{column}_iri"]
        columns += COUNTS.get(table, ())
        return [*columns, "quotation", "document"]

    def rows(self, table: str, kind: NamedNode, columns: Sequence[str]) -> Iterator[Row]:
        """Yield the rows of a table of things, by label and IRI."""
        cells: defaultdict[Term, defaultdict[str, set[Term]]] = defaultdict(
            lambda: defaultdict(set)
        )
        said = "SELECT ?row ?p ?value WHERE { ?row a $given ; ?p ?value }"
        for thing, predicate, value in self._select(said, kind):
            cells[thing][self._column(predicate)].add(value)
        for column, query in further_queries(table):
            for thing, value in self._select(query, kind):
                cells[thing][column].add(value)
        quotations = self._quotations(kind)
        for term in sorted(cells, key=lambda term: (self._reader.label(term), str(term))):
            row = {"label": self._reader.label(term), "iri": _text(term)}
            for column in columns:
                if column in cells[term]:
                    row |= self._pair(column, cells[term][column])
            yield {**row, **_quoted(quotations.get(term, ()))}

    def concept_rows(self, table: str, predicate: NamedNode) -> Iterator[Row]:
        """Yield a row for each program and concept that the property relates."""
        quotations: defaultdict[tuple[Term, Term], set[_Quotation]] = defaultdict(set)
        for row in self._select(LINK_EVIDENCE, predicate):
            found = quotations[row["row"], row["value"]]
            if row["quotation"] is not None:
                found.add(_quotation(row))
        one = table.removesuffix("s")
        for program, concept in sorted(quotations, key=lambda key: tuple(map(str, key))):
            yield {
                "program": self._reader.label(program),
                "program_iri": _text(program),
                one: self._reader.label(concept),
                f"{one}_iri": _text(concept),
                **_quoted(quotations[program, concept]),
            }

    def records(self, columns: Sequence[str], query: str) -> Iterator[Row]:
        """Yield the rows of a query, document by document so that few are held at a time."""
        cells = [(column, *self._cell(column)) for column in columns]
        documents = self._select("SELECT ?document WHERE { ?document a acp:SourceDocument }")
        for document in sorted((row["document"] for row in documents), key=str):
            found = self._select(query, document)
            rows = ({name: write(row[of]) for name, of, write in cells} for row in found)
            yield from sorted(rows, key=_reading_order)

    def _cell(self, column: str) -> tuple[str, Callable[[Any], str]]:
        """Return the variable of a column, and what writes its values.

        A variable `x` is shown as label, and as IRI in the column `x_iri`.
        """
        if column.endswith("_iri"):
            return column.removesuffix("_iri"), _iri
        # Properties are of others too, whom no dataset labels.
        name = self._reader.property_name if column == "property" else self._reader.label
        label = lru_cache(_REMEMBERED)(lambda value: "" if value is None else name(value))
        return "file" if column == "document" else column, label

    def _pair(self, column: str, values: Iterable[Term]) -> Row:
        """Return the labels and the IRIs of the values of a cell, in one order."""
        ordered = sorted((self._reader.label(value), _iri(value)) for value in values)
        labels, iris = [label for label, _ in ordered], [iri for _, iri in ordered]
        most = MOST_LISTED if column == "program" else len(ordered)
        return {column: _some(labels, "; ", most), f"{column}_iri": _some(iris, "; ", most)}

    def _properties(self, kind: NamedNode) -> list[NamedNode]:
        """Return what the ontology lets a class have, then what else its instances have."""
        declared = {row["p"] for row in self._select(DECLARED, kind)} - _UNSAID
        used = {row["p"] for row in self._select(USED, kind)} - _UNSAID - declared
        return [*sorted(declared, key=_model_order), *sorted(used, key=_model_order)]

    def _columns_of(self, predicate: NamedNode) -> list[str]:
        name = column_name(local_name(predicate))
        query = "SELECT ?value WHERE { ?row $given ?value FILTER(isIRI(?value)) } LIMIT 1"
        kinds = self._reader.objects(predicate, RDF.type)
        if OWL.ObjectProperty in kinds or any(self._select(query, predicate)):
            return [name, f"{name}_iri"]
        return [name]

    def _quotations(self, kind: NamedNode) -> dict[Term, set[_Quotation]]:
        found: defaultdict[Term, set[_Quotation]] = defaultdict(set)
        for row in self._select(EVIDENCE, kind):
            found[row["row"]].add(_quotation(row))
        return found

    def _select(self, query: str, given: NamedNode | None = None) -> Any:
        """Run a query about a term; the engine's own form of an IRI cannot break out of it."""
        return self._store.query(query.replace("$given", str(given)), prefixes=prefixes())


def _quotation(row: Any) -> _Quotation:
    start = row["start"]
    return _Quotation(
        row["file"].value, int(start.value) if start is not None else 0, row["quotation"].value
    )


def _quoted(quotations: Iterable[_Quotation]) -> Row:
    """Return the cells that say where a row comes from; words within longer ones go without."""
    ordered = sorted(quotations, key=lambda found: (found.document, found.start, found.text))
    texts = list(dict.fromkeys(found.text for found in ordered))
    longest = [text for text in texts if not any(text in other != text for other in texts)]
    files = sorted({found.document for found in ordered})
    return {
        "quotation": _some(longest, " | ", MOST_LISTED),
        "document": _some(files, "; ", MOST_LISTED),
    }


def _some(values: list[str], separator: str, most: int) -> str:
    rest = len(values) - most
    return separator.join([*values[:most], f"and {rest} more"] if rest > 0 else values)


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _iri(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _model_order(predicate: NamedNode) -> tuple[int, str]:
    return model_place(predicate), predicate.value


def _reading_order(row: Row) -> tuple[int, int, list[str]]:
    numbers = (int(row.get(column) or 0) for column in ("start", "end"))
    return *numbers, sorted(row.values())  # type: ignore[return-value]  # two numbers
