"""Give the command that sends a build to a triple store: load."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.frame import Tally, command, say
from kg.errors import InputError, UsageError

if TYPE_CHECKING:
    from kg.load import Credentials, LoadSummary

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
    user: Annotated[
        str, typer.Option(help="Name to log in with; the password is read from KG_PASSWORD.")
    ] = "",
    token_file: Annotated[
        Path | None, typer.Option(help="File with a bearer token, instead of a name.")
    ] = None,
    part_size: Annotated[int, typer.Option(help="Megabytes a request.", min=1, max=1024)] = 4,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew after an attempt that stopped.")
    ] = False,
) -> None:
    """Load a build into a triple store (SPARQL 1.1 Graph Store Protocol).

    Example: kg load build --to http://localhost:3030/programs/data
    """
    from kg.load import GraphStore, LoadOptions, load_build

    if by_document and (graph or replace):
        raise UsageError("--by-document has a graph for each document: leave out the other option")
    options = LoadOptions(None if by_document else graph, replace, part_size * _MEGABYTE, restart)
    tally = Tally(sys.stderr)
    try:
        with GraphStore(to, _credentials(user, token_file)) as store:
            loaded = load_build(build, store, options, tally)
    finally:
        tally.clear()
    _tell(loaded, to)


def _tell(loaded: "LoadSummary", to: str) -> None:
    if loaded.parts_before:
        say(f"Went on after part {loaded.parts_before:,} of an attempt that stopped")
    graphs = f"{loaded.graphs:,} graph{'' if loaded.graphs == 1 else 's'}"
    say(f"{loaded.triples:,} triples in {graphs}, {loaded.parts:,} parts sent: {to}")


def _credentials(user: str, token_file: Path | None) -> "Credentials":
    """Return what to log in with; a password on the command line would be there for all to see."""
    from kg.load import Credentials

    if token_file:
        try:
            return Credentials(token=token_file.read_text("utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(token_file, "cannot be read") from error
    if not user:
        return Credentials()
    password = os.environ.get("KG_PASSWORD")
    if password is None:
        raise UsageError(f"set KG_PASSWORD to the password of {user}")
    return Credentials(user, password)
