"""Give the commands that read descriptions: build, extract."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.frame import Tally, command, say, stdout
from kg.cli.options import (
    DEFAULT_BASE,
    DEFAULT_LIMIT,
    Base,
    CorrectionsFile,
    Encoding,
    EncodingErrors,
    Infer,
    MaxBytes,
    OnErrors,
    Sources,
    Vocabulary,
    find_sources,
    report_refusals,
)
from kg.errors import FINDINGS_STATUS, KGError

if TYPE_CHECKING:
    from kg.pipeline import BuildOptions, Graph
    from kg.validate import ValidationReport


@command
def build(
    sources: Sources = None,
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write.")] = Path("build"),
    base: Base = DEFAULT_BASE,
    encoding: Encoding = "utf-8",
    encoding_errors: EncodingErrors = OnErrors.STRICT,
    max_bytes: MaxBytes = DEFAULT_LIMIT,
    vocabulary: Vocabulary = None,
    corrections: CorrectionsFile = None,
    infer: Infer = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Publish nothing if there is any finding or warning.")
    ] = False,
) -> None:
    """Read descriptions; write the knowledge graph and its views.

    Example: kg build seeds --out build
    """
    from time import perf_counter

    from kg.assemble import publish_build
    from kg.pipeline import BuildOptions
    from kg.read import ReadOptions

    started = perf_counter()
    reading = ReadOptions(encoding, max_bytes, encoding_errors.value)
    options = BuildOptions(base, reading, tuple(vocabulary or ()), corrections, infer)
    graph = _make(find_sources(sources), options, out)
    if strict and (graph.exit_status or graph.reading.refusals):
        say(f"kg: --strict: {out} is left as it was")
        raise typer.Exit(graph.exit_status or FINDINGS_STATUS)
    tally = Tally(sys.stderr)
    publish_build(graph, out, tally)
    tally.clear()
    say(f"{_summary(graph)}, in {perf_counter() - started:.1f} s: {out}")
    say(f"Look at it: {out / 'network.html'}; what was read: {out / 'report.html'}")
    if graph.exit_status:
        raise typer.Exit(graph.exit_status)


def _make(sources: list[Path], options: "BuildOptions", out: Path) -> "Graph":
    """Read and map the sources, telling what is refused and what is invalid."""
    from kg.pipeline import make_graph, read_sources

    tally = Tally(sys.stderr)
    reading = read_sources(sources, options, tally)
    tally.clear()
    report_refusals(reading)
    if not reading.documents:
        raise _NothingReadError(reading.exit_status, out)
    graph = make_graph(reading, options, tally)
    tally.clear()
    _report_violations(graph.validation)
    return graph


class _NothingReadError(KGError):
    """No document at all; the status says why, and is never 0."""

    def __init__(self, status: int, out: Path) -> None:
        self.exit_status = status or FINDINGS_STATUS
        super().__init__(f"there is nothing to build; {out} is left as it was")


def _summary(graph: "Graph") -> str:
    documents, contents = len(graph.reading.documents), graph.contents
    return (
        f"{documents:,} document{'' if documents == 1 else 's'}, {len(contents.facts):,} triples"
        f" of facts, {len(contents.evidence):,} of evidence"
        + (f", {len(contents.inferred):,} inferred" if contents.inferred else "")
    )


def _report_violations(validation: "ValidationReport") -> None:
    from kg.findings import place_of

    warnings = 0
    for found in validation.violations:
        if found.severity == "Violation":
            say(f"kg: violation: {place_of(found)}: {found.message}")
        else:
            warnings += 1
    if warnings:
        say(f"kg: {warnings:,} warning{'' if warnings == 1 else 's'}; report.html lists them")


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
    report_refusals(reading)
    for record in reading.records():
        stdout().write(record_line(record).encode() + b"\n")
    if reading.exit_status:
        raise typer.Exit(reading.exit_status)
