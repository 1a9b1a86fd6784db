"""Choose the format of an answer that a client likes best."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, TypeAlias

import mimeparse
from pyoxigraph import QueryResultsFormat, RdfFormat

Offers: TypeAlias = Mapping[str, tuple[str, ...]]

Kind: TypeAlias = Literal["rows", "graph"]
"""What an answer is: solutions or a yes or no, or a graph."""

ROWS: Final[Offers] = {
    "json": ("application/sparql-results+json", "application/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
"""Formats of solutions and of a yes or no: our name, then media types, the registered one first."""

GRAPHS: Final[Offers] = {
    "turtle": ("text/turtle",),
    "nt": ("application/n-triples", "text/plain"),
    "rdf": ("application/rdf+xml",),
    "jsonld": ("application/ld+json", "application/json"),
    "trig": ("application/trig",),
    "nq": ("application/n-quads",),
}
"""Formats of graphs."""

FORMATS: Final[Mapping[Kind, Offers]] = {"rows": ROWS, "graph": GRAPHS}

ROW_SYNTAXES: Final = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
GRAPH_SYNTAXES: Final = {
    "turtle": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
}
"""The same formats as the engine names them."""


@dataclass(frozen=True, slots=True)
class Form:
    """A format by our name, and the media type to give it."""

    name: str
    media_type: str

    @property
    def content_type(self) -> str:
        """The media type as a header says it: text is UTF-8.

        >>> Form("csv", "text/csv").content_type
        'text/csv; charset=utf-8'
        """
        is_text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if is_text else self.media_type


@lru_cache(128)
def choose_form(accept: str, kind: Kind) -> Form | None:
    """Return what fits an Accept header best, the first of equals; nothing if nothing fits.

    Ranges that are malformed count for nothing; a header that is empty or absent takes anything.

    >>> choose_form("text/html, application/xml;q=0.9, */*;q=0.8", "rows")
    Form(name='xml', media_type='application/xml')
    >>> choose_form("text/csv;q=0.5, application/sparql-results+json;q=0", "rows").name
    'csv'
    >>> choose_form("image/png", "graph")
    """
    ranges = _ranges(accept or "*/*")
    best, chosen = 0.0, None
    for form in _forms(FORMATS[kind]):
        quality = mimeparse.quality_parsed(form.media_type, ranges)
        if quality > best:
            best, chosen = quality, form
    return chosen


def quality_of(media_type: str, accept: str) -> float:
    """Return how much an Accept header likes a media type: from 0 to 1.

    >>> quality_of("text/html", "text/*;q=0.5"), quality_of("text/html", "")
    (0.5, 1.0)
    """
    return float(mimeparse.quality_parsed(media_type, _ranges(accept or "*/*")))


def list_types(kind: Kind) -> str:
    """Return the registered media types of what an answer can be written in, for people.

    >>> list_types("graph").split(", ")[:3]
    ['text/turtle', 'application/n-triples', 'application/rdf+xml']
    """
    return ", ".join(types[0] for types in FORMATS[kind].values())


def _forms(offers: Offers) -> Iterator[Form]:
    """Yield every format by its registered type first, then by the others."""
    names = offers.items()
    yield from (Form(name, types[0]) for name, types in names)
    yield from (Form(name, other) for name, types in names for other in types[1:])


def _ranges(accept: str) -> list[tuple[str, str, dict[str, str]]]:
    found = []
    for text in accept.split(","):
        try:
            found.append(mimeparse.parse_media_range(text))
        except mimeparse.MimeTypeParseException:
            continue
    return found
