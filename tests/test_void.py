"""Tests of `kg.void`: what the description says is what the files are."""

import hashlib
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)

from kg.terms import DCAT, DCTERMS, DEFAULT_BASE, RDF, SPDX, VOID, prefixes
from kg.void import Counts, DatasetDescription, count_statements, describe_dataset

DATASET = NamedNode(f"{DEFAULT_BASE}dataset")


@pytest.fixture(scope="module")
def facts(shared: Path) -> tuple[Triple, ...]:
    """Return the triples of the two hand-made graphs."""
    paths = (shared / "model" / name for name in ("loudoun.ttl", "valley-preferred.ttl"))
    return tuple({quad.triple for path in paths for quad in parse(path=str(path))})


@pytest.fixture
def folder(tmp_path: Path, facts: tuple[Triple, ...]) -> Path:
    """Return a folder that looks like a build."""
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "care_roles.csv").write_text("a,b\n")
    (tmp_path / "dataset.nq.gz").write_bytes(b"\x1f\x8b")
    (tmp_path / "records.jsonl").write_text("{}\n")
    (tmp_path / "odd name é.txt").write_text("x")
    (tmp_path / "void.ttl").write_text("old")
    (tmp_path / "SHA256SUMS").write_text("old")
    serialize(facts, tmp_path / "graph.ttl", format=RdfFormat.TURTLE)
    return tmp_path


