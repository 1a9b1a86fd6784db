"""Score the places that values were read from against those that gold records mark.

The categories are those of MUC as SemEval-2013 task 9 used them, within each field: a span with the
same ends is correct; one that overlaps is partly correct; the rest is spurious or missing. Strict
scores count the correct ones, partial scores count each partly correct one as half.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.evaluate.compare import Comparison
from kg.evaluate.figures import Tally
from kg.evaluate.forms import FIELDS

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SpanFigures:
    """The spans of one field, or of all, by category."""

    correct: int = 0
    partly: int = 0
    spurious: int = 0
    missing: int = 0

    def __add__(self, other: "SpanFigures") -> "SpanFigures":
        return SpanFigures(
            self.correct + other.correct,
            self.partly + other.partly,
            self.spurious + other.spurious,
            self.missing + other.missing,
        )

    @property
    def strict(self) -> Tally:
        """Only a span with the same ends is right."""
        return Tally(self.correct, self.partly + self.spurious, self.partly + self.missing)

    @property
    def partial(self) -> Tally:
        """A span that overlaps is half right."""
        half = self.partly / 2
        return Tally(self.correct + half, half + self.spurious, half + self.missing)


def match_spans(gold: Iterable[Span], found: Iterable[Span]) -> SpanFigures:
    """Pair spans, each with one at most: the same first, then those that share most.

    >>> match_spans([(0, 5), (10, 20)], [(0, 5), (12, 30), (40, 41)])
    SpanFigures(correct=1, partly=1, spurious=1, missing=0)
    """
    wanted, ours = sorted(gold), sorted(found)
    correct = partly = 0
    for span in tuple(ours):
        if span in wanted:
            wanted.remove(span)
            ours.remove(span)
            correct += 1
    shared = ((-_overlap(one, two), one, two) for one in wanted for two in ours)
    for overlap, one, two in sorted(pair for pair in shared if pair[0]):
        if overlap and one in wanted and two in ours:
            wanted.remove(one)
            ours.remove(two)
            partly += 1
    return SpanFigures(correct, partly, len(ours), len(wanted))


def _overlap(one: Span, two: Span) -> int:
    return max(0, min(one[1], two[1]) - max(one[0], two[0]))


def span_figures(comparisons: Iterable[Comparison]) -> dict[str, SpanFigures] | None:
    """Return the figures of each field; None if no gold record marks spans.

    In a record that marks spans, a field whose values have none of them is left out, and so is
    our span of a right value that has none in gold: it cannot be judged.
    """
    marked = [one for one in comparisons if one.gold.get("evidence")]
    if not marked:
        return None
    figures = {field.name: SpanFigures() for field in FIELDS}
    for comparison in marked:
        for field, gold, found in _spans(comparison):
            figures[field] += match_spans(gold, found)
    return figures


def _spans(comparison: Comparison) -> Iterator[tuple[str, list[Span], list[Span]]]:
    matched = comparison.matches
    for field in FIELDS:
        pairs = [(gold, ours) for gold, ours in matched if gold.field == field.name]
        wanted = [gold for gold, _ in pairs]
        wanted += [item for item in comparison.missed if item.field == field.name]
        if wanted and not any(item.words for item in wanted):
            continue
        found = [ours for gold, ours in pairs if gold.words]
        found += [item for item in comparison.wrong if item.field == field.name]
        yield (
            field.name,
            [(item.words.start, item.words.end) for item in wanted if item.words],
            [(item.words.start, item.words.end) for item in found if item.words],
        )
