"""Tests of what a build of the seeds holds: names, links, labels, evidence, counts."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest
import re2
from pyoxigraph import BlankNode, NamedNode, Quad, Store, Triple, parse

from kg.network import read_network
from kg.pipeline import Graph
from kg.terms import ACP, ACP_CLASSES, DEFAULT_BASE, OA, RDF, RDFS, SKOS, VOCABULARY, VOID
from tests.command import kg
from tests.conftest import SEEDS
from tests.reasoner import read_model
from tests.small_graph import text_of

ID: Final = f"{DEFAULT_BASE}id/"
OURS: Final = (ID, VOCABULARY, ACP.iri)
CURATED: Final = {
    "Correction",
    *("hasCorrection", "correctedBy", "correctionReason", "correctionDate"),
}
"""Terms for what curators decide, which no text says; `tests/test_corrections.py` writes them."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a build of the seeds with everything in it."""
    out = tmp_path_factory.mktemp("data") / "build"
    assert kg("build", SEEDS, "--out", out, "--infer").returncode == 0
    return out


def triples_of(folder: Path) -> Iterator[tuple[str, Triple]]:
    """Yield each triple of a build's Turtle files with the file's name."""
    paths = sorted(folder.glob("*.ttl"))
    assert len(paths) == 10
    for path in paths:
        yield from ((path.name, quad.triple) for quad in parse(path=path))


def said(graph: Graph) -> tuple[Triple, ...]:
    """Return facts and evidence."""
    return (*graph.contents.facts, *graph.contents.evidence)


def names_in(triples: Iterable[Triple]) -> set[str]:
    """Return every IRI of ours in triples."""
    return {
        term.value
        for triple in triples
        for term in (triple.subject, triple.predicate, triple.object)
        if isinstance(term, NamedNode) and term.value.startswith(OURS)
    }


def test_no_file_has_a_blank_node(folder: Path) -> None:
    """Everything that a build publishes has a name."""
    blank = [
        name
        for name, triple in triples_of(folder)
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)
    ]
    assert blank == []


def test_names_are_plain(folder: Path) -> None:
    """IRIs are ASCII; after the namespace of a thing or a concept stands no slash and no colon."""
    found = 0
    for name, triple in triples_of(folder):
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, NamedNode):
                assert term.value.isascii(), (name, term)
                for space in (ID, VOCABULARY):
                    rest = term.value.removeprefix(space)
                    assert rest == term.value or not set(rest) & set("/:"), (name, term)
                found += 1
    assert found > 10_000


def test_no_link_of_ours_leads_nowhere(seed_graph: Graph) -> None:
    """Each thing, concept and term that is linked to is described."""
    model = read_model("acp", "vocabulary")
    described = {text_of(triple.subject) for triple in (*said(seed_graph), *model)}
    linked = names_in(said(seed_graph))
    assert len(linked) > 1000
    assert linked - described == set()


def test_a_link_that_leads_nowhere_is_found(seed_graph: Graph) -> None:
    """The check above can fail: an undescribed thing is an own IRI without a subject."""
    lost = Triple(NamedNode(f"{ID}org_cigna"), RDFS.seeAlso, NamedNode(f"{ID}org_nobody"))
    described = {text_of(triple.subject) for triple in said(seed_graph)}
    assert names_in([lost]) - described == {f"{ID}org_nobody"}


def test_everything_in_the_picture_has_a_label(seed_graph: Graph) -> None:
    """Each node of the network is a thing with a label in the graph, or a concept with one."""
    labelled = {
        text_of(t.subject)
        for t in (*said(seed_graph), *read_model("vocabulary"))
        if t.predicate in {RDFS.label, SKOS.prefLabel}
    }
    nodes = {str(node) for node in read_network(seed_graph.dataset)}
    assert len(nodes) > 40
    assert nodes - labelled == set()


