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
    from kg.evaluate import evaluate as evaluated
    from kg.pipeline import BuildOptions, read_sources
    from kg.read import ReadOptions

    standard = read_gold(gold)
    for doubt in standard.doubts:
        say(f"kg: warning: {doubt}")
    reading = read_sources(
        _sources(sources), BuildOptions(reading=ReadOptions(encoding, max_bytes))
    )
    _report_refusals(reading)
    extractions = (resolved.extraction for resolved in reading.documents)
    answers = map(Answer, extractions, reading.records())
    evaluation = evaluated(standard, answers)
    _report_gaps(evaluation.absent, evaluation.unjudged)
    write_evaluation(evaluation, by.value, form.value, stdout(), verbose=verbose)
    f1 = evaluation.total.f1
    if f1 < min_f1:
        say(f"kg: F1 {f1:.4f} is under {min_f1}")
    status = FINDINGS_STATUS if evaluation.absent or f1 < min_f1 else 0
    if max(status, reading.exit_status):
        raise typer.Exit(max(status, reading.exit_status))


def _report_gaps(absent: tuple[str, ...], unjudged: int) -> None:
    """Say which side lacks a partner: a name that does not match is a frequent slip."""
    if absent:
        some = ", ".join(absent[:5]) + (", …" if len(absent) > 5 else "")
        say(f"kg: error: {len(absent)} gold records have no document, all is missed: {some}")
    if unjudged:
        say(f"kg: {unjudged} documents have no gold record and are left aside")
