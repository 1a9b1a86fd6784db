"""Cut the dataset of a build into parts that a server takes in one request."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from kg.errors import InputError
from kg.terms import APART_GRAPHS

PART_BYTES: Final = 4 << 20
"""Size of a part: stores answer within seconds, and none that we know refuses it."""

_APART: Final = tuple(f"/{name}>".encode() for name in APART_GRAPHS)


@dataclass(frozen=True, slots=True)
class Part:
    """Some triples of one graph, as N-Triples."""

    number: int
    """From 1, over all graphs; the same build and size give the same parts."""
    graph: str
    """IRI, or nothing for the graph without a name."""
    is_first: bool
    """Whether it is the first of its graph."""
    triples: int
    content: bytes


def read_parts(build: Path, graph: str | None, part_bytes: int = PART_BYTES) -> Iterator[Part]:
    """Yield what a build holds: for one graph, or with None each graph by itself.

    Raises:
        InputError: the folder holds no build, or its dataset is damaged.
    """
    path = build / "dataset.nq.gz"
    try:
        with gzip.open(path) as lines:
            yield from _cut(map(_split, lines), graph, part_bytes)
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(build, "no build is here; run `kg build` first") from None
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise InputError(path, "not readable; run `kg build` again") from error


def _split(line: bytes) -> tuple[bytes, bytes]:
    """Return the graph of a line of our N-Quads, and the line without it."""
    triple, graph, _ = line.rsplit(b" ", 2)
    return graph, triple + b" .\n"


def _cut(
    lines: Iterator[tuple[bytes, bytes]], graph: str | None, part_bytes: int
) -> Iterator[Part]:
    number = 0
    if graph is not None:
        kept = ((b"", line) for name, line in lines if not name.endswith(_APART))
        lines = kept
    for name, group in groupby(lines, key=lambda pair: pair[0]):
        target = name.decode()[1:-1] if graph is None else graph
        first = number + 1
        for content in _gather((line for _, line in group), part_bytes):
            number += 1
            yield Part(number, target, number == first, len(content), b"".join(content))


def _gather(lines: Iterator[bytes], part_bytes: int) -> Iterator[list[bytes]]:
    """Yield lines in lists of about so many bytes, never none."""
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= part_bytes:
            yield held
            held, size = [], 0
    if held:
        yield held
