"""Read the tables that have a row for each assertion, passage or fault of a document."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, product
from typing import Final, TypeAlias

from pyoxigraph import NamedNode

from kg.assertions import Words
from kg.terms import ACP, RDF
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
        yield from sorted(read(document), key=reading_order)


class _RecordReader:
    """Reads rows, cell by cell in the order of the columns."""

    def __init__(self, reader: GraphReader) -> None:
        self._reader = reader

    def assertions(self, document: Term) -> Iterator[Sequence[str]]:
        """Yield a row for each assertion and each span of a document that it rests on."""
        label = self._label
        for evidence, places in self._spans.get(document, {}).items():
            for each in self._reader.evidence.resting_on.get(evidence, ()):
                if each.value is None:
                    continue
                told = (
                    *(label(each.subject), _iri(each.subject)),
                    *(self._reader.property_name(each.predicate), _iri(each.predicate)),
                    *(label(each.value), _iri(each.value)),
                    *map(label, each.how),
                )
                for cells in places:
                    yield (*told, *cells, _iri(each.iri))

    @cached_property
    def _spans(self) -> Mapping[Term, Mapping[Term, Collection[Sequence[str]]]]:
        """The cells of words and document, by document and evidence."""
        found: dict[Term, dict[Term, dict[Sequence[str], None]]] = {}
        for evidence, several in self._reader.evidence.words.items():
            for words in several:
                if isinstance(document := words.document, NamedNode):
                    places = found.setdefault(document, {}).setdefault(evidence, {})
                    for (file,) in self._file(document):
                        places[*self._cells(words), file, document.value] = None
        return found

    def passages(self, document: Term) -> Iterator[Sequence[str]]:
        """Yield a row for each passage of a document."""
        file = self._file(document)
        for passage in self._reader.reached(document, ACP.hasPassage):
            if texts := self._reader.reached(passage, ACP.passageText):
                yield from _rows(
                    file,
                    self._told(passage, ACP.passageOrder),
                    self._told(passage, ACP.passageStart),
                    self._told(passage, ACP.passageEnd),
                    self._told(passage, ACP.passageKind),
                    self._told(passage, ACP.passageModelled),
                    [(self._label(text),) for text in texts],
                    [(_iri(passage), _iri(document))],
                )

    def anomalies(self, document: Term) -> Iterator[Sequence[str]]:
        """Yield a row for each fault of a document."""
        for anomaly in self._reader.reached(document, ACP.hasAnomaly):
            types = self._reader.reached(anomaly, ACP.anomalyType)
            for evidence in self._reader.reached(anomaly, ACP.hasEvidence) or (None,):
                yield from _rows(
                    [(self._label(kind), _iri(kind)) for kind in types],
                    self._told(anomaly, ACP.asWritten),
                    self._told(anomaly, ACP.readAs),
                    self._words(evidence),
                    self._file(document),
                    [(_iri(document), _iri(anomaly))],
                )

    def _words(self, evidence: Term | None) -> Choice:
        """Return quotation, start, end and sentence."""
        words = self._reader.evidence.words.get(evidence, ()) if evidence else ()
        return [*dict.fromkeys(map(self._cells, words))] or [("",) * 4]

    def _cells(self, words: Words) -> tuple[str, ...]:
        told = (words.quotation, words.start, words.end, words.sentence)
        return tuple(map(self._label, told))

    def _told(self, node: Term, predicate: NamedNode) -> Choice:
        """Return what is said about a record, or a cell with nothing."""
        said = self._reader.reached(node, predicate)
        return [(self._label(term),) for term in said or (None,)]

    def _label(self, term: Term | None) -> str:
        return "" if term is None else self._reader.label(term)

    def _file(self, document: Term) -> Choice:
        return [(name,) for name in file_names(self._reader, document)]


def _rows(*cells: Choice) -> Iterator[Sequence[str]]:
    return (tuple(chain.from_iterable(row)) for row in product(*cells))


def _iri(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else ""
