"""Make, for each constraint of the shapes, a mutant of a good graph that it alone finds fault with.

A fault is tried on every kind of node that the shape judges, then on copies of them that the others
refer to or not, until its shape finds it and no other does.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, product, zip_longest
from typing import Final, cast

import re2
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)

from kg.screens import compile_screens
from kg.shacl import Result, judge
from kg.shapes import Term, read_shapes
from kg.sparql import shorten
from kg.terms import ACP, RDF, SH, VOCABULARY, XSD, local_name, prefixes
from tests.faults import RULES, UNPROVEN, Change, Constraint, Faults
from tests.small_graph import BACKGROUND, assertion, is_read, small_graph

STRUCTURE: Final = {
    *(SH.path, SH.property, SH.message, SH.severity, SH.select, SH.prefixes, SH.declare),
    *(SH.prefix, SH.namespace, SH.targetClass, SH.targetSubjectsOf),
}
"""What SHACL says of our shapes that is no constraint."""

BARE: Final = {XSD.integer, XSD.decimal, XSD.boolean}
"""Datatypes that Turtle need not name."""

_PLAIN = re2.compile(r"-?[0-9]+(?:\.[0-9]+)?|true|false")

FEW: Final = 3
"""How many nodes with the same properties and concepts a fault is tried on."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change to the good graph, with the evidence of facts that come and go."""

    fault: Change
    remove: frozenset[Quad]
    add: frozenset[Quad]
    copied: NamedNode | None = None
    """The node that a copy was made of to be at fault."""
    results: tuple[Result, ...] = ()
    """What the shapes find, once it is known."""

    def lines(self) -> list[str]:
        """Return the fault, without the evidence and without what a copy has in common."""
        copy = [f"+ a copy of {show(self.copied)}"] if self.copied else []
        away = [f"- {_line(quad)}" for quad in sorted(self.fault.removed, key=str)]
        return [*copy, *away, *(f"+ {_line(quad)}" for quad in sorted(self.fault.added, key=str))]


def _line(quad: Quad) -> str:
    return " ".join(map(show, (quad.subject, quad.predicate, quad.object)))


def show(term: object) -> str:
    """Return a term with our prefixes."""
    if isinstance(term, NamedNode):
        return shorten(term.value, {**prefixes(), "sh": SH.iri})
    if isinstance(term, Literal) and term.datatype in BARE and _PLAIN.fullmatch(term.value):
        return term.value
    return str(term).replace(f"^^<{XSD.iri}", "^^xsd:").rstrip(">")


