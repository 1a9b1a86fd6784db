"""Show the pages that a build comes with, and give out its files.

The network and the report are pages that stand alone, each with a policy of its own that names
the only script it runs. They are shown in a frame, under that policy instead of the site's.
"""

import asyncio
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import quote

import re2
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from kg.serve.contents import Contents
from kg.serve.faults import Fault
from kg.serve.query import Query
from kg.serve.respond import Service
from kg.website.draw import draw_network
from kg.website.fetch import MOST_BYTES
from kg.website.files import NETWORK, REPORT, BuildFile, find_files
from kg.website.visit import Page, Visit

_MOST_DRAWN: Final = 300_000
"""Triples of a network that is drawn here; beyond that `kg build` does it."""
_POLICY: Final = re2.compile(
    r'<meta http-equiv="Content-Security-Policy" content="([ -!#-;=?-~]{1,1000})">'
)
_NO_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_HEADERS: Final = {"Cache-Control": "no-cache", "X-Frame-Options": "SAMEORIGIN"}


class Artifacts:
    """The files of the served build, looked up anew when it is loaded again."""

    def __init__(self, service: Service, folder: Path | None) -> None:
        self._service = service
        self._folder = folder
        self._loaded: Contents | None = None
        self._files: Mapping[str, BuildFile] = {}
        self._pages: dict[str, bytes] = {}
        self._drawing = asyncio.Lock()

    def files(self) -> Mapping[str, BuildFile]:
        """Return the files of the build that is loaded, by name."""
        contents = self._service.backend.contents
        if contents is not self._loaded:
            self._loaded, self._pages = contents, {}
            self._files = find_files(self._folder)
        return self._files

    async def show_network(self, visit: Visit) -> Response:
        """Return the network in a frame of the site."""
        shown = visit.parameter("show")
        fragment = f"#node={quote(shown, safe='')}" if shown else ""
        return visit.page(
            "frame.html.j2",
            title="Network",
            address=visit.links.at(f"/data/{NETWORK}") + fragment,
            runs_script=True,
        )

    async def show_report(self, visit: Visit) -> Response:
        """Return the report in a frame of the site.

        Raises:
            Fault: none was made.
        """
        if REPORT not in self.files():
            raise Fault("missing", "a report is there where `kg serve` is given a build")
        address = visit.links.at(f"/data/{REPORT}")
        return visit.page("frame.html.j2", title="Report", address=address, runs_script=False)

    async def send_network(self, visit: Visit) -> Response:
        """Return the page of the network: that of the build, or one drawn now."""
        if NETWORK in self.files():
            return await self._send(NETWORK)
        async with self._drawing:  # whoever asks meanwhile waits for the same drawing
            self.files()
            if NETWORK not in self._pages:
                self._pages[NETWORK] = await draw_network(await self._triples(visit))
        return await self._send(NETWORK)

    async def _triples(self, visit: Visit) -> bytes:
        if self._service.backend.contents.triples > _MOST_DRAWN:
            raise Fault(
                "large", f"a network of more than {_MOST_DRAWN:,} triples is not drawn here"
            )
        query = Query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", rows=None, graph="nt")
        async with self._service.backend.answer(query, visit.asker.client) as answer:
            return await answer.read(4 * MOST_BYTES)

    async def send_report(self, visit: Visit) -> Response:  # noqa: ARG002  # every page takes a visit
        """Return the page of the report.

        Raises:
            Fault: none was made.
        """
        if REPORT not in self.files():
            raise Fault("missing", "a report is there where `kg serve` is given a build")
        return await self._send(REPORT)

    async def _send(self, name: str) -> Response:
        if name not in self._pages:
            self._pages[name] = await asyncio.to_thread(self._files[name].path.read_bytes)
        page = self._pages[name]
        headers = {
            **_HEADERS,
            "Content-Security-Policy": f"{policy_of(page)}; frame-ancestors 'self'",
        }
        return Response(page, media_type="text/html", headers=headers)

    async def send_file(self, visit: Visit) -> Response:
        """Return a file to keep.

        Raises:
            Fault: the build has no such file.
        """
        found = self.files().get(visit.request.path_params["name"])
        if found is None or not found.path.is_file():
            raise Fault("missing", "no such file is here")
        return FileResponse(
            found.path, media_type=found.media_type, filename=found.path.name, headers=_HEADERS
        )


def policy_of(page: bytes) -> str:
    """Return the policy that a page of ours carries; without one it may do nothing at all.

    >>> policy_of(b'<meta http-equiv="Content-Security-Policy" content="img-src &#39;none&#39;">')
    "img-src 'none'"
    """
    found = _POLICY.search(page[:10_000].decode("utf-8", "replace"))
    return unescape(found[1]) if found else _NO_POLICY


def artifact_routes(service: Service, artifacts: Artifacts) -> list[BaseRoute]:
    """Return the pages and files that a build comes with."""
    shown = {
        "/network": artifacts.show_network,
        f"/data/{NETWORK}": artifacts.send_network,
        "/report": artifacts.show_report,
        f"/data/{REPORT}": artifacts.send_report,
        "/data/{name:path}": artifacts.send_file,
    }
    return [Route(path, Page(service, show)) for path, show in shown.items()]
