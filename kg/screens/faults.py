"""Say in SPARQL what a shape of SHACL core, with the shapes within it, may find wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from pyoxigraph import NamedNode

from kg.screens.paths import path_properties, sparql_path
from kg.screens.values import (
    OF_ALL,
    OF_EACH,
    TRUE,
    CannotScreenError,
    Values,
    exists,
    sparql_term,
    unless,
)
from kg.shapes import AIMS, ShapesGraph, Term
from kg.spelling import Change
from kg.terms import SH

_LOOKS_AT: Final = {
    SH.datatype: ("type",),
    SH.pattern: ("spelling",),
    SH.minLength: ("spelling",),
    SH.maxLength: ("spelling",),
    SH.hasValue: ("type", "spelling"),
    SH["in"]: ("type", "spelling"),
    SH.equals: ("type", "spelling"),
    SH.disjoint: ("type", "spelling"),
    SH.minCount: ("number",),
    SH.maxCount: ("number",),
}
_SURE: Final = {
    *(SH.minCount, SH.maxCount, SH.hasValue, SH.equals, SH.disjoint, SH["class"], SH.nodeKind),
    *(SH["in"], SH.node, SH.property, SH["and"], SH["or"], SH["not"]),
}
"""Constraints whose expression is true nowhere but where they are broken."""

_SAYS_NOTHING: Final = {
    *AIMS,
    *(SH.path, SH.severity, SH.message, SH.deactivated, SH.ignoredProperties),
    *(SH.name, SH.description, SH.order, SH.group, SH.defaultValue),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A variable for a node to judge, and how it is looked at."""

    node: str
    reached: frozenset[NamedNode] = frozenset()
    """The properties by which the node was reached."""
    surely: bool = False
    """Whether only sure faults count, since a shape around this one is negated."""
    skipped: frozenset[NamedNode] = frozenset()
    """What the shape asks but is looked at elsewhere."""


class FaultFinder:
    """The faults of the shapes of one graph."""

    def __init__(self, graph: ShapesGraph) -> None:
        self.looks: set[Change] = set()
        """What all expressions so far rest on in literals."""
        self._graph = graph
        self._number = count(1)
        self._open: list[Term] = []

    def faults(self, shape: Term, place: Place) -> list[str]:
        """Return expressions that are true where a shape may find fault, some for each constraint.

        Raises:
            CannotScreenError: a constraint has no expression.
        """
        if self._graph.is_off(shape):
            return []
        if shape in self._open:
            raise CannotScreenError  # it asks for itself
        self._open.append(shape)
        paths = self._graph.values(shape, SH.path)
        found = self._of_values(shape, place, paths[0]) if paths else self._of_node(shape, place)
        faults = list(found)
        self._open.pop()
        return faults

    def _asks(self, shape: Term, place: Place) -> Iterator[tuple[NamedNode, Term]]:
        """Yield what a shape asks, and remember what it looks at."""
        for asked, wanted in self._graph.asks(shape):
            if asked in self._graph.parameters:
                raise CannotScreenError  # of the graph's own making
            if asked not in place.skipped and asked not in _SAYS_NOTHING:
                looks_at = _LOOKS_AT.get(asked, ())
                self.looks.update((kind, each) for kind in looks_at for each in place.reached)
                if asked in _SURE or not place.surely:
                    yield asked, wanted

    def _of_values(self, shape: Term, place: Place, path: Term) -> Iterator[str]:
        """Yield the faults of the values of a property: of all together, then of each."""
        values = Values(place.node, sparql_path(self._graph, path), f"?v{next(self._number)}")
        inner = replace(place, reached=frozenset(path_properties(self._graph, path)))
        value = replace(inner, node=values.value, skipped=frozenset())
        each: list[str] = []
        for asked, wanted in self._asks(shape, inner):
            if asked in OF_ALL:
                yield OF_ALL[asked](values, asked, wanted)
            else:
                each += self._of_each(shape, value, asked, wanted)
        if each:
            yield exists(f"{place.node} {values.path} {values.value}", any_of(each))

    def _of_node(self, shape: Term, place: Place) -> Iterator[str]:
        node = replace(place, skipped=frozenset())
        for asked, wanted in self._asks(shape, place):
            if asked == SH.hasValue:
                yield f"!sameTerm({place.node}, {sparql_term(wanted)})"
            elif asked in OF_ALL:
                raise CannotScreenError
            else:
                yield from self._of_each(shape, node, asked, wanted)

    def _of_each(self, shape: Term, place: Place, asked: NamedNode, wanted: Term) -> Iterator[str]:
        """Yield the faults of one value."""
        node = place.node
        if asked in OF_EACH:
            yield OF_EACH[asked](node, asked, wanted)
        elif asked in {SH.node, SH.property}:
            yield from self.faults(wanted, place)
        elif asked in {SH["and"], SH["or"]}:
            sign = " || " if asked == SH["and"] else " && "
            members = (self.faults(member, place) for member in self._graph.items(wanted))
            yield f"({sign.join(f'({any_of(faults)})' for faults in members)})"
        elif asked == SH["not"]:
            yield f"!({any_of(self.faults(wanted, replace(place, surely=not place.surely)))})"
        elif asked == SH["in"]:
            terms = map(sparql_term, self._graph.items(wanted))
            yield f"!({any_of(f'sameTerm({node}, {term})' for term in terms)})"
        elif asked == SH.languageIn:
            tags = map(sparql_term, self._graph.items(wanted))
            yield unless(any_of(f"LANGMATCHES(LANG({node}), {tag})" for tag in tags))
        elif asked == SH.closed and wanted == TRUE:
            yield self._closed(shape, node)
        elif asked.value.startswith(SH.iri):
            raise CannotScreenError

    def _closed(self, shape: Term, node: str) -> str:
        inner = self._graph.values(shape, SH.property)
        lists = self._graph.values(shape, SH.ignoredProperties)
        known = [path for each in inner for path in self._graph.values(each, SH.path)]
        known += [each for ignored in lists for each in self._graph.items(ignored)]
        names = ", ".join(str(each) for each in known if isinstance(each, NamedNode))
        other = f"?p{next(self._number)}"
        return exists(f"{node} {other} ?any", f"{other} NOT IN ({names})")


def any_of(faults: Iterable[str]) -> str:
    """Return an expression that is true where one of some expressions is.

    >>> any_of(["isIRI(?v)", "isBlank(?v)"])
    'isIRI(?v) || isBlank(?v)'
    """
    return " || ".join(faults) or "false"
