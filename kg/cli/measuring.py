"""Give the command that measures extraction against gold records: evaluate."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.frame import command, say, stdout
from kg.cli.options import (
    DEFAULT_LIMIT,
    Encoding,
    MaxBytes,
    Sources,
    Vocabulary,
    find_sources,
    report_refusals,
)
from kg.errors import FINDINGS_STATUS

if TYPE_CHECKING:
    from kg.evaluate import Evaluation


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
    sources: Sources = None,
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
    encoding: Encoding = "utf-8",
    max_bytes: MaxBytes = DEFAULT_LIMIT,
    vocabulary: Vocabulary = None,
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
    reading = read_sources(find_sources(sources), options)
    report_refusals(reading.refusals)
    extractions = (resolved.extraction for resolved in reading.documents)
    evaluation = compare_all(standard, map(Answer, extractions, reading.records()))
    _report_gaps(evaluation)
    write_evaluation(evaluation, by.value, form.value, stdout(), verbose=verbose)
    falls_short = _falls_short(evaluation.total.f1, min_f1)
    status = FINDINGS_STATUS if falls_short or evaluation.absent else 0
    if status or reading.exit_status:
        raise typer.Exit(max(status, reading.exit_status))


def _report_doubts(doubts: tuple[str, ...]) -> None:
    for doubt in doubts:
        say(f"kg: warning: {doubt}")


def _report_gaps(evaluation: "Evaluation") -> None:
    """Say where the two sides do not fit: a wrong name or offset is a frequent slip."""
    if evaluation.absent:
        count, names = len(evaluation.absent), _some(evaluation.absent)
        say(f"kg: error: no document for {count} gold records, whose values are missed: {names}")
    if evaluation.misplaced:
        say(f"kg: warning: offsets in gold that do not fit the text: {_some(evaluation.misplaced)}")
    if evaluation.unjudged:
        say(f"kg: documents without a gold record, left aside: {evaluation.unjudged}")


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")


def _falls_short(f1: float, least: float) -> bool:
    if f1 >= least:
        return False
    say(f"kg: F1 over all fields is {f1:.4f}; --min-f1 asks for {least}")
    return True
