"""Cut a text into stretches that rest on the same facts, for a page to mark."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_DEEPEST: Final = 3
"""Shades of the marks: words behind one fact, two, or more."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text with everything that is said to rest on it."""

    text: str
    labels: tuple[str, ...]

    @property
    def depth(self) -> int:
        """How dark to mark it."""
        return min(len(self.labels), _DEEPEST)


def mark_text(text: str, start: int, spans: Iterable[tuple[int, int, str]]) -> tuple[Segment, ...]:
    """Cut a text that begins at an offset into stretches that rest on the same spans.

    Spans may hold or cross each other, and end outside the text; no markup could nest those that
    cross, so each stretch carries its labels itself.

    >>> pieces = mark_text("over 200", 10, [(10, 18, "count"), (15, 18, "value")])
    >>> [(piece.text, piece.labels) for piece in pieces]
    [('over ', ('count',)), ('200', ('count', 'value'))]
    """
    inside = [(max(a - start, 0), min(b - start, len(text)), label) for a, b, label in spans]
    inside = [span for span in inside if span[0] < span[1]]
    edges = sorted({0, len(text), *(edge for a, b, _ in inside for edge in (a, b))})
    return tuple(
        Segment(
            text[left:right],
            tuple(dict.fromkeys(label for a, b, label in inside if a <= left and right <= b)),
        )
        for left, right in pairwise(edges)
    )
