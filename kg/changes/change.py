"""Define what a comparison of two builds finds."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from kg.things import Support

Kind: TypeAlias = Literal["added", "removed", "changed", "renamed", "evidence"]
"""What became of a fact. Renamed: the same thing has another IRI. Evidence: the fact is the same,
but it rests on other words, or was obtained otherwise, by another rule or with other confidence."""

Fate: TypeAlias = Literal["same text", "text changed", "added", "removed"]
"""What became of a document."""


@dataclass(frozen=True, slots=True)
class Side:
    """A value as one of the builds has it, with the words that it rests on."""

    value: str
    iri: str | None = None
    supports: tuple[Support, ...] = ()

    @property
    def is_inferred(self) -> bool:
        """Whether the value only follows from another."""
        return bool(self.supports) and all(found.basis == "inferred" for found in self.supports)


@dataclass(frozen=True, slots=True)
class FactChange:
    """What became of one fact; `parts` are the changes inside of what it leads to.

    A fact that was added has no old side, one that was removed no new side.
    """

    kind: Kind
    about: str
    about_iri: str
    property: str
    property_iri: str
    old: Side | None
    new: Side | None
    parts: tuple["FactChange", ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """What became of a document and of the facts that it states."""

    fate: Fate
    name: str
    """Of the source file in the new build, or in the old one if it is not in the new."""
    former_name: str | None
    """In the old build, where it was another."""
    program: str
    program_iri: str
    facts: tuple[FactChange, ...] = ()
    """Added, removed, changed or renamed."""
    evidence: tuple[FactChange, ...] = ()
    """The same on other evidence."""
    other_evidence: int = 0
    """Statements of the evidence that differ and that no change above tells: passages, faults of
    the source, corrections. Counted where the text is the same; a new text has new evidence."""

    @property
    def is_otherwise(self) -> bool:
        """Whether facts or evidence differ, not only the text or the name of the file."""
        return bool(self.facts or self.evidence or self.other_evidence)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A document of which nothing changed: it is only counted."""


@dataclass(frozen=True, slots=True)
class ThingChange:
    """A thing that both builds know under one IRI, but by other names or in another place."""

    name: str
    iri: str
    facts: tuple[FactChange, ...]


@dataclass(frozen=True, slots=True)
class TermChange:
    """A class, property or concept of the model that is new, gone, or said otherwise."""

    model: str
    """ontology or vocabulary."""
    kind: Literal["added", "removed", "changed"]
    label: str
    iri: str
    added: tuple[str, ...] = ()
    """What is said of it now and was not, such as "alt label: severe overweight"."""
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GraphChange:
    """A graph of which only the number of different statements is told."""

    name: str
    added: int
    removed: int


Change: TypeAlias = DocumentChange | Unchanged | ThingChange | TermChange | GraphChange
