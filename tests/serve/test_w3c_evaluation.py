"""The W3C's query evaluation tests over HTTP, each asked of a server with the data of the test."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, QueryResultsFormat, QueryTriples, RdfFormat, Store

from tests.conftest import SHARED

from .live import Live, serving
from .results import (
    ROW_FORMATS,
    Found,
    canonical_graph,
    read_graph,
    read_rows,
    read_rows_in_rdf,
)
from .w3c import EvaluationTest, evaluation_tests

FOLDER = SHARED / "w3c" / "sparql11"
TESTS = tuple(evaluation_tests(FOLDER)) if FOLDER.is_dir() else ()
FAILING = {
    # GRAPH does not bind its variable in a subquery, in VALUES or in MINUS.
    *("aggregates/agg-empty-group-count-graph", "bindings/graph", "negation/graph-minus"),
    # Literals are kept by their value, so that "1"^^xsd:boolean comes back as "true".
    *("cast/cast-bool", "cast/cast-decimal", "cast/cast-double", "cast/cast-float"),
    *("cast/cast-int", "cast/cast-string", "csv-tsv-res/tsv03"),
    # An order of concatenation, and blank nodes of two rows, that the tests do not foresee.
    *("aggregates/agg-groupconcat-04", "aggregates/agg-groupconcat-06", "functions/bnode01"),
    # A path of length zero from a term that is not in the data.
    *("property-path/zero_or_more_set_end", "property-path/zero_or_more_set_start"),
    *("property-path/zero_or_one_set_end", "property-path/zero_or_one_set_start"),
}
"""Tests that the engine fails, in this process as over HTTP: 17 of 235."""


def expected(test: EvaluationTest) -> Found:
    """Return what a test is to find."""
    if test.result.suffix in ROW_FORMATS:
        return read_rows(test.result.read_bytes(), ROW_FORMATS[test.result.suffix])
    text = test.result.read_bytes()
    if b"result-set#" in text:
        return read_rows_in_rdf(test.result)
    return read_graph(text, RdfFormat.TURTLE, test.result.as_uri())


def query_text(test: EvaluationTest) -> str:
    """Return the query, with the base that the W3C's tests presume."""
    return f"BASE <{test.query.as_uri()}>\n{test.query.read_text('utf-8')}"


def make_store(test: EvaluationTest) -> Store:
    """Return the data of a test."""
    store = Store()
    if test.data is not None:
        store.load(path=str(test.data), base_iri=test.data.as_uri())
    for path in test.named:
        name = NamedNode(path.as_uri())
        store.load(path=str(path), base_iri=path.as_uri(), to_graph=name)
    return store


def ask_engine(store: Store, test: EvaluationTest) -> Found:
    """Return what the engine finds in this process."""
    found = store.query(query_text(test))
    if isinstance(found, QueryTriples):
        return canonical_graph(Quad(*triple) for triple in found)
    form = row_format(test)
    return read_rows(found.serialize(format=form) or b"", form)


def row_format(test: EvaluationTest) -> QueryResultsFormat:
    """Return the format to compare rows in: that of what is expected, where it is one."""
    return ROW_FORMATS.get(test.result.suffix, QueryResultsFormat.JSON)


def ask_server(service: Live, test: EvaluationTest) -> Found:
    """Return what a server finds."""
    form = row_format(test)
    reply = service.query(query_text(test), accept=f"{form.media_type}, application/n-triples")
    assert reply.status == 200, reply.text
    if reply.media_type == "application/n-triples":
        return read_graph(reply.body, RdfFormat.N_TRIPLES)
    assert reply.media_type == form.media_type.partition(";")[0]
    return read_rows(reply.body, form)


def by_dataset() -> Iterator[tuple[EvaluationTest, ...]]:
    """Yield tests that share their data."""
    ordered = sorted(TESTS, key=lambda test: str(test.dataset))
    for _, group in groupby(ordered, key=lambda test: test.dataset):
        yield tuple(group)


def test_all_tests_are_there(shared: Path) -> None:
    """There are 235 tests, over 88 datasets."""
    assert shared.is_dir()
    assert len(TESTS) == 235
    assert len(tuple(by_dataset())) == 88
    assert {test.name for test in TESTS} >= FAILING


@pytest.mark.slow
@pytest.mark.parametrize(
    "tests", tuple(by_dataset()), ids=lambda tests: f"{tests[0].name}+{len(tests) - 1}"
)
def test_a_server_finds_what_the_engine_finds(
    tests: tuple[EvaluationTest, ...], tmp_path: Path
) -> None:
    """All tests but those named pass in this process and over HTTP; those named fail in both."""
    store = make_store(tests[0])
    path = tmp_path / "data.nq"
    store.dump(str(path), RdfFormat.N_QUADS)
    with serving(path, "--workers", "1") as service:
        for test in tests:
            passes = {
                "engine": ask_engine(store, test) == expected(test),
                "server": ask_server(service, test) == expected(test),
            }
            is_known = test.name in FAILING
            assert passes == {"engine": not is_known, "server": not is_known}, test.name
