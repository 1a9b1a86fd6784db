"""Count what a comparison found."""

from collections import Counter
from dataclasses import dataclass, field

from kg.changes.change import (
    Change,
    DocumentChange,
    GraphChange,
    TermChange,
    ThingChange,
    Unchanged,
)
from kg.changes.folder import BuildFolder


@dataclass(slots=True)
class Tally:
    """How many documents, facts, things and terms of two builds differ.

    >>> from pathlib import Path
    >>> tally = Tally(BuildFolder(Path(), "http://a/", "1"), BuildFolder(Path(), "http://a/", "1"))
    >>> tally.add(Unchanged())
    >>> tally.differs, tally.documents["same"]
    (False, 1)
    """

    old: BuildFolder
    new: BuildFolder
    documents: Counter[str] = field(default_factory=Counter)
    """By fate; those whose file has another name are counted as renamed, too."""
    facts: Counter[str] = field(default_factory=Counter)
    """By kind, in documents of both builds; a part counts with the fact that it belongs to."""
    in_documents: Counter[str] = field(default_factory=Counter)
    """Facts of documents that only one build has, by the fate of the document."""
    evidence: int = 0
    """Facts that are the same on other evidence."""
    other_evidence: int = 0
    """Documents of the same text whose evidence differs, though not that of any fact."""
    things: int = 0
    terms: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By model and kind."""
    graphs: int = 0

    def add(self, change: Change) -> None:
        """Count one change."""
        match change:
            case Unchanged():
                self.documents["same"] += 1
            case ThingChange():
                self.things += 1
            case TermChange():
                self.terms[change.model, change.kind] += 1
            case GraphChange():
                self.graphs += 1
            case DocumentChange():
                self._add_document(change)

    def _add_document(self, change: DocumentChange) -> None:
        is_same = change.fate == "same text" and not change.is_otherwise
        self.documents["same" if is_same else change.fate] += 1
        self.documents["renamed"] += change.former_name is not None
        self.evidence += len(change.evidence)
        self.other_evidence += change.other_evidence > 0
        if change.fate in ("added", "removed"):
            self.in_documents[change.fate] += len(change.facts)
        else:
            self.facts.update(fact.kind for fact in change.facts)

    @property
    def differs(self) -> bool:
        """Whether there is any difference; another version of kg alone is none."""
        others = self.documents.total() - self.documents["same"]
        bases = self.old.base != self.new.base
        return bool(others or self.things or self.terms or self.graphs or bases)