class MutantFactory:
    """The constraints of some shapes, and the mutants of the good graph for them."""

    def __init__(self, shapes: bytes) -> None:
        self.shapes = shapes
        self.data = small_graph()
        self._graph = read_shapes(shapes)
        self._faults = Faults(self._graph, self.data)
        self._targets = {s.shape: s.target for group in compile_screens(self._graph) for s in group}
        self._asked = [
            Constraint(quad.subject, quad.predicate, cast("Term", quad.object))
            for quad in parse(input=shapes, format=RdfFormat.TURTLE)
            if isinstance(quad.subject, NamedNode)
        ]

    @cached_property
    def constraints(self) -> list[Constraint]:
        """Every constraint, sorted: whatever SHACL asks that is no mere structure."""
        ours = (each for each in self._asked if each.asked.value.startswith(SH.iri))
        return sorted((each for each in ours if each.asked not in STRUCTURE), key=str)

    @cached_property
    def mutants(self) -> dict[Constraint, Mutant]:
        """A mutant for each constraint that a report can name."""
        found = ((each, self._mutant(each)) for each in self.constraints if not self.is_inner(each))
        return {each: mutant for each, mutant in found if mutant}

    def is_inner(self, constraint: Constraint) -> bool:
        """Whether the shape is part of a condition, so that a report names another for it."""
        return constraint.shape not in self._targets

    def _around(self, shape: NamedNode) -> Iterator[Constraint]:
        """Yield the constraints that a report names for an inner shape."""
        for each in self._asked:
            if each.wanted == shape and each.asked in {SH.node, SH["not"], SH.property}:
                if each.shape in self._targets:
                    yield each
                else:
                    yield from self._around(each.shape)

    @cached_property
    def effects(self) -> dict[Constraint, list[str]]:
        """What goes wrong where an inner constraint is taken out of the conditions it is in."""
        return {each: [*self._effects(each)] for each in self.constraints if self.is_inner(each)}

    def _effects(self, inner: Constraint) -> Iterator[str]:
        for outer in self._around(inner.shape):
            rest, name = self._without(inner, outer), local_name(outer.shape)
            if self.judge(shapes=rest):
                yield f"`{name}` refuses good data"
            if not self.judge(self.mutants[outer], rest):
                yield f"`{name}` misses its fault"

    def _without(self, inner: Constraint, outer: Constraint) -> bytes:
        """Return the shape of one constraint, but for another within it."""
        aims = (Triple(outer.shape, aim, to) for aim, to in self._graph.aims(outer.shape))
        lost = Triple(inner.shape, inner.asked, inner.wanted)
        said = self._graph.unaimed([outer.shape])
        kept = (triple for triple in chain(said, aims) if triple != lost)
        return serialize(kept, format=RdfFormat.N_TRIPLES) or b""

    def judge(self, mutant: Mutant | None = None, shapes: bytes | None = None) -> list[Result]:
        """Return what shapes, all of them unless given, find in the good graph or a mutant."""
        with self.mutated(mutant) as data:
            return judge(data, shapes or self.shapes)

    @contextmanager
    def mutated(self, mutant: Mutant | None) -> Iterator[Store]:
        """Let the good graph be a mutant for a while."""
        away, new = (mutant.remove, mutant.add) if mutant else (frozenset(), frozenset())
        for quad in away:
            self.data.remove(quad)
        self.data.extend(new)
        try:
            yield self.data
        finally:
            for quad in new:
                self.data.remove(quad)
            self.data.extend(away)

    def together(self) -> Store:
        """Return one graph with the faults of all mutants, which meet in the same nodes."""
        data = Store()
        data.extend(self.data)
        for mutant in self.mutants.values():
            for quad in mutant.remove:
                data.remove(quad)
            data.extend(mutant.add)
        return data

    def _mutant(self, constraint: Constraint) -> Mutant | None:
        """Return a mutant that one constraint finds fault with, and no other does."""
        wanted = {(constraint.shape, constraint.component)}
        for mutant in self._tried(constraint):
            results = self.judge(mutant)
            if {(found.shape, found.component) for found in results} == wanted:
                return replace(mutant, results=tuple(results))
        return None

    def _tried(self, constraint: Constraint) -> Iterator[Mutant]:
        """Yield mutants: each fault at each node, at its copy, at a copy that none refers to."""
        name = local_name(constraint.shape)
        if name in RULES:
            fault = self._updated(RULES[name])
            plain = Mutant(fault, frozenset(fault.removed), frozenset(fault.added))
            yield plain if name in UNPROVEN else self._with_evidence(fault)
            return
        nodes = self._judged(constraint.shape)
        every = [[*self._faults.of(constraint, node)] for node in nodes]
        for faults in zip_longest(*every):
            tried = [(node, fault) for node, fault in zip(nodes, faults, strict=True) if fault]
            yield from (self._with_evidence(fault) for _, fault in tried)
            for are_linked, (node, fault) in product((True, False), tried):
                yield self._copied(node, fault, are_linked=are_linked)

    def _updated(self, update: str) -> Change:
        after = Store()
        after.extend(self.data)
        after.update(update, prefixes=prefixes())
        before, now = set(self.data), set(after)
        return Change(tuple(before - now), tuple(now - before))

    def _judged(self, shape: NamedNode) -> list[NamedNode]:
        """Return nodes of each kind that a shape judges, those with values of its path first."""
        query = f"SELECT DISTINCT ?this {{ {self._targets[shape]} }}"
        rows = cast("QuerySolutions", self.data.query(query))
        kinds: dict[object, list[NamedNode]] = {}
        for node in sorted((cast("NamedNode", row["this"]) for row in rows), key=str):
            said = self.data.quads_for_pattern(node, None, None)
            kind = {
                (quad.predicate, VOCABULARY in str(quad.object) and quad.object)
                for quad in said
                if quad.predicate != RDF.object
            }
            kinds.setdefault(frozenset(kind), []).append(node)
        [path, *_] = *self._graph.values(shape, SH.path), None
        nodes = chain.from_iterable(alike[:FEW] for alike in kinds.values())
        return sorted(nodes, key=lambda node: not self._says(node, cast("NamedNode", path)))

    def _says(self, node: NamedNode, path: NamedNode | None) -> bool:
        return next(self.data.quads_for_pattern(node, path, None), None) is not None

    def _copied(self, node: NamedNode, fault: Change, *, are_linked: bool) -> Mutant:
        """Return a mutant in which a copy of a node is at fault; others may refer to it."""
        copy = NamedNode(f"{node.value}-copy")

        def moved(quad: Quad) -> Quad:
            return Quad(copy, quad.predicate, quad.object) if quad.subject == node else quad

        own = {moved(quad) for quad in self.data.quads_for_pattern(node, None, None)}
        if are_linked:
            links = self.data.quads_for_pattern(None, None, node)
            about = {RDF.subject, RDF.object}
            own |= {Quad(q.subject, q.predicate, copy) for q in links if q.predicate not in about}
        removed, added = (tuple(map(moved, quads)) for quads in (fault.removed, fault.added))
        whole = self._with_evidence(Change((), (*(own - {*removed}), *added)))
        return replace(whole, fault=Change(removed, added), copied=node)

    def _with_evidence(self, fault: Change) -> Mutant:
        """Return a mutant in which the assertion of a fact goes with it, and comes with it."""
        away, new = set(fault.removed), set(fault.added)
        for quad in fault.removed:
            for record in self._records(quad):
                away.update(self.data.quads_for_pattern(record, None, None))
        for number, quad in enumerate(sorted(fault.added, key=str)):
            if is_read(quad) and not self._is_background(quad.subject, fault.added):
                new.update(assertion(f"m{number}", quad))
        return Mutant(
            fault,
            frozenset(quad for quad in away - new if quad in self.data),
            frozenset(quad for quad in new - away if quad not in self.data),
        )

    def _records(self, fact: Quad) -> set[NamedNode | BlankNode | Triple]:
        """Return the assertions of a fact."""
        parts = zip((RDF.subject, RDF.predicate, RDF.object), fact.triple, strict=True)
        found = [self.data.quads_for_pattern(None, part, term) for part, term in parts]
        return set.intersection(*({quad.subject for quad in quads} for quads in found))

    def _is_background(self, node: object, added: Iterable[Quad]) -> bool:
        if isinstance(node, BlankNode):
            return True
        quads = chain(added, self.data.quads_for_pattern(cast("NamedNode", node), RDF.type, None))
        types = {q.object for q in quads if q.subject == node and q.predicate == RDF.type}
        return not types.isdisjoint(ACP[name] for name in (*BACKGROUND, "Assertion"))
