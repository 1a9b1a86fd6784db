"""Make pages of templates; whatever comes from a graph is only ever text in them."""

from collections.abc import Callable
from functools import cache
from typing import Final
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from kg.serve.respond import Service
from kg.website.assets import asset_path

NAVIGATION: Final = (("/", "Home"), ("/search", "Search"), ("/sparql-editor", "SPARQL"))
"""Addresses and names of what every page links to."""


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("kg", "templates/website"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["asset"] = asset_path
    templates.filters["count"] = "{:,}".format
    return templates


def page(service: Service, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page made of a template, which can link to anything in the dataset by its IRI."""
    text = _templates().get_template(template)
    html = text.render(href=link_maker(service), navigation=NAVIGATION, **values)
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    return HTMLResponse(html, status, headers)


def link_maker(service: Service) -> Callable[[str], str]:
    """Return a function from an IRI to where it leads: a page of ours, the web, or nowhere.

    What the dataset names lives under its base, and is served here under the same path.
    """
    base = service.backend.contents.base
    model = "https://w3id.org/acp/"

    def href(iri: str) -> str:
        for start in (base, model):
            if iri.startswith(start):
                local, hash_sign, fragment = iri.removeprefix(start).partition("#")
                path = f"/{quote(local)}"
                # A fragment never reaches a server, so a term of the ontology is asked for.
                return f"{path}?term={quote(fragment)}" if hash_sign else path
        return iri if urlsplit(iri).scheme in {"http", "https"} else ""

    return href
