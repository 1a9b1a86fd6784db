"""Give the commands that ask a build: query, show."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.frame import command, open_command, say, stdout
from kg.cli.options import Build
from kg.errors import InputError, UsageError
from kg.terminal import printable


class ResultFormat(StrEnum):
    """The formats of query results: rows take the first five, graphs the table and the rest."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    XML = "xml"
    TURTLE = "turtle"
    NT = "nt"


@open_command
def query(
    context: typer.Context,
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME | FILE.rq | -]",
            help="A named question, a file with SPARQL, or - for standard input.",
            show_default=False,
        ),
    ] = None,
    *,
    names: Annotated[
        bool, typer.Option("--list", "-l", help="List the named questions, or tell about one.")
    ] = False,
    values: Annotated[
        str | None,
        typer.Option("--values", metavar="PARAMETER", help="List what a parameter may be."),
    ] = None,
    form: Annotated[
        ResultFormat, typer.Option("--format", "-f", help="How to print the result.")
    ] = ResultFormat.TABLE,
    folder: Build = Path("build"),
    wants_help: Annotated[
        bool, typer.Option("--help", "-h", help="Show this message, or tell about a question.")
    ] = False,
) -> None:
    """Ask a build a named question, or anything else in SPARQL.

    A question takes values for its parameters, given as people write them.

    Example: kg query programs-by-condition --condition obesity --format csv
    """
    if what and what.startswith("-") and what != "-":
        raise UsageError(f"name the question before its parameters: kg query NAME {what} …")
    given = _read_parameters(context.args)
    if wants_help and what is None:
        stdout().write(f"{context.get_help()}\n".encode())
    elif what is None:
        _list_questions(names=names)
    elif names or wants_help:
        _describe_question(what)
    elif values is not None:
        _list_values(what, values, folder)
    else:
        _ask(what, given, folder, form)


def _read_parameters(arguments: list[str]) -> dict[str, str]:
    """Return what `--name value` and `--name=value` give."""
    given: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.removeprefix("--").partition("=")
        if not argument.startswith("--") or not name:
            raise UsageError(f"{argument!r} belongs to no parameter; give one as --name value")
        if name in given:
            raise UsageError(f"--{name} is given twice; ask once for each value")
        found = value if equals else next(rest, None)
        if found is None:
            raise UsageError(f"--{name} needs a value")
        given[name] = found
    return given


def _ask(what: str, given: dict[str, str], folder: Path, form: ResultFormat) -> None:
    from kg.parameters import ask_question
    from kg.questions import find_question
    from kg.sparql import open_dataset, run_query, write_result

    text = _read_query(what)
    if text is not None:
        if given:
            raise UsageError("only named questions have parameters; write values into the query")
        write_result(run_query(open_dataset(folder), text), form.value, stdout())
        return
    question = find_question(what)
    question.check(given)  # before the build is loaded
    result = ask_question(open_dataset(folder), question, given)
    if write_result(result, form.value, stdout()) == 0:
        say(question.explain_empty(given) or "no rows")


def _read_query(what: str) -> str | None:
    """Return the SPARQL of a file or of standard input; None if this is neither's name."""
    from kg.questions import list_questions

    if what == "-":
        return _decoded("standard input", sys.stdin.buffer.read() if sys.stdin else b"")
    path = Path(what)
    is_name = any(question.name == what for question in list_questions())
    if path.suffix in {".rq", ".sparql"} or (os.path.isfile(path) and not is_name):  # noqa: PTH113 - no OSError
        try:
            return _decoded(what, path.read_bytes())
        except OSError as error:
            raise InputError(path, f"it cannot be read ({error.strerror})") from error
    if "{" in what:
        raise UsageError("give SPARQL in a file, or through standard input: kg query -")
    return None


def _decoded(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(name, "it is not UTF-8 text", line=line) from error


def _list_questions(*, names: bool) -> None:
    from kg.questions import list_questions

    if not names:
        raise UsageError("name a question, a file or -; `kg query --list` names the questions")
    group = ""
    for question in list_questions():
        if question.group != group:
            group = question.group
            stdout().write(f"{group.capitalize()}\n".encode())
        stdout().write(f"  {question.name:41} {question.question}\n".encode())
    stdout().write(b"`kg query --list NAME` tells what a question may be told.\n")


def _describe_question(name: str) -> None:
    from kg.questions import find_question

    question = find_question(name)
    lines = [question.question, "", f"Example: {question.example()}"]
    if question.parameters:
        lines += ["", "Parameters"]
    for found in question.parameters:
        need = "required" if found.is_required else found.default and f"default {found.default}"
        notes = "; ".join(filter(None, (found.noun, need, f"such as {found.example}")))
        lines += [f"  --{found.name:14} {found.help}", f"  {'':16} {notes}"]
    lines += ["", "Columns", f"  {' '.join(question.columns)}"]
    if question.empty_means:
        lines += ["", f"No rows mean: {question.empty_means}."]
    stdout().write("".join(f"{line}\n" for line in lines).encode())


def _list_values(name: str, parameter: str, folder: Path) -> None:
    from kg.parameters import list_choices
    from kg.questions import find_question
    from kg.sparql import open_dataset

    found = find_question(name).parameter(parameter)
    choices = list_choices(open_dataset(folder), found)
    for choice in choices:
        names = "; ".join((choice.label, *choice.other_names))
        stdout().write(f"{printable(names)}  <{choice.iri}>\n".encode())
    if not choices:
        say(f"{found.name} takes any {found.noun}, such as {found.example}")


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
