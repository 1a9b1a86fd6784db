"""Read who looks after patients: roles, credentials, employers, teams and alignments."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

import re2

from kg.extract.page import Found, Hit, Page, Unit
from kg.extract.rule import rule
from kg.lexicon import Mention
from kg.records import Concept, Node, Value

_NOT_A_ROLE: Final = frozenset({"physician-lead", "medical-director", "pharmacist"})
"""Concepts of the scheme for people who lead or treat; they coordinate nothing themselves."""


def find_roles(page: Page) -> Mapping[Mention, Node]:
    """Return the assignment that each mention of a care role means.

    "The care coordinators" after "clinical care coordinators" are the same people: a definite,
    broader name of a role already introduced refers back to it.
    """
    roles: dict[Mention, Node] = {}
    introduced: dict[Concept, Node] = {}
    for unit in page.sentences:
        for mention in unit.of("care-role"):
            concept = mention.concept
            if concept.notation in _NOT_A_ROLE or _is_in_a_name(unit, mention):
                continue
            if _DENIED.search(unit.before(mention.start)[-16:]):
                continue
            if unit.before(mention.start).lower().endswith("the "):
                concept = _refers_to(page, concept, introduced)
            if concept not in introduced:
                introduced[concept] = page.program.part(
                    "CareRoleAssignment", "role", concept.notation, label=page.label_of(concept)
                )
            roles[mention] = introduced[concept]
    return roles


_DENIED = re2.compile(r"(?i)\b(?:no|without|not have|not have any|nor) (?:an? |any )?$")


def _is_in_a_name(unit: Unit, mention: Mention) -> bool:
    """One capitalised word ("Navigator sites") is part of a name, unless it opens a sentence.

    There it is a role in the plural ("Navigators help") and a name in the singular.
    """
    words = unit.words(mention.start, mention.end)
    if " " in words or not words[:1].isupper() or words.isupper():
        return False
    return mention.start > unit.start or not words.endswith("s")


def _refers_to(page: Page, concept: Concept, introduced: Mapping[Concept, Node]) -> Concept:
    """Return the one introduced role that is narrower than the concept, or the concept."""
    if concept in introduced:
        return concept
    vocabulary = page.lexicon.vocabulary
    narrower = [known for known in introduced if vocabulary.has_ancestor(known, concept)]
    return narrower[0] if len(narrower) == 1 else concept


def _roles_in(page: Page, unit: Unit) -> Iterator[tuple[Mention, Node]]:
    return ((m, page.roles[m]) for m in unit.of("care-role") if m in page.roles)


@rule(
    "roles.used",
    finds=["Registered nurses serve as clinical care coordinators."],
    ignores=["Care is coordinated."],
)
def used(page: Page, unit: Unit) -> Iterator[Found]:
    """A named role with a coordinating function is used in the program."""
    for mention, node in _roles_in(page, unit):
        if node.key[-1] == mention.concept.notation:
            span = (mention.start, mention.end)
            yield Found(page.program, "hasCareRole", node, span)
            yield Found(node, "careRole", mention.concept, span)


_SERVES_AS = re2.compile(
    r"(?i)^[^.;]{0,80}?\b(?:serve|serves|act|acts|work|works) as (?:the |an? )?$"
)
_EMPLOYED = re2.compile(r"(?i)\bemployed by $")


@rule(
    "roles.credential",
    finds=[
        "Registered nurses, employed by Elm Medical Group, will serve as care coordinators.",
        "Elm Medical Group registered nurses who serve as care coordinators help patients.",
    ],
    ignores=["Registered nurses meet clinical care coordinators."],
)
def credential(page: Page, unit: Unit) -> Iterator[Found]:
    """ "NURSES … serve as ROLE" gives the role its profession, and employer or affiliation."""
    for mention, node in _roles_in(page, unit):
        for holder in unit.of("credential"):
            if holder.end > mention.start:
                break
            if not _SERVES_AS.match(unit.words(holder.end, mention.start)):
                continue
            yield Found(node, "credential", holder.concept, (holder.start, holder.end))
            before = unit.organization_before(holder.start)
            if before and before.is_name:
                yield Found(node, "affiliatedWith", before.party, (before.start, holder.end))
            yield from _employer(unit, node, holder, mention)


def _employer(unit: Unit, node: Node, holder: Mention, role: Mention) -> Iterator[Found]:
    """Only "employed by" says who employs; a name before a profession does not."""
    for party in unit.organizations:
        if holder.end <= party.start < role.start:
            words = unit.words(holder.end, party.start)
            employed = _EMPLOYED.search(words)
            if employed:
                span = (holder.end + employed.start(), party.end)
                yield Found(node, "employedBy", party.party, span)
                yield Found(node, "affiliatedWith", party.party, span, "inferred")


_HELD_BY = re2.compile(r"(?i)^,? (?:who (?:are|is) )?(?P<employed>employed by) (?:the )?$")


@rule(
    "roles.employer",
    finds=["A care manager, employed by Elm Medical Group, helps patients."],
    ignores=["A care manager meets Elm Medical Group."],
)
def employer(page: Page, unit: Unit) -> Iterator[Found]:
    """ "ROLE, employed by ORGANIZATION" says who employs the people in a role."""
    for mention, node in _roles_in(page, unit):
        for party in unit.organizations:
            if not mention.end <= party.start <= mention.end + 40 or not party.is_name:
                continue
            held = _HELD_BY.match(unit.words(mention.end, party.start))
            if held:
                span = (mention.end + held.start(1), party.end)
                yield Found(node, "employedBy", party.party, span)
                yield Found(node, "affiliatedWith", party.party, span, "inferred")


_TEAM_OF = re2.compile(r"(?i)\b(teams? of )$")


@rule(
    "roles.affiliation",
    finds=["They are aligned with a team of Acme Health case managers."],
    ignores=["Acme Health pays case managers."],
)
def affiliation(page: Page, unit: Unit) -> Iterator[Found]:
    """An organization's name right before a role says whose people they are."""
    for mention, node in _roles_in(page, unit):
        party = unit.organization_before(mention.start)
        if party and party.is_name and unit.words(party.end, mention.start) == " ":
            yield Found(node, "affiliatedWith", party.party, (party.start, mention.end))
        team = _TEAM_OF.search(unit.before(party.start if party else mention.start))
        if team:
            span = (unit.start + team.start(1), mention.end)
            yield Found(node, "organizedAsTeam", Value("true", "boolean"), span)


