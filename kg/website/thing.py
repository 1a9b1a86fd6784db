"""Answer for every IRI of a dataset, in the form that the client likes best.

People get a page with everything that is said about the thing; programs get the triples that have
it as subject or object, in any syntax of RDF. Of an ontology they get all terms, since the IRIs
of terms differ in their fragments only, which no server is ever sent.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
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
from kg.terms import ACP, ACP_PROPERTIES, ALIGNMENTS, ONTOLOGY, RDF, SHAPES
from kg.things import GraphReader
from kg.website.document import show_document
from kg.website.gather import gather_apart, gather_thing
from kg.website.incoming import PAGE_SIZE, Stretch, count_incoming
from kg.website.links import DESCRIBE
from kg.website.negotiate import SYNTAXES, alternate_links, choose_page_form
from kg.website.ontology import show_ontology
from kg.website.stream import Stream
from kg.website.visit import Page, Visit, read_page_number

_WHOLE: Final = "{ BIND(%s AS ?s) ?s ?p ?o } UNION { BIND(%s AS ?o) ?s ?p ?o }"
_TERMS: Final = (
    "{ BIND(%s AS ?s) ?s ?p ?o } UNION { ?s rdfs:isDefinedBy %s ; ?p ?o }"
    " UNION { GRAPH <%sgraph/ontology> { ?s ?p ?o } }"
)
_APART: Final = {SHAPES: "graph/shapes", ALIGNMENTS: "graph/alignments"}
"""Parts of the model that are in a graph of their own alone, since they are about its terms."""
_MODELS: Final = ("ontology", "shapes", "alignments")
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
    if apart := _graph_of(iri, base):
        about = _EVERYTHING if iri.value in _APART else _WHOLE % (iri, iri)
        return f"GRAPH <{apart}> {{ {about} }}"
    if iri.value == ONTOLOGY:
        return _TERMS % (iri, iri, base)
    return _WHOLE % (iri, iri)


def _graph_of(iri: NamedNode, base: str) -> str:
    """Return the graph that alone speaks of a thing, or nothing where it is the default graph."""
    for document, graph in _APART.items():
        if iri.value == document or iri.value.startswith((f"{document}#", f"{document}/")):
            return f"{base}{graph}"
    return ""


async def _show_page(visit: Visit, iri: NamedNode) -> Response:
    if iri.value == ONTOLOGY:
        return await show_ontology(visit)
    if apart := _graph_of(iri, visit.service.backend.contents.base):
        store = await gather_apart(visit.asker, iri, apart)
        return await asyncio.to_thread(_make_page, visit, store, iri, Shown())
    shown = await _choose(visit, iri)
    store = await gather_thing(visit.asker, iri, shown.stretches)
    if ACP.SourceDocument in GraphReader(store).objects(iri, RDF.type) and not shown.only:
        return await show_document(visit, iri)
    # In a thread, as it takes a while where much is said: others are answered meanwhile.
    return await asyncio.to_thread(_make_page, visit, store, iri, shown)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of the things that have its own as their value."""

    stretches: tuple[Stretch, ...] = ()
    only: Stretch | None = None
    """The one stretch that a page is about, of those that are about no more."""


async def _choose(visit: Visit, iri: NamedNode) -> Shown:
    """Return what the address asks for: some of each property, or a page of one.

    Raises:
        Fault: there is no such page, or no answer.
    """
    counts = await count_incoming(visit.asker, iri)
    name = visit.parameter("property")
    if not name:
        return Shown(tuple(Stretch(*pair) for pair in sorted(counts.items(), key=str)))
    node = check_iri(name)
    offset = (read_page_number(visit) - 1) * PAGE_SIZE
    if offset >= counts.get(node, 0):
        raise Fault("missing", f"no more is said about {iri.value} by {name}")
    only = Stretch(node, counts[node], offset, PAGE_SIZE)
    return Shown((only,), only)


def _make_page(visit: Visit, store: Store, iri: NamedNode, shown: Shown) -> Response:
    reader = GraphReader(store)
    if not reader.is_known(iri):
        missing = Fault("missing", f"nothing is said here about {iri.value}")
        return visit.fault(missing, "missing.html.j2", iri=iri.value)
    thing = describe_thing(store, iri.value)
    stretches = {reader.inverse_name(one.predicate): one for one in shown.stretches}
    only = reader.inverse_name(shown.only.predicate) if shown.only else ""
    groups = [group for group in thing.groups if only in ("", group.property)]
    return visit.page(
        "thing.html.j2",
        thing=replace(thing, groups=_in_order(groups, _places(reader))),
        documents=defaultdict(str, _documents(reader)),
        is_program=ACP.Program in reader.objects(iri, RDF.type),
        stretches=stretches,
        only=shown.only,
        number=read_page_number(visit),
        syntaxes=SYNTAXES,
    )


def _places(reader: GraphReader) -> Mapping[str, int]:
    """Return the places of properties in the order of the model, as read from either side.

    Last comes where it all was read, which of a payer may be anywhere.
    """
    names = [ACP[name] for name in ACP_PROPERTIES if name != "describedIn"]
    forward = (reader.property_name(node) for node in names)
    inverse = (reader.inverse_name(node) for node in (*names, ACP.describedIn))
    return {name: place for place, name in reversed([*enumerate((*forward, *inverse))])}


def _in_order(groups: Iterable[FactGroup], places: Mapping[str, int]) -> tuple[FactGroup, ...]:
    """Return groups of facts in the order of the model: what matters most first."""
    sorted_within = (
        replace(
            group,
            facts=tuple(replace(fact, parts=_in_order(fact.parts, places)) for fact in group.facts),
        )
        for group in groups
    )
    return tuple(sorted(sorted_within, key=lambda group: places.get(group.property, len(places))))


def _documents(reader: GraphReader) -> Iterator[tuple[str, str]]:
    """Yield the name of each document with its IRI."""
    for document in reader.instances(ACP.SourceDocument):
        yield reader.document_name(document), document.value


def thing_routes(service: Service) -> list[BaseRoute]:
    """Return the addresses of instances, concepts and terms."""
    thing = Page(service, show_thing)
    paths = ("/id/{name:path}", "/vocab", "/vocab/{name:path}", "/agent/{name:path}")
    models = (f"/{name}{version}" for name in _MODELS for version in ("", "/{version}"))
    return [Route(path, thing) for path in (DESCRIBE, *paths, *models)]
