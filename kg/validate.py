"""Check a graph against the shapes and trace every finding to a file, a line and a quotation."""

import logging
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha1
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple

from kg.errors import InputError, UsageError
from kg.foreign import read_rdf, skolem_iri
from kg.resources import read_resource
from kg.terms import ACP, DEFAULT_BASE, RDF, SHAPES, XSD
from kg.trace import Resource, SourceQuote, Term, Trace

if TYPE_CHECKING:
    from pyshacl.graph_abstraction import DataGraph
    from rdflib import Graph
    from rdflib.term import Node

SHAPES_FILE: Final = "shapes/acp-shapes.ttl"
MODEL_FILES: Final = ("ontology/acp.ttl", "ontology/vocabulary.ttl")
"""What a graph means its terms by: without them no class has subclasses and no value a scheme."""

SEVERITIES: Final = ("Violation", "Warning", "Info")

_SH: Final = "http://www.w3.org/ns/shacl#"


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
class _Result:
    """One result of SHACL, before it is traced."""

    severity: str
    focus: Term
    path: NamedNode | None
    value: Term | None
    message: str
    shape: NamedNode
    component: NamedNode

    def __str__(self) -> str:
        terms = (self.focus, self.path, self.value, self.shape, self.component)
        order = SEVERITIES.index(self.severity)
        return "\n".join((str(order), *(str(term or "") for term in terms), self.message))


def validate_dataset(
    data: Store,
    shapes: bytes,
    *,
    texts: Mapping[str, str] | None = None,
    base: str = DEFAULT_BASE,
) -> ValidationReport:
    """Return what the shapes find in the default graph of a store.

    The store must hold ontology and vocabulary too. Lines and columns need the texts of the
    documents, by the documents' `dcterms:identifier`.

    >>> validate_dataset(Store(), read_resource(SHAPES_FILE)).conforms
    True
    """
    trace = Trace(data, texts or {})
    results = sorted(set(_check(data, shapes)), key=str)
    evidence = [trace.evidence(result.focus, result.path, result.value) for result in results]
    violations = [
        Violation(
            focus=_plain(result.focus),
            path=result.path.value if result.path else None,
            value=_plain(result.value) if result.value else None,
            severity=result.severity,
            message=result.message,
            shape=result.shape.value,
            sources=trace.quotes(nodes),
        )
        for result, nodes in zip(results, evidence, strict=True)
    ]
    graph = sorted(set(_report(results, evidence, base)), key=str)
    return ValidationReport(not results, tuple(violations), tuple(graph))


def validate_files(
    paths: Iterable[Path], shapes: bytes | None = None, *, base: str = DEFAULT_BASE
) -> ValidationReport:
    """Return what the shapes, ours unless given, find in files of anybody's RDF taken together.

    Raises `InputError` for a file that cannot be read or must not be.
    """
    data = Store()
    for number, path in enumerate(paths, start=1):
        before = len(data)
        data.extend(read_rdf(path, label=f"f{number}b"))
        if len(data) == before and not any(read_rdf(path)):
            raise InputError(path, "holds no statement, so there is nothing to validate")
    if not len(data):
        raise UsageError("name at least one file to validate")
    for name in MODEL_FILES:
        data.load(input=read_resource(name), format=RdfFormat.TURTLE)
    return validate_dataset(data, shapes or read_resource(SHAPES_FILE), base=base)


def _plain(term: Term) -> str:
    return str(term) if isinstance(term, BlankNode) else term.value


def _check(data: Store, shapes: bytes) -> Iterator[_Result]:
    """Yield the results of pySHACL, told to import nothing, infer nothing and run no script."""
    import pyshacl
    from rdflib import RDF as RDFLIB_RDF
    from rdflib import SH, URIRef

    shapes_graph = _shapes_graph(shapes)
    try:
        with _without_warnings_of("rdflib.term"):
            _, report, _ = pyshacl.validate(
                _view(data), shacl_graph=shapes_graph, do_owl_imports=False, js=False
            )
    except RecursionError as error:
        raise InputError("data", "its classes are nested too deep to be checked") from error
    [summary] = report.subjects(RDFLIB_RDF.type, SH.ValidationReport)
    for node in report.objects(summary, SH.result):
        # Of two messages or two paths the first in the alphabet: a report must not vary.
        said = dict(sorted(report.predicate_objects(node), reverse=True))
        path, value, shape = said.get(SH.resultPath), said.get(SH.value), said[SH.sourceShape]
        component = said[SH.sourceConstraintComponent]
        if component == SH.SPARQLConstraintComponent and value == said[SH.focusNode]:
            value = None  # pySHACL repeats the node where a query selects no value
        yield _Result(
            severity=str(said[SH.resultSeverity]).removeprefix(_SH),
            focus=_term(said[SH.focusNode]),
            path=NamedNode(path) if isinstance(path, URIRef) else None,
            value=None if value is None else _term(value),
            message=str(said[SH.resultMessage]),
            shape=NamedNode(shape if isinstance(shape, URIRef) else f"{SHAPES}#anonymous"),
            component=NamedNode(str(component)),
        )


