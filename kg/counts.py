"""Gather what one document counts, and say which counts exclude each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import re2

from kg.records import Concept, Extraction, Fact, Node, Object, Value

_ROUNDING: Final = 0.1
"""How far from the truth a number that is called approximate may be."""
_ROUNDED: Final = frozenset({"approximately", "nearly"})
_AT_LEAST: Final = frozenset({"more-than", "at-least"})
_AT_MOST: Final = frozenset({"up-to", "fewer-than"})
_PEOPLE: Final = "covered-individuals"
_SAME_PEOPLE: Final = frozenset(
    """individual individuals people person persons patient patients member members customer
    customers beneficiary beneficiaries enrollee enrollees resident residents lives covered
    """.split()
)
"""Words for the people of a program; what else is said of them tells groups apart."""
_RESTRICTION = re2.compile(r"(?i)\s(?:covered by|enrolled in|insured by|who|in|with|that)\b.*$")
_YEAR = re2.compile(r"\b(?:19|20)[0-9]{2}\b")
_WORD = re2.compile(r"[\p{L}]+")


@dataclass(frozen=True, slots=True)
class Count:
    """One number of things, as one document states it."""

    extraction: Extraction
    fact: Fact
    """The fact that gives the count to the program."""
    kind: str
    value: int
    qualifier: str
    unit: frozenset[str]
    """What tells the counted things from others of their kind."""
    counted_for: tuple[str, ...]
    """The key of the organization whose they are, if it is said."""
    passage: int
    years: frozenset[str]
    """The years that its sentence names."""

    @property
    def is_header(self) -> bool:
        return self.fact.rule.startswith("header.")

    @property
    def things(self) -> tuple[str, frozenset[str], tuple[str, ...]]:
        """What is counted; counts of other things never exclude each other."""
        return self.kind, self.unit, self.counted_for

    @property
    def label(self) -> str:
        return self.fact.value.label if isinstance(self.fact.value, Node) else str(self.value)

    def excludes(self, other: "Count") -> bool:
        """Say whether two counts of the same things cannot both be true."""
        same_place = self.extraction is other.extraction and self.passage == other.passage
        if same_place or (self.years and other.years and self.years.isdisjoint(other.years)):
            return False
        (low, high), (least, most) = self.bounds, other.bounds
        return high < least or most < low

    @property
    def bounds(self) -> tuple[float, float]:
        """What the number can mean at most and at least, rounding included."""
        if self.qualifier in _ROUNDED:
            return self.value * (1 - _ROUNDING), self.value * (1 + _ROUNDING)
        if self.qualifier in _AT_LEAST:
            return self.value, float("inf")
        return (0, self.value) if self.qualifier in _AT_MOST else (self.value, self.value)


def read_counts(extraction: Extraction) -> Iterator[Count]:
    """Yield the counts of the program that a document is about."""
    about: dict[Node, dict[str, Object]] = {}
    first: dict[tuple[Node, bool], Fact] = {}
    for fact in extraction.facts:
        if fact.predicate == "hasCount" and isinstance(fact.value, Node):
            first.setdefault((fact.value, fact.rule.startswith("header.")), fact)
        elif fact.predicate.startswith("count"):
            about.setdefault(fact.subject, {}).setdefault(fact.predicate, fact.value)
    for (node, is_header), fact in first.items():
        count = _count(extraction, fact, about.get(node, {}), is_header=is_header)
        if count:
            yield count


def _count(
    extraction: Extraction, fact: Fact, said: Mapping[str, Object], *, is_header: bool
) -> Count | None:
    kind, number, unit = (said.get(name) for name in ("countOf", "countValue", "countUnitText"))
    if not isinstance(kind, Concept) or not isinstance(number, Value):
        return None
    qualifier, group = said.get("countQualifier"), said.get("countedFor")
    words = unit.lexical if isinstance(unit, Value) and not is_header else ""
    passage = next((p for p in extraction.passages if p.start <= fact.start < p.end), None)
    text = extraction.document.text[passage.start : passage.end] if passage else ""
    return Count(
        extraction,
        fact,
        kind.notation,
        int(number.lexical),
        qualifier.notation if isinstance(qualifier, Concept) else "exact",
        _unit(kind.notation, words),
        group.key if isinstance(group, Node) else (),
        passage.order if passage else 0,
        frozenset(_YEAR.findall(text)),
    )


def _unit(kind: str, words: str) -> frozenset[str]:
    found = frozenset(_WORD.findall(_RESTRICTION.sub("", words).lower()))
    return found - _SAME_PEOPLE if kind == _PEOPLE else found
