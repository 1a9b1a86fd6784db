"""Give the command that compares two builds: diff."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.frame import Tally, command, say, stdout
from kg.errors import FINDINGS_STATUS, UsageError

if TYPE_CHECKING:
    from kg.changes import BuildFolder, Form


class DifferenceFormat(StrEnum):
    """How differences are printed; the last two are patches that other tools apply."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    HTML = "html"
    SPARQL_UPDATE = "sparql-update"
    RDF_PATCH = "rdf-patch"


_PATCHES = (DifferenceFormat.SPARQL_UPDATE, DifferenceFormat.RDF_PATCH)


@command
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Folder of the older build.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Folder of the newer build.")],
    *,
    form: Annotated[
        DifferenceFormat, typer.Option("--format", "-f", help="How to print the differences.")
    ] = DifferenceFormat.TABLE,
    documents: Annotated[
        list[str] | None,
        typer.Option("--document", metavar="NAME", help="Only this source file; may be repeated."),
    ] = None,
    programs: Annotated[
        list[str] | None,
        typer.Option("--program", metavar="NAME", help="Only this program, by name or IRI."),
    ] = None,
    evidence: Annotated[
        bool,
        typer.Option("--evidence", help="List facts that are the same on other evidence."),
    ] = False,
    facts_only: Annotated[
        bool, typer.Option("--facts-only", help="Leave aside evidence and model.")
    ] = False,
) -> None:
    """Tell what differs between two builds.

    It ends in status 3 if anything does.

    Example: kg diff build-october build-november
    """
    from kg.changes import Scope, open_folder, write_changes

    scope = Scope(frozenset(documents or ()), frozenset(programs or ()), facts_only)
    if evidence and facts_only:
        raise UsageError("choose --evidence or --facts-only: one adds what the other leaves aside")
    builds = open_folder(old), open_folder(new)
    if form in _PATCHES:
        if scope.names:
            raise UsageError("a patch is for all documents: leave --document and --program out")
        differs = _write_patch(*builds, form, evidence=evidence)
    else:
        shown = _form(form, evidence=evidence, whole=bool(scope.names))
        differs = write_changes(builds, scope, shown, stdout(), Tally(sys.stderr)).differs
    if differs:
        raise typer.Exit(FINDINGS_STATUS)


def _form(form: DifferenceFormat, *, evidence: bool, whole: bool) -> "Form":
    from kg.changes import Csv, Json, Page, Table

    match form:
        case DifferenceFormat.CSV:
            return Csv(evidence=evidence)
        case DifferenceFormat.JSON:
            return Json()
        case DifferenceFormat.HTML:
            return Page()
        case _:
            return Table(evidence=evidence, whole=whole)


def _write_patch(
    old: "BuildFolder", new: "BuildFolder", form: DifferenceFormat, *, evidence: bool
) -> bool:
    from kg.changes import PatchForm, write_patch

    syntax: PatchForm = "rdf-patch" if form is DifferenceFormat.RDF_PATCH else "sparql-update"
    removed, added = write_patch(old, new, syntax, stdout(), evidence=evidence)
    if old.base != new.base:
        say("kg: warning: the builds have different bases, so every IRI is another")
    say(f"{removed:,} triples to delete, {added:,} to insert")
    return bool(removed or added)
