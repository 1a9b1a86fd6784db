"""Read how many people and providers take part."""

import bisect
from collections.abc import Iterator
from operator import attrgetter
from typing import Final

import re2

from kg.extract.numbers import Quantity, find_quantities, find_ranges
from kg.extract.page import Found, OrganizationMention, Page, Span, Unit
from kg.extract.rule import rule
from kg.lexicon import Mention
from kg.records import Concept, Node, Value

_PEOPLE: Final = Concept("count", "covered-individuals")
_LOWER_BOUNDS: Final = {"more-than": 1, "at-least": 0}
_UPPER_BOUNDS: Final = {"fewer-than": -1, "up-to": 0, "nearly": -1}
"""By how much a bound differs from the number, for the qualifiers that fix one."""
_BREAK = re2.compile(r"[,;:.()]|\b(?:and|or|of|in|to|are|is|were|was|have|has|will|who|that)\b")
_TARGET = re2.compile(
    r"(?i)\b(?:goals?|targets?|plans? to|planned|aims?|hopes?|hoped|expect(?:s|ed)? to|could|would"
    r"|capacity|eligible|nationwide|nationally|insures|enrollment of|meant to|lets|allows|enables"
    r"|panels? of|at least one|every|each|per|add|adding|recruit|had"
    r"|study of|sample of|survey of|cohort of|surveyed|analysis of)\b"
)
"""Before a number: what is wanted, possible or true of the whole market, not of the program."""
_MEMBERSHIP = re2.compile(
    r"(?i)\b(?:insurers?|health plans?|carriers?|company|health systems?|plan|which|that)"
    r" (?:now |currently )?(?:has|have|had|with|covers|covered|insures|serves|served|enrolls)"
    r"(?: (?:over|about|some|nearly|approximately|more than|roughly|around|upwards of|almost))? $"
)
"""Before a number: how many people a plan or system has in all, whatever the program covers."""
_NOT_NOW = re2.compile(
    r"(?i)^[^.;]{0,60}?\b(?:a year|per year|each year|annually|are to|is to|by the end of|grew"
    r"|in-network|access to|are eligible|were eligible|set against|randomly"
    r"|control group|comparison group|in the study|expanded to|grown to|growing to)\b"
)
"""Behind a number: a rate, a plan, a network or a study."""
_DEMONYM = re2.compile(
    r"^ (?:Alabamians|Alaskans|Arizonans|Arkansans|Californians|Coloradans|Connecticuters"
    r"|Delawareans|Floridians|Georgians|Hawaiians|Idahoans|Illinoisans|Hoosiers|Indianans|Iowans"
    r"|Kansans|Kentuckians|Louisianans|Mainers|Marylanders|Bay Staters|Michiganders|Michiganians"
    r"|Minnesotans|Mississippians|Missourians|Montanans|Nebraskans|Nevadans|New Hampshirites"
    r"|New Jerseyans|New Mexicans|New Yorkers|North Carolinians|North Dakotans|Ohioans|Oklahomans"
    r"|Oregonians|Pennsylvanians|Rhode Islanders|South Carolinians|South Dakotans|Tennesseans"
    r"|Texans|Utahns|Vermonters|Virginians|Washingtonians|West Virginians|Wisconsinites|Wyomingites"
    r"|Americans)\b"
)
"""People counted by the state that they live in."""


@rule(
    "people.counted",
    finds=[
        "The program will benefit approximately 5,500 individuals covered by an Acme Health plan.",
        "It serves over 13,000 people covered by Acme Health.",
        "They see over 200 Elm Medical Group primary care physicians and specialists.",
    ],
    ignores=[
        "In 2012 members were happy.",
        "The goal is to reach over 500,000 people covered by the plan.",
        "The practice received 43 percent less.",
    ],
    fields=["description", "payment", "other"],
)
def counted(page: Page, unit: Unit) -> Iterator[Found]:
    """A number with a counted noun states how many take part; a goal or a capacity does not."""
    for found in find_quantities(unit.text):
        quantity = Quantity(found.value, found.start + unit.start, found.end + unit.start)
        noun = counted_noun(unit, quantity)
        if noun is None or _TARGET.search(unit.before(quantity.start)[-60:]):
            continue
        if _NOT_NOW.match(unit.after(quantity.end)) or _is_membership(unit, quantity):
            continue
        if not _DENIED.search(unit.before(quantity.start)[-40:]):
            yield from _count_facts(page, unit, quantity, noun)


