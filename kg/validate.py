"""Check a graph against the shapes and trace every finding to a file, a line and a quotation."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
    """Every finding, worst first, and the SHACL report as sorted triples without blank nodes.

    Both are in memory, or in a build with a work folder read anew whenever they are gone through,
    the triples as long as that folder is there.
    """

    violations: Sequence[Violation]
    graph: Collection[Triple]
    severities: Mapping[str, int]
    """How many findings there are of each severity."""

    @property
    def conforms(self) -> bool:
        """Whether nothing was found at all."""
        return not self.severities

    @property
    def has_violations(self) -> bool:
        """Whether anything is wrong rather than merely unsaid: warnings do not count."""
        return "Violation" in self.severities


@dataclass(frozen=True, slots=True)
class TracedResult:
    """A result with the evidence that is nearest to it, and the words of that."""

    result: Result
    evidence: tuple[Resource, ...]
    sources: tuple[SourceQuote, ...]


@dataclass(frozen=True, slots=True)
class ReportedResult:
    """A result as a report tells it: its place in the order, for people, and as triples."""

    order: str
    violation: Violation
    triples: tuple[Triple, ...]


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
    reported = sorted(report_results(findings, base), key=lambda result: result.order)
    violations = tuple(result.violation for result in reported)
    triples = {triple for result in reported for triple in result.triples}
    triples.update(report_head(base, conforms=not violations))
    severities = Counter(found.severity for found in violations)
    return ValidationReport(violations, tuple(sorted(triples, key=str)), severities)


def report_results(findings: Iterable[TracedResult], base: str) -> Iterator[ReportedResult]:
    """Yield findings as a report tells them; all that is found about one thing comes together.

    A shape may say the same of a node twice, of each of two languages; each then has a number.
    """
    again: Counter[str] = Counter()
    for found in findings:
        order = str(found.result)
        again[order] += 1
        name = order + f"\n{again[order]}" * (again[order] > 1)
        digest = sha1(name.encode(), usedforsecurity=False).hexdigest()[:16]
        node = NamedNode(f"{base}id/validation_{digest}")
        yield ReportedResult(order, _violation(found), tuple(_triples(found, node, base)))


def report_head(base: str, *, conforms: bool) -> tuple[Triple, ...]:
    """Return what the report says of itself."""
    report, answer = _report(base), Literal(str(conforms).lower(), datatype=XSD.boolean)
    return Triple(report, RDF.type, SH.ValidationReport), Triple(report, SH.conforms, answer)


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


def _violation(found: TracedResult) -> Violation:
    result = found.result
    return Violation(
        focus=_plain(result.focus),
        path=result.path.value if result.path else None,
        value=_value(result),
        severity=result.severity.value.removeprefix(SH.iri),
        message=result.message.value,
        shape=_plain(result.shape),
        sources=found.sources,
    )


def _value(result: Result) -> str | None:
    """Return the value, if it is not the thing itself, as where a shape judges no property."""
    if result.value is None or (result.path is None and result.value == result.focus):
        return None
    return _plain(result.value)


def _plain(term: Term) -> str:
    return str(term) if isinstance(term, BlankNode) else term.value


def _report(base: str) -> NamedNode:
    return NamedNode(f"{base}id/validation")


def _triples(found: TracedResult, node: NamedNode, base: str) -> Iterator[Triple]:
    """Yield a result of a SHACL report that also names its evidence."""
    result = found.result
    yield Triple(_report(base), SH.result, node)
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


def _named(term: Term, base: str) -> NamedNode | Literal:
    return term if isinstance(term, Literal) else skolem_iri(term, base)
