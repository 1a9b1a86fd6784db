"""Find things by what they are called, on a page or while somebody types."""

from typing import Final

from pyoxigraph import Literal
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kg.serve.respond import Service
from kg.website.fetch import Asker, Row
from kg.website.visit import Page, Visit

MOST_FOUND: Final = 100
"""Things that a search lists."""
_MOST_SUGGESTED: Final = 8
_SHORTEST: Final = 2
"""Letters that a search needs."""
_LONGEST: Final = 200
_SEARCH: Final = """\
SELECT ?thing (MIN(?rank) AS ?place) (SAMPLE(?name) AS ?label) (SAMPLE(?kind) AS ?kindLabel) WHERE {
  VALUES ?class {
    acp:Program acp:Initiative acp:Payer acp:ProviderOrganization acp:Organization acp:Place
    acp:SourceDocument skos:Concept skos:ConceptScheme owl:Class owl:ObjectProperty
    owl:DatatypeProperty
  }
  ?thing a ?class ; ?naming ?found .
  FILTER(?naming IN (rdfs:label, skos:prefLabel, skos:altLabel, skos:notation, dcterms:title))
  BIND(LCASE(STR(?found)) AS ?written)
  FILTER(CONTAINS(?written, LCASE(%(words)s)))
  BIND(IF(?written = LCASE(%(words)s), 0, IF(STRSTARTS(?written, LCASE(%(words)s)), 1, 2)) AS ?rank)
  OPTIONAL { ?thing rdfs:label ?own }
  OPTIONAL { ?thing skos:prefLabel ?preferred }
  OPTIONAL { ?class rdfs:label ?ofClass }
  OPTIONAL { ?thing skos:inScheme/skos:prefLabel ?ofScheme }
  BIND(COALESCE(?preferred, ?own, ?found) AS ?name)
  BIND(COALESCE(?ofScheme, ?ofClass, IF(?class = owl:Class, "class", "property")) AS ?kind)
} GROUP BY ?thing ORDER BY ?place ?kindLabel ?label ?thing LIMIT %(most)d"""


async def find_by_name(asker: Asker, words: str, most: int) -> list[Row]:
    """Return things that are called so, or whose name holds the words: the best first.

    Raises:
        Fault: there is no answer.
    """
    return await asker.rows(_SEARCH % {"words": Literal(words), "most": most})


async def show_search(visit: Visit) -> Response:
    """Return the page of a search, or what a browser suggests while somebody types."""
    words = visit.parameter("q")[:_LONGEST]
    is_json = visit.parameter("format") == "json"
    most = _MOST_SUGGESTED if is_json else MOST_FOUND + 1
    is_short = len(words) < _SHORTEST
    found = [] if is_short else await find_by_name(visit.asker, words, most)
    if is_json:
        return JSONResponse(
            [
                {
                    "label": row["label"].value,
                    "kind": row["kindLabel"].value,
                    "href": visit.links.href(row["thing"].value),
                }
                for row in found
            ]
        )
    return visit.page(
        "search.html.j2",
        words=words,
        found=found[:MOST_FOUND],
        is_cut=len(found) > MOST_FOUND,
        shortest=_SHORTEST,
    )


def search_routes(service: Service) -> list[BaseRoute]:
    """Return the search."""
    return [Route("/search", Page(service, show_search))]
