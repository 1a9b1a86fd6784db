"""Read which practitioners work in or with a provider group."""

from collections.abc import Iterator
from typing import Final

import re2

from kg.extract.page import Found, Page, Span, Unit
from kg.extract.rule import rule
from kg.records import Concept, Node

_PRIMARY_CARE = re2.compile(r"(?i)\bprimary care (?:and|or|&) special(?:ty|ist) ")


@rule(
    "people.practitioners",
    finds=["They receive care from Elm Medical Group primary care and specialty physicians."],
    ignores=["Physicians are paid for it."],
)
def practitioners(page: Page, unit: Unit) -> Iterator[Found]:
    """A group's name before a profession means the practitioners of that group."""
    for party in unit.organizations:
        if party.party.kind != "ProviderOrganization" or not party.is_name:
            continue
        types = _types_behind(unit, party.end)
        if not types:
            continue
        node = practitioner_group(party.party)
        span = (party.start, types[-1][1][1])
        yield Found(node, "groupOf", party.party, span)
        for concept, type_span in types:
            if concept != _PHYSICIAN or len(types) == 1:
                yield Found(node, "practitionerType", concept, type_span)


_PHYSICIAN: Final = Concept("credential", "physician")
_CLINICIANS: Final = frozenset({"physician", "primary-care-physician", "specialist-physician"})


def practitioner_group(group: Node) -> Node:
    """Return the physicians of a provider group, who are named together only."""
    named_after = group.label.endswith(("Physicians", "Doctors"))
    label = f"physicians of {group.label}" if named_after else f"{group.label} physicians"
    return Node("PractitionerGroup", (*group.key, "physicians"), label)


def _types_behind(unit: Unit, end: int) -> list[tuple[Concept, Span]]:
    """Return the professions that directly follow a name, joined by "and"."""
    types: list[tuple[Concept, Span]] = []
    shared = _PRIMARY_CARE.match(unit.after(end).lstrip())
    position = end
    if shared:
        start = end + 1
        types.append((Concept("credential", "primary-care-physician"), (start, start + 12)))
        position = start + shared.end() - len("specialty ")
    for mention in unit.of("credential"):
        gap = unit.words(position, mention.start) if mention.start >= position else None
        if gap is None or mention.concept.notation not in _CLINICIANS:
            continue
        if gap.strip() not in {"", "and", "or", ",", "'s"}:
            break
        types.append((mention.concept, (mention.start, mention.end)))
        position = mention.end
    return types


RULES = (practitioners,)
