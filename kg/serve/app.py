"""Put the application together from its routes."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from kg.serve.graphs import graph_routes
from kg.serve.monitor import Monitor, monitor_routes
from kg.serve.protocol import protocol_routes
from kg.serve.respond import Service
from kg.serve.shield import shield

_INDEX = """\
/sparql    SPARQL 1.1 queries; without a query, what the endpoint can do
/store     graphs: ?default, or ?graph= with the IRI of one
/health    whether the service is up
/metrics   figures for Prometheus
"""


@dataclass(frozen=True, slots=True)
class Pages:
    """What people are shown: routes, and what answers for every path that nobody has."""

    routes: Sequence[BaseRoute] = ()
    otherwise: ASGIApp | None = None


def create_app(service: Service, monitor: Monitor, pages: Pages) -> ASGIApp:
    """Return the application; what is asked most is found first."""
    routes = [
        *protocol_routes(service),
        *graph_routes(service),
        *monitor_routes(monitor),
        *pages.routes,
        Route("/", _show_index),
    ]
    app = Starlette(routes=routes)
    if pages.otherwise is not None:
        app.router.default = pages.otherwise
    return shield(app, service.site)


async def _show_index(_: Request) -> Response:
    return PlainTextResponse(_INDEX)
