"""Read the shapes into the constraints that a validation report can name."""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, RdfFormat, Store

from kg.resources import list_resources, read_resource
from kg.sparql import shorten
from kg.terms import RDF, RDFS, local_name, prefixes
from reference_pages.queries import find_terms

_SH: Final = "http://www.w3.org/ns/shacl#"
_MESSAGE, _PATH, _SEVERITY, _SELECT, _PROPERTY, _SPARQL = (
    NamedNode(_SH + name)
    for name in ("message", "path", "severity", "select", "property", "sparql")
)
_TARGETS: Final = tuple(
    NamedNode(_SH + name)
    for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
)
_VALUES: Final = (NamedNode(f"{_SH}class"), NamedNode(f"{_SH}datatype"))
_NO_RULE: Final = frozenset(
    {_MESSAGE, _PATH, _SEVERITY, _SELECT, _PROPERTY, *_TARGETS, NamedNode(f"{_SH}prefixes")}
)
"""What says where a constraint holds and how it is told, not what it demands."""
_GRAPH: Final = DefaultGraph()


@dataclass(frozen=True, slots=True)
class Constraint:
    """One demand on a graph, with the message that a breach of it gives."""

    iri: str
    shape: str
    """IRI of the shape that has the target: the constraint itself or one that holds it."""
    about: str
    """What the shape is about, in words."""
    message: str
    severity: str
    targets: tuple[str, ...]
    path: str | None
    """The property whose values it looks at, where that is one property."""
    rules: tuple[str, ...]
    """What is demanded, as in Turtle: `sh:minCount 1`."""
    values: tuple[str, ...]
    """The classes or datatypes that values of the path must be of."""
    query: str | None
    terms: frozenset[str]
    """Every IRI that it speaks of."""

    @property
    def name(self) -> str:
        """The local name."""
        return local_name(NamedNode(self.iri))


def read_constraints() -> tuple[Constraint, ...]:
    """Return the constraints of the shapes that the package ships; see `make_constraints`."""
    store = Store()
    for name in list_resources("shapes", ".ttl"):
        store.load(input=read_resource(name), format=RdfFormat.TURTLE)
    return make_constraints(store)


def make_constraints(store: Store) -> tuple[Constraint, ...]:
    """Return the constraints of a store of shapes, by shape and name.

    A node with a message is one, if it has a target or is held by a shape with a target.
    """
    reader = _ShapesReader(store)
    nodes = {quad.subject for quad in store.quads_for_pattern(None, _MESSAGE, None, _GRAPH)}
    found = (reader.constraint(node) for node in nodes if isinstance(node, NamedNode))
    return tuple(sorted(filter(None, found), key=lambda one: (one.shape, one.iri)))


class _ShapesReader:
    def __init__(self, store: Store) -> None:
        self._store = store

    def constraint(self, node: NamedNode) -> Constraint | None:
        """Return the constraint of a node, or None where nothing is a target of it."""
        line = [node, *self._holders(node)]
        shape = next((one for one in line if self._values(one, *_TARGETS)), None)
        if shape is None:
            return None
        severity, path, query = (self._first(line, one) for one in (_SEVERITY, _PATH, _SELECT))
        return Constraint(
            iri=node.value,
            shape=str(shape.value),
            about=str(getattr(self._first([shape], RDFS.label), "value", "")),
            message=str(getattr(self._first(line, _MESSAGE), "value", "")),
            severity=local_name(severity) if isinstance(severity, NamedNode) else "Violation",
            targets=tuple(str(value.value) for value in self._values(shape, *_TARGETS)),
            path=str(path.value) if isinstance(path, NamedNode) else None,
            rules=tuple(self._rules(node)),
            values=tuple(str(value.value) for value in self._values(node, *_VALUES)),
            query=textwrap.dedent(query.value).strip() if isinstance(query, Literal) else None,
            terms=frozenset(iri for one in line for iri in self._terms(one, set())),
        )

    def _holders(self, node: NamedNode | BlankNode) -> Iterator[NamedNode | BlankNode]:
        """Yield the shapes that hold a node as a constraint of theirs, nearest first."""
        for predicate in (_PROPERTY, _SPARQL):
            for quad in self._store.quads_for_pattern(None, predicate, node, _GRAPH):
                if isinstance(quad.subject, NamedNode | BlankNode):
                    yield quad.subject
                    yield from self._holders(quad.subject)

    def _rules(self, node: NamedNode) -> Iterator[str]:
        quads = self._store.quads_for_pattern(node, None, None, _GRAPH)
        for quad in sorted(quads, key=str):
            if quad.predicate.value.startswith(_SH) and quad.predicate not in _NO_RULE:
                yield f"{_short(quad.predicate)} {_short(quad.object)}"

    def _terms(self, node: NamedNode | BlankNode, seen: set[str]) -> Iterator[str]:
        """Yield the IRIs that a node speaks of, itself or through the shapes that it calls on."""
        if node.value in seen:
            return
        seen.add(node.value)
        for quad in self._store.quads_for_pattern(node, None, None, _GRAPH):
            value = quad.object
            if quad.predicate == _SELECT and isinstance(value, Literal):
                yield from find_terms(value.value)
            elif isinstance(value, NamedNode) and value not in self._shapes:
                yield value.value
            is_own = quad.predicate in {_PROPERTY, _SPARQL} and self._values(node, *_TARGETS)
            if isinstance(value, NamedNode | BlankNode) and value in self._shapes and not is_own:
                yield from self._terms(value, seen)

    @cached_property
    def _shapes(self) -> frozenset[object]:
        """The nodes that demand something; prefixes and the header of the file do not."""
        kinds = (NamedNode(f"{_SH}{name}") for name in ("NodeShape", "PropertyShape"))
        return frozenset(
            quad.subject
            for kind in (*kinds, NamedNode(f"{_SH}SPARQLConstraint"))
            for quad in self._store.quads_for_pattern(None, RDF.type, kind, _GRAPH)
        )

    def _values(
        self, node: NamedNode | BlankNode, *predicates: NamedNode
    ) -> list[NamedNode | BlankNode | Literal]:
        return sorted(
            (
                quad.object
                for predicate in predicates
                for quad in self._store.quads_for_pattern(node, predicate, None, _GRAPH)
                if isinstance(quad.object, NamedNode | BlankNode | Literal)
            ),
            key=str,
        )

    def _first(
        self, line: Iterable[NamedNode | BlankNode], predicate: NamedNode
    ) -> NamedNode | BlankNode | Literal | None:
        return next((value for node in line for value in self._values(node, predicate)), None)


def _short(term: object) -> str:
    if isinstance(term, NamedNode):
        return shorten(term.value, {**prefixes(), "sh": _SH})
    return term.value if isinstance(term, Literal) else "[…]"
