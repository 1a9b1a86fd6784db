"""Count what is right, wrong and missed, and say how sure the figures are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from operator import mul
from random import Random
from typing import Final

RESAMPLES: Final = 1000
_SEED: Final = 20130701
_TAIL: Final = 0.025
"""What a 95 % interval leaves out at either end."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many values are right, wrong (found, not in gold) and missed (in gold, not found).

    >>> tally = Tally(right=6, wrong=2, missed=4)
    >>> tally.precision, tally.recall, round(tally.f1, 3)
    (0.75, 0.6, 0.667)
    """

    right: float = 0
    """Halves occur where a span is right in part."""
    wrong: float = 0
    missed: float = 0

    @property
    def found(self) -> float:
        return self.right + self.wrong

    @property
    def gold(self) -> float:
        return self.right + self.missed

    @property
    def precision(self) -> float:
        """The share of what was found that is right; where nothing was found nothing is wrong."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of gold that was found; where there is no gold nothing is missed."""
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def add_up(tallies: Iterable[Tally]) -> Tally:
    """Return the tally of all, in which each value has the same weight (micro-average)."""
    parts = tuple(tallies)
    return Tally(
        sum(part.right for part in parts),
        sum(part.wrong for part in parts),
        sum(part.missed for part in parts),
    )


class Bootstrap:
    """Tells how far F1 would move with other documents of the same sort.

    Each resample draws as many documents as there are, with replacement; the same number of
    documents always gives the same resamples.
    """

    def __init__(self, documents: int) -> None:
        self._weights = _draw(documents) if documents > 1 else []

    def interval(self, tallies: Sequence[Tally]) -> tuple[float, float] | None:
        """Return the 95 % interval of the F1 of all documents, given the tally of each.

        There is none for a single document, or where there is nothing to find.
        """
        if not self._weights or not any(tally.found + tally.gold for tally in tallies):
            return None
        columns = [
            [getattr(tally, part) for tally in tallies] for part in ("right", "wrong", "missed")
        ]
        found = sorted(
            Tally(*(sum(map(mul, weights, column)) for column in columns)).f1
            for weights in self._weights
        )
        tail = ceil(_TAIL * RESAMPLES)
        return found[tail - 1], found[-tail]


def _draw(documents: int) -> list[list[int]]:
    """Return how often each resample draws each document."""
    random = Random(_SEED)  # noqa: S311 - a sample that repeats, not a secret
    resamples = []
    for _ in range(RESAMPLES):
        weights = [0] * documents
        for _ in range(documents):
            weights[int(random.random() * documents)] += 1
        resamples.append(weights)
    return resamples
