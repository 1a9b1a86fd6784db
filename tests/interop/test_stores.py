"""Load a build into real triple stores; they must hold all of it and answer as we do."""

import json
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import DefaultGraph, RdfFormat, Store

from kg.load import GraphStore, LoadOptions, LoadSummary, load_build
from kg.parameters import bind_parameters, insert_values
from kg.questions import Question, list_questions
from kg.sparql import run_query, write_result
from kg.terms import XSD
from tests.interop.stores import JARS, RDF4J, STORES, RunningStore, needs

pytestmark = pytest.mark.interop

Row = tuple[tuple[str, str, str] | None, ...]

RDF_FILES = (
    *("graph.ttl", "evidence.ttl", "ontology.ttl", "vocabulary.ttl", "shapes.ttl"),
    *("dataset.trig", "dataset.nq.gz", "graph.nt", "graph.jsonld", "graph.rdf", "void.ttl"),
    "validation.ttl",
)

MEDIA_TYPES = {".ttl": "text/turtle", ".nt": "application/n-triples", ".rdf": "application/rdf+xml"}
"""Of the files that every store takes by the Graph Store Protocol."""


@pytest.fixture(scope="module", params=STORES)
def loaded(
    request: pytest.FixtureRequest, build: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunningStore, LoadSummary]]:
    """Return a store that runs and holds the build, in small parts."""
    folder = tmp_path_factory.mktemp(request.param)
    with STORES[request.param](folder) as store:
        options = LoadOptions(store.graph, replace=bool(store.graph), part_bytes=1 << 18)
        with GraphStore(store.graph_store, store.credentials) as server:
            yield store, load_build(build, server, options)


def ask(store: RunningStore, question: str, graph: str = "") -> list[dict[str, Any]]:
    """Return what a store answers, of one graph or of what was loaded."""
    if not store.sorts_decimals:
        question = question.replace(f"^^{XSD.decimal}", f"^^{XSD.double}")
    response = httpx.post(
        store.query,
        params={"default-graph-uri": graph or store.graph} if graph or store.graph else {},
        data={"query": question},
        headers={"Accept": "application/sparql-results+json"},
        timeout=120,
        trust_env=False,
    )
    assert response.is_success, response.text[:500]
    found: list[dict[str, Any]] = response.json()["results"]["bindings"]
    return found


def rows(bindings: list[dict[str, Any]], variables: tuple[str, ...]) -> list[Row]:
    """Return rows in an order of their own, for engines sort what is equal as they like."""
    return sorted((tuple(_term(row.get(name)) for name in variables) for row in bindings), key=str)


def _term(value: dict[str, str] | None) -> tuple[str, str, str] | None:
    """Return a term as all engines mean it: a plain text is an xsd:string, and 1.0 is 1."""
    if value is None:
        return None
    kind = "literal" if value["type"] == "typed-literal" else value["type"]
    datatype = value.get("datatype", "").rpartition("#")[2]
    text = value["value"]
    if datatype in {"decimal", "double", "float", "integer", "int", "long"}:
        text, datatype = f"{float(text):.6g}", "number"
    if datatype == "boolean":  # Virtuoso has none: what it computes is 1 or 0
        text, datatype = str(int(text in {"true", "1"})), "number"
    return kind, text, "" if datatype == "string" else datatype


