"""Color SPARQL with property paths, which Pygments' own lexer takes for faults."""

from typing import ClassVar

from pygments.lexers.rdf import SparqlLexer as PlainSparqlLexer
from pygments.token import Operator


class SparqlLexer(PlainSparqlLexer):  # type: ignore[misc]  # Pygments ships no types
    """SPARQL, with `|` and `^` between properties."""

    tokens: ClassVar = {
        **PlainSparqlLexer.tokens,
        "root": [*PlainSparqlLexer.tokens["root"], (r"[|^]", Operator)],
    }
