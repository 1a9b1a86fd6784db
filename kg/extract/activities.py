"""Read what is done for patients, by whom, with which data, and which rules hold for them."""

from collections.abc import Iterator
from typing import Final

import re2

from kg.extract.page import Found, Page, Span, Unit
from kg.extract.people import restrictions
from kg.extract.practitioners import practitioner_group
from kg.extract.roles import performer_before
from kg.extract.rule import rule
from kg.lexicon import Mention
from kg.records import Node

_NEED_BEHIND: Final = 90
"""How far before an activity, in characters, the patients it is for may be named."""


@rule(
    "activities.done",
    finds=[
        "Elm Medical Group will monitor and coordinate all aspects of a person's medical care.",
        (
            "Registered nurses serve as care coordinators and help patients with chronic conditions"
            " navigate the health care system."
        ),
    ],
    ignores=["Patients receive letters."],
)
def done(page: Page, unit: Unit) -> Iterator[Found]:
    """An activity that the vocabulary knows is done in the program, by whom the sentence says."""
    for mention in unit.of("activity"):
        node = _activity(page, mention)
        span = (_help_start(unit, mention), mention.end)
        yield Found(page.program, "hasActivity", node, span)
        yield Found(node, "activityType", mention.concept, (mention.start, mention.end))
        performer = _performer(page, unit, mention)
        if performer:
            yield Found(node, "performedBy", performer[0], performer[1])
        for need in (*unit.of("condition"), *unit.of("benefit", "patients-with-health-challenges")):
            if span[0] < need.start < mention.start:
                yield Found(node, "servesPatientsWith", need.concept, (need.start, need.end))


def _activity(page: Page, mention: Mention) -> Node:
    label = page.label_of(mention.concept)
    return page.program.part("CareActivity", "activity", mention.concept.notation, label=label)


_HELP = re2.compile(
    r"(?i)\b(?:help|helps|helping|assist) (?:patients|people|individuals|identify)?[^.;,]{0,60}$"
)


def _help_start(unit: Unit, mention: Mention) -> int:
    """Quote "help patients with X …" from "help" on."""
    near = max(unit.start, mention.start - _NEED_BEHIND)
    found = _HELP.search(unit.words(near, mention.start))
    return near + found.start() if found else mention.start


_BY_SUBJECT = re2.compile(
    r"(?i)^(?: (?:will|physicians|doctors|clinicians|also|would))*(?: help| helps)? ?$"
)


def _performer(page: Page, unit: Unit, mention: Mention) -> tuple[Node, Span] | None:
    """Return who does it: the role or team named before, or the group that is the subject."""
    before = performer_before(page, unit, mention.start)
    if before:
        return before[0], (before[1], mention.end)
    party = next((p for p in reversed(unit.organizations) if p.end <= mention.start), None)
    if party and _BY_SUBJECT.match(unit.words(party.end, mention.start)):
        between = unit.words(party.end, mention.start)
        by_people = "physicians" in between or "doctors" in between
        node = practitioner_group(party.party) if by_people else party.party
        return node, (party.start, mention.end)
    return None


_USING = re2.compile(r"(?i)\busing $")


@rule(
    "activities.data",
    finds=[
        (
            "The care coordinators enhance care by using patient-specific data from Acme Health to"
            " help identify patients being discharged who might be at risk for readmission."
        )
    ],
    ignores=["Data are kept safe."],
)
def data(page: Page, unit: Unit) -> Iterator[Found]:
    """ "Using DATA from PAYER" states an exchange of data, who uses it and for what."""
    for mention in unit.of("data"):
        source = unit.organization_at(mention.end + 1) or unit.organization_at(
            mention.end + len(" from ")
        )
        words = unit.words(mention.start, source.start) if source else ""
        if source is None or not words.endswith("from "):
            continue
        notation = mention.concept.notation
        label = unit.words(mention.start, source.end)
        node = page.program.part("DataSharing", "data", notation, label=label)
        using = _USING.search(unit.before(mention.start))
        start = unit.start + using.start() if using else mention.start
        yield Found(page.program, "hasDataSharing", node, (start, source.end))
        yield Found(node, "dataKind", mention.concept, (mention.start, mention.end))
        yield Found(node, "dataFrom", source.party, (mention.start, source.end))
        yield from _users(page, unit, node, mention, source.end)


def _users(page: Page, unit: Unit, node: Node, mention: Mention, end: int) -> Iterator[Found]:
    user = performer_before(page, unit, mention.start)
    if user:
        yield Found(node, "dataTo", user[0], (user[1], mention.end))
    for activity in unit.of("activity"):
        if activity.start >= end:
            span = (mention.start, activity.end)
            yield Found(_activity(page, activity), "usesData", node, span)


@rule(
    "activities.enrollment",
    finds=[
        "Patients continue to go to their current physician.",
        "There are no changes in any plan requirements regarding referrals to specialists.",
    ],
    ignores=["Patients see a doctor."],
)
def enrollment(page: Page, unit: Unit) -> Iterator[Found]:
    """A sentence worded like a rule of enrollment states that rule for the program."""
    start = unit.start
    for mention in unit.of("rule"):
        notation = mention.concept.notation
        node = page.program.part(
            "EnrollmentRule", "rule", notation, label=page.label_of(mention.concept)
        )
        span = (start, mention.end)
        yield Found(page.program, "hasEnrollmentRule", node, span)
        yield Found(node, "ruleType", mention.concept, (mention.start, mention.end))
        if notation == "later-joiners-included":
            yield from restrictions(page, unit, node, unit.start)
        start = mention.end + (2 if unit.words(mention.end, mention.end + 1) == "," else 1)
        if unit.words(start, start + 4) == "and ":
            start += 4


RULES = (done, data, enrollment)
