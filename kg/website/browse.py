"""List the things of a kind, a page at a time, with the number of programs they belong to."""

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.serve.faults import Fault
from kg.serve.respond import Service
from kg.website.visit import Page, Visit

PAGE_SIZE: Final = 200
"""Things on one page of a list."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Things that are listed together."""

    path: str
    title: str
    about: str
    pattern: str
    """What a ?thing of the kind fulfils."""


KINDS: Final = (
    Kind("programs", "Programs", "What payers and provider groups do together.", "a acp:Program"),
    Kind("payers", "Payers", "Who pays.", "a acp:Payer"),
    Kind("groups", "Provider groups", "Who gives care.", "a acp:ProviderOrganization"),
    Kind(
        *("organizations", "Other organizations", "Conveners, agencies and partners."),
        "a acp:Organization . FILTER NOT EXISTS { ?thing a acp:Payer }"
        " FILTER NOT EXISTS { ?thing a acp:ProviderOrganization }",
    ),
    Kind("places", "Places", "Where programs are, and what these places lie in.", "a acp:Place"),
    Kind("documents", "Documents", "What all this was read from.", "a acp:SourceDocument"),
    Kind(
        *("conditions", "Conditions", "What programs are stated to help with."),
        "skos:inScheme <https://w3id.org/acp/vocab/condition>",
    ),
    Kind(
        *("roles", "Care roles", "Who coordinates care."),
        "skos:inScheme <https://w3id.org/acp/vocab/care-role>",
    ),
    Kind(
        *("payments", "Payment methods", "How money flows."),
        "skos:inScheme <https://w3id.org/acp/vocab/payment-method>",
    ),
    Kind("schemes", "Vocabularies", "Every list of concepts.", "a skos:ConceptScheme"),
)
_COUNTS: Final = (
    "SELECT ?kind (COUNT(DISTINCT ?thing) AS ?things) WHERE {{ {} }} GROUP BY ?kind".format(
        " UNION ".join(
            f'{{ ?thing {kind.pattern} BIND("{kind.path}" AS ?kind) }}' for kind in KINDS
        )
    )
)
_LIST: Final = """\
SELECT ?thing (SAMPLE(?name) AS ?label) (SAMPLE(?said) AS ?definition)
  (COUNT(DISTINCT ?program) AS ?programs) WHERE {{
  {{ SELECT DISTINCT ?thing ?order {{
    ?thing {pattern} . OPTIONAL {{ ?thing dcterms:title|skos:prefLabel|rdfs:label ?own }}
    BIND(LCASE(STR(COALESCE(?own, ?thing))) AS ?order)
  }} ORDER BY ?order ?thing LIMIT {size} OFFSET {offset} }}
  OPTIONAL {{ ?thing dcterms:title|skos:prefLabel|rdfs:label ?name }}
  OPTIONAL {{ ?thing skos:definition ?said }}
  OPTIONAL {{
    {{ ?program ?p ?thing . ?program a acp:Program }}
    UNION {{ ?part ?p ?thing . ?program ?q ?part . ?program a acp:Program }}
  }}
}} GROUP BY ?thing ORDER BY LCASE(STR(?label)) ?thing"""


async def show_kinds(visit: Visit) -> Response:
    """Return the page of all kinds."""
    counts = {
        row["kind"].value: int(row["things"].value) for row in await visit.asker.rows(_COUNTS)
    }
    return visit.page("kinds.html.j2", kinds=[(kind, counts.get(kind.path, 0)) for kind in KINDS])


async def show_list(visit: Visit) -> Response:
    """Return one page of the list of a kind.

    Raises:
        Fault: there is no such kind, or no such page.
    """
    path = visit.request.path_params["kind"]
    kind = next((kind for kind in KINDS if kind.path == path), None)
    if kind is None:
        raise Fault("missing", "there is no such list")
    number = _page_number(visit.parameter("page"))
    query = _LIST.format(pattern=kind.pattern, size=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE)
    rows = await visit.asker.rows(query)
    return visit.page(
        "list.html.j2",
        kind=kind,
        rows=rows[:PAGE_SIZE],
        number=number,
        has_more=len(rows) > PAGE_SIZE,
    )


def _page_number(text: str) -> int:
    """Return the number of a page, counted from 1.

    >>> _page_number(""), _page_number("3")
    (1, 3)

    Raises:
        Fault: it is none.
    """
    if not text:
        return 1
    if not (text.isdecimal() and len(text) <= 6 and int(text) > 0):
        raise Fault("refused", "a page is a number from 1")
    return int(text)


def browse_routes(service: Service) -> list[BaseRoute]:
    """Return the lists."""
    return [
        Route("/browse", Page(service, show_kinds)),
        Route("/browse/{kind}", Page(service, show_list)),
    ]
