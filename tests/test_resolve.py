"""Tests of `kg.resolve`: what each name means, in one document and across documents."""

import time
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from kg.labels import choose_labels
from kg.lexicon import Vocabulary, read_vocabulary
from kg.names import organization_key
from kg.pipeline import VOCABULARY_FILE, BuildOptions, read_sources
from kg.records import Anomaly, Document, Extraction, Fact, Node
from kg.resolve import (
    Resolution,
    Resolved,
    alias_facts,
    resolve_organizations,
    resolve_places,
)
from kg.resources import read_resource

PROGRAM = Node("Program", ("program", "p"), "P")


def extraction(*places: str, text: str = "") -> Extraction:
    """Return an extraction whose program serves these places, as read from a header."""
    text = text or "\n".join(places)
    facts = []
    for place in places:
        start = text.index(place)
        node = Node("Place", ("place", "text", place), place)
        end = start + len(place)
        facts.append(Fact(PROGRAM, "serviceArea", node, start, end, "header.location"))
    return Extraction(Document("a.txt", text, "0" * 64), PROGRAM, (), tuple(facts), ())


def test_a_place_is_the_gazetteers_with_its_wording() -> None:
    """The node is the place, and what was written is kept where it differs."""
    resolved = resolve_places(extraction("Loudoun, VA"))
    (fact,) = resolved.extraction.facts
    assert isinstance(fact.value, Node)
    assert (fact.value.kind, fact.value.label) == ("Place", "Loudoun County")
    assert fact.as_written == "Loudoun, VA"
    assert fact.basis != "stated"
    assert [reading.as_written for reading in resolved.readings] == ["Loudoun, VA"]


def test_a_misspelling_is_read_and_reported_where_it_stands() -> None:
    """The fault is the name alone, without the state."""
    (anomaly,) = resolve_places(
        extraction("Leigh Valley, PA", text="In Leigh Valley, PA")
    ).extraction.anomalies
    assert anomaly == Anomaly(3, 15, "misspelling", "Leigh Valley", "Lehigh Valley")


def test_a_place_that_nobody_knows_keeps_its_words() -> None:
    """Nothing is guessed; confidence does not grow."""
    (fact,) = resolve_places(extraction("Zzyzx Qqq, VA")).extraction.facts
    assert isinstance(fact.value, Node)
    assert "Zzyzx Qqq" in fact.value.label
    assert fact.confidence < 1


def test_a_place_named_twice_is_read_once() -> None:
    """Two facts, one reading, one node."""
    one = extraction("Loudoun, VA")
    twice = replace(
        one, facts=(*one.facts, *(f.with_changes(rule="header.other") for f in one.facts))
    )
    resolved = resolve_places(twice)
    assert len(resolved.readings) == 1
    first, second = resolved.extraction.facts
    assert first.value == second.value


def test_what_is_no_place_is_left_alone() -> None:
    """Other facts pass through, in their order."""
    fact = Fact(PROGRAM, "hasPayer", Node("Payer", ("org", "cigna"), "Cigna"), 0, 1, "a.b")
    one = replace(extraction("Loudoun, VA"), facts=(fact,))
    assert resolve_places(one).extraction.facts == (fact,)


def labelled(*labels: str) -> Extraction:
    """Return an extraction that names one payer in several ways."""
    facts = tuple(
        Fact(PROGRAM, "hasPayer", Node("Payer", ("org", "cigna"), label), 0, 1, "a.b")
        for label in labels
    )
    return Extraction(Document("a.txt", "a", "0" * 64), PROGRAM, (), facts, ())


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_label_does_not_depend_on_the_order_of_reading(order: tuple[int, ...]) -> None:
    """The spelling of most documents comes first, then the alphabet."""
    documents = [labelled("CIGNA", "Cigna"), labelled("Cigna"), labelled("Cigna, Inc.", "CIGNA")]
    labels = choose_labels(documents[number] for number in order)
    assert labels["org", "cigna"] == ("CIGNA", "Cigna", "Cigna, Inc.")
    assert labels["program", "p"] == ("P",)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """Return the vocabulary of the product, which knows payer brands."""
    return read_vocabulary(read_resource(VOCABULARY_FILE))


def description(name: str, *payers: str, text: str = "") -> Resolved:
    """Return a document that lists payers, one a line, and then says something."""
    lines = [*payers, text]
    text = "\n".join(lines)
    program = Node("Program", ("program", name), name)
    facts = []
    for number, payer in enumerate(payers):
        start = sum(len(line) + 1 for line in lines[:number])
        node = Node("Payer", ("org", organization_key(payer)), payer)
        part = program.part("Participation", "participation", node.key[1], label=f"{payer} in it")
        for subject, predicate, value in (
            (program, "hasPayer", node),
            (part, "org:member", node),
            (node.part("PractitionerGroup", "physicians", label="physicians"), "groupOf", node),
        ):
            fact = Fact(subject, predicate, value, start, start + len(payer), "header.payer")
            facts.append(fact)
    document = Document(f"{name}.txt", text, name.encode().hex().rjust(64, "0"))
    return Resolved(Extraction(document, program, (), tuple(facts), ()), ())