_DENIED = re2.compile(
    r"(?i)\b(?:not|never|no longer) (?:include|serve|cover|have|reach|involve)s?"
    r"(?: (?:the|any|over|about|some|all))? $"
)


@rule(
    "people.range",
    finds=["The program includes between 45 and 60 hospitals."],
    ignores=["The program ran 2012-2015.", "It serves 45 hospitals."],
)
def counted_range(page: Page, unit: Unit) -> Iterator[Found]:
    """A range with a counted noun gives two bounds and no number."""
    for found in find_ranges(unit.text):
        end = unit.start + found.end
        noun = counted_noun(unit, Quantity(found.high, end - 1, end))
        if noun is None or _TARGET.search(unit.text[: found.start][-60:]):
            continue
        span, numbers = (unit.start + found.start, noun.end), (unit.start + found.start, end)
        key = ("count", noun.concept.notation, f"between-{found.low}-and-{found.high}")
        count = page.program.part("CountStatement", *key, label=unit.words(*span))
        yield Found(page.program, "hasCount", count, span)
        yield Found(count, "countOf", noun.concept, (noun.start, noun.end))
        yield Found(count, "countQualifier", Concept("qualifier", "between"), numbers)
        yield Found(count, "countLowerBound", Value(str(found.low), "integer"), numbers)
        yield Found(count, "countUpperBound", Value(str(found.high), "integer"), numbers)


def _is_membership(unit: Unit, quantity: Quantity) -> bool:
    before = unit.before(quantity.start)[-120:]
    if _MEMBERSHIP.search(before):
        return True
    payer = next((p for p in unit.organizations if p.party.kind == "Payer"), None)
    between = unit.words(payer.end, quantity.start) if payer and payer.end < quantity.start else ""
    return bool(_MEMBERSHIP.match(f"plan{between}"))


def counted_noun(unit: Unit, quantity: Quantity) -> Mention | None:
    """Return the count label that the number governs: at most a few words and a name away."""
    labels = unit.of("count")
    first = bisect.bisect_left(labels, quantity.end, key=attrgetter("start"))
    for mention in labels[first : first + 1]:
        between = unit.words(quantity.end, mention.start)
        if len(between) > 200:
            break
        name = unit.organization_at(quantity.end, mention.start)
        if name:
            between = between.replace(unit.words(name.start, name.end), "")
        if len(between.split()) > 4 or _BREAK.search(between):
            break
        return mention
    people = _DEMONYM.match(unit.after(quantity.end))
    if people:
        return Mention(_PEOPLE, quantity.end + 1, quantity.end + people.end())
    return None


def _count_facts(page: Page, unit: Unit, quantity: Quantity, noun: Mention) -> Iterator[Found]:
    qualifier = _qualifier(unit, quantity)
    kind = noun.concept
    level = qualifier.concept if qualifier else Concept("qualifier", "exact")
    start = qualifier.start if qualifier else quantity.start
    phrase = _noun_phrase(unit, quantity, noun)
    span = (start, phrase[1])
    key = ("count", kind.notation, f"{level.notation}-{quantity.value}")
    count = page.program.part("CountStatement", *key, label=unit.words(*span))
    yield Found(page.program, "hasCount", count, span)
    yield Found(count, "countOf", kind, (noun.start, noun.end))
    yield Found(
        count, "countValue", Value(str(quantity.value), "integer"), (quantity.start, quantity.end)
    )
    level_span = (qualifier.start, qualifier.end) if qualifier else (quantity.start, quantity.end)
    yield Found(count, "countQualifier", level, level_span, "stated" if qualifier else "inferred")
    yield Found(count, "countUnitText", Value(unit.words(*phrase)), phrase)
    yield from _bounds(count, level, quantity, span)
    yield from restrictions(page, unit, count, quantity.end)
    yield from _counted_for(unit, count, quantity, noun)


def _qualifier(unit: Unit, quantity: Quantity) -> Mention | None:
    """Return the qualifier whose wording ends right before the number."""
    for mention in unit.of("qualifier"):
        if (
            quantity.start - 2 <= mention.end <= quantity.start
            and not unit.words(mention.end, quantity.start).strip()
        ):
            return mention
    return _shared_qualifier(unit, quantity)


_OR_COUNT = re2.compile(
    r"(?i)([0-9,]+)( [a-z][a-z -]{3,40}?)(?: (?:at|in|of|with|from) [^.;,]{3,60})? or $"
)


