import json
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse, serialize

from kg.answers import read_rows
from kg.dataset import make_dataset
from kg.errors import UsageError
from kg.iris import Minter
from kg.labels import choose_labels
from kg.pipeline import (
    BuildOptions,
    Graph,
    make_graph,
    map_reading,
    read_sources,
    record_line,
    write_records,
)
from kg.questions import find_question
from kg.read import ReadOptions
from kg.sparql import run_query
from kg.terms import DEFAULT_BASE, prefixes
from kg.triples import Mapper, fact_triples, place_triples

from .conftest import SEEDS

CASES = Path(__file__).with_name("cases")
UPDATE = "KG_UPDATE_GOLDEN"
"""Environment variable that rewrites what is expected; look at it before you keep it."""

NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())


def facts_of(folder: Path) -> set[Triple]:
    """Return the facts in the description of a case."""
    reading = read_sources([folder / "input.txt"], BuildOptions())
    (resolved,) = reading.documents
    mapper = Mapper(Minter(DEFAULT_BASE), choose_labels([resolved.extraction]), "run")
    facts = set(fact_triples(mapper, resolved.extraction))
    return facts | set(place_triples(mapper, (reading.place for reading in resolved.readings)))


def lines(triples: Iterable[Triple]) -> list[str]:
    """Return sorted N-Triples."""
    return sorted(f"{t.subject} {t.predicate} {t.object} ." for t in triples)


@pytest.mark.parametrize("name", NAMES)
def test_a_description_gives_the_expected_graph(name: str) -> None:
    """Exactly the triples that a person has looked at."""
    folder = CASES / name
    expected = folder / "expected.ttl"
    found = facts_of(folder)
    if os.environ.get(UPDATE) == "1":
        triples = sorted(found, key=str)
        with expected.open("wb") as file:
            serialize(triples, file, format=RdfFormat.TURTLE, prefixes=prefixes())
    wanted = {quad.triple for quad in parse(path=expected, format=RdfFormat.TURTLE)}
    assert lines(found - wanted) == [], f"not expected; {UPDATE}=1 accepts it"
    assert lines(wanted - found) == [], f"not found; {UPDATE}=1 accepts it"


def test_a_place_of_no_gazetteer_is_no_fault() -> None:
    """It keeps its name, has no kind, is doubted in a warning, and its program can be asked for."""
    options = BuildOptions()
    graph = make_graph(read_sources([CASES / "unknown-place" / "input.txt"], options), options)
    doubted = [v for v in graph.validation.violations if v.shape.endswith("#Place-placeType-min")]
    assert [found.severity for found in doubted] == ["Warning"]
    assert not graph.validation.has_violations
    text = find_question("programs-by-place").text
    (row,) = read_rows(run_query(graph.dataset, text))
    assert (row["placeLabel"], row["kindLabel"]) == ("Quillfeather Hollow", None)


def test_every_case_has_both_files() -> None:
    """The two seeds and five made up descriptions."""
    assert len(NAMES) == 7
    for name in NAMES:
        assert {path.name for path in (CASES / name).iterdir()} == {"input.txt", "expected.ttl"}
    inputs = {(CASES / name / "input.txt").read_bytes() for name in NAMES}
    assert inputs >= {path.read_bytes() for path in SEEDS.glob("*.txt")}


def test_a_dataset_has_a_graph_for_each_document_and_for_the_model(seed_graph: Graph) -> None:
    """The default graph holds it all; named graphs say where it is from."""
    contents, store = seed_graph.contents, seed_graph.dataset
    documents = {f"{DEFAULT_BASE}graph/doc_{key}" for key in ("9b51a3162d223c6e",)}
    names = {graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)}
    assert names == {
        *contents.documents,
        *(f"{DEFAULT_BASE}graph/{k}" for k in ("ontology", "vocabulary", "alignments")),
    }
    assert len(contents.documents) == 2
    assert not documents & names  # graphs are named by the digest of the text, not by the file
    said = {triple for triples in contents.documents.values() for triple in triples}
    assert said == {*contents.facts, *contents.evidence}
    assert all(Quad(t.subject, t.predicate, t.object) in store for t in said)


def test_another_base_moves_every_instance(seed_graph: Graph) -> None:
    """The same graph under another base; terms of the model stay where they are."""
    other = map_reading(seed_graph.reading, BuildOptions("https://example.org/kg/"))
    text = "\n".join(lines(other.facts))
    assert text.replace("https://example.org/kg/", DEFAULT_BASE) == "\n".join(
        lines(seed_graph.contents.facts)
    )
    assert f"<{DEFAULT_BASE}id/" not in text
    assert len(make_dataset(other)) == len(seed_graph.dataset)


@pytest.mark.parametrize(
    "base", ["", "example.org/", "https://x.org", "https://é.org/", "file:///"]
)
def test_a_base_must_carry_iris(base: str) -> None:
    """A base that gives no valid IRIs is refused before anything is read."""
    with pytest.raises(UsageError, match="--base"):
        BuildOptions(base)


def test_records_are_lines_of_ascii(seed_graph: Graph, tmp_path: Path) -> None:
    """One a document, in the order of names, with Unix line ends on every system."""
    path = tmp_path / "records.jsonl"
    write_records(path, seed_graph.reading)
    data = path.read_bytes()
    records = [json.loads(line) for line in data.split(b"\n")[:-1]]
    assert [record["document"] for record in records] == sorted(r["document"] for r in records)
    assert data.isascii()
    assert data.decode() == "".join(record_line(record) + "\n" for record in records)


def test_reading_tells_its_progress_and_its_status(tmp_path: Path) -> None:
    """Each document is named as it is read; the gravest refusal is the status."""
    (tmp_path / "bad.txt").write_bytes(b"\0")
    told: list[str] = []
    sources = [SEEDS, tmp_path, tmp_path / "none"]
    reading = read_sources(sources, BuildOptions(reading=ReadOptions()), told.append)
    assert told == [resolved.extraction.document.name for resolved in reading.documents]
    assert [refusal.exit_status for refusal in reading.refusals] == [4, 3]
    assert (len(told), reading.exit_status) == (2, 4)
    assert read_sources([SEEDS], BuildOptions()).exit_status == 0
