"""Everything about a thing is shown with the words behind it, and nothing acts on a terminal."""

import json
from io import BytesIO

import pytest
from pyoxigraph import RdfFormat, Store

from kg.show import (
    FactGroup,
    ThingDescription,
    describe_thing,
    find_things,
    suggest_names,
    write_description,
)
from kg.things import Support

ID = "https://w3id.org/acp/id/"
VALLEY = f"{ID}org_valley-preferred"
SMALL = """
@prefix acp: <https://w3id.org/acp/ontology#> .
@prefix acpid: <https://w3id.org/acp/id/> .
@prefix acpv: <https://w3id.org/acp/vocab/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

acp:hasPayer rdfs:label "has payer"@en .
acp:Payer rdfs:label "payer"@en .
acpid:org_cigna a acp:Payer ; rdfs:label "Cigna"@en ; skos:altLabel "Cigna HealthCare"@en .
acpid:org_evil a acp:Payer ; rdfs:label "Ev\\u001B[2Jil\\u202E [red]"@en .
acpid:program_x a acp:Program ; rdfs:label "Cigna: a program"@en ;
    acp:hasPayer acpid:org_cigna ; acp:hasCount acpid:program_x_count .
acpid:program_x_count a acp:CountStatement ; rdfs:label "about 5,500 people"@en ;
    acp:countValue 5500 .
acpid:assertion_1 a rdf:Statement, acp:Assertion ; rdfs:label "Cigna pays"@en ;
    rdf:subject acpid:program_x ; rdf:predicate acp:hasPayer ; rdf:object acpid:org_cigna ;
    acp:basis acpv:basis_inferred ; acp:confidence 0.9 ; acp:extractionRule "header.payer" ;
    acp:asWritten "CIGNA" ; acp:hasEvidence acpid:doc_1_char_0-5 , acpid:doc_2_char_3-8 .
acpv:basis_inferred skos:prefLabel "inferred"@en .
acpid:doc_1 dcterms:identifier "b.txt" .
acpid:doc_2 dcterms:title "A title"@en .
acpid:doc_1_char_0-5 a acp:TextEvidence ; oa:hasSource acpid:doc_1 ;
    oa:hasSelector acpid:doc_1_quote , acpid:doc_1_position .
acpid:doc_1_quote oa:exact "CIG\\nNA\\u202E" .
acpid:doc_1_position oa:start 0 ; oa:end 5 .
acpid:doc_2_char_3-8 a acp:TextEvidence ; oa:hasSource acpid:doc_2 ;
    oa:hasSelector acpid:doc_2_quote , acpid:doc_2_position .
acpid:doc_2_quote oa:exact "Cigna" .
acpid:doc_2_position oa:start 3 ; oa:end 8 .
"""


@pytest.fixture(scope="module")
def small() -> Store:
    """One payer of one program, said by two documents, and one with a hostile name."""
    store = Store()
    store.load(input=SMALL, format=RdfFormat.TURTLE)
    return store


def shown(description: ThingDescription) -> str:
    """Return the text of a description."""
    stream = BytesIO()
    write_description(description, "table", stream)
    return stream.getvalue().decode()


def group(description: ThingDescription, name: str) -> FactGroup:
    """Return the facts of one property."""
    (found,) = (group for group in description.groups if group.property == name)
    return found


@pytest.mark.parametrize(
    ("words", "matched", "iris"),
    [
        (f"{ID}org_cigna", "IRI", ["org_cigna"]),
        (f"<{ID}org_cigna>", "IRI", ["org_cigna"]),
        ("acpid:org_cigna", "IRI", ["org_cigna"]),
        ("cigna", "label", ["org_cigna"]),
        ("Cigna:  A program", "label", ["program_x"]),
        ("CIGNA healthcare", "other name", ["org_cigna"]),
        ("b.txt", "other name", ["doc_1"]),
        ("igna", "part of a label", ["org_cigna", "program_x"]),
        ("acpid:org_nobody", None, []),
        ("pays", None, []),
        ("  ", None, []),
    ],
)
def test_best_match_wins(small: Store, words: str, matched: str | None, iris: list[str]) -> None:
    """An IRI beats a label beats another name beats a part; evidence is never a thing."""
    things = find_things(small, words)
    assert iris == [thing.iri.removeprefix(ID) for thing in things]
    assert {thing.matched for thing in things} == ({matched} if matched else set())


def test_found_thing_says_what_it_is(small: Store) -> None:
    """Among several, a person can tell which is meant."""
    (thing,) = find_things(small, "cigna")
    assert (thing.label, thing.kind) == ("Cigna", "payer")


def test_words_that_name_nothing_get_suggestions(small: Store) -> None:
    """A slip is answered with the names nearest to it."""
    assert suggest_names(small, "Cinga") == ("Cigna",)
    assert suggest_names(small, "zzzzzz") == ()


