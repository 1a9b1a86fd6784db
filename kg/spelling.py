"""Remember how a source spells the literals that Oxigraph keeps by their value."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, TypeAlias, TypeVar

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from kg.terms import RDF, XSD

T = TypeVar("T")
Change: TypeAlias = tuple[str, NamedNode]
"""What of literals is not as in the source, their `type`, `spelling` or `number`, and under which
property."""

_TEXTS: Final = {XSD.string, RDF.langString}


@lru_cache(maxsize=1 << 16)
def kept(literal: Literal) -> Literal:
    """Return what Oxigraph makes of a literal.

    >>> kept(Literal("01.50", datatype=XSD.decimal)).value
    '1.5'
    >>> kept(Literal("7", datatype=XSD.nonNegativeInteger)).datatype == XSD.integer
    True
    """
    store = Store()
    store.add(Quad(RDF.object, RDF.object, literal))
    return next(quad.object for quad in store if isinstance(quad.object, Literal))


class Spellings:
    """The numbers, dates and other values of some statements, as their source has them.

    >>> about, seven = NamedNode("http://e/p"), Literal("07", datatype=XSD.integer)
    >>> spellings = Spellings()
    >>> list(spellings.noting([Quad(about, about, seven)])) == [Quad(about, about, seven)]
    True
    >>> spellings.changes
    {('spelling', <NamedNode value=http://e/p>)}
    >>> [spelt.value for spelt in spellings.of(about, about, Literal("7", datatype=XSD.integer))]
    ['07']
    """

    def __init__(self) -> None:
        self.changes: set[Change] = set()
        self._spelt: dict[tuple[object, NamedNode, Literal], tuple[Literal, ...]] = {}

    def noting(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """Yield quads as they are, remembering those that a store will change."""
        for quad in quads:
            literal = quad.object
            if isinstance(literal, Literal) and literal.datatype not in _TEXTS:
                self._note((quad.subject, quad.predicate, kept(literal)), literal)
            yield quad

    def _note(self, key: tuple[object, NamedNode, Literal], literal: Literal) -> None:
        _, predicate, value = key
        spelt = self._spelt.get(key, ())
        if literal in spelt:
            return
        self._spelt[key] = (*spelt, literal)
        if spelt:
            self.changes.add(("number", predicate))
        if literal.datatype != value.datatype:
            self.changes.add(("type", predicate))
        if literal.value != value.value:
            self.changes.add(("spelling", predicate))

    def respell(self, data: Store) -> Iterator[Triple]:
        """Yield the default graph of a store as the source has it."""
        for subject, predicate, value, _ in data.quads_for_pattern(
            None, None, None, DefaultGraph()
        ):
            yield from (Triple(subject, predicate, t) for t in self.of(subject, predicate, value))

    def of(self, subject: object, predicate: NamedNode, value: T) -> tuple[T | Literal, ...]:
        """Return the terms of the source that a term of the store stands for."""
        if not self.changes or not isinstance(value, Literal):
            return (value,)
        return self._spelt.get((subject, predicate, value), (value,))