def payers(resolution: Resolution) -> list[list[str]]:
    """Return the keys of the payers of each document."""
    return [
        [
            f.value.key[1]
            for f in found.extraction.facts
            if isinstance(f.value, Node) and f.predicate == "hasPayer"
        ]
        for found in resolution.documents
    ]


MERGED = [
    ("CareFirst", "CareFirst BlueCross BlueShield"),
    ("HMSA", "Hawaii Medical Service Association"),
    ("United Healthcare", "UnitedHealthcare"),
    ("United Health Care", "unitedHealthcare"),
    ("Anthem Blue Cross and Blue Shield", "Anthem"),
    ("Blue Cross Blue Shield of Texas", "Blue Cross Blue Shield Texas"),
    ("Care Oregon", "CareOregon"),
    ("Capital BlueCross", "Capital Blue Cross"),
]


@pytest.mark.parametrize(("one", "other"), MERGED)
def test_names_of_one_organization_get_one_key(
    one: str, other: str, vocabulary: Vocabulary
) -> None:
    """A brand's labels, word breaks and "of" before a state are one in either order of reading."""
    here, there = description("a", one), description("b", other)
    forward = resolve_organizations([here, there], vocabulary)
    backward = resolve_organizations([there, here], vocabulary)
    assert payers(forward)[0] == payers(forward)[1] == payers(backward)[0]
    (merge,) = forward.merges
    assert set(merge.names) == {one, other}
    assert merge.reasons
    assert {q.words for q in merge.quotations} == {one, other}


DISTINCT = [
    ("Blue Cross Blue Shield of Minnesota", "Blue Cross Blue Shield of Michigan"),
    ("Blue Cross Blue Shield of Texas", "Blue Cross Blue Shield"),
    ("Anthem Blue Cross Blue Shield of Ohio", "Anthem Blue Cross Blue Shield"),
    ("Northside Clinic", "Southside Clinic"),
    ("Medicare", "Medicaid"),
    ("Mercy Clinic Springfield", "Mercy Clinic St. Louis"),
    ("Capitol Blue Cross", "Capital Blue Cross"),
    ("Cigna", "Cigna HealthSpring"),
    ("Blue Cross Blue Shield of Michigan", "BCM"),
]


@pytest.mark.parametrize(("one", "other"), DISTINCT)
def test_different_names_stay_apart(one: str, other: str, vocabulary: Vocabulary) -> None:
    """Nothing weaker than a normal form, a label or an explanation makes two names one."""
    resolution = resolve_organizations([description("a", one), description("b", other)], vocabulary)
    first, second = payers(resolution)
    assert first != second
    assert resolution.merges == ()


def test_parts_of_an_organization_follow_it(vocabulary: Vocabulary) -> None:
    """Its physicians and its participations are under its own key, and nothing else moves."""
    one = resolve_organizations([description("a", "Capital Blue Cross")], vocabulary)
    two = resolve_organizations([description("a", "HMSA")], vocabulary)
    brand = resolve_organizations(
        [description("a", "Hawaii Medical Service Association")], vocabulary
    )
    keys = [
        {f.subject.key for f in found.documents[0].extraction.facts} for found in (one, two, brand)
    ]
    assert keys[1] == keys[2]
    assert ("program", "a", "participation", "capital-blue-cross") in keys[0]
    assert ("org", "hmsa", "physicians") in keys[2]


def test_an_acronym_holds_where_a_text_explains_it(vocabulary: Vocabulary) -> None:
    """ "X (ABC)" makes ABC and X one in the document, and, if nobody disagrees, everywhere."""
    text = "The Elm Valley Health Plan (EVHP) pays."
    explained = description("a", "EVHP", "Elm Valley Health Plan", text=text)
    other = description("b", "EVHP")
    resolution = resolve_organizations([explained, other], vocabulary)
    assert payers(resolution) == [["elm-valley-health-plan"] * 2, ["elm-valley-health-plan"]]
    (merge,) = resolution.merges
    assert merge.reasons == ("the text explains EVHP as Elm Valley Health Plan",)
    assert merge.quotations[-1].words == "Elm Valley Health Plan (EVHP)"


