"""Give the commands that read descriptions: build, extract."""

import sys
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

import typer

from kg.cli.clusters import build_on_spark
from kg.cli.frame import Tally, command, say, stdout
from kg.cli.options import (
    DEFAULT_BASE,
    DEFAULT_LIMIT,
    Addresses,
    Again,
    Base,
    CacheFolder,
    CorrectionsFile,
    Encoding,
    EncodingErrors,
    Engine,
    EngineName,
    Infer,
    Master,
    MaxBytes,
    OnErrors,
    OutPath,
    Sources,
    Strict,
    Vocabulary,
    Workers,
    find_sources,
    report_refusals,
)
from kg.errors import FINDINGS_STATUS, KGError
from kg.terminal import counted

if TYPE_CHECKING:
    from kg.assemble import Built
    from kg.pipeline import BuildOptions, Inputs, Reading
    from kg.validate import ValidationReport
    from kg.workers import Workshop


_MOST_TOLD: Final = 20
"""Violations in a terminal; of more, the number is told."""


@command
def build(
    sources: Addresses = None,
    *,
    out: OutPath = "build",
    base: Base = DEFAULT_BASE,
    encoding: Encoding = "utf-8",
    encoding_errors: EncodingErrors = OnErrors.STRICT,
    max_bytes: MaxBytes = DEFAULT_LIMIT,
    vocabulary: Vocabulary = None,
    corrections: CorrectionsFile = None,
    infer: Infer = False,
    workers: Workers = 0,
    cache: CacheFolder = None,
    engine: EngineName = Engine.LOCAL,
    master: Master = "",
    again: Again = False,
    strict: Strict = False,
) -> None:
    """Read descriptions; write the knowledge graph and its views.

    Example: kg build seeds --out build
    """
    from kg.pipeline import BuildOptions
    from kg.publish import folder_above
    from kg.read import ReadOptions
    from kg.workers import Workshop, count_processors

    started = perf_counter()
    reading = ReadOptions(encoding, max_bytes, encoding_errors.value)
    options = BuildOptions(base, reading, tuple(vocabulary or ()), corrections, infer)
    if engine is Engine.SPARK or master:
        left_out = {"infer": infer, "workers": workers, "cache": cache, "again": again}
        build_on_spark(sources, options, out, master=master, others={**left_out, "strict": strict})
        return
    folder, paths = Path(out), [Path(source) for source in sources or ()]
    workshop = Workshop(workers or count_processors(), folder_above(folder))
    found = _read(paths, options, workshop, cache, made=None if again else folder)
    if not found.documents:
        raise _NothingReadError(found.exit_status, folder)
    built = _publish(found, options, folder, workers=workshop.workers, strict=strict)
    _tell(found, built, folder, started)


def _tell(reading: "Reading", built: "Built", out: Path, started: float) -> None:
    """Say what was built, and end with its status."""
    say(f"{_summary(reading, built)}, in {perf_counter() - started:.1f} s: {out}")
    say(f"Look at it: {out / 'network.html'}; what was read: {out / 'report.html'}")
    if built.exit_status:
        raise typer.Exit(built.exit_status)


def _stop_if_made(inputs: "Inputs", options: "BuildOptions", out: Path) -> None:
    """End if the folder holds this very build."""
    from kg.recipe import find_made, finish_recipe

    status = find_made(out, finish_recipe(inputs.digest, options.base, infer=options.infer))
    if status is not None:
        report_refusals(inputs.refusals)
        say(f"nothing has changed since {out} was built; --again builds it all the same")
        raise typer.Exit(status)


def _read(
    paths: list[Path],
    options: "BuildOptions",
    workshop: "Workshop",
    cache: Path | None,
    made: Path | None,
) -> "Reading":
    """Read all texts, telling what is refused, unless a folder holds what would be made of them."""
    from kg.pipeline import find_inputs, read_inputs

    inputs = find_inputs(find_sources(paths), options)
    if made:
        _stop_if_made(inputs, options, made)
    tally = Tally(sys.stderr)
    try:
        reading = read_inputs(inputs, options, tally, workshop, cache)
    finally:
        tally.clear()
    report_refusals(reading.refusals)
    return reading


def _publish(
    reading: "Reading", options: "BuildOptions", out: Path, *, workers: int, strict: bool
) -> "Built":
    """Write the build, telling what is invalid."""
    # Not before it is known that there is something to build: these import much.
    from kg.assemble import StrictError, Target, publish_reading

    tally = Tally(sys.stderr)
    try:
        built = publish_reading(reading, options, Target(out, strict, workers), tally)
    except StrictError as error:
        tally.clear()
        _report_violations(error.validation)
        raise
    finally:
        tally.clear()
    _report_violations(built.validation)
    return built


class _NothingReadError(KGError):
    """No document at all; the status says why, and is never 0."""

    def __init__(self, status: int, out: Path) -> None:
        self.exit_status = status or FINDINGS_STATUS
        super().__init__(f"there is nothing to build; {out} is left as it was")


def _summary(reading: "Reading", built: "Built") -> str:
    documents = len(reading.documents)
    known = f" ({reading.cached:,} from the cache)" if reading.cached else ""
    return (
        f"{counted(documents, 'document')}{known}, {built.facts:,} triples"
        f" of facts, {built.evidence:,} of evidence"
        + (f", {built.inferred:,} inferred" if built.inferred else "")
    )


def _report_violations(validation: "ValidationReport") -> None:
    from kg.findings import place_of

    violations = validation.severities.get("Violation", 0)
    told = min(violations, _MOST_TOLD)
    for found in islice(validation.violations, told):  # they are the worst, so come first
        say(f"kg: violation: {place_of(found)}: {found.message}")
    warnings = len(validation.violations) - violations
    rest = [(violations - told, "more violation"), (warnings, "warning")]
    if more := " and ".join(counted(number, noun) for number, noun in rest if number):
        say(f"kg: {more}; see report.html, and for all of many report.json")


@command
def extract(
    sources: Sources = None,
    *,
    encoding: Encoding = "utf-8",
    encoding_errors: EncodingErrors = OnErrors.STRICT,
    max_bytes: MaxBytes = DEFAULT_LIMIT,
    vocabulary: Vocabulary = None,
    corrections: CorrectionsFile = None,
) -> None:
    """Print a JSON record of each description, with quotations.

    Example: kg extract seeds > records.jsonl
    """
    from kg.pipeline import BuildOptions, read_sources, record_line
    from kg.read import ReadOptions

    reading_options = ReadOptions(encoding, max_bytes, encoding_errors.value)
    options = BuildOptions(
        reading=reading_options, vocabularies=tuple(vocabulary or ()), corrections=corrections
    )
    reading = read_sources(find_sources(sources), options)
    report_refusals(reading.refusals)
    for record in reading.records():
        stdout().write(record_line(record).encode() + b"\n")
    if reading.exit_status:
        raise typer.Exit(reading.exit_status)
