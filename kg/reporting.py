"""Gather what the report tells: what was read, what was not, and what is wrong."""

from collections import Counter
from itertools import combinations

from kg import __version__
from kg.conflicts import find_conflicts, read_alone
from kg.coverage import find_unread
from kg.doubts import find_doubts
from kg.gist import read_gist
from kg.pipeline import Reading
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
)
from kg.spool import change_each
from kg.terms import ACP
from kg.validate import ValidationReport
from kg.void import Counts
from kg.workers import Workshop


def make_build_report(
    reading: Reading, facts: Counts, validation: ValidationReport, workshop: Workshop
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
        counts=_classes(facts),
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


def _classes(facts: Counts) -> tuple[tuple[str, int], ...]:
    """Return how many things of each class the facts are about."""
    kinds: Counter[str] = Counter()
    for iri, number in facts.classes.items():
        kinds[iri.decode()[1:-1].rsplit("#", 1)[-1]] += number
    return tuple(sorted(kinds.items()))
