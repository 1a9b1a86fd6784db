"""Gather from a graph what a program consists of: statements, parts, and the things it is tied to.

Three kinds of value are told apart. A part (a count, a payment, a care role) means little but by
its own statements. A thing (an organization, a place) stands on its own; to the program it is its
payer or its place. All else (a concept, a date, a number) is compared as it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode, Store

from kg.terms import ACP, DCTERMS, OA, ORG, PROV, RDF, RDFS, SKOS, model_place
from kg.things import INNER_PARTS, LABELS, OTHER_NAMES, PARTS, GraphReader

_UNCOMPARED: Final = frozenset(
    (
        *(RDF.type, *LABELS, *OTHER_NAMES, *map(SKOS.__getitem__, SKOS), RDFS.isDefinedBy),
        *(RDFS.seeAlso, PROV.wasGeneratedBy, PROV.wasDerivedFrom, OA.hasSource, OA.hasSelector),
        *(ACP.describedIn, ACP.hasEvidence, ACP.hasPassage, ACP.hasCorrection, ACP.sha256),
        *(ACP.fipsCode, ACP.isoCode, ACP.geonamesId, ACP.cbsaCode, ACP.coversPlace),
        *(ACP.closeMatchCode, ACP.exactMatchCode, DCTERMS.source, DCTERMS.format),
    )
)
"""Names, which head the columns; evidence; and codes, which say again which thing is meant."""
_BOUNDS: Final = {
    ACP.effectiveDateEarliest: ACP.effectiveDate,
    ACP.effectiveDateLatest: ACP.effectiveDate,
    ACP.countLowerBound: ACP.countValue,
    ACP.countUpperBound: ACP.countValue,
}
"""What a bound follows from; "between 45 and 60" has bounds that follow from nothing."""
_MODEL: Final = ACP.iri


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple, and the property that it is compared under: its own or, in the model, a wider."""

    subject: NamedNode
    predicate: NamedNode
    value: NamedNode | RdfLiteral
    family: NamedNode


class StatementReader:
    """Reads statements in the order of the model, without those that others imply."""

    def __init__(self, store: Store) -> None:
        self.graph = GraphReader(store)
        self._statements: dict[NamedNode, tuple[Statement, ...]] = {}

    def statements(self, node: NamedNode) -> tuple[Statement, ...]:
        """Return what is said of a node, for comparison.

        A nameless value is left out: nothing would say whether two of them are the same.
        """
        if node not in self._statements:
            self._statements[node] = self._read(node)
        return self._statements[node]

    def _read(self, node: NamedNode) -> tuple[Statement, ...]:
        pairs = {
            (predicate, value)
            for predicate, value in self.graph.pairs(node)
            if predicate not in _UNCOMPARED and isinstance(value, NamedNode | RdfLiteral)
        }
        said = {predicate for predicate, _ in pairs}
        implied = {(wider, value) for predicate, value in pairs for wider in self._wider(predicate)}
        implied |= {(bound, value) for bound, value in pairs if _BOUNDS.get(bound) in said}
        found = (Statement(node, *pair, self._family(pair[0])) for pair in pairs - implied)
        return tuple(sorted(found, key=_in_order))

    def is_part(self, value: object) -> bool:
        """Whether a value means little but by its own statements."""
        classes = self.graph.objects(value, RDF.type) if isinstance(value, NamedNode) else ()
        return not (PARTS | INNER_PARTS).isdisjoint(classes)

    def is_concept(self, value: object) -> bool:
        """Whether a value is a concept of some scheme, or at least is nothing else."""
        if not isinstance(value, NamedNode):
            return False
        classes = self.graph.objects(value, RDF.type)
        return not classes or SKOS.Concept in classes

    def is_thing(self, value: object) -> bool:
        """Whether a value stands on its own: an organization or a place, say."""
        is_named = isinstance(value, NamedNode)
        return is_named and not self.is_part(value) and not self.is_concept(value)

    def is_a(self, value: object, kind: NamedNode) -> bool:
        """Whether a value is of a class."""
        return isinstance(value, NamedNode) and kind in self.graph.objects(value, RDF.type)

    def places_around(self, place: NamedNode) -> tuple[Statement, ...]:
        """Return the statements of what a place lies in, near or far."""
        found: dict[NamedNode, Statement] = {}
        waiting = [place]
        for inner in waiting:
            for statement in self.statements(inner):
                outer = statement.value
                if statement.family == ACP.withinPlace and isinstance(outer, NamedNode):
                    if outer not in found and outer != place:
                        waiting.append(outer)
                    found.setdefault(outer, statement)
        return tuple(found.values())

    def _wider(self, predicate: NamedNode) -> frozenset[NamedNode]:
        return self._widers.get(predicate, frozenset())

    def _family(self, predicate: NamedNode) -> NamedNode:
        ours = [wider for wider in self._wider(predicate) if wider.value.startswith(_MODEL)]
        return min(ours, key=model_place) if ours else predicate

    @cached_property
    def _widers(self) -> Mapping[NamedNode, frozenset[NamedNode]]:
        """For each property the properties that it implies."""
        direct: dict[NamedNode, set[NamedNode]] = {}
        for narrow, wide in self.graph.values_of(RDFS.subPropertyOf):
            direct.setdefault(narrow, set()).add(wide)
        return {narrow: frozenset(_reached(narrow, direct)) for narrow in direct}


