"""Give people an editor for SPARQL, with our prefixes, terms, examples and questions in it."""

from itertools import groupby
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.serve.respond import Service
from kg.sparql import list_questions
from kg.website.dataset import DatasetPages
from kg.website.visit import Page, Visit

EXAMPLES: Final = (
    (
        "Payers",
        """\
# Who pays in which program?
SELECT ?program ?name ?payer WHERE {
  ?program a acp:Program ; rdfs:label ?name ; acp:hasPayer/rdfs:label ?payer .
}
ORDER BY ?name ?payer""",
    ),
    (
        "Quotations",
        """\
# Which words stand behind a fact?
SELECT ?property ?value ?words ?file ?from ?to WHERE {
  ?fact rdf:subject/rdfs:label ?name ;
    rdf:predicate/rdfs:label ?property ;
    rdf:object ?value ;
    acp:hasEvidence ?evidence .
  ?evidence oa:hasSource/dcterms:identifier ?file ;
    oa:hasSelector [ oa:exact ?words ; oa:start ?from ; oa:end ?to ] .
  FILTER(CONTAINS(?name, "Cigna"))
}
ORDER BY ?file ?from
LIMIT 100""",
    ),
    (
        "Conditions",
        """\
# How many programs help with each condition, or with a form of it?
SELECT ?condition (COUNT(DISTINCT ?program) AS ?programs) WHERE {
  ?program acp:targetsCondition/skos:broader* ?concept .
  ?concept skos:prefLabel ?condition .
}
GROUP BY ?condition
ORDER BY DESC(?programs) ?condition""",
    ),
    (
        "As a graph",
        """\
# Programs with their payers and places, as triples
CONSTRUCT {
  ?program rdfs:label ?name ; acp:hasPayer ?payer ; acp:serviceArea ?place .
} WHERE {
  ?program a acp:Program ; rdfs:label ?name .
  OPTIONAL { ?program acp:hasPayer ?payer }
  OPTIONAL { ?program acp:serviceArea ?place }
}""",
    ),
)
"""Names and queries of the first tabs."""


def editor_routes(service: Service, pages: DatasetPages) -> list[BaseRoute]:
    """Return the editor."""

    async def show_editor(visit: Visit) -> Response:
        contents = service.backend.contents
        statistics = await pages.statistics(visit.asker)
        questions = list_questions()
        name = visit.parameter("question")
        asked = next((question for question in questions if question.name == name), None)
        setting = {
            "endpoint": visit.links.at("/sparql"),
            "prefixes": contents.prefixes,
            "classes": [count.iri for count in statistics.classes],
            "properties": [iri for iri, _ in statistics.properties],
            "examples": [{"name": title, "query": query} for title, query in EXAMPLES],
            "questions": {question.name: question.text for question in questions},
            "name": asked.name if asked else "",
            "query": asked.text if asked else "",
        }
        groups = groupby(questions, lambda question: question.group)
        return visit.page(
            "editor.html.j2",
            setting=setting,
            groups=[(group, list(found)) for group, found in groups],
            count=len(questions),
            limits=service.limits,
        )

    return [Route("/sparql-editor", Page(service, show_editor))]
