"""Tests of `kg.doubts` and `kg.likeness`: what people are asked, and what they are spared."""

from pathlib import Path
from typing import Any

import pytest

from kg import doubts as doubts_module
from kg.doubts import PossibleMerge, find_doubts
from kg.lexicon import Vocabulary, read_vocabulary
from kg.likeness import compare_names
from kg.names import organization_key
from kg.pipeline import VOCABULARY_FILE, BuildOptions, read_sources
from kg.records import Document, Extraction, Fact, Node
from kg.resolve import Resolved, resolve_organizations
from kg.resources import read_resource


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    """Return the vocabulary of the product, which knows payer brands."""
    return read_vocabulary(read_resource(VOCABULARY_FILE))


def description(name: str, *payers: str, state: str = "", text: str = "") -> Resolved:
    """Return a document about a state that lists payers, one a line, and then says something."""
    lines = [*payers, text]
    program = Node("Program", ("program", name), name)
    facts = []
    for number, payer in enumerate(payers):
        start = sum(len(line) + 1 for line in lines[:number])
        node = Node("Payer", ("org", organization_key(payer)), payer)
        facts.append(Fact(program, "hasPayer", node, start, start + len(payer), "header.payer"))
    if state:
        place = Node("Place", ("place", "us", state), state)
        facts.append(Fact(program, "serviceArea", place, 0, 1, "header.location"))
    document = Document(f"{name}.txt", "\n".join(lines), name.encode().hex().rjust(64, "0"))
    return Resolved(Extraction(document, program, (), tuple(facts), ()), ())


def doubts(vocabulary: Vocabulary, *documents: Resolved) -> tuple[PossibleMerge, ...]:
    """Return the doubts that are left once the documents are resolved."""
    return find_doubts(resolve_organizations(documents, vocabulary).documents, vocabulary)


ASKED = [
    ("Dartmouth-Hitchcock Medical Center", "Darthmouth Hitchcock Medical Center"),
    ("Valley Preferred", "Preferred Valley"),
    ("Dartmouth-Hitchcock", "Dartmouth-Hitchcock Health"),
    ("Rowan Valley Assoc Physicians Network", "Rowan Valley Associated Physicians Network"),
    ("Evergreen", "Evergreen Health Care"),
]


@pytest.mark.parametrize(("one", "other"), ASKED)
def test_likely_names_are_a_question(one: str, other: str, vocabulary: Vocabulary) -> None:
    """A slip of the pen, another order or more common words are shown with both quotations."""
    (doubt,) = doubts(vocabulary, description("a", one), description("b", other))
    assert set(doubt.names) == {one, other}
    assert doubt.decision == "kept apart"
    assert {quotation.words for quotation in doubt.quotations} == {one, other}
    assert doubt.documents == ("a.txt", "b.txt")


SPARED = [
    ("Northside Clinic", "Southside Clinic"),
    ("Northeast Physicians", "Northwest Physicians"),
    ("Blue Cross Blue Shield of Minnesota", "Blue Cross Blue Shield of Michigan"),
    ("Virginia Medical Group", "West Virginia Medical Group"),
    ("Elm Medicare Plan", "Elm Medicaid Plan"),
    ("Mercy Hospital Springfield", "Mercy Hospital St. Louis"),
    ("Mercy Clinic", "Mercy Clinic Springfield"),
    ("Elm Region 1 Health", "Elm Region 2 Health"),
    ("Elm Medical Group", "Oak Medical Group"),
    ("Geisinger Health Plan", "Geisinger Health System"),
    ("Advocate Health Care", "Advocate Aurora Health"),
    ("Elm Children's Hospital", "Elm Women's Hospital"),
    ("Health Plan", "Health Plan Partners"),
]


@pytest.mark.parametrize(("one", "other"), SPARED)
def test_a_telling_word_spares_the_question(one: str, other: str, vocabulary: Vocabulary) -> None:
    """State, compass point, city, number, kind of coverage or of organization make two of one."""
    assert compare_names(organization_key(one), organization_key(other)) is None
    found = doubts(vocabulary, description("a", one), description("b", other))
    assert [doubt for doubt in found if set(doubt.names) == {one, other}] == []


def test_values_of_one_list_are_not_one(vocabulary: Vocabulary) -> None:
    """Who lists two names side by side means two organizations."""
    assert doubts(vocabulary, description("a", "Evergreen", "Evergreen Health Care")) == ()


def test_an_acronym_explained_in_two_ways_comes_first(vocabulary: Vocabulary) -> None:
    """Both texts are quoted, and nothing was merged."""
    one = description("a", "EVHP", text="The Elm Valley Health Plan (EVHP) pays.")
    two = description("b", "EVHP", text="The East View Health Plan (EVHP) pays.")
    first, *_ = doubts(vocabulary, one, two)
    assert first.names == ("EVHP", "East View Health Plan", "Elm Valley Health Plan")
    assert first.reason == "texts explain EVHP in 2 ways"
    assert [quotation.document for quotation in first.quotations] == ["a.txt", "b.txt"]


def test_initials_alone_are_a_question(vocabulary: Vocabulary) -> None:
    """Letters that would fit, without a text that says so, merge nothing."""
    (doubt,) = doubts(
        vocabulary, description("a", "EVHP"), description("b", "Elm Valley Health Plan")
    )
    assert doubt.reason == "EVHP are the initials, but no text says so"
    assert doubt.decision == "kept apart"


