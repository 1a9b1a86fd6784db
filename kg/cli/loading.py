"""Give the command that sends a build to a triple store: load."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.frame import Tally, command, say
from kg.cli.options import TokenFile, User, read_credentials
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.load import LoadSummary

_MEGABYTE = 1 << 20


@command
def load(
    build: Annotated[Path, typer.Argument(metavar="BUILD", help="Folder of a build.")] = Path(
        "build"
    ),
    *,
    to: Annotated[str, typer.Option("--to", metavar="URL", help="Graph Store of the server.")],
    graph: Annotated[
        str, typer.Option(metavar="IRI", help="Graph that takes it all. Default: without a name")
    ] = "",
    by_document: Annotated[
        bool, typer.Option("--by-document", help="A graph for each document, each one replaced.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Remove first what the graph holds.")
    ] = False,
    user: User = "",
    token_file: TokenFile = None,
    part_size: Annotated[int, typer.Option(help="Megabytes a request.", min=1, max=1024)] = 4,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew after an attempt that stopped.")
    ] = False,
) -> None:
    """Load a build into a triple store over HTTP.

    The store speaks the SPARQL 1.1 Graph Store Protocol.

    Example: kg load build --to http://localhost:3030/programs/data
    """
    from kg.load import GraphStore, LoadOptions, load_build

    if by_document and (graph or replace):
        raise UsageError("--by-document has a graph for each document: leave out the other option")
    options = LoadOptions(None if by_document else graph, replace, part_size * _MEGABYTE, restart)
    tally = Tally(sys.stderr)
    try:
        with GraphStore(to, read_credentials(user, token_file)) as store:
            loaded = load_build(build, store, options, tally)
    finally:
        tally.clear()
    _tell(loaded, to)


def _tell(loaded: "LoadSummary", to: str) -> None:
    if loaded.parts_before:
        say(f"Went on after part {loaded.parts_before:,} of an attempt that stopped")
    graphs = f"{loaded.graphs:,} graph{'' if loaded.graphs == 1 else 's'}"
    say(f"{loaded.triples:,} triples in {graphs}, {loaded.parts:,} parts sent: {to}")
