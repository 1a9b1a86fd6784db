"""Hold the arguments and options that commands share, and what they mean."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kg.cli.frame import say
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.records import Refusal

Sources = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="SOURCE",
        help="Text files, or folders of .txt files; - is standard input. Default: seeds",
        show_default=False,
    ),
]
Base = Annotated[str, typer.Option(help="Where the IRIs of instances begin.", metavar="IRI")]
Encoding = Annotated[str, typer.Option(help="Encoding of the source texts.")]
Build = Annotated[Path, typer.Option("--build", "-b", help="Folder that `kg build` wrote.")]


class OnErrors(StrEnum):
    """What becomes of bytes that are not of the encoding."""

    STRICT = "strict"
    REPLACE = "replace"


EncodingErrors = Annotated[
    OnErrors, typer.Option(help="Refuse a text with a wrong byte, or replace the byte.")
]
MaxBytes = Annotated[int, typer.Option(help="Largest document to read.", min=1)]
Vocabulary = Annotated[
    list[Path] | None,
    typer.Option("--vocabulary", help="Turtle with further wordings; may be repeated."),
]
CorrectionsFile = Annotated[
    Path | None,
    typer.Option("--corrections", help="What curators decided: a TOML file, see the docs."),
]
Infer = Annotated[
    bool, typer.Option("--infer", help="Also write what follows by the ontology: inferred.ttl.")
]
Workers = Annotated[
    int, typer.Option(help="Processes to share the work; 0: one for each processor.", min=0)
]
DEFAULT_BASE: Final = "https://w3id.org/acp/"
DEFAULT_LIMIT: Final = 1024 * 1024


def find_sources(sources: list[Path] | None) -> list[Path]:
    """Return the sources named, or the seeds where there are some."""
    if sources:
        return sources
    seeds = Path("seeds")
    if seeds.is_dir():
        return [seeds]
    raise UsageError("name a folder of program descriptions, such as `kg build descriptions`")


def report_refusals(refusals: "Iterable[Refusal]") -> None:
    """Say which sources gave nothing, and what to do about each."""
    for refusal in refusals:
        say(f"kg: {'error' if refusal.exit_status else 'warning'}: {refusal}")
