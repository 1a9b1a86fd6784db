"""Tests against what others publish: their vocabularies, and another reader of RDF.

`make foreign` fetches both. What our files take from ORG, PROV, Web Annotation, SKOS, FOAF, DCMI
Terms, schema.org and GeoNames is looked up in the vocabularies themselves.
"""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Store, Triple, parse

from kg.terms import OWL, RDF, RDFS
from tests.command import kg
from tests.conftest import ROOT, SEEDS
from tests.outside import need
from tests.reasoner import read_model
from tests.small_graph import small_graph

MODULES: Final = ROOT / "tests" / "js" / "node_modules"
PUBLISHED: Final = {
    "bibo": "http://purl.org/ontology/bibo/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "gn": "http://www.geonames.org/ontology#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
KINDS: Final = {"Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Ontology"}
"""Declarations: OWL wants them where a vocabulary says `rdfs:Class` or `rdf:Property`."""


@pytest.fixture(scope="module", autouse=True)
def _published() -> None:
    there = all((MODULES / "@vocabulary" / name).is_dir() for name in PUBLISHED)
    need("others' vocabularies: run `make foreign`", is_there=there)


@pytest.fixture(scope="module")
def published() -> Store:
    """Return the published vocabularies."""
    store = Store()
    for name in PUBLISHED:
        path = MODULES / "@vocabulary" / name / f"{name}.nq"
        store.extend(parse(path=path, format=RdfFormat.N_QUADS))
    return store


def says(published: Store, triple: Triple) -> bool:
    """Tell whether a vocabulary says a triple, in whichever graph it stands."""
    pattern = (triple.subject, triple.predicate, triple.object)
    return any(True for _ in published.quads_for_pattern(*pattern))


def unknown(published: Store, triples: Iterable[Triple]) -> tuple[list[str], int]:
    """Return the foreign terms that no vocabulary defines, and how many were looked up."""
    known = {q.subject for q in published if isinstance(q.subject, NamedNode)}
    spaces = tuple(PUBLISHED.values())
    used = {
        term
        for triple in triples
        for term in (triple.predicate, triple.object)
        if isinstance(term, NamedNode) and term.value.startswith(spaces)
    }
    homes = {*spaces, *(space.rstrip("#/") for space in spaces)}
    used = {term for term in used if term.value not in homes}
    return sorted(term.value for term in used - known), len(used)


def test_axioms_are_those_that_are_published(published: Store) -> None:
    """Each axiom of the excerpt stands, word for word, in the vocabulary that it is taken from."""
    axioms = [
        triple
        for triple in read_model("axioms")
        if str(triple.subject).startswith(tuple(f"<{space}" for space in PUBLISHED.values()))
        and not (triple.predicate == RDF.type and triple.object in {OWL[k] for k in KINDS})
    ]
    assert len(axioms) > 40
    assert [str(axiom) for axiom in axioms if not says(published, axiom)] == []


def test_a_changed_axiom_is_noticed(published: Store) -> None:
    """The check above can fail: what no vocabulary says is not found in one."""
    term = NamedNode("http://www.w3.org/ns/org#member")
    assert not says(
        published, Triple(term, RDFS.domain, NamedNode("http://www.w3.org/ns/org#Role"))
    )


def test_foreign_terms_are_defined_where_they_come_from(published: Store) -> None:
    """Each term of others that model, alignments and data use is one that its vocabulary has."""
    model = read_model("acp", "axioms", "alignments", "vocabulary")
    missing, looked_up = unknown(published, [*model, *(quad.triple for quad in small_graph())])
    assert looked_up > 100
    assert missing == []


def test_a_term_that_is_not_there_is_noticed(published: Store) -> None:
    """The check above can fail: a misspelt term of another vocabulary is named."""
    bad = NamedNode("http://schema.org/Organisation")
    assert unknown(published, [Triple(bad, RDFS.subClassOf, bad)]) == ([bad.value], 1)


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a build of the seeds with everything in it."""
    out = tmp_path_factory.mktemp("foreign") / "build"
    assert kg("build", SEEDS, "--out", out, "--infer").returncode == 0
    return out


def test_three_readers_count_alike(builds: Path) -> None:
    """N3.js, pyoxigraph and rdflib read the same number of triples or quads in each file."""
    need("Node.js", is_there=shutil.which("node") is not None)
    names = [*builds.glob("*.ttl"), *builds.glob("*.nt"), builds / "dataset.trig"]
    paths = [*sorted(names), builds / "dataset.nq.gz"]
    assert len(paths) == 13
    done = subprocess.run(
        ["node", ROOT / "tests" / "js" / "count.mjs", *paths],  # noqa: S607  # the machine's Node.js
        capture_output=True,
        timeout=120,
        check=True,
    )
    counts = json.loads(done.stdout)
    for path in paths:
        store = Store()
        if path.suffix == ".gz":
            continue
        store.bulk_load(path=path)
        assert counts[str(path)] == len(store), path.name
        if path.suffix != ".trig":
            assert counts[str(path)] == len(rdflib.Graph().parse(path)), path.name
    assert counts[str(builds / "dataset.nq.gz")] == counts[str(builds / "dataset.trig")]
