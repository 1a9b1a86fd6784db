"""Tests of `shapes/acp-shapes.ttl`: good graphs conform, and the shapes are well made."""

from collections import defaultdict
from pathlib import Path
from typing import Final

import pyshacl
import pytest
import rdflib
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store, parse
from rdflib.namespace import SH

from kg.resources import read_resource
from kg.terms import ACP, ACP_CLASSES, ACP_PROPERTIES, RDF, RDFS, SHAPES, SKOS
from kg.validate import SHAPES_FILE, validate_dataset
from tests.small_graph import ROOT, small_graph, text_of

SHAPES_BYTES: Final = read_resource(SHAPES_FILE)

RDFS_RANGE: Final = f"{RDFS.iri}range"

WARNINGS: Final = {
    "CareActivity-performedBy-min",
    "ContingentPaymentHasCondition",
    "EmployedIsAffiliated",
    "EndsAfterStart",
    "OutcomeStatement-outcomeMeasure-min",
    "Passage-passageModelled-value",
    "PaymentRate-rateUnit-min",
    "Place-placeType-min",
    "PayerTakesPart",
    "PaymentArrangement-paidBy-min",
    "PaymentArrangement-paidTo-min",
    "Program-hasPayer-min",
    "Program-hasProviderGroup-min",
    "Program-serviceArea-min",
    "Program-title-min",
    "ProviderGroupTakesPart",
}
"""What a source may simply not say."""


def objects(predicate: str, store: Store) -> dict[str, list[str]]:
    """Return the values of a SHACL property, by the IRI of the node that has it."""
    found = defaultdict(list)
    for quad in store.quads_for_pattern(None, NamedNode(str(SH[predicate])), None):
        found[text_of(quad.subject)].append(text_of(quad.object))
    return found


@pytest.fixture(scope="module")
def shapes() -> Store:
    """Return the shapes as a store."""
    store = Store()
    store.load(input=SHAPES_BYTES, format=RdfFormat.TURTLE)
    return store


def test_good_graph_conforms() -> None:
    """A graph that uses every class and every kind of link has no finding, not even a warning."""
    assert validate_dataset(small_graph(), SHAPES_BYTES).violations == ()


def test_good_graph_uses_every_term() -> None:
    """The good graph leaves no class and no property untried, so that conforming means much."""
    quads = list(small_graph().quads_for_pattern(None, None, None))
    ontology = {quad.subject for quad in quads if text_of(quad.subject).startswith(ACP.iri)}
    used = {q.predicate for q in quads} | {q.object for q in quads if q.subject not in ontology}
    assert {ACP[name] for name in (*ACP_CLASSES, *ACP_PROPERTIES)} - used == set()


@pytest.mark.parametrize("name", ["loudoun.ttl", "valley-preferred.ttl"])
def test_demonstration_graphs_conform(shared: Path, name: str) -> None:
    """The two hand-made graphs have no finding."""
    store = Store()
    model = (ROOT / "ontology" / part for part in ("acp.ttl", "vocabulary.ttl"))
    for path in (shared / "model" / name, *model):
        store.load(path=str(path))
    assert validate_dataset(store, SHAPES_BYTES).violations == ()


def test_warnings_are_few(shapes: Store) -> None:
    """Only what a source may leave unsaid is a warning; all else is a violation."""
    severities = objects("severity", shapes)
    assert {shape.removeprefix(f"{SHAPES}#") for shape in severities} == WARNINGS
    assert {iri for iris in severities.values() for iri in iris} == {f"{SH}Warning"}


def test_every_class_has_a_shape(shapes: Store) -> None:
    """Each class of the ontology is the target of a shape."""
    targets = {iri for iris in objects("targetClass", shapes).values() for iri in iris}
    assert {ACP[name].value for name in ACP_CLASSES} - targets == set()


def test_every_property_has_a_shape(shapes: Store) -> None:
    """Each property of the ontology is the path of a shape, but for the codes of concepts."""
    paths = {iri for iris in objects("path", shapes).values() for iri in iris}
    unasked = {ACP[name].value for name in ACP_PROPERTIES} - paths
    assert unasked == {ACP.closeMatchCode.value, ACP.exactMatchCode.value}


