"""Give the command that serves a build: serve."""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.frame import command, say
from kg.cli.options import TokenFile, User, read_credentials
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.serve.run import MakeEngine

_Sources = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="BUILD | FILE",
        help="Folder that `kg build` wrote, or RDF files. Default: build",
        show_default=False,
    ),
]
_Backend = Annotated[
    str | None,
    typer.Option(metavar="URL", help="SPARQL endpoint of a store to serve, instead of a build."),
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
    backend: _Backend = None,
    user: User = "",
    token_file: TokenFile = None,
) -> None:
    """Serve a build: a site for people, and SPARQL within limits.

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
    engine, build = _make_engine(sources, backend, user, token_file)
    status = run_service(engine, site, limits, partial(make_website, build=build), outlets)
    if status:
        raise typer.Exit(status)


def _make_engine(
    sources: list[Path] | None, backend: str | None, user: str, token_file: Path | None
) -> tuple["MakeEngine", Path | None]:
    """Return what makes the engine, and the folder of the build that it serves, if it is one."""
    from kg.serve.pool import Pool
    from kg.serve.remote import Remote
    from kg.serve.store import StoreClient

    if backend is None:
        if user or token_file:
            raise UsageError("--user and --token-file are for a store: name it with --backend")
        sources = sources or [Path("build")]
        return partial(Pool, sources), sources[0] if sources[0].is_dir() else None
    if sources:
        raise UsageError("serve a build, or a store with --backend: leave out one of them")
    store = StoreClient(backend, read_credentials(user, token_file))
    return partial(Remote, store), None