def test_one_name_in_several_states_is_a_question(vocabulary: Vocabulary) -> None:
    """Medicaid is run by each state; Medicare is not, and one state raises no question."""
    here = description("a", "Medicaid", "Medicare", state="ny")
    (doubt,) = doubts(vocabulary, here, description("b", "Medicaid", "Medicare", state="ri"))
    assert doubt.names == ("Medicaid",)
    assert (doubt.decision, len(doubt.quotations)) == ("kept as one", 2)
    assert doubts(vocabulary, here, description("b", "Medicaid", state="ny")) == ()


def test_a_shorter_name_in_the_state_of_the_longer_is_a_question(vocabulary: Vocabulary) -> None:
    """ "QualChoice" in a document about Arkansas may be "QualChoice of Arkansas"."""
    longer = description("b", "QualChoice of Arkansas")
    (doubt,) = doubts(vocabulary, description("a", "QualChoice", state="ar"), longer)
    assert doubt.reason == "a document with the shorter name is about Arkansas"
    assert doubts(vocabulary, description("a", "QualChoice", state="ny"), longer) == ()


def test_a_payer_that_the_vocabulary_knows_is_suggested(vocabulary: Vocabulary) -> None:
    """A misspelt brand is a question although no document has the right name."""
    (doubt,) = doubts(vocabulary, description("a", "Capitol Blue Cross"))
    assert "capital and capitol differ by a slip of the pen" in doubt.reason
    assert doubt.documents == ("a.txt",)


def test_titles_of_one_program_are_a_question(vocabulary: Vocabulary) -> None:
    """An acronym put in, or "pilot" for "program", makes another title, not surely another one."""
    documents = [
        description("Cigna Collaborative Care (CC) Program - Elm"),
        description("The Cigna Collaborative Care Pilot- Elm"),
        description("Cigna Collaborative Care Program - Oak"),
    ]
    (doubt,) = find_doubts(documents, vocabulary)
    assert doubt.reason == "the titles of the programs are alike"
    assert [name[-3:] for name in doubt.names] == ["Elm", "Elm"]


def test_what_a_curator_has_settled_is_not_asked_again(vocabulary: Vocabulary) -> None:
    """A pair of names that somebody decided about is no doubt."""
    documents = [description("a", "Valley Preferred"), description("b", "Preferred Valley")]
    assert len(find_doubts(documents, vocabulary)) == 1
    settled = {frozenset({"valley-preferred", "preferred-valley"})}
    assert find_doubts(documents, vocabulary, settled) == ()


def test_doubts_do_not_depend_on_the_order_of_reading(vocabulary: Vocabulary) -> None:
    """The same questions in the same order, whatever came first."""
    documents = [description(f"e{n}", *reversed(names)) for n, names in enumerate(SPARED)]
    documents += [description(f"f{n}", one) for n, (one, _) in enumerate(ASKED)]
    documents += [description(f"g{n}", other) for n, (_, other) in enumerate(ASKED)]
    straight = find_doubts(documents, vocabulary)
    shuffled = [*documents[1::2], *documents[::-2]]
    assert len(straight) >= len(ASKED)
    assert {(d.names, d.reason) for d in find_doubts(shuffled, vocabulary)} == {
        (d.names, d.reason) for d in straight
    }


def test_the_doubts_of_the_corpus_are_worth_asking(shared: Path, vocabulary: Vocabulary) -> None:
    """The misspelt, the shortened and the shared names of the corpus are asked about, no others."""
    documents = read_sources([shared / "corpus" / "documents"], BuildOptions()).documents
    assert {doubt.names for doubt in doubts(vocabulary, *documents)} == {
        ("Capital Blue Cross", "Capitol Blue Cross"),
        ("Coventry", "Coventry Health Care"),
        ("Medicaid",),
        ("United", "United Health Plan"),
        ("United", "UnitedHealthcare"),
    }


def test_four_times_the_names_take_about_four_times_the_comparisons(
    vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only names that share a rare word, or nearly, are compared; all pairs would take sixteen."""
    syllables = [a + b for a in "bcdfghlmnprstvw" for b in "aeiou"]
    kinds = ["Medical Group", "Health Plan", "Clinic", "Physicians of Ohio", "Hospital"]

    def documents(size: int) -> list[Resolved]:
        words = [
            f"{syllables[n % 75]}{syllables[n // 75 % 75]}{syllables[n * 7 % 73]}".title()
            for n in range(size * 28 // 100)  # new names bring new words
        ]
        pairs = (
            (words[n * 31 % len(words)], words[n * 57 % (len(words) - 1)]) for n in range(size)
        )
        names = {f"{one} {other} {kinds[n % 5]}" for n, (one, other) in enumerate(pairs)}
        return [description(f"p{n}", name) for n, name in enumerate(sorted(names))]

    compared = 0

    def counting(*names: Any) -> Any:
        nonlocal compared
        compared += 1
        return compare_names(*names)

    monkeypatch.setattr(doubts_module, "compare_names", counting)

    def comparisons(size: int) -> int:
        nonlocal compared
        compared = 0
        find_doubts(documents(size), vocabulary)
        return compared

    few, many = comparisons(5_000), comparisons(20_000)
    assert few > 5_000
    assert many < 5 * few
