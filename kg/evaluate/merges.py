"""Score which names of organizations were taken for one organization.

Every pair of names, whichever documents they stand in, is one decision: the same or not. In gold
two names are the same if their forms are, or if a gold record says so; with us, if they are one
thing in the graph.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kg.evaluate.compare import Answer, Comparison
from kg.evaluate.figures import Tally
from kg.evaluate.forms import Item, organization
from kg.records import Node

_PREDICATES: Final = {
    "payers": "hasPayer",
    "partner_organizations": "hasPartner",
    "provider_groups": "hasProviderGroup",
}


@dataclass(frozen=True, slots=True)
class MergeFigures:
    """The pairs of names that are one in gold, with us, or both."""

    names: int
    """Names in the text on which gold and we agree, so that both have decided about them."""
    pairs: Tally
    joined: tuple[tuple[str, ...], ...]
    """Names that are one thing with us, and several in gold."""
    parted: tuple[tuple[str, ...], ...]
    """Names that are one in gold, and several things with us."""


@dataclass(frozen=True, slots=True)
class _Mention:
    written: str
    theirs: str
    ours: tuple[str, ...]


def merge_figures(comparisons: Sequence[Comparison]) -> MergeFigures:
    """Return the pairwise figures over all payers, partners and groups that were found rightly."""
    same = _representatives(comparisons)
    mentions = [mention for one in comparisons for mention in _mentions(one, same)]
    both = _pairs((mention.theirs, mention.ours) for mention in mentions)
    gold = _pairs(mention.theirs for mention in mentions)
    ours = _pairs(mention.ours for mention in mentions)
    return MergeFigures(
        len(mentions),
        Tally(both, ours - both, gold - both),
        _split((mention.ours, mention.theirs, mention.written) for mention in mentions),
        _split((mention.theirs, mention.ours, mention.written) for mention in mentions),
    )


def _pairs(keys: Iterable[Hashable]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(keys).values())


def _split(mentions: Iterable[tuple[Hashable, Hashable, str]]) -> tuple[tuple[str, ...], ...]:
    """Return the names of each thing of one side that is several on the other."""
    groups: dict[Hashable, dict[Hashable, str]] = {}
    for one, other, written in mentions:
        known = groups.setdefault(one, {})
        known[other] = min(written, known.get(other, written))
    return tuple(sorted(tuple(sorted(g.values())) for g in groups.values() if len(g) > 1))


def _representatives(comparisons: Iterable[Comparison]) -> dict[str, str]:
    """Return for each form that gold says is another name the form that stands for both."""
    found: dict[str, str] = {}
    for comparison in comparisons:
        for names in comparison.gold.get("same_organizations", []):
            forms = [organization(name) for name in names]
            ends = {_end(found, form) for form in forms}
            for end in ends:
                found[end] = min(ends)
    return {form: _end(found, form) for form in found}


def _end(found: dict[str, str], form: str) -> str:
    while found.get(form, form) != form:
        form = found[form]
    return form


def _mentions(comparison: Comparison, same: dict[str, str]) -> Iterator[_Mention]:
    if comparison.answer is None:
        return
    for gold, ours in comparison.matches:
        key = _key(comparison.answer, ours)
        if key is not None:
            form = str(gold.form)
            yield _Mention(gold.shown, same.get(form, form), key)


def _key(answer: Answer, item: Item) -> tuple[str, ...] | None:
    """Return the key of the thing that a value of our record names."""
    predicate, words = _PREDICATES.get(item.field), item.words
    if predicate is None or words is None:
        return None
    nodes = [
        fact.value
        for fact in answer.extraction.facts
        if fact.predicate == predicate
        and (fact.start, fact.end) == (words.start, words.end)
        and isinstance(fact.value, Node)
    ]
    named = [node for node in nodes if node.label == item.shown]
    return next((node.key for node in (*named, *nodes)), None)
