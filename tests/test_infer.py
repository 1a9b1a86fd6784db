"""Tests of `kg.infer`: what is written follows, is new, is all there is, and is marked."""

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import owlrl
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from kg.checksums import CHECKSUMS
from kg.errors import UsageError
from kg.graph import KnowledgeGraph, build, open_build
from kg.infer import RULES, describe_inference, infer
from kg.pipeline import Graph
from kg.questions import list_questions
from kg.resources import read_resource
from kg.sparql import run_query
from kg.terms import ACP, ACP_CLASSES, DEFAULT_BASE, OWL, PROV, RDF, RDFS, SKOS, VOID, XSD
from tests.command import kg
from tests.conftest import SEEDS
from tests.reasoner import MODEL, read_model, turtle
from tests.small_graph import small_graph, text_of

GRAPH: Final = NamedNode(f"{DEFAULT_BASE}graph/inferred")
THING: Final = {OWL.iri + "Thing", RDFS.iri + "Resource"}
"""Classes of everything, to which a whole closure says that everything belongs."""
LANGUAGES: Final = (RDF.iri, RDFS.iri, OWL.iri, XSD.iri)
"""Vocabularies that a whole closure speaks of, too."""


@pytest.fixture(scope="module")
def model() -> list[bytes]:
    """Return the files that the inference rests on."""
    return [read_resource(f"ontology/{name}.ttl") for name in MODEL]


@pytest.fixture(scope="module")
def data(seed_graph: Graph) -> list[Triple]:
    """Return what the seeds say, evidence included."""
    return [*seed_graph.contents.facts, *seed_graph.contents.evidence]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a build of the seeds with what follows from them."""
    out = tmp_path_factory.mktemp("inferred") / "build"
    done = kg("build", SEEDS, "--out", out, "--infer")
    assert done.returncode == 0, done.stderr
    assert b" inferred" in done.stderr
    return out


def read(path: Path) -> set[Triple]:
    """Return the triples of a Turtle file."""
    return {quad.triple for quad in parse(path=path)}


def closure(triples: Iterable[Triple]) -> set[Triple]:
    """Return all that the rules of OWL 2 RL derive, by owlrl, about things and with sense."""
    text = serialize(triples, format=RdfFormat.N_TRIPLES)
    graph = rdflib.Graph().parse(data=text, format="nt")
    terms = {str(term) for term in graph.subjects(rdflib.RDF.type) if _is_term(graph, term)}
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    found = set()
    for subject, predicate, value in graph:
        if not isinstance(subject, rdflib.URIRef) or str(subject) in terms:
            continue
        if str(subject).startswith(LANGUAGES) or str(value) in THING:
            continue
        if predicate != rdflib.RDF.type and str(predicate).startswith(LANGUAGES):
            continue  # such as that each thing is the same as itself
        if isinstance(value, rdflib.URIRef):
            found.add(Triple(*(NamedNode(str(t)) for t in (subject, predicate, value))))
    return found


def _is_term(graph: rdflib.Graph, node: rdflib.term.Node) -> bool:
    """Tell whether a node is a class, a property or an ontology rather than a thing."""
    return any(str(kind).startswith(OWL.iri) for kind in graph.objects(node, rdflib.RDF.type))


def test_what_is_inferred_is_what_the_rules_of_owl_derive(
    data: list[Triple], model: list[bytes]
) -> None:
    """On the seeds it is the whole closure, as another engine computes it, less what it is for."""
    said = {*data, *read_model(*MODEL)}
    inferred = infer(data, model)
    assert len(inferred) == len(set(inferred)) > 600
    assert set(inferred) == closure(said) - said


def test_it_is_the_closure_of_a_graph_that_uses_every_term(model: list[bytes]) -> None:
    """The same of the good graph, in which every class and property is used."""
    said = {*(quad.triple for quad in small_graph()), *read_model(*MODEL)}
    assert set(infer(said, model)) == closure(said) - said


def test_every_rule_is_needed(
    data: list[Triple], model: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any one rule something is missing."""
    extra = turtle("""
        acpid:x a <http://xmlns.com/foaf/0.1/Organization> ; org:memberOf acpid:y .
        acpid:p acp:hasCount acpid:c ; acp:alignedWith acpid:q .
        acpid:on owl:inverseOf acpid:under .
        acpid:x acpid:on acpid:y . acpid:z acpid:under acpid:x .""")
    whole = set(infer([*data, *extra], model))
    rules = dict(RULES)
    for name in rules:
        monkeypatch.setattr("kg.infer.RULES", {n: r for n, r in rules.items() if n != name})
        assert set(infer([*data, *extra], model)) < whole, name


