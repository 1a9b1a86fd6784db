"""Give browsers the style sheets and scripts of the pages, which never change under an address."""

import hashlib
from functools import cache
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from kg.resources import read_resource

_ASSETS: Final = {
    "site.css": "templates/website/site.css",
    "comparison.css": "templates/comparison.css",
    "icon.svg": "templates/website/icon.svg",
    "suggest.js": "templates/website/suggest.js",
    "editor.css": "templates/website/editor.css",
    "editor.js": "templates/website/editor.js",
    "yasgui.min.css": "data/editor/yasgui.min.css",
    "yasgui.min.js": "data/editor/yasgui.min.js",
    "licenses.txt": "data/editor/LICENSES.txt",
}
"""Every file that is given out, by the name in its address."""
_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}
_ROBOTS: Final = """\
User-agent: *
Disallow: /sparql
Disallow: /store
Disallow: /search
Disallow: /compare?
Disallow: /questions/*?
Disallow: /*?property=
Disallow: /metrics
"""
"""Things and lists may be read by anybody; what costs a computation for each address may not."""
_FOREVER: Final = "public, max-age=31536000, immutable"


@cache
def asset_path(name: str) -> str:
    """Return the address of an asset; it changes with the content, so that none is ever stale.

    >>> asset_path("site.css").startswith("/assets/site.css?")
    True
    """
    return f"/assets/{name}?{hashlib.sha256(_read(name)).hexdigest()[:12]}"


@cache
def _read(name: str) -> bytes:
    return read_resource(_ASSETS[name])


async def _show_asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _ASSETS:
        return PlainTextResponse("no such file\n", 404)
    kind = _TYPES[name.rpartition(".")[2]]
    return Response(_read(name), headers={"Content-Type": kind, "Cache-Control": _FOREVER})


async def _show_icon(_: Request) -> Response:
    """Return the icon to those who ask for it without having read a page."""
    return Response(_read("icon.svg"), media_type=_TYPES["svg"])


async def _show_robots(_: Request) -> Response:
    return PlainTextResponse(_ROBOTS)


def asset_routes() -> list[BaseRoute]:
    """Return the routes of the assets, and of what is looked for at the root."""
    return [
        Route("/assets/{name}", _show_asset),
        Route("/favicon.ico", _show_icon),
        Route("/robots.txt", _show_robots),
    ]
