"""Go through the batches of a build: judge each, read its tables and its part of the network."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kg.batches import Batches
from kg.facts import FactReader
from kg.finding_lines import FindingWriter, PartFindings, finding_lines
from kg.judging import judge_batch, judge_shared
from kg.lines import inner_folder
from kg.network import read_part
from kg.network_lines import NetworkLines, NetworkWriter, PartLines, part_lines
from kg.tables import TableParts, TableWriter, read_tables
from kg.validate import TracedResult
from kg.workers import uncollected


@dataclass(frozen=True, slots=True)
class Part:
    """What one batch tells, or where it has no tables and network, what all of them share."""

    findings: PartFindings | None = None
    tables: TableParts | None = None
    network: PartLines | None = None


def survey_jobs(
    batches: Batches, texts: Mapping[str, str], work: Path | None = None, *, judged: bool
) -> list[Callable[[], Part]]:
    """Return what reads each batch, in their order, and at the end what they share.

    `texts` are those of the documents; `work` is a folder for what is too large to sort; with
    `judged`, everything has been validated before.
    """
    shapes = batches.contents.shapes
    if len(batches) > 1 and not judged:
        from kg import engine  # noqa: F401 - else each worker would import it, and hold its own

    def told(findings: Iterable[TracedResult]) -> PartFindings:
        return finding_lines(findings, batches.contents.base)

    def read(number: int) -> Part:
        with uncollected():
            batch = batches.open(number)
            reader = FactReader(batch.store)
            findings = None if judged else told(judge_batch(batch, shapes, texts))
            tables, network = read_tables(batch.store, reader), part_lines(read_part(reader))
            return Part(findings, tables, network)

    jobs: list[Callable[[], Part]] = [partial(read, number) for number in range(len(batches))]

    def read_shared() -> Part:
        own = inner_folder(work, "shared-things")
        findings = FindingWriter(batches.contents.base, own)
        for found in judge_shared(batches, texts, own):
            findings.add(told(found))
        return Part(findings.join())

    return jobs if judged else [*jobs, read_shared]


def join_survey(
    parts: Iterable[Part], tables: TableWriter, findings: FindingWriter, work: Path | None = None
) -> NetworkLines:
    """Return the network that the jobs tell of, write the tables, and collect the findings.

    `work` is a folder for what is too large to sort.
    """
    network = NetworkWriter(work)
    for part in parts:
        if part.findings is not None:
            findings.add(part.findings)
        if part.tables is not None:
            tables.add(part.tables)
        if part.network is not None:
            network.add(part.network)
    tables.finish()
    return network.finish()
