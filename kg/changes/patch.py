r"""Write the difference of two graphs as a patch that turns the one into the other.

Two forms that tools apply. SPARQL 1.1 Update, of `DELETE DATA` and `INSERT DATA` alone (the subset
that was proposed as TurtlePatch), which every store takes; and RDF Patch, a line for each triple,
which Jena, RDF Delta and rdflib take. Each triple stands in it once, so its order is of no matter;
there are no blank nodes, so it says exactly what it means.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from heapq import merge
from typing import BinaryIO, Final, Literal, TypeAlias

import re2
from pyoxigraph import RdfFormat, parse, serialize

from kg.changes.folder import BuildFolder, damaged, read_evidence, read_facts
from kg.changes.merge import merge_sorted
from kg.errors import InputError

PatchForm: TypeAlias = Literal["sparql-update", "rdf-patch"]

_AT_ONCE: Final = 10_000
"""Triples in one operation: a store holds an operation in memory."""
_ESCAPE: Final = re2.compile(rb"\\(?:\\([uU])|u([0-9A-Fa-f]{4})|.)")


def write_patch(
    old: BuildFolder, new: BuildFolder, form: PatchForm, stream: BinaryIO, *, evidence: bool
) -> tuple[int, int]:
    """Write what turns the graph of a build into that of another; return triples out and in.

    The graph holds the facts (`graph.nt`) or, with evidence, that of `evidence.ttl`, too. It is
    taken as it is: under another base, every triple is another.

    Raises:
        InputError: a file cannot be read, or holds what no build writes.
    """
    counts = {"D": 0, "A": 0}
    write = _as_update if form == "sparql-update" else _as_rows

    def batches() -> Iterator[tuple[str, list[bytes]]]:
        for operation, statements in _batches(_differences(old, new, evidence=evidence)):
            counts[operation] += len(statements)
            yield operation, _checked(statements, old, new)

    stream.writelines(write(batches()))
    return counts["D"], counts["A"]


def _differences(
    old: BuildFolder, new: BuildFolder, *, evidence: bool
) -> Iterator[tuple[str, bytes]]:
    """Yield statements to delete and to add, in the order of their bytes."""
    with (
        closing(_statements(old, evidence=evidence)) as olds,
        closing(_statements(new, evidence=evidence)) as news,
    ):
        for one, other in merge_sorted(olds, news, key=bytes):
            if other is None and one is not None:
                yield "D", one
            elif one is None and other is not None:
                yield "A", other


def _statements(build: BuildFolder, *, evidence: bool) -> Generator[bytes, None, None]:
    before = b""
    with closing(read_facts(build)) as facts:
        for statement in merge(facts, read_evidence(build)) if evidence else facts:
            if statement != before:  # a graph holds a triple once, whatever files say it
                yield statement
            before = statement


def _batches(
    differences: Iterable[tuple[str, bytes]],
) -> Iterator[tuple[str, list[bytes]]]:
    """Yield statements of one operation together, each kind as soon as it is many."""
    waiting: dict[str, list[bytes]] = {"D": [], "A": []}
    for operation, statement in differences:
        waiting[operation].append(statement)
        if len(waiting[operation]) == _AT_ONCE:
            yield operation, waiting[operation]
            waiting[operation] = []
    yield from ((operation, rest) for operation, rest in waiting.items() if rest)


def _checked(statements: list[bytes], old: BuildFolder, new: BuildFolder) -> list[bytes]:
    """Return statements as the engine writes them: a folder, and its escapes, may be anybody's."""
    text = b"".join(statement + b" .\n" for statement in statements)
    where = f"{old.path} or {new.path}"
    try:
        written = serialize(parse(text, format=RdfFormat.N_TRIPLES), format=RdfFormat.N_TRIPLES)
    except SyntaxError as error:
        raise damaged(where, error) from error
    lines = (written or b"").split(b"\n")[:-1]
    if any(b"_:" in line.partition(b'"')[0] for line in lines):
        raise InputError(where, "holds blank nodes, which a patch has no names for")
    return lines


def _as_rows(batches: Iterable[tuple[str, list[bytes]]]) -> Iterator[bytes]:
    """Yield the rows of an RDF Patch."""
    yield b"TX .\n"
    for operation, lines in batches:
        yield b"".join(b"%b %b\n" % (operation.encode(), line) for line in lines)
    yield b"TC .\n"


def _as_update(batches: Iterable[tuple[str, list[bytes]]]) -> Iterator[bytes]:
    """Yield the operations of a SPARQL update; of none, the update is empty."""
    names = {"D": b"DELETE", "A": b"INSERT"}
    yield b"# from the graph of an older build to that of a newer one\n"
    for operation, lines in batches:
        rows = b"\n".join(_ESCAPE.sub(_spelt_out, line) for line in lines)
        yield b"%b DATA {\n%b\n} ;\n" % (names[operation], rows)


def _spelt_out(escape: "re2._Match[bytes]") -> bytes:
    r"""Return an escape so that no `\u` follows a backslash, and none is short.

    SPARQL reads `\u` wherever it stands before it reads anything else. rdflib reads it even behind
    an escaped backslash, and takes eight digits after it wherever there are eight.
    """
    letter, digits = escape.groups()
    if letter:
        return b"\\\\\\U%08X" % ord(letter)
    return b"\\U0000%b" % digits if digits else escape.group()
