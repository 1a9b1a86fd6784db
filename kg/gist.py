"""Gather the little that each document contributes to finding doubts about names."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import re2

from kg.acronyms import Acronym
from kg.iris import slug
from kg.names import organization_key
from kg.naming import TAKES_PART, DocumentNames, Naming, read_names
from kg.places import place_by_key
from kg.records import Extraction, Node

Key = tuple[str, ...]
_PARTS: Final = tuple(sorted(TAKES_PART))
_PARENTHESES = re2.compile(r" ?\([^()]*\)")
_KINDS_OF_PROGRAM: Final = frozenset({"program", "initiative", "pilot", "project", "model"})


@dataclass(frozen=True, slots=True)
class Gist:
    """What one document contributes to finding doubts."""

    names: DocumentNames
    program: Node
    states: frozenset[str]
    """The slugs of the states that its header names."""


def read_gist(extraction: Extraction) -> Gist:
    """Return what a document contributes to finding doubts."""
    return Gist(read_names(extraction), extraction.program, _states_of(extraction))


def _states_of(extraction: Extraction) -> frozenset[str]:
    """Return the slugs of the states that the header of a document names."""
    found = set()
    for fact in extraction.facts:
        value = fact.value
        if fact.predicate == "serviceArea" and isinstance(value, Node):
            state = place_by_key(value.key[:3]) if len(value.key) > 2 else None
            if state:
                found.add(slug(state.name))
    return frozenset(found)


@dataclass(slots=True)
class Organization:
    """One organization with what tells it from others."""

    key: str
    names: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """For each name the number of the document that has it first, and where."""
    documents: "array[int]" = field(default_factory=lambda: array("Q"))
    lists: "array[int]" = field(default_factory=lambda: array("Q"))
    """The fields that name it, by number: two values of one field are not one organization."""
    known: set[str] = field(default_factory=set)
    """Normal forms of the names that the vocabulary has for it."""

    @property
    def forms(self) -> list[str]:
        return sorted({organization_key(name) for name in self.names} | self.known)

    @property
    def name(self) -> str:
        """The name that it has first, or has in the vocabulary."""
        if not self.names:
            return self.key.replace("-", " ").title()
        return min(self.names, key=lambda name: (self.names[name], name))


@dataclass(slots=True)
class Titles:
    """The first document about each program whose title is another one's but for such words."""

    first: dict[str, tuple[Key, int]] = field(default_factory=dict)
    alike: dict[str, dict[Key, int]] = field(default_factory=dict)

    def add(self, number: int, program: Node) -> None:
        words = organization_key(_PARENTHESES.sub("", program.label)).split("-")
        form = "-".join(word for word in words if word not in _KINDS_OF_PROGRAM)
        key, first = self.first.setdefault(form, (program.key, number))
        if key != program.key:
            self.alike.setdefault(form, {key: first}).setdefault(program.key, number)


@dataclass(slots=True)
class Gathering:
    """What is known of all documents of a collection, which have numbers."""

    organizations: dict[str, Organization] = field(default_factory=dict)
    keys_of_form: dict[str, str] = field(default_factory=dict)
    explained: list[tuple[int, Acronym]] = field(default_factory=list)
    states: list[frozenset[str]] = field(default_factory=list)
    """By number of document."""
    titles: Titles = field(default_factory=Titles)

    def add(self, number: int, gist: Gist) -> None:
        """Take what the next document contributes."""
        self.states.append(gist.states)
        self.explained.extend((number, acronym) for acronym in gist.names.acronyms)
        self.titles.add(number, gist.program)
        for naming in gist.names.namings:
            self._add_name(number, naming)

    def _add_name(self, number: int, naming: Naming) -> None:
        found = self.organizations.setdefault(naming.key, Organization(naming.key))
        found.names.setdefault(naming.name, (number, naming.start, naming.end))
        if not found.documents or found.documents[-1] != number:
            found.documents.append(number)
        found.lists.extend(number * len(_PARTS) + _PARTS.index(part) for part in naming.parts)
        self.keys_of_form.setdefault(organization_key(naming.name), naming.key)

    def add_brands(self, brands: Mapping[str, str]) -> None:
        """Add the names of payers that the vocabulary knows, whether or not a text has them."""
        for form, key in brands.items():
            self.organizations.setdefault(key, Organization(key)).known.add(form)


def gather_gists(gists: Iterable[Gist]) -> Gathering:
    """Return what documents contribute, each numbered by its place among them."""
    gathering = Gathering()
    sets: dict[frozenset[str], frozenset[str]] = {}  # few differ, and each is kept once
    for number, gist in enumerate(gists):
        same = sets.setdefault(gist.states, gist.states)
        gathering.add(number, Gist(gist.names, gist.program, same))
    return gathering
