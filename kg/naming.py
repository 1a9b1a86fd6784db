"""List the names under which one document knows organizations, and the acronyms it explains."""

from dataclasses import dataclass
from typing import TypeGuard

from kg.acronyms import Acronym, find_acronyms
from kg.records import Extraction, Node

ORGANIZATION = "org"
"""What the key of an organization begins with."""
TAKES_PART = frozenset({"hasPayer", "hasProviderGroup", "hasPartner"})


@dataclass(frozen=True, slots=True, order=True)
class Naming:
    """One name of one organization, where a document has it first."""

    key: str
    name: str
    start: int
    end: int
    parts: tuple[str, ...]
    """The properties by which the document relates its program to the organization so named."""


@dataclass(frozen=True, slots=True)
class DocumentNames:
    """What one document contributes to deciding who is who."""

    document: str
    namings: tuple[Naming, ...]
    acronyms: tuple[Acronym, ...]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(naming.key for naming in self.namings)


def is_organization(thing: object) -> TypeGuard[Node]:
    """Say whether a thing is an organization, and not a part of one or anything else.

    >>> is_organization(Node("Payer", ("org", "cigna"), "Cigna"))
    True
    >>> is_organization(Node("PractitionerGroup", ("org", "elm", "physicians"), "Elm physicians"))
    False
    """
    return isinstance(thing, Node) and len(thing.key) == 2 and thing.key[0] == ORGANIZATION


def read_names(extraction: Extraction) -> DocumentNames:
    """Return the names that facts give to organizations, each where it is quoted most closely."""
    spans: dict[tuple[str, str], tuple[int, int, int]] = {}
    parts: dict[tuple[str, str], set[str]] = {}
    for fact in extraction.facts:
        for node in (fact.subject, fact.value):
            if not is_organization(node):
                continue
            one = (node.key[1], node.label)
            excess = abs(fact.end - fact.start - len(node.label))
            spans[one] = min(
                spans.get(one, (excess, fact.start, fact.end)), (excess, fact.start, fact.end)
            )
            parts.setdefault(one, set())
            if fact.predicate in TAKES_PART:
                parts[one].add(fact.predicate)
    namings = tuple(
        Naming(*one, *spans[one][1:], tuple(sorted(parts[one]))) for one in sorted(spans)
    )
    text, names = extraction.document.text, frozenset(naming.name for naming in namings)
    return DocumentNames(
        extraction.document.name, namings, tuple(sorted(find_acronyms(text, names)))
    )
