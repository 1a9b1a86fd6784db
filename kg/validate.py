"""Check a graph against the shapes and trace every finding to a file, a line and a quotation."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple

from kg.errors import InputError, UsageError
from kg.foreign import read_rdf, skolem_iri
from kg.foreign_shapes import read_foreign_shapes
from kg.resources import read_resource
from kg.shacl import Result, judge
from kg.spelling import Spellings
from kg.terms import ACP, DEFAULT_BASE, RDF, SH, XSD
from kg.trace import Resource, SourceQuote, Term, Trace

SHAPES_FILE: Final = "shapes/acp-shapes.ttl"
MODEL_FILES: Final = ("ontology/acp.ttl", "ontology/vocabulary.ttl")
"""What a graph means its terms by: without them no class has subclasses and no value a scheme."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One finding: which thing, which of its properties, what to do, and the words behind it."""

    focus: str
    path: str | None
    value: str | None
    severity: str
    message: str
    shape: str
    sources: tuple[SourceQuote, ...]


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """Every finding, worst first, and the SHACL report as sorted triples without blank nodes."""

    conforms: bool
    violations: tuple[Violation, ...]
    graph: tuple[Triple, ...]

    @property
    def has_violations(self) -> bool:
        """Whether anything is wrong rather than merely unsaid: warnings do not count."""
        return any(found.severity == "Violation" for found in self.violations)


@dataclass(frozen=True, slots=True)
class TracedResult:
    """A result with the evidence that is nearest to it, and the words of that."""

    result: Result
    evidence: tuple[Resource, ...]
    sources: tuple[SourceQuote, ...]


def validate_dataset(
    data: Store,
    shapes: bytes,
    *,
    texts: Mapping[str, str] | None = None,
    base: str = DEFAULT_BASE,
) -> ValidationReport:
    """Return what the shapes find in the default graph of a store.

    For our shapes the store must hold ontology and vocabulary too. Lines and columns need the texts
    of the documents, by the documents' `dcterms:identifier`.

    >>> validate_dataset(Store(), read_resource(SHAPES_FILE)).conforms
    True
    """
    return make_report(trace_results(judge(data, shapes), Trace(data, texts or {})), base)


def trace_results(results: Iterable[Result], trace: Trace) -> Iterator[TracedResult]:
    """Yield each result with the words behind it."""
    for result in results:
        evidence = trace.evidence(result.focus, result.path, result.value)
        yield TracedResult(result, evidence, trace.quotes(evidence))


def make_report(findings: Iterable[TracedResult], base: str) -> ValidationReport:
    """Return a report of findings, which may come in any order."""
    ordered = sorted(findings, key=lambda found: str(found.result))
    violations = [
        Violation(
            focus=_plain(found.result.focus),
            path=found.result.path.value if found.result.path else None,
            value=_value(found.result),
            severity=found.result.severity.value.removeprefix(SH.iri),
            message=found.result.message.value,
            shape=_plain(found.result.shape),
            sources=found.sources,
        )
        for found in ordered
    ]
    graph = sorted(set(_report(ordered, base)), key=str)
    return ValidationReport(not ordered, tuple(violations), tuple(graph))


def validate_files(
    paths: Iterable[Path], *, shapes: Sequence[Path] = (), base: str = DEFAULT_BASE
) -> ValidationReport:
    """Return what shapes find in files of anybody's RDF taken together.

    Our shapes know our ontology and vocabulary; shapes of the caller's own know the files alone.
    Raises `InputError` for a file that cannot be read or must not be.
    """
    data, spellings = Store(), Spellings()
    for number, path in enumerate(paths, start=1):
        before = len(data)
        data.extend(spellings.noting(read_rdf(path, label=f"f{number}b")))
        if len(data) == before and not any(read_rdf(path)):
            raise InputError(path, "holds no statement, so there is nothing to validate")
    if not len(data):
        raise UsageError("name at least one file to validate")
    if shapes:
        results = judge(data, read_foreign_shapes(shapes), spellings, by_value=False)
    else:
        for name in MODEL_FILES:
            data.load(input=read_resource(name), format=RdfFormat.TURTLE)
        results = judge(data, read_resource(SHAPES_FILE), spellings)
    return make_report(trace_results(results, Trace(data, {})), base)


def _value(result: Result) -> str | None:
    """Return the value, if it is not the thing itself, as where a shape judges no property."""
    if result.value is None or (result.path is None and result.value == result.focus):
        return None
    return _plain(result.value)


def _plain(term: Term) -> str:
    return str(term) if isinstance(term, BlankNode) else term.value


def _report(findings: Iterable[TracedResult], base: str) -> Iterator[Triple]:
    """Yield a SHACL report in which each result also names its evidence."""
    report = NamedNode(f"{base}id/validation")
    again: Counter[str] = Counter()
    for found in findings:
        result = found.result
        text = str(result)
        again[text] += 1  # a shape may say the same of a node twice, of each of two languages
        text += f"\n{again[text]}" * (again[text] > 1)
        digest = sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]
        node = NamedNode(f"{base}id/validation_{digest}")
        yield Triple(report, SH.result, node)
        yield Triple(node, RDF.type, SH.ValidationResult)
        yield Triple(node, SH.resultSeverity, result.severity)
        yield Triple(node, SH.resultMessage, result.message)
        yield Triple(node, SH.sourceShape, _named(result.shape, base))
        yield Triple(node, SH.sourceConstraintComponent, result.component)
        yield Triple(node, SH.focusNode, _named(result.focus, base))
        if result.path:
            yield Triple(node, SH.resultPath, result.path)
        if result.value:
            yield Triple(node, SH.value, _named(result.value, base))
        for words in found.evidence:
            yield Triple(node, ACP.hasEvidence, _named(words, base))
    yield Triple(report, RDF.type, SH.ValidationReport)
    yield Triple(report, SH.conforms, Literal(str(not again).lower(), datatype=XSD.boolean))


def _named(term: Term, base: str) -> NamedNode | Literal:
    return term if isinstance(term, Literal) else skolem_iri(term, base)
