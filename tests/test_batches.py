"""Tests of `kg.batches` and what reads them: in parts a build says what it says as a whole."""

import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any, Final

import networkx as nx
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple

import kg.lines
from kg import batches, judging
from kg.batches import split_batches
from kg.dataset import make_default_graph
from kg.export import GraphContents
from kg.finding_lines import FindingWriter, finding_lines
from kg.judging import judge_batch, judge_shared
from kg.lines import Lines, split_lines, written
from kg.network import read_network, take_part
from kg.network_lines import NetworkLines
from kg.pipeline import BuildOptions, map_reading, read_sources
from kg.record_tables import COLUMNS
from kg.resources import read_resource
from kg.survey import join_survey, survey_jobs
from kg.tables import TableWriter, write_tables
from kg.terms import ACP, OA, RDF, SH, prefixes
from kg.validate import make_report, validate_dataset

from .mutants import Mutant, MutantFactory
from .small_graph import ID, NAME, ROOT

BASE: Final = ID.removesuffix("id/")
RECORDS: Final = {
    *(ACP[name] for name in ("Assertion", "TextEvidence", "Passage", "SourceDocument")),
    *(ACP[name] for name in ("SourceAnomaly", "ExtractionRun", "Correction")),
    *(OA.TextQuoteSelector, OA.TextPositionSelector),
}
"""Classes of the evidence."""
SHARED_RECORDS: Final = {NamedNode(f"{ID}run"), NamedNode(f"{ID}correction")}
"""Records that a build makes once for all documents."""
MUTANTS: Final = 40
"""Of so many mutants one is judged here; of those that a query finds, each."""


def lines_of(triples: Iterable[Triple]) -> Lines:
    """Return triples as sorted lines, faulty values as well."""
    lines = sorted(split_lines(written(triples, RdfFormat.N_TRIPLES)))
    return Lines(b"".join(lines), len(lines))


def contents_of(documents: Sequence[set[Triple]]) -> GraphContents:
    """Return what a build would hold whose documents say these triples."""
    whole = set().union(*documents)
    kinds = {t.subject for t in whole if t.predicate == RDF.type and t.object in RECORDS}
    return GraphContents(
        facts=lines_of(t for t in whole if t.subject not in kinds),
        evidence=lines_of(t for t in whole if t.subject in kinds),
        documents={f"{BASE}graph/doc_{n}": lines_of(said) for n, said in enumerate(documents)},
        ontology=read_resource("ontology/acp.ttl"),
        vocabulary=read_resource("ontology/vocabulary.ttl"),
        shapes=read_resource("shapes/acp-shapes.ttl"),
        alignments=b"",
        prefixes=prefixes(),
        base=BASE,
    )


def findings(contents: GraphContents, texts: dict[str, str], work: Path | None = None) -> int:
    """Compare what batches find wrong to what one store shows; return how much that is."""
    parts = split_batches(contents)
    found = [
        judge_batch(parts.open(number), contents.shapes, texts) for number in range(len(parts))
    ]
    found += judge_shared(parts, texts, work)
    whole = make_default_graph(contents)
    expected = validate_dataset(whole, contents.shapes, texts=texts, base=contents.base)
    assert make_report(chain(*found), contents.base) == expected
    writer = FindingWriter(contents.base, work)
    for part in found:
        writer.add(finding_lines(part, contents.base))
    report = writer.finish()
    assert tuple(report.violations) == expected.violations
    assert tuple(report.graph) == expected.graph
    assert report.severities == expected.severities
    return len(expected.violations)


def compare_files(contents: GraphContents, folder: Path, *, dealt: bool) -> None:
    """Compare the tables and the network of batches to those of one store."""
    whole = make_default_graph(contents)
    work = folder / "work"
    work.mkdir()
    tables = TableWriter(folder / "parts")
    jobs = survey_jobs(split_batches(contents), {}, judged=True)
    findings = FindingWriter(BASE, work)
    lines = join_survey((job() for job in jobs), tables, findings, work)
    compare_networks(lines, read_network(whole))
    write_tables(folder / "whole", whole)
    names = sorted(path.name for path in (folder / "whole").iterdir())
    assert len(names) == 30
    for name in names:
        one, same = ((folder / part / name).read_text() for part in ("parts", "whole"))
        if dealt and name.removesuffix(".csv") in COLUMNS:  # a graph there has two documents
            one, same = ("".join(sorted(text.splitlines())) for text in (one, same))
        assert one == same, name


