"""Read the dataset as facts in words, each with the quotation, the sentence and the file behind it.

A fact about a thing may lead to a record that only exists to carry statements (a count with its
qualifier, a rule, a claim); the record's own statements are then the parts of the fact.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store, Triple

from kg.terms import ACP, ACP_CLASSES, DCTERMS, OA, ORG, RDF, RDFS, SKOS, concept, model_place

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

THING_CLASSES: Final = (
    *("Payer", "Program", "Initiative", "ProviderOrganization", "Organization"),
    *("PractitionerGroup", "Place", "PaymentArrangement", "CareRoleAssignment", "CareTeam"),
    "CareActivity",
)
"""Classes of what one would point at, the most telling first: a payer before an organisation."""

_BOOKKEEPING: Final = frozenset(
    (
        *("Assertion", "TextEvidence", "Passage", "SourceDocument", "SourceAnomaly"),
        *("ExtractionRun", "Correction"),
    )
)
_RECORD_CLASSES: Final = frozenset(
    ACP[name] for name in ACP_CLASSES if name not in _BOOKKEEPING and name not in THING_CLASSES
)
_UNSAID: Final = frozenset((RDF.type, RDFS.label, SKOS.hiddenLabel))
_DEEPEST: Final = 3
"""How many records a fact may lead through: a payment's condition, its targets, and one to spare;
a bound because foreign data may run in a circle."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of a document that support a fact.

    `sentence[start:end] == quotation`, or the sentence is empty; `offset` counts code points from
    the beginning of the document.
    """

    quotation: str
    sentence: str
    start: int
    end: int
    document: str
    offset: int
    basis: str
    is_stated: bool
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement in words; `parts` are the statements of the record that it leads to."""

    label: str
    value: str
    evidence: tuple[Evidence, ...] = ()
    parts: tuple["Fact", ...] = ()


class FactReader:
    """Questions to the default graph of a store, answered in an order that never varies."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._labels: dict[Term, str] = {}

    def objects(self, subject: NamedNode, predicate: NamedNode) -> list[Any]:
        """Return the values of a property, sorted."""
        quads = self._store.quads_for_pattern(subject, predicate, None, DefaultGraph())
        return sorted((quad.object for quad in quads), key=str)

    def subjects(self, predicate: NamedNode, value: NamedNode) -> list[NamedNode]:
        """Return what has a value for a property, sorted."""
        quads = self._store.quads_for_pattern(None, predicate, value, DefaultGraph())
        found = (quad.subject for quad in quads)
        return sorted((term for term in found if isinstance(term, NamedNode)), key=str)

    def statements(self, subject: NamedNode) -> list[tuple[NamedNode, Term]]:
        """Return predicates and values, in the order in which the model lists its properties."""
        quads = self._store.quads_for_pattern(subject, None, None, DefaultGraph())
        return sorted(
            ((quad.predicate, quad.object) for quad in quads),
            key=lambda pair: (model_place(pair[0]), str(pair[0]), str(pair[1])),
        )

    def facts(
        self, subject: NamedNode, *, leaving_out: Container[Term] = (), depth: int = 0
    ) -> tuple[Fact, ...]:
        """Return what is said of a subject, without its links to the things left out."""
        said = tuple(
            self._fact(subject, predicate, value, depth)
            for predicate, value in self.statements(subject)
            if predicate not in _UNSAID and value not in leaving_out
        )
        return said + tuple(self._participations(subject, depth))

    def evidence(
        self, subject: NamedNode, predicate: NamedNode, value: Term
    ) -> tuple[Evidence, ...]:
        """Return the words behind one triple, from every document that says it."""
        found = self._assertions.get((subject, predicate, value), ())
        return tuple(piece for assertion in found for piece in self._pieces(assertion))

    def label(self, term: Term) -> str:
        """Return the words for a term: its own if a literal, else a label, else its last part."""
        if term not in self._labels:
            self._labels[term] = self._find_label(term)
        return self._labels[term]

    def _fact(self, subject: NamedNode, predicate: NamedNode, value: Term, depth: int) -> Fact:
        parts: tuple[Fact, ...] = ()
        if depth < _DEEPEST and isinstance(value, NamedNode) and self._is_record(value):
            parts = self.facts(value, depth=depth + 1)
        evidence = self.evidence(subject, predicate, value)
        return Fact(self.label(predicate), self.label(value), evidence, parts)

    def _participations(self, subject: NamedNode, depth: int) -> Iterator[Fact]:
        """Yield the one kind of record that points at its subject instead of being pointed at."""
        if depth:
            return
        for record in self.subjects(ORG.organization, subject):
            parts = self.facts(record, leaving_out=(subject,), depth=_DEEPEST)
            yield Fact(self.label(ACP.Participation), self.label(record), (), parts)

    def _is_record(self, term: NamedNode) -> bool:
        return any(kind in _RECORD_CLASSES for kind in self.objects(term, RDF.type))

    def _find_label(self, term: Term) -> str:
        if isinstance(term, Literal):
            return term.value
        if not isinstance(term, NamedNode):
            return str(term)
        for predicate in (RDFS.label, SKOS.prefLabel, DCTERMS.identifier, DCTERMS.title):
            labels = [found for found in self.objects(term, predicate) if found.value]
            english = [found for found in labels if found.language in ("en", None)]
            if labels:
                return str((english or labels)[0].value)
        return _last_words(term.value)

    @cached_property
    def _assertions(self) -> dict[tuple[Term, Term, Term], list[NamedNode]]:
        index: dict[tuple[Term, Term, Term], list[NamedNode]] = {}
        for assertion in self.subjects(RDF.type, ACP.Assertion):
            for subject in self.objects(assertion, RDF.subject):
                for predicate in self.objects(assertion, RDF.predicate):
                    for value in self.objects(assertion, RDF.object):
                        index.setdefault((subject, predicate, value), []).append(assertion)
        return index

    def _pieces(self, assertion: NamedNode) -> Iterator[Evidence]:
        bases = self.objects(assertion, ACP.basis)
        for span in self.objects(assertion, ACP.hasEvidence):
            selectors = self.objects(span, OA.hasSelector)
            quotation = self._value(selectors, OA.exact)
            offset = int(self._value(selectors, OA.start) or 0)
            passages = self.objects(span, ACP.inPassage)
            sentence = self._value(passages, ACP.passageText)
            start = offset - int(self._value(passages, ACP.passageStart) or 0)
            end = start + len(quotation)
            if start < 0 or sentence[start:end] != quotation:
                sentence, start, end = "", 0, 0
            yield Evidence(
                *(quotation, sentence, start, end),
                document=", ".join(self.label(file) for file in self.objects(span, OA.hasSource)),
                offset=offset,
                basis=", ".join(self.label(basis) for basis in bases),
                is_stated=bases == [concept("basis", "stated")],
                confidence=float(self._value([assertion], ACP.confidence) or 1),
                rule=self._value([assertion], ACP.extractionRule),
            )

    def _value(self, subjects: list[NamedNode], predicate: NamedNode) -> str:
        """Return the first value that any of the subjects has, or nothing."""
        found = (value.value for term in subjects for value in self.objects(term, predicate))
        return next(found, "")


def _last_words(iri: str) -> str:
    """Return the last part of an IRI as words, for a term that nothing labels.

    >>> _last_words("http://purl.org/dc/terms/isPartOf")
    'is part of'
    """
    last = iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri
    return "".join(f" {char.lower()}" if char.isupper() else char for char in last).strip()
