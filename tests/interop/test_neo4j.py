"""Import a build into Neo4j with its own tool; it must hold all of it and find what we find."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Store

from kg.interchange import export_build
from kg.network import read_network
from kg.sparql import run_query
from tests.interop.stores import NEO4J, needs

pytestmark = pytest.mark.interop

OPENED = (
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
)
"""What the start script of Neo4j opens to it."""

NODES = "MATCH (n) RETURN n.iri AS iri, n.label AS label, labels(n) AS labels"
LINKS = """MATCH (a)-[r]->(b) WHERE type(r) <> 'STATED_IN'
RETURN a.iri AS start, r.property AS property, b.iri AS end, r.quotation AS quotations"""
QUOTED = "MATCH ()-[r:STATED_IN]->(d:SourceDocument) RETURN sum(size(r.quotation)) AS spans"
PEOPLE = """MATCH (p:Program)-[:HAS_COUNT]->(c)-[:COUNT_OF]->(k:Concept)
WHERE k.label = 'covered individuals' AND c.countValue > 5000
RETURN p.label AS program, c.countValue AS people"""
SINCE = """MATCH (p:Program)-[s:STATED_IN {property: 'effectiveDateEarliest'}]->(d)
WHERE p.effectiveDateEarliest >= date('2013-07-01')
RETURN p.iri AS program, p.effectiveDateEarliest AS since, s.quotation AS words, d.label AS file"""


@pytest.fixture(scope="module")
def answers(build: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what Neo4j answers to each query, by its text, and what its importer said."""
    jars = needs("Neo4j", NEO4J / "lib")
    folder = tmp_path_factory.mktemp("neo4j")
    export_build(build, folder / "export", "neo4j")
    (folder / "home" / "conf").mkdir(parents=True)
    (folder / "home" / "conf" / "neo4j.conf").touch()
    queries = (NODES, LINKS, QUOTED, PEOPLE, SINCE)
    for number, query in enumerate(queries):
        (folder / f"{number}.cypher").write_text(query, "utf-8")
    java = ("java", "-Xmx1g", *OPENED, "-cp", f"{NEO4J / 'classes'}:{jars}/*")
    settings = {"NEO4J_HOME": str(folder / "home"), "NEO4J_CONF": str(folder / "home" / "conf")}
    command = ("org.neo4j.cli.AdminTool", "database", "import", "full", "@import.args", "neo4j")
    imported = run(*java, *command, cwd=folder / "export", env={**os.environ, **settings})
    files = (str(folder / f"{number}.cypher") for number in range(len(queries)))
    found = run(*java, "AnswerCypher", str(folder / "home"), *files, cwd=folder)
    return {"import": imported, **dict(zip(queries, json.loads(found), strict=True))}


def run(*command: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Return the standard output of a command; fail if it fails."""
    done = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    return done.stdout


def test_the_importer_takes_all(answers: dict[str, Any], ours: Store) -> None:
    """No line is refused, and the nodes and links of the network are there with their words."""
    assert "IMPORT DONE" in answers["import"]
    nodes = {row["iri"]: row for row in answers[NODES]}
    network = read_network(ours)
    for iri, data in network.nodes(data=True):
        assert nodes[iri]["label"] == data["label"]
    links = {(row["start"], row["property"], row["end"]): row for row in answers[LINKS]}
    assert len(links) == len(answers[LINKS]) > 150
    for start, end, key, data in network.edges(keys=True, data=True):
        words = [support.quotation for support in data["evidence"]]
        found = links[start, key.replace("#", "/").rpartition("/")[2], end]["quotations"] or []
        assert sorted(found) == sorted(words)


def test_typed_values_answer_cypher(answers: dict[str, Any], ours: Store) -> None:
    """Numbers compare as numbers and dates as dates; the answers are those of SPARQL."""
    people = run_query(
        ours,
        """SELECT ?program ?people { ?p a acp:Program ; rdfs:label ?program ; acp:hasCount ?c .
        ?c acp:countOf acpv:count_covered-individuals ; acp:countValue ?people
        FILTER(?people > 5000) }""",
    )
    expected = sorted((row["program"].value, int(row["people"].value)) for row in people.found)  # type: ignore[union-attr]  # rows
    assert sorted((row["program"], row["people"]) for row in answers[PEOPLE]) == expected
    assert len(expected) >= 2
    since = run_query(
        ours,
        """SELECT ?p ?since { ?p acp:effectiveDateEarliest ?since
        FILTER(?since >= "2013-07-01"^^xsd:date) }""",
    )
    dates = {(row["p"].value, row["since"].value) for row in since.found}  # type: ignore[union-attr]  # rows
    assert {(row["program"], row["since"]) for row in answers[SINCE]} == dates
    assert all(row["words"] and row["file"].endswith(".txt") for row in answers[SINCE])
    assert answers[QUOTED][0]["spans"] > 20
