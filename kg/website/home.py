"""Show what a dataset holds at a glance."""

from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.serve.respond import Service
from kg.website.visit import Page, Visit

MOST_PROGRAMS: Final = 100
"""Programs on the first page; all of them are to be browsed."""
_FIGURES: Final = {
    "Program": ("programs", "programs"),
    "Payer": ("payers", "payers"),
    "ProviderOrganization": ("provider groups", "groups"),
    "Place": ("places", "places"),
    "SourceDocument": ("documents", "documents"),
    "Assertion": ("quoted facts", "documents"),
}
"""What is counted, by class: its name, and the list that it links to."""
_COUNTS: Final = """\
SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE {{
  VALUES ?class {{ {} }} ?thing a ?class
}} GROUP BY ?class""".format(" ".join(f"acp:{name}" for name in _FIGURES))
_PROGRAMS: Final = """\
SELECT ?program ?label ?payer ?payerLabel ?place ?placeLabel ?date WHERE {
  { SELECT ?program (SAMPLE(?name) AS ?label) { ?program a acp:Program ; rdfs:label ?name }
    GROUP BY ?program ORDER BY ?label LIMIT %d }
  OPTIONAL { ?program acp:hasPayer ?payer . ?payer rdfs:label ?payerLabel }
  OPTIONAL { ?program acp:serviceArea ?place . ?place rdfs:label ?placeLabel }
  OPTIONAL { ?program acp:effectiveDate ?date }
} ORDER BY ?label ?program ?payerLabel ?placeLabel ?date"""


async def show_home(visit: Visit) -> Response:
    """Return the first page."""
    asker = visit.asker
    counts = {
        row["class"].value.rpartition("#")[2]: int(row["things"].value)
        for row in await asker.rows(_COUNTS)
    }
    return visit.page(
        "home.html.j2",
        figures=[(counts.get(name, 0), *known) for name, known in _FIGURES.items()],
        programs=await asker.rows(_PROGRAMS % MOST_PROGRAMS),
        is_cut=counts.get("Program", 0) > MOST_PROGRAMS,
    )


def home_routes(service: Service) -> list[BaseRoute]:
    """Return the first page."""
    return [Route("/", Page(service, show_home))]
