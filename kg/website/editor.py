"""Give people an editor for SPARQL, with our prefixes, terms, examples and questions in it."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.errors import UsageError
from kg.guard import read_tokens
from kg.parameters import bind_parameters
from kg.questions import list_questions
from kg.serve.respond import Service
from kg.serve.shield import POLICY
from kg.terms import DEFAULT_BASE
from kg.website.bind import bind_variables
from kg.website.choices import gather_choices
from kg.website.dataset import DatasetPages
from kg.website.links import DESCRIBE
from kg.website.questions import find_question, given_values
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
_STYLES: Final = (
    "zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk=",
    "c0O6TmFAkgpNbHxKAa1BrveWHHopjEtC47i0PzMudxg=",
)
"""SHA-256 of the style sheets that the editor adds to its page itself, to resize columns."""
_POLICY: Final = "; ".join(
    (POLICY, " ".join(("style-src 'self'", *(f"'sha256-{digest}'" for digest in _STYLES))))
)


def editor_routes(service: Service, pages: DatasetPages) -> list[BaseRoute]:
    """Return the editor."""

    async def show_editor(visit: Visit) -> Response:
        prefixes = service.backend.contents.prefixes
        statistics = await pages.statistics(visit.asker)
        questions = list_questions()
        name, query = await _opened(visit)
        setting = {
            "endpoint": visit.links.at("/sparql"),
            "describe": visit.links.at(f"{DESCRIBE}?iri="),
            "bases": [service.backend.contents.base, DEFAULT_BASE],
            "prefixes": prefixes,
            "classes": [count.iri for count in statistics.classes],
            "properties": [iri for iri, _ in statistics.properties],
            "examples": [{"name": title, "query": text} for title, text in _examples(prefixes)],
            "questions": {question.name: question.text for question in questions},
            "name": name,
            "query": query,
        }
        groups = groupby(questions, lambda question: question.group)
        response = visit.page(
            "editor.html.j2",
            setting=setting,
            groups=[(group, list(found)) for group, found in groups],
            count=len(questions),
            limits=service.limits,
        )
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    return [Route("/sparql-editor", Page(service, show_editor))]


async def _opened(visit: Visit) -> tuple[str, str]:
    """Return the name and the query of the question that an address opens, with its values."""
    given = given_values(visit)
    name = given.pop("question", "")
    if not name:
        return "", ""
    question = find_question(name)
    store = await gather_choices(visit.asker, question.parameters, given)
    try:
        bindings = bind_parameters(store, question, given)
    except UsageError:
        bindings = {}  # it opens all the same, for somebody to write the values
    return name, bind_variables(question.text, bindings)


def _examples(prefixes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the examples with the prefixes that they use, which the editor insists on."""
    for title, text in EXAMPLES:
        words = {token.text.partition(":")[0] for token in read_tokens(text) if ":" in token.text}
        lines = (f"PREFIX {name}: <{iri}>" for name, iri in prefixes.items() if name in words)
        yield title, "\n".join((*lines, text))