def test_an_acronym_of_two_organizations_merges_nothing_across_documents(
    vocabulary: Vocabulary,
) -> None:
    """Each text keeps its own meaning, and a third document's acronym stays what it is."""
    one = description("a", "EVHP", "Elm Valley Health Plan", text="Elm Valley Health Plan (EVHP).")
    two = description("b", "EVHP", "East View Health Plan", text="East View Health Plan (EVHP).")
    three = description("c", "EVHP")
    resolution = resolve_organizations([one, two, three], vocabulary)
    assert [set(keys) for keys in payers(resolution)] == [
        {"elm-valley-health-plan"},
        {"east-view-health-plan"},
        {"evhp"},
    ]


def test_letters_that_spell_nothing_hold_in_their_own_text_only(vocabulary: Vocabulary) -> None:
    """ "UnitedHealthcare (UHC)" says nothing about UHC elsewhere: the initials are not these."""
    one = description("a", "Elmhealthcare", "EHC", text="Elmhealthcare (EHC) pays.")
    resolution = resolve_organizations([one, description("b", "EHC")], vocabulary)
    assert payers(resolution) == [["elmhealthcare"] * 2, ["ehc"]]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_who_is_who_does_not_depend_on_the_order_of_reading(
    order: tuple[int, ...], vocabulary: Vocabulary
) -> None:
    """The same documents in any order give the same keys, labels and merges."""
    documents = [
        description("a", "Care Oregon", "EVHP"),
        description("b", "CareOregon", "BCBS of Texas", text="Elm Valley Health Plan (EVHP)."),
        description("c", "Blue Cross Blue Shield Texas", "Elm Valley Health Plan", "Careoregon"),
    ]
    straight = resolve_organizations(documents, vocabulary)
    shuffled = resolve_organizations([documents[n] for n in order], vocabulary)
    again = {d.extraction.document.name: d for d in shuffled.documents}
    assert [again[d.extraction.document.name] for d in straight.documents] == [*straight.documents]
    assert shuffled.labels() == straight.labels()
    assert shuffled.merges == straight.merges
    assert len(straight.merges) == 3


def test_a_name_that_carries_its_acronym_is_shown_without(vocabulary: Vocabulary) -> None:
    """The acronym, and the name as written, are other names."""
    one = description("a", "Elm Valley Health Plan (EVHP)")
    labels = resolve_organizations([one], vocabulary).labels()
    assert labels["org", "elm-valley-health-plan"] == (
        *("Elm Valley Health Plan", "EVHP"),
        "Elm Valley Health Plan (EVHP)",
    )


def test_every_other_name_has_words_behind_it(vocabulary: Vocabulary) -> None:
    """An alias is a fact of the document that uses it, quoted where it stands."""
    text = "The Elm Valley Health Plan (EVHP) pays."
    documents = [
        description("a", "CareFirst", "Elm Valley Health Plan", text=text),
        description("b", "CareFirst BlueCross BlueShield"),
    ]
    resolution = resolve_organizations(documents, vocabulary)
    labels = resolution.labels()
    said = [
        (f.subject.key[1], f.value, found.extraction.document.text[f.start : f.end])
        for found in resolution.documents
        for f in alias_facts(found, labels)
    ]
    assert [(key, getattr(value, "lexical", ""), words) for key, value, words in said] == [
        ("elm-valley-health-plan", "EVHP", "Elm Valley Health Plan (EVHP)"),
        *[("carefirst", "CareFirst BlueCross BlueShield", "CareFirst BlueCross BlueShield")],
    ]


def test_no_two_payers_of_the_corpus_are_merged(shared: Path) -> None:
    """Of all payers of the corpus only spellings of one name are one."""
    reading = read_sources([shared / "corpus" / "documents"], BuildOptions())
    resolution = resolve_organizations(reading.documents, reading.lexicon.vocabulary)
    assert len(reading.documents) == 19
    assert [{name.casefold() for name in merge.names} for merge in resolution.merges] == [{"cigna"}]


def test_ten_thousand_documents_take_seconds(vocabulary: Vocabulary) -> None:
    """Deciding who is who grows with the number of names, not with that of pairs."""
    words = ["Elm", "Oak", "Ash", "Birch", "Cedar", "Maple", "Pine", "Rowan", "Willow", "Yew"]
    documents = [
        description(
            f"p{n}",
            f"{words[n % 10]} {words[n // 10 % 10]} Plan {n}",
            f"{words[n % 10]}{words[n // 10 % 10]} Plan {n // 2}",
        )
        for n in range(10_000)
    ]
    begin = time.perf_counter()
    resolution = resolve_organizations(documents, vocabulary)
    assert time.perf_counter() - begin < 20
    assert len(resolution.documents) == 10_000
