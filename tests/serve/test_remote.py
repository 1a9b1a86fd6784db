"""A store elsewhere is served as a build is: the same pages, answers and limits (`--backend`)."""

import http.client
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, RdfFormat

from kg.serve.faults import Fault
from kg.serve.formats import GRAPH_SYNTAXES, GRAPHS, ROWS
from kg.serve.limits import Limits
from kg.serve.query import Query
from kg.serve.remote import Remote, write_parameters
from kg.serve.store import StoreClient
from kg.sparql import open_dataset
from tests.command import kg
from tests.serve.waiting import wait_for

from .bystander import Bystander
from .elsewhere import JSON, Handler, Obedient, forever, obedient, oxigraph
from .live import Live, fresh, serving, until
from .results import ROW_FORMATS, read_graph, read_rows
from .test_isolation import SERVICE_FORMS, UPDATES

NOT_COUNTED = (
    b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"many"}}]}}'
)
SUFFIXES = {"json": ".srj", "xml": ".srx", "csv": ".csv", "tsv": ".tsv"}


@pytest.fixture(scope="module", params=["Oxigraph", "kg serve"])
def front(
    request: pytest.FixtureRequest,
    live: Live,
    seed_build: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Live]:
    """`kg serve --backend` before a store with the build of the seeds."""
    if request.param == "kg serve":
        with serving("--backend", f"{live.url}/sparql", "--workers", "3") as service:
            yield service
        return
    folder = tmp_path_factory.mktemp("elsewhere")
    data = folder / "data.nt"
    open_dataset(seed_build).dump(str(data), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    with (
        oxigraph(folder / "store", data) as url,
        serving("--backend", url, "--workers", "3") as service,
    ):
        yield service


def test_pages_are_those_of_a_build(live: Live, front: Live) -> None:
    """Everything that the build names, and the pages that lead there, look the same."""
    names = live.query("SELECT DISTINCT ?s { ?s a ?c } ORDER BY ?s").rows
    iris = [row["s"]["value"] for row in names if row["s"]["type"] == "uri"]
    paths = [iri.removeprefix("https://w3id.org/acp") for iri in iris if "/acp/id/" in iri]
    paths = [*paths[::40], *("/", "/browse", "/questions", "/compare", "/search?q=cigna")]
    assert len(paths) > 15
    for path in paths:
        pages = [
            service.request("GET", path, headers={"Accept": "text/html"})
            for service in (live, front)
        ]
        assert [page.status for page in pages] == [200, 200]
        assert pages[0].text == pages[1].text, path


def test_every_format_says_the_same(live: Live, front: Live) -> None:
    """Rows and graphs come through as they are, also from graphs that a client chooses."""
    rows = "SELECT * { ?s a acp:Program ; rdfs:label ?l } ORDER BY ?s"
    for name, suffix in SUFFIXES.items():
        replies = [service.query(rows, accept=ROWS[name][0]) for service in (live, front)]
        assert [reply.media_type for reply in replies] == [ROWS[name][0]] * 2
        found = [read_rows(reply.body, ROW_FORMATS[suffix]) for reply in replies]
        assert found[0] == found[1]
    graph = "CONSTRUCT { ?s ?p ?o } { ?s a acp:Program ; ?p ?o FILTER(!ISBLANK(?o)) }"
    for name, types in GRAPHS.items():
        replies = [service.query(graph, accept=types[0]) for service in (live, front)]
        assert [reply.media_type for reply in replies] == [types[0]] * 2
        found = [read_graph(reply.body, GRAPH_SYNTAXES[name]) for reply in replies]
        assert found[0] == found[1] != ""
    nothing = {"default-graph-uri": "http://example.org/no-such-graph"}
    assert front.get("SELECT * { ?s ?p ?o } LIMIT 5", **nothing).rows == []
    assert front.request("HEAD", "/sparql?query=ASK%7B%7D").status == 200


def test_what_is_refused_never_reaches_the_store(unreached: int) -> None:
    """SERVICE, changes, faults of syntax and too deep brackets end here, and so do disguises."""
    url = f"http://127.0.0.1:{unreached}/"
    hidden = (
        f'ASK {{ FILTER(?x = "\\u0022) SERVICE <{url}> {{ ?s ?p ?o }} #") }}',
        f"ASK {{ # \\u000A SERVICE <{url}> {{ ?s ?p ?o }}\n }}",
        f"ASK {{ ?s ?p <http://e/\\U0000003E> }} # <{url}>",
    )
    deep = f"ASK {{ FILTER({'(' * 20_000}1{')' * 20_000}) }}"
    updates = (text.replace("{port}", str(unreached)) for text in UPDATES)
    with obedient() as store, serving("--backend", store.url, "--workers", "1") as service:
        assert service.query(fresh("ASK {}")).status == 200
        asked = [one for one in store.asked if one["query"][0] != "ASK {}"]
        for text in (*(form.format(url=url) for form in SERVICE_FORMS), *updates, *hidden, deep):
            assert service.query(text).status == 400, text
        assert [one for one in store.asked if one["query"][0] != "ASK {}"] == asked


def test_what_is_sent_presumes_nothing() -> None:
    """Our prefixes and the base are written out, those of the query stay; graphs are parameters."""
    known = {"acp": "http://example.org/acp#", "x": "http://example.org/x#"}
    text = "PREFIX x: <http://example.org/own#>\nASK { <a> a acp:A, x:B }"
    query = Query(text, base="http://here/sparql", default_graphs=("g:1",), named_graphs=("g:2",))
    assert write_parameters(query, known) == [
        ("query", f"BASE <http://here/sparql>\nPREFIX acp: <{known['acp']}>\n{text}"),
        ("default-graph-uri", "g:1"),
        ("named-graph-uri", "g:2"),
    ]
    own = Query("base <http://own/> ASK { <a> ?p ?o }", base="http://here/")
    assert write_parameters(own, known) == [("query", own.text)]


def whole(status: int, body: bytes = b"", **headers: str) -> Callable[[Handler], None]:
    """Return what sends a response."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.reply(status, body, named)


def hang_up(handler: Handler) -> None:
    """Close the connection without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def say_nothing(_: Handler) -> None:
    """Answer much too late."""
    time.sleep(5)


MISDEEDS: dict[str, tuple[Callable[[Handler], None], int, str]] = {
    "refuses": (whole(400, b"no such \x1b function\nat x.java:7"), 400, "no such \\x1b function"),
    "wants a name": (whole(403), 502, "does not let the service ask"),
    "is elsewhere": (whole(404), 502, "no SPARQL endpoint"),
    "lacks the format": (whole(406), 406, "does not write this format"),
    "is busy": (whole(503), 503, "too much to do"),
    "fails": (whole(500, b"secret"), 502, "the store failed (500)"),
    "gives up": (whole(504), 504, "gave up"),
    "sends a page": (
        whole(200, b"<html>", Content_Type="text/html"),
        502,
        "answers with text/html",
    ),
    "packs": (whole(200, b"x", Content_Type=JSON, Content_Encoding="gzip"), 502, "packs"),
    "hangs up": (hang_up, 502, "broke off"),
    "says nothing": (say_nothing, 504, "more than 1 seconds"),
    "breaks off early": (
        lambda handler: handler.reply_in_parts(iter([b"{"]), is_whole=False),
        *(502, "broke off"),
    ),
}
"""What a store does, the status that a client gets, and words that tell it why."""


@pytest.fixture(scope="module")
def led() -> Iterator[tuple[Obedient, Live]]:
    """A store that does what it is told, and a service before it."""
    limits = ("--timeout", "1", "--workers", "3")
    with obedient() as store:
        store.store.update("INSERT DATA { <http://e/s> <http://e/p> 1 }")
        with serving("--backend", store.url, *limits) as service:
            yield store, service


@pytest.mark.parametrize("name", MISDEEDS)
def test_faults_of_the_store_are_told(name: str, led: tuple[Obedient, Live]) -> None:
    """They have a status and a reason of their own, and say nothing of where the store is."""
    store, service = led
    store.instead, status, reason = MISDEEDS[name]
    with Bystander(service) as bystander:
        assert until(lambda: len(bystander.answered) > 0)
        reply = service.query("ASK {} # instead")
    assert (reply.status, reason in reply.text) == (status, True), reply.text
    assert len(reply.text.splitlines()) == 1
    assert store.url.partition("//")[2].partition("/")[0] not in reply.text
    assert "secret" not in reply.text
    assert bystander.refused == []
    page = service.request("GET", "/search?q=instead", headers={"Accept": "text/html"})
    assert (page.status, page.media_type) == (status, "text/html")


def test_no_redirect_is_followed(led: tuple[Obedient, Live], unreached: int) -> None:
    """Where a store points to does not matter: only the operator says where queries go."""
    store, service = led
    for status in (301, 302, 307, 308):
        store.instead = whole(status, Location=f"http://127.0.0.1:{unreached}/sparql")
        reply = service.query("ASK {} # instead")
        assert (reply.status, "another address" in reply.text) == (502, True)


@pytest.mark.parametrize("pause", [0, 0.05], ids=["fast", "slow"])
def test_an_answer_without_end_is_cut(pause: float, led: tuple[Obedient, Live]) -> None:
    """A store that never comes to an end is left after the time, and the client sees no end."""
    store, service = led
    store.instead = lambda handler: handler.reply_in_parts(
        forever(b"x" * 50_000, pause), is_whole=True
    )
    with pytest.raises(http.client.IncompleteRead):
        service.query("SELECT * { ?s ?p ?o } # instead")
    assert until(lambda: service.health()["running"] == 0)
    assert service.query(fresh("ASK {}")).status == 200


def test_an_answer_that_breaks_off_breaks_off_here(led: tuple[Obedient, Live]) -> None:
    """What the store did not finish is not finished by us."""
    store, service = led
    store.instead = lambda handler: handler.reply_in_parts(
        iter([b"x" * 50_000] * 5), is_whole=False
    )
    with pytest.raises(http.client.IncompleteRead):
        service.query("SELECT * { ?s ?p ?o } # instead")


def test_an_answer_may_be_only_so_large(led: tuple[Obedient, Live]) -> None:
    """Beyond the limit on its size an answer is a fault."""
    store, _ = led
    store.instead = lambda handler: handler.reply_in_parts(iter([b"x" * 50_000] * 5), is_whole=True)

    async def ask(size: int) -> int:
        engine = Remote(StoreClient(store.url), Limits(workers=1, answer=size), print)
        await engine.start()
        try:
            async with engine.answer(Query("SELECT * {} # instead"), "test") as answer:
                return len(await answer.read(10_000_000))
        finally:
            await engine.stop()

    assert wait_for(ask(250_000)) == 250_000
    with pytest.raises(Fault, match="more than 249,999 bytes"):
        wait_for(ask(249_999))


def test_health_tells_of_the_store() -> None:
    """While the store is away the service says so, and it recovers by itself."""
    with obedient() as store:
        port = int(store.url.rpartition(":")[2].partition("/")[0])
        started: AbstractContextManager[Live] = serving("--backend", store.url, "--workers", "1")
        service = started.__enter__()
    try:
        assert until(lambda: service.health()["status"] == "the store cannot be reached")
        assert service.request("GET", "/health").status == 503
        assert service.query(fresh("ASK {}")).status == 502
        with socket.create_server(("127.0.0.1", port)):  # there, but it says nothing
            assert until(lambda: "seconds" in str(service.health()["status"]))
        assert 'kg_queries_total{outcome="unavailable"}' in service.metrics()
        assert service.stop() == 0
        assert any(f"kg: {store.url}: the store cannot be" in line for line in service.said)
    finally:
        started.__exit__(None, None, None)


def test_hangup_counts_again(led: tuple[Obedient, Live]) -> None:
    """What the store holds is counted at the start, and after a SIGHUP."""
    store, service = led
    assert service.health()["triples"] == 1
    program = "<https://example.org/kg/id/program_a>"
    kind = "a <https://w3id.org/acp/ontology#Program>"
    store.store.update(f"INSERT DATA {{ {program} {kind} }}")
    service.process.send_signal(1)
    assert until(lambda: service.health()["triples"] == 2)
    page = service.request("GET", "/id/program_a", headers={"Accept": "text/turtle"})
    assert (page.status, "<https://example.org/kg/id/program_a>" in page.text) == (200, True)


def test_credentials_are_proved_where_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A name with a password, or a token; neither stands in the command, the log or a message."""
    token = tmp_path / "token"
    token.write_text("abc\n")
    monkeypatch.setenv("KG_PASSWORD", "secret")
    with obedient() as store:
        store.password = "Basic YWRhOnNlY3JldA=="
        with serving("--backend", store.url, "--workers", "1", "--user", "ada") as service:
            assert service.query(fresh("ASK {}")).status == 200
            assert "secret" not in "\n".join(service.said)
        store.password = "Bearer abc"
        with serving("--backend", store.url, "--workers", "1", "--token-file", token) as service:
            assert service.query(fresh("ASK {}")).status == 200
        run = kg("serve", "--backend", store.url, "--user", "ada", "--port", "0")
    assert (run.returncode, run.stdout) == (6, b"")
    assert run.stderr.decode() == (
        f"kg: error: {store.url}: the store asks for another name or password than the service"
        " has\n"
    )


@pytest.mark.parametrize("said", [b"", b"{}", b'{"head":{},"boolean":true}', NOT_COUNTED])
def test_a_store_that_cannot_count_is_not_served(said: bytes) -> None:
    """What comes in the place of a number ends the start with one line, not with a traceback."""
    with obedient() as store:
        store.word, store.instead = "COUNT", whole(200, said, Content_Type=JSON)
        run = kg("serve", "--backend", store.url, "--port", "0")
    assert (run.returncode, run.stdout) == (6, b"")
    assert run.stderr.decode() == (
        f"kg: error: {store.url}: it counts its triples in a way that is no SPARQL result\n"
    )


WRONG: dict[str, tuple[list[str], int, str]] = {
    "both": (["build", "--backend", "http://127.0.0.1:1/"], 2, "serve a build, or a store"),
    "a name for nobody": (["--user", "ada"], 2, "--user and --token-file are for a store"),
    "no web address": (["--backend", "file:///etc/passwd"], 2, "file:///etc/passwd: not an http"),
    "a password in it": (["--backend", "http://a:b@e.org/"], 2, "the address holds a password"),
    "an open line": (
        ["--backend", "http://example.org/", "--user", "ada"],
        *(2, "http://example.org/: a password is sent only over https"),
    ),
    "nobody there": (
        ["--backend", "http://127.0.0.1:1/sparql"],
        *(6, "http://127.0.0.1:1/sparql: the store cannot be reached"),
    ),
}
"""Arguments, exit status and the beginning of what is said."""


@pytest.mark.parametrize("name", WRONG)
def test_mistakes_are_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be served is told in one line."""
    monkeypatch.setenv("KG_PASSWORD", "secret")
    arguments, status, said = WRONG[name]
    run = kg("serve", *arguments, "--port", "0")
    assert (run.returncode, run.stdout) == (status, b""), run.stderr
    assert run.stderr.decode().startswith(f"kg: error: {said}"), run.stderr
    assert len(run.stderr.splitlines()) == 1
