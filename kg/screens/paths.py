"""Write the path of a property shape as SPARQL writes property paths."""

from collections.abc import Iterator
from typing import Final

from pyoxigraph import NamedNode

from kg.screens.values import CannotScreenError
from kg.shapes import ShapesGraph, Term
from kg.terms import RDF, SH

_MARKS: Final = {
    SH.inversePath: "^({})",
    SH.zeroOrMorePath: "({})*",
    SH.oneOrMorePath: "({})+",
    SH.zeroOrOnePath: "({})?",
}
MAX_DEPTH: Final = 16
"""Deepest path that is written: a path may lead back to itself."""


def sparql_path(graph: ShapesGraph, path: Term, depth: int = 0) -> str:
    """Return a path in SPARQL.

    >>> sparql_path(ShapesGraph(()), RDF.type)
    '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>'
    """
    if isinstance(path, NamedNode):
        return str(path)
    for asked, step in graph.asks(path) if depth < MAX_DEPTH else ():
        if asked in _MARKS:
            return _MARKS[asked].format(sparql_path(graph, step, depth + 1))
        if asked in {SH.alternativePath, RDF.first}:
            first, sign = (step, "|") if asked == SH.alternativePath else (path, "/")
            steps = (sparql_path(graph, each, depth + 1) for each in graph.items(first))
            return f"({sign.join(steps)})"
    raise CannotScreenError


def path_properties(graph: ShapesGraph, path: Term, depth: int = 0) -> Iterator[NamedNode]:
    """Yield the properties that a path goes by."""
    if isinstance(path, NamedNode):
        yield path
    for _, step in graph.asks(path) if depth < MAX_DEPTH else ():
        yield from path_properties(graph, step, depth + 1)
