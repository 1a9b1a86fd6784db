"""Give the commands that check: validate (data) and doctor (the installation)."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from kg import __version__
from kg.cli.frame import command, stdout
from kg.errors import FINDINGS_STATUS


class ReportFormat(StrEnum):
    """How findings are printed."""

    TABLE = "table"
    JSON = "json"
    TURTLE = "turtle"


@command
def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="RDF files, taken together.")],
    *,
    shapes: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="SHACL shapes to check by instead of ours; may be repeated."
        ),
    ] = None,
    form: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="How to print the findings.")
    ] = ReportFormat.TABLE,
) -> None:
    """Check anybody's RDF files against the shapes.

    Example: kg validate build/graph.ttl build/evidence.ttl
    """
    from kg.findings import write_validation
    from kg.validate import validate_files

    report = validate_files(files, shapes=shapes or ())
    write_validation(report, form.value, stdout())
    if report.has_violations:
        raise typer.Exit(FINDINGS_STATUS)


LIBRARIES: Final = (
    *("ahocorasick-rs", "ftfy", "google-re2", "httptools", "httpx", "igraph", "jinja2", "networkx"),
    *("platformdirs", "prometheus-client", "pyoxigraph", "pyshacl", "python-mimeparse", "pyvis"),
    *("rapidfuzz", "rdflib", "rich", "starlette", "typer", "uvicorn"),
)
"""What the package depends on, by distribution; a test holds this to pyproject.toml."""
_RESOURCES: Final = ("ontology/acp.ttl", "ontology/vocabulary.ttl", "shapes/acp-shapes.ttl")
_PROGRAMS: Final = {
    "Chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "Java": ("java",),
    "Spark": ("spark-submit",),
}
"""Programs that only some uses need: the browser tests, and building on Spark."""


class CheckFormat(StrEnum):
    """How the state of the installation is printed."""

    TABLE = "table"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class _Check:
    """One thing that is there or not."""

    name: str
    found: str | None
    """Its version, or the place of a program; nothing when it is absent."""
    needed: bool = True

    def __str__(self) -> str:
        absent = "MISSING; install kg again" if self.needed else "absent (optional)"
        return f"{self.name:28} {self.found or absent}"


@command
def doctor(
    *,
    form: Annotated[
        CheckFormat, typer.Option("--format", "-f", help="How to print the state.")
    ] = CheckFormat.TABLE,
) -> None:
    """Say which versions are installed and what is missing.

    Example: kg doctor --format json
    """
    checks = tuple(_checks())
    if form is CheckFormat.JSON:
        text = json.dumps([asdict(check) for check in checks], indent=1)
    else:
        text = "\n".join(map(str, checks))
    stdout().write(text.encode() + b"\n")
    if any(check.needed and check.found is None for check in checks):
        raise typer.Exit(FINDINGS_STATUS)


def _checks() -> Iterator[_Check]:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from kg.resources import ResourceError, list_resources, read_resource

    yield _Check("Python", platform.python_version())
    yield _Check("accountable-care-kg", __version__)
    for name in LIBRARIES:
        try:
            yield _Check(name, version(name))
        except PackageNotFoundError:
            yield _Check(name, None)
    for name in _RESOURCES:
        try:
            yield _Check(name, f"{len(read_resource(name)):,} bytes")
        except ResourceError:
            yield _Check(name, None)
    try:
        questions = len(list_resources("queries", ".rq"))
    except ResourceError:
        questions = 0
    yield _Check("questions", str(questions) if questions else None)
    for name, commands in _PROGRAMS.items():
        place = next(filter(None, map(shutil.which, commands)), None)
        yield _Check(name, place, needed=False)