def test_every_concept_property_has_a_scheme(shapes: Store) -> None:
    """Each property whose values are concepts says which scheme they come from."""
    ontology = Store()
    ontology.load(path=str(ROOT / "ontology/acp.ttl"))
    ranged = {
        text_of(quad.subject)
        for quad in ontology.quads_for_pattern(None, NamedNode(RDFS_RANGE), SKOS.Concept)
    }
    checked = {
        path
        for shape, paths in objects("path", shapes).items()
        for path in paths
        if shape.startswith(f"{SHAPES}#Scheme-")
    }
    assert len(ranged) == 43
    assert ranged - checked == set()


def test_every_constraint_has_its_own_message(shapes: Store) -> None:
    """Each property shape and each query has one English message, unlike all others."""
    constraints = {
        text_of(quad.subject)
        for kind in ("PropertyShape", "SPARQLConstraint")
        for quad in shapes.quads_for_pattern(None, RDF.type, NamedNode(str(SH[kind])))
    }
    messages = objects("message", shapes)
    queries = objects("sparql", shapes)
    unsaid = constraints - messages.keys() - queries.keys()
    said = [message for texts in messages.values() for message in texts]
    assert len(constraints) > 300
    assert unsaid == set()
    assert len(said) == len(set(said)) == len(messages)
    assert [text for text in said if not text.endswith((".", '"@en.'))] == []


def test_constraints_are_single(shapes: Store) -> None:
    """No property shape checks two things, so that each message fits its fault."""
    kinds = (
        *("minCount", "maxCount", "class", "datatype", "nodeKind", "minInclusive", "maxInclusive"),
        *("lessThan", "lessThanOrEquals", "uniqueLang", "hasValue", "node", "sparql", "pattern"),
    )
    counts: dict[str, int] = defaultdict(int)
    for kind in kinds:
        for shape, values in objects(kind, shapes).items():
            counts[shape] += len(values)
    assert len(counts) > 380
    assert [shape for shape, count in counts.items() if count > 1] == []


def test_queries_are_portable(shapes: Store) -> None:
    """No query uses what SHACL forbids, and none selects a literal, which pySHACL trips over."""
    queries = [text for texts in objects("select", shapes).values() for text in texts]
    heads = {query.split("WHERE")[0].split("{")[0].strip() for query in queries}
    assert len(queries) == 26
    assert [q for q in queries if any(word in q for word in ("VALUES", "MINUS", "SERVICE"))] == []
    assert heads == {"SELECT $this", "SELECT DISTINCT $this", "SELECT DISTINCT $this ?path"}


def test_shapes_have_no_blank_nodes() -> None:
    """The shapes read the same bytes into the same triples every time."""
    quads = list(parse(input=SHAPES_BYTES, format=RdfFormat.TURTLE))
    terms = [term for quad in quads for term in (quad.subject, quad.object)]
    assert len(quads) > 1500
    assert [term for term in terms if isinstance(term, BlankNode)] == []


def test_shapes_use_only_known_terms(shapes: Store) -> None:
    """Each term of ours that the shapes name, in a triple or a query, is in the ontology."""
    known = {name.value for name in (ACP[n] for n in (*ACP_CLASSES, *ACP_PROPERTIES))}
    named = {
        text_of(quad.object)
        for quad in shapes.quads_for_pattern(None, None, None)
        if text_of(quad.object).startswith(ACP.iri)
    } - {ACP.iri}
    words = " ".join(text for texts in objects("select", shapes).values() for text in texts)
    in_queries = {
        ACP.iri + word.removeprefix("acp:").rstrip(",;+*")
        for word in words.replace("^", " ").split()
        if word.startswith("acp:")
    }
    assert len(named) > 90
    assert named - known == set()
    assert in_queries - known == set()


def test_shapes_are_valid_shapes() -> None:
    """The shapes conform to the shapes of SHACL itself."""
    graph = rdflib.Graph().parse(data=SHAPES_BYTES, format="turtle")
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=graph, meta_shacl=True)
    assert conforms, text
