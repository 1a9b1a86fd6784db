"""List the names under which one document knows organizations, and the acronyms it explains."""

from collections.abc import Iterable
from dataclasses import dataclass, field
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


Mention = tuple[str, str, int, int, int]
"""Where a name stands: the document, the key that it has there, the document's number, a span."""


@dataclass(slots=True)
class CollectedNames:
    """The names of a whole collection: all that deciding who is who needs to know of it.

    It grows with the names, not with the documents: of a document that explains no acronym only
    those mentions stay that are the first of their name.
    """

    keys: set[str] = field(default_factory=set)
    first: dict[tuple[str, str], Mention] = field(default_factory=dict)
    """The first mention, by document, of each name under each key."""
    explaining: list[tuple[int, DocumentNames]] = field(default_factory=list)
    """The documents, with their numbers, that explain an acronym; in them a key may be another."""

    def add(self, number: int, names: DocumentNames) -> None:
        """Take the names of the document of a number, in any order of documents."""
        self.keys |= names.keys
        if names.acronyms:
            self.explaining.append((number, names))
            return
        for naming in names.namings:
            mention = (names.document, naming.key, number, naming.start, naming.end)
            one = (naming.key, naming.name)
            if one not in self.first or mention < self.first[one]:
                self.first[one] = mention


def collect_names(names: Iterable[DocumentNames]) -> CollectedNames:
    """Return the names of documents together; a document's number is its place among them."""
    collected = CollectedNames()
    for number, each in enumerate(names):
        collected.add(number, each)
    return collected


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
