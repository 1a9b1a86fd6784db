"""Read from a store what it tells of the rows of the tables of things, as lines that sort.

A store may hold a part of the documents, and a payer stands in many. So a line has a part of a row
after the row's table, label and IRI, and the lines of one row stand together once all are sorted.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any, Final, TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store

from kg.lines import sortable
from kg.table_queries import COUNTS, DECLARED, MORE_COLUMNS
from kg.terms import ACP, DCTERMS, ORG, OWL, RDF, RDFS, local_name, prefixes
from kg.things import GraphReader, Resource, Term

Quotation: TypeAlias = tuple[str, int, str]
"""A file, an offset into it and the words that stand there."""
Value: TypeAlias = tuple[str, str, str]
"""What a cell shows of a term, label and IRI; and a literal itself, since two may look alike."""

UNSAID: Final = frozenset((RDF.type, RDFS.label, ACP.hasEvidence, ACP.hasPassage, ACP.hasAnomaly))
"""Properties that are no columns."""
CONCEPT_TABLES: Final = {"conditions": ACP.targetsCondition, "aims": ACP.hasAim}
"""Concepts of programs that people sort and count by: one row a program and concept."""
_CALLING: Final = frozenset((RDF.type, RDFS.label, DCTERMS.title))
"""What a source says of a program is nearly all of it: its row quotes what it is called."""
_WAYS_UP: Final = (
    (ACP.hasRate, ACP.hasPaymentArrangement),
    (ACP.hasPaymentCondition, ACP.hasPaymentArrangement),
    (ACP.hasTarget, ACP.hasPaymentCondition, ACP.hasPaymentArrangement),
)
"""How one gets from a part of a part to its program: by these properties, from value to thing."""


@dataclass(slots=True)
class Header:
    """What decides about the columns of a table."""

    kind: str
    """The local name of its class."""
    declared: set[NamedNode] = field(default_factory=set)
    """Properties that the ontology gives to the class."""
    used: set[NamedNode] = field(default_factory=set)
    """Properties that instances of the class have."""
    leading: set[NamedNode] = field(default_factory=set)
    """Those of both that lead to things."""

    def add(self, other: "Header") -> None:
        """Take what another store tells."""
        self.declared |= other.declared
        self.used |= other.used
        self.leading |= other.leading


@dataclass(frozen=True, slots=True)
class ThingCells:
    """What one store tells of the tables of things."""

    headers: Mapping[str, Header]
    """By table."""
    lines: tuple[bytes, ...]


def read_cells(reader: GraphReader, store: Store, classes: Mapping[str, str]) -> ThingCells:
    """Return the cells of the tables that are named, each for a class of ours."""
    cells = _CellReader(reader, store)
    headers: dict[str, Header] = {}
    lines: list[bytes] = []
    for table, name in classes.items():
        header = cells.header(name)
        lines += cells.rows(table, ACP[name], header)
        cells.find_leading(header)
        headers[table] = header
    for table, predicate in CONCEPT_TABLES.items():
        lines += cells.concept_rows(table, predicate)
    return ThingCells(headers, tuple(lines))


class _CellReader:
    """Reads rows from the default graph of a store."""

    def __init__(self, reader: GraphReader, store: Store) -> None:
        self._reader, self._store = reader, store
        self._words: dict[Term, tuple[Quotation, ...]] = {}
        self._all_programs = frozenset(reader.subjects(RDF.type, ACP.Program))

    def header(self, name: str) -> Header:
        """Return what the ontology lets the instances of a class have."""
        return Header(name, {row["p"] for row in self._select(DECLARED, ACP[name])} - UNSAID)

    def find_leading(self, header: Header) -> None:
        """Note which of the properties of a table lead to things."""
        header.leading |= {each for each in header.declared | header.used if self._is_leading(each)}

    def rows(self, table: str, kind: NamedNode, header: Header) -> Iterator[bytes]:
        """Yield a line for each instance of a class, and note the properties that it has."""
        further = self._further(table, kind)
        for term in set(self._resources(kind)):
            cells: defaultdict[str, set[Term]] = defaultdict(set)
            for predicate, value in self._reader.pairs(term):
                if predicate not in UNSAID:
                    header.used.add(predicate)
                if predicate not in UNSAID or predicate == RDFS.label:
                    cells[_column(predicate)].add(value)
            for column, found in further.items():
                cells[column] |= found.get(term, set())
            owners = self._owners(term)
            cells["program"] |= self._programs(term, owners)
            cells["part_of"] |= {
                owner
                for owner, predicate in owners
                if predicate.value.startswith(f"{ACP.iri}has") and owner not in self._all_programs
            }
            only = _CALLING if kind == ACP.Program else None
            key = (table, self._reader.label(term), str(term))
            yield self._line(key, term, cells, self._quotations(term, only))

    def _resources(self, kind: NamedNode) -> Iterator[Resource]:
        for term in self._reader.subjects(RDF.type, kind):
            if isinstance(term, NamedNode | BlankNode):
                yield term

    def concept_rows(self, table: str, predicate: NamedNode) -> Iterator[bytes]:
        """Yield a line for each program and concept that a property relates."""
        for program, concept in self._reader.values_of(predicate):
            cells = {"program": {program}, table.removesuffix("s"): {concept}}
            quoted = {
                words
                for assertion in self._reader.evidence.about.get(program, ())
                if (assertion.predicate, assertion.value) == (predicate, concept)
                for words in self._quoted(assertion.evidence)
            }
            yield self._line((table, str(program), str(concept)), program, cells, quoted)

    def _line(
        self,
        key: tuple[str, str, str],
        term: Term,
        cells: Mapping[str, AbstractSet[Term]],
        quoted: AbstractSet[Quotation],
    ) -> bytes:
        counted = COUNTS.get(key[0], {})
        shown = {
            column: sorted(map(_unnamed if column in counted else self._value, values))
            for column, values in cells.items()
            if values
        }
        told = [self._reader.label(term), _text(term), shown, sorted(quoted)]
        text = json.dumps(told, ensure_ascii=True, separators=(",", ":"))
        return b"\x00".join((*map(sortable, key), text.encode())) + b"\n"

    def _value(self, term: Term) -> Value:
        if isinstance(term, NamedNode):
            return self._reader.label(term), term.value, ""
        return self._reader.label(term), "", str(term)

    def _owners(self, term: Term) -> list[tuple[Term, NamedNode]]:
        if isinstance(term, Literal):
            return []
        quads = self._store.quads_for_pattern(None, None, term, DefaultGraph())
        return [(quad.subject, quad.predicate) for quad in quads]

    def _programs(self, term: Term, owners: list[tuple[Term, NamedNode]]) -> set[Term]:
        """Return the programs that a thing is of: as their value, or by way of a part of theirs."""
        found = {owner for owner, _ in owners}
        found.update(self._reader.objects(term, ORG.organization))
        for first, *further in _WAYS_UP:
            ends = {owner for owner, predicate in owners if predicate == first}
            for predicate in further:
                ends = {up for end in ends for up in self._reader.subjects(predicate, end)}
            found |= ends
        return found & self._all_programs

    def _further(self, table: str, kind: NamedNode) -> dict[str, dict[Term, set[Term]]]:
        """Return what lies further on, and what is counted, by column and row."""
        patterns = {**MORE_COLUMNS.get(table, {}), **COUNTS.get(table, {})}
        found: dict[str, dict[Term, set[Term]]] = {}
        for column, pattern in patterns.items():
            values: defaultdict[Term, set[Term]] = defaultdict(set)
            query = f"SELECT ?row ?value WHERE {{ ?row a $given . {pattern} }}"
            for row, value in self._select(query, kind):
                values[row].add(value)
            found[column] = values
        return found

    def _quotations(self, term: Term, only: AbstractSet[NamedNode] | None) -> set[Quotation]:
        """Return the words behind what is said about a thing, or by certain properties."""
        evidence = self._reader.evidence
        return {
            words
            for assertion in (*evidence.about.get(term, ()), *evidence.naming.get(term, ()))
            if only is None or assertion.predicate in only
            for words in self._quoted(assertion.evidence)
        }

    def _quoted(self, evidence: Term) -> tuple[Quotation, ...]:
        if evidence not in self._words:
            self._words[evidence] = tuple(self._read_words(evidence))
        return self._words[evidence]

    def _read_words(self, evidence: Term) -> Iterator[Quotation]:
        for words in self._reader.evidence.words[evidence]:
            if words.document is not None and words.quotation is not None:
                start = 0 if words.start is None else int(_text(words.start))
                for file in file_names(self._reader, words.document):
                    yield file, start, _text(words.quotation)

    def _is_leading(self, predicate: NamedNode) -> bool:
        query = "SELECT ?value WHERE { ?row $given ?value FILTER(isIRI(?value)) } LIMIT 1"
        kinds = self._reader.objects(predicate, RDF.type)
        return OWL.ObjectProperty in kinds or any(True for _ in self._select(query, predicate))

    def _select(self, query: str, given: NamedNode) -> Any:
        """Run a query about a term; the engine's own form of an IRI cannot break out of it."""
        return self._store.query(query.replace("$given", str(given)), prefixes=prefixes())


def _unnamed(term: Term) -> Value:
    """Return a value that is counted, but never shown."""
    return "", str(term), ""


@cache
def _column(predicate: NamedNode) -> str:
    return column_name(local_name(predicate))


def column_name(name: str) -> str:
    """Return a name of the ontology as the name of a column.

    >>> column_name("hasPaymentCondition"), column_name("countValue"), column_name("sha256")
    ('payment_condition', 'count_value', 'sha256')
    """
    spaced = "".join(f"_{char.lower()}" if char.isupper() else char for char in name)
    return spaced.removeprefix("_").removeprefix("has_")


def file_names(reader: GraphReader, document: Term) -> list[str]:
    """Return what a document is called: its path, or its title, or itself."""
    names = reader.reached(document, DCTERMS.identifier) or (None,)
    titles = reader.reached(document, DCTERMS.title) or (None,)
    return [_text(name or title or document) for name, title in product(names, titles)]


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