def compare_networks(lines: NetworkLines, network: "nx.MultiDiGraph[str]") -> None:
    """Compare what is on disk, as a stream and as a graph, to a network in memory."""
    found = lines.graph()
    for _, data in found.nodes(data=True):
        data["facts"] = tuple(data["facts"])
    for _, _, data in found.edges(data=True):
        data["evidence"] = tuple(data["evidence"])
    assert found.graph == network.graph
    assert list(found.nodes(data=True)) == list(network.nodes(data=True))
    edges = list(network.edges(keys=True, data=True))
    assert list(found.edges(keys=True, data=True)) == edges
    assert list(lines.nodes()) == sorted(network.nodes(data=True), key=lambda node: node[0])
    assert list(lines.edges()) == sorted(edges, key=lambda edge: edge[:3])
    assert len(list(lines.nodes())) == len(network) > 0
    nodes, links = lines.bare(("Program", "Payer"))
    part = take_part(network, types=("Program", "Payer"))
    for _, data in part.nodes(data=True):
        data["facts"] = ()
    assert list(nodes) == list(part.nodes(data=True))
    assert [edge[:3] for edge in links] == list(part.edges(keys=True))
    assert not any(data["evidence"] for *_, data in links)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[GraphContents, dict[str, str]]:
    """Two seeds and thirty invented programs, with the texts of all."""
    folder = tmp_path_factory.mktemp("corpus")
    subprocess.run([sys.executable, ROOT / "benchmarks" / "corpus.py", "30", folder], check=True)
    reading = read_sources([ROOT / "seeds", folder], BuildOptions())
    texts = {r.extraction.document.name: r.extraction.document.text for r in reading.documents}
    return map_reading(reading, BuildOptions()), texts


@pytest.mark.parametrize("size", [1, 7, 32])
def test_documents_in_batches_say_what_all_say(
    size: int,
    built: tuple[GraphContents, dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Findings with their words, tables and network are the same for batches of any size."""
    contents, texts = built
    monkeypatch.setattr(batches, "DOCUMENTS", size)
    monkeypatch.setattr(kg.lines, "_MOST_BYTES", 50_000)
    monkeypatch.setattr(judging, "THINGS", size)
    monkeypatch.setattr(judging, "FOUND", size)
    parts = split_batches(contents)
    assert len(parts) == -(-32 // size)
    assert (len(parts.common) > 10) == (size < 32)
    assert findings(contents, texts, tmp_path) > 100
    compare_files(contents, tmp_path, dealt=False)


def good(data: Store) -> set[Triple]:
    """Return the small graph without the model."""
    model = Store()
    for name in ("ontology/acp.ttl", "ontology/vocabulary.ttl"):
        model.load(path=str(ROOT / name))
    return {quad.triple for quad in data} - {quad.triple for quad in model}


def mutated(said: set[Triple], mutant: Mutant) -> set[Triple]:
    """Return a graph with the fault of a mutant."""
    return (said - {q.triple for q in mutant.remove}) | {q.triple for q in mutant.add}


def other(said: set[Triple], number: int) -> set[Triple]:
    """Return the same facts from another document, with a name and evidence of its own."""
    records = {t.subject for t in said if t.predicate == RDF.type and t.object in RECORDS}
    records -= SHARED_RECORDS
    names: dict[object, Any] = {each: NamedNode(f"{str(each)[1:-1]}-{number}") for each in records}
    for each in (Literal(NAME), Literal(NAME, language="en")):
        names[each] = Literal(f"{number}/{NAME}", language=each.language)
    return {Triple(names.get(s, s), p, names.get(o, o)) for s, p, o in said}


def some(factory: MutantFactory) -> Iterator[Mutant]:
    """Yield every mutant that a query finds, and one of a few others."""
    mutants = [each for each in factory.mutants.items() if "_:" not in str(each[1].lines())]
    for number, (constraint, mutant) in enumerate(mutants):
        if constraint.asked == SH.sparql or number % MUTANTS == 0:
            yield mutant


def test_documents_that_contradict_each_other_are_judged_together(
    factory: MutantFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A good and a faulty document about the same things: what is wrong shows in both together."""
    monkeypatch.setattr(batches, "DOCUMENTS", 1)
    monkeypatch.setattr(judging, "THINGS", 1)
    monkeypatch.setattr(judging, "FOUND", 1)
    said, seen = good(factory.data), 0
    for mutant in some(factory):
        findings(contents_of([said, other(mutated(said, mutant), 2)]), {})
        seen += 1
    assert seen > 30


@pytest.mark.parametrize("seed", range(3))
def test_facts_may_stand_in_any_documents(
    seed: int, factory: MutantFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts, some of them faulty, are dealt to three documents; who states one has its words."""
    monkeypatch.setattr(batches, "DOCUMENTS", 1)
    monkeypatch.setattr(judging, "THINGS", 1)
    monkeypatch.setattr(judging, "FOUND", 1)
    random = Random(seed)  # noqa: S311 - a deal, not a secret
    mutants = random.sample(list(some(factory)), 3)
    said = good(factory.data)
    documents: list[set[Triple]] = []
    for mutant in mutants:
        part = mutated(said, mutant)
        dealt = {t for t in part if not is_fact(t, part) or random.random() < 0.7}
        documents.append(other(dealt, len(documents)))
    contents = contents_of(documents)
    assert findings(contents, {}) > 0
    compare_files(contents, tmp_path, dealt=True)


def is_fact(triple: Triple, said: set[Triple]) -> bool:
    """Whether a triple is about the world."""
    types = {t.object for t in said if t.subject == triple.subject and t.predicate == RDF.type}
    return types.isdisjoint(RECORDS)
