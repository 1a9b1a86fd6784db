"""Keep on disk what may not fit in memory: pieces of bytes by key, in a file without a name."""

import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from tempfile import TemporaryFile
from typing import Final, Generic, TypeVar

Key = TypeVar("Key")

_QUICKLY: Final = 1
"""Level of compression: RDF shrinks to an eighth, and 6 would take thrice the time for a tenth."""


class Spool(AbstractContextManager["Spool[Key]"], Generic[Key]):
    """Pieces that can be read again by key; the file goes when the spool is closed.

    >>> with Spool[str]() as spool:
    ...     spool.put("b", b"second")
    ...     spool.put("a", b"first")
    ...     [spool.get(key) for key in sorted(spool)]
    [b'first', b'second']
    """

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed on exit
        self._places: dict[Key, tuple[int, int]] = {}

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[Key]:
        return iter(self._places)

    def put(self, key: Key, data: bytes) -> None:
        """Keep a piece."""
        packed = zlib.compress(data, _QUICKLY)
        start = self._file.seek(0, 2)
        self._file.write(packed)
        self._places[key] = (start, len(packed))

    def get(self, key: Key) -> bytes:
        """Return a piece that was kept."""
        start, size = self._places[key]
        self._file.seek(start)
        return zlib.decompress(self._file.read(size))
