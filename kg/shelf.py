"""Keep lines by the name of their graph."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.index import Index
from kg.lines import Lines
from kg.spool import Spool


class Shelf(Mapping[str, Lines]):
    r"""Lines by name: in memory, or given a folder, in a file of which memory has the places.

    >>> shelf = Shelf()
    >>> shelf.put("e:graph", b"<e:a> <e:p> <e:b> .\n")
    >>> shelf.settle()
    >>> shelf["e:graph"].text()
    b'<e:a> <e:p> <e:b> .\n'
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._spool = Spool(folder)
        self._put: dict[str, int] = {}
        self._numbers: Mapping[str, int] = self._put

    def put(self, name: str, text: bytes) -> None:
        """Keep lines that are in order, each once."""
        self._put[name] = self._spool.append(text)

    def settle(self) -> None:
        """Hold the names in less memory, now that all are there, for many processes to share."""
        self._numbers, self._put = Index(self._put), {}

    def __getitem__(self, name: str) -> Lines:
        return Lines(self._spool[self._numbers[name]])

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)
