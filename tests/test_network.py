"""Tests of `kg.network` and `kg.facts`: the picture's graph is the dataset's, with its words."""

from pathlib import Path

import networkx as nx
import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from kg.facts import Fact, FactReader
from kg.network import NODE_TYPES, read_network
from kg.terms import ACP, OA, RDF
from kg.things import Support

ROOT = Path(__file__).parents[1]
ID = "https://w3id.org/acp/id/"

SENTENCE = "The program will benefit approximately 5,500 individuals of North."
TURTLE = f"""
@prefix acp: <https://w3id.org/acp/ontology#> .
@prefix acpv: <https://w3id.org/acp/vocab/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <{ID}> .

acp:Program rdfs:label "program"@en .
acp:hasCount rdfs:label "has count"@en .
acpv:condition skos:prefLabel "Health conditions"@en .
acpv:condition_diabetes skos:inScheme acpv:condition ; skos:prefLabel "diabetes"@en ;
  skos:definition "Raised blood sugar."@en .
acpv:condition_asthma skos:inScheme acpv:condition ; skos:prefLabel "asthma"@en .
acpv:basis_inferred skos:prefLabel "inferred"@en .

:cigna a acp:Payer, acp:ProviderOrganization, acp:Organization ; rdfs:label "Cigna"@en .
:north a acp:Program ; rdfs:label "North"@en ; acp:hasPayer :cigna ; acp:hasCount :count ;
  acp:targetsCondition acpv:condition_diabetes ; acp:hasCareRole :nurses ;
  acp:hasPaymentArrangement :p4p_north .
:south a acp:Program ; rdfs:label "South"@en ; acp:hasPayer :cigna ;
  acp:hasPaymentArrangement :p4p_south .
:p4p_north a acp:PaymentArrangement ; rdfs:label "bonus"@en ; acp:paidBy :cigna ;
  acp:paymentMethod acpv:payment-method_pay-for-performance .
:p4p_south a acp:PaymentArrangement ; rdfs:label "reward"@en ;
  acp:paymentMethod acpv:payment-method_pay-for-performance .
:nurses a acp:CareRoleAssignment ; rdfs:label "nurses"@en ;
  acp:employedBy :cigna ; acp:affiliatedWith :cigna .
:count a acp:CountStatement ; rdfs:label "approximately 5,500 individuals"@en ;
  acp:countValue 5500 ; acp:countedFor :cigna .

:assertion a acp:Assertion ; rdf:subject :north ; rdf:predicate acp:hasCount ; rdf:object :count ;
  acp:basis acpv:basis_inferred ; acp:confidence 0.9 ; acp:extractionRule "count.people" ;
  acp:hasEvidence :span .
:span a acp:TextEvidence ; oa:hasSource :file ; acp:inPassage :passage ;
  oa:hasSelector :quote, :position .
:quote oa:exact "approximately 5,500 individuals" .
:position oa:start 125 ; oa:end 156 .
:passage acp:passageText "{SENTENCE}" ; acp:passageStart 100 .
:file a acp:SourceDocument ; dcterms:identifier "north.txt" ; dcterms:title "North"@en .
"""


def store_of(turtle: str) -> Store:
    """Return a dataset whose default graph is the Turtle given."""
    store = Store()
    store.load(turtle.encode(), format=RdfFormat.TURTLE)
    return store


def split_in(piece: Support) -> str:
    """Return what stands in the sentence where the quotation is said to be."""
    start = piece.start - piece.sentence_start
    return piece.sentence[start : start + len(piece.quotation)]


@pytest.fixture
def graph() -> "nx.MultiDiGraph[str]":
    """Return the picture's graph of the small dataset above."""
    return read_network(store_of(TURTLE))


def all_evidence(graph: "nx.MultiDiGraph[str]") -> list[Support]:
    """Return every piece of evidence in a graph, that of parts included."""

    def of(facts: tuple[Fact, ...]) -> list[Support]:
        return [piece for fact in facts for piece in (*fact.evidence, *of(fact.parts))]

    nodes = [piece for data in graph.nodes.values() for piece in of(data["facts"])]
    edges = [piece for *_, pieces in graph.edges(data="evidence") for piece in pieces]
    return nodes + edges


def test_things_are_nodes_and_records_are_not(graph: "nx.MultiDiGraph[str]") -> None:
    """Programs, organisations and parts are nodes; a count is not, nor is an unused concept."""
    names = {data["label"] for data in graph.nodes.values()}
    assert names == {"Cigna", "North", "South", "bonus", "reward", "nurses", "diabetes"}


def test_a_payer_that_also_provides_is_one_node_and_shown_as_a_payer(
    graph: "nx.MultiDiGraph[str]",
) -> None:
    """A thing of several classes has the type that tells most."""
    assert graph.nodes[f"{ID}cigna"]["type"] == "Payer"


def test_a_record_reads_as_one_fact_with_its_words(graph: "nx.MultiDiGraph[str]") -> None:
    """A count is a fact of its program: label, quotation in its sentence, file, basis, parts."""
    (fact,) = graph.nodes[f"{ID}north"]["facts"]
    assert (fact.label, fact.value) == ("has count", "approximately 5,500 individuals")
    assert fact.evidence == (
        Support(
            *("approximately 5,500 individuals", "north.txt", 125, 156, "inferred", 0.9),
            *("count.people", None, SENTENCE, 100),
        ),
    )
    assert [(part.label, part.value) for part in fact.parts] == [
        ("counted for", "Cigna"),
        ("count value", "5500"),
    ]


