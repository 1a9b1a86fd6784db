"""Give the command that lays programs of a build side by side: compare."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kg.cli.frame import command, stdout
from kg.cli.options import Build
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.compare import Verdict


class ComparisonFormat(StrEnum):
    """How a comparison is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    HTML = "html"


class Only(StrEnum):
    """Which aspects are printed."""

    DIFFERENCES = "differences"
    WORDINGS = "wordings"
    SHARED = "shared"


_VERDICTS: "Final[dict[Only, Verdict]]" = {
    Only.DIFFERENCES: "different",
    Only.WORDINGS: "reworded",
    Only.SHARED: "same",
}
_MOST: Final = 100
"""Programs side by side; every further one adds a column to every row."""


@command
def compare(
    programs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PROGRAM...",
            help="Programs by slug, IRI, file or name; a part of a name is enough.",
            show_default=False,
        ),
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", "-a", help="Compare all programs of the build.")
    ] = False,
    only: Annotated[
        list[Only] | None,
        typer.Option(
            "--only",
            help="Print the differences, what is worded otherwise, or what is shared;"
            " may be repeated.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        ComparisonFormat, typer.Option("--format", "-f", help="How to print it.")
    ] = ComparisonFormat.TABLE,
    folder: Build = Path("build"),
) -> None:
    """Lay programs side by side: what they share, where they differ.

    Example: kg compare valley loudoun --only differences
    """
    from kg.compare import compare_programs
    from kg.programs import find_programs, list_programs
    from kg.sidebyside import write_comparison
    from kg.sparql import open_dataset

    if everything == bool(programs) or len(programs or ()) == 1:
        raise UsageError("name two programs or more, or ask for --all of them")
    store = open_dataset(folder)
    found = list_programs(store) if everything else find_programs(store, programs or ())
    if not 2 <= len(found) <= _MOST:
        raise UsageError(f"2 to {_MOST} programs can be compared; here are {len(found)}")
    verdicts = [_VERDICTS[choice] for choice in only or Only]
    write_comparison(compare_programs(store, found), form.value, stdout(), verdicts)