def test_store_holds_every_triple(loaded: tuple[RunningStore, LoadSummary], ours: Store) -> None:
    """The store counts as many triples as our own engine."""
    [row] = ask(loaded[0], "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    own = ours.quads_for_pattern(None, None, None, DefaultGraph())
    assert int(row["n"]["value"]) == sum(1 for _ in own)
    assert loaded[1].parts > 3


@pytest.fixture(scope="session")
def texts(ours: Store) -> dict[str, str]:
    """Return the SPARQL of each named question, told what it requires."""
    return {
        question.name: insert_values(
            question.text, bind_parameters(ours, question, question.required_examples)
        )
        for question in list_questions()
    }


@pytest.fixture(scope="session")
def expected(ours: Store, texts: dict[str, str]) -> dict[str, tuple[tuple[str, ...], list[Row]]]:
    """Return the columns and our answer, for each named question."""
    found = {}
    for name, text in texts.items():
        result = run_query(ours, text)
        stream = BytesIO()
        write_result(result, "json", stream)
        bindings = json.loads(stream.getvalue())["results"]["bindings"]
        found[name] = (result.variables, rows(bindings, result.variables))
    assert len(found) > 80
    return found


@pytest.mark.parametrize("question", list_questions(), ids=lambda question: question.name)
def test_store_answers_as_we_do(
    loaded: tuple[RunningStore, LoadSummary],
    question: Question,
    texts: dict[str, str],
    expected: dict[str, tuple[tuple[str, ...], list[Row]]],
) -> None:
    """Every named question has the same answer, row by row."""
    variables, answer = expected[question.name]
    assert rows(ask(loaded[0], texts[question.name]), variables) == answer


@pytest.mark.parametrize("name", [name for name in RDF_FILES if MEDIA_TYPES.get(Path(name).suffix)])
def test_store_reads_the_files_themselves(
    loaded: tuple[RunningStore, LoadSummary], build: Path, name: str
) -> None:
    """Put into a graph of its own, a file of a build has as many triples as our engine reads."""
    content, media_type = (build / name).read_bytes(), MEDIA_TYPES[Path(name).suffix]
    graph = f"http://example.org/{name}"
    credentials = loaded[0].credentials
    auth = httpx.DigestAuth(credentials.user, credentials.password) if credentials.user else None
    response = httpx.put(
        loaded[0].graph_store,
        params={"graph": graph},
        content=content,
        headers={"Content-Type": media_type},
        timeout=120,
        trust_env=False,
        auth=auth,
    )
    assert response.is_success, response.text[:500]
    [row] = ask(loaded[0], "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", graph)
    expected = Store()
    expected.load(input=content, format=RdfFormat.from_media_type(media_type))
    assert int(row["n"]["value"]) == len(expected)


def test_rdf4j_reads_the_turtle_and_answers_as_we_do(
    build: Path,
    ours: Store,
    texts: dict[str, str],
    expected: dict[str, tuple[tuple[str, ...], list[Row]]],
    tmp_path: Path,
) -> None:
    """Eclipse RDF4J holds as many triples of the four Turtle files, and answers every question."""
    jars = needs("Eclipse RDF4J", RDF4J / "lib")
    for name, text in texts.items():
        (tmp_path / f"{name}.rq").write_text(text, "utf-8")
    files = [build / f"{name}.ttl" for name in ("graph", "evidence", "ontology", "vocabulary")]
    done = subprocess.run(
        [
            *("java", "-cp", f"{RDF4J / 'classes'}:{jars}/*", "AnswerQuestions"),
            *(tmp_path / "store", tmp_path, *files),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "WARN" not in done.stderr
    own = ours.quads_for_pattern(None, None, None, DefaultGraph())
    assert int(done.stdout) == sum(1 for _ in own)
    for name, (variables, answer) in expected.items():
        found = json.loads((tmp_path / f"{name}.json").read_bytes())["results"]["bindings"]
        assert rows(found, variables) == answer, name


def test_jena_reads_every_file_without_a_warning(build: Path) -> None:
    """Jena's checking parser has no word to say about any RDF file of a build."""
    jar = needs("Apache Jena Fuseki", next(JARS.glob("jena-fuseki-server-*.jar"), None))
    files = [str(build / name) for name in RDF_FILES]
    command = ["java", "-cp", jar, "riotcmd.riot", "--check", "--strict", "--count", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "WARN" not in done.stderr + done.stdout
    assert "ERROR" not in done.stderr + done.stdout
    assert done.stdout.count(" : ") + done.stderr.count(" : ") >= len(files)
