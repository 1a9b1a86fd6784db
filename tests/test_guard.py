"""Queries that would harm the machine or leave it are refused before the engine sees them."""

import subprocess
import sys
from collections.abc import Callable
from typing import TypeAlias

import pytest

from kg.errors import UsageError
from kg.guard import (
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_OPERATORS,
    MAX_PATTERNS,
    explain_fault,
    read_tokens,
    refuse_unsafe,
)
from kg.terms import prefixes

Make: TypeAlias = Callable[[int], str]

HIDDEN_IN_LESS_THAN = "SELECT * { FILTER(?a<?b)SERVICE#>\n<http://127.0.0.1:9/> { ?s ?p ?o } }"
OTHER_SERVERS = (
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "ASK { service silent <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?where { acp:x } SERVICE ?where { ?s ?p ?o } }",
    "PREFIX ex: <http://127.0.0.1:9/> SELECT * { SERVICEex:y{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 'SERVICE' . # SERVICE\n SeRvIcE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    HIDDEN_IN_LESS_THAN,
)
INNOCENT = (
    "SELECT * { ?program acp:serviceArea ?service }",
    "SELECT * { ?s ?p 'our SERVICE is good' } # SERVICE <http://example.org/>",
    'SELECT * { ?s <http://example.org/SERVICE#SERVICE> """SERVICE {""" }',
    "PREFIX service: <http://example.org/> ASK { service:SERVICE ?p ?o }",
    "SELECT * FROM <file:///etc/passwd> WHERE { ?s ?p ?o }",
)
TOO_DEEP: dict[str, Make] = {
    "parentheses": lambda n: f"SELECT * {{ FILTER({'(' * n}1{')' * n}) }}",
    "groups": lambda n: f"SELECT * {'{' * n}{'}' * n}",
    "blank nodes": lambda n: f"SELECT * {{ ?s ?p {'[ ?p ' * n}1{' ]' * n} }}",
    "negations": lambda n: f"SELECT * {{ FILTER({'! ' * n}true) }}",
    "mixed": lambda n: f"SELECT * {{ FILTER({'!(' * (n // 2)}true{')' * (n // 2)}) }}",
    "behind a doubtful IRI": lambda n: (
        f'SELECT * {{ FILTER(?a<?b#>"""\n && {"(" * n}1{")" * n}) # """\n }}'
    ),
    "inside a doubtful IRI": lambda n: f"SELECT * {{ FILTER(?a<{'(' * n}1{')' * n}>?b) }}",
}
TOO_LONG: dict[str, Make] = {
    "or": lambda n: f"SELECT * {{ FILTER({'?a||' * n}?a) }}",
    "sum": lambda n: f"SELECT * {{ FILTER({'1+' * n}1) }}",
    "signed sum": lambda n: f"SELECT * {{ BIND(1{'-1' * n} AS ?x) }}",
    "path": lambda n: f"SELECT * {{ ?s <http://a.b>{'|<http://a.b>' * n} ?o }}",
    "union": lambda n: f"SELECT * {{ {{ }} {'UNION { }' * n} }}",
    "optional": lambda n: f"SELECT * {{ {'OPTIONAL { }' * n} }}",
    "minus": lambda n: f"SELECT * {{ {'MINUS { }' * n} }}",
    "bind": lambda n: f"SELECT * {{ {' '.join(f'BIND(1 AS ?v{i})' for i in range(n))} }}",
    "filter": lambda n: f"SELECT * {{ {'FILTER(?a)' * n} }}",
}
TOO_MANY: dict[str, Make] = {
    "patterns": lambda n: f"SELECT * {{ {' '.join(f'?a{i} ?b{i} ?c{i} .' for i in range(n))} }}",
    "properties": lambda n: f"SELECT * {{ ?a {' ; '.join(f'<p{i}> ?c{i}' for i in range(n))} }}",
    "objects": lambda n: f"SELECT * {{ ?a ?p {', '.join(f'?c{i}' for i in range(n))} }}",
    "names": lambda n: f"SELECT * {{ {' '.join(f'acp:a{i} a acp:Payer.' for i in range(n))} }}",
    "numbers": lambda n: f"SELECT * {{ {' '.join('?a ?b 1.' for i in range(n))} }}",
}
RUN_EACH = """
import sys
from pyoxigraph import Store
for query in sys.stdin.read().split("\\0"):
    list(Store().query(query))
print("survived")
"""


@pytest.mark.parametrize("query", OTHER_SERVERS)
def test_service_is_refused_however_it_is_written(query: str) -> None:
    """No spelling or hiding place lets a query send a request to another server."""
    with pytest.raises(UsageError):
        refuse_unsafe(query, prefixes())


@pytest.mark.parametrize("query", INNOCENT)
def test_service_in_names_and_texts_is_no_keyword(query: str) -> None:
    """The word may stand in names, literals, IRIs and comments; FROM only names a graph."""
    refuse_unsafe(query, prefixes())


def test_service_is_named_with_its_place() -> None:
    """The message about SERVICE says where it stands."""
    with pytest.raises(UsageError, match="SERVICE at line 2, column 3 is refused"):
        refuse_unsafe("SELECT * {\n  SERVICE <http://x.org/> { ?s ?p ?o } }", prefixes())


