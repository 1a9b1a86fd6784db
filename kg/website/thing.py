"""Show everything that a dataset says about one thing, at the address that its IRI has.

Each IRI under the served base answers directly, in the form that the client likes best: a page for
people, or the triples about the thing in any syntax of RDF.
"""

from typing import Final

import mimeparse
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kg.serve.faults import Fault
from kg.serve.formats import GRAPHS, Form
from kg.serve.operation import Operation, check_iri
from kg.serve.query import Query
from kg.serve.respond import Service, answer_request, client_of, method_response
from kg.show import describe_thing
from kg.things import GraphReader
from kg.website.fetch import fetch_thing
from kg.website.html import page

MODEL: Final = "https://w3id.org/acp/"
"""Where the IRIs of the ontology and the vocabulary begin, whatever the base of the instances."""

_METHODS: Final = ("GET", "HEAD", "OPTIONS")
_HTML: Final = "text/html"
_TYPES: Final = {types[0]: name for name, types in GRAPHS.items()}
_OF_THING: Final = (
    "CONSTRUCT { ?s ?p ?o } WHERE { { BIND(%s AS ?s) ?s ?p ?o } UNION { BIND(%s AS ?o) ?s ?p ?o } }"
)
_OF_ONTOLOGY: Final = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <%sgraph/ontology> { ?s ?p ?o } }"


class ThingPage:
    """An ASGI application that answers for every IRI of the dataset."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request, method = Request(scope), scope["method"]
        if method == "OPTIONS" or method not in _METHODS:
            await method_response(method, _METHODS, {})(scope, receive, send)
            return
        try:
            iri = self._iri(request)
            form = choose_page_form(request)
            if form is not None:
                query = Query(self._construct(iri), rows=None, graph=form.name)
                await answer_request(
                    self._service, Operation(query, None, form), scope, receive, send
                )
                return
            response = await self._show(iri, client_of(scope))
        except Fault as fault:
            response = page(self._service, "fault.html.j2", fault.status, fault=str(fault))
        await response(scope, receive, send)

    def _iri(self, request: Request) -> NamedNode:
        """Return the IRI that an address stands for."""
        path = request.scope["path"].lstrip("/")
        if path.startswith(("vocab", "ontology")):
            term = request.query_params.get("term")
            return check_iri(f"{MODEL}{path}#{term}" if term else f"{MODEL}{path}")
        return check_iri(f"{self._service.backend.contents.base}{path}")

    def _construct(self, iri: NamedNode) -> str:
        if iri.value == f"{MODEL}ontology":
            return _OF_ONTOLOGY % self._service.backend.contents.base
        return _OF_THING % (iri, iri)

    async def _show(self, iri: NamedNode, client: str) -> Response:
        store = await fetch_thing(self._service, iri, client)
        if not GraphReader(store).is_known(iri):
            return page(self._service, "missing.html.j2", 404, iri=iri.value)
        thing = describe_thing(store, iri.value)
        return page(self._service, "thing.html.j2", thing=thing)


def choose_page_form(request: Request) -> Form | None:
    """Return the syntax of RDF that a client wants, or None for a page.

    Raises:
        Fault: the client takes neither.
    """
    named = request.query_params.get("format", "")
    if named in GRAPHS:
        return Form(named, GRAPHS[named][0])
    accept = request.headers.get("accept") or "*/*"
    try:  # of equals the last is best: a page
        best = str(mimeparse.best_match([*reversed(_TYPES), _HTML], accept) or "")
    except mimeparse.MimeTypeParseException:
        best = _HTML
    if not best:
        raise Fault("unacceptable", f"this comes as {_HTML}, {', '.join(_TYPES)}")
    return None if best == _HTML else Form(_TYPES[best], best)


def thing_routes(service: Service) -> list[Route]:
    """Return the addresses of instances, concepts and terms."""
    thing = ThingPage(service)
    paths = ("/id/{name:path}", "/vocab/{name:path}", "/ontology", "/ontology/{version}")
    return [Route(path, thing) for path in paths]
