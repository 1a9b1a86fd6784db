"""Compile shapes into queries once, and flag with them what pySHACL has to judge in a store.

No library does this for a graph in memory: Trav-SHACL and SHACL2SPARQL ask an endpoint, know a part
of SHACL core and pass over the constraints that they do not know.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, cast

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions, Store, Triple

from kg.screens.faults import FaultFinder, Place, any_of
from kg.screens.paths import sparql_path
from kg.screens.queries import query_pattern
from kg.screens.values import INSTANCE_OF, CannotScreenError, sparql_term
from kg.shapes import Aim, Node, ShapesGraph, Term
from kg.spelling import Change
from kg.terms import RDF, RDFS, SH


@dataclass(frozen=True, slots=True)
class Screen:
    """What finds the nodes that one shape may find fault with."""

    shape: Node
    aims: frozenset[Aim]
    """What the shape is judged at: its own targets, or those of the shape that it is a part of."""
    target: str = ""
    """These nodes, as a SPARQL pattern about `?this`; nothing where SPARQL cannot tell."""
    fault: str = ""
    """An expression about `?this`."""
    pattern: str = ""
    """Instead of an expression, a pattern that has a solution wherever there is a fault."""
    blind: frozenset[Change] = frozenset()
    """Changes to the literals of the data that make it miss faults."""
    queries: bool = False
    """Whether the shape asks queries of its own."""

    @property
    def query(self) -> str:
        """The SPARQL query for `?this`."""
        condition = self.pattern or f"FILTER({self.fault})"
        return f"SELECT DISTINCT ?this {{ {self.target} {condition} }}"


@dataclass(frozen=True, slots=True)
class Flagged:
    """Shapes that may find fault with certain nodes, and shapes of which there is no telling."""

    nodes: Mapping[Node, AbstractSet[Term]]
    whole: Mapping[Node, AbstractSet[Aim]]
    queries: Mapping[Node, AbstractSet[Aim]]
    """Such shapes that ask queries, which only the source itself can answer."""

    def among(self, asked: Callable[[Term], bool]) -> "Flagged":
        """Leave out the nodes that nobody asks for."""
        nodes = {shape: set(filter(asked, found)) for shape, found in self.nodes.items()}
        return replace(self, nodes={shape: found for shape, found in nodes.items() if found})

    def focus(self, graph: ShapesGraph) -> Iterator[Triple]:
        """Yield the shapes that are flagged, aimed at the nodes that they are flagged for."""
        yield from graph.unaimed(None if self.whole else self.nodes)
        for shape, nodes in self.nodes.items():
            yield from (Triple(shape, SH.targetNode, node) for node in nodes)
        yield from _aimed(self.whole)

    def focus_queries(self, graph: ShapesGraph) -> Iterator[Triple]:
        """Yield the shapes that ask queries, with their targets."""
        yield from graph.unaimed()
        yield from _aimed(self.queries)


def _aimed(shapes: Mapping[Node, AbstractSet[Aim]]) -> Iterator[Triple]:
    for shape, aims in shapes.items():
        yield from (Triple(shape, aim, target) for aim, target in aims)


@lru_cache(maxsize=1)
def compile_screens(graph: ShapesGraph) -> tuple[tuple[Screen, ...], ...]:
    """Return the screens of a shapes graph, those for the same nodes together.

    >>> from kg.shapes import read_shapes
    >>> graph = read_shapes(b"<http://e/s> <http://www.w3.org/ns/shacl#targetNode> <http://e/x> ; "
    ...     b"<http://www.w3.org/ns/shacl#nodeKind> <http://www.w3.org/ns/shacl#IRI> .")
    >>> compile_screens(graph)[0][0].query
    'SELECT DISTINCT ?this { VALUES ?this { <http://e/x> } FILTER(!isIRI(?this)) }'
    """
    groups: dict[frozenset[Aim], list[Screen]] = defaultdict(list)
    for shape in graph.aimed():
        aims = graph.aims(shape)
        for part, skipped in _parts(graph, shape):
            if not graph.is_off(shape) and not graph.is_off(part):
                groups[aims] += _screens(graph, Screen(part, aims), skipped)
    return tuple(tuple(group) for group in groups.values() if group)


def _parts(graph: ShapesGraph, shape: Node) -> Iterator[tuple[Node, frozenset[NamedNode]]]:
    """Yield the property shapes of a shape, then the shape, with what not to look at in it.

    A shape stays in one piece if it looks at its property shapes, or they at each other, and if one
    of them would be judged more than once.
    """
    inner = graph.nodes(shape, SH.property)
    asked = {each for part in (shape, *inner) for each, _ in graph.asks(part)}
    shared = any(graph.aims(part) or graph.uses(part) > 1 for part in inner)
    if asked.isdisjoint({SH.closed, SH.qualifiedValueShapesDisjoint}) and not shared:
        yield from ((part, frozenset({SH.sparql})) for part in inner)
        yield shape, frozenset({SH.sparql, SH.property})
    else:
        yield shape, frozenset({SH.sparql})


def _screens(graph: ShapesGraph, bare: Screen, skipped: frozenset[NamedNode]) -> list[Screen]:
    """Return the screens of one shape: of its core constraints together, and of each query."""
    finder, paths = FaultFinder(graph), graph.values(bare.shape, SH.path)
    queries = [each for each in graph.values(bare.shape, SH.sparql) if not graph.is_off(each)]
    reached = frozenset(
        term for aim, term in bare.aims if aim == SH.targetObjectsOf and isinstance(term, NamedNode)
    )
    try:
        aimed = replace(bare, target=_target(bare.aims))
        faults = any_of(finder.faults(bare.shape, Place("?this", reached, skipped=skipped)))
        path = sparql_path(graph, paths[0]) if paths else None
        screens = [
            replace(aimed, pattern=query_pattern(graph, each, path), queries=True)
            for each in queries
        ]
        if faults != any_of(()):
            screens.append(replace(aimed, fault=faults, blind=frozenset(finder.looks)))
        for screen in screens:
            Store().query(screen.query)
    except (CannotScreenError, RuntimeError, SyntaxError):
        return [replace(bare, queries=graph.asks_queries(bare.shape))]
    return screens


_TARGETS: Final = {
    SH.targetClass: f"VALUES ?_class {{{{ {{}} }}}} ?this {INSTANCE_OF} ?_class .",
    SH.targetNode: "VALUES ?this {{ {} }}",
    SH.targetObjectsOf: "VALUES ?_property {{ {} }} ?_subject ?_property ?this .",
    SH.targetSubjectsOf: "VALUES ?_property {{ {} }} ?this ?_property ?_object .",
}
"""Oxigraph begins with VALUES; with a constant it may begin with all data."""


def _target(aims: frozenset[Aim]) -> str:
    terms: dict[NamedNode, list[str]] = defaultdict(list)
    for aim, target in aims:
        terms[aim].append(sparql_term(target))
    patterns = sorted(_TARGETS[aim].format(" ".join(sorted(names))) for aim, names in terms.items())
    if len(patterns) == 1:
        return patterns[0]
    return f"{{ SELECT DISTINCT ?this {{ {{ {' } UNION { '.join(patterns)} }} }} }}"


def flag_nodes(
    groups: Sequence[Sequence[Screen]],
    data: Store,
    changed: AbstractSet[Change] = frozenset(),
    *,
    by_value: bool = True,
) -> Flagged:
    """Return what shapes may find fault with in the default graph of a store.

    `changed` tells which literals of the store are not those of its source, `by_value` whether
    queries may be asked of the store all the same.
    """
    nodes: dict[Node, set[Term]] = defaultdict(set)
    unsure: dict[bool, dict[Node, set[Aim]]] = {False: defaultdict(set), True: defaultdict(set)}
    kinds = _Kinds(data)
    for group in groups:
        if not any(map(kinds.has_nodes, group[0].aims)):
            continue
        passed = set()
        for screen in group:
            blind = changed if screen.pattern and not by_value else screen.blind & changed
            if blind or not screen.target:
                unsure[screen.queries][screen.shape] |= screen.aims
                passed.add(screen.shape)
        for screen in _with_solutions([s for s in group if s.shape not in passed], data):
            found = {cast("Term", solution["this"]) for solution in _solve(screen.query, data)}
            if found:
                nodes[screen.shape] |= found
    return Flagged(nodes, whole=unsure[False], queries=unsure[True])


def _with_solutions(screens: Sequence[Screen], data: Store) -> Iterator[Screen]:
    """Yield the screens that may flag a node: one query tells whether any expression is true."""
    together = [screen for screen in screens if screen.fault]
    if together:
        one = replace(together[0], fault=any_of(screen.fault for screen in together))
        if any(True for _ in _solve(one.query, data)):
            yield from together
    yield from (screen for screen in screens if screen.pattern)


def _solve(query: str, data: Store) -> QuerySolutions:
    return cast("QuerySolutions", data.query(query))


class _Kinds:
    """What a store has nodes of: most graphs have them of a few of the kinds that there are."""

    def __init__(self, data: Store) -> None:
        self._data = data
        self._narrower: dict[Term, list[Term]] = defaultdict(list)
        for quad in data.quads_for_pattern(None, RDFS.subClassOf, None, DefaultGraph()):
            self._narrower[cast("Term", quad.object)].append(cast("Term", quad.subject))

    def has_nodes(self, aim: Aim) -> bool:
        """Tell whether a shape with a target has a node to judge."""
        kind, target = aim
        if kind == SH.targetNode:
            return True
        if kind == SH.targetClass:
            return any(self._has(RDF.type, each) for each in self._with_narrower(target))
        return not isinstance(target, NamedNode) or self._has(target, None)

    def _with_narrower(self, target: Term) -> Iterator[Term]:
        waiting, seen = [target], {target}
        while waiting:
            term = waiting.pop()
            yield term
            new = [each for each in self._narrower.get(term, ()) if each not in seen]
            seen.update(new)
            waiting += new

    def _has(self, predicate: NamedNode, term: Term | None) -> bool:
        quads = self._data.quads_for_pattern(None, predicate, term, DefaultGraph())
        return next(quads, None) is not None
