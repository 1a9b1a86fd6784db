"""The W3C's tests of the SPARQL 1.1 Protocol, sent to a live server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from tests.conftest import SHARED

from .live import Live, Reply, serving
from .w3c import ProtocolTest, Request, protocol_tests

FOLDER = SHARED / "w3c" / "sparql11" / "protocol"
DATA = "http://kasei.us/2009/09/sparql/data/"
TESTS = tuple(protocol_tests(FOLDER / "manifest.ttl")) if FOLDER.is_dir() else ()
UPDATES = {
    *("update_dataset_default_graph", "update_dataset_default_graphs"),
    *("update_dataset_named_graphs", "update_dataset_full", "update_post_form"),
    *("update_post_direct", "update_base_uri", "bad_update_get", "bad_multiple_updates"),
    *("bad_update_wrong_media_type", "bad_update_missing_form_type", "bad_update_non_utf8"),
    *("bad_update_syntax", "bad_update_dataset_conflict"),
}
"""The tests of the update side, which a service that only reads refuses."""
MEDIA_TYPES = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {
        *("application/sparql-results+json", "application/sparql-results+xml"),
        *("text/csv", "text/tab-separated-values"),
    },
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml"},
}


@pytest.fixture(scope="module")
def endpoint(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The three graphs that the tests name, served."""
    path = tmp_path_factory.mktemp("protocol") / "data.nq"
    folder = shared / "w3c" / "sparql11" / "protocol"
    quads = [
        Quad(quad.subject, quad.predicate, quad.object, NamedNode(f"{DATA}data{number}.rdf"))
        for number in (1, 2, 3)
        for quad in parse(path=str(folder / f"data{number}.nt"))
    ]
    serialize(quads, str(path), RdfFormat.N_QUADS)
    with serving(path) as service:
        yield service


def send(endpoint: Live, request: Request) -> Reply:
    """Send a request of a test, without any header that it does not have."""
    return endpoint.request(
        request.method, request.path, headers=request.headers, body=request.body
    )


def test_all_tests_are_there(shared: Path) -> None:
    """The manifest has 34 tests, 20 of them of the query side."""
    assert shared.is_dir()
    assert len(TESTS) == 34
    assert {test.name for test in TESTS} >= UPDATES
    assert len(TESTS) - len(UPDATES) == 20


@pytest.mark.hostile(case="S1")
@pytest.mark.parametrize(
    "test", [test for test in TESTS if test.name not in UPDATES], ids=lambda test: test.name
)
def test_queries_are_answered_as_the_protocol_says(test: ProtocolTest, endpoint: Live) -> None:
    """Every request of a test of the query side gets the status, the type and the answer."""
    assert len(test.requests) == 1
    for request in test.requests:
        reply = send(endpoint, request)
        assert reply.status // 100 in {int(name[-3]) for name in request.statuses}, reply.text
        if request.kind is not None:
            assert reply.media_type in MEDIA_TYPES[request.kind]
        if request.boolean is not None:
            assert json.loads(reply.body)["boolean"] is request.boolean


@pytest.mark.hostile(case="S1")
@pytest.mark.parametrize(
    "test", [test for test in TESTS if test.name in UPDATES], ids=lambda test: test.name
)
def test_updates_are_refused(test: ProtocolTest, endpoint: Live) -> None:
    """Whatever is an update in a test of the update side is refused; the rest is answered."""
    updates = 0
    for request in test.requests:
        reply = send(endpoint, request)
        if request.boolean is None:
            assert 400 <= reply.status < 500, reply.text
            updates += 1
        else:
            assert reply.status == 200, reply.text
    assert updates >= 1


@pytest.mark.hostile(case="S1")
def test_updates_change_nothing(endpoint: Live) -> None:
    """After all of them, the dataset is what it was."""
    everything = endpoint.query("SELECT ?g ?s { GRAPH ?g { ?s ?p ?o } } ORDER BY ?s").rows
    assert [row["s"]["value"] for row in everything] == [f"{DATA}data{n}.rdf" for n in (1, 2, 3)]
    assert endpoint.query("SELECT * { ?s ?p ?o }").rows == []
