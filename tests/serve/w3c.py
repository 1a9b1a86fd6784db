"""Read the W3C's SPARQL 1.1 tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")

AUTHORITY = "www.example"
"""The host that the tests speak to."""


@dataclass(frozen=True)
class Request:
    """One request of a protocol test, and what is to be answered."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[str]
    """Such as `StatusCode4xx`, `NotFound`; any of them will do."""
    boolean: bool | None
    kind: str | None
    """`boolean`, `tabular` or `RDF`."""
    answer_type: str | None
    answer_body: str | None


@dataclass(frozen=True)
class ProtocolTest:
    """Requests to be sent one after another."""

    name: str
    requests: tuple[Request, ...]


@dataclass(frozen=True)
class EvaluationTest:
    """A query, the data to ask, and what is to be found."""

    name: str
    """Folder and local name."""
    query: Path
    data: Path | None
    named: tuple[Path, ...]
    result: Path

    @property
    def dataset(self) -> tuple[Path | None, tuple[Path, ...]]:
        """What tests have in common that can be asked of one server."""
        return self.data, self.named


def protocol_tests(manifest: Path) -> Iterator[ProtocolTest]:
    """Yield the tests of a manifest of requests, in its order."""
    graph = rdflib.Graph().parse(manifest)
    for test in _entries(graph):
        action = graph.value(test, MF.action)
        (head,) = graph.objects(action, HT.requests)
        requests = tuple(_request(graph, request) for request in Collection(graph, head))
        yield ProtocolTest(_local_name(test), requests)


def _request(graph: rdflib.Graph, node: rdflib.term.Node) -> Request:
    answer = graph.value(node, HT.resp)
    boolean = graph.value(answer, MF.expectedBoolean)
    return Request(
        method=str(graph.value(node, HT.methodName)),
        path=str(graph.value(node, HT.absolutePath)),
        headers=_headers(graph, node),
        body=_body(graph, node),
        statuses=frozenset(map(_local_name, graph.objects(answer, MF.expectedStatus))),
        boolean=None if boolean is None else bool(boolean.toPython()),  # type: ignore[attr-defined]  # a literal
        kind=_text(graph.value(answer, MF.expectedFormat)),
        answer_type=_headers(graph, answer).get("content-type"),
        answer_body=(_body(graph, answer) or b"").decode() or None,
    )


def _headers(graph: rdflib.Graph, node: rdflib.term.Node | None) -> dict[str, str]:
    head = graph.value(node, HT.headers)
    if head is None:
        return {}
    return {
        str(graph.value(header, HT.fieldName)): str(graph.value(header, HT.fieldValue))
        for header in Collection(graph, head)
    }


def _body(graph: rdflib.Graph, node: rdflib.term.Node | None) -> bytes | None:
    body = graph.value(node, HT.body)
    if body is None:
        return None
    encoding = str(graph.value(body, CNT.characterEncoding))
    return str(graph.value(body, CNT.chars)).encode(encoding)


def evaluation_tests(folder: Path) -> Iterator[EvaluationTest]:
    """Yield every query evaluation test below a folder."""
    for manifest in sorted(folder.glob("*/manifest.ttl")):
        graph = rdflib.Graph().parse(manifest)
        for test in _entries(graph):
            kind = _local_name(graph.value(test, RDF.type))
            if kind in {"QueryEvaluationTest", "CSVResultFormatTest"}:
                yield _evaluation_test(graph, test, manifest.parent)


def _evaluation_test(graph: rdflib.Graph, test: rdflib.term.Node, folder: Path) -> EvaluationTest:
    action = graph.value(test, MF.action)
    data = graph.value(action, QT.data)
    named = sorted(map(_path, graph.objects(action, QT.graphData)))
    return EvaluationTest(
        name=f"{folder.name}/{_local_name(test)}",
        query=_path(graph.value(action, QT.query)),
        data=None if data is None else _path(data),
        named=tuple(named),
        result=_path(graph.value(test, MF.result)),
    )


def _entries(graph: rdflib.Graph) -> Iterator[rdflib.term.Node]:
    for head in graph.objects(None, MF.entries):
        yield from Collection(graph, head)


def _path(node: rdflib.term.Node | None) -> Path:
    return Path(urlsplit(str(node)).path)


def _local_name(node: rdflib.term.Node | None) -> str:
    return str(node).rpartition("#")[2]


def _text(node: rdflib.term.Node | None) -> str | None:
    return None if node is None else str(node)
