"""Build on a cluster for the command `kg build`."""

import sys
from collections.abc import Mapping
from time import perf_counter
from typing import TYPE_CHECKING

import typer

from kg.cli.frame import Tally, say
from kg.cli.options import report_refusals
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.pipeline import BuildOptions


def build_on_spark(
    sources: list[str] | None,
    options: "BuildOptions",
    out: str,
    *,
    master: str,
    others: Mapping[str, object],
) -> None:
    """Write the statements of all texts into a new folder, telling what is refused.

    Raises:
        UsageError: an option was given that has no meaning there, or no source is named.
    """
    given = [f"--{name}" for name, value in others.items() if value]
    if given:
        raise UsageError(f"--engine spark goes without {', '.join(given)}")
    if not sources:
        raise UsageError("name a folder of program descriptions; --engine spark knows no seeds")
    from kg.spark import NothingReadError, build_on_cluster

    tally, started = Tally(sys.stderr), perf_counter()
    try:
        built = build_on_cluster(sources, options, out, master, tally)
    except NothingReadError as error:
        report_refusals(error.refusals)
        raise
    finally:
        tally.clear()
    report_refusals(built.refusals)
    documents = f"{built.documents:,} document{'' if built.documents == 1 else 's'}"
    say(f"{documents}, in {perf_counter() - started:.1f} s: {out}")
    say(f"Load {out}/quads into a store; {out}/statements is Parquet; nothing was validated")
    if built.exit_status:
        raise typer.Exit(built.exit_status)
