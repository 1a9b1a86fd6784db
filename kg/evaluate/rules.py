"""Score each rule: what it found, how much of it is right, and how much of gold it covers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.evaluate.compare import Comparison
from kg.evaluate.forms import Item
from kg.extract import RULES

NO_RULE = "(no rule)"
"""Where a value stands whose evidence names no rule, so that the rows add up to all values."""


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """What one rule did over the documents that have a gold record."""

    name: str
    meaning: str
    facts: int
    documents: int
    """In how many documents it made a fact."""
    fields: tuple[str, ...]
    """The scored fields that it filled."""
    right: int
    wrong: int
    gold: int
    """All gold values, whichever rule finds them."""

    @property
    def precision(self) -> float | None:
        """The share of its values that is right; None if none of its facts is scored."""
        found = self.right + self.wrong
        return self.right / found if found else None

    @property
    def coverage(self) -> float:
        """The share of all gold values that it found; over all rules they add up to recall."""
        return self.right / self.gold if self.gold else 0.0


def rule_figures(comparisons: Sequence[Comparison]) -> tuple[RuleFigures, ...]:
    """Return the figures of every rule, those with most wrong values first.

    A value that several rules read counts for the one that its record names.
    """
    answers = [one.answer for one in comparisons if one.answer]
    facts = Counter(fact.rule for answer in answers for fact in answer.extraction.facts)
    documents = Counter(
        rule for answer in answers for rule in {fact.rule for fact in answer.extraction.facts}
    )
    right = _by_rule(ours for one in comparisons for _, ours in one.matches)
    wrong = _by_rule(item for one in comparisons for item in one.wrong)
    meanings = {rule.name: rule.meaning for rule in RULES}
    gold = sum(len(one.matches) + len(one.missed) for one in comparisons)
    figures = [
        RuleFigures(
            name,
            meanings.get(name, ""),
            facts[name],
            documents[name],
            tuple(sorted({item.field for item in (*right.get(name, ()), *wrong.get(name, ()))})),
            len(right.get(name, ())),
            len(wrong.get(name, ())),
            gold,
        )
        for name in {*meanings, *facts, *right, *wrong}
    ]
    return tuple(sorted(figures, key=lambda one: (-one.wrong, -one.right, -one.facts, one.name)))


def _by_rule(items: Iterable[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in items:
        name = item.words.rule if item.words else ""
        found.setdefault(name or NO_RULE, []).append(item)
    return found
