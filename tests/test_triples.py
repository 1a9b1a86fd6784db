from collections import Counter

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.iris import Minter
from kg.pipeline import Graph
from kg.records import Concept, Document, Extraction, Fact, Node, Passage, Value
from kg.terms import ACP, DCTERMS, OA, RDF, RDFS, SKOS, XSD, concept
from kg.triples import Mapper, evidence_triples, fact_triples

BASE = "https://example.org/kg/"
TEXT = "Elm “Program”\nCigna pays 5,500."
DOCUMENT = Document("a/elm.txt", TEXT, "0123456789abcdef" * 4)
PROGRAM = Node("Program", ("program", "elm"), "Elm")
CIGNA = Node("Payer", ("org", "cigna"), "Cigna")


def fact(predicate: str, value: Node | Concept | Value, words: str, **changes: object) -> Fact:
    """Return a fact about the program that rests on the first occurrence of some words."""
    start = TEXT.index(words)
    made = Fact(PROGRAM, predicate, value, start, start + len(words), "test.rule")
    return made.with_changes(**changes)


FACTS = (
    fact("hasPayer", CIGNA, "Cigna"),
    fact("hasPayer", CIGNA, "Cigna pays", rule="test.other", basis="inferred", confidence=0.5),
    fact("payerType", Concept("payer-type", "commercial"), "pays", as_written="pays"),
    fact("dcterms:title", Value("Elm", "en"), "Elm"),
    fact("countValue", Value("5500", "integer"), "5,500", basis="normalized"),
)
PASSAGES = (Passage(1, 0, 13, "title"), Passage(2, 14, 31, "sentence"))
EXTRACTION = Extraction(DOCUMENT, PROGRAM, PASSAGES, FACTS, ())
LABELS: dict[tuple[str, ...], tuple[str, ...]] = {("org", "cigna"): ("CIGNA", "Cigna")}
MAPPER = Mapper(Minter(BASE), LABELS, "run-key")


def iri(local: str) -> NamedNode:
    """Return an instance of the test's base."""
    return NamedNode(f"{BASE}id/{local}")


def words(term: object) -> str:
    """Return the IRI or the text of a term."""
    assert isinstance(term, NamedNode | Literal)
    return term.value


def test_a_fact_is_a_plain_triple() -> None:
    """Nodes, concepts and literals of each datatype; types and labels of the nodes."""
    triples = set(fact_triples(MAPPER, EXTRACTION))
    program, cigna = iri("program_elm"), iri("org_cigna")
    expected = {
        Triple(program, RDF.type, ACP.Program),
        Triple(program, RDFS.label, Literal("Elm", language="en")),
        Triple(program, ACP.hasPayer, cigna),
        Triple(program, ACP.payerType, concept("payer-type", "commercial")),
        Triple(program, DCTERMS.title, Literal("Elm", language="en")),
        Triple(program, ACP.countValue, Literal("5500", datatype=XSD.integer)),
        Triple(program, ACP.describedIn, iri("doc_0123456789abcdef")),
        Triple(cigna, RDF.type, ACP.Payer),
        Triple(cigna, RDFS.label, Literal("CIGNA", language="en")),
        Triple(cigna, SKOS.altLabel, Literal("Cigna", language="en")),
        Triple(cigna, ACP.describedIn, iri("doc_0123456789abcdef")),
    }
    assert triples == expected


def test_an_assertion_stands_behind_each_triple() -> None:
    """Two spans of one triple are two pieces of evidence of one assertion, the surest way first."""
    triples = list(evidence_triples(MAPPER, EXTRACTION))
    assertions = {
        t.subject for t in triples if t.predicate == RDF.type and t.object == ACP.Assertion
    }
    assert len(assertions) == 4
    payer = next(
        t.subject for t in triples if t.predicate == RDF.predicate and t.object == ACP.hasPayer
    )
    about = {(t.predicate, t.object) for t in triples if t.subject == payer}
    assert (ACP.basis, concept("basis", "stated")) in about
    assert len([1 for predicate, _ in about if predicate == ACP.hasEvidence]) == 2
    assert len([1 for predicate, _ in about if predicate == ACP.confidence]) == 1


def test_quotations_are_the_untouched_words() -> None:
    """Selectors hold what stands at their offsets, which count characters."""
    triples = set(evidence_triples(MAPPER, EXTRACTION))
    exact = {words(t.object) for t in triples if t.predicate == OA.exact}
    assert exact == {"Elm", "Cigna", "Cigna pays", "pays", "5,500"}
    starts = {words(t.object) for t in triples if t.predicate == OA.start}
    assert starts == {"0", "14", "20", "25"}


@pytest.mark.parametrize("base", ["https://w3id.org/acp/", "http://example.org/a#"])
def test_every_instance_lives_in_the_base(base: str) -> None:
    """No subject is outside the base or blank, whatever the base."""
    mapper = Mapper(Minter(base), {}, "run-key")
    triples = [*fact_triples(mapper, EXTRACTION), *evidence_triples(mapper, EXTRACTION)]
    assert {words(t.subject).startswith(f"{base}id/") for t in triples} == {True}
    assert not any(isinstance(t.object, BlankNode) for t in triples)


def test_the_seeds_graph_keeps_its_promises(seed_graph: Graph) -> None:
    """Each fact has one assertion a document that says it; quotations equal the text; ASCII."""
    contents = seed_graph.contents
    texts: dict[object, str] = {
        Mapper(Minter(contents.base), {}, "").document(r.extraction.document): (
            r.extraction.document.text
        )
        for r in seed_graph.reading.documents
    }
    values: dict[tuple[object, object], object] = {
        (t.subject, t.predicate): t.object for t in contents.evidence
    }
    checked = 0
    for t in contents.evidence:
        if t.predicate == OA.hasSelector and (t.object, OA.exact) in values:
            text = texts[values[t.subject, OA.hasSource]]
            span = words(t.subject).rsplit("_", 1)[1].split("-")
            assert words(values[t.object, OA.exact]) == text[int(span[0]) : int(span[1])]
            checked += 1
    assert checked > 80
    iris = {words(t.subject) for t in (*contents.facts, *contents.evidence)}
    assert all(i.isascii() and ":" not in i.removeprefix("https:") for i in iris)
    assert all("/" not in i.removeprefix(f"{contents.base}id/") for i in iris)


def test_every_fact_of_the_seeds_has_an_assertion(seed_graph: Graph) -> None:
    """What is said of a program in the graph is asserted with evidence."""
    contents = seed_graph.contents
    parts: dict[object, dict[NamedNode, object]] = {}
    for t in contents.evidence:
        if t.predicate in {RDF.subject, RDF.predicate, RDF.object}:
            parts.setdefault(t.subject, {})[t.predicate] = t.object
    asserted = Counter(
        Triple(p[RDF.subject], p[RDF.predicate], p[RDF.object])  # type: ignore[arg-type]  # terms
        for p in parts.values()
    )
    known = {RDF.type, RDFS.label, SKOS.altLabel, ACP.describedIn, ACP.placeType, ACP.withinPlace}
    known |= {ACP.fipsCode, ACP.isoCode, ACP.cbsaCode, ACP.geonamesId, ACP.coversPlace}
    bare = [t for t in contents.facts if t not in asserted and t.predicate not in known]
    assert bare == []
    assert len(asserted) > 150
    assert max(asserted.values()) <= len(seed_graph.reading.documents)