@lru_cache(maxsize=1)  # many small graphs are checked against the same shapes
def _shapes_graph(shapes: bytes) -> "Graph":
    """Return shapes whose property shapes are aimed at the targets of their node shapes.

    The results are the same, but pySHACL then takes each property shape once for all nodes
    instead of once for each node, which is several times faster.
    """
    from rdflib import SH, Graph

    graph = Graph().parse(data=shapes, format="turtle")
    aims = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
    for node, shape in list(graph.subject_objects(SH.property)):
        used_by_others = any(graph.subjects(None, node))
        targets = [(aim, target) for aim in aims for target in graph.objects(node, aim)]
        if targets and not used_by_others and not graph.value(node, SH.deactivated):
            graph.remove((node, SH.property, shape))
            for aim, target in targets:
                graph.add((shape, aim, target))
    return graph


def _view(data: Store) -> "DataGraph":
    """Return the default graph of a store as pySHACL reads it.

    Given the store itself, pySHACL would merge in the named graphs, so that a fact of two
    documents counts twice; would count all triples three times for each result; and would stop
    at a literal where the shapes ask for the properties of a thing.
    """
    from pyshacl.graph_abstraction import OxigraphDataGraph
    from rdflib import Literal as RdflibLiteral

    class DefaultGraphView(OxigraphDataGraph):
        @classmethod
        def is_multigraph(cls) -> bool:
            return False

        def __bool__(self) -> bool:
            return True

        def objects(self, *args: Any, **kwargs: Any) -> Generator[Any, None, None]:
            if not isinstance(args[0], RdflibLiteral):
                yield from super().objects(*args, **kwargs)

    return DefaultGraphView(data)


@contextmanager
def _without_warnings_of(name: str) -> Iterator[None]:
    """Keep a library from logging, with a traceback, each literal that the shapes report anyway."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _term(node: "Node") -> Term:
    from rdflib import BNode
    from rdflib import Literal as RdflibLiteral

    if isinstance(node, BNode):
        return BlankNode(str(node))
    if isinstance(node, RdflibLiteral):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(node.datatype or XSD.string.value))
    return NamedNode(str(node))


def _report(
    results: Iterable[_Result], evidence: Iterable[tuple[Resource, ...]], base: str
) -> Iterator[Triple]:
    """Yield a SHACL report in which each result also names its evidence."""
    sh = {name: NamedNode(_SH + name) for name in _REPORT_TERMS}
    report = NamedNode(f"{base}id/validation")
    conforms = True
    for result, nodes in zip(results, evidence, strict=True):
        conforms = False
        digest = sha1(str(result).encode(), usedforsecurity=False).hexdigest()[:16]
        node = NamedNode(f"{base}id/validation_{digest}")
        yield Triple(report, sh["result"], node)
        yield Triple(node, RDF.type, sh["ValidationResult"])
        yield Triple(node, sh["resultSeverity"], NamedNode(_SH + result.severity))
        yield Triple(node, sh["resultMessage"], Literal(result.message, language="en"))
        yield Triple(node, sh["sourceShape"], result.shape)
        yield Triple(node, sh["sourceConstraintComponent"], result.component)
        yield Triple(node, sh["focusNode"], _named(result.focus, base))
        if result.path:
            yield Triple(node, sh["resultPath"], result.path)
        if result.value:
            yield Triple(node, sh["value"], _named(result.value, base))
        for words in nodes:
            yield Triple(node, ACP.hasEvidence, _named(words, base))
    yield Triple(report, RDF.type, sh["ValidationReport"])
    yield Triple(report, sh["conforms"], Literal(str(conforms).lower(), datatype=XSD.boolean))


_REPORT_TERMS: Final = (
    *("ValidationReport", "ValidationResult", "conforms", "result", "resultSeverity", "value"),
    *("resultMessage", "sourceShape", "sourceConstraintComponent", "focusNode", "resultPath"),
)


def _named(term: Term, base: str) -> NamedNode | Literal:
    return term if isinstance(term, Literal) else skolem_iri(term, base)
