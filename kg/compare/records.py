"""Hold what a comparison tells: values, which programs state them, and the words they use."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from kg.things import Support

Verdict: TypeAlias = Literal["different", "reworded", "same"]

VERDICTS: Final[tuple[Verdict, ...]] = ("different", "reworded", "same")
"""Not all say it; all say it, but in no words that all use; all say it."""


@dataclass(frozen=True, slots=True)
class ComparedProgram:
    """One column: a program, and the files that describe it."""

    iri: str
    label: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartFact:
    """A statement about a part that one program alone has.

    The path leads from the part to the property.
    """

    path: tuple[str, ...]
    words: str
    iri: str | None
    supports: tuple[Support, ...]


@dataclass(frozen=True, slots=True)
class Saying:
    """What one program says: its own name for the value, and the words of its text."""

    words: str
    iri: str | None
    supports: tuple[Support, ...]
    facts: tuple[PartFact, ...] = ()
    """What else it says of a part that no other program has."""

    @property
    def basis(self) -> str:
        """How the value was obtained, or nothing if the text states it outright.

        >>> Saying("Category 2A", None, (Support("fee", "a.txt", 0, 3, "mapped", 0.8),)).basis
        'mapped'
        """
        bases = {support.basis for support in self.supports}
        return "" if "stated" in bases else ", ".join(sorted(bases - {""}))


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """One meaning, and for each program how it says that, or None.

    Its words are those of all who say it; or what the thing is to each of them, as in "its
    provider group".
    """

    words: str
    sayings: tuple[Saying | None, ...]
    is_reworded: bool = False
    """Whether no wording of it is common to all who say it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One aspect of programs, with all its values."""

    path: tuple[str, ...]
    """The part that it is about, if any, and the part of that part; last the property."""
    predicate: str
    values: tuple[ComparedValue, ...]
    concerns: tuple[bool, ...]
    """For each program whether it has the part that the row is about."""

    @property
    def verdict(self) -> Verdict:
        """Whether the programs differ here."""
        if self.of("different"):
            return "different"
        return "reworded" if self.of("reworded") else "same"

    def of(self, verdict: Verdict) -> tuple[ComparedValue, ...]:
        """Return the values that only some state, that all state otherwise, or that all share."""
        return tuple(value for value in self.values if self._verdict(value) == verdict)

    def told(self, column: int) -> Iterator[tuple[ComparedValue, Saying, Verdict]]:
        """Yield all that one program says, and whether the others say it too."""
        for value in self.values:
            saying = value.sayings[column]
            if saying:
                yield value, saying, self._verdict(value)

    def _verdict(self, value: ComparedValue) -> Verdict:
        pairs = zip(value.sayings, self.concerns, strict=True)
        if any(saying is None for saying, concerned in pairs if concerned):
            return "different"
        return "reworded" if value.is_reworded else "same"


@dataclass(frozen=True, slots=True)
class Section:
    """Rows about one side of programs."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ProgramComparison:
    """What programs share and where they differ; the columns are in the order asked for."""

    programs: tuple[ComparedProgram, ...]
    sections: tuple[Section, ...]

    def rows(self, *verdicts: Verdict) -> Iterator[tuple[Section, Row]]:
        """Yield the rows with some verdicts, or all, each with its section."""
        for section in self.sections:
            for row in section.rows:
                if not verdicts or row.verdict in verdicts:
                    yield section, row
