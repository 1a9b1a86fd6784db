"""Merge two sorted streams, so that they can be compared without holding either."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

Item = TypeVar("Item")


def merge_sorted(
    old: Iterable[Item], new: Iterable[Item], key: Callable[[Item], Any]
) -> Iterator[tuple[Item | None, Item | None]]:
    """Yield the items of two streams by key: those of one key together, others alone.

    Keys ascend strictly in each stream.

    >>> list(merge_sorted("ace", "bce", key=str))
    [('a', None), (None, 'b'), ('c', 'c'), ('e', 'e')]
    """
    olds, news = iter(old), iter(new)
    one, other = next(olds, None), next(news, None)
    while one is not None and other is not None:
        ours, theirs = key(one), key(other)
        if ours == theirs:
            yield one, other
            one, other = next(olds, None), next(news, None)
        elif ours < theirs:
            yield one, None
            one = next(olds, None)
        else:
            yield None, other
            other = next(news, None)
    while one is not None:
        yield one, None
        one = next(olds, None)
    while other is not None:
        yield None, other
        other = next(news, None)
