"""Clients that are slow, gone or too many take nothing from the others (S13, S14, S17, S19)."""

import http.client
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from .bystander import ADDRESS, Bystander
from .live import Live, family, fresh, serving_within, until

ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SILENT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def head(service: Live, query: str, *more: str) -> bytes:
    """Return a request by hand."""
    lines = ["POST /sparql HTTP/1.1", f"Host: {service.authority}", *more]
    lines += ["Content-Type: application/sparql-query", f"Content-Length: {len(query)}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + query).encode()


def everything(connection: socket.socket) -> bytes:
    """Return what comes until the other side hangs up."""
    received = b""
    try:
        while data := connection.recv(65_536):
            received += data
    except ConnectionResetError:
        pass
    return received


@pytest.fixture(scope="module")
def patient(many_triples: Path) -> Iterator[Live]:
    """A service that lets queries run for minutes, but no client dawdle."""
    limits = {"seconds": 300, "workers": 2, "queue": 2, "queue_seconds": 30}
    dawdling = {"request_seconds": 1, "send_seconds": 3, "idle_seconds": 1, "connections": 50}
    with serving_within(many_triples, **limits, **dawdling) as service:
        yield service


@pytest.mark.hostile(case="S14")
def test_a_client_that_leaves_frees_its_worker(patient: Live) -> None:
    """A query whose client hangs up is stopped within a second, not after its time (S14)."""
    assert any(_seconds_to_free(patient) <= 1 for _ in range(3))  # a busy machine only adds some
    assert until(lambda: patient.health()["workers"] == 2)
    assert until(lambda: "gone" in {line["outcome"] for line in patient.log()})


def _seconds_to_free(service: Live) -> float:
    """Hang up on a query; return how long a worker goes on with it."""
    with service.raw() as connection:
        connection.sendall(head(service, SILENT))
        assert until(lambda: service.health()["running"] == 1)
    left = time.monotonic()
    assert until(lambda: service.health()["running"] == 0)
    return time.monotonic() - left


@pytest.mark.hostile(case="S14")
def test_a_client_that_leaves_the_queue_is_forgotten(patient: Live) -> None:
    """Whoever hangs up while waiting for a worker does not get one."""
    with patient.raw() as running:
        running.sendall(head(patient, SILENT))
        assert until(lambda: patient.health()["running"] == 1)
        with patient.raw() as waiting:
            waiting.sendall(head(patient, SILENT))
            assert until(lambda: patient.health()["waiting"] == 1)
        assert until(lambda: patient.health()["waiting"] == 0)
        assert patient.health()["running"] == 1
    assert until(lambda: patient.health()["running"] == 0)


@pytest.mark.hostile(case="S19")
def test_a_full_queue_says_when_to_come_back(patient: Live) -> None:
    """A client with its share of workers and of places to wait gets a 503; others do not."""
    with ExitStack() as stack:
        for place in ("running", "waiting"):
            stack.enter_context(patient.raw()).sendall(head(patient, SILENT))
            assert until(partial(_is_taken, patient, place))
        reply = patient.query(fresh("ASK {}"))
        assert (reply.status, reply.headers["retry-after"]) == (503, "30")
        assert patient.query(fresh("ASK {}"), source=ADDRESS).status == 200
    assert until(lambda: patient.health()["running"] == 0)


def _is_taken(service: Live, place: str) -> bool:
    return bool(service.health()[place] == 1)


@pytest.mark.hostile(case="S19")
def test_waiting_has_an_end(many_triples: Path) -> None:
    """A query that gets no worker in time is refused, and was never run."""
    limits = {"seconds": 300, "workers": 1, "queue_seconds": 0.2}
    with serving_within(many_triples, **limits) as service, service.raw() as running:
        running.sendall(head(service, SILENT))
        assert until(lambda: service.health()["running"] == 1)
        reply = service.query(fresh("ASK {}"))
        assert (reply.status, reply.headers["retry-after"]) == (503, "1")
        assert service.health()["waiting"] == 0


@pytest.mark.hostile(case="S13")
@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /sparql",
        b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nASK {",
    ],
    ids=["nothing", "line", "headers", "body"],
)
def test_a_request_that_does_not_come_is_not_waited_for(sent: bytes, patient: Live) -> None:
    """Half a request, byte by byte or not, is cut off with a 408; others are answered (S13)."""
    with patient.raw() as connection:
        connection.sendall(sent)
        drip = threading.Thread(target=_drip, args=(connection,))
        if sent:
            drip.start()
        received = everything(connection)
        if sent:
            drip.join()
    assert received == b"" or received.startswith(b"HTTP/1.1 408 "), received
    assert patient.query(fresh("ASK {}")).status == 200


