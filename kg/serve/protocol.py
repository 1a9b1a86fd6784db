"""Speak the SPARQL 1.1 Protocol: queries, and a description for who asks none."""

from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kg.serve.description import describe_service
from kg.serve.faults import Fault
from kg.serve.formats import choose_form, list_types
from kg.serve.operation import (
    FORM_TYPE,
    QUERY_TYPE,
    read_operation,
    read_parameters,
    read_posted,
)
from kg.serve.respond import Service, answer_request, fault_response, method_response

ENDPOINT: Final = "/sparql"
METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "QUERY")
_WITH_BODY: Final = ("POST", "QUERY")
_ACCEPTED: Final = {"Accept-Post": f"{QUERY_TYPE}, {FORM_TYPE}", "Accept-Query": QUERY_TYPE}


class SparqlEndpoint:
    """An ASGI application that answers queries."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            response = await self._respond(scope, receive, send)
        except Fault as fault:
            response = fault_response(fault, self._service.limits)
        if response is not None:
            await response(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """Return a response, or nothing where one was sent."""
        method, headers = scope["method"], Headers(scope=scope)
        if method == "OPTIONS" or method not in METHODS:
            return method_response(method, METHODS, _ACCEPTED)
        accept = ", ".join(headers.getlist("accept"))
        parameters = read_parameters(scope["query_string"])
        if method in _WITH_BODY:
            body = await read_body(headers, receive, self._service.limits.body)
            parameters = [*parameters, *read_posted(headers.get("content-type"), body)]
        iri = f"{self._service.url_of(scope)}{ENDPOINT}"
        operation = read_operation(parameters, accept, base=iri, is_head=method == "HEAD")
        if operation is not None:
            await answer_request(self._service, operation, scope, receive, send)
            return None
        if method in _WITH_BODY:
            raise Fault("refused", "there is no query")
        return self._describe(iri, accept)

    def _describe(self, iri: str, accept: str) -> Response:
        form = choose_form(accept, "graph")
        if form is None:
            raise Fault("unacceptable", f"the description comes as {list_types('graph')}")
        body = describe_service(iri, self._service.backend.contents, form.name)
        return Response(body, headers={"Content-Type": form.content_type, "Vary": "Accept"})


async def read_body(headers: Headers, receive: Receive, limit: int) -> bytes:
    """Return the body of a request.

    Raises:
        Fault: it is larger than a limit, compressed, or does not come.
    """
    if headers.get("content-encoding", "identity") != "identity":
        raise Fault("unsupported", "a query is sent uncompressed")
    announced = headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > limit:
        raise Fault("large", f"a request takes up to {limit:,} bytes")
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Fault("gone", "the client left before it had asked")
        body += message.get("body", b"")
        if len(body) > limit:
            raise Fault("large", f"a request takes up to {limit:,} bytes")
        more = message.get("more_body", False)
    return bytes(body)


def protocol_routes(service: Service) -> list[Route]:
    """Return the endpoint, with and without a slash at its end."""
    endpoint = SparqlEndpoint(service)
    return [Route(ENDPOINT, endpoint), Route(f"{ENDPOINT}/", endpoint)]
