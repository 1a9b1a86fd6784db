"""Tests of `kg.sparql`: any query is answered from a build, in every format, and safely."""

import gzip
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TypeAlias, get_args

import pytest
import re2
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from kg.errors import InputError, UsageError
from kg.sparql import (
    Format,
    dataset_prefixes,
    open_dataset,
    run_query,
    write_result,
)
from kg.terms import RDFS, XSD

SMALL = """
<https://ex.org/id/a> <{rdfs}label> "A\\u001B[31m\\u202E"@en <{g}doc_1> .
<https://ex.org/id/a> <https://w3id.org/acp/ontology#countValue> "7"^^<{xsd}integer> <{g}doc_1> .
<https://ex.org/id/a> <https://w3id.org/acp/ontology#countValue> "7"^^<{xsd}integer> <{g}doc_2> .
<https://ex.org/s> <http://www.w3.org/ns/shacl#path> <https://ex.org/p> <{g}shapes> .
<https://w3id.org/acp/ontology> <http://purl.org/dc/terms/title> "Model"@en <{g}ontology> .
""".format(g="https://ex.org/graph/", rdfs=RDFS.iri, xsd=XSD.iri)
Row: TypeAlias = tuple[tuple[str, ...] | None, ...]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two documents that say one thing both, built with a base of their own."""
    folder = tmp_path_factory.mktemp("build")
    (folder / "dataset.nq.gz").write_bytes(gzip.compress(SMALL.encode()))
    return open_dataset(folder)


def oxigraph_rows(store: Store, text: str) -> list[Row]:
    """Return the rows of a query in a form that both engines share."""
    found = run_query(store, text).found
    assert isinstance(found, QuerySolutions)
    return [tuple(_oxigraph_key(term) for term in row) for row in found]


def _oxigraph_key(term: object) -> tuple[str, ...] | None:
    if isinstance(term, Literal):
        return ("literal", term.value, term.language or term.datatype.value)
    return ("iri", term.value) if isinstance(term, NamedNode) else None


def written(store: Store, text: str, form: Format) -> bytes:
    """Return what a query writes."""
    stream = BytesIO()
    write_result(run_query(store, text), form, stream)
    return stream.getvalue()


def test_default_graph_holds_each_fact_once(small: Store) -> None:
    """What two documents say is one fact; the shapes are no facts; the graphs stay apart."""
    count = "SELECT (COUNT(*) AS ?n) WHERE "
    assert written(small, f"{count} {{ ?s ?p ?o }}", "csv") == b"n\r\n3\r\n"
    assert written(small, f"{count} {{ GRAPH ?g {{ ?s ?p ?o }} }}", "csv") == b"n\r\n5\r\n"


def test_prefixes_follow_the_base_and_give_way(small: Store) -> None:
    """Ours need no declaration, `acpid` fits the build, and a query's own declaration wins."""
    assert dataset_prefixes(small)["acpid"] == "https://ex.org/id/"
    assert written(small, "ASK { acpid:a acp:countValue 7 }", "table") == b"yes\n"
    assert written(small, "PREFIX acpid: <x:> ASK { acpid:a acp:countValue 7 }", "table") == b"no\n"
    assert dataset_prefixes(Store())["acpid"] == "https://w3id.org/acp/id/"


def test_table_is_plain_and_safe(small: Store) -> None:
    """Without a terminal: no colour, short IRIs, and nothing that acts on a terminal."""
    query = "SELECT ?thing ?label { ?thing rdfs:label ?label }"
    text = written(small, query, "table").decode()
    lines = text.splitlines()
    assert lines[0].split() == ["thing", "label"]
    assert lines[2].split() == ["acpid:a", r"A\x1b[31m\u202e"]
    assert len(lines) == 3


def test_table_says_how_many_rows_it_has(small: Store) -> None:
    """The caller learns that there were none, without reading the table."""
    query = "SELECT ?s { ?s acp:countValue %d }"
    assert write_result(run_query(small, query % 7), "table", BytesIO()) == 1
    assert write_result(run_query(small, query % 8), "table", BytesIO()) == 0


@pytest.mark.parametrize("form", ["json", "tsv", "xml"])
def test_rows_survive_a_round_trip(small: Store, form: Format) -> None:
    """Standard result formats hold the terms exactly."""
    query = "SELECT ?s ?o ?none { ?s ?p ?o } ORDER BY ?s STR(?o)"
    formats = {
        "json": QueryResultsFormat.JSON,
        "tsv": QueryResultsFormat.TSV,
        "xml": QueryResultsFormat.XML,
    }
    read = parse_query_results(written(small, query, form), format=formats[form])
    assert isinstance(read, QuerySolutions)
    assert [tuple(_oxigraph_key(term) for term in row) for row in read] == oxigraph_rows(
        small, query
    )


def test_csv_is_that_of_the_standard(small: Store) -> None:
    """Lines end in CR LF, IRIs are bare, and unbound is empty."""
    query = "SELECT ?s ?none ?n { ?s acp:countValue ?n }"
    assert written(small, query, "csv") == b"s,none,n\r\nhttps://ex.org/id/a,,7\r\n"


