"""Hold what a build has to tell: what it read, what it did not understand and what to check."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from kg.conflicts import Conflict
from kg.quotation import Quotation
from kg.resolve import Merge

Status: TypeAlias = Literal["modelled", "label", "boilerplate", "not understood"]

STATUSES: Final[tuple[Status, ...]] = ("modelled", "label", "boilerplate", "not understood")
_QUIET_KINDS: Final[dict[str, Status]] = {"label": "label", "boilerplate": "boilerplate"}
"""Kinds of passage that need no fact."""


@dataclass(frozen=True, slots=True)
class PassageReport:
    """One passage of a document; `spans` are offsets into the document with what they say."""

    order: int
    start: int
    end: int
    text: str
    kind: str
    """Notation in scheme `passage-kind`."""
    spans: tuple[tuple[int, int, str], ...] = ()

    @property
    def status(self) -> Status:
        """What became of the passage: facts, nothing because of its kind, or nothing at all.

        >>> PassageReport(1, 0, 9, "Go to top", "boilerplate").status
        'boilerplate'
        >>> PassageReport(2, 10, 20, "All is well.", "sentence").status
        'not understood'
        """
        if self.spans:
            return "modelled"
        return _QUIET_KINDS.get(self.kind, "not understood")


@dataclass(frozen=True, slots=True)
class Unquoted:
    """A number, date or capitalised name of a document that no fact quotes."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AnomalyReport:
    """A fault in a source text, and what it was read as where that is known."""

    kind: str
    as_written: str
    read_as: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What was made of one document; `facts` counts its assertions."""

    name: str
    sha256: str
    facts: int
    passages: tuple[PassageReport, ...]
    unquoted: tuple[Unquoted, ...] = ()
    anomalies: tuple[AnomalyReport, ...] = ()

    @property
    def coverage(self) -> dict[Status, int]:
        """How many passages have each status."""
        counts = Counter(passage.status for passage in self.passages)
        return {status: counts[status] for status in STATUSES}


@dataclass(frozen=True, slots=True)
class RefusedDocument:
    """A file that gave no facts, why, and what to do about it."""

    name: str
    problem: str
    advice: str


@dataclass(frozen=True, slots=True)
class Source:
    """Words of a document behind a finding; line and column count from 1."""

    document: str
    line: int
    column: int
    quotation: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of the validation."""

    severity: str
    message: str
    focus: str
    path: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two names that may mean one thing, or one that may mean two, and what was done."""

    names: tuple[str, ...]
    reason: str
    decision: str
    quotations: tuple[Quotation, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildReport:
    """All that a build has to tell; `counts` says how many things of each class there are.

    Each part is gone through once, and need not be in memory as a whole.
    """

    version: str
    documents: Sequence[DocumentReport]
    refused: Iterable[RefusedDocument] = ()
    findings: Iterable[Finding] = ()
    conflicts: Iterable[Conflict] = ()
    doubts: Iterable[Doubt] = ()
    merges: Iterable[Merge] = ()
    counts: tuple[tuple[str, int], ...] = ()
