"""Keep values as bytes, one after another, and read each again when it is asked for."""

import os
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Generic, TypeVar, overload
from weakref import finalize

from kg.errors import OutputError

Item = TypeVar("Item")
Other = TypeVar("Other")


class Spool:
    """Byte strings by number: in memory, or given a folder, in a file that has no name.

    Such a file goes with the processes that hold it, however they end, and nobody else can open it.
    Processes that are forked read it without getting in each other's way.

    >>> spool = Spool()
    >>> spool.append(b"one"), spool.append(b"two"), spool[1], len(spool)
    (0, 1, b'two', 2)
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file: IO[bytes] | None = None
        self._texts: list[bytes] = []
        self._ends = array("Q", [0])
        if folder is not None:
            self._file = tempfile.TemporaryFile(buffering=0, dir=folder)  # noqa: SIM115 - it stays open
            finalize(self, self._file.close)

    def append(self, data: bytes) -> int:
        """Keep a byte string; return its number.

        Raises:
            OSError: the disk refuses.
        """
        if self._file is None:
            self._texts.append(data)
            return len(self._texts) - 1
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._ends.append(self._ends[-1] + len(data))
        return len(self._ends) - 2

    def __getitem__(self, number: int) -> bytes:
        if self._file is None:
            return self._texts[number]
        start, end = self._ends[number], self._ends[number + 1]
        return os.pread(self._file.fileno(), end - start, start)

    def __len__(self) -> int:
        return len(self._texts) or len(self._ends) - 1


@contextmanager
def keeping(folder: Path | None) -> Iterator[None]:
    """Turn what a disk says while something is kept in a folder into one line.

    Raises:
        OutputError: the disk refuses.
    """
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"{folder}: what was read cannot be kept there: {reason}") from error


class Spooled(Sequence[Item], Generic[Item]):
    """The values that are read from a spool, each made anew when it is asked for.

    >>> spool = Spool()
    >>> for word in (b"one", b"two"): _ = spool.append(word)
    >>> words = Spooled(spool, bytes.decode)
    >>> words[-1], list(words.changed(str.upper))
    ('two', ['ONE', 'TWO'])
    """

    def __init__(
        self, spool: Spool, read: Callable[[bytes], Any], *changes: Callable[[Any], Any]
    ) -> None:
        self._spool, self._read, self._changes = spool, read, changes

    def __len__(self) -> int:
        return len(self._spool)

    @overload
    def __getitem__(self, number: int) -> Item: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Item]: ...
    def __getitem__(self, number: int | slice) -> Item | Sequence[Item]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        value = self._read(self._spool[range(len(self))[number]])
        for change in self._changes:
            value = change(value)
        item: Item = value
        return item

    def changed(self, change: Callable[[Item], Other]) -> "Spooled[Other]":
        """Return what a function makes of the values, each when it is asked for."""
        return Spooled(self._spool, self._read, *self._changes, change)


def change_each(items: Iterable[Item], change: Callable[[Item], Other]) -> Sequence[Other]:
    """Return what a function makes of each value, kept as the values are.

    >>> change_each(["one", "two"], str.upper)
    ('ONE', 'TWO')
    """
    return items.changed(change) if isinstance(items, Spooled) else tuple(map(change, items))
