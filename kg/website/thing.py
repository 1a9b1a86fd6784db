"""Answer for every IRI of a dataset, in the form that the client likes best.

People get a page with everything that is said about the thing; programs get the triples that have
it as subject or object, in any syntax of RDF. Of an ontology they get all terms, since the IRIs
of terms differ in their fragments only, which no server is ever sent.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from pyoxigraph import NamedNode, Store
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from kg.serve.faults import Fault
from kg.serve.operation import Operation, check_iri
from kg.serve.query import Query
from kg.serve.respond import Service
from kg.show import FactGroup, describe_thing
from kg.terms import ACP, ACP_PROPERTIES, ONTOLOGY, RDF, SHAPES
from kg.things import GraphReader
from kg.website.document import show_document
from kg.website.gather import gather_shape, gather_things
from kg.website.negotiate import SYNTAXES, alternate_links, choose_page_form
from kg.website.ontology import show_ontology
from kg.website.stream import Stream
from kg.website.visit import Page, Visit

DESCRIBE: Final = "/describe"
"""Where any IRI can be asked for, by a parameter."""

_WHOLE: Final = "{ BIND(%s AS ?s) ?s ?p ?o } UNION { BIND(%s AS ?o) ?s ?p ?o }"
_TERMS: Final = (
    "{ BIND(%s AS ?s) ?s ?p ?o } UNION { ?s rdfs:isDefinedBy %s ; ?p ?o }"
    " UNION { GRAPH <%sgraph/ontology> { ?s ?p ?o } }"
)
_SHAPE: Final = "GRAPH <%sgraph/shapes> { %s }"
_EVERYTHING: Final = "?s ?p ?o"


async def show_thing(visit: Visit) -> ASGIApp:
    """Return what is said about the thing that an address stands for.

    Raises:
        Fault: the address is no IRI, nothing is said about it, or the client takes no form of it.
    """
    iri = _iri_of(visit)
    address = visit.links.href(iri.value)
    form = choose_page_form(visit.request.headers, visit.parameter("format"))
    if form is None:
        response = await _show_page(visit, iri)
        response.headers["Link"] = alternate_links(address)
        return response
    pattern = _pattern(iri, visit.service.backend.contents.base)
    if not await visit.asker.says(f"ASK {{ {pattern} }}"):
        raise Fault("missing", f"nothing is said here about {iri.value}")
    query = Query(
        f"CONSTRUCT {{ {_EVERYTHING} }} WHERE {{ {pattern} }}",
        rows=None,
        graph=form.name,
        head=visit.request.method == "HEAD",
    )
    link = f'<{address}>; rel="describedby"; type="text/html"'
    return Stream(visit.service, Operation(query, None, form), {"Link": link})


def _iri_of(visit: Visit) -> NamedNode:
    """Return the IRI that an address stands for."""
    parameters, scope = visit.request.query_params, visit.request.scope
    if scope["path"] == DESCRIBE:
        return check_iri(parameters.get("iri", ""))
    return check_iri(visit.links.iri(scope["raw_path"].decode("ascii"), parameters.get("term")))


def _pattern(iri: NamedNode, base: str) -> str:
    """Return the pattern of the triples about a thing."""
    if iri.value == SHAPES:
        return _SHAPE % (base, _EVERYTHING)
    if iri.value.startswith(SHAPES):
        return _SHAPE % (base, _WHOLE % (iri, iri))
    if iri.value == ONTOLOGY:
        return _TERMS % (iri, iri, base)
    return _WHOLE % (iri, iri)


async def _show_page(visit: Visit, iri: NamedNode) -> Response:
    if iri.value == ONTOLOGY:
        return await show_ontology(visit)
    gather = gather_shape if iri.value.startswith(SHAPES) else gather_things
    store = await gather(visit.asker, [iri])
    if ACP.SourceDocument in GraphReader(store).objects(iri, RDF.type):
        return await show_document(visit, iri)
    # In a thread, as it takes a while where much is said: others are answered meanwhile.
    return await asyncio.to_thread(_make_page, visit, store, iri)


def _make_page(visit: Visit, store: Store, iri: NamedNode) -> Response:
    reader = GraphReader(store)
    if not reader.is_known(iri):
        missing = Fault("missing", f"nothing is said here about {iri.value}")
        return visit.fault(missing, "missing.html.j2", iri=iri.value)
    thing = describe_thing(store, iri.value)
    return visit.page(
        "thing.html.j2",
        thing=replace(thing, groups=_in_order(reader, thing.groups)),
        documents=defaultdict(str, _documents(reader)),
        is_program=ACP.Program in reader.objects(iri, RDF.type),
        syntaxes=SYNTAXES,
    )


def _in_order(reader: GraphReader, groups: Iterable[FactGroup]) -> tuple[FactGroup, ...]:
    """Return groups of facts in the order of the model: what matters most first."""
    places = {reader.property_name(ACP[name]): place for place, name in enumerate(ACP_PROPERTIES)}
    facts = (
        replace(
            group,
            facts=tuple(replace(fact, parts=_in_order(reader, fact.parts)) for fact in group.facts),
        )
        for group in groups
    )
    return tuple(sorted(facts, key=lambda group: places.get(group.property, len(places))))


def _documents(reader: GraphReader) -> Iterator[tuple[str, str]]:
    """Yield the name of each document with its IRI."""
    for document in reader.instances(ACP.SourceDocument):
        yield reader.document_name(document), document.value


def thing_routes(service: Service) -> list[BaseRoute]:
    """Return the addresses of instances, concepts and terms."""
    thing = Page(service, show_thing)
    paths = ("/id/{name:path}", "/vocab", "/vocab/{name:path}", "/agent/{name:path}")
    terms = ("/ontology", "/ontology/{version}", "/shapes", "/shapes/{version}")
    return [Route(path, thing) for path in (DESCRIBE, *paths, *terms)]
