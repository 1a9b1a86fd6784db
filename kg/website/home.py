"""Show what a dataset holds at a glance, and find things in it by their names."""

from typing import Final

from pyoxigraph import Literal
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.serve.faults import Fault
from kg.serve.respond import Service, client_of
from kg.website.fetch import fetch_rows
from kg.website.html import page

MOST_FOUND: Final = 100
"""Things that a search lists."""
_SHORTEST: Final = 2
"""Letters that a search needs."""

_COUNTS: Final = """\
PREFIX acp: <https://w3id.org/acp/ontology#>
SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE {
  VALUES ?class { acp:Program acp:Payer acp:ProviderOrganization acp:Place acp:SourceDocument }
  ?thing a ?class
} GROUP BY ?class ORDER BY ?class"""
_PROGRAMS: Final = """\
PREFIX acp: <https://w3id.org/acp/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?program ?label ?payer ?payerLabel ?place ?placeLabel ?date WHERE {
  { SELECT ?program ?label { ?program a acp:Program ; rdfs:label ?label }
    ORDER BY ?label LIMIT 500 }
  OPTIONAL { ?program acp:hasPayer ?payer . ?payer rdfs:label ?payerLabel }
  OPTIONAL { ?program acp:serviceArea ?place . ?place rdfs:label ?placeLabel }
  OPTIONAL { ?program acp:effectiveDate ?date }
} ORDER BY ?label ?program ?payerLabel ?placeLabel ?date"""
_SEARCH: Final = """\
PREFIX acp: <https://w3id.org/acp/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing (SAMPLE(?name) AS ?label) (SAMPLE(?kind) AS ?kindLabel) WHERE {
  VALUES ?naming { rdfs:label skos:prefLabel skos:altLabel skos:notation }
  ?thing ?naming ?found .
  FILTER(CONTAINS(LCASE(STR(?found)), LCASE(%s)))
  ?thing a ?class .
  VALUES ?class {
    acp:Program acp:Payer acp:ProviderOrganization acp:Organization acp:Place acp:SourceDocument
    skos:Concept
  }
  OPTIONAL { ?thing rdfs:label ?own }
  OPTIONAL { ?thing skos:prefLabel ?preferred }
  OPTIONAL { ?class rdfs:label ?ofClass }
  OPTIONAL { ?thing skos:inScheme/skos:prefLabel ?ofScheme }
  BIND(COALESCE(?preferred, ?own, ?found) AS ?name)
  BIND(COALESCE(?ofScheme, ?ofClass, "thing") AS ?kind)
} GROUP BY ?thing ORDER BY ?kindLabel ?label ?thing LIMIT %d"""


def home_routes(service: Service) -> list[Route]:
    """Return the first page and the search."""

    async def show_home(request: Request) -> Response:
        client = client_of(request.scope)
        try:
            counts = await fetch_rows(service, _COUNTS, client)
            programs = await fetch_rows(service, _PROGRAMS, client)
        except Fault as fault:
            return page(service, "fault.html.j2", fault.status, fault=str(fault))
        return page(service, "home.html.j2", counts=counts, programs=programs)

    async def show_search(request: Request) -> Response:
        words = " ".join(request.query_params.get("q", "").split())[:200]
        found = []
        if len(words) >= _SHORTEST:
            query = _SEARCH % (Literal(words), MOST_FOUND + 1)
            try:
                found = await fetch_rows(service, query, client_of(request.scope))
            except Fault as fault:
                return page(service, "fault.html.j2", fault.status, fault=str(fault))
        return page(
            service,
            "search.html.j2",
            words=words,
            found=found[:MOST_FOUND],
            is_cut=len(found) > MOST_FOUND,
            shortest=_SHORTEST,
        )

    return [Route("/", show_home), Route("/search", show_search)]
