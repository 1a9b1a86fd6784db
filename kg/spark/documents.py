"""Let the documents of a cluster pass for a sequence, so that the stages need not know of it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

from kg.spool import Spool, Spooled

Item = TypeVar("Item")
Other = TypeVar("Other")


class Distributed(Spooled[Item], Generic[Item]):
    """The values of an RDD of numbers and values, in the order of the numbers, from 0.

    Functions are applied where the values are; values come here when they are asked for, a
    partition at a time. On an executor it is empty: no function may ask for other documents.
    """

    def __init__(self, rdd: Any, size: int) -> None:
        super().__init__(Spool(), bytes)
        self.rdd = rdd
        self._size = size

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, number: int) -> Item: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Item]: ...
    def __getitem__(self, number: int | slice) -> Item | Sequence[Item]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(self._size))]
        wanted = range(self._size)[number]
        [(_, item)] = self.rdd.filter(lambda pair: pair[0] == wanted).collect()
        found: Item = item
        return found

    def __iter__(self) -> Iterator[Item]:
        for _, item in self.rdd.toLocalIterator(prefetchPartitions=True):
            yield item

    def changed(self, change: Callable[[Item], Other]) -> "Distributed[Other]":
        """Return what a function makes of the values, each where it is."""
        return Distributed(self.rdd.mapValues(change), self._size)

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, ()