def _shared_qualifier(unit: Unit, quantity: Quantity) -> Mention | None:
    """ "About 119 nurses at X or 217 nurses at Y": one qualifier governs two numbers of a kind."""
    base = max(unit.start, quantity.start - 200)
    first = _OR_COUNT.search(unit.words(base, quantity.start))
    if first is None or not unit.after(quantity.end).startswith(first.group(2)):
        return None
    start = base + first.start(1)
    return next(
        (m for m in unit.of("qualifier") if m.end <= start and start - m.end <= 1),
        None,
    )


_RELATIVE = re2.compile(r"^ (?:covered by|enrolled in|insured by|who|in) [^.;,]{2,160}")


def _noun_phrase(unit: Unit, quantity: Quantity, noun: Mention) -> Span:
    """Return the counted noun phrase, without the name of whose it is, with what restricts it."""
    party = unit.organization_at(quantity.end, noun.start)
    start = party.end if party else quantity.end
    start += unit.words(start, start + 1) == " "
    end = noun.end
    if unit.words(*_span(noun)).endswith(" by"):
        end -= len(" covered by")
    for number in find_quantities(unit.after(end)):
        tail = unit.after(end)[: number.start]
        break
    else:
        tail = unit.after(end)
    clause = _RELATIVE.match(tail)
    if noun.concept == _PEOPLE and clause and len(tail) == len(unit.after(end)):
        end += clause.end()
    return start, end


def _span(mention: Mention | OrganizationMention) -> Span:
    return mention.start, mention.end


def _bounds(count: Node, level: Concept, quantity: Quantity, span: Span) -> Iterator[Found]:
    """A bound is stated only where the qualifier fixes one: "over 200" is at least 201."""
    for predicate, offsets in (
        ("countLowerBound", _LOWER_BOUNDS),
        ("countUpperBound", _UPPER_BOUNDS),
    ):
        if level.notation in offsets:
            bound = Value(str(quantity.value + offsets[level.notation]), "integer")
            yield Found(count, predicate, bound, span, "inferred")


_COVERED = re2.compile(r"(?i)\b(?:covered by|enrolled in|insured by|members of) (?:an? |the )?$")
_CARED = re2.compile(
    r"(?i)\b(?:care from|treated by|seen by|see|cared for by|patients of)"
    r" (?:an? |the |(?:over|about|approximately|more than) [0-9,]+ |a doctor in )?$"
)


_KIND_BEHIND = re2.compile(
    r"(?i)^ (?:(?:health )?(?:plans?|insurance)|(?:primary care )?(?:physicians?|doctors?))\b"
)
"""What a name goes on with: "a Cigna health plan", "a Valley Preferred physician"."""


def restrictions(page: Page, unit: Unit, subject: Node, start: int) -> Iterator[Found]:
    """Say by whom the people meant are covered, and from whom they receive care."""
    for party in unit.organizations:
        if party.start < start:
            continue
        before = unit.words(start, party.start)
        behind = _KIND_BEHIND.match(unit.after(party.end))
        end = party.end + (behind.end() if behind else 0)
        if cover := _COVERED.search(before):
            if party.party.kind == "Payer":
                yield Found(subject, "coveredBy", party.party, (start + cover.start(), end))
        elif (care := _CARED.search(before)) and party.party.kind == "ProviderOrganization":
            span = (start + care.start(), end)
            basis, confidence = ("stated", 1.0) if party.is_name else ("inferred", 0.9)
            yield Found(subject, "receivingCareFrom", party.party, span, basis, confidence)  # type: ignore[arg-type]  # both literals are bases
            if subject.kind == "CountStatement":
                yield Found(subject, "countedFor", party.party, span, "inferred", 0.9)


def _counted_for(unit: Unit, count: Node, quantity: Quantity, noun: Mention) -> Iterator[Found]:
    """ "200 GROUP physicians" and "119 professionals at GROUP" are counted for that group."""
    party = unit.organization_at(quantity.end, noun.start)
    if party is None:
        behind = _AT.match(unit.after(noun.end))
        party = unit.organization_at(noun.end + behind.end()) if behind else None
    if party and party.party.kind == "ProviderOrganization":
        yield Found(count, "countedFor", party.party, (quantity.start, max(noun.end, party.end)))


_AT = re2.compile(r"^ (?:at|in|of|with|from|affiliated with) (?:the )?")
RULES = (counted, counted_range)
