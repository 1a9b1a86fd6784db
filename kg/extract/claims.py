"""Read what programs and groups claim to be: the first, among the largest, of which kind."""

from collections.abc import Iterator
from typing import Final

import re2

from kg.extract.page import Found, Page, Unit
from kg.extract.rule import rule
from kg.iris import slug
from kg.records import Concept, Node, Value

_FIRST = re2.compile(
    r"\b(?P<rank>[Ff]irst|[Ss]econd|[Tt]hird) [a-z -]{3,80}?"
    r" (?:to (?:launch|start|open)|of its kind|launched|for [A-Z][a-z]+) in (?:the )?"
    r"(?P<place>[A-Z][A-Za-z]+(?: [A-Z][a-z]+)*)"
)
_RANKS: Final = {"first": 1, "second": 2, "third": 3}


@rule(
    "claims.precedence",
    finds=["The program is Acme Health's first medical home initiative to launch in Ohio."],
    ignores=["The first year was hard.", "Patients first see a nurse in Ohio."],
)
def precedence(page: Page, unit: Unit) -> Iterator[Found]:
    """ "PAYER's first X to launch in PLACE" claims a place in a series, within a scope."""
    for hit in unit.search(_FIRST):
        start = hit.spans["rank"][0]
        owner = unit.organization_before(start, slack=3)
        span = (owner.start if owner else start, hit.end)
        place = _place(hit.groups["place"])
        rank = _RANKS[hit.groups["rank"].lower()]
        key = ("claim", f"{hit.groups['rank'].lower()}-in-{slug(place.label)}")
        claim = page.program.part("PrecedenceClaim", *key, label=unit.words(*span))
        yield Found(page.program, "hasPrecedenceClaim", claim, span)
        kind = "first-to-launch" if rank == 1 else "place-in-series"
        yield Found(claim, "claimKind", Concept("claim", kind), span)
        yield Found(claim, "precedenceRank", Value(str(rank), "integer"), hit.spans["rank"])
        yield Found(claim, "claimScope", place, hit.spans["place"])
        if owner:
            yield Found(claim, "claimOf", owner.party, span)
        for mention in unit.of("approach"):
            if span[0] <= mention.start < span[1]:
                yield Found(claim, "claimWithin", mention.concept, span)


def _place(name: str) -> Node:
    return Node("Place", ("place", "text", name), name)


_WITHIN = re2.compile(r"\bin (?P<place>[A-Z][a-z]+(?: [A-Z][a-z]+)*)")


@rule(
    "claims.standing",
    finds=[
        "Elm Medical Group, one of the largest and most diverse group practices in Ohio, joined."
    ],
    ignores=["It is one of the largest programs."],
)
def standing(page: Page, unit: Unit) -> Iterator[Found]:
    """ "GROUP, one of the largest … in PLACE" is a claim about the group."""
    claims = unit.of("claim", "among-largest", "among-most-diverse")
    if not claims:
        return
    first = claims[0].start
    group = unit.organization_before(first, slack=3)
    scope = next((h for h in unit.search(_WITHIN) if h.start > first), None)
    if group is None or scope is None or scope.start - first > 120:
        return
    span = (first, scope.end)
    for mention in claims:
        if mention.start > scope.start:
            continue
        label = f"{page.label_of(mention.concept)} in {scope.groups['place']}"
        claim = group.party.part("PrecedenceClaim", "claim", mention.concept.notation, label=label)
        yield Found(group.party, "hasPrecedenceClaim", claim, span)
        yield Found(claim, "claimKind", mention.concept, span)
        yield Found(claim, "claimScope", _place(scope.groups["place"]), scope.spans["place"])
        for kind in unit.of("org-type"):
            if span[0] <= kind.start < span[1]:
                yield Found(claim, "claimWithin", kind.concept, span)


@rule(
    "claims.group-kind",
    finds=[
        "Elm Medical Group, one of the largest physician-owned, multi-specialty groups in Ohio."
    ],
    ignores=["Physician-owned hospitals exist."],
)
def group_kind(page: Page, unit: Unit) -> Iterator[Found]:
    """An apposition behind a group's name says who owns it and which specialties it has."""
    for group in unit.organizations:
        if group.party.kind != "ProviderOrganization" or not group.is_name:
            continue
        tail = unit.after(group.end).lstrip()
        if not tail.startswith((",", "(")):
            continue
        for mention in (*unit.of("ownership"), *unit.of("org-type")):
            if not 0 <= mention.start - group.end <= 120:
                continue
            predicate = "ownershipType" if mention.concept.scheme == "ownership" else "specialtyMix"
            if predicate == "ownershipType" or "specialty" in mention.concept.notation:
                span = (mention.start, mention.end)
                yield Found(group.party, predicate, mention.concept, span)


RULES = (precedence, standing, group_kind)
