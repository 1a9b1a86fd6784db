"""Choose between a page for people and a syntax of RDF, as the client likes best."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers

from kg.serve.faults import Fault
from kg.serve.formats import GRAPHS, Form, choose_form, quality_of

HTML: Final = "text/html"
SYNTAXES: Final[Mapping[str, str]] = {
    "turtle": "Turtle",
    "jsonld": "JSON-LD",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
}
"""Syntaxes that pages link to, by our names of them; every one of GRAPHS can be asked for."""


def choose_page_form(headers: Headers, named: str = "") -> Form | None:
    """Return the syntax of RDF that a client wants, or None for a page.

    A page is what a client gets that likes both equally, or says nothing.

    >>> choose_page_form(Headers({"Accept": "text/turtle, text/html;q=0.5"})).name
    'turtle'
    >>> choose_page_form(Headers({"Accept": "*/*"})) is None
    True

    Raises:
        Fault: the client takes neither, or names a format that there is not.
    """
    if named:
        if named not in GRAPHS:
            raise Fault("refused", f"the formats are {', '.join(GRAPHS)}")
        return Form(named, GRAPHS[named][0])
    accept = ", ".join(headers.getlist("accept"))
    form = choose_form(accept, "graph")
    liking = quality_of(HTML, accept)
    if form is None and not liking:
        types = ", ".join((HTML, *(types[0] for types in GRAPHS.values())))
        raise Fault("unacceptable", f"this comes as {types}")
    if form is None or liking >= quality_of(form.media_type, accept):
        return None
    return form


def names_page(headers: Headers) -> bool:
    """Say whether a client takes pages by name, as browsers do and programs do not.

    >>> names_page(Headers({"Accept": "text/html, */*;q=0.8"})), names_page(Headers({}))
    (True, False)
    """
    accept = ", ".join(headers.getlist("accept")).lower()
    return HTML in accept and quality_of(HTML, accept) > 0


def alternate_links(address: str) -> str:
    """Return the Link header that names the syntaxes in which a page's content can be had."""
    mark = "&" if "?" in address else "?"
    return ", ".join(
        f'<{address}{mark}format={name}>; rel="alternate"; type="{GRAPHS[name][0]}"'
        for name in SYNTAXES
    )