_ALIGNED = re2.compile(
    r"(?i)^ (?:are|is|will be|work) (?:closely )?aligned (?:with|to) [^.;,]{0,60}$"
)


@rule(
    "roles.alignment",
    finds=["The care coordinators are aligned with a team of Acme Health case managers."],
    ignores=["The care coordinators are trained. The case managers are aligned with goals."],
)
def alignment(page: Page, unit: Unit) -> Iterator[Found]:
    """ "ROLE are aligned with ROLE", with the purpose that the sentence goes on to give."""
    roles = list(_roles_in(page, unit))
    for (first, node), (second, other) in pairwise(roles):
        if not _ALIGNED.match(unit.words(first.end, second.start)):
            continue
        yield Found(node, "alignedWith", other, (_article(unit, first.start), second.end))
        for purpose in unit.of("benefit"):
            if purpose.start > second.end:
                span = (purpose.start, _purpose_end(unit, purpose))
                yield Found(node, "alignmentPurpose", purpose.concept, span)


def _article(unit: Unit, start: int) -> int:
    before = unit.before(start).lower()
    return start - 4 if before.endswith("the ") else start


_BETWEEN = re2.compile(r"^(?: between [^.;,]{3,90}? and (?:the )?(?P<last>[A-Z]\w+|\w+ \w+))")


def _purpose_end(unit: Unit, purpose: Mention) -> int:
    """ "Collaboration between A and B" is quoted with the two that collaborate."""
    rest = unit.words(purpose.start, unit.block.end)
    start = rest.find(" between ")
    for party in unit.organizations:
        if 0 <= start <= purpose.end - purpose.start and party.start > purpose.end:
            last = party
            if " and " in unit.words(purpose.end, last.end):
                return last.end
    return purpose.end


_CRITICAL = re2.compile(r"(?i)^(?:critical|essential|key|central) to [^,.;]{3,60}? (?:are|is) ")


@rule(
    "roles.critical",
    finds=[
        "Critical to the program's success are registered nurses who serve as care coordinators."
    ],
    ignores=["Nurses who serve as care coordinators share in the success of the program."],
)
def critical(page: Page, unit: Unit) -> Iterator[Found]:
    """ "Critical to X are …" says what the role that follows is critical to."""
    for hit in unit.search(_CRITICAL):
        for purpose in unit.of("benefit"):
            if hit.start <= purpose.start < hit.end:
                for _, node in list(_roles_in(page, unit))[:1]:
                    span = (hit.start, purpose.end)
                    yield Found(node, "isCriticalTo", purpose.concept, span)


_CARE_TEAM = re2.compile(r"(?i)\b(?:(?P<lead>[a-z]+)-led )?(?:care|clinical) team\b")
_PART_OF = re2.compile(r"(?i)^ (?:are|is|will be) (?:part|members?) of (?:the|a) $")


def find_teams(page: Page, unit: Unit) -> list[tuple[Hit, Node]]:
    """Return the care teams named in a sentence; a description has one team of each name."""
    teams = []
    for hit in unit.search(_CARE_TEAM):
        lead = hit.groups.get("lead", "").lower()
        key = ("team", f"{lead}-led") if lead else ("team",)
        label = f"{lead}-led care team" if lead else "care team"
        teams.append((hit, page.program.part("CareTeam", *key, label=label)))
    return teams


@rule(
    "roles.team",
    finds=["Clinical care coordinators are part of the physician-led care team."],
    ignores=["A team of case managers helps."],
)
def team(page: Page, unit: Unit) -> Iterator[Found]:
    """A care team is named, with who leads it and which role is part of it."""
    for hit, node in find_teams(page, unit):
        yield Found(page.program, "hasCareTeam", node, hit.span)
        for lead in unit.of("credential"):
            if "lead" in hit.spans and hit.start <= lead.start < hit.spans["lead"][1]:
                lead_end = hit.spans["lead"][1] + len("-led")
                yield Found(node, "ledBy", lead.concept, (lead.start, lead_end))
        for mention, member in _roles_in(page, unit):
            if mention.end <= hit.start and _PART_OF.match(unit.words(mention.end, hit.start)):
                span = (_article(unit, mention.start), hit.end)
                yield Found(member, "memberOfTeam", node, span)


def performer_before(page: Page, unit: Unit, position: int) -> tuple[Node, int] | None:
    """Return the role or team last named before a position, and where its mention starts."""
    candidates = [(m.start, node) for m, node in _roles_in(page, unit) if m.end <= position]
    candidates += [(h.start, node) for h, node in find_teams(page, unit) if h.end <= position]
    if not candidates:
        return None
    start, node = max(candidates, key=lambda c: c[0])
    return node, start


RULES = (used, credential, employer, affiliation, alignment, critical, team)
