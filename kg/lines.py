"""Keep triples as sorted N-Triples lines, in memory while they are few and in files beyond.

An order of bytes is total and knows nothing of hashes, locales or the order of documents, and it
costs a third of a microsecond a triple. Sorted lines also keep each subject together, which is what
the engine's streaming writers need to group them.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from heapq import heappop, heappush
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, Final

import re2
from pyoxigraph import Literal, Quad, RdfFormat, Triple, parse, serialize

from kg.clean import clean_literal
from kg.errors import OutputError

_MOST_BYTES: Final = 8 * 1024 * 1024
"""How much text is sorted or merged at once: a build has several sorters that fill together."""
_LEAST_READ: Final = 32 * 1024
"""Bytes of one of many files that are merged: a thousand files take 32 MB."""
_USUAL_LINE: Final = 256
_LONG_LINE: Final = 4096
"""Bytes of lines: few are longer than the first, and hardly any than the second."""
_OVERHEAD: Final = 50
"""Bytes that a line in a list takes besides its own."""
_ESCAPED_UNPRINTABLE: Final = re2.compile(
    rb"(?i)\\u(?:00(?:0[0-8bcef]|1[0-9a-f])|fff[ef])"  # as the engine's N-Triples writes them
)
_BEYOND_RDF_1_1: Final = re2.compile(
    rb"(?m)^(?:_:|<[^>\n]*> <[^>\n]*> (?:_:|<<)).*$|^.*--(?:ltr|rtl) \.$"
)
_LOW: Final = re2.compile(rb"[\x00-\x0a]")
_XSD: Final = b'"^^<http://www.w3.org/2001/XMLSchema#'
_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_LEXICAL_FORMS: Final = {
    "integer": re2.compile(r"[+-]?[0-9]+"),
    "nonNegativeInteger": re2.compile(r"\+?[0-9]+|-0+"),
    "decimal": re2.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"),
    "boolean": re2.compile(r"true|false|1|0"),
    "gYear": re2.compile(r"[0-9]{4}"),
    "gYearMonth": re2.compile(rf"[0-9]{{4}}-{_MONTH}"),
    "date": re2.compile(rf"[0-9]{{4}}-{_MONTH}-[0-9]{{2}}"),
}
"""What a value of each datatype of ours may look like; others are left to the parsers."""


class Lines(Collection[Triple]):
    """Distinct triples in the order of their N-Triples lines; as a collection, triples."""

    def __init__(self, source: bytes | Path = b"", count: int | None = None) -> None:
        self._source = source
        self._count = count

    def open(self) -> BinaryIO:
        """Return the text as a file that stands at its beginning; the caller closes it."""
        return BytesIO(self._source) if isinstance(self._source, bytes) else self._source.open("rb")

    def text(self) -> bytes:
        """Return all of it."""
        with self.open() as file:
            return file.read()

    def lines(self) -> Iterator[bytes]:
        """Yield each line with its end."""
        with self.open() as file:
            yield from file

    def __iter__(self) -> Iterator[Triple]:
        with self.open() as file:  # lenient: the lines come from the engine's own writer
            for quad in parse(file, format=RdfFormat.N_TRIPLES, lenient=True):
                yield quad.triple

    def __len__(self) -> int:
        if self._count is None:
            self._count = sum(1 for _ in self.lines())
        return self._count

    def __contains__(self, triple: object) -> bool:
        return any(triple == each for each in self)


def make_lines(triples: Iterable[Triple]) -> Lines:
    r"""Return triples as lines: each once, cleaned, in the order of their bytes.

    >>> from pyoxigraph import NamedNode
    >>> cigna, label = NamedNode("http://ex.org/cigna"), NamedNode("http://ex.org/label")
    >>> lines = make_lines([Triple(cigna, label, Literal(name)) for name in ("b", "a", "b")])
    >>> len(lines), next(lines.lines())
    (2, b'<http://ex.org/cigna> <http://ex.org/label> "a" .\n')

    Raises:
        OutputError: a blank node, a term of RDF 1.2 or a value that is none of its datatype.
    """
    if isinstance(triples, Lines):
        return triples
    lines = sorted_lines(triples)
    return Lines(b"".join(lines), len(lines))


def sorted_lines(triples: Iterable[Triple]) -> list[bytes]:
    """Return the lines of `make_lines`, as a list."""
    text = written(triples, RdfFormat.N_TRIPLES)
    if strange := _BEYOND_RDF_1_1.search(text):
        shown = strange.group().decode(errors="replace")[:200]
        raise OutputError(f"not written, because it is no plain RDF 1.1 with names: {shown}")
    lines = split_lines(text)
    _check_values(lines)
    if _ESCAPED_UNPRINTABLE.search(text):
        lines = {_cleaned(line) for line in lines}
    return sorted(lines)


def written(statements: Iterable[Triple] | Iterable[Quad], syntax: RdfFormat) -> bytes:
    """Return statements as the engine writes them."""
    return serialize(statements, format=syntax) or b""  # None only when given a file


def split_lines(text: bytes) -> set[bytes]:
    """Return the distinct lines; the writer escapes the line feeds inside literals."""
    return {line + b"\n" for line in text.split(b"\n") if line}


def _check_values(lines: Iterable[bytes]) -> None:
    typed = (line.rpartition(_XSD) for line in lines if line.endswith(b"> .\n"))
    found = {(head.split(b' "', 1)[1], datatype) for head, mark, datatype in typed if mark}
    for value, datatype in sorted(found):
        name = datatype.removesuffix(b"> .\n").decode()
        if not _is_value(value.decode(), name):
            shown = value.decode()[:80]
            raise OutputError(f'not written: "{shown}" is no value of xsd:{name}')


@lru_cache(maxsize=1 << 14)
def _is_value(text: str, datatype: str) -> bool:
    form = _LEXICAL_FORMS.get(datatype)
    if form is not None and not form.fullmatch(text):
        return False
    if datatype == "date":
        try:
            date.fromisoformat(text)
        except ValueError:  # no such day, such as 30 February
            return False
    return True


def _cleaned(line: bytes) -> bytes:
    """Clean the object of one line; subjects and properties are IRIs, which cannot need it."""
    (quad,) = parse(line, format=RdfFormat.N_TRIPLES)
    old = quad.object
    if not isinstance(old, Literal):
        return line
    if old.language is not None:
        new = Literal(clean_literal(old.value), language=old.language)
    else:
        new = Literal(clean_literal(old.value), datatype=old.datatype)
    triple = Triple(quad.subject, quad.predicate, new)
    return written([triple], RdfFormat.N_TRIPLES)


def sortable(text: str) -> bytes:
    r"""Return a text without line feeds and NUL whose bytes sort as its code points do.

    >>> sorted(["a\nb", "a", "ab", "a b"], key=sortable) == sorted(["a\nb", "a", "ab", "a b"])
    True
    """
    low: bytes = _LOW.sub(lambda found: bytes((1, found.group()[0] + 0x20)), text.encode())
    return low


class Sorter:
    """Puts lines in order, each once: in memory, or with a folder, in runs that are then merged."""

    def __init__(self, folder: Path | None = None, name: str = "lines", shares: int = 1) -> None:
        """Make a sorter that holds so many times as much in memory as one usually does."""
        self._folder, self._name, self._most = folder, name, shares * _MOST_BYTES
        self._lines: list[bytes] = []
        self._bytes = 0
        self._runs: list[Path] = []

    def add(self, lines: Collection[bytes]) -> None:
        """Take lines, each with its end, in any order; in order, they are sorted sooner."""
        self._lines += lines
        self._bytes += len(lines) * _OVERHEAD + sum(map(len, lines))
        if self._folder is not None and self._bytes > self._most:
            self._spill(self._folder)

    def _spill(self, folder: Path) -> None:
        run = folder / f"{self._name}.{len(self._runs)}"
        with run.open("xb") as file:
            file.writelines(_in_order(self._lines))
        self._runs.append(run)
        self._lines, self._bytes = [], 0

    def finish(self) -> Lines:
        """Return all lines; the runs are gone."""
        if self._folder is None or not self._runs:
            lines = list(_in_order(self._lines))
            return Lines(b"".join(lines), len(lines))
        path = self._folder / f"{self._name}.nt"
        count = 0
        with path.open("xb") as target:  # what somebody may still read has another name
            for lines in self._merged(self._folder):
                target.writelines(lines)
                count += len(lines)
        return Lines(path, count)

    def count(self) -> int:
        """Return how many lines there are; the runs are gone, and so are the lines."""
        if self._folder is None or not self._runs:
            return sum(1 for _ in _in_order(self._lines))
        return sum(map(len, self._merged(self._folder)))

    def _merged(self, folder: Path) -> Iterator[list[bytes]]:
        self._spill(folder)
        yield from _merge(self._runs)


def _in_order(lines: list[bytes]) -> Iterator[bytes]:
    """Sort lines, and yield each once.

    Sorting merges what is in order already, such as the lines of one document.
    """
    lines.sort()
    return map(itemgetter(0), groupby(lines))


def _merge(runs: Sequence[Path]) -> Iterator[list[bytes]]:
    """Yield the lines of sorted files in order, each once, many at a time; the files are then gone.

    Of each file some lines are at hand. Files whose lines begin before the first of the ends of
    all of these take part in a round, often one alone, since a document's lines stand together;
    what they have up to that end is complete, and to sort it is quicker than to compare line by
    line. Files are read on before they run dry: a file's end that is near gives a round few lines.
    """
    size = max(_MOST_BYTES // len(runs), _LEAST_READ)
    blocks = [_blocks(run, size) for run in runs]
    waiting: list[tuple[bytes, int, list[bytes]]] = []

    def wait(number: int, lines: list[bytes]) -> None:
        if len(lines) <= size // _USUAL_LINE:
            lines += next(blocks[number], [])
        if lines:
            heappush(waiting, (lines[0], number, lines))

    for number in range(len(runs)):
        wait(number, [])
    while waiting:
        taken, ready = [heappop(waiting)], list[bytes]()
        end = taken[0][2][-1]
        while waiting and waiting[0][0] <= end:
            taken.append(heappop(waiting))
            end = min(end, taken[-1][2][-1])
        for _, number, lines in taken:
            cut = bisect_right(lines, end)
            ready += lines[:cut]
            wait(number, lines[cut:])
        yield list(_in_order(ready))
    for run in runs:
        run.unlink()


def _blocks(run: Path, size: int) -> Iterator[list[bytes]]:
    """Yield the lines of a file, about so many bytes at a time; it is open only while it is read.

    A process may open some hundred files only, and a large build has a thousand runs.
    """
    place = 0
    while True:
        with run.open("rb", size + _LONG_LINE) as file:
            file.seek(place)
            lines = file.readlines(size)
            place = file.tell()
        if not lines:
            return
        yield lines


def inner_folder(folder: Path | None, name: str) -> Path | None:
    """Return a new folder for sorters within another one, if there is any."""
    if folder is None:
        return None
    made = folder / name
    made.mkdir()
    return made
