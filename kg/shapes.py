"""Read a shapes graph: which shapes there are, what each is aimed at and what it asks."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kg.terms import OWL, RDF, RDFS, SH

Node: TypeAlias = NamedNode | BlankNode
Term: TypeAlias = Node | Literal
Aim: TypeAlias = tuple[NamedNode, Term]
"""One of the properties below and its value."""

AIMS: Final = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)

_SHAPES: Final = {SH.NodeShape, SH.PropertyShape}


class ShapesGraph:
    """Shapes, by name.

    >>> graph = read_shapes(b"<http://e/s> <http://www.w3.org/ns/shacl#targetNode> <http://e/x> .")
    >>> [shape.value for shape in graph.aimed()]
    ['http://e/s']
    """

    def __init__(self, statements: Iterable[tuple[Node, NamedNode, Term]]) -> None:
        self._about: dict[Term, list[tuple[NamedNode, Term]]] = defaultdict(list)
        for subject, asked, value in statements:
            self._about[subject].append((asked, value))
        values = (value for asked in self._about.values() for _, value in asked)
        self._uses = Counter(values)
        self._classes: set[Term] = {RDFS.Class, OWL.Class}
        self._classes |= {s for s in self._about if RDFS.Class in self.values(s, RDFS.subClassOf)}

        for node in list(self._about):
            self._declare(node)

    def _declare(self, ontology: Term) -> None:
        """Let an ontology declare the prefixes of what it imports, as far as it is in the graph."""
        waiting, seen = [*self.values(ontology, OWL.imports)], {ontology}
        while waiting:
            imported = waiting.pop()
            if imported not in seen:
                seen.add(imported)
                waiting += self.values(imported, OWL.imports)
                declared = self.values(imported, SH.declare)
                self._about[ontology] += ((SH.declare, each) for each in declared)

    def asks(self, node: Term) -> Iterator[tuple[NamedNode, Term]]:
        """Yield the properties of a shape, or of a part of one, and their values."""
        yield from self._about.get(node, ())

    def values(self, node: Term, predicate: NamedNode) -> tuple[Term, ...]:
        """Return the values of one property."""
        return tuple(value for asked, value in self.asks(node) if asked == predicate)

    def nodes(self, node: Term, predicate: NamedNode) -> tuple[Node, ...]:
        """Return the values of one property that can be shapes."""
        values = self.values(node, predicate)
        return tuple(value for value in values if not isinstance(value, Literal))

    def items(self, first: Term) -> Iterator[Term]:
        """Yield the members of a list; one that goes in a circle ends where it closes."""
        seen: set[Term] = set()
        while first != RDF.nil and first not in seen:
            seen.add(first)
            yield from self.values(first, RDF.first)
            first = next(iter(self.values(first, RDF.rest)), RDF.nil)

    def aimed(self) -> tuple[Node, ...]:
        """Return the shapes that have a target, sorted."""
        nodes = (node for node in self._about if not isinstance(node, Literal))
        return tuple(sorted((node for node in nodes if self.aims(node)), key=str))

    def aims(self, shape: Term) -> frozenset[Aim]:
        """Return what a shape is aimed at; a shape that is a class is aimed at its instances."""
        aims = {(asked, value) for asked, value in self.asks(shape) if asked in AIMS}
        types = {value for asked, value in self.asks(shape) if asked == RDF.type}
        if types & self._classes and (types & _SHAPES or self.values(shape, SH.property)):
            aims.add((SH.targetClass, shape))
        return frozenset(aims)

    def is_off(self, shape: Term) -> bool:
        """Whether a shape is switched off by `sh:deactivated`."""
        return any(value.value == "true" for value in self.values(shape, SH.deactivated))

    def uses(self, node: Term) -> int:
        """Return how often others name a node."""
        return self._uses[node]

    def asks_queries(self, shape: Node) -> bool:
        """Whether a shape, or one that it leads to, asks a query or has a constraint of its own."""
        asked = {triple.predicate for triple in self.unaimed([shape])}
        return bool(asked & {SH.select, SH.ask, *self.parameters})

    @cached_property
    def parameters(self) -> frozenset[Term]:
        """The properties that are parameters of constraints of the graph's own."""
        parameters = (value for node in self._about for value in self.values(node, SH.parameter))
        return frozenset(path for each in parameters for path in self.values(each, SH.path))

    @cached_property
    def messages(self) -> dict[str, Literal]:
        """What shapes and queries say at a fault, by the words."""
        said = (value for node in self._about for value in self.values(node, SH.message))
        return {each.value: each for each in said if isinstance(each, Literal)}

    def unaimed(self, shapes: Iterable[Node] | None = None) -> Iterator[Triple]:
        """Yield what is said of some shapes and all that they lead to, or of all; but no target."""
        waiting: list[Term] = list(self._about if shapes is None else shapes)
        seen: set[Term] = set()
        while waiting:
            node = waiting.pop()
            if node in seen or isinstance(node, Literal):
                continue
            seen.add(node)
            for asked, value in self.asks(node):
                if asked not in AIMS and not (asked == RDF.type and value in self._classes):
                    waiting.append(value)
                    yield Triple(node, asked, value)


@lru_cache(maxsize=1)  # many small graphs are checked against the same shapes
def read_shapes(turtle: bytes) -> ShapesGraph:
    """Return the shapes graph of a Turtle file, with blank nodes numbered as they appear.

    Raises `SyntaxError` for what is not Turtle.
    """
    names: dict[object, BlankNode] = {}

    def rename(term: Node) -> Node:
        if isinstance(term, BlankNode):
            return names.setdefault(term, BlankNode(f"shape{len(names) + 1}"))
        return term

    return ShapesGraph(
        (
            rename(quad.subject),
            quad.predicate,
            quad.object if isinstance(quad.object, Literal) else rename(quad.object),
        )
        for quad in parse(input=turtle, format=RdfFormat.TURTLE)
        if not isinstance(quad.subject, Triple) and not isinstance(quad.object, Triple)
    )
