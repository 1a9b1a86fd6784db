"""List the things of a kind, a page at a time, with the number of programs they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.serve.faults import Fault
from kg.serve.respond import Service
from kg.website.fetch import Asker, Row
from kg.website.visit import Page, Visit, read_page_number

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
    belongs: bool = True
    """Whether programs have such things, so that the list tells how many do."""


KINDS: Final = (
    Kind(
        *("programs", "Programs", "What payers and provider groups do together.", "a acp:Program"),
        belongs=False,
    ),
    Kind("payers", "Payers", "Who pays.", "a acp:Payer"),
    Kind("groups", "Provider groups", "Who gives care.", "a acp:ProviderOrganization"),
    Kind(
        *("organizations", "Other organizations", "Conveners, agencies and partners."),
        "a acp:Organization . FILTER NOT EXISTS { ?thing a acp:Payer }"
        " FILTER NOT EXISTS { ?thing a acp:ProviderOrganization }",
    ),
    Kind("places", "Places", "Where programs are, and what these places lie in.", "a acp:Place"),
    Kind(
        *("documents", "Documents", "What all this was read from.", "a acp:SourceDocument"),
        belongs=False,
    ),
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
    Kind(
        *("schemes", "Vocabularies", "Every list of concepts.", "a skos:ConceptScheme"),
        belongs=False,
    ),
)
_COUNTS: Final = (
    "SELECT ?kind (COUNT(DISTINCT ?thing) AS ?things) WHERE {{ {} }} GROUP BY ?kind".format(
        " UNION ".join(
            f'{{ ?thing {kind.pattern} BIND("{kind.path}" AS ?kind) }}' for kind in KINDS
        )
    )
)
_LIST: Final = """\
SELECT ?thing (SAMPLE(?own) AS ?label) (SAMPLE(?said) AS ?definition) WHERE {{
  ?thing {pattern} . OPTIONAL {{ ?thing dcterms:title|skos:prefLabel|rdfs:label ?own }}
  OPTIONAL {{ ?thing skos:definition ?said }}
}} GROUP BY ?thing ORDER BY LCASE(STR(COALESCE(?label, ?thing))) ?thing
LIMIT {size} OFFSET {offset}"""
_PROGRAMS: Final = """\
SELECT ?thing (COUNT(DISTINCT ?program) AS ?programs) WHERE {{
  {{ VALUES ?thing {{ {things} }} ?program ?p ?thing . ?program a acp:Program }}
  UNION
  {{ VALUES ?thing {{ {things} }} ?part ?p ?thing FILTER(?p NOT IN (rdf:subject, rdf:object))
    ?program ?q ?part . ?program a acp:Program }}
}} GROUP BY ?thing"""
"""Asked of the things on one page only; each branch has them, so as to be walked from there."""


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
    number = read_page_number(visit)
    query = _LIST.format(pattern=kind.pattern, size=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE)
    rows = await visit.asker.rows(query)
    shown = rows[:PAGE_SIZE]
    return visit.page(
        "list.html.j2",
        kind=kind,
        rows=shown,
        counts=await _count_programs(visit.asker, shown) if kind.belongs and shown else {},
        number=number,
        has_more=len(rows) > PAGE_SIZE,
    )


async def _count_programs(asker: Asker, rows: Sequence[Row]) -> Mapping[str, int]:
    """Return of how many programs each thing is a part, by IRI."""
    things = " ".join(str(row["thing"]) for row in rows if isinstance(row["thing"], NamedNode))
    found = await asker.rows(_PROGRAMS.format(things=things))
    return {row["thing"].value: int(row["programs"].value) for row in found}


def browse_routes(service: Service) -> list[BaseRoute]:
    """Return the lists."""
    return [
        Route("/browse", Page(service, show_kinds)),
        Route("/browse/{kind}", Page(service, show_list)),
    ]
