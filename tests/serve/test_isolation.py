"""No query reaches a file, another machine or the dataset's own bytes (S9 to S11)."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kg.serve import keeper
from kg.serve.faults import Fault
from kg.serve.limits import Limits
from kg.serve.pool import Pool
from kg.serve.query import Query

from .live import Live
from .waiting import wait_for

SERVICE_FORMS = (
    "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ sErViCe<{url}>{{?s ?p ?o}} }}",
    "SELECT * {{ SERVICE # a comment\n <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ {{ SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }} }}",
    "ASK {{ FILTER EXISTS {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }}",
    "PREFIX x: <{url}> SELECT * {{ SERVICE x: {{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?u {{ <{url}> }} SERVICE ?u {{ ?s ?p ?o }} }}",
    "CONSTRUCT {{ ?s ?p ?o }} {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ FILTER(?a<?b)SERVICE#>\n<{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ \\u0053ERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ \\U00000053ERVICE <{url}> {{ ?s ?p ?o }} }}",
)
UPDATES = (
    "LOAD <http://127.0.0.1:{port}/> INTO GRAPH <http://example.org/g>",
    "LOAD SILENT <file:///etc/passwd>",
    "INSERT DATA { <http://example.org/s> <http://example.org/p> 1 }",
    "DELETE WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "DROP ALL",
    "ASK {} ; CLEAR ALL",
    "# a question\nCREATE GRAPH <http://example.org/g>",
)
ELSEWHERE = (
    *("file:///etc/passwd", "file:///proc/self/environ", "http://127.0.0.1:{port}/data.ttl"),
    *("http://169.254.169.254/latest/meta-data/", "https://w3id.org/acp/"),
)
UNGUARDED = "import kg.serve.worker as w; w.refuse_unsafe = lambda *_: None; "
"""Takes the first of the two layers away from the workers."""


@pytest.mark.hostile(case="S9")
@pytest.mark.parametrize("form", SERVICE_FORMS)
def test_service_is_refused(form: str, live: Live, unreached: int) -> None:
    """No spelling of SERVICE is let through, and nobody is called."""
    reply = live.query(form.format(url=f"http://127.0.0.1:{unreached}/"))
    assert reply.status == 400, reply.text


@pytest.mark.hostile(case="S10")
def test_updates_are_refused_however_they_come(live: Live, unreached: int) -> None:
    """By any method, parameter and type, an update is an error of the client; nothing changes."""
    before = live.request("GET", "/store?default", headers={"Accept": "application/n-triples"})
    assert before.status == 200
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    statuses = set()
    for text in (update.replace("{port}", str(unreached)) for update in UPDATES):
        as_query, as_update = urlencode({"query": text}), urlencode({"update": text})
        for method, path, headers, body in (
            ("GET", f"/sparql?{as_query}", {}, None),
            ("GET", f"/sparql?{as_update}", {}, None),
            ("GET", f"/sparql?{as_query}&_method=POST", {}, None),
            ("POST", "/sparql", form, as_query),
            ("POST", "/sparql", form, as_update),
            ("POST", f"/sparql?{as_update}", form, "query=ASK%20%7B%7D"),
            ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, text),
            ("POST", "/sparql", {"Content-Type": "application/sparql-update"}, text),
            ("POST", "/sparql", {"Content-Type": "text/plain"}, text),
            ("PUT", "/store?default", {"Content-Type": "text/turtle"}, ""),
            ("POST", "/store?default", {"Content-Type": "text/turtle"}, ""),
            ("DELETE", "/store?default", {}, None),
            ("PATCH", "/store?default", {}, ""),
        ):
            reply = live.request(
                method, path, headers=headers, body=None if body is None else body.encode()
            )
            statuses.add(reply.status)
    assert statuses == {400, 403, 405, 415}
    after = live.request("GET", "/store?default", headers={"Accept": "application/n-triples"})
    assert sorted(after.body.splitlines()) == sorted(before.body.splitlines())


@pytest.mark.hostile(case="S11")
@pytest.mark.parametrize("address", ELSEWHERE)
def test_an_address_is_only_the_name_of_a_graph(address: str, live: Live, unreached: int) -> None:
    """FROM, FROM NAMED, GRAPH and the protocol's parameters look for a graph, and fetch nothing."""
    iri = address.replace("{port}", str(unreached))
    for query in (
        "SELECT * FROM <IRI> { ?s ?p ?o }",
        "SELECT * FROM NAMED <IRI> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { GRAPH <IRI> { ?s ?p ?o } }",
    ):
        reply = live.query(query.replace("IRI", iri))
        assert (reply.status, reply.rows) == (200, [])
    for name in ("default-graph-uri", "named-graph-uri"):
        reply = live.get("SELECT * { ?s ?p ?o }", **{name: iri})
        assert (reply.status, reply.rows) == (200, [])
    assert live.request("GET", f"/store?{urlencode({'graph': iri})}").status == 404


