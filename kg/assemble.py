"""Write a graph with all its exports, reports and pages as one folder, published in one step."""

from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, serialize

from kg import __version__
from kg.conflicts import find_conflicts
from kg.coverage import find_unread
from kg.doubts import find_doubts
from kg.export import write_exports
from kg.findings import write_validation
from kg.graphml import write_graphml
from kg.network import read_network
from kg.page import write_page
from kg.pipeline import Graph, Progress, Reading, write_records
from kg.publish import publish_folder
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
from kg.tables import write_tables
from kg.terms import ACP, RDF
from kg.void import DatasetDescription, describe_dataset

_TITLE: Final = "Accountable care programs"


def publish_build(graph: Graph, out: Path, progress: Progress = lambda _: None) -> None:
    """Write every file of a build and put the folder in its place.

    Raises:
        OutputError: the folder cannot be written, or another build holds it.
    """
    with publish_folder(out) as folder:
        progress("write RDF")
        write_exports(folder, graph.contents)
        write_records(folder / "records.jsonl", graph.reading)
        write_report(folder, _report(graph))
        with (folder / "validation.ttl").open("wb") as file:
            write_validation(graph.validation, "turtle", file)
        progress("write tables")
        write_tables(folder / "tables", graph.dataset)
        progress("draw the network")
        network = read_network(graph.dataset)
        write_graphml(network, folder / "graph.graphml")
        write_page(network, folder / "network.html", title=_TITLE)
        progress("report")
        _write_description(folder, graph)


def _report(graph: Graph) -> BuildReport:
    """Return what was read, what was not, and what is wrong, for people to look at."""
    reading = graph.reading
    return BuildReport(
        version=__version__,
        documents=tuple(_document_report(found.extraction) for found in reading.documents),
        refused=tuple(RefusedDocument(r.name, r.problem, r.advice) for r in reading.refusals),
        findings=tuple(
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
            for found in graph.validation.violations
            if found.path != ACP.passageModelled.value  # the coverage of each document says it
        ),
        doubts=_doubts(reading),
        conflicts=find_conflicts(reading.documents),
        merges=reading.merges,
        counts=_counts(graph),
    )


def _doubts(reading: Reading) -> tuple[Doubt, ...]:
    """Return the merges that a person has to decide, without those that one has decided."""
    found = find_doubts(reading.documents, reading.lexicon.vocabulary)
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


def _counts(graph: Graph) -> tuple[tuple[str, int], ...]:
    """Return how many things of each class the facts are about."""
    kinds = Counter(
        str(triple.object.value).rsplit("#", 1)[-1]
        for triple in graph.contents.facts
        if triple.predicate == RDF.type and isinstance(triple.object, NamedNode)
    )
    return tuple(sorted(kinds.items()))


def _write_description(folder: Path, graph: Graph) -> None:
    contents = graph.contents
    description = DatasetDescription(
        facts=contents.facts,
        evidence=contents.evidence,
        base=contents.base,
        version=__version__,
        documents=len(contents.documents),
        inferred=contents.inferred,
    )
    triples = describe_dataset(folder, description)
    with (folder / "void.ttl").open("wb") as file:
        serialize(triples, file, format=RdfFormat.TURTLE, prefixes=dict(contents.prefixes))
