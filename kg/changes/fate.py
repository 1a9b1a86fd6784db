"""Tell what became of a document, and of the facts and the evidence in its graph."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from kg.changes.change import DocumentChange, Fate, Unchanged
from kg.changes.compare import compare_documents, list_facts
from kg.changes.documents import DocumentGraph
from kg.changes.statements import StatedDocument, read_document
from kg.terms import DCTERMS, PROV, RDFS
from kg.things import GraphReader

_RUN: Final = f" {PROV.wasGeneratedBy} ".encode()
_NAMES: Final = tuple(f" {name} ".encode() for name in (DCTERMS.identifier, RDFS.label))
_EVIDENCE: Final = (b"assertion_", b"correction_", b"doc_")
"""How the names of what is no fact begin, but the reason to believe one."""


@dataclass(frozen=True, slots=True)
class FateTeller:
    """Compares documents of two builds, whose models name what the documents do not."""

    base: str
    models: tuple[GraphReader, GraphReader]
    facts_only: bool
    counts_evidence: bool
    """Whether to count other evidence that differs; under another base all of it does."""

    def same_text(self, old: DocumentGraph, new: DocumentGraph) -> DocumentChange | Unchanged:
        """Return what became of a document of whose bytes both builds were made.

        Raises:
            InputError: a graph is not as a build writes it.
        """
        differing = [one for one in {*old.statements} ^ {*new.statements} if not self._is_run(one)]
        if not differing:
            return Unchanged()
        change = self._change(old, new, "same text")
        if change.facts or change.evidence:
            return change
        evidence = sum(map(self._is_evidence, differing)) if self.counts_evidence else 0
        if not evidence and change.former_name is None:
            return Unchanged()  # a thing has another name: that is told of the thing
        return replace(change, other_evidence=evidence)

    def other_text(self, old: DocumentGraph, new: DocumentGraph) -> DocumentChange | Unchanged:
        """Return what became of a document whose bytes are others.

        Raises:
            InputError: a graph is not as a build writes it.
        """
        change = self._change(old, new, "text changed")
        return change if change.facts or not self.facts_only else Unchanged()

    def alone(self, document: DocumentGraph, fate: Literal["added", "removed"]) -> DocumentChange:
        """Return all facts of a document that only one build has.

        Raises:
            InputError: its graph is not as a build writes it.
        """
        facts = list_facts(self._stated(document, int(fate == "added")), fate)
        names = document.name, None, document.program_label, document.program
        return DocumentChange(fate, *names, facts)

    def _change(self, old: DocumentGraph, new: DocumentGraph, fate: Fate) -> DocumentChange:
        compared = compare_documents(
            self._stated(old, 0), self._stated(new, 1), is_same_text=fate == "same text"
        )
        return DocumentChange(
            fate,
            new.name,
            old.name if old.name != new.name else None,
            new.program_label,
            new.program,
            compared.facts,
            () if self.facts_only else compared.evidence,
        )

    def _stated(self, document: DocumentGraph, build: int) -> StatedDocument:
        return read_document(document.key, document.statements, self.models[build])

    def _is_run(self, statement: bytes) -> bool:
        """Tell whether a statement is about the run of the program: the versions tell of it."""
        return _RUN in statement or statement.startswith(f"<{self.base}id/run_".encode())

    def _is_evidence(self, statement: bytes) -> bool:
        start = f"<{self.base}id/".encode()
        is_evidence = statement.startswith(tuple(start + name for name in _EVIDENCE))
        return is_evidence and not any(name in statement for name in _NAMES)
