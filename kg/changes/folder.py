"""Open the folder of a build: what made it, and its graphs as streams of statements.

A statement is a line of N-Triples without the full stop. A build writes its facts in the order of
their bytes and the graphs of its dataset in the order of their names, so that two builds can be
compared in one pass that holds neither. The order is checked: a folder may be anybody's.
"""

import gzip
import zlib
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, RdfFormat, Store, Triple, parse, serialize

from kg.errors import InputError
from kg.foreign import read_rdf
from kg.terminal import printable
from kg.terms import DCAT, VOID

DATASET: Final = "dataset.nq.gz"
_FACTS: Final = "graph.nt"
_EVIDENCE: Final = "evidence.ttl"
_DESCRIPTION: Final = "void.ttl"
_MODEL: Final = ("ontology.ttl", "vocabulary.ttl")
_NEEDED: Final = (_DESCRIPTION, DATASET, _FACTS, *_MODEL)
_BLOCK: Final = 1 << 20
"""Bytes that are read at once."""
_AT_ONCE: Final = 5_000
"""Triples that are written at once."""


@dataclass(frozen=True, slots=True)
class BuildFolder:
    """A folder that `kg build` wrote."""

    path: Path
    base: str
    """Where the IRIs of its instances begin."""
    version: str
    """Of the program that wrote it."""


def open_folder(path: Path) -> BuildFolder:
    """Return what a folder says of itself.

    Raises:
        InputError: it is not there, is no build, or lacks a file that a comparison reads.
    """
    if not path.is_dir() or not any((path / name).exists() for name in _NEEDED):
        raise InputError(path, "no build is here; run `kg build` first")
    for name in _NEEDED:
        if not (path / name).is_file():
            problem = "is missing: the build is damaged, or another version of kg made it"
            raise InputError(path / name, f"{problem}; run `kg build` again")
    said = {
        quad.predicate: quad.object.value
        for quad in read_rdf(path / _DESCRIPTION)
        if isinstance(quad.object, Literal)
    }
    space, version = said.get(VOID.uriSpace, ""), said.get(DCAT.version, "")
    if not space.endswith("id/") or not version:
        problem = "does not say where the IRIs of the build begin, and which version made it"
        raise InputError(path / _DESCRIPTION, f"{problem}; run `kg build` again")
    return BuildFolder(path, space.removesuffix("id/"), version)


def read_model(folder: BuildFolder) -> Store:
    """Return the ontology and the vocabulary of a build."""
    store = Store()
    for name in _MODEL:
        store.extend(read_rdf(folder.path / name, label=name[0]))
    return store


def read_facts(folder: BuildFolder) -> Generator[bytes, None, None]:
    """Yield the statements of `graph.nt`, in order.

    Raises:
        InputError: the file cannot be read, or its lines are not in the order of a build.
    """
    path = folder.path / _FACTS
    before = b""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line <= before or not (line.startswith(b"<") and line.endswith(b" .\n")):
                    raise InputError(path, _not_ours("lines"), line=number)
                before = line
                yield line[:-3]
    except OSError as error:
        raise damaged(path, error) from error


def read_evidence(folder: BuildFolder) -> Iterator[bytes]:
    """Yield the statements of `evidence.ttl`, in order.

    Raises:
        InputError: the file cannot be read, or its triples are not in the order of a build.
    """
    path = folder.path / _EVIDENCE
    before = b""
    try:
        triples = (quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE))
        for lines in _as_lines(triples):
            for line in lines:
                if line <= before:
                    shown = printable(line.decode()[:80])
                    raise InputError(path, f"{_not_ours('triples')} (at {shown})")
                before = line
                yield line[:-2]
    except (OSError, SyntaxError) as error:
        raise damaged(path, error) from error


def _as_lines(triples: Iterable[Triple]) -> Iterator[list[bytes]]:
    triples = iter(triples)
    while some := list(islice(triples, _AT_ONCE)):
        text = serialize(some, format=RdfFormat.N_TRIPLES) or b""
        yield text.split(b"\n")[:-1]


def read_graphs(folder: BuildFolder) -> Generator[tuple[str, list[bytes]], None, None]:
    """Yield the statements of the dataset in lists, each with its graph, such as `doc_7de2fe4e`.

    A graph comes in one list after another; no list is longer than a block that was read.

    Raises:
        InputError: the file cannot be read, or its graphs are not in the order of a build.
    """
    path = folder.path / DATASET
    start = f"<{folder.base}graph/".encode()
    before = b""
    try:
        with path.open("rb") as packed, gzip.open(packed) as file:
            for graph, statements in _split(file, path):
                if not graph.startswith(start) or graph < before:
                    name = printable(graph.decode(errors="replace"))
                    raise InputError(path, f"{_not_ours('graphs')} (at {name})")
                before = graph
                yield graph[len(start) : -1].decode(errors="replace"), statements
    except (OSError, EOFError, zlib.error) as error:
        raise damaged(path, error) from error


def _split(file: gzip.GzipFile, path: Path) -> Iterator[tuple[bytes, list[bytes]]]:
    """Yield graphs with statements, a block at a time; a literal holds no raw line feed."""
    rest = b""
    while block := file.read(_BLOCK):
        lines, end, rest = (rest + block).rpartition(b"\n")
        lines += end
        while lines:
            graph = lines[: lines.index(b"\n")].removesuffix(b" .").rpartition(b" ")[2]
            count = lines.count(b"\n")
            *statements, lines = lines.split(b" %b .\n" % graph)
            if not graph.startswith(b"<") or count != len(statements) + lines.count(b"\n"):
                raise InputError(path, _not_ours("lines"))  # else one holds lines of other graphs
            yield graph, statements
    if rest:
        raise InputError(path, "ends within a line; run `kg build` again")


def _not_ours(what: str) -> str:
    return f"its {what} are not as `kg build` writes them; run `kg build` again"


def predicate_of(statement: bytes) -> bytes:
    """Return the property of a statement; nothing, if it is none.

    >>> predicate_of(b'<http://a> <http://b> "c d"'), predicate_of(b"nonsense")
    (b'<http://b>', b'')
    """
    return statement.partition(b" ")[2].partition(b" ")[0]


def damaged(path: Path | str, error: Exception) -> InputError:
    """Return the error of a file that cannot be what a build wrote."""
    return InputError(path, f"not readable ({printable(str(error))}); run `kg build` again")


def rebased(statements: Iterable[bytes], old: BuildFolder, new: BuildFolder) -> Iterable[bytes]:
    """Return statements of one build with their instances under the base of the other.

    The words of a literal stay as they are.

    >>> here, there = BuildFolder(Path(), "http://a/", "1"), BuildFolder(Path(), "http://b/", "1")
    >>> list(rebased([b'<http://a/id/x> <http://p> "<http://a/id/x>"'], here, there))
    [b'<http://b/id/x> <http://p> "<http://a/id/x>"']
    """
    if old.base == new.base:
        return statements
    before, after = (f"<{folder.base}id/".encode() for folder in (old, new))
    parts = (statement.partition(b'"') for statement in statements)
    return (terms.replace(before, after) + quote + words for terms, quote, words in parts)