def _reached(start: NamedNode, direct: Mapping[NamedNode, Iterable[NamedNode]]) -> set[NamedNode]:
    found: set[NamedNode] = set()
    waiting = [start]
    for node in waiting:
        new = set(direct.get(node, ())) - found - {start}
        found |= new
        waiting += new
    return found


def _in_order(statement: Statement) -> tuple[int, str, str, str]:
    family = statement.family
    return model_place(family), family.value, statement.predicate.value, str(statement.value)


@dataclass(frozen=True, slots=True)
class Portrait:
    """One program as it is compared."""

    node: NamedNode
    statements: tuple[Statement, ...]
    things: Mapping[NamedNode, tuple[NamedNode, ...]]
    """By property the things that it names: its payers, its places."""
    parts: frozenset[NamedNode]
    people: tuple[NamedNode, ...]
    """The practitioner groups that its parts name."""
    documents: tuple[NamedNode, ...]


def gather_program(reader: StatementReader, program: NamedNode) -> Portrait:
    """Return a program with all that it is compared by."""
    statements = tuple(_program_statements(reader, program))
    values = [statement.value for statement in statements]
    parts = [value for value in values if isinstance(value, NamedNode) and reader.is_part(value)]
    things: dict[NamedNode, tuple[NamedNode, ...]] = {}
    for statement in statements:
        value = statement.value
        if isinstance(value, NamedNode) and reader.is_thing(value):
            things[statement.family] = (*things.get(statement.family, ()), value)
    documents = reader.graph.objects(program, ACP.describedIn)
    return Portrait(
        *(program, statements, things, frozenset(parts)),
        people=tuple(sorted(set(_people(reader, parts)), key=str)),
        documents=tuple(node for node in documents if isinstance(node, NamedNode)),
    )


def _program_statements(reader: StatementReader, program: NamedNode) -> Iterator[Statement]:
    """Yield what is said of a program, and its participations that say more than a shortcut."""
    direct = reader.statements(program)
    yield from direct
    named = {statement.value for statement in direct}
    for record, predicate in sorted(reader.graph.links(program), key=str):
        if predicate == ORG.organization and reader.is_a(record, ACP.Participation):
            told = reader.statements(record)
            known = {ORG.member, ORG.organization, ORG.role}
            members = [s.value for s in told if s.predicate == ORG.member]
            if not named.issuperset(members) or any(s.predicate not in known for s in told):
                yield Statement(program, ORG.organization, record, ORG.organization)


def _people(reader: StatementReader, parts: Iterable[NamedNode]) -> Iterator[NamedNode]:
    for part in parts:
        for statement in reader.statements(part):
            value = statement.value
            if isinstance(value, NamedNode) and reader.is_a(value, ACP.PractitionerGroup):
                yield value