def test_yes_and_no_have_standard_forms(small: Store) -> None:
    """ASK is yes or no to a person, and a boolean to a program."""
    assert written(small, "ASK { ?s ?p 7 }", "table") == b"yes\n"
    assert json.loads(written(small, "ASK { ?s ?p 8 }", "json"))["boolean"] is False
    assert written(small, "ASK { ?s ?p 7 }", "csv").strip() == b"true"


@pytest.mark.parametrize(
    ("form", "syntax"), [("turtle", RdfFormat.TURTLE), ("nt", RdfFormat.N_TRIPLES)]
)
def test_graphs_survive_a_round_trip(small: Store, form: Format, syntax: RdfFormat) -> None:
    """CONSTRUCT and DESCRIBE give each triple once, sorted, with only the prefixes used."""
    data = written(small, "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }", form)
    assert len(list(parse(data, format=syntax))) == 4
    assert b"skos" not in data
    lines = data.splitlines()
    assert form == "turtle" or lines == sorted(lines)
    assert list(parse(written(small, "DESCRIBE acpid:a", form), format=syntax))


def test_graph_as_table_has_three_columns(small: Store) -> None:
    """A graph can be looked at, too."""
    text = written(small, "DESCRIBE acpid:a", "table").decode()
    assert text.split()[:3] == ["subject", "predicate", "object"]
    assert "acp:countValue" in text


@pytest.mark.parametrize(
    ("query", "form", "message"),
    [
        ("SELECT * { ?s ?p ?o }", "turtle", "gives rows, which turtle cannot hold"),
        ("ASK {}", "nt", "gives rows, which nt cannot hold"),
        ("DESCRIBE acpid:a", "csv", "gives a graph, which csv cannot hold"),
    ],
)
def test_format_that_does_not_fit_is_refused(
    small: Store, query: str, form: Format, message: str
) -> None:
    """The message names the formats that do."""
    with pytest.raises(UsageError, match=f"{message}; choose table"):
        written(small, query, form)


def test_every_format_is_tried_above() -> None:
    """A new format needs a test."""
    assert set(get_args(Format)) == {"table", "json", "csv", "tsv", "xml", "turtle", "nt"}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT ?s\nWHERE { ?s ?p }", "line 2, column 15: }"),
        ("INSERT DATA { acp:a acp:b 1 }", "INSERT at line 1, column 1 is refused"),
        ("LOAD <http://127.0.0.1:9/>", "LOAD at line 1, column 1 is refused"),
        ("CLEAR ALL", "CLEAR at line 1, column 1 is refused"),
        ("SELECT (<http://ex.org/f>(?o) AS ?x) { ?s ?p ?o }", "not supported"),
    ],
)
def test_bad_queries_are_explained(small: Store, query: str, message: str) -> None:
    """Mistakes and updates end in one clear line, and change nothing."""
    before = len(small)
    with pytest.raises(UsageError, match=re2.escape(message)):
        written(small, query, "json")
    assert before == len(small)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that would notice a request."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ FILTER(1<2 || ?a<?b)SERVICE#>\n<{url}> {{ ?s ?p ?o }} }}",
        "LOAD <{url}>",
    ],
)
def test_no_query_reaches_the_network(small: Store, query: str, listener: socket.socket) -> None:
    """A server that a query names hears nothing."""
    port = listener.getsockname()[1]
    with pytest.raises(UsageError):
        written(small, query.format(url=f"http://127.0.0.1:{port}/"), "json")
    with pytest.raises(TimeoutError):
        listener.accept()


def test_from_reads_no_file(small: Store, tmp_path: Path) -> None:
    """FROM with a file's address is the name of a graph that is not there."""
    file = tmp_path / "secret.ttl"
    file.write_text("<x:a> <x:b> <x:c> .")
    query = "SELECT ?s FROM <%s> { ?s ?p ?o }"
    assert written(small, query % file.as_uri(), "csv") == b"s\r\n"


def test_folder_that_is_no_build_is_refused(tmp_path: Path) -> None:
    """Missing, empty, foreign and damaged folders are named, with what to do."""
    file = tmp_path / "dataset.nq.gz"
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(InputError, match=r"no build is here; run `kg build` first"):
            open_dataset(folder)
    good = gzip.compress(SMALL.encode())
    for damaged in (b"PK", good[:-20], good[:10] + b"\xff" * 30, gzip.compress(b"not quads")):
        file.write_bytes(damaged)
        with pytest.raises(InputError, match=r"dataset\.nq\.gz: not readable .*run `kg build`"):
            open_dataset(tmp_path)
    with pytest.raises(InputError, match="no build is here"):
        open_dataset(file)


def test_queries_start_fast(tmp_path: Path) -> None:
    """A question to a small build loads no heavy library and costs little CPU time."""
    (tmp_path / "dataset.nq.gz").write_bytes(gzip.compress(SMALL.encode()))
    script = (
        "import sys, time; from pathlib import Path; from io import BytesIO\n"
        "from kg.questions import list_questions\n"
        "from kg.sparql import *\n"
        "store = open_dataset(Path(sys.argv[1]))\n"
        "write_result(run_query(store, list_questions()[0].text), 'csv', BytesIO())\n"
        "heavy = {'rdflib', 'pyshacl', 'networkx', 'pyvis', 'rich', 'IPython'}\n"
        "print(sorted(heavy & set(sys.modules)), time.process_time() < 0.6)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[] True\n"
