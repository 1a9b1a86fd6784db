"""Run pySHACL on the default graph of a store.

Importing this takes a moment, so import it where it is needed.
"""

import logging
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self, TypeAlias

import pyshacl
import rdflib
from pyoxigraph import DefaultGraph, Literal, Store, Triple
from pyshacl.errors import ReportableRuntimeError
from pyshacl.graph_abstraction import OxigraphDataGraph, to_ox, to_rdf
from pyshacl.monkey import rdflib_bool_patch, rdflib_bool_unpatch
from rdflib import RDF, SH

from kg.errors import InputError
from kg.spelling import Spellings
from kg.terms import XSD

Terms: TypeAlias = Generator[Any, None, None]


def run_pyshacl(data: rdflib.Graph, shapes: Iterable[Triple]) -> Iterator[dict[str, Any]]:
    """Yield what pySHACL says of each result, as pyoxigraph terms by the names that SHACL has.

    It is told to import nothing, infer nothing and run no script. Of two messages or two paths the
    first in the alphabet is taken: a report must not vary.
    """
    # As pySHACL does when it reads a file of shapes, where "1"^^xsd:boolean is not true.
    rdflib_bool_patch()  # type: ignore[no-untyped-call]  # nor is the next
    shapes_graph = make_graph(shapes)
    rdflib_bool_unpatch()  # type: ignore[no-untyped-call]
    try:
        with _without_warnings():
            _, report, _ = pyshacl.validate(
                data, shacl_graph=shapes_graph, do_owl_imports=False, js=False
            )
    except RecursionError as error:
        raise InputError("data", "its things are nested too deep to be checked") from error
    except (NotImplementedError, ReportableRuntimeError) as error:
        report = error
    if not isinstance(report, rdflib.Graph):
        raise InputError("shapes", f"pySHACL cannot judge by them: {report}")
    [summary] = report.subjects(RDF.type, SH.ValidationReport)
    for node in report.objects(summary, SH.result):
        terms: Any = sorted(report.predicate_objects(node), reverse=True)
        yield {str(asked).removeprefix(str(SH)): to_ox(term) for asked, term in terms}


def make_graph(triples: Iterable[Triple]) -> rdflib.Graph:
    """Return triples as a graph of rdflib, whose queries see literals as they are spelt."""
    graph = rdflib.Graph()
    with _without_warnings():
        for triple in triples:
            terms: Any = tuple(map(_to_rdflib, triple))
            graph.add(terms)
    return graph


def _to_rdflib(term: Any) -> Any:
    """Return a term as rdflib has it: spelt as it is, and a text without a datatype."""
    if not isinstance(term, Literal):
        return to_rdf(term)
    if term.language or term.datatype == XSD.string:
        return rdflib.Literal(term.value, lang=term.language)
    return rdflib.Literal(term.value, datatype=to_rdf(term.datatype), normalize=False)


class DefaultGraphView(OxigraphDataGraph):
    """The default graph of a store, with literals as the source of the store spells them.

    Given the store itself, pySHACL would merge in the named graphs, so that a fact of two
    documents counts twice; would count all triples three times for each result; would stop at a
    literal where the shapes ask for the properties of a thing; and would follow a chain of classes
    no further than Python can call itself.
    """

    def __new__(cls, data: Store, _: Spellings) -> Self:
        view: Self = super().__new__(cls, data)
        return view

    def __init__(self, data: Store, spellings: Spellings) -> None:
        super().__init__(data)
        self._data: Any = data
        self._spellings = spellings

    @classmethod
    def is_multigraph(cls) -> bool:
        return False

    def __bool__(self) -> bool:
        return True

    def triples(self, triple: Any, *_: Any) -> Terms:
        about, asked, wanted = triple
        if isinstance(about, rdflib.Literal):
            return
        quads = self._data.quads_for_pattern(*map(to_ox, (about, asked, wanted)), DefaultGraph())
        for subject, predicate, value, _ in quads:
            for term in self._spellings.of(subject, predicate, value):
                if wanted is None or wanted == _to_rdflib(term):
                    yield _to_rdflib(subject), _to_rdflib(predicate), _to_rdflib(term)

    def objects(self, subject: Any = None, predicate: Any = None, *_: Any, **__: Any) -> Terms:
        yield from (found for _, _, found in self.triples((subject, predicate, None)))

    def subjects(self, *terms: Any, **_: Any) -> Terms:
        predicate, value = terms
        yield from (found for found, _, _ in self.triples((None, predicate, value)))

    def subject_objects(self, predicate: Any = None, *_: Any, **__: Any) -> Terms:
        yield from ((s, o) for s, _, o in self.triples((None, predicate, None)))

    def predicate_objects(self, subject: Any = None, *_: Any, **__: Any) -> Terms:
        yield from ((p, o) for _, p, o in self.triples((subject, None, None)))

    def transitive_objects(self, subject: Any, predicate: Any, *_: Any) -> Terms:
        yield from _closure(subject, lambda node: self.objects(node, predicate))

    def transitive_subjects(self, predicate: Any, object_: Any, *_: Any) -> Terms:
        yield from _closure(object_, lambda node: self.subjects(predicate, node))

    def __contains__(self, triple: Any) -> bool:
        return next(self.triples(triple), None) is not None


def _closure(start: Any, step: Callable[[Any], Iterable[Any]]) -> Terms:
    seen, waiting = {start}, [start]
    while waiting:
        node = waiting.pop()
        yield node
        new = set(step(node)) - seen
        seen |= new
        waiting += new


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep rdflib from telling, with a traceback, of each literal that the shapes report anyway."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logger.setLevel(level)
