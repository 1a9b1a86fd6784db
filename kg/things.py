"""Read from a graph what its things are called, what they are and which words support them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final, TypeAlias

import re2
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store, Triple
from pyoxigraph import Literal as RdfLiteral

from kg.assertions import Evidence, Manner, Words, degree, plain, read_evidence, whole
from kg.inverses import INVERSES
from kg.sparql import dataset_prefixes, shorten
from kg.terms import ACP, DCTERMS, OA, RDF, RDFS, SKOS, local_name

Resource: TypeAlias = NamedNode | BlankNode
Term: TypeAlias = Resource | RdfLiteral | Triple
Pair: TypeAlias = tuple[NamedNode, Term]
"""A property with its value."""

LABELS: Final = (RDFS.label, SKOS.prefLabel, DCTERMS.title)
_CALLED: Final = (RDFS.label, SKOS.prefLabel, DCTERMS.identifier, DCTERMS.title)
OTHER_NAMES: Final = (SKOS.altLabel, SKOS.hiddenLabel, SKOS.notation, DCTERMS.identifier)
_GRAPH: Final = DefaultGraph()
PARTS: Final = frozenset(
    ACP[name]
    for name in (
        *("BenefitStatement", "CareActivity", "CareRoleAssignment", "CareTeam", "CountStatement"),
        *("DataSharing", "EnrollmentRule", "GoalStatement", "OutcomeStatement", "Participation"),
        *("PaymentArrangement", "Phase", "PrecedenceClaim", "SourceAnomaly"),
    )
)
"""Classes of things that mean little without their own facts."""
INNER_PARTS: Final = frozenset({ACP.PaymentRate, ACP.PaymentCondition, ACP.PerformanceTarget})
"""Classes of parts that only parts have."""
KINDS: Final[Mapping[NamedNode, tuple[NamedNode, ...]]] = {
    ACP.BenefitStatement: (ACP.benefitKind,),
    ACP.CareActivity: (ACP.activityType,),
    ACP.CareRoleAssignment: (ACP.careRole,),
    ACP.CountStatement: (ACP.countOf,),
    ACP.DataSharing: (ACP.dataKind,),
    ACP.EnrollmentRule: (ACP.ruleType,),
    ACP.GoalStatement: (ACP.goalOf,),
    ACP.OutcomeStatement: (ACP.outcomeMeasure,),
    ACP.PaymentArrangement: (ACP.paymentMethod,),
    ACP.PaymentRate: (ACP.rateUnit,),
    ACP.PerformanceTarget: (ACP.targetDomain,),
    ACP.PractitionerGroup: (ACP.groupOf,),
    ACP.PrecedenceClaim: (ACP.claimKind,),
    ACP.SourceAnomaly: (ACP.anomalyType, ACP.asWritten),
}
"""The properties that say what a part is; the parts of a class not named here are of one kind."""
_REMEMBERED: Final = 1 << 15
"""Records of the evidence that a reader keeps at hand: those of a hundred documents."""
_HUMP: Final = re2.compile(r"([a-z0-9])([A-Z])")


@dataclass(frozen=True, slots=True)
class Support:
    """One span of text that a fact rests on, and how the fact was read from it."""

    quotation: str
    document: str
    start: int
    """Offset into the document in code points, as that of `end`."""
    end: int
    basis: str
    confidence: float
    rule: str | None = None
    as_written: str | None = None
    sentence: str = ""
    """The passage around the quotation; nothing where the graph does not hold it."""
    sentence_start: int = 0
    """Offset of the sentence into the document."""


Supports: TypeAlias = dict[tuple[Term, Term], list[Support]]
"""What each statement about a thing rests on, by property and value."""


class GraphReader:
    """Reads the default graph of a dataset for a person."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._supports: dict[NamedNode, Supports] = {}
        self._labels: dict[Term, str] = {}
        self._properties: dict[Term, str] = {}
        self._documents: dict[Term, str] = {}
        self._records: dict[Term, Mapping[NamedNode, Sequence[Term]]] = {}

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The prefixes of the dataset."""
        return dataset_prefixes(self._store)

    @cached_property
    def evidence(self) -> Evidence:
        """All assertions of the graph and their words; for one thing, `supports` reads less."""
        return read_evidence(self._store)

    def pairs(self, node: Resource) -> Iterator[Pair]:
        """Yield what is said about a thing."""
        for quad in self._store.quads_for_pattern(node, None, None, _GRAPH):
            yield quad.predicate, quad.object

    def said(self, node: Term) -> Mapping[NamedNode, Sequence[Term]]:
        """Return all that is said about a record, by property, each one's values in a fixed order.

        Asked of a thing that the graph says much about, it is slower than `objects`.
        """
        found = self._records.get(node)
        if found is None:
            if len(self._records) >= _REMEMBERED:
                self._records.clear()
            found = self._records[node] = self._read_said(node)
        return found

    def _read_said(self, node: Term) -> Mapping[NamedNode, Sequence[Term]]:
        found: dict[NamedNode, list[Term]] = {}
        for predicate, value in self.pairs(node) if isinstance(node, Resource) else ():
            values = found.setdefault(predicate, [])
            values.append(value)
            if len(values) > 1:
                values.sort(key=str)
        return found

    def reached(self, node: Term, first: NamedNode, *further: NamedNode) -> Sequence[Term]:
        """Return what one gets to from a record by a chain of properties."""
        nodes: Sequence[Term] = self.said(node).get(first, ())
        for predicate in further:
            nodes = [value for each in nodes for value in self.said(each).get(predicate, ())]
        return nodes

    def links(self, node: NamedNode) -> Iterator[tuple[NamedNode, NamedNode]]:
        """Yield the subjects and properties that have a thing as their value."""
        for quad in self._store.quads_for_pattern(None, None, node, _GRAPH):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject, quad.predicate

    def subjects(self, predicate: NamedNode, value: Term) -> Iterator[Term]:
        """Yield what has a value for a property."""
        for quad in self._store.quads_for_pattern(None, predicate, value, _GRAPH):
            yield quad.subject

    def names(
        self, predicates: Iterable[NamedNode], among: Collection[NamedNode] | None = None
    ) -> Iterator[tuple[NamedNode, str]]:
        """Yield what everything, or each of some things, is called by some properties."""
        for predicate in predicates:
            for node in (None,) if among is None else among:
                for quad in self._store.quads_for_pattern(node, predicate, None, _GRAPH):
                    if isinstance(quad.subject, NamedNode) and isinstance(quad.object, RdfLiteral):
                        yield quad.subject, quad.object.value

    def values_of(self, predicate: NamedNode) -> Iterator[tuple[NamedNode, NamedNode]]:
        """Yield all pairs of things that a property relates."""
        for quad in self._store.quads_for_pattern(None, predicate, None, _GRAPH):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                yield quad.subject, quad.object

    def instances(self, kind: NamedNode) -> list[NamedNode]:
        """Return the things of a class, in a fixed order."""
        quads = self._store.quads_for_pattern(None, RDF.type, kind, _GRAPH)
        subjects = (quad.subject for quad in quads)
        found = (node for node in subjects if isinstance(node, NamedNode))
        return sorted(found, key=lambda node: node.value)

    def is_known(self, node: NamedNode) -> bool:
        """Whether the graph says anything about a thing."""
        return any(True for _ in self.pairs(node)) or any(True for _ in self.links(node))

    def objects(self, node: Term, *predicates: NamedNode) -> list[Term]:
        """Return the values of properties, each property's in a fixed order."""
        if not isinstance(node, NamedNode):
            return []
        return [
            value
            for predicate in predicates
            for value in sorted(
                (q.object for q in self._store.quads_for_pattern(node, predicate, None, _GRAPH)),
                key=str,
            )
        ]

    def texts(self, node: Term, *predicates: NamedNode) -> list[str]:
        """Return the literals among the values of properties, as plain texts."""
        values = self.objects(node, *predicates)
        return [value.value for value in values if isinstance(value, RdfLiteral)]

    def text(self, node: Term, *predicates: NamedNode) -> str | None:
        """Return the first of the texts, or None."""
        return next(iter(self.texts(node, *predicates)), None)

    def label(self, node: Term) -> str:
        """Return what a person calls a thing, in English if it is told; of a file, its name."""
        if isinstance(node, RdfLiteral):
            return node.value
        if node not in self._labels:
            self._labels[node] = self._find_label(node)
        return self._labels[node]

    def _find_label(self, node: Term) -> str:
        for predicate in _CALLED:
            names = [name for name in self.objects(node, predicate) if isinstance(name, RdfLiteral)]
            english = [name for name in names if name.language in {"en", None}]
            if found := next((name.value for name in (*english, *names) if name.value), None):
                return found
        return shorten(node.value, self.prefixes) if isinstance(node, NamedNode) else str(node)

    def kind(self, node: NamedNode) -> str:
        """Return the labels of a thing's classes, or of the scheme that a concept is in."""
        schemes = [self.label(scheme) for scheme in self.objects(node, SKOS.inScheme)]
        classes = [self.property_name(found) for found in self.objects(node, RDF.type)]
        return ", ".join(sorted(set(schemes or classes)))

    def property_name(self, term: Term) -> str:
        """Return the label of a property or class, made from its IRI where it is another's."""
        if term not in self._properties:
            found = self.text(term, RDFS.label)
            if found is None and isinstance(term, NamedNode):
                found = str(_HUMP.sub(r"\1 \2", local_name(term))).lower()
            self._properties[term] = found or str(term)
        return self._properties[term]

    def inverse_name(self, predicate: NamedNode) -> str:
        """Return how a property reads from its value's side."""
        known = INVERSES.get(local_name(predicate))
        return known or f"is {self.property_name(predicate).removeprefix('has ')} of"

    def supports(self, subject: NamedNode, predicate: NamedNode, value: Term) -> list[Support]:
        """Return the words that a fact rests on, in the order of documents and places."""
        if subject not in self._supports:
            found = self._supports[subject] = self._read_supports(subject)
            for supports in found.values():
                supports.sort(key=lambda support: (support.document, support.start, support.end))
        return self._supports[subject].get((predicate, value), [])

    def own_supports(self, node: NamedNode) -> list[Support]:
        """Return the words that a thing itself rests on: a fault of a source, say."""
        return [self._support(node, evidence) for evidence in self.objects(node, ACP.hasEvidence)]

    def _read_supports(self, subject: NamedNode) -> Supports:
        found: Supports = {}
        for assertion in self.subjects(RDF.subject, subject):
            predicates = self.reached(assertion, RDF.predicate)
            for pair in product(predicates, self.reached(assertion, RDF.object)):
                supports = found.setdefault(pair, [])
                for evidence in self.reached(assertion, ACP.hasEvidence):
                    supports.append(self._support(assertion, evidence))
        return found

    def _support(self, assertion: Term, evidence: Term) -> Support:
        words = Words(
            next(iter(self.reached(evidence, OA.hasSource)), None),
            self._first(evidence, OA.hasSelector, OA.exact),
            self._first(evidence, OA.hasSelector, OA.start),
            self._first(evidence, OA.hasSelector, OA.end),
            self._first(evidence, ACP.inPassage, ACP.passageText),
            self._first(evidence, ACP.inPassage, ACP.passageStart),
        )
        how = Manner(
            next(iter(self.reached(assertion, ACP.basis)), None),
            self._first(assertion, ACP.confidence),
            self._first(assertion, ACP.extractionRule),
            self._first(assertion, ACP.asWritten),
        )
        return self.make_support(how, words)

    def _first(self, node: Term, *path: NamedNode) -> Term | None:
        """Return the first text that one gets to."""
        values = self.reached(node, *path)
        return next((value for value in values if isinstance(value, RdfLiteral)), None)

    def make_support(self, how: Manner, words: Words) -> Support:
        """Return in words how a statement was read from some words."""
        return Support(
            quotation=plain(words.quotation) or "",
            document=self.document_name(words.document) if words.document else "",
            start=whole(plain(words.start)),
            end=whole(plain(words.end)),
            basis=self.label(how.basis) if how.basis else "",
            confidence=degree(plain(how.confidence)),
            rule=plain(how.rule),
            as_written=plain(how.as_written),
            sentence=plain(words.sentence) or "",
            sentence_start=whole(plain(words.sentence_start)),
        )

    def document_name(self, document: Term) -> str:
        """Return the name of a file, which its title would not tell."""
        if document not in self._documents:
            name = self.text(document, DCTERMS.identifier)
            self._documents[document] = name or self.label(document)
        return self._documents[document]
