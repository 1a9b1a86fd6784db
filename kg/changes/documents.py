"""Pair the documents of two builds: by their bytes, then by their name, then by their program.

The IRI of a document is made of the digest of its bytes, so documents with one IRI in both builds
are the same text, whatever their file is called now. Only what is left is paired by name, and what
is left then by program, where one document of each build describes it.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import RdfFormat, parse

from kg.changes.spool import Spool
from kg.terms import ACP, DCTERMS, RDF, RDFS

SideName: TypeAlias = Literal["old", "new"]

_NAME: Final = f" {DCTERMS.identifier} ".encode()
_LABEL: Final = f" {RDFS.label} ".encode()
_PROGRAM: Final = f" {RDF.type} {ACP.Program}".encode()


@dataclass(frozen=True, slots=True)
class DocumentGraph:
    """What one document says, as statements, and what the document and its program are called."""

    key: str
    """Name of its graph, made of the digest of its bytes: `doc_7de2fe4eefea29a5`."""
    name: str
    program: str
    """IRI of the program that it describes, or nothing."""
    program_label: str
    statements: tuple[bytes, ...]


DocumentPair: TypeAlias = tuple[DocumentGraph | None, DocumentGraph | None]


def identify(key: str, statements: tuple[bytes, ...], base: str) -> DocumentGraph:
    """Return a document with the names that its statements give it.

    Raises:
        SyntaxError: one of these statements is none of N-Triples.
    """
    start = f"<{base}id/{key}>".encode() + _NAME
    name = next((line for line in statements if line.startswith(start)), None)
    program = next((line for line in statements if line.endswith(_PROGRAM)), b"")
    program = program.removesuffix(_PROGRAM)
    start = program + _LABEL
    label = next((line for line in statements if program and line.startswith(start)), None)
    iri = program.decode(errors="replace")[1:-1]
    return DocumentGraph(key, _words(name) or key, iri, _words(label) or iri, statements)


def _words(statement: bytes | None) -> str:
    """Return the words of a statement's literal."""
    if statement is None:
        return ""
    (quad,) = parse(statement + b" .", format=RdfFormat.N_TRIPLES)
    return quad.object.value if isinstance(quad.object, RdfLiteral) else ""


class Strays(AbstractContextManager["Strays"]):
    """Documents whose bytes only one build has, on disk until all of both builds are known."""

    def __init__(self) -> None:
        self._spool: Spool[tuple[SideName, str]] = Spool()
        self._found: dict[SideName, list[DocumentGraph]] = {"old": [], "new": []}

    def __exit__(self, *_: object) -> None:
        self._spool.__exit__()

    def add(self, side: SideName, document: DocumentGraph) -> None:
        """Keep a document of a build."""
        self._spool.put((side, document.key), b"\n".join(document.statements))
        self._found[side].append(replace(document, statements=()))

    def pairs(self) -> Iterator[DocumentPair]:
        """Yield all documents, in pairs as far as there are any."""
        olds, news = self._found["old"], self._found["new"]
        for attribute in ("name", "program"):
            pairs, olds, news = _pair(olds, news, attribute)
            for old, new in pairs:
                yield self._read("old", old), self._read("new", new)
        for old in olds:
            yield self._read("old", old), None
        for new in news:
            yield None, self._read("new", new)

    def _read(self, side: SideName, document: DocumentGraph) -> DocumentGraph:
        statements = self._spool.get((side, document.key)).split(b"\n")
        return replace(document, statements=tuple(statements))


def _pair(
    olds: list[DocumentGraph], news: list[DocumentGraph], attribute: str
) -> tuple[list[tuple[DocumentGraph, DocumentGraph]], list[DocumentGraph], list[DocumentGraph]]:
    """Return the pairs that alone have a name or a program in common, and what is left."""
    sides: defaultdict[str, tuple[list[DocumentGraph], list[DocumentGraph]]]
    sides = defaultdict(lambda: ([], []))
    for number, side in enumerate((olds, news)):
        for document in side:
            sides[getattr(document, attribute)][number].append(document)
    pairs = [
        (one[0], other[0])
        for value, (one, other) in sides.items()
        if value and len(one) == len(other) == 1
    ]
    paired = {id(document) for pair in pairs for document in pair}
    olds, news = ([one for one in side if id(one) not in paired] for side in (olds, news))
    return pairs, olds, news
