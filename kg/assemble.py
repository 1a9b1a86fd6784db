"""Write a graph with all its exports, reports and pages as one folder, published in one step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat, serialize

from kg import __version__
from kg.batches import split_batches
from kg.csvw import write_table_description
from kg.errors import FINDINGS_STATUS, KGError
from kg.export import GraphContents, exporters
from kg.finding_lines import FindingWriter
from kg.findings import write_validation
from kg.graphml import write_graphml
from kg.lines import inner_folder
from kg.network_lines import NetworkLines
from kg.pipeline import (
    BuildOptions,
    Graph,
    Progress,
    Reading,
    map_reading,
    write_records,
)
from kg.publish import publish_folder, work_folder
from kg.recipe import finish_recipe, write_recipe
from kg.report import write_report
from kg.reporting import make_build_report
from kg.survey import join_survey, survey_jobs
from kg.tables import TableWriter
from kg.validate import ValidationReport
from kg.void import Counts, DatasetDescription, count_statements, describe_dataset
from kg.workers import Workshop, run_all

_TITLE: Final = "Accountable care programs"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a build goes, and how it gets there."""

    out: Path
    strict: bool = False
    """Whether nothing is published if there is a violation or anything was refused."""
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Built:
    """What a build published, in numbers of triples, and what SHACL found in it."""

    facts: int
    evidence: int
    inferred: int
    validation: ValidationReport
    exit_status: int


@dataclass(frozen=True, slots=True)
class _Written:
    """What is known once the contents are written."""

    findings: FindingWriter
    counts: Sequence[Counts]
    """Of facts, evidence and, if there is any, what was inferred."""
    network: NetworkLines


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What is told of the contents once they are written."""

    validation: ValidationReport
    written: _Written


class StrictError(KGError):
    """A build that was not published because of what was found."""

    def __init__(self, out: Path, validation: ValidationReport, exit_status: int) -> None:
        self.validation = validation
        self.exit_status = exit_status
        super().__init__(f"--strict: {out} is left as it was")


def publish_build(graph: Graph, out: Path, progress: Progress = lambda _: None) -> None:
    """Write every file of a graph in memory and put the folder in its place.

    Raises:
        OutputError: the folder cannot be written, or another build holds it.
    """
    with publish_folder(out) as folder:
        progress("write")
        written = _write_contents(folder, graph.reading, graph.contents, judged=True)
        outcome = _Outcome(graph.validation, written)
        _write_rest(folder, graph.reading, graph.contents, outcome)


def publish_reading(
    reading: Reading,
    options: BuildOptions,
    target: Target,
    progress: Progress = lambda _: None,
) -> Built:
    """Map and validate what was read, write every file and put the folder in its place.

    What grows with the triples is kept in files beside the folder, and queried in stores of a few
    documents each; `kg.pipeline.make_graph` and `publish_build` give the same bytes.

    Raises:
        OutputError: the folder cannot be written, or another build holds it.
        StrictError: the target is strict, and there is a violation or a refusal.
        WorkerError: the system killed a worker.
    """
    with publish_folder(target.out) as folder:
        workshop = Workshop(target.workers, work_folder(folder))
        contents = map_reading(reading, options, progress, workshop)
        progress("validate and write")
        written = _write_contents(folder, reading, contents, workshop)
        validation = written.findings.finish()
        status = _exit_status(reading, validation)
        if target.strict and (status or reading.refusals):
            raise StrictError(target.out, validation, status or FINDINGS_STATUS)
        progress("report")
        _write_rest(folder, reading, contents, _Outcome(validation, written), workshop)
        facts, evidence, inferred = contents.facts, contents.evidence, contents.inferred
        return Built(len(facts), len(evidence), len(inferred), validation, status)


def _exit_status(reading: Reading, validation: ValidationReport) -> int:
    return max(reading.exit_status, FINDINGS_STATUS * validation.has_violations)


def _write_contents(
    folder: Path,
    reading: Reading,
    contents: GraphContents,
    workshop: Workshop = Workshop(),  # noqa: B008 - it is frozen
    *,
    judged: bool = False,
) -> _Written:
    """Write the files that need no findings, and collect these if they are not known yet."""
    workers, work = workshop.workers, workshop.folder
    batches = split_batches(contents, workers, work)
    jobs = survey_jobs(batches, reading.texts, work, judged=judged)
    _, *exports = exporters(folder, contents)
    exports.append(lambda: write_records(folder / "records.jsonl", reading))
    counting = _counters(contents, work)
    results = run_all((*jobs, *counting, *exports), workers)
    tables = TableWriter(folder / "tables", work)
    findings = FindingWriter(contents.base, work)
    network = join_survey(islice(results, len(jobs)), tables, findings, work)
    rest = list(results)  # which workers have made meanwhile
    return _Written(findings, rest[: len(counting)], network)


def _counters(contents: GraphContents, work: Path | None) -> list[Callable[[], Counts]]:
    """Return what counts facts, evidence and, if there is any, what was inferred."""
    counted = (contents.facts, contents.evidence, contents.inferred)
    return [
        partial(count_statements, triples, inner_folder(work, f"count-{number}"))
        for number, triples in enumerate(counted)
        if triples or number < 2
    ]


def _write_rest(
    folder: Path,
    reading: Reading,
    contents: GraphContents,
    outcome: _Outcome,
    workshop: Workshop = Workshop(),  # noqa: B008 - it is frozen
) -> None:
    """Write the pictures and what tells of the data, then the description of all files."""
    validation, network = outcome.validation, outcome.written.network
    facts = outcome.written.counts[0]
    recipe = finish_recipe(reading.inputs, contents.base, infer=bool(contents.inferred))
    write_recipe(folder, recipe, _exit_status(reading, validation))
    write_table_description(folder)
    alone = replace(workshop, workers=1)  # the others draw meanwhile

    def draw() -> None:
        from kg.page import write_page  # takes a moment, for which the others need not wait

        write_page(network, folder / "network.html", title=_TITLE)

    def report() -> None:
        write_report(folder, make_build_report(reading, facts, validation, alone), alone)
        with (folder / "validation.ttl").open("wb") as file:
            write_validation(validation, "turtle", file)

    slowest, *_ = exporters(folder, contents)  # left over so that no worker is idle at the end
    jobs = (
        draw,
        report,
        slowest,
        lambda: write_graphml(network.nodes(), network.edges(), folder / "graph.graphml"),
    )
    list(run_all(jobs, workshop.workers))
    _write_description(folder, contents, outcome.written.counts)


def _write_description(folder: Path, contents: GraphContents, counts: Sequence[Counts]) -> None:
    facts, evidence, *inferred = counts
    description = DatasetDescription(
        facts,
        evidence,
        base=contents.base,
        version=__version__,
        documents=len(contents.documents),
        inferred=inferred[0] if inferred else None,
    )
    triples = describe_dataset(folder, description)
    with (folder / "void.ttl").open("wb") as file:
        serialize(triples, file, format=RdfFormat.TURTLE, prefixes=dict(contents.prefixes))
