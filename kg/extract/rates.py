"""Read payment rates: how much, for each what, in which tier."""

import bisect
from collections.abc import Iterator
from operator import attrgetter

import re2

from kg.extract.page import Found, Hit, Page, Unit
from kg.extract.payments import arrangements_in
from kg.extract.rule import rule
from kg.iris import slug
from kg.lexicon import Mention
from kg.records import Node, Value

_AMOUNT = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{2})?|[0-9]+(?:\.[0-9]{1,2})?"
_MONEY = re2.compile(
    rf"(?i)(?:between )?\$ ?(?P<low>{_AMOUNT})(?: ?(?:-|to|and) ?\$ ?(?P<high>{_AMOUNT}))?"
)
_TIER = re2.compile(r"(?i)\b(?P<tier>(?:level|tier|track|phase|category|stage) [0-9A-Z]{1,3})\b")
_TIER_REACH = 40
_UNIT_REACH = 40
_UNIT_BEFORE = 60


@rule(
    "rates.money",
    finds=[
        "Practices are paid a care management fee of $8 to $40 per member per month.",
        "Level 1 - $1.00 PMPM",
    ],
    ignores=["The program saved $1.2 million.", "A care management fee is paid."],
    fields=["payment", "description"],
)
def money(page: Page, unit: Unit) -> Iterator[Found]:
    """An amount of money with its unit, in a sentence about paying, is a rate of that payment."""
    for hit in unit.search(_MONEY):
        measure = _unit_of(unit, hit)
        payment = _payment(page, unit, hit) if measure else None
        if measure and payment:
            yield from _rate(unit, payment, hit, measure)


def _unit_of(unit: Unit, hit: Hit) -> Mention | None:
    """Return the unit named behind an amount, or else the nearest before it."""
    units = unit.of("rate-unit")
    first = bisect.bisect_left(units, hit.end, key=attrgetter("start"))
    for mention in units[first : first + 1]:
        gap = unit.words(hit.end, mention.start)
        if len(gap) <= _UNIT_REACH and "$" not in gap:
            return mention
    before = [m for m in units[:first][-2:] if 0 <= hit.start - m.end <= _UNIT_BEFORE]
    return before[-1] if before else None


def _payment(page: Page, unit: Unit, hit: Hit) -> Node | None:
    """Return the arrangement named nearest before the amount, here or in a sentence before."""
    here = arrangements_in(page, unit)
    before = [node for mention, node in here if mention.start <= hit.start]
    if before or here:
        return before[-1] if before else here[0][1]
    earlier = [node for start, node in page.arrangements if start < unit.start]
    return earlier[-1] if earlier and unit.block.field == "payment" else None


def _rate(unit: Unit, payment: Node, hit: Hit, measure: Mention) -> Iterator[Found]:
    low, high = hit.groups["low"], hit.groups.get("high")
    tier = _tier_before(unit, hit)
    start = tier.start if tier else min(hit.start, measure.start)
    span = (start, max(hit.end, measure.end))
    key = (*([tier.groups["tier"]] if tier else []), low, *([high] if high else []))
    name = slug("-".join(part.replace(".", "-") for part in key))
    notation = measure.concept.notation
    node = payment.part("PaymentRate", "rate", name, notation, label=unit.words(*span))
    yield Found(payment, "hasRate", node, span)
    yield Found(node, "rateUnit", measure.concept, (measure.start, measure.end))
    yield Found(node, "rateCurrency", Value("USD"), hit.span, "inferred")
    if high:
        yield Found(node, "rateMinimum", _amount(low), hit.spans["low"])
        yield Found(node, "rateMaximum", _amount(high), hit.spans["high"])
    else:
        yield Found(node, "rateAmount", _amount(low), hit.spans["low"])
    if tier:
        yield Found(node, "rateTier", Value(tier.groups["tier"]), tier.span)


def _tier_before(unit: Unit, hit: Hit) -> Hit | None:
    tiers = [t for t in unit.search(_TIER) if 0 <= hit.start - t.end <= _TIER_REACH]
    return tiers[-1] if tiers else None


def _amount(words: str) -> Value:
    return Value(words.replace(",", ""), "decimal")


RULES = (money,)
