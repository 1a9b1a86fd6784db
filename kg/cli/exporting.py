"""Give the command that writes a build for other tools: export."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.frame import Tally, command, say


class Form(StrEnum):
    """What other tools read."""

    CSVW = "csvw"
    NEO4J = "neo4j"
    PARQUET = "parquet"


@command
def export(
    build: Annotated[Path, typer.Argument(metavar="BUILD", help="Folder of a build.")] = Path(
        "build"
    ),
    *,
    form: Annotated[Form, typer.Option("--format", "-f", help="What to write.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder to write. Default: the name of the format."),
    ] = None,
) -> None:
    """Write a build for property graphs, or as typed tables.

    Example: kg export build --format parquet --out parquet
    """
    from kg.interchange import export_build

    folder, tally = out or Path(form.value), Tally(sys.stderr)
    try:
        files = export_build(build, folder, form.value, tally)
    finally:
        tally.clear()
    say(f"{len(files)} files: {folder}")
    if form is Form.NEO4J:
        say(f"Import them: cd {folder} && neo4j-admin database import full @import.args neo4j")
