"""Read when a program started and which approach it follows."""

from collections.abc import Iterator

import re2

from kg.extract.dates import StatedDate
from kg.extract.page import NEGATION, Found, Page, Span, Unit
from kg.extract.rule import rule
from kg.lexicon import Mention
from kg.records import Value

_PROGRAM_WORD = re2.compile(r"(?i)\b(?:program|initiative|pilot|project|demonstration|model)\b")


@rule(
    "launch.status",
    finds=[
        "Acme Health and Elm have launched a collaborative accountable care initiative.",
        "Acme Health and Elm Medical Group are launching a medical home program.",
    ],
    ignores=["Acme Health has not launched the program."],
)
def status(page: Page, unit: Unit) -> Iterator[Found]:
    """A launch verb beside the program or its approach gives the state of launch as worded."""
    for mention in unit.of("status"):
        about = unit.after(mention.end)[:120] + unit.before(mention.start)
        if NEGATION.search(unit.before(mention.start)[-24:]):
            continue
        if _PROGRAM_WORD.search(about) or unit.of("approach"):
            yield Found(page.program, "launchStatus", mention.concept, (mention.start, mention.end))


@rule(
    "launch.participants",
    finds=["Acme Health and Elm Medical Group have launched a medical home program."],
    ignores=["Acme Health praised Elm Medical Group."],
)
def participants(page: Page, unit: Unit) -> Iterator[Found]:
    """The parties that stand before a launch verb launch the program, and so take part in it."""
    parts = {party.node.key: party.predicate for party in page.parties}
    for verb in unit.of("status")[:1]:
        for party in unit.organizations:
            if party.end <= verb.start and party.is_name:
                predicate = parts[party.party.key]
                yield Found(page.program, predicate, party.party, (party.start, party.end))


@rule(
    "launch.approach",
    finds=["Acme Health and Elm are launching acollaborative accountable care initiative."],
    ignores=["Accountable care is discussed elsewhere."],
)
def approach(page: Page, unit: Unit) -> Iterator[Found]:
    """The approach named behind a launch verb is the program's."""
    for verb in unit.of("status"):
        for mention in unit.of("approach"):
            if 0 <= mention.start - verb.end <= 40:
                yield _approach_fact(page, unit, mention)


def _approach_fact(page: Page, unit: Unit, mention: Mention) -> Found:
    """A glued article is part of the wording, which then is not quite the concept's."""
    span = (mention.start, mention.end)
    words = unit.words(*span)
    if mention.glued:
        return Found(page.program, "approach", mention.concept, span, "normalized", 1.0, words)
    return Found(page.program, "approach", mention.concept, span)


_APPROACH_OF = re2.compile(r"(?i)^ is $")
_SAME_GOALS = re2.compile(
    r"(?i)\b(?:same|similar) [a-z ]{0,40}?(?:goals|aims|objectives) as (?:an? )?$"
)


@rule(
    "launch.payer-approach",
    finds=["Collaborative accountable care is Acme Health's approach to better health."],
    ignores=["Collaborative accountable care is an approach to better health."],
)
def payer_approach(page: Page, unit: Unit) -> Iterator[Found]:
    """ "X is PAYER's approach" gives the approach to the payer."""
    for mention in unit.of("approach"):
        party = unit.organization_at(mention.end + len(" is "))
        if party is None or party.party.kind != "Payer":
            continue
        if _APPROACH_OF.match(unit.words(mention.end, party.start)):
            tail = unit.after(party.end)
            if tail.startswith("'s approach"):
                span = (mention.start, party.end + len("'s approach"))
                yield Found(party.party, "payerApproach", mention.concept, span)


@rule(
    "launch.comparable-model",
    finds=["It pursues the same population health goals as accountable care organizations."],
    ignores=["It differs from accountable care organizations."],
)
def comparable_model(page: Page, unit: Unit) -> Iterator[Found]:
    """A model that pursues the same goals is comparable, not the program's own approach."""
    compared = False
    for mention in unit.of("approach"):
        before = unit.before(mention.start)
        compared = bool(_SAME_GOALS.search(before)) or (compared and before.endswith(", or "))
        if compared:
            span = (mention.start, mention.end)
            yield Found(page.program, "comparableModel", mention.concept, span)


@rule(
    "launch.effective-date",
    finds=[
        "The program became effective October 1, 2013.",
        "The program, Acme Health's first in the state, was effective July 1, 2013.",
        "Since October 1, 2013 Elm Medical Group and Acme Health have had an initiative.",
        "Acme Health luanched the program in 2009.",
        "In July 2010 Elm Medical Group and Acme Health opened a medical home pilot.",
        "Elm Medical Group joined Acme Health in july 2013 to start a medical home program.",
    ],
    ignores=[
        "The law was passed on July 1, 2012.",
        "The contract expired on July 1, 2015.",
        "Medicare joined as a payer in 2011.",
        "The state approved the program on 5/24/2012.",
        "The pilot began enrolling and runs until March 31, 2014.",
    ],
)
def effective_date(page: Page, unit: Unit) -> Iterator[Found]:
    """The first date that a verb of starting governs is when the program took effect."""
    if page.start and unit.start <= page.start.span[0] < unit.block.end:
        day, span = page.start.date, page.start.span
        yield from _date_facts(page, day, page.start.words, span)


def _date_facts(page: Page, day: StatedDate, words: str, span: Span) -> Iterator[Found]:
    predicate = "effectiveDate"
    stated = Value(day.lexical, day.datatype)
    yield Found(page.program, predicate, stated, span, "normalized", 1.0, words)
    for name, lexical in (("Earliest", day.earliest), ("Latest", day.latest)):
        value = Value(lexical, "date")
        yield Found(page.program, predicate + name, value, span, "inferred")


RULES = (status, participants, approach, payer_approach, comparable_model, effective_date)