@pytest.mark.parametrize("kind", TOO_DEEP)
def test_deep_nesting_is_refused(kind: str) -> None:
    """Brackets and negations nested deeper than the limit never reach the engine."""
    with pytest.raises(UsageError, match="deep"):
        refuse_unsafe(TOO_DEEP[kind](20_000), prefixes())
    with pytest.raises(UsageError, match="deep"):
        refuse_unsafe(TOO_DEEP[kind](2 * MAX_DEPTH), prefixes())


@pytest.mark.parametrize("kind", TOO_LONG)
def test_long_chains_are_refused(kind: str) -> None:
    """Chains of operators, over which the engine recurses as well, have a limit."""
    with pytest.raises(UsageError, match=r"brackets and operators|characters"):
        refuse_unsafe(TOO_LONG[kind](20_000), prefixes())
    with pytest.raises(UsageError, match="brackets and operators"):
        refuse_unsafe(TOO_LONG[kind](MAX_OPERATORS + 1), prefixes())


@pytest.mark.parametrize("kind", TOO_MANY)
def test_many_patterns_are_refused(kind: str) -> None:
    """Patterns, whose joins the engine plans for ever, have a limit however they are separated."""
    refuse_unsafe(TOO_MANY[kind](MAX_PATTERNS), prefixes())
    with pytest.raises(UsageError, match="200 triple patterns"):
        refuse_unsafe(TOO_MANY[kind](MAX_PATTERNS + 2), prefixes())


def test_arguments_and_decimals_are_no_patterns() -> None:
    """Commas between arguments, dots in numbers and all that stands in texts count for nothing."""
    many = ", ".join(["1.5"] * 900)
    refuse_unsafe(f"SELECT * {{ ?s ?p ?o FILTER(?o IN ({many})) }} # {many}", prefixes())
    refuse_unsafe(f"SELECT * {{ ?s ?p '{many}' . ?s ?q <http://a.b/{many[:0]}> }}", prefixes())


def test_the_engine_survives_what_is_let_through() -> None:
    """Queries just inside the limits do not abort the process."""
    queries = [TOO_LONG[kind](MAX_OPERATORS // 2 - 10) for kind in TOO_LONG]
    queries += [TOO_DEEP[kind](MAX_DEPTH - 10) for kind in ("parentheses", "groups", "negations")]
    for query in queries:
        refuse_unsafe(query, prefixes())
    assert len(queries) == 12
    run = subprocess.run(
        [sys.executable, "-c", RUN_EACH],
        input="\0".join(queries).encode(),
        capture_output=True,
        check=False,
    )
    assert run.stdout == b"survived\n"


def test_brackets_in_literals_and_comments_do_not_nest() -> None:
    """Text is not code: brackets in it count for nothing."""
    brackets = "(" * 5_000
    refuse_unsafe(f"ASK {{ ?s ?p '{brackets}' }} # {brackets}", prefixes())
    refuse_unsafe(f'ASK {{ ?s ?p """{brackets}\n""" }}', prefixes())


def test_many_brackets_side_by_side_pass() -> None:
    """A long list of values is no deep nesting."""
    refuse_unsafe(f"SELECT * {{ VALUES (?a ?b) {{ {'(1 2) ' * 900} }} }}", prefixes())


def test_enormous_queries_are_refused() -> None:
    """A text longer than the limit is not even read."""
    with pytest.raises(UsageError, match="characters"):
        refuse_unsafe(f"ASK {{}} #{' ' * MAX_LENGTH}", prefixes())


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * WHERE { ?s ?p }", "line 1, column 24: }"),
        ("SELEC * WHERE {}", "line 1, column 1: SELEC"),
        ("SELECT *\nWHERE {\n  ?s nope:p ?o }", "unknown prefix at line 3, column 6: nope:p"),
        ("# “é” 😀\nSELECT * { BIND(😀) }", "line 2, column 17: 😀"),
        ("SELECT ?s { ?s ?p ?o ", "the query ends too early, at line 1, column 22"),
        ("", "the query ends too early, at line 1, column 1"),
        ("ASK {} LIMIT 5 garbage", "line 1, column 16: garbage"),
        ("SELECT (SUM(?x) AS ?n) ?x {}", "unbound, at line 1"),
        ("SELECT * { ?s ?p \x1b[31m }", r"column 18: \x1b"),
        ("DELETE WHERE { ?s ?p ?o }", "DELETE at line 1, column 1 is refused"),
        ("PREFIX a: <http://a/>\nload <file:///etc/passwd>", "load at line 2, column 1 is refused"),
    ],
)
def test_faults_are_named_with_line_column_and_words(query: str, message: str) -> None:
    """The place is that of the user's text, and the words at it are shown, escaped."""
    assert message in str(explain_fault(query, prefixes()))


def test_tokens_together_are_the_text() -> None:
    """Reading a query into pieces loses nothing."""
    texts = [*OTHER_SERVERS, *INNOCENT, *(make(5) for make in (TOO_DEEP | TOO_LONG).values())]
    assert len(texts) == 27
    for text in texts:
        assert text == "".join(token.text for token in read_tokens(text))
