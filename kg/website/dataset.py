"""Describe what is served: for people the ways to take it, for programs VoID and DCAT."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.serve.contents import Contents
from kg.serve.description import FORMAT_NAMES, W3C_FORMATS
from kg.serve.formats import GRAPH_SYNTAXES, GRAPHS, ROWS, Form
from kg.serve.respond import Service
from kg.terms import DCAT, DCTERMS, FOAF, ONTOLOGY, RDF, VOCABULARY, VOID, XSD, prefixes
from kg.void import name_part
from kg.website.artifacts import Artifacts
from kg.website.fetch import Asker
from kg.website.negotiate import SYNTAXES, alternate_links, choose_page_form
from kg.website.visit import Page, Visit

WELL_KNOWN: Final = "/.well-known/void"
"""Where RFC 8615 and VoID (section 7.2) have programs look for a description."""

_FEATURES: Final = ("turtle", "nt", "rdf", "jsonld")
_TURTLE: Final = Form("turtle", "text/turtle")
_CLASSES: Final = """\
SELECT ?class (COUNT(DISTINCT ?s) AS ?things) (MIN(STR(?s)) AS ?example) (SAMPLE(?name) AS ?label)
WHERE { ?s a ?class . OPTIONAL { ?class rdfs:label ?name } FILTER(isIRI(?class)) }
GROUP BY ?class ORDER BY DESC(?things) ?class LIMIT 500"""
_PROPERTIES: Final = """\
SELECT ?property (COUNT(*) AS ?triples) WHERE { ?s ?property ?o }
GROUP BY ?property ORDER BY DESC(?triples) ?property LIMIT 1000"""
_DISTINCT: Final = """\
SELECT (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) WHERE { ?s ?p ?o }"""


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many things of a class there are, with one of them."""

    iri: str
    label: str
    things: int
    example: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the default graph holds."""

    triples: int
    subjects: int
    objects: int
    classes: tuple[ClassCount, ...]
    properties: tuple[tuple[str, int], ...]


class DatasetPages:
    """The descriptions of a service, counted once for as long as its dataset is the same."""

    def __init__(self, service: Service, artifacts: Artifacts) -> None:
        self._service = service
        self._artifacts = artifacts
        self._counted: tuple[Contents, Statistics] | None = None

    async def show_data(self, visit: Visit) -> Response:
        """Return the page about the data."""
        statistics = await self.statistics(visit.asker)
        contents = self._service.backend.contents
        response = visit.page(
            "data.html.j2",
            statistics=statistics,
            files=list(self._artifacts.files().values()),
            endpoint=f"{self._service.url_of(visit.request.scope)}/sparql",
            contents=contents,
            limits=self._service.limits,
            rows=ROWS,
            graphs=GRAPHS,
            syntaxes=SYNTAXES,
            void=WELL_KNOWN,
        )
        response.headers["Link"] = f'<{visit.links.at(WELL_KNOWN)}>; rel="describedby"'
        return response

    async def send_dataset(self, visit: Visit) -> Response:
        """Return the page about the data, or its description: what the dataset's IRI stands for."""
        form = choose_page_form(visit.request.headers, visit.parameter("format"))
        if form is not None:
            return await self.send_void(visit)
        response = await self.show_data(visit)
        response.headers["Link"] = alternate_links(visit.links.at("/dataset"))
        return response

    async def send_void(self, visit: Visit) -> Response:
        """Return the description in VoID and DCAT.

        Raises:
            Fault: the client takes no syntax of RDF, nor text.
        """
        chosen = choose_page_form(visit.request.headers, visit.parameter("format"))
        form = chosen or _TURTLE  # a browser shows text better than it keeps files
        statistics = await self.statistics(visit.asker)
        own = await asyncio.to_thread(self._built_triples)
        url = self._service.url_of(visit.request.scope)
        base = self._service.backend.contents.base
        triples = sorted([*describe_served(url, base, statistics), *own], key=str)
        used = {name: iri for name, iri in prefixes(base).items() if name not in ("acpsh", "oa")}
        body = serialize(triples, format=GRAPH_SYNTAXES[form.name], prefixes=used) or b""
        headers = {"Content-Type": form.content_type, "Vary": "Accept", "Cache-Control": "no-cache"}
        return Response(body, headers=headers)

    def _built_triples(self) -> list[Triple]:
        """Return what the build says of its own files."""
        file = self._artifacts.files().get("void.ttl")
        if file is None:
            return []
        try:
            return [quad.triple for quad in parse(path=str(file.path), format=RdfFormat.TURTLE)]
        except (OSError, SyntaxError):  # somebody's hand was at it: the rest still stands
            return []

    async def statistics(self, asker: Asker) -> Statistics:
        """Return what the default graph holds, counted at most once.

        Raises:
            Fault: there is no answer.
        """
        contents = self._service.backend.contents
        if self._counted is None or self._counted[0] is not contents:
            self._counted = (contents, await _count(asker, contents))
        return self._counted[1]