def _drip(connection: socket.socket) -> None:
    try:
        while True:
            connection.sendall(b"a")
            time.sleep(0.1)
    except OSError:
        return


@pytest.mark.hostile(case="S13")
def test_a_client_that_does_not_read_is_cut_off(patient: Live) -> None:
    """One byte at a time of an endless answer: the worker is freed, the memory stays bounded."""
    front = family(patient.process.pid)[0].resident
    with patient.raw() as connection, Bystander(patient) as bystander:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.sendall(head(patient, ENDLESS))
        peak = 0
        while patient.health()["running"] or not peak:
            connection.recv(1)
            peak = max(peak, family(patient.process.pid)[0].resident)
            time.sleep(0.05)
    assert peak < 1.5 * front
    assert bystander.refused == []


@pytest.mark.hostile(case="S13")
def test_a_client_that_reads_slowly_has_its_time(patient: Live) -> None:
    """Who keeps reading, but makes the service wait too long in all, is cut off as well."""
    with patient.raw() as connection:
        connection.sendall(head(patient, ENDLESS))
        assert connection.recv(1_000)
        while patient.health()["running"]:
            connection.recv(1_000_000)
            time.sleep(0.1)
        assert not everything(connection).endswith(b"0\r\n\r\n")
    assert until(lambda: "slow" in {line["outcome"] for line in patient.log()})


@pytest.mark.hostile(case="S17")
def test_a_late_error_cuts_the_answer(patient: Live) -> None:
    """XML that turns out impossible after megabytes has no end, and is no whole answer (S17)."""
    last = patient.query("SELECT ?s { ?s ?p ?o }").rows[-1]["s"]["value"]
    query = f'SELECT ?s ?x {{ ?s ?p ?o BIND(IF(?s = <{last}>, "\\u0008", "") AS ?x) }}'
    with pytest.raises(http.client.IncompleteRead) as cut:
        patient.query(query, accept="application/sparql-results+xml")
    assert len(cut.value.partial) > 1_000_000
    assert b"</sparql>" not in cut.value.partial
    whole = patient.query(query)
    assert (whole.status, len(whole.rows)) == (200, 60_000)


@pytest.mark.hostile(case="S13")
def test_idle_connections_make_room(patient: Live) -> None:
    """Ten thousand connections that ask nothing keep nobody out, and take few descriptors (S13)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    many = 10_000 if hard == resource.RLIM_INFINITY else min(10_000, hard - 1_000)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, many + 1_000), hard))
    with ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        for _ in range(many):
            stack.enter_context(patient.raw())
        assert patient.query(fresh("ASK {}")).status == 200
        descriptors = len([*Path(f"/proc/{patient.process.pid}/fd").iterdir()])
    assert descriptors < 150


def test_a_connection_carries_many_requests(patient: Live) -> None:
    """A client may keep its connection, and send requests before it has the answers."""
    connection = http.client.HTTPConnection("127.0.0.1", patient.port)
    for _ in range(20):
        connection.request("GET", "/sparql?query=ASK%7B%7D")
        assert connection.getresponse().read() == b'{"head":{},"boolean":true}'
    connection.close()
    with patient.raw() as pipelined:
        last = head(patient, "ASK {}", "Connection: close")
        pipelined.sendall(head(patient, "ASK {}") * 3 + last)
        assert everything(pipelined).count(b'"boolean":true') == 4


@pytest.mark.hostile(case="S19")
def test_one_client_cannot_hold_all_workers(many_triples: Path) -> None:
    """Ten slow queries of one address leave a worker for every other address."""
    limits = {"seconds": 300, "workers": 3, "queue": 40}
    with serving_within(many_triples, **limits) as service, ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(service.raw()).sendall(head(service, SILENT))
        assert until(lambda: service.health()["waiting"] == 8)
        assert service.health()["running"] == 2
        for _ in range(20):
            assert service.query(fresh("ASK {}"), source=ADDRESS).status == 200
        assert service.health()["running"] == 2


@pytest.mark.slow
def test_large_results_pass_through_little_memory(many_triples: Path) -> None:
    """Results of fifty times what the front may grow by are streamed."""
    with serving_within(many_triples, seconds=300, workers=1) as service:
        service.query("SELECT * { ?s ?p ?o } LIMIT 20000")
        before = family(service.process.pid)[0].resident
        connection = http.client.HTTPConnection("127.0.0.1", service.port)
        body = "SELECT * { ?a ?p ?b . ?c ?q ?d } LIMIT 1000000"
        headers = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
        connection.request("POST", "/sparql", body, headers)
        response = connection.getresponse()
        size = sum(len(piece) for piece in iter(lambda: response.read(65_536), b""))
        after = family(service.process.pid)[0].resident
        connection.close()
    assert size > 50 * max(1, after - before) * 1024
