"""Hold the arguments and options that commands share, and what they mean."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kg.cli.frame import say
from kg.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.access import Credentials
    from kg.records import Refusal

Sources = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="SOURCE",
        help="Text files, or folders of .txt files; - is standard input. Default: seeds",
        show_default=False,
    ),
]
Addresses = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SOURCE",
        help="Text files, or folders of .txt files; - is standard input. Default: seeds",
        show_default=False,
    ),
]
"""Sources that may lie elsewhere: a path would make one slash of the two in hdfs://."""
Base = Annotated[str, typer.Option(help="Where the IRIs of instances begin.", metavar="IRI")]
Encoding = Annotated[str, typer.Option(help="Encoding of the source texts.")]
Build = Annotated[Path, typer.Option("--build", "-b", help="Folder that `kg build` wrote.")]

User = Annotated[
    str, typer.Option(help="Name to log in with; the password is read from KG_PASSWORD.")
]
TokenFile = Annotated[
    Path | None, typer.Option(help="File with a bearer token, instead of a name.")
]


class Engine(StrEnum):
    """What runs the stages of a build."""

    LOCAL = "local"
    SPARK = "spark"


EngineName = Annotated[
    Engine, typer.Option("--engine", help="Build on this machine, or on a cluster: see the docs.")
]


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
Master = Annotated[
    str,
    typer.Option(metavar="URL", help="Master of Spark, such as yarn; implies --engine spark."),
]
OutPath = Annotated[str, typer.Option("--out", "-o", metavar="PATH", help="Folder to write.")]
Again = Annotated[bool, typer.Option("--again", help="Build even if nothing changed.")]
Strict = Annotated[
    bool, typer.Option("--strict", help="Publish nothing if there is any finding or warning.")
]
Workers = Annotated[
    int, typer.Option(help="Processes to share the work; 0: one for each processor.", min=0)
]
CacheFolder = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        help="Folder of what was read before; a document that did not change is not read again.",
        envvar="KG_CACHE",
    ),
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


def read_credentials(user: str, token_file: Path | None) -> "Credentials":
    """Return what to log in with; a password on the command line would be there for all to see.

    Raises:
        UsageError: there is no password.
        InputError: the file cannot be read.
    """
    from kg.access import Credentials

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