@pytest.mark.hostile(case="S9")
def test_workers_reach_nothing_without_the_guard(
    many_triples: Path, monkeypatch: pytest.MonkeyPatch, unreached: int
) -> None:
    """The second layer holds alone: a worker whose guard was taken away still calls nobody."""
    monkeypatch.setattr(keeper, "_CODE", UNGUARDED + keeper._CODE)
    url = f"http://127.0.0.1:{unreached}/"
    forms = [form.format(url=url) for form in SERVICE_FORMS]

    async def ask_all() -> list[str]:
        pool = Pool([many_triples], Limits(workers=1), print)
        await pool.start()
        try:
            return [await _outcome(pool, form) for form in forms]
        finally:
            await pool.stop()

    outcomes = wait_for(ask_all())
    assert outcomes.count("crashed") >= 7  # the engine tried, and was not let
    assert set(outcomes) <= {"crashed", "refused", "ok"}  # SILENT is no error; \\u no keyword


@pytest.mark.hostile(case="S6")
def test_a_worker_that_the_engine_takes_down_is_replaced(
    many_triples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Brackets that overflow the stack, which the guard keeps out, cost one worker and no more."""
    monkeypatch.setattr(keeper, "_CODE", UNGUARDED + keeper._CODE)
    deep = f"SELECT * {{ FILTER({'(' * 20_000}1{')' * 20_000}) }}"

    async def ask() -> list[str]:
        pool = Pool([many_triples], Limits(workers=1), print)
        await pool.start()
        try:
            return [await _outcome(pool, query) for query in (deep, "ASK {}", deep, "ASK {}")]
        finally:
            await pool.stop()

    assert wait_for(ask()) == ["crashed", "ok", "crashed", "ok"]


async def _outcome(pool: Pool, text: str) -> str:
    try:
        async with pool.answer(Query(text), "test") as answer:
            await answer.read(1_000_000)
    except Fault as fault:
        return fault.outcome
    return "ok"


CONFINED = """
import os, subprocess, sys
from kg.serve.confine import deny_descriptors, deny_paths, find_leaks
before = find_leaks()
paths = deny_paths()
blocked = []
for name, attempt in {
    "remove": lambda: os.unlink(sys.argv[1]),
    "run": lambda: os.execv("/bin/true", ["true"]),
    "list": lambda: os.listdir("/"),
}.items():
    try:
        attempt()
    except PermissionError:
        blocked.append(name)
deny_descriptors()
after = find_leaks()
print(len(before), paths, *blocked, len(after))
"""


def test_confinement_takes_away_files_and_sockets(tmp_path: Path) -> None:
    """What a process could do before, it cannot do after: the test of leaks can fail."""
    kept = tmp_path / "kept"
    kept.touch()
    run = subprocess.run(
        [sys.executable, "-c", CONFINED, kept], capture_output=True, check=True, text=True
    )
    before, paths, *blocked, after = run.stdout.split()
    assert (before, after) == ("5", "0")
    assert kept.exists() == (paths == "True")
    if paths == "True":  # this system has Landlock
        assert blocked == ["remove", "run", "list"]


def test_a_service_that_cannot_confine_its_workers_does_not_start(seed_build: Path) -> None:
    """Where a worker could open a file, nothing is served."""
    code = (
        "import kg.serve.keeper as k;"
        "k._CODE = 'import kg.serve.worker as w; w.deny_descriptors = lambda: None; ' + k._CODE;"
        "from kg.cli import main; main()"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, "serve", seed_build, "--port", "0"],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(keeper.__file__).parents[2])},
    )
    assert run.returncode == 6
    assert "workers are not confined here: they can " in run.stderr
    assert "open a " in run.stderr