def test_users_of_other_vocabularies_find_their_terms(
    data: list[Triple], model: list[bytes]
) -> None:
    """Payers are organizations to everybody; members and places within places go both ways up."""
    inferred = {str(triple) for triple in infer(data, model)}
    acpid = f"{DEFAULT_BASE}id/"
    cigna, program = f"<{acpid}org_cigna>", f"<{acpid}program_cigna-cac-loudoun-medical-group>"
    for kind in (
        *("http://www.w3.org/ns/org#Organization", "http://www.w3.org/ns/prov#Agent"),
        *("http://schema.org/Organization", "http://xmlns.com/foaf/0.1/Agent"),
        ACP.Organization.value,
    ):
        assert f"{cigna} {RDF.type} <{kind}>" in inferred
    assert f"{cigna} <http://www.w3.org/ns/org#memberOf> {program}" in inferred
    county, country = f"<{acpid}place_us_va_county_51107>", f"<{acpid}place_us>"
    assert f"{county} {ACP.withinPlace} {country}" in inferred


def test_order_does_not_matter(data: list[Triple], model: list[bytes]) -> None:
    """The same triples in another order give the same."""
    shuffled = [*data]
    random.Random(4).shuffle(shuffled)  # noqa: S311  # an order, no secret
    assert set(infer(shuffled, model)) == set(infer(data, model))


def test_nothing_follows_from_nothing(model: list[bytes]) -> None:
    """Without data only what lies above what in the vocabulary is inferred."""
    inferred = infer([], model)
    assert {triple.predicate.value for triple in inferred} == {f"{SKOS.iri}broaderTransitive"}
    assert len(inferred) > 50


def test_a_circle_of_places_comes_to_an_end(model: list[bytes]) -> None:
    """Foreign data in which places lie within each other are closed, not run round for ever."""
    circle = turtle("acpid:a acp:withinPlace acpid:b . acpid:b acp:withinPlace acpid:a .")
    within = {t for t in infer(circle, model) if t.predicate == ACP.withinPlace}
    assert {(t.subject, t.object) for t in within} == {(s.subject, s.subject) for s in circle}


def test_more_than_anybody_wants_is_refused(model: list[bytes]) -> None:
    """A vocabulary with thousands of concepts one above the other is refused, not closed."""
    line = "\n".join(f"acpv:x_{n} skos:broader acpv:x_{n + 1} ." for n in range(2000))
    with pytest.raises(UsageError, match="long lines of concepts"):
        infer(turtle(line), model)


def test_the_work_grows_with_the_data_alone(model: list[bytes]) -> None:
    """However many programs there are, the rules are run as many times, and infer as much each."""

    def programs(number: int) -> list[Triple]:
        lines = (
            f"acpid:p{n} acp:hasPayer acpid:o{n} ; acp:serviceArea acpid:place_{n} ."
            f" acpid:place_{n} acp:withinPlace acpid:state . acpid:state acp:withinPlace acpid:us ."
            for n in range(number)
        )
        return turtle("\n".join(lines))

    none, few, many = (len(infer(programs(n), model)) for n in (1, 11, 101))
    assert (many - few) == 9 * (few - none) > 0


def test_without_the_option_nothing_is_inferred(seed_graph: Graph) -> None:
    """A build says what the texts say unless it is told otherwise."""
    assert seed_graph.contents.inferred == ()
    assert list(seed_graph.dataset.quads_for_pattern(None, None, None, GRAPH)) == []


