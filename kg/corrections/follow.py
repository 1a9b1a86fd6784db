"""Say what rules conclude from a fact, so that it changes and goes with the fact."""

from collections.abc import Iterable, Iterator
from typing import Final

from kg.corrections.find import Finder
from kg.extract.dates import StatedDate
from kg.records import Concept, Curation, Fact, Node, Object, Value

_IMPLIED: Final = {
    "employedBy": "affiliatedWith",
    "receivingCareFrom": "countedFor",
    "paymentMethod": "lanCategory",
}
"""What is concluded of the same subject, by employer, by carer and by the vocabulary's mapping."""
_DATE_BOUNDS: Final = ("effectiveDateEarliest", "effectiveDateLatest")
_COUNT_BOUNDS: Final = {
    "countLowerBound": {"more-than": 1, "at-least": 0},
    "countUpperBound": {"fewer-than": -1, "up-to": 0, "nearly": -1},
}
"""By how much a bound differs from a number, for the qualifiers that fix one."""


def is_implied(fact: Fact, by: Fact) -> bool:
    """Say whether a fact was concluded from another one."""
    if fact.subject != by.subject:
        return False
    if by.predicate == "effectiveDate":
        return fact.predicate in _DATE_BOUNDS
    if fact.predicate != _IMPLIED.get(by.predicate) or fact.basis not in {"inferred", "mapped"}:
        return False
    return by.predicate == "paymentMethod" or fact.value == by.value


def implied_by(finder: Finder, fact: Fact) -> Iterator[Fact]:
    """Yield what follows from a fact that a curator changed."""
    value: Object | None = fact.value
    if fact.predicate == "effectiveDate" and isinstance(value, Value):
        yield from date_bounds(fact, StatedDate(value.lexical, value.datatype, 0, 1))
        return
    if fact.predicate == "paymentMethod" and isinstance(value, Concept):
        value = finder.vocabulary.broad_matches.get(value)
    if fact.predicate in _IMPLIED and value is not None:
        yield fact.with_changes(predicate=_IMPLIED[fact.predicate], value=value, as_written=None)


def date_bounds(fact: Fact, day: StatedDate) -> Iterator[Fact]:
    """Yield the first and the last day that a program's effective date can mean."""
    for predicate, lexical in zip(_DATE_BOUNDS, (day.earliest, day.latest), strict=True):
        value = Value(lexical, "date")
        yield fact.with_changes(predicate=predicate, value=value, as_written=None)


def count_bounds(fact: Fact, qualifier: str, number: int) -> Iterator[Fact]:
    """Yield the bounds that a qualifier fixes for a number, resting on the words of a fact."""
    for predicate, offsets in _COUNT_BOUNDS.items():
        if qualifier in offsets:
            value = Value(str(number + offsets[qualifier]), "integer")
            yield fact.with_changes(predicate=predicate, value=value, as_written=None)


def fit_bounds(facts: Iterable[Fact], count: Node, curation: Curation) -> list[Fact]:
    """Return facts in which the bounds of a corrected count fit its number and qualifier."""
    kept = [f for f in facts if f.subject != count or f.predicate not in _COUNT_BOUNDS]
    own = {fact.predicate: fact for fact in kept if fact.subject == count}
    number, qualifier = (own.get(name) for name in ("countValue", "countQualifier"))
    if number is None or qualifier is None:
        return kept
    if isinstance(number.value, Value) and isinstance(qualifier.value, Concept):
        source = number.with_changes(
            rule="curator.set", basis="curated", confidence=1.0, curation=curation
        )
        kept += count_bounds(source, qualifier.value.notation, int(number.value.lexical))
    return kept