def described(folder: Path, facts: tuple[Triple, ...]) -> tuple[Triple, ...]:
    """Return the description of a folder; its evidence is a third of the facts."""
    evidence = facts[: len(facts) // 3]
    return describe_dataset(folder, description_of(facts, evidence))


def description_of(facts: tuple[Triple, ...], evidence: tuple[Triple, ...]) -> DatasetDescription:
    """Return what the description of some triples is made from."""
    counts, behind = count_statements(facts), count_statements(evidence)
    return DatasetDescription(counts, behind, DEFAULT_BASE, version="1.2.3", documents=2)


def one(store: Store, subject: NamedNode, predicate: NamedNode) -> str:
    """Return the only value of a property."""
    (quad,) = store.quads_for_pattern(subject, predicate, None)
    assert isinstance(quad.object, NamedNode | Literal)
    return quad.object.value


def load(triples: tuple[Triple, ...]) -> Store:
    """Return a store that holds a description."""
    store = Store()
    text = serialize(triples, format=RdfFormat.N_TRIPLES)
    store.load(text, format=RdfFormat.N_TRIPLES)
    return store


def test_counts_are_those_of_the_graph(folder: Path, facts: tuple[Triple, ...]) -> None:
    """Triples, entities, classes, properties, subjects and objects are what SPARQL counts."""
    store, graph = load(described(folder, facts)), Store()
    graph.load(path=str(folder / "graph.ttl"))
    counted = {
        VOID.triples: "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
        VOID.distinctSubjects: "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }",
        VOID.properties: "SELECT (COUNT(DISTINCT ?p) AS ?n) WHERE { ?s ?p ?o }",
        VOID.entities: "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?o }",
        VOID.classes: "SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s a ?o }",
    }
    assert len(graph) == 4890
    for predicate, query in counted.items():
        solutions = graph.query(query)
        assert isinstance(solutions, QuerySolutions)
        (row,) = solutions
        assert one(store, DATASET, predicate) == row["n"].value, predicate
    # The engine's store takes 5 and 5 of another integer type for one value; rdflib does not.
    objects = set(rdflib.Graph().parse(folder / "graph.ttl").objects())
    assert one(store, DATASET, VOID.distinctObjects) == str(len(objects))


def test_partitions_add_up(folder: Path, facts: tuple[Triple, ...]) -> None:
    """Every property's triples add up to all; every class has its number and an example."""
    store = load(described(folder, facts))
    total = 0
    for quad in store.quads_for_pattern(DATASET, VOID.propertyPartition, None):
        assert isinstance(quad.object, NamedNode)
        total += int(one(store, quad.object, VOID.triples))
    assert total == len(facts)
    found = {}
    for quad in store.quads_for_pattern(DATASET, VOID.classPartition, None):
        assert isinstance(quad.object, NamedNode)
        name = one(store, quad.object, VOID["class"])
        found[name.rpartition("#")[2]] = int(one(store, quad.object, VOID.entities))
    assert (found["Program"], found["PaymentArrangement"], found["Assertion"]) == (2, 6, 242)
    examples = list(store.quads_for_pattern(DATASET, VOID.exampleResource, None))
    assert len(examples) >= 20
    subjects = {fact.subject for fact in facts}
    assert all(quad.object in subjects for quad in examples)


def test_distributions_match_the_files(folder: Path, facts: tuple[Triple, ...]) -> None:
    """Each file has its size, digest and type; the description and the checksums are not in it."""
    store = load(described(folder, facts))
    found = {}
    for quad in store.quads_for_pattern(DATASET, DCAT.distribution, None):
        assert isinstance(quad.object, NamedNode)
        address = one(store, quad.object, DCAT.downloadURL)
        (checksum,) = store.quads_for_pattern(quad.object, SPDX.checksum, None)
        assert isinstance(checksum.object, NamedNode)
        found[address.removeprefix(f"{DEFAULT_BASE}data/")] = (
            int(one(store, quad.object, DCAT.byteSize)),
            one(store, checksum.object, SPDX.checksumValue),
        )
    names = {
        "tables/care_roles.csv": "tables/care_roles.csv",
        "dataset.nq.gz": "dataset.nq.gz",
        "records.jsonl": "records.jsonl",
        "odd%20name%20%C3%A9.txt": "odd name é.txt",
        "graph.ttl": "graph.ttl",
    }
    assert found == {
        address: (len(data), hashlib.sha256(data).hexdigest())
        for address, data in ((a, (folder / name).read_bytes()) for a, name in names.items())
    }
    packed = NamedNode(f"{DEFAULT_BASE}dataset_file_dataset.nq.gz")
    assert one(store, packed, DCAT.mediaType).endswith("/application/n-quads")
    assert one(store, packed, DCAT.compressFormat).endswith("/application/gzip")


def test_dumps_and_evidence_are_named(folder: Path, facts: tuple[Triple, ...]) -> None:
    """The dumps are the four files of the facts, and the evidence is a subset with counts."""
    store = load(described(folder, facts))
    dumps = {str(q.object) for q in store.quads_for_pattern(DATASET, VOID.dataDump, None)}
    assert len(dumps) == 4
    evidence = NamedNode(one(store, DATASET, VOID.subset))
    assert one(store, evidence, VOID.triples) == str(len(facts) // 3)
    assert one(store, evidence, VOID.dataDump) == f"{DEFAULT_BASE}data/evidence.ttl"


def test_no_date_licence_or_blank_node(folder: Path, facts: tuple[Triple, ...]) -> None:
    """Nothing depends on the clock, no right is claimed, and every node has a name."""
    triples = described(folder, facts)
    predicates = {triple.predicate for triple in triples}
    assert DCTERMS.license not in predicates
    assert DCTERMS.modified not in predicates
    assert NamedNode(f"{DCTERMS.iri}issued") not in predicates
    assert not any(isinstance(term, BlankNode) for triple in triples for term in triple)


def test_description_depends_on_the_data_alone(folder: Path, facts: tuple[Triple, ...]) -> None:
    """Facts in another order, or given twice, are described alike and in one order."""
    triples = described(folder, facts)
    evidence = facts[: len(facts) // 3]
    again = description_of(tuple(reversed(facts)) + facts[:9], evidence)
    assert describe_dataset(folder, again) == triples
    assert len(set(triples)) == len(triples)


def test_description_reads_as_rdf_elsewhere(folder: Path, facts: tuple[Triple, ...]) -> None:
    """In rdflib the description has as many triples, and is a VoID and a DCAT dataset."""
    triples = described(folder, facts)
    text = serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes())
    assert text is not None
    graph = rdflib.Graph().parse(data=text, format="turtle")
    assert len(graph) == len(triples)
    kinds = {str(o) for o in graph.objects(rdflib.URIRef(DATASET.value), rdflib.RDF.type)}
    assert kinds == {VOID.Dataset.value, DCAT.Dataset.value}


def test_another_base_is_used_throughout(folder: Path, facts: tuple[Triple, ...]) -> None:
    """With another base, nothing but the model's terms and the facts' own names has the old one."""
    description = DatasetDescription(Counts(), Counts(), "https://example.org/kg/", "1", 0)
    triples = describe_dataset(folder, description)
    assert len(triples) > 40
    assert all(
        triple.subject.value.startswith("https://example.org/kg/dataset")
        for triple in triples
        if isinstance(triple.subject, NamedNode)
    )
    typed = {triple.subject for triple in triples if triple.predicate == RDF.type}
    assert len(typed) >= 12
    assert facts
