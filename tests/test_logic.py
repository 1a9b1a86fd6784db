"""Tests of the model's logic: reasoners find no contradiction, and would find one if there were."""

from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Final

import owlrl
import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from kg.pipeline import BuildOptions, Graph, make_graph, read_sources
from kg.places import gazetteer
from kg.terms import ACP, ACP_CLASSES, ONTOLOGY, OWL, RDF, RDFS, SKOS
from tests.outside import need_java
from tests.reasoner import CONSISTENT, MODEL, Verdict, is_owl, judge, read_model, turtle
from tests.small_graph import small_graph, text_of

MAY_OVERLAP: Final = (
    {"Payer", "ProviderOrganization"},  # an organization may be both, as Kaiser Permanente is
    {"Program", "Initiative"},  # a program of several practices may have parts of its own
)
"""Classes that may share things, though neither lies above the other; README.md says why."""

TERMS: Final = ("acp", "axioms")
"""What contradictions are planted into: the terms are enough to find them, and quicker."""

CLASHES: Final = {
    "two disjoint classes": "acpid:x a acp:Payer , acp:Place .",
    "a domain that does not fit": "acpid:x a acp:Place ; acp:hasPayer acpid:y .",
    "a range that does not fit": "acpid:x acp:serviceArea acpid:y . acpid:y a acp:Program .",
    "a thing as a concept": "acpid:x acp:hasAim acpid:y . acpid:y a acp:Payer .",
    "a fact of another vocabulary": "acpid:x a acp:Assertion ; prov:used acpid:y .",
    "a member that has no organization": "acpid:x org:member acpid:y . acpid:x a acp:Program .",
    "an irreflexive property": "acpid:x acp:alignedWith acpid:x .",
    "an asymmetric property": "acpid:x acp:coversPlace acpid:y . acpid:y acp:coversPlace acpid:x .",
}
"""What the ontology rules out, each by an axiom of its own kind."""

FOR_HERMIT: Final = {
    "two values of a functional property": "acpid:x acp:countValue 1 , 2 .",
    "a value of another datatype": 'acpid:x acp:countValue "many" .',
    "one passage of two documents": """
        acpid:d acp:hasPassage acpid:p ; acp:sha256 "0" .
        acpid:e acp:hasPassage acpid:p ; acp:sha256 "1" .""",
}
"""What needs more than rules: values that cannot be equal, and things that would be one."""


def data_of(graph: Graph) -> list[Triple]:
    """Return facts and evidence, as far as OWL 2 DL has a place for them."""
    return [t for t in (*graph.contents.facts, *graph.contents.evidence) if is_owl(t)]


@pytest.fixture(scope="module")
def corpus_graph(shared: Path) -> Graph:
    """Every description that we were given."""
    options = BuildOptions()
    return make_graph(read_sources([shared / "corpus" / "documents"], options), options)


# Consistency, by HermiT


def test_the_model_is_consistent_and_every_class_can_have_things() -> None:
    """HermiT finds no contradiction and no empty class in our files with others' axioms."""
    need_java()
    assert judge(read_model(*MODEL)) == CONSISTENT


def test_the_seeds_agree_with_the_model(seed_graph: Graph) -> None:
    """Nothing that the seeds say, evidence included, contradicts the model."""
    need_java()
    data = data_of(seed_graph)
    assert len(data) > 4000
    assert judge([*read_model(*MODEL), *data]) == CONSISTENT


def test_every_description_agrees_with_the_model(corpus_graph: Graph) -> None:
    """Nothing that the descriptions say contradicts the model, whatever they are about."""
    need_java()
    data = data_of(corpus_graph)
    assert len(data) > 15_000
    assert judge([*read_model(*MODEL), *data]) == CONSISTENT


def test_the_good_graph_agrees_with_the_model() -> None:
    """A graph that uses every class and property breaks no axiom."""
    need_java()
    data = [quad.triple for quad in small_graph() if is_owl(quad)]
    assert judge([*read_model("axioms"), *data]) == CONSISTENT


@pytest.mark.parametrize("text", (CLASHES | FOR_HERMIT).values(), ids=CLASHES | FOR_HERMIT)
def test_hermit_finds_a_contradiction(text: str) -> None:
    """The checks above can fail: each kind of contradiction is found."""
    need_java()
    assert judge([*read_model(*TERMS), *turtle(text)]) == Verdict(is_consistent=False)


