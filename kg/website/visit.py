"""Answer a visitor with a page; whatever comes from a graph is only ever text in it."""

import hashlib
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kg.serve.faults import Fault
from kg.serve.respond import Service, client_of, fault_response, method_response
from kg.templating import open_template
from kg.website.assets import asset_path
from kg.website.fetch import Asker
from kg.website.links import Links
from kg.website.negotiate import names_page

METHODS: Final = ("GET", "HEAD", "OPTIONS")
NAVIGATION: Final = (
    ("/browse", "Browse"),
    ("/questions", "Questions"),
    ("/compare", "Compare"),
    ("/network", "Network"),
    ("/sparql-editor", "SPARQL"),
    ("/data", "Data"),
)
"""Addresses and names of what every page links to."""
_REMEDIES: Final[Mapping[str, str]] = {
    "busy": "Wait a moment, then load the page again.",
    "time": "Ask for less: another page, or a question with narrower choices.",
    "memory": "Ask for less: another page, or a question with narrower choices.",
    "large": "Ask for less: another page, or a question with narrower choices.",
    "refused": "Check the address.",
    "missing": "Check the address, or search by name.",
    "unacceptable": "Ask for one of the types named.",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page."""

    service: Service
    request: Request

    @property
    def asker(self) -> Asker:
        """Who asks the store."""
        return Asker(self.service, client_of(self.request.scope))

    @property
    def links(self) -> Links:
        """Where things are found on this site."""
        return links_of(self.service)

    def parameter(self, name: str) -> str:
        """Return a parameter of the address in one line, or nothing."""
        return " ".join(self.request.query_params.get(name, "").split())

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """Return a page made of a template.

        Whoever has the same page already is told so instead.
        """
        links = self.links
        text = open_template(f"website/{template}", lstrips=True, cleans=True)
        html = text.render(
            at=links.at,
            href=links.href,
            is_ours=links.is_ours,
            asset=lambda name: links.at(asset_path(name)),
            navigation=NAVIGATION,
            here=self.request.scope["path"],
            **values,
        ).encode("utf-8", "replace")
        tag = f'"{hashlib.sha256(html).hexdigest()[:20]}"'
        headers = {"Vary": "Accept", "Cache-Control": "no-cache", "ETag": tag}
        if status == 200 and tag in self.request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return HTMLResponse(html, status, headers)

    def fault(self, fault: Fault, template: str = "fault.html.j2", **values: object) -> Response:
        """Return a page that says why there is no answer; for a program, one line of text."""
        if not names_page(self.request.headers):
            response = fault_response(fault, self.service.limits)
            response.headers["Vary"] = "Accept"
            return response
        remedy = _REMEDIES.get(fault.outcome, "Load the page again.")
        response = self.page(template, fault.status, fault=str(fault), remedy=remedy, **values)
        if fault.outcome == "busy":
            response.headers["Retry-After"] = str(math.ceil(self.service.limits.queue_seconds))
        return response


Show: TypeAlias = Callable[[Visit], Awaitable[ASGIApp]]


class Page:
    """An ASGI application that shows one kind of page."""

    def __init__(self, service: Service, show: Show) -> None:
        self._service = service
        self._show = show

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = scope["method"]
        if method == "OPTIONS" or method not in METHODS:
            await method_response(method, METHODS, {})(scope, receive, send)
            return
        visit = Visit(self._service, Request(scope))
        try:
            response = await self._show(visit)
            await response(scope, receive, send)
        except Fault as fault:
            await visit.fault(fault)(scope, receive, send)


def read_page_number(visit: Visit) -> int:
    """Return which page of a list an address asks for, counted from 1.

    Raises:
        Fault: it is no number of a page.
    """
    text = visit.parameter("page") or "1"
    if not (text.isdecimal() and len(text) <= 6 and int(text) > 0):
        raise Fault("refused", "a page is a number from 1")
    return int(text)


def links_of(service: Service) -> Links:
    """Return where things are found on a site."""
    root = urlsplit(service.site.public_url or "").path.rstrip("/")
    return Links(service.backend.contents.base, root)
