"""Give the command that serves a build: serve."""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.frame import command, say

_Sources = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="BUILD | FILE",
        help="Folder that `kg build` wrote, or RDF files. Default: build",
        show_default=False,
    ),
]
_Port = Annotated[int, typer.Option("--port", "-p", help="0 takes any free one.", min=0, max=65535)]
_Remote = Annotated[
    bool, typer.Option("--allow-remote", help="Let --host be an address that others can reach.")
]
_Names = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Host name to be called by; may be repeated. * is any."),
]
_Origins = Annotated[
    list[str] | None,
    typer.Option(metavar="ORIGIN", help="Web origin that may read; may be repeated. none is none."),
]
_PublicUrl = Annotated[
    str | None, typer.Option(metavar="URL", help="Where a proxy offers the service.")
]
_Proxies = Annotated[
    list[str] | None,
    typer.Option(metavar="ADDRESS", help="Proxy to believe; may be repeated."),
]
_Timeout = Annotated[float, typer.Option(help="Seconds for one query.")]
_Memory = Annotated[int, typer.Option(help="Megabytes for one query.")]
_Workers = Annotated[
    int | None,
    typer.Option(help="Queries at a time. Default: one a core, at least 4", show_default=False),
]
_Queue = Annotated[int, typer.Option(help="Queries that may wait.")]


@command
def serve(
    sources: _Sources = None,
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: _Port = 8787,
    allow_remote: _Remote = False,
    allow_host: _Names = None,
    cors: _Origins = None,
    public_url: _PublicUrl = None,
    proxy: _Proxies = None,
    timeout: _Timeout = 10,
    memory: _Memory = 512,
    workers: _Workers = None,
    queue: _Queue = 200,
) -> None:
    """Answer SPARQL over HTTP, within limits.

    Example: kg serve build --port 8787
    """
    from kg.serve.limits import Limits
    from kg.serve.run import Outlets, run_service
    from kg.serve.site import ANY, Site
    from kg.website import make_website

    site = Site(
        host=host,
        port=port,
        is_remote_allowed=allow_remote,
        names=tuple(allow_host or ()),
        origins=() if cors == ["none"] else tuple(cors or (ANY,)),
        public_url=public_url,
        proxies=tuple(proxy or ()),
    )
    limits = Limits(seconds=timeout, megabytes=memory, queue=queue)
    if workers is not None:
        limits = replace(limits, workers=workers)
    outlets = Outlets(sys.stdout.fileno() if sys.stdout else None, say)
    sources = sources or [Path("build")]
    pages = partial(make_website, build=sources[0] if sources[0].is_dir() else None)
    status = run_service(sources, site, limits, pages, outlets)
    if status:
        raise typer.Exit(status)
