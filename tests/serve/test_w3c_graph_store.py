"""The W3C's Graph Store Protocol tests on a live server: reads as they ask, writes refused.

What a write would have stored is stored by the test, and the server told to load it.
"""

import email
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from tests.conftest import SHARED

from .live import Live, serving, until
from .results import read_graph
from .w3c import AUTHORITY, ProtocolTest, Request, protocol_tests

FOLDER = SHARED / "w3c" / "sparql11" / "graph-store-protocol"
TESTS = tuple(
    test
    for name in ("direct", "indirect")
    if FOLDER.is_dir()
    for test in protocol_tests(FOLDER / f"manifest-{name}.ttl")
)
STATUSES = {"OK": 200, "NotFound": 404}
NEW_GRAPH = f"http://{AUTHORITY}/store/new"


@pytest.fixture(scope="module")
def folder(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty dataset."""
    assert shared.is_dir()
    folder = tmp_path_factory.mktemp("graphs")
    (folder / "data.nq").touch()
    return folder


@pytest.fixture(scope="module")
def endpoint(folder: Path) -> Iterator[Live]:
    """The dataset, served under the name that the tests use."""
    public = ("--public-url", f"http://{AUTHORITY}")
    with serving(folder / "data.nq", "--workers", "1", *public) as service:
        yield service


def local_path(request: Request) -> str:
    """Return the path of a request at our graph store, which has another name."""
    path = request.path.replace("$LOCATION$", NEW_GRAPH)
    return path.replace("/gsp", "/store", 1)


def graph_name(request: Request) -> NamedNode | DefaultGraph:
    """Return the graph that a request names."""
    path, _, parameters = local_path(request).partition("?")
    if parameters == "default":
        return DefaultGraph()
    if parameters:
        return NamedNode(parse_qs(parameters)["graph"][0])
    return NamedNode(NEW_GRAPH if path == "/store" else f"http://{AUTHORITY}{path}")


def texts(request: Request) -> Iterator[bytes]:
    """Yield the Turtle that a request brings."""
    content_type = request.headers.get("content-type", "")
    if request.body is None:
        return
    if not content_type.startswith("multipart/"):
        yield request.body
        return
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    for part in email.message_from_bytes(head + request.body).walk():
        if not part.is_multipart():
            text = part.get_payload(decode=True)
            assert isinstance(text, bytes)
            yield text


def write(store: Store, request: Request) -> None:
    """Do what a request other than a read asks for."""
    graph = graph_name(request)
    if request.method in ("PUT", "DELETE"):
        store.remove_graph(graph)
    for text in texts(request):
        store.load(text, RdfFormat.TURTLE, base_iri=NEW_GRAPH, to_graph=graph)


def load(endpoint: Live, store: Store, path: Path) -> None:
    """Have a server load a dataset."""
    store.dump(str(path), RdfFormat.N_QUADS)
    loads = sum("loaded again" in line for line in endpoint.said)
    endpoint.process.send_signal(signal.SIGHUP)
    assert until(lambda: sum("loaded again" in line for line in endpoint.said) > loads)


def test_all_tests_are_there(shared: Path) -> None:
    """There are 13 tests with 18 reads."""
    assert shared.is_dir()
    methods = [request.method for test in TESTS for request in test.requests]
    assert len(TESTS) == 13
    assert (methods.count("GET"), methods.count("HEAD")) == (15, 3)


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_reads_are_answered_and_writes_refused(
    test: ProtocolTest, endpoint: Live, folder: Path
) -> None:
    """A read gets the status, the type and the graph of the test; a write gets a 405."""
    store, is_loaded = Store(), False
    for request in test.requests:
        if request.method not in ("GET", "HEAD"):
            write(store, request)
            is_loaded = False
        elif not is_loaded:
            load(endpoint, store, folder / "data.nq")
            is_loaded = True
        reply = endpoint.request(
            request.method, local_path(request), headers=request.headers, body=request.body
        )
        if request.method not in ("GET", "HEAD"):
            assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
            continue
        assert reply.status in {STATUSES[status] for status in request.statuses}, reply.text
        if request.answer_type is not None:
            assert reply.headers["content-type"] == request.answer_type
        if request.answer_body is not None:
            expected = read_graph(request.answer_body.encode(), RdfFormat.TURTLE, NEW_GRAPH)
            assert expected == read_graph(reply.body, RdfFormat.TURTLE)
