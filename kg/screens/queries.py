"""Ask the query of a SPARQL constraint once for all nodes, where it means the same as for each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kg.guard import Token, read_tokens
from kg.screens.values import CannotScreenError
from kg.shapes import ShapesGraph, Term
from kg.terms import OWL, RDF, RDFS, SH

_THIS: Final = ("$this", "?this")
_OTHER_SCOPES: Final = frozenset(
    "AS BIND FROM GRAPH GROUP HAVING LIMIT MINUS OFFSET ORDER REDUCED SERVICE UNION VALUES"
    " $CURRENTSHAPE ?CURRENTSHAPE $SHAPESGRAPH ?SHAPESGRAPH".split()
)
"""Words that count solutions, ask for the shapes, or open a scope that may not know `$this`."""


def query_pattern(graph: ShapesGraph, constraint: Term, path: str | None) -> str:
    """Return what the query of a SPARQL constraint looks for, as a pattern about `?this`.

    SHACL binds `$this` beforehand, so that it is one node wherever it stands. Left open, it is so
    too if the pattern begins with it and no scope but those of OPTIONAL and EXISTS follows.

    Raises:
        CannotScreenError: the query is not of that kind.
    """
    selects = graph.values(constraint, SH.select)
    text = selects[0].value if len(selects) == 1 else ""
    pieces = [piece for piece in read_tokens(text.strip()) if piece.kind != "comment"]
    start = next((n for n, piece in enumerate(pieces, start=1) if piece.text == "{"), len(pieces))
    words = [piece.text.upper() for piece in pieces if piece.kind == "word"]
    group = [piece for piece in pieces[start:-1] if piece.kind != "blank"]
    if (
        not _OTHER_SCOPES.isdisjoint(words)
        or words.count("SELECT") != 1
        or not (group and group[0].text in _THIS and pieces[-1].text == "}")
    ):
        raise CannotScreenError
    _check_scopes(group)
    names = dict(_prefixes(graph, constraint))
    return "".join(_written(piece, names, path) for piece in pieces[start:-1]).strip()


def _check_scopes(group: Sequence[Token]) -> None:
    depth, before = 0, ""
    for piece in group:
        sign = piece.text.upper()
        if sign == "{" and before != "EXISTS" and (before != "OPTIONAL" or depth):
            raise CannotScreenError
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            raise CannotScreenError
        before = sign


def _written(piece: Token, names: Mapping[str, str], path: str | None) -> str:
    """Return a piece of a query as it may stand in any other: no prefix, our names of variables."""
    text = piece.text
    if piece.kind == "blank":
        return " "
    if piece.kind == "iri" and not {"?", "$"}.isdisjoint(text):
        raise CannotScreenError  # perhaps "less than" and a variable
    if text in _THIS:
        return "?this"
    if text in {"$PATH", "?PATH"}:
        if path is None:
            raise CannotScreenError
        return path
    if piece.kind == "word" and text[0] not in "?$@" and ":" in text:
        prefix, _, name = text.partition(":")
        if prefix not in names or "\\" in name:
            raise CannotScreenError
        return f"<{names[prefix]}{name}>"
    return text


def _prefixes(graph: ShapesGraph, constraint: Term) -> Iterator[tuple[str, str]]:
    yield from (("rdf", RDF.iri), ("rdfs", RDFS.iri), ("owl", OWL.iri))
    for holder in graph.values(constraint, SH.prefixes):
        for declaration in graph.values(holder, SH.declare):
            for name in graph.values(declaration, SH.prefix):
                for iri in graph.values(declaration, SH.namespace):
                    yield name.value, iri.value
