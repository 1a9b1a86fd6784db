"""Serve graphs as they are: what the SPARQL 1.1 Graph Store Protocol has for reading.

A graph is named by a parameter (`/store?graph=IRI`, `/store?default`), or it is the address of the
request: below `/store/`, and below `/graph/` for the graphs of a build, whose names begin with the
dataset's base instead of ours.
"""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kg.serve.faults import Fault
from kg.serve.formats import Form
from kg.serve.operation import Operation, check_iri, choose_forms, read_parameters
from kg.serve.query import Query
from kg.serve.respond import (
    Service,
    answer_request,
    client_of,
    fault_response,
    method_response,
)

STORE: Final = "/store"
METHODS: Final = ("GET", "HEAD", "OPTIONS")
_YES_OR_NO: Final = 1_000
"""Bytes that a yes or no may have."""
_ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class GraphStore:
    """An ASGI application that gives out one graph."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = scope["method"]
        if method == "OPTIONS" or method not in METHODS:
            await method_response(method, METHODS, {})(scope, receive, send)
            return
        try:
            parameters = dict(read_parameters(scope["query_string"]))
            formats = [parameters.pop("format")] if "format" in parameters else []
            accept = ", ".join(Headers(scope=scope).getlist("accept"))
            _, form = choose_forms(formats, accept)
            name = self._graph_name(scope, parameters)
            if name is not None:
                await self._check_exists(name, client_of(scope))
            operation = Operation(_whole_graph(name, form, scope["method"]), None, form)
            await answer_request(self._service, operation, scope, receive, send)
        except Fault as fault:
            await fault_response(fault, self._service.limits)(scope, receive, send)

    def _graph_name(self, scope: Scope, parameters: Mapping[str, str]) -> str | None:
        """Return the IRI of the graph that a request names; nothing for the default graph."""
        if scope["path_params"]:
            path = scope["raw_path"].decode("ascii")
            if path.startswith(STORE):
                return check_iri(self._service.url_of(scope) + path).value
            return check_iri(self._service.backend.contents.base + path[1:]).value
        if parameters.keys() == {"graph"}:
            return check_iri(parameters["graph"]).value
        if parameters.keys() == {"default"}:
            return None
        raise Fault("refused", "name a graph: ?default, or ?graph= with its IRI")

    async def _check_exists(self, name: str, client: str) -> None:
        query = Query("ASK { GRAPH ?g { ?s ?p ?o } }", default_graphs=(), named_graphs=(name,))
        async with self._service.backend.answer(query, client) as answer:
            found = await answer.read(_YES_OR_NO)
        if b"true" not in found:
            raise Fault("missing", "no such graph is here")


def _whole_graph(name: str | None, form: Form | None, method: str) -> Query:
    return Query(
        _ALL,
        rows=None,
        graph=form.name if form else None,
        default_graphs=None if name is None else (name,),
        named_graphs=None if name is None else (),
        head=method == "HEAD",
    )


def graph_routes(service: Service) -> list[Route]:
    """Return the graph store, and the graphs that have an address."""
    store = GraphStore(service)
    paths = (STORE, f"{STORE}/{{path:path}}", "/graph/{path:path}")
    return [Route(path, store) for path in paths]
