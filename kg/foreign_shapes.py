"""Read shapes that somebody else wrote, refusing what would run code or leave the machine."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, Quad, RdfFormat, serialize

from kg.errors import InputError, UsageError
from kg.foreign import read_rdf
from kg.guard import read_tokens, refuse_unsafe
from kg.shapes import read_shapes
from kg.terms import SH, prefixes

_QUERIES: Final = (SH.select, SH.ask)
_UNCHECKED: Final = (SH.js, SH.rule, SH.target, SH.expression)
"""What makes code, facts or targets beyond SHACL core and SPARQL: passed over, it would mislead."""


def read_foreign_shapes(paths: Sequence[Path]) -> bytes:
    """Return the shapes of some files, taken together, as N-Triples.

    Imports are not followed. Raises `InputError` for a file that cannot be read or must not be.
    """
    shapes = b"".join(
        serialize((quad.triple for quad in _harmless(path, f"s{n}b")), format=RdfFormat.N_TRIPLES)
        or b""
        for n, path in enumerate(paths)
    )
    if not read_shapes(shapes).aimed():
        raise InputError(paths[0], "no shape is aimed at anything: add sh:targetClass or the like")
    return shapes


def _harmless(path: Path, label: str) -> Iterator[Quad]:
    """Yield the statements of a file whose every query asks only the graph to be checked."""
    for quad in read_rdf(path, label=label):
        if quad.predicate in _UNCHECKED:
            name = quad.predicate.value.removeprefix(SH.iri)
            raise InputError(
                path, f"sh:{name} is not checked, only SHACL core and SPARQL: remove it"
            )
        if quad.predicate in _QUERIES and isinstance(quad.object, Literal):
            try:
                _refuse_unsafe(quad.object.value)
            except UsageError as error:
                raise InputError(path, f"query of {quad.subject}: {error}") from error
        yield quad


def _refuse_unsafe(query: str) -> None:
    refuse_unsafe(query, prefixes())
    if "FROM" in {token.text.upper() for token in read_tokens(query) if token.kind == "word"}:
        raise UsageError("FROM is refused: a query asks the graph that is checked")
