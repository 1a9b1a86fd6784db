"""Write a graph with all its exports, reports and pages as one folder, published in one step."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, Store, Triple, serialize

from kg import __version__
from kg.conflicts import find_conflicts, read_alone
from kg.coverage import find_unread
from kg.csvw import write_table_description
from kg.dataset import opener
from kg.doubts import find_doubts
from kg.errors import FINDINGS_STATUS, KGError
from kg.export import GraphContents, write_exports
from kg.findings import write_validation
from kg.gist import read_gist
from kg.graphml import write_graphml
from kg.network import read_network
from kg.page import write_page
from kg.pipeline import (
    BuildOptions,
    Graph,
    Progress,
    Reading,
    map_reading,
    validate_reading,
    write_records,
)
from kg.publish import publish_folder, work_folder
from kg.recipe import finish_recipe, write_recipe
from kg.records import Concept, Extraction, Node, Object, Passage
from kg.report import (
    AnomalyReport,
    BuildReport,
    DocumentReport,
    Doubt,
    Finding,
    PassageReport,
    RefusedDocument,
    Source,
    Unquoted,
    write_report,
)
from kg.spool import change_each
from kg.tables import write_record_tables, write_thing_tables
from kg.terms import ACP, RDF
from kg.validate import ValidationReport
from kg.void import DatasetDescription, describe_dataset
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
        run_all(_writers(folder, graph.reading, graph.contents, lambda: graph.dataset), workers=1)
        _write_findings(folder, graph.reading, graph.contents, graph.validation)


def publish_reading(
    reading: Reading,
    options: BuildOptions,
    target: Target,
    progress: Progress = lambda _: None,
) -> Built:
    """Map and validate what was read, write every file and put the folder in its place.

    What grows with the triples is kept in files beside the folder, and in one store, which lies on
    disk when it is large; `kg.pipeline.make_graph` and `publish_build` give the same bytes.

    Raises:
        OutputError: the folder cannot be written, or another build holds it.
        StrictError: the target is strict, and there is a violation or a refusal.
        WorkerError: the system killed a worker.
    """
    with publish_folder(target.out) as folder:
        work = work_folder(folder)
        workshop = Workshop(target.workers, work)
        contents = map_reading(reading, options, progress, workshop)
        progress("load")
        open_dataset = opener(contents, work)
        progress("validate and write")
        tasks = (
            lambda: validate_reading(reading, contents, open_dataset()),
            *_writers(folder, reading, contents, open_dataset),
        )
        validation: ValidationReport = run_all(tasks, target.workers)[0]
        status = _exit_status(reading, validation)
        if target.strict and (status or reading.refusals):
            raise StrictError(target.out, validation, status or FINDINGS_STATUS)
        progress("report")
        _write_findings(folder, reading, contents, validation, workshop)
        facts, evidence, inferred = contents.facts, contents.evidence, contents.inferred
        return Built(len(facts), len(evidence), len(inferred), validation, status)


def _exit_status(reading: Reading, validation: ValidationReport) -> int:
    return max(reading.exit_status, FINDINGS_STATUS * validation.has_violations)


def _writers(
    folder: Path, reading: Reading, contents: GraphContents, open_dataset: Callable[[], Store]
) -> tuple[Callable[[], None], ...]:
    """Return what writes the files that need no findings: each apart, slow first."""
    return (
        lambda: write_record_tables(folder / "tables", open_dataset()),
        lambda: _write_network(folder, open_dataset()),
        lambda: write_thing_tables(folder / "tables", open_dataset()),
        lambda: write_exports(folder, contents),
        lambda: write_records(folder / "records.jsonl", reading),
    )


def _write_network(folder: Path, dataset: Store) -> None:
    network = read_network(dataset)
    write_graphml(network, folder / "graph.graphml")
    write_page(network, folder / "network.html", title=_TITLE)


def _write_findings(
    folder: Path,
    reading: Reading,
    contents: GraphContents,
    validation: ValidationReport,
    workshop: Workshop = Workshop(),  # noqa: B008 - it is frozen
) -> None:
    """Write what tells of the data: the reports, then the description of all files."""
    recipe = finish_recipe(reading.inputs, contents.base, infer=bool(contents.inferred))
    write_recipe(folder, recipe, _exit_status(reading, validation))
    write_report(folder, _report(reading, contents, validation, workshop), workshop)
    with (folder / "validation.ttl").open("wb") as file:
        write_validation(validation, "turtle", file)
    write_table_description(folder)
    _write_description(folder, contents, workshop.folder)


def _report(
    reading: Reading, contents: GraphContents, validation: ValidationReport, workshop: Workshop
) -> BuildReport:
    """Return what was read, what was not, and what is wrong, for people to look at."""
    alone = workshop.map(lambda found: read_alone(found.extraction), reading.documents)
    return BuildReport(
        version=__version__,
        documents=change_each(reading.documents, lambda found: _document_report(found.extraction)),
        refused=(RefusedDocument(r.name, r.problem, r.advice) for r in reading.refusals),
        findings=(
            Finding(
                found.severity,
                found.message,
                found.focus,
                found.path or "",
                tuple(
                    Source(quote.document, quote.line or 0, quote.column or 0, quote.quotation)
                    for quote in found.sources
                ),
            )
            for found in validation.violations
            if found.path != ACP.passageModelled.value  # the coverage of each document says it
        ),
        doubts=_doubts(reading, workshop),
        conflicts=find_conflicts(reading.documents, alone),
        merges=reading.merges,
        counts=_counts(contents.facts),
    )


def _doubts(reading: Reading, workshop: Workshop) -> tuple[Doubt, ...]:
    """Return the merges that a person has to decide, without those that one has decided."""
    gists = workshop.map(lambda found: read_gist(found.extraction), reading.documents)
    found = find_doubts(reading.documents, reading.lexicon.vocabulary, gists=gists)
    return tuple(
        Doubt(doubt.names, doubt.reason, doubt.decision, doubt.quotations)
        for doubt in found
        if not any(reading.corrections.are_apart(*pair) for pair in combinations(doubt.names, 2))
    )


def _document_report(extraction: Extraction) -> DocumentReport:
    document = extraction.document
    return DocumentReport(
        document.name,
        document.sha256,
        len(extraction.facts),
        tuple(_passage_report(extraction, passage) for passage in extraction.passages),
        tuple(Unquoted(u.kind, u.text, u.start, u.end) for u in find_unread(extraction)),
        tuple(
            AnomalyReport(a.kind, a.as_written, a.read_as or "", a.start, a.end)
            for a in extraction.anomalies
        ),
    )


def _passage_report(extraction: Extraction, passage: Passage) -> PassageReport:
    spans = tuple(
        (fact.start, fact.end, f"{fact.predicate}: {_words(fact.value)}")
        for fact in extraction.facts
        if passage.start <= fact.start < passage.end
    )
    text = extraction.document.text[passage.start : passage.end]
    return PassageReport(passage.order, passage.start, passage.end, text, passage.kind, spans)


def _words(value: Object) -> str:
    if isinstance(value, Node):
        return value.label
    return value.notation if isinstance(value, Concept) else value.lexical


def _counts(facts: Iterable[Triple]) -> tuple[tuple[str, int], ...]:
    """Return how many things of each class the facts are about."""
    kinds = Counter(
        str(triple.object.value).rsplit("#", 1)[-1]
        for triple in facts
        if triple.predicate == RDF.type and isinstance(triple.object, NamedNode)
    )
    return tuple(sorted(kinds.items()))


def _write_description(folder: Path, contents: GraphContents, work: Path | None) -> None:
    description = DatasetDescription(
        facts=contents.facts,
        evidence=contents.evidence,
        base=contents.base,
        version=__version__,
        documents=len(contents.documents),
        inferred=contents.inferred,
        work=work,
    )
    triples = describe_dataset(folder, description)
    with (folder / "void.ttl").open("wb") as file:
        serialize(triples, file, format=RdfFormat.TURTLE, prefixes=dict(contents.prefixes))