def test_hermit_finds_an_empty_class() -> None:
    """A class below two disjoint ones is found, and nothing else."""
    need_java()
    odd = turtle("acp:Odd a owl:Class ; rdfs:subClassOf acp:Payer , acp:Place .")
    verdict = judge([*read_model(*TERMS), *odd])
    assert verdict.is_consistent
    assert verdict.unsatisfiable == {f"{ONTOLOGY}#Odd"}


# Closure, by the rules of OWL 2 RL


def clashes(triples: Iterable[Triple]) -> Iterator[str]:
    """Yield what the rules of OWL 2 RL object to."""
    text = serialize(triples, format=RdfFormat.N_TRIPLES)
    graph = rdflib.Graph().parse(data=text, format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    assert len(graph) > 3000
    for _, message in graph.subject_objects(rdflib.URIRef(owlrl.Namespaces.ERRNS.error)):
        yield str(message)


def test_the_closure_of_the_seeds_has_no_clash(seed_graph: Graph) -> None:
    """By the rules of OWL 2 RL, which contain those of RDFS, nothing is in two disjoint classes."""
    contents = seed_graph.contents
    assert list(clashes([*read_model(*MODEL), *contents.facts, *contents.evidence])) == []


@pytest.mark.parametrize("text", CLASHES.values(), ids=CLASHES)
def test_the_rules_find_a_clash(text: str) -> None:
    """The check above can fail: the rules object to each kind of clash."""
    assert list(clashes([*read_model(*TERMS), *turtle(text)])) != []


# The axioms


def pairs_of(predicate: NamedNode) -> set[tuple[str, str]]:
    """Return what the ontology relates by a property, as local names of ours or IRIs."""
    return {
        (text_of(t.subject).removeprefix(ACP.iri), text_of(t.object).removeprefix(ACP.iri))
        for t in read_model("acp")
        if t.predicate == predicate
    }


def names_of(kind: str) -> set[str]:
    """Return the local names of our terms of an OWL kind."""
    kinds = pairs_of(RDF.type)
    return {name for name, found in kinds if found == OWL.iri + kind and "/" not in name}


def test_classes_share_no_thing_unless_it_is_said() -> None:
    """Every two classes are disjoint, or one lies above the other, or a list says why not."""
    parents = dict(pairs_of(RDFS.subClassOf))
    disjoint = pairs_of(OWL.disjointWith)

    def above(name: str) -> list[str]:
        return [name, *(above(parents[name]) if name in parents else [])]

    open_pairs = []
    for one, other in combinations(ACP_CLASSES, 2):
        lines = above(one), above(other)
        apart = any({(a, b), (b, a)} & disjoint for a in lines[0] for b in lines[1])
        if not apart and one not in lines[1] and other not in lines[0]:
            open_pairs.append({one, other})
    assert sorted(map(sorted, open_pairs)) == sorted(map(sorted, MAY_OVERLAP))


def test_nothing_of_ours_is_a_concept() -> None:
    """Every class is disjoint with concepts, so that a thing in the place of one is found."""
    parents = dict(pairs_of(RDFS.subClassOf))
    apart = {one for one, other in pairs_of(OWL.disjointWith) if other == SKOS.Concept.value}
    assert [n for n in ACP_CLASSES if n not in apart and parents.get(n) not in apart] == []


def test_functional_properties_have_values_and_concepts_are_no_values() -> None:
    """What has one value at most has a value that differs from others, or one passage."""
    concepts = {n for n, found in pairs_of(RDFS.range) if found == SKOS.Concept.value}
    functional = names_of("FunctionalProperty")
    assert len(functional) > 20
    assert functional & names_of("ObjectProperty") == {"inPassage"}
    assert functional & concepts == set()


def test_what_is_transitive_is_a_plain_property() -> None:
    """OWL 2 DL lets no transitive property be functional, irreflexive or asymmetric."""
    kinds = ("Functional", "InverseFunctional", "Irreflexive", "Asymmetric")
    restricted = set().union(*(names_of(f"{kind}Property") for kind in kinds))
    assert names_of("TransitiveProperty") == {"withinPlace"}
    assert "withinPlace" not in restricted


def test_nothing_lies_within_a_region() -> None:
    """A region lies mainly within its state; as nothing lies within it, `withinPlace` goes on."""
    tables = (gazetteer.counties, gazetteer.cities, gazetteer.regions)
    places = [
        entry.place()
        for code in gazetteer.codes()
        for table in tables
        for entry in table(code).values()
    ]
    assert len(places) > 20_000
    assert {place.kind for place in places} == {"county", "city", "region"}
    assert [place for place in places if "region" in place.within] == []