def test_the_folder_holds_it_apart(folder: Path, seed_graph: Graph) -> None:
    """Its own file and its own graph hold it; facts and evidence are those of any build."""
    inferred = read(folder / "inferred.ttl")
    contents = seed_graph.contents
    assert read(folder / "graph.ttl") == set(contents.facts)
    assert read(folder / "evidence.ttl") == set(contents.evidence)
    assert inferred & {*contents.facts, *contents.evidence, *read_model(*MODEL)} == set()
    store = Store()
    store.bulk_load(path=folder / "dataset.trig")
    assert {q.triple for q in store.quads_for_pattern(None, None, None, GRAPH)} == inferred
    assert (folder / "axioms.ttl").read_bytes() == read_resource("ontology/axioms.ttl")
    listed = (folder / CHECKSUMS).read_text()
    assert "  inferred.ttl\n" in listed
    assert "  axioms.ttl\n" in listed


def test_it_has_no_evidence(folder: Path) -> None:
    """What is inferred is no statement of a text: no assertion, basis or quotation stands in it."""
    inferred = read(folder / "inferred.ttl")
    assert len(inferred) > 600
    predicates = {triple.predicate for triple in inferred}
    assert predicates & {ACP.hasEvidence, ACP.basis, ACP.confidence, RDF.subject} == set()
    described = {triple for triple in inferred if isinstance(triple.object, Literal)}
    assert {triple.subject for triple in described} == {
        GRAPH,
        NamedNode(f"{DEFAULT_BASE}id/inference_{_version()}"),
    }


def _version() -> str:
    from kg import __version__

    return __version__


def test_it_says_what_it_is(folder: Path) -> None:
    """The graph says from what and by which rules it was derived, and so does the description."""
    about = describe_inference(DEFAULT_BASE, [read_resource(f"ontology/{m}.ttl") for m in MODEL])
    expected = set(about)
    assert expected < read(folder / "inferred.ttl")
    sources = {text_of(t.object) for t in expected if t.predicate == PROV.wasDerivedFrom}
    assert f"{DEFAULT_BASE}dataset" in sources
    assert len(sources) == 5
    [rules] = [str(t.object) for t in expected if "nothing is new" in str(t.object)]
    assert all(rule in rules for rule in RULES)
    void = Store()
    void.load(path=folder / "void.ttl")
    part = NamedNode(f"{DEFAULT_BASE}dataset_inferred")
    [count] = void.quads_for_pattern(part, VOID.triples, None)
    assert text_of(count.object) == str(len(read(folder / "inferred.ttl")))
    assert Quad(part, PROV.wasDerivedFrom, NamedNode(f"{DEFAULT_BASE}dataset")) in void


def test_no_question_is_answered_differently(folder: Path, seed_graph: Graph) -> None:
    """Every named question has the answer of a plain build; only who asks for the graph sees it."""
    plain, opened = KnowledgeGraph(seed_graph.dataset, seed_graph), open_build(folder)
    questions = list_questions()
    assert len(questions) > 80
    for question in questions:
        told = question.required_examples
        assert opened.query(question.name, **told) == plain.query(question.name, **told)
    asked = "ASK { acpid:org_cigna a org:Organization }"
    assert not run_query(opened.dataset, asked).found
    assert run_query(opened.dataset, asked.replace("{", "{ GRAPH ?g {", 1) + "}").found


def test_in_memory_it_is_the_same() -> None:
    """A graph in memory has the same graph of inferred triples, and the same answers."""
    base = "https://example.org/kg/"
    name = NamedNode(f"{base}graph/inferred")
    store = build(SEEDS, base=base, infer=True).dataset
    found = {quad.triple for quad in store.quads_for_pattern(None, None, None, name)}
    assert len(found) > 600
    assert not any(DEFAULT_BASE + "id/" in str(triple) for triple in found)
    ours = {triple.object for triple in found} & {ACP[name] for name in ACP_CLASSES}
    assert ours == {ACP.Organization, ACP.PractitionerGroup}  # what payers and teams are
