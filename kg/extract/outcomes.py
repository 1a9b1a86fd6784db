"""Read reported results: what changed, which way, by how much, against what, when, says who."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final

import re2

from kg.extract.page import Found, Hit, Page, Span, Unit
from kg.extract.rule import rule
from kg.iris import slug
from kg.lexicon import Mention
from kg.records import Concept, Node, Value

_PERCENT = re2.compile(
    r"(?i)\b(?P<number>[0-9]{1,3}(?:\.[0-9]{1,2})?) ?(?P<unit>%|percent(?:age points?)?|per cent)"
)
_DOLLARS = re2.compile(
    r"(?i)\$ ?(?P<number>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:\.[0-9]{1,2})?)"
    r"(?: ?(?P<scale>million|billion|thousand|k|m)\b)?"
    r"(?P<unit> (?:per member per month|pmpm|per patient per month))?"
)
_SCALES: Final = {
    "million": 10**6,
    "m": 10**6,
    "billion": 10**9,
    "thousand": 10**3,
    "k": 10**3,
}
_COMPARATOR = re2.compile(
    r"(?i)\b(?:compared (?:with|to)|against|versus|vs\.?|relative to|than)"
    r" (?P<what>[^.;,()]{3,120})"
)
_PERIOD = re2.compile(
    r"(?i)\b(?:(?:in|during|for|by|between|from|over|since) (?:the )?"
    r"(?:(?:first|second|third|past|last) )?"
    r"(?:(?:19|20)[0-9]{2}(?: ?(?:-|to|and|through) ?(?:19|20)?[0-9]{2})?"
    r"|(?:[0-9]+|one|two|three|four|five) years?|(?:fiscal )?year [0-9]+|year one|year two)"
    r"|year [0-9]\b)"
)
_SOURCE = re2.compile(
    r"^[-*• ]*(?P<source>[A-Z][^.;:]{2,100}?(?:,? \(?(?:[A-Z][a-z]+ )?(?:19|20)[0-9]{2}\)?))[:.]?$"
)
_LOOK_BACK: Final = 12
"""How many lines above a result its source may stand."""


@rule(
    "outcomes.result",
    finds=["readmission rates cut by 23%", "an estimated $1.2 million of health care cost saved"],
    ignores=["Results are discussed elsewhere.", "Health Affairs (September 2012)"],
    fields=["outcomes"],
)
def result(page: Page, unit: Unit) -> Iterator[Found]:
    """A line under an outcome label that says what changed, and how, is a reported outcome.

    The direction is read from the line alone: under "Fewer ED Visits" a page may report more.
    """
    measures = unit.of("outcome-measure")
    ways = [way for way in unit.of("outcome-direction") if not _is_qualifier(unit, way)]
    amounts = list(_amounts(unit))
    if _SOURCE.match(unit.text) or not _says_something(measures, ways, amounts):
        return
    label = " ".join(unit.text.split())
    node = page.program.part("OutcomeStatement", "outcome", slug(label), label=label)
    yield Found(page.program, "hasOutcome", node, unit.content_span)
    for mention in measures:
        yield Found(node, "outcomeMeasure", mention.concept, (mention.start, mention.end))
    for mention in ways[:1]:
        yield Found(node, "outcomeDirection", mention.concept, (mention.start, mention.end))
    for value, kind, span in amounts[:1]:
        yield Found(node, "outcomeValue", Value(value, "decimal"), span)
        yield Found(node, "outcomeUnit", Concept("outcome-unit", kind), span)
    yield from _circumstances(unit, node)
    yield from _source(page, unit, node)


def _is_qualifier(unit: Unit, way: Mention) -> bool:
    """ "More than 500" qualifies a number; it is not the way that something went."""
    return unit.after(way.end).startswith(" than ") and unit.after(way.end)[6:7].isdigit()


def _says_something(
    measures: tuple[Mention, ...], ways: list[Mention], amounts: list[tuple[str, str, Span]]
) -> bool:
    return sum(map(bool, (measures, ways, amounts))) >= 2


def _amounts(unit: Unit) -> Iterator[tuple[str, str, Span]]:
    """Yield percentages and amounts of money: value, notation of the unit, span."""
    for hit in unit.search(_PERCENT):
        kind = "percentage-points" if "point" in hit.groups["unit"].lower() else "percent"
        yield hit.groups["number"], kind, hit.span
    for hit in unit.search(_DOLLARS):
        amount = _dollars(hit)
        kind = "per-member-per-month-dollars" if "unit" in hit.groups else "us-dollars"
        if amount is not None:
            yield amount, kind, hit.span


def _dollars(hit: Hit) -> str | None:
    """Return a plain decimal for "1.2 million"."""
    try:
        number = Decimal(hit.groups["number"].replace(",", ""))
    except InvalidOperation:
        return None
    scaled = number * _SCALES.get(hit.groups.get("scale", "").lower(), 1)
    return format(scaled.normalize(), "f") if scaled < 10**13 else None


def _circumstances(unit: Unit, node: Node) -> Iterator[Found]:
    for hit in unit.search(_COMPARATOR):
        words = Value(hit.groups["what"].strip())
        yield Found(node, "outcomeComparator", words, hit.spans["what"])
        break
    for hit in unit.search(_PERIOD):
        yield Found(node, "outcomePeriod", Value(unit.words(*hit.span)), hit.span)
        break


def _source(page: Page, unit: Unit, node: Node) -> Iterator[Found]:
    """The line above a group of results that names a publication and its date is their source."""
    place = next((i for i, other in enumerate(page.units) if other.start == unit.start), 0)
    for other in reversed(page.units[max(0, place - _LOOK_BACK) : place]):
        if other.block.kind == "label" or other.block.label != unit.block.label:
            return
        match = _SOURCE.match(other.text)
        if match:
            words = str(match.group(1))
            start = other.start + match.start(1)
            yield Found(node, "outcomeSource", Value(words), (start, start + len(words)))
            return


RULES = (result,)
