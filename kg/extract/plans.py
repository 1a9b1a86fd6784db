"""Read what is planned and how a program runs: goals, phases, ends, former names, recognition."""

from collections.abc import Iterator
from typing import Final

import re2

from kg.extract.dates import find_dates
from kg.extract.numbers import Quantity, find_quantities
from kg.extract.page import Found, Page, Unit
from kg.extract.people import counted_noun
from kg.extract.rule import rule
from kg.iris import slug
from kg.records import Value

_WANTED = re2.compile(
    r"(?i)\b(?:goals?|targets?|plans? to|planned|aims? to|hopes? to|expects? to|expected to"
    r"|meant to|are to|is to|by the end of|will (?:grow|expand|add|include|reach|cover))\b"
)


@rule(
    "plans.goal",
    finds=[
        "Twenty practices a year are to join, the goal being above 500,000 people.",
        "Insurers are meant to hold contracts with 10 clinics by the end of 2014.",
    ],
    ignores=["The program serves 10 clinics.", "The goal is better health."],
)
def goal(page: Page, unit: Unit) -> Iterator[Found]:
    """A number that is wanted, not reached, is a goal, with the year it is wanted by."""
    if not _WANTED.search(unit.text):
        return
    for found in find_quantities(unit.text):
        number = Quantity(found.value, found.start + unit.start, found.end + unit.start)
        near = unit.before(number.start)[-60:] + " " + unit.after(number.end)[:60]
        noun = counted_noun(unit, number)
        if noun is None or not _WANTED.search(near):
            continue
        span = (number.start, noun.end)
        key = ("goal", noun.concept.notation, str(number.value))
        node = page.program.part("GoalStatement", *key, label=unit.words(*span))
        yield Found(page.program, "hasGoal", node, span)
        value = Value(str(number.value), "integer")
        yield Found(node, "goalValue", value, (number.start, number.end))
        yield Found(node, "goalOf", noun.concept, (noun.start, noun.end))
        for day in find_dates(unit.after(noun.end)[:60]):
            start = noun.end + day.start
            year = Value(day.lexical[:4], "gYear")
            yield Found(node, "goalYear", year, (start, noun.end + day.end))
            break


_NUMBERS: Final = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_NUMBER = r"(?P<n>[0-9]{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)"
_YEARS = re2.compile(
    rf"(?i)\b{_NUMBER}[- ]year (?:[a-z-]+ ){{0,5}}?"
    r"(?:pilot|demonstration|program|initiative|project|contract|agreement|model)\b"
)
_STAGES = re2.compile(rf"(?i)\b{_NUMBER} (?:phases|waves|stages|tracks|cohorts)\b")


@rule(
    "plans.phase",
    finds=["It is a two-year medical home pilot.", "There are three waves of adoption."],
    ignores=["A two-year-old child is a patient."],
)
def phase(page: Page, unit: Unit) -> Iterator[Found]:
    """ "A two-year pilot", "three waves": how long a program runs, in how many steps."""
    for pattern, predicate in ((_YEARS, "phaseYears"), (_STAGES, "phaseNumber")):
        for hit in unit.search(pattern):
            words = unit.words(*hit.span)
            node = page.program.part("Phase", "phase", slug(words), label=words)
            yield Found(page.program, "hasPhase", node, hit.span)
            number = hit.groups["n"].lower()
            value = Value(str(_NUMBERS.get(number, number)), "integer")
            yield Found(node, predicate, value, hit.spans["n"])


_END = re2.compile(
    r"(?i)\b(?:until|ended (?:on|in)|concluded (?:on|in)|expired (?:on|in)|closed (?:on|in)"
    r"|ran through|runs through|through) $"
)
_LONGEST_VERB: Final = 24
_UNSURE = re2.compile(r"(?i)\b(?:may|might|could|would|request|propos\w+|if|expected)\b")
_PROGRAM = re2.compile(r"(?i)\b(?:program|initiative|pilot|project|demonstration|model|it)\b")


@rule(
    "plans.end",
    finds=["The pilot ran until December 31, 2014.", "The program ended in 2013."],
    ignores=["The Commissioner may carry it on until March 31, 2014.", "Doctors work until 2015."],
)
def end(page: Page, unit: Unit) -> Iterator[Found]:
    """A stated end of the program; what may or would be is none."""
    if _UNSURE.search(unit.text) or not _PROGRAM.search(unit.text):
        return
    for day in find_dates(unit.text):
        base = max(0, day.start - _LONGEST_VERB)
        verb = _END.search(unit.text[base : day.start])
        if verb:
            span = (unit.start + base + verb.start(), unit.start + day.end)
            words = unit.text[day.start : day.end]
            value = Value(day.lexical, day.datatype)
            yield Found(page.program, "endDate", value, span, "normalized", 1.0, words)
            return


_FORMERLY = re2.compile(
    r"\b(?:[Ff]ormerly|[Pp]reviously|[Oo]nce|[Oo]riginally)(?: (?:known as|called|named))?"
    r" (?:the )?(?P<name>[A-Z][\w.&'-]*(?: (?:[A-Z][\w.&'-]*|of|the|for|and|&))*)"
)


@rule(
    "plans.former-name",
    finds=["It was once called the Oak Chronic Care Initiative.", "It is formerly Oak Pilot."],
    ignores=["Once Medicare joined, costs fell.", "Formerly patients waited."],
)
def former_name(page: Page, unit: Unit) -> Iterator[Found]:
    """ "Once called NAME" gives a former name of the program, or of the organization before it."""
    for hit in unit.search(_FORMERLY):
        opening = unit.words(hit.start, hit.spans["name"][0])
        if opening.split()[0].lower() in {"once", "previously"} and "called" not in opening:
            continue
        owner = unit.organization_before(hit.start, slack=3)
        subject = owner.party if owner and owner.is_name else page.program
        name = hit.groups["name"].rstrip(".")
        yield Found(
            subject, "formerName", Value(name), (hit.start, hit.start + len(opening) + len(name))
        )


_RECOGNITION = re2.compile(r"(?i)\b(?:recogni\w+|accredit\w+|certifi\w+|standards?)\b")


@rule(
    "plans.recognition",
    finds=["NCQA Level 2 or Level 3 PCMH recognition is needed."],
    ignores=["NCQA publishes reports."],
)
def recognition(page: Page, unit: Unit) -> Iterator[Found]:
    """A body named together with recognition or accreditation gives the program's recognition."""
    for mention in unit.of("recognition"):
        near = unit.before(mention.start)[-60:] + " " + unit.after(mention.end)[:60]
        if _RECOGNITION.search(near) or _RECOGNITION.search(unit.words(mention.start, mention.end)):
            yield Found(page.program, "recognition", mention.concept, (mention.start, mention.end))


@rule(
    "plans.recognition-field",
    kind="value",
    fields=["accreditation"],
    finds=["NCQA"],
    ignores=["none known"],
)
def recognition_field(page: Page, unit: Unit) -> Iterator[Found]:
    """A value under "Accreditation/Recognition" that the vocabulary knows is a recognition."""
    for mention in unit.of("recognition"):
        yield Found(page.program, "recognition", mention.concept, (mention.start, mention.end))


RULES = (goal, phase, end, former_name, recognition, recognition_field)