async def _count(asker: Asker, contents: Contents) -> Statistics:
    classes = await asker.rows(_CLASSES)
    properties = await asker.rows(_PROPERTIES)
    (totals,) = await asker.rows(_DISTINCT)
    return Statistics(
        triples=contents.triples,
        subjects=int(totals["subjects"].value),
        objects=int(totals["objects"].value),
        classes=tuple(
            ClassCount(
                *(row["class"].value, row["label"].value if "label" in row else ""),
                *(int(row["things"].value), row["example"].value),
            )
            for row in classes
        ),
        properties=tuple((row["property"].value, int(row["triples"].value)) for row in properties),
    )


def describe_served(url: str, base: str, statistics: Statistics) -> Iterator[Triple]:
    """Yield what is served at a URL, with the service that answers queries about it.

    Of a build it is a larger dataset: its facts and evidence, and the model.
    """
    document = NamedNode(f"{url}{WELL_KNOWN}")
    dataset = NamedNode(f"{document.value}#dataset")
    service = NamedNode(f"{document.value}#service")
    yield Triple(document, RDF.type, VOID.DatasetDescription)
    yield Triple(document, FOAF.primaryTopic, dataset)
    for kind in (VOID.Dataset, DCAT.Dataset):
        yield Triple(dataset, RDF.type, kind)
    title = "Accountable care programs, as served here: facts, evidence and the model"
    yield Triple(dataset, DCTERMS.title, Literal(title, language="en"))
    yield Triple(dataset, FOAF.homepage, NamedNode(f"{url}/"))
    yield Triple(dataset, VOID.subset, NamedNode(f"{base}dataset"))
    yield Triple(dataset, VOID.sparqlEndpoint, NamedNode(f"{url}/sparql"))
    yield Triple(dataset, VOID.uriSpace, Literal(f"{base}id/"))
    for vocabulary in (f"{ONTOLOGY}#", VOCABULARY):
        yield Triple(dataset, VOID.vocabulary, NamedNode(vocabulary))
    for name in _FEATURES:
        yield Triple(dataset, VOID.feature, NamedNode(W3C_FORMATS + FORMAT_NAMES[name]))
    yield from _counts(dataset, statistics)
    yield Triple(service, RDF.type, DCAT.DataService)
    yield Triple(service, DCTERMS.title, Literal("SPARQL 1.1 endpoint, for queries", language="en"))
    yield Triple(service, DCAT.endpointURL, NamedNode(f"{url}/sparql"))
    yield Triple(service, DCAT.endpointDescription, NamedNode(f"{url}/sparql"))
    yield Triple(service, DCAT.servesDataset, dataset)


def _counts(dataset: NamedNode, statistics: Statistics) -> Iterator[Triple]:
    yield Triple(dataset, VOID.triples, _integer(statistics.triples))
    yield Triple(dataset, VOID.distinctSubjects, _integer(statistics.subjects))
    yield Triple(dataset, VOID.distinctObjects, _integer(statistics.objects))
    yield Triple(dataset, VOID.classes, _integer(len(statistics.classes)))
    yield Triple(dataset, VOID.properties, _integer(len(statistics.properties)))
    for count in statistics.classes:
        part = name_part(dataset, "class", NamedNode(count.iri))
        yield Triple(dataset, VOID.classPartition, part)
        yield Triple(part, VOID["class"], NamedNode(count.iri))
        yield Triple(part, VOID.entities, _integer(count.things))
    for iri, triples in statistics.properties:
        part = name_part(dataset, "property", NamedNode(iri))
        yield Triple(dataset, VOID.propertyPartition, part)
        yield Triple(part, VOID.property, NamedNode(iri))
        yield Triple(part, VOID.triples, _integer(triples))


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)


def dataset_routes(service: Service, pages: DatasetPages) -> list[BaseRoute]:
    """Return the pages about the data and its descriptions."""
    shown = {
        "/data": pages.show_data,
        "/dataset": pages.send_dataset,
        WELL_KNOWN: pages.send_void,
        "/void": pages.send_void,
    }
    return [Route(path, Page(service, show)) for path, show in shown.items()]