def test_every_fact_has_words_and_they_are_the_texts(seed_graph: Graph) -> None:
    """Each fact of a program has an assertion, and each quotation is the text at its offsets."""
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in said(seed_graph))
    sources = [found.extraction.document for found in seed_graph.reading.documents]
    texts = {f"{ID}doc_{source.key}": source.text for source in sources}
    quoted = 0
    for quad in store.quads_for_pattern(None, OA.hasSource, None):
        values: dict[NamedNode, str] = {}
        for selector in store.quads_for_pattern(quad.subject, OA.hasSelector, None):
            assert isinstance(selector.object, NamedNode)
            found = store.quads_for_pattern(selector.object, None, None)
            values |= {q.predicate: text_of(q.object) for q in found}
        start, end = int(values[OA.start]), int(values[OA.end])
        assert texts[text_of(quad.object)][start:end] == values[OA.exact]
        quoted += 1
    assert quoted > 200
    parts = (RDF.subject, RDF.predicate, RDF.object)
    asserted = {
        tuple(text_of(q.object) for p in parts for q in store.quads_for_pattern(a.subject, p, None))
        for a in store.quads_for_pattern(None, RDF.type, ACP.Assertion)
    }
    facts = {
        (text_of(t.subject), t.predicate.value, text_of(t.object))
        for t in seed_graph.contents.facts
        if "/id/place_" not in text_of(t.subject)
        and t.predicate not in {RDF.type, RDFS.label, SKOS.altLabel, ACP.describedIn}
    }
    assert len(facts) > 200
    assert facts - asserted == set()


def test_every_passage_is_read_or_listed(seed_graph: Graph) -> None:
    """Each passage has a fact or is a label; in the seeds none is left for the report to list."""
    modelled = [t for t in seed_graph.contents.evidence if t.predicate == ACP.passageModelled]
    assert len(modelled) == 50
    assert {text_of(triple.object) for triple in modelled} == {"true"}


def test_every_term_is_used_or_marked(seed_graph: Graph) -> None:
    """A term that the seeds do not need says so, or stands above one that they do."""
    used = names_in(said(seed_graph)) | names_in(read_model("vocabulary"))
    model = read_model("acp")
    marked = {text_of(t.subject) for t in model if t.predicate.value.endswith("term_status")}
    reasons = {
        text_of(t.subject)
        for t in model
        if t.predicate.value.endswith("editorialNote")
        and re2.match("(New|Reserved): ", text_of(t.object))
    }
    assert marked == reasons
    above = {text_of(t.object) for t in model if t.predicate == RDFS.subClassOf}
    terms = {ACP[name].value for name in ACP} - {ACP[name].value for name in CURATED}
    assert terms - used - marked - above == set()
    assert marked & used == set()
    assert len(used & terms) > 90


def test_counts_of_the_description_are_real(folder: Path) -> None:
    """The numbers of void.ttl are those of the files: triples, things, classes, properties."""
    void = Store()
    void.load(path=folder / "void.ttl")

    def said_of(part: str, predicate: NamedNode) -> int:
        node = NamedNode(f"{DEFAULT_BASE}{part}")
        [quad] = void.quads_for_pattern(node, predicate, None)
        return int(text_of(quad.object))

    files = {
        "dataset": "graph.ttl",
        "dataset_evidence": "evidence.ttl",
        "dataset_inferred": "inferred.ttl",
    }
    for part, name in files.items():
        triples = {quad.triple for quad in parse(path=folder / name)}
        typed = [t for t in triples if t.predicate == RDF.type]
        assert said_of(part, VOID.triples) == len(triples) > 400, part
        assert said_of(part, VOID.entities) == len({t.subject for t in typed})
        assert said_of(part, VOID.classes) == len({t.object for t in typed})
        assert said_of(part, VOID.properties) == len({t.predicate for t in triples})
    assert said_of("dataset", VOID.documents) == 2
    assert len(ACP_CLASSES) > said_of("dataset", VOID.classes) > 15