def test_two_relations_between_the_same_things_are_both_kept(
    graph: "nx.MultiDiGraph[str]",
) -> None:
    """Edges are directed and keyed by their property."""
    assert set(graph[f"{ID}nurses"][f"{ID}cigna"]) == {
        ACP.employedBy.value,
        ACP.affiliatedWith.value,
    }
    assert not graph.has_edge(f"{ID}cigna", f"{ID}nurses")


def test_shared_is_what_several_programs_have_or_have_the_like_of(
    graph: "nx.MultiDiGraph[str]",
) -> None:
    """The payer is shared as such, payments by their method; nurses and a condition are not."""
    shared = {data["label"] for data in graph.nodes.values() if data["shared"]}
    assert shared == {"Cigna", "bonus", "reward"}
    assert graph.nodes[f"{ID}cigna"]["programs"] == (f"{ID}north", f"{ID}south")


def test_an_edge_within_one_program_is_inner(graph: "nx.MultiDiGraph[str]") -> None:
    """What a program links to at both ends is detail; the program's own links are not."""
    inner = {(source, key) for source, _, key, flag in graph.edges(data="inner", keys=True) if flag}
    assert inner == {
        (f"{ID}nurses", ACP.employedBy.value),
        (f"{ID}nurses", ACP.affiliatedWith.value),
        (f"{ID}p4p_north", ACP.paidBy.value),
    }


def test_a_concept_tells_its_definition(graph: "nx.MultiDiGraph[str]") -> None:
    """The only fact of a concept in the picture is what it means."""
    node = graph.nodes["https://w3id.org/acp/vocab/condition_diabetes"]
    assert (node["type"], node["type_label"]) == ("condition", "Health conditions")
    assert node["facts"] == (Fact("definition", "Raised blood sugar."),)


def test_records_in_a_circle_come_to_an_end() -> None:
    """Foreign data in which a count counts for itself is still readable."""
    store = store_of(TURTLE + ":count acp:countedFor :count .")
    depth, facts = 0, read_network(store).nodes[f"{ID}north"]["facts"]
    while facts:
        depth, facts = depth + 1, next((fact.parts for fact in facts if fact.parts), ())
    assert depth == 4


def test_an_unlabelled_term_is_named_by_its_iri_as_turtle_writes_it() -> None:
    """Nothing is nameless, whatever is missing from the dataset."""
    store = store_of(TURTLE)
    for quad in list(store.quads_for_pattern(NamedNode(f"{ID}south"), None, None, None)):
        if quad.predicate != RDF.type:
            store.remove(quad)
    assert read_network(store).nodes[f"{ID}south"]["label"] == "acpid:south"


def test_an_empty_dataset_is_an_empty_graph() -> None:
    """No data is not an error."""
    assert len(read_network(Store())) == 0


def test_the_order_of_the_triples_does_not_matter(demo: Store) -> None:
    """The same dataset gives the same graph in the same order, however it was loaded."""
    quads = sorted(demo, key=lambda quad: str(quad)[::-1])
    shuffled = Store()
    for quad in quads:
        shuffled.add(quad)
    one, other = read_network(demo), read_network(shuffled)
    assert list(one.nodes(data=True)) == list(other.nodes(data=True))
    assert list(one.edges(keys=True, data=True)) == list(other.edges(keys=True, data=True))


def test_every_quotation_of_the_demonstration_stands_in_its_sentence(demo: Store) -> None:
    """What is highlighted is exactly what was quoted, in all of more than 240 cases."""
    evidence = all_evidence(read_network(demo))
    assert len(evidence) > 240
    for piece in evidence:
        assert split_in(piece) == piece.quotation


def test_no_assertion_of_the_demonstration_is_missing(demo: Store) -> None:
    """Every quoted span is in the picture, except what only concerns the file itself."""
    reader = FactReader(demo)
    shown = {
        (piece.document, piece.start, piece.quotation) for piece in all_evidence(read_network(demo))
    }
    documents = set(reader.instances(ACP.SourceDocument))
    checked = 0
    for assertion in reader.instances(ACP.Assertion):
        (subject,) = reader.objects(assertion, RDF.subject)
        if subject in documents:
            continue
        (predicate,) = reader.objects(assertion, RDF.predicate)
        (value,) = reader.objects(assertion, RDF.object)
        assert isinstance(subject, NamedNode)
        assert isinstance(predicate, NamedNode)
        pieces = reader.supports(subject, predicate, value)
        checked += len(pieces)
        assert {(piece.document, piece.start, piece.quotation) for piece in pieces} <= shown
    assert checked > 230


def test_the_demonstration_shares_its_payer(demo: Store) -> None:
    """Both programs lead to the one payer, and every type has its place in the picture."""
    graph = read_network(demo)
    (payer,) = [node for node, name in graph.nodes(data="type") if name == "Payer"]
    assert len(graph.nodes[payer]["programs"]) == 2
    assert {data["type"] for data in graph.nodes.values()} <= set(NODE_TYPES)


def test_only_the_default_graph_is_read() -> None:
    """Named graphs repeat the facts per document and add nothing to the picture."""
    store = store_of(TURTLE)
    before = read_network(store)
    for quad in list(store.quads_for_pattern(None, None, None, DefaultGraph())):
        store.add(Quad(quad.subject, quad.predicate, quad.object, NamedNode(f"{ID}graph")))
    store.add(Quad(NamedNode(f"{ID}x"), RDF.type, ACP.Program, NamedNode(f"{ID}graph")))
    assert list(read_network(store).nodes(data=True)) == list(before.nodes(data=True))
    assert OA.exact.value.endswith("#exact")
