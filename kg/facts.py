"""Tell what a dataset says of a thing as facts in words, each with the words behind it.

A fact about a thing may lead to a record that only exists to carry statements (a count with its
qualifier, a rule, a claim); the record's own statements are then the parts of the fact.
"""

import sys
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final

from pyoxigraph import NamedNode

from kg.terms import ACP, ACP_CLASSES, ORG, RDF, RDFS, SKOS, model_place
from kg.things import GraphReader, Support, Term

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
_LAST: Final = sys.maxsize


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement in words; `parts` are the statements of the record that it leads to."""

    label: str
    value: str
    evidence: tuple[Support, ...] = ()
    parts: tuple["Fact", ...] = ()
    place: tuple[int, str, str] = field(default=(0, "", ""), compare=False)
    """Where it stands among the facts of its thing; no two of them have one place."""


def join_facts(*told: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts about a thing of which several graphs each tell some, with all their words.

    >>> cigna, aetna = Fact("payer", "Cigna", place=(1, "", "c")), Fact("payer", "Aetna")
    >>> [fact.value for fact in join_facts([cigna], [cigna, aetna])]
    ['Aetna', 'Cigna']
    """
    found: dict[tuple[int, str, str], list[Fact]] = {}
    for fact in chain.from_iterable(told):
        found.setdefault(fact.place, []).append(fact)
    return tuple(_joined(found[place]) for place in sorted(found))


def _joined(same: Sequence[Fact]) -> Fact:
    if len(same) == 1:
        return same[0]
    evidence = join_supports(*(fact.evidence for fact in same))
    return replace(same[0], evidence=evidence, parts=join_facts(*(fact.parts for fact in same)))


def join_supports(*told: Iterable[Support]) -> tuple[Support, ...]:
    """Return the words behind one fact that stand in different documents, in their order."""
    found = chain.from_iterable(told)
    return tuple(sorted(found, key=lambda found: (found.document, found.start, found.end)))


class FactReader(GraphReader):
    """Reads the statements about a thing as facts, in an order that never varies."""

    def having(self, predicate: NamedNode, value: NamedNode) -> list[NamedNode]:
        """Return the things that have a value for a property, sorted."""
        found = (term for term in self.subjects(predicate, value) if isinstance(term, NamedNode))
        return sorted(found, key=str)

    def statements(self, subject: NamedNode) -> list[tuple[NamedNode, Term]]:
        """Return predicates and values, in the order in which the model lists its properties."""
        return sorted(self.pairs(subject), key=lambda pair: _place(*pair))

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

    def _fact(self, subject: NamedNode, predicate: NamedNode, value: Term, depth: int) -> Fact:
        parts: tuple[Fact, ...] = ()
        if depth < _DEEPEST and isinstance(value, NamedNode) and self._is_record(value):
            parts = self.facts(value, depth=depth + 1)
        evidence = tuple(self.supports(subject, predicate, value))
        place = _place(predicate, value)
        return Fact(self.property_name(predicate), self.label(value), evidence, parts, place)

    def _participations(self, subject: NamedNode, depth: int) -> Iterator[Fact]:
        """Yield the one kind of record that points at its subject instead of being pointed at."""
        if depth:
            return
        for record in self.having(ORG.organization, subject):
            parts = self.facts(record, leaving_out=(subject,), depth=_DEEPEST)
            place = (_LAST, "", str(record))
            yield Fact(self.property_name(ACP.Participation), self.label(record), (), parts, place)

    def _is_record(self, term: NamedNode) -> bool:
        return any(kind in _RECORD_CLASSES for kind in self.objects(term, RDF.type))


def _place(predicate: NamedNode, value: Term) -> tuple[int, str, str]:
    """Return the place of a statement among those about its subject."""
    return model_place(predicate), str(predicate), str(value)
