"""Read the statements of a build in a fixed order, each with the words behind it.

The facts are sorted lines already. The words are found document by document, then sorted by the
line of their fact, so that the two streams can be joined.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from heapq import merge
from io import BufferedReader
from itertools import groupby
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from kg.errors import InputError
from kg.lines import Lines, Sorter, written
from kg.terms import ACP, RDF
from kg.things import GraphReader
from kg.workers import batched

_OF_THE_MODEL: Final = tuple(
    f"graph/{name}" for name in ("alignments", "inferred", "ontology", "shapes", "vocabulary")
)
"""Ends of the names of graphs that are of no document."""


@dataclass(frozen=True, slots=True)
class Words:
    """One span of text behind a statement, and how the statement was read from it."""

    quotation: str
    document: str
    document_iri: str
    start: int
    end: int
    basis: str
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True)
class Statements:
    """The facts of a build with what is said of its documents, in files of a work folder."""

    path: Path
    words: Lines

    def triples(self) -> Iterator[Triple]:
        """Yield the statements, those of one subject together."""
        with reading(self.path):
            for quad in parse(path=str(self.path), format=RdfFormat.N_TRIPLES):
                yield quad.triple

    def __iter__(self) -> Iterator[tuple[Triple, tuple[Words, ...]]]:
        """Yield the statements, each with the words behind it, in the order of the texts."""
        found = groupby(self.words.lines(), key=lambda line: line.partition(b"\t")[0])
        key, group = next(found, (b"", iter(())))
        with self.path.open("rb") as lines:
            for line, triple in zip(lines, self.triples(), strict=True):
                while key and key < line[:-1]:
                    key, group = next(found, (b"", iter(())))
                yield triple, tuple(map(_words, group)) if key == line[:-1] else ()


def _words(line: bytes) -> Words:
    return Words(*json.loads(line.partition(b"\t")[2]))


def read_statements(build: Path, work: Path) -> Statements:
    """Return the statements of a build, with what a work folder has to hold meanwhile.

    Raises:
        InputError: the folder holds no build, or it is damaged.
    """
    words, documents = Sorter(work, "words"), Sorter(work, "documents")
    vocabulary = _read_bytes(build / "vocabulary.ttl")
    for batch in batched(_document_graphs(build / "dataset.nq.gz")):
        store = Store()
        with reading(build / "vocabulary.ttl"):
            store.bulk_load(input=vocabulary, format=RdfFormat.TURTLE)
        store.bulk_extend(quad for quads in batch for quad in quads)
        reader = DocumentReader(store)
        words.add([_word_line(found) for found in reader.words()])
        documents.add(tuple(reader.documents()))
    path = work / "statements.nt"
    with (
        reading(build / "graph.nt"),
        (build / "graph.nt").open("rb") as facts,
        path.open("wb") as to,
    ):
        to.writelines(line for line, _ in groupby(merge(facts, documents.finish().lines())))
    return Statements(path, words.finish())


def _document_graphs(path: Path) -> Iterator[list[Quad]]:
    """Yield the triples of each document; the graphs of a build stand one after another."""
    with reading(path), BufferedReader(gzip.open(path)) as file:
        quads = parse(file, format=RdfFormat.N_QUADS)
        for graph, found in groupby(quads, key=lambda quad: quad.graph_name):
            if isinstance(graph, NamedNode) and not graph.value.endswith(_OF_THE_MODEL):
                yield [Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in found]


class DocumentReader(GraphReader):
    """Reads the graphs of some documents."""

    def words(self) -> Iterator[tuple[Triple, Words]]:
        """Yield each span behind each statement."""
        names = {self.document_name(iri): iri.value for iri in self.instances(ACP.SourceDocument)}
        subjects = {subject for _, subject in self.values_of(RDF.subject)}
        for subject in subjects:
            for predicate, value in self.pairs(subject):
                triple = Triple(subject, predicate, value)
                for found in self.supports(subject, predicate, value):
                    words = Words(
                        found.quotation,
                        found.document,
                        names.get(found.document, ""),
                        found.start,
                        found.end,
                        found.basis,
                        found.confidence,
                        found.rule or "",
                    )
                    yield triple, words

    def documents(self) -> Iterator[bytes]:
        """Yield what is said of the documents, but for their parts."""
        for document in self.instances(ACP.SourceDocument):
            for predicate, value in self.pairs(document):
                if isinstance(value, Literal) or predicate == RDF.type:
                    yield _line(Triple(document, predicate, value)) + b"\n"


def _word_line(found: tuple[Triple, Words]) -> bytes:
    return _line(found[0]) + b"\t" + json.dumps(astuple(found[1])).encode() + b"\n"


def _line(triple: Triple) -> bytes:
    return written([triple], RdfFormat.N_TRIPLES).rstrip(b"\n")


def _read_bytes(path: Path) -> bytes:
    with reading(path):
        return path.read_bytes()


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what is wrong with a file of a build into one line that says so."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(path.parent, "no build is here; run `kg build` first") from None
    except (EOFError, zlib.error, gzip.BadGzipFile, SyntaxError) as error:
        raise InputError(path, f"not readable ({error}); run `kg build` again") from error
