"""Queries that would take all the time or memory there is (S2 to S8 and S12 of the hostile cases).

Times are not asserted, since the machine may be busy: what is asserted is who was answered before
whom. `benchmarks/endpoint.py` measures the seconds.
"""

import http.client
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .bystander import Bystander
from .live import Live, fresh, serving, until

SECONDS = 2
MEGABYTES = 192

_P = "<http://example.org/next>"
_DOUBLING = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30))
_APART = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(500))
_STAR = " ; ".join(f"<http://example.org/p{n}> ?o{n}" for n in range(190))
BOMBS = {
    "cross product": ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", 503, "seconds"),
    "cross product, sorted": ("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?f", 503, "MB"),
    "closure of a circle": (f"SELECT (COUNT(*) AS ?n) {{ ?a {_P}+ ?b }}", 503, "more than"),
    "doubled text": (
        f"SELECT (STRLEN(?x30) AS ?n) {{ BIND('0123456789abcdef' AS ?x0) {_DOUBLING} }}",
        503,
        "MB",
    ),
    "planning": (f"SELECT * {{ ?s {_STAR} }}", 503, "seconds"),
    "parentheses": (f"SELECT * {{ FILTER({'(' * 20_000}1{')' * 20_000}) }}", 400, "deep"),
    "negations": (f"SELECT * {{ FILTER({'!' * 50_000}true) }}", 400, "deep"),
    "groups": (f"SELECT * {'{' * 20_000}{'}' * 20_000}", 400, "deep"),
    "patterns": (f"SELECT * {{ {_APART} }}", 400, "patterns"),
    "steps": (f"ASK {{ ?a {'/'.join([_P] * 2_000)} ?b }}", 400, "operators"),
    "values": (f"SELECT * {{ VALUES ?x {{ {'1 ' * 3_000_000} }} }}", 413, "262,144 bytes"),
}
"""A query, its status, and words that tell why."""

CATASTROPHES = {
    "nested quantifiers": f"ASK {{ FILTER(REGEX('{'a' * 60}!', '^(a+)+$')) }}",
    "alternatives": f"ASK {{ FILTER(REGEX('{'a' * 60}!', '^(a|a|aa)*$')) }}",
    "repetition of repetition": "ASK { FILTER(REGEX('aaa', '((a{1,1000}){1,1000}){1,1000}')) }",
    "replacement": f"SELECT (REPLACE('{'a' * 60}', '(a*)*b', 'x') AS ?y) {{}}",
    "unbalanced": "ASK { FILTER(REGEX('aaa', '((((')) }",
}


@pytest.fixture(scope="module")
def target(many_triples: Path) -> Iterator[Live]:
    """A service with little time and memory for each query."""
    limits = ("--timeout", str(SECONDS), "--memory", str(MEGABYTES), "--workers", "3")
    with serving(many_triples, *limits) as service:
        yield service


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_stopped_and_harms_nobody(name: str, target: Live) -> None:
    """It gets a status and a reason; whoever asks meanwhile is answered before it is."""
    query, status, reason = BOMBS[name]
    with Bystander(target) as bystander:
        assert until(lambda: len(bystander.answered) > 0)
        start = time.monotonic()
        reply = target.query(query)
        end = time.monotonic()
    assert (reply.status, reason in reply.text) == (status, True), reply.text
    assert "Traceback" not in reply.text
    assert bystander.refused == []
    if reason == "seconds":
        assert bystander.answers_between(start, end) >= 2
    assert until(lambda: target.health()["workers"] == 3)


def test_an_endless_answer_has_no_end(target: Live) -> None:
    """Of a result that takes too long, what was sent is left without the mark of its end (S17)."""
    with pytest.raises(http.client.IncompleteRead) as cut:
        target.query("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert cut.value.partial.startswith(b'{"head"')
    assert until(lambda: target.health()["running"] == 0)


@pytest.mark.parametrize("name", CATASTROPHES)
def test_patterns_take_linear_time(name: str, target: Live) -> None:
    """Regular expressions that make other engines hang are answered, or are an error (S12)."""
    reply = target.query(CATASTROPHES[name])
    assert reply.status == 200, reply.text


@pytest.mark.slow
def test_a_hundred_bombs_leave_nothing_behind(many_triples: Path) -> None:
    """Memory of the front stays what it was; there is no zombie, and no process too many."""
    bombs = [query for name, (query, _, _) in BOMBS.items() if name != "values"]
    with serving(many_triples, "--timeout", "0.2", "--memory", "64", "--workers", "2") as service:
        for query in bombs:
            service.query(query)
        assert until(lambda: service.health()["workers"] == 2)
        before = service.processes()
        for n in range(100):
            assert service.query(bombs[n % len(bombs)]).status in {400, 503}
        assert until(lambda: service.health()["workers"] == 2)
        assert until(lambda: len(service.processes()) == len(before))
        after = service.processes()
        assert service.query(fresh("ASK {}")).status == 200
    assert len(before) == 4  # the front, the nursery and two workers
    assert "Z" not in {process.state for process in after}
    resident = {process.pid: process.resident for process in after}
    front, nursery = before[:2]
    assert resident[front.pid] < 1.2 * front.resident
    assert resident[nursery.pid] < 1.2 * nursery.resident
