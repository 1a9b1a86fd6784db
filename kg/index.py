"""Find numbers by name in little memory."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import accumulate


class Index(Mapping[str, int]):
    """Numbers by name, the names in order.

    All names are one byte string. A dictionary takes three times as much, and processes that are
    forked would each copy it: to look at a Python object is to write to it.

    >>> index = Index({"north": 7, "elm": 2})
    >>> list(index), index["north"], index.get("oak")
    (['elm', 'north'], 7, None)
    """

    def __init__(self, numbers: Mapping[str, int]) -> None:
        names = sorted(numbers)
        encoded = [name.encode() for name in names]  # whose bytes sort as their characters do
        self._names = b"".join(encoded)
        self._ends = array("Q", accumulate(map(len, encoded), initial=0))
        self._numbers = array("Q", map(numbers.__getitem__, names))

    def _name(self, place: int) -> bytes:
        return self._names[self._ends[place] : self._ends[place + 1]]

    def __getitem__(self, name: str) -> int:
        encoded = name.encode()
        place = bisect_left(range(len(self)), encoded, key=self._name)
        if place == len(self) or self._name(place) != encoded:
            raise KeyError(name)
        return self._numbers[place]

    def __iter__(self) -> Iterator[str]:
        return (self._name(place).decode() for place in range(len(self)))

    def __len__(self) -> int:
        return len(self._numbers)
