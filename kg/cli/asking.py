"""Give the commands that ask a build: query, show."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.frame import command, say, stdout
from kg.cli.options import Build
from kg.errors import InputError, UsageError


class ResultFormat(StrEnum):
    """The formats of query results: rows take the first five, graphs the table and the rest."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    XML = "xml"
    TURTLE = "turtle"
    NT = "nt"


@command
def query(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME | FILE.rq | -]",
            help="A named question, a file with SPARQL, or - for standard input.",
            show_default=False,
        ),
    ] = None,
    *,
    names: Annotated[bool, typer.Option("--list", "-l", help="List the named questions.")] = False,
    form: Annotated[
        ResultFormat, typer.Option("--format", "-f", help="How to print the result.")
    ] = ResultFormat.TABLE,
    folder: Build = Path("build"),
) -> None:
    """Ask a build: a named question, or any SPARQL query.

    Example: kg query covered-lives-by-payer-and-state --format csv
    """
    from kg.sparql import open_dataset, run_query, write_result

    if names:
        _list_questions()
        return
    if what is None:
        raise UsageError("name a question, a file or -; `kg query --list` names the questions")
    text, empty_means = _query_text(what)
    rows = write_result(run_query(open_dataset(folder), text), form.value, stdout())
    if rows == 0 and empty_means:
        say(empty_means)


def _query_text(what: str) -> tuple[str, str | None]:
    """Return SPARQL, and what it means when a named question has no rows."""
    from kg.sparql import find_question, list_questions

    if what == "-":
        return _decoded("standard input", sys.stdin.buffer.read() if sys.stdin else b""), None
    path = Path(what)
    is_name = any(question.name == what for question in list_questions())
    if path.suffix in {".rq", ".sparql"} or (os.path.isfile(path) and not is_name):  # noqa: PTH113 - no OSError
        try:
            return _decoded(what, path.read_bytes()), None
        except OSError as error:
            raise InputError(path, f"it cannot be read ({error.strerror})") from error
    if "{" in what:
        raise UsageError("give SPARQL in a file, or through standard input: kg query -")
    question = find_question(what)
    return question.text, question.empty_means


def _decoded(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(name, "it is not UTF-8 text", line=line) from error


def _list_questions() -> None:
    from kg.sparql import list_questions

    group = ""
    for question in list_questions():
        if question.group != group:
            group = question.group
            stdout().write(f"{group.capitalize()}\n".encode())
        stdout().write(f"  {question.name:44} {question.question}\n".encode())


class DescriptionFormat(StrEnum):
    """How a description is printed."""

    TABLE = "table"
    JSON = "json"


@command
def show(
    thing: Annotated[str, typer.Argument(metavar="THING", help="A name, or an IRI.")],
    *,
    form: Annotated[
        DescriptionFormat, typer.Option("--format", "-f", help="How to print it.")
    ] = DescriptionFormat.TABLE,
    folder: Build = Path("build"),
) -> None:
    """Print every fact about a thing, each with the words behind it.

    Example: kg show "Valley Preferred"
    """
    from kg.show import describe_thing, find_things, suggest_names, write_description
    from kg.sparql import open_dataset

    store = open_dataset(folder)
    things = find_things(store, thing)
    if not things:
        near = suggest_names(store, thing)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise UsageError(f"nothing is called {thing!r}{hint}")
    if len(things) > 1:
        say(f"{thing!r} names {len(things)} things:")
        for one in things:
            say(f"  {one.label}  <{one.iri}>")
        raise UsageError("name one of them by its IRI")
    write_description(describe_thing(store, things[0].iri), form.value, stdout())
