"""Give browsers the style sheets and scripts of the pages, which never change under a name."""

import hashlib
from functools import cache
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from kg.resources import ResourceError, read_resource

_FOLDER: Final = "templates/website"
_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FOREVER: Final = "public, max-age=31536000, immutable"


@cache
def asset_path(name: str) -> str:
    """Return the address of an asset; it changes with the content, so that none is ever stale.

    >>> asset_path("site.css").startswith("/assets/site.css?")
    True
    """
    digest = hashlib.sha256(read_resource(f"{_FOLDER}/{name}")).hexdigest()[:12]
    return f"/assets/{name}?{digest}"


async def _show_asset(request: Request) -> Response:
    name = request.path_params["name"]
    kind = _TYPES.get(name.rpartition(".")[2])
    try:
        body = read_resource(f"{_FOLDER}/{name}") if kind else None
    except ResourceError:
        body = None
    if body is None:
        return PlainTextResponse("no such file\n", 404)
    return Response(body, headers={"Content-Type": kind or "", "Cache-Control": _FOREVER})


def asset_routes() -> list[Route]:
    """Return the route of the assets."""
    return [Route("/assets/{name:path}", _show_asset)]
