"""Give the command that measures extraction against gold records: evaluate."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.frame import command, say, stdout
from kg.cli.making import (
    _DEFAULT_LIMIT,
    _Encoding,
    _MaxBytes,
    _report_refusals,
    _Sources,
    _sources,
    _Vocabulary,
)
from kg.errors import FINDINGS_STATUS


class View(StrEnum):
    """What the figures are of."""

    FIELD = "field"
    RULE = "rule"
    DOCUMENT = "document"


class FiguresFormat(StrEnum):
    """How figures are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@command
def evaluate(
    gold: Annotated[
        Path,
        typer.Argument(metavar="GOLD", help="Folder of gold records (.json), or a .jsonl file."),
    ],
    sources: _Sources = None,
    *,
    by: Annotated[View, typer.Option("--by", help="What the figures are of.")] = View.FIELD,
    form: Annotated[
        FiguresFormat, typer.Option("--format", "-f", help="How to print them.")
    ] = FiguresFormat.TABLE,
    min_f1: Annotated[
        float, typer.Option(help="End in status 3 if F1 over all is lower.", min=0.0, max=1.0)
    ] = 0.0,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="List each mistake with its words.")
    ] = False,
    encoding: _Encoding = "utf-8",
    max_bytes: _MaxBytes = _DEFAULT_LIMIT,
    vocabulary: _Vocabulary = None,
) -> None:
    """Measure what is read from descriptions against gold records.

    Example: kg evaluate gold descriptions --by rule
    """
    from kg.evaluate import Answer, read_gold, write_evaluation
    from kg.evaluate import evaluate as compare_all
    from kg.pipeline import BuildOptions, read_sources
    from kg.read import ReadOptions

    standard = read_gold(gold)
    _report_doubts(standard.doubts)
    reading_options = ReadOptions(encoding, max_bytes)
    options = BuildOptions(reading=reading_options, vocabularies=tuple(vocabulary or ()))
    reading = read_sources(_sources(sources), options)
    _report_refusals(reading)
    extractions = (resolved.extraction for resolved in reading.documents)
    evaluation = compare_all(standard, map(Answer, extractions, reading.records()))
    _report_gaps(evaluation.absent, evaluation.unjudged)
    write_evaluation(evaluation, by.value, form.value, stdout(), verbose=verbose)
    falls_short = _falls_short(evaluation.total.f1, min_f1)
    status = FINDINGS_STATUS if falls_short or evaluation.absent else 0
    if status or reading.exit_status:
        raise typer.Exit(max(status, reading.exit_status))


def _report_doubts(doubts: tuple[str, ...]) -> None:
    for doubt in doubts:
        say(f"kg: warning: {doubt}")


def _report_gaps(absent: tuple[str, ...], unjudged: int) -> None:
    """Say which side lacks a partner: a name that does not match is a frequent slip."""
    if absent:
        some = ", ".join(absent[:5]) + (", …" if len(absent) > 5 else "")
        say(f"kg: error: {len(absent)} gold records have no document, all is missed: {some}")
    if unjudged:
        say(f"kg: {unjudged} documents have no gold record and are left aside")


def _falls_short(f1: float, least: float) -> bool:
    if f1 >= least:
        return False
    say(f"kg: F1 over all fields is {f1:.4f}; --min-f1 asks for {least}")
    return True
