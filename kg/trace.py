"""Find the words of a source document behind a thing or a statement of the graph."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store, Triple

from kg.terms import ACP, DCTERMS, OA, RDF

Resource: TypeAlias = NamedNode | BlankNode
Term: TypeAlias = NamedNode | BlankNode | Literal


@dataclass(frozen=True, slots=True, order=True)
class SourceQuote:
    """Words of a source document; lines and columns count from 1, offsets from 0."""

    document: str
    """The document's `dcterms:identifier`, which is its path, or else its IRI."""
    start: int
    end: int
    quotation: str
    line: int | None = None
    """None where the text of the document was not given, and so for the column."""
    column: int | None = None


class Trace:
    """The way back from the default graph of a store to the texts it was read from.

    A graph may come from anybody, so a missing or odd link gives no quotation, never an error.
    """

    def __init__(self, data: Store, texts: Mapping[str, str]) -> None:
        self._data = data
        self._texts = texts

    def evidence(
        self, focus: Term, path: NamedNode | None = None, value: Term | None = None
    ) -> tuple[Resource, ...]:
        """Return the evidence that is nearest to what is said of a thing, sorted.

        Nearest first: of this very statement; of any statement with this property; of the
        statements that lead to the thing; of the node itself; of the first statement about it.
        """
        if isinstance(focus, Literal):
            return ()
        about = self._subjects(RDF.subject, focus)
        alike = [a for a in about if path is not None and path in self._objects(a, RDF.predicate)]
        exact = [a for a in alike if value is not None and value in self._objects(a, RDF.object)]
        for records in (exact, alike, self._subjects(RDF.object, focus)):
            found = self._evidence_of(records)
            if found:
                return found
        return self._own_evidence(focus) or self._first(self._evidence_of(about))

    def quotes(self, evidence: Iterable[Resource]) -> tuple[SourceQuote, ...]:
        """Return the quotations of evidence in the order of the texts."""
        return tuple(sorted({quote for node in evidence if (quote := self._quote(node))}))

    def _evidence_of(self, records: Iterable[Resource]) -> tuple[Resource, ...]:
        found = {e for record in records for e in self._resources(record, ACP.hasEvidence)}
        return tuple(sorted(found, key=str))

    def _own_evidence(self, node: Resource) -> tuple[Resource, ...]:
        """Return the evidence of a node of the evidence layer: a record, a span, a selector."""
        for mark in (OA.hasSelector, ACP.passageText, ACP.sha256):
            if self._objects(node, mark):
                return (node,)
        return self._evidence_of([node]) or self._subjects(OA.hasSelector, node)

    def _first(self, evidence: Iterable[Resource]) -> tuple[Resource, ...]:
        placed = [(quote, str(node), node) for node in evidence if (quote := self._quote(node))]
        return (min(placed)[-1],) if placed else ()

    def _quote(self, node: Resource) -> SourceQuote | None:
        """Return the words of a text evidence or passage, or the bare name of a document."""
        if self._objects(node, ACP.sha256):
            return SourceQuote(self._name(node), 0, 0, "")
        if self._objects(node, ACP.passageText):
            documents = self._subjects(ACP.hasPassage, node)
            holders: tuple[Term, ...] = (node,)
            terms = (ACP.passageStart, ACP.passageEnd, ACP.passageText)
        else:
            documents = self._resources(node, OA.hasSource)
            holders = self._objects(node, OA.hasSelector)
            terms = (OA.start, OA.end, OA.exact)
        start, end, words = (
            next((o.value for h in holders for o in self._objects(h, term)), "") for term in terms
        )
        if not documents or not (start.isdecimal() and end.isdecimal()):
            return None
        return self._placed(self._name(documents[0]), int(start), int(end), words)

    def _placed(self, name: str, start: int, end: int, words: str) -> SourceQuote:
        text = self._texts.get(name)
        if text is None or start > len(text):
            return SourceQuote(name, start, end, words)
        line_start = text.rfind("\n", 0, start) + 1
        line = text.count("\n", 0, start) + 1
        return SourceQuote(name, start, end, words, line, start - line_start + 1)

    def _name(self, document: Term) -> str:
        names = self._objects(document, DCTERMS.identifier)
        return names[0].value if names else document.value

    def _subjects(self, predicate: NamedNode, object_: Term) -> tuple[Resource, ...]:
        quads = self._data.quads_for_pattern(None, predicate, object_, DefaultGraph())
        subjects = (quad.subject for quad in quads)
        return tuple(sorted((s for s in subjects if not isinstance(s, Triple)), key=str))

    def _resources(self, subject: Term, predicate: NamedNode) -> tuple[Resource, ...]:
        objects = self._objects(subject, predicate)
        return tuple(o for o in objects if not isinstance(o, Literal))

    def _objects(self, subject: Term, predicate: NamedNode) -> tuple[Term, ...]:
        if isinstance(subject, Literal):
            return ()
        quads = self._data.quads_for_pattern(subject, predicate, None, DefaultGraph())
        objects = (quad.object for quad in quads)
        return tuple(sorted((o for o in objects if not isinstance(o, Triple)), key=str))
