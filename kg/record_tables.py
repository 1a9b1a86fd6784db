"""Read the tables that have a row for each assertion, passage or fault of a document."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, product
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode

from kg.terms import ACP, OA, RDF
from kg.thing_cells import file_names
from kg.things import GraphReader, Term

Choice: TypeAlias = Sequence[tuple[str, ...]]
"""What neighbouring cells of a row may hold; where there are several, each makes a row."""

COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "evidence": (
        """subject subject_iri property property_iri value value_iri basis confidence rule
        as_written quotation start end sentence document document_iri assertion_iri"""
    ).split(),
    "passages": "document order start end kind modelled text passage_iri document_iri".split(),
    "anomalies": (
        """type type_iri as_written read_as quotation start end sentence document document_iri
        anomaly_iri"""
    ).split(),
}
"""The header of each table."""
_NOTHING: Final[Choice] = (("",),)


def record_rows(reader: GraphReader, table: str) -> Iterator[Sequence[str]]:
    """Yield the rows of a table, document by document, each document's in the order of reading."""
    start, end = (COLUMNS[table].index(column) for column in ("start", "end"))

    def reading_order(row: Sequence[str]) -> tuple[int, int, list[str]]:
        return int(row[start] or 0), int(row[end] or 0), sorted(row)

    records = _RecordReader(reader)
    read = {
        "evidence": records.assertions,
        "passages": records.passages,
        "anomalies": records.anomalies,
    }[table]
    for document in sorted(reader.subjects(RDF.type, ACP.SourceDocument), key=str):
        yield from sorted(map(tuple, map(chain.from_iterable, read(document))), key=reading_order)


class _RecordReader:
    """Reads rows, cell by cell in the order of the columns."""

    def __init__(self, reader: GraphReader) -> None:
        self._reader = reader
        self._properties: dict[Term, str] = {}

    def assertions(self, document: Term) -> Iterator[Sequence[tuple[str, ...]]]:
        """Yield a row for each assertion and each span of a document that it rests on."""
        reader = self._reader
        file = self._file(document)
        for span in self._subjects(OA.hasSource, document):
            words = (*self._words(span), file, _iri(document))
            for assertion in self._subjects(ACP.hasEvidence, span):
                yield from product(
                    self._named(reader.reached(assertion, RDF.subject)),
                    self._named(reader.reached(assertion, RDF.predicate), self._property_name),
                    self._named(reader.reached(assertion, RDF.object)),
                    self._told(assertion, ACP.basis),
                    self._told(assertion, ACP.confidence),
                    self._told(assertion, ACP.extractionRule),
                    self._told(assertion, ACP.asWritten),
                    *words,
                    _iri(assertion),
                )

    def passages(self, document: Term) -> Iterator[Sequence[tuple[str, ...]]]:
        """Yield a row for each passage of a document."""
        file = self._file(document)
        for passage in self._reader.reached(document, ACP.hasPassage):
            if texts := self._reader.reached(passage, ACP.passageText):
                yield from product(
                    file,
                    self._told(passage, ACP.passageOrder),
                    self._told(passage, ACP.passageStart),
                    self._told(passage, ACP.passageEnd),
                    self._told(passage, ACP.passageKind),
                    self._told(passage, ACP.passageModelled),
                    self._shown(texts),
                    _iri(passage),
                    _iri(document),
                )

    def anomalies(self, document: Term) -> Iterator[Sequence[tuple[str, ...]]]:
        """Yield a row for each fault of a document."""
        file = self._file(document)
        for anomaly in self._reader.reached(document, ACP.hasAnomaly):
            spans = self._reader.reached(anomaly, ACP.hasEvidence)
            for words in map(self._words, spans) if spans else [(_NOTHING,) * 4]:
                yield from product(
                    self._named(self._reader.reached(anomaly, ACP.anomalyType)),
                    self._told(anomaly, ACP.asWritten),
                    self._told(anomaly, ACP.readAs),
                    *words,
                    file,
                    _iri(document),
                    _iri(anomaly),
                )

    def _words(self, span: Term) -> tuple[Choice, ...]:
        """Return quotation, start, end and sentence."""
        return (
            self._told(span, OA.hasSelector, OA.exact),
            self._told(span, OA.hasSelector, OA.start),
            self._told(span, OA.hasSelector, OA.end),
            self._told(span, ACP.inPassage, ACP.passageText),
        )

    def _told(self, node: Term, *path: NamedNode) -> Choice:
        """Return what is said about a record, or a cell with nothing."""
        return self._shown(self._reader.reached(node, *path)) or _NOTHING

    def _shown(self, terms: Iterable[Term]) -> Choice:
        label = self._reader.label
        return [(term.value if isinstance(term, Literal) else label(term),) for term in terms]

    def _named(self, terms: Iterable[Term], name: Callable[[Term], str] | None = None) -> Choice:
        """Return what things are called, each with its IRI."""
        name = name or self._reader.label
        return [(name(term), term.value if isinstance(term, NamedNode) else "") for term in terms]

    def _property_name(self, term: Term) -> str:
        """Return the name even of a property of others, whom no dataset labels."""
        if term not in self._properties:
            self._properties[term] = self._reader.property_name(term)
        return self._properties[term]

    def _file(self, document: Term) -> Choice:
        return [(name,) for name in file_names(self._reader, document)]

    def _subjects(self, predicate: NamedNode, value: Term) -> Iterator[Term]:
        return self._reader.subjects(predicate, value) if isinstance(value, NamedNode) else iter(())


def _iri(term: Term) -> Choice:
    return ((term.value if isinstance(term, NamedNode) else "",),)