def test_fact_carries_every_support(small: Store) -> None:
    """Both documents are quoted, in order, with offsets, basis, confidence and rule."""
    description = describe_thing(small, f"{ID}program_x")
    (fact,) = group(description, "has payer").facts
    assert (fact.value, fact.iri) == ("Cigna", f"{ID}org_cigna")
    first, second = fact.supports
    assert (first.document, first.quotation, first.start, first.end) == ("A title", "Cigna", 3, 8)
    assert (second.document, second.quotation) == ("b.txt", "CIG\nNA\u202e")
    assert (second.basis, second.confidence) == ("inferred", 0.9)
    assert (second.rule, second.as_written) == ("header.payer", "CIGNA")


def test_part_is_shown_with_its_own_facts(small: Store) -> None:
    """A count is its number, not only a label."""
    (fact,) = group(describe_thing(small, f"{ID}program_x"), "has count").facts
    assert fact.value == "about 5,500 people"
    assert [(part.property, part.facts[0].value) for part in fact.parts] == [
        ("count value", "5500")
    ]


def test_object_side_is_read_the_other_way_round(small: Store) -> None:
    """What names a thing as its value is told from the thing's side, with the same words."""
    description = describe_thing(small, f"{ID}org_cigna")
    (fact,) = group(description, "is payer of").facts
    assert fact.value == "Cigna: a program"
    assert len(fact.supports) == 2
    assert description.other_names == ("Cigna HealthCare",)


def test_text_is_safe_and_says_where_words_stand(small: Store) -> None:
    """Controls in names and quotations are escapes; markup is text."""
    text = shown(describe_thing(small, f"{ID}program_x"))
    assert "“CIG\\nNA\\u202e”" in text
    assert "b.txt, characters 0-5; inferred, confidence 0.9; rule header.payer" in text
    hostile = shown(describe_thing(small, f"{ID}org_evil"))
    assert hostile.startswith("Ev\\x1b[2Jil\\u202e [red]\n")
    assert not {"\x1b", "\u202e"} & set(text + hostile)


def test_json_holds_the_same(small: Store) -> None:
    """Programs get every field, in ASCII."""
    description = describe_thing(small, f"{ID}program_x")
    stream = BytesIO()
    write_description(description, "json", stream)
    read = json.loads(stream.getvalue())
    assert stream.getvalue().isascii()
    assert read["iri"] == description.iri
    supports = [
        fact["supports"]
        for found in read["groups"]
        for fact in found["facts"]
        if found["property"] == "has payer"
    ]
    assert [support["quotation"] for support in supports[0]] == ["Cigna", "CIG\nNA\u202e"]


def test_valley_preferred_is_found_by_its_name(demo: Store) -> None:
    """The name means the organization, whose label it is, and not the program."""
    assert [thing.iri for thing in find_things(demo, "Valley Preferred")] == [VALLEY]


def test_every_assertion_about_a_program_is_shown(demo: Store) -> None:
    """No evidenced fact of the program or of its parts is missing from its description."""
    program = f"{ID}program_cigna-cac-valley-preferred"
    prefix = "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
    found = demo.query(
        f"{prefix} SELECT DISTINCT ?quote {{ ?a rdf:subject ?s ; rdf:predicate ?p ;"
        " <https://w3id.org/acp/ontology#hasEvidence>/<http://www.w3.org/ns/oa#hasSelector>"
        f'/<http://www.w3.org/ns/oa#exact> ?quote FILTER(STRSTARTS(STR(?s), "{program}"))'
        " FILTER(?p != <http://www.w3.org/2000/01/rdf-schema#label>) }"
    )
    quotes = {row["quote"].value for row in found}  # type: ignore[union-attr]  # a SELECT
    description = describe_thing(demo, program)
    seen = {support.quotation for found in description.groups for support in _supports(found)}
    assert len(quotes) > 60
    assert set() == quotes - seen


def _supports(found: FactGroup) -> list[Support]:
    return [
        support
        for fact in found.facts
        for support in (*fact.supports, *(s for part in fact.parts for s in _supports(part)))
    ]


def test_condition_of_a_payment_is_told_in_full(demo: Store) -> None:
    """Both targets of the payment stand below it, each with its words."""
    text = shown(describe_thing(demo, VALLEY))
    assert "is paid through\n  pay for performance\n    “the medical group”\n" in text
    for words in ("improving quality", "lowering medical costs", "all of"):
        assert words in text
    assert "of program\n" in text


def test_concept_tells_who_uses_it(demo: Store) -> None:
    """A concept shows its definition, its names and the programs that it is said of."""
    (thing,) = find_things(demo, "obesity")
    description = describe_thing(demo, thing.iri)
    assert description.definition == "Excess body fat that harms health."
    assert "obese" in description.other_names
    (fact,) = group(description, "is targeted by").facts
    assert [support.quotation for support in fact.supports] == ["obesity"]
