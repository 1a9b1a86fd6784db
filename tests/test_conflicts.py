"""Tests of `kg.conflicts` and `kg.counts`: what cannot both be true, and what well can."""

from pathlib import Path

import pytest

from kg.conflicts import Conflict, find_conflicts
from kg.extract import extract_document
from kg.lexicon import Lexicon, make_lexicon, read_vocabulary
from kg.pipeline import VOCABULARY_FILE, BuildOptions, read_sources
from kg.records import Document
from kg.resolve import Resolved, resolve_places
from kg.resources import read_resource

TITLE = "Acme Health Medical Home Program - Elm Medical Group"


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """Return the lexicon of the product."""
    return make_lexicon(read_vocabulary(read_resource(VOCABULARY_FILE)))


def text_of(
    prose: str = "",
    *,
    title: str = TITLE,
    place: str = "Denver, CO",
    practices: str = "",
    payer_type: str = "Commercial",
    payers: str = "Acme Health",
) -> str:
    """Return a description in the form of the directory."""
    fields = {
        "Program Location": place,
        "Number of Practices": practices,
        "Payer Type": payer_type,
        "Payers": payers,
    }
    header = "".join(f"{label}: \n{value}\n" for label, value in fields.items() if value)
    return f"{title}\n\n{header}\nDescription: \n\n{prose or 'It is a medical home.'}\n"


def conflicts(lexicon: Lexicon, *texts: str) -> tuple[Conflict, ...]:
    """Return the contradictions of documents with these texts."""
    documents = []
    for number, text in enumerate(texts):
        document = Document(f"{number}.txt", text, f"{number:064x}")
        documents.append(resolve_places(extract_document(document, lexicon)))
    return find_conflicts(documents)


def values(conflict: Conflict) -> list[str]:
    """Return what a contradiction is between."""
    return [value.value for value in conflict.values]


def test_header_and_text_count_different_practices(lexicon: Lexicon) -> None:
    """75 against 74 is shown with the words of both, where they stand."""
    text = text_of("There are 74 practices in the program.", practices="75")
    (found,) = conflicts(lexicon, text)
    assert found.predicate == "hasCount"
    assert values(found) == ["75 practices", "74 practices"]
    for value in found.values:
        quotation = value.quotation
        assert text[quotation.start : quotation.end] == quotation.words
    assert found.values[1].quotation.before == "There are "
    assert found.subject == TITLE


@pytest.mark.parametrize(
    ("prose", "practices"),
    [
        ("It has 43 primary care practices and 73 practice sites.", "73"),
        ("It has 43 primary care practices. It has 73 practice sites.", ""),
        ("There are nearly 70 practices in the program.", "70"),
        ("There are about 72 practices in the program.", "70"),
        ("There are more than 60 practices in the program.", "70"),
        ("There are up to 80 practices in the program.", "70"),
        ("There were 20 practices in 2010. There were 39 practices in 2012.", ""),
        ("It serves 20 practices at first, and 39 practices now.", ""),
        ("It serves 5,500 Medicare beneficiaries. It serves 9,000 Medicaid beneficiaries.", ""),
        ("It has 200 physicians. It has 20 practices.", ""),
    ],
)
def test_what_can_be_true_together_is_no_contradiction(
    prose: str, practices: str, lexicon: Lexicon
) -> None:
    """Rounded numbers, bounds, other things, other years and one sentence exclude nothing."""
    assert conflicts(lexicon, text_of(prose, practices=practices)) == ()


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        (
            "The program serves 5,500 members. The program serves 9,000 patients.",
            ["5,500 members", "9,000 patients"],
        ),
        (
            "It serves over 9,000 members. In all it serves 5,500 members.",
            ["over 9,000 members", "5,500 members"],
        ),
        (
            "It has about 100 practices. It has 200 practices.",
            ["about 100 practices", "200 practices"],
        ),
    ],
)
def test_one_text_counts_the_same_things_differently(
    prose: str, expected: list[str], lexicon: Lexicon
) -> None:
    """Two sentences that exclude each other are a contradiction of one document."""
    (found,) = conflicts(lexicon, text_of(prose))
    assert values(found) == expected
    assert found.documents == ("0.txt",)


def test_two_documents_start_one_program_on_different_dates(lexicon: Lexicon) -> None:
    """Both dates are kept and quoted; the less precise form of a date is not another date."""
    july = text_of("The program took effect on July 1, 2013.")
    august = text_of("The program took effect in August 2013.")
    year = text_of("The program took effect in 2013.")
    (found,) = conflicts(lexicon, july, august)
    assert found.predicate == "effectiveDate"
    assert values(found) == ["2013-07-01", "2013-08"]
    assert found.documents == ("0.txt", "1.txt")
    assert conflicts(lexicon, july, year) == ()
    assert conflicts(lexicon, july, july) == ()


def test_a_commercial_program_of_a_public_payer(lexicon: Lexicon) -> None:
    """The type says commercial while a value under Payers is Medicaid."""
    (found,) = conflicts(lexicon, text_of(payers="Acme Health\nOhio Medicaid"))
    assert found.predicate == "payerType"
    assert values(found) == ["commercial", "Ohio Medicaid"]
    assert conflicts(lexicon, text_of(payers="Ohio Medicaid", payer_type="Medicaid")) == ()


def test_a_place_outside_the_state_that_the_text_names(lexicon: Lexicon) -> None:
    """A header's city and the prose disagree; a state named besides is no contradiction."""
    (found,) = conflicts(lexicon, text_of("The program runs in Ohio."))
    assert found.predicate == "serviceArea"
    assert values(found) == ["Denver", "Ohio"]
    assert conflicts(lexicon, text_of("The program runs in Ohio and Colorado.")) == ()
    assert conflicts(lexicon, text_of("It is modelled on Vermont's program.")) == ()


def test_one_title_for_what_may_be_two_programs(lexicon: Lexicon) -> None:
    """Documents that share neither payer nor state are shown first."""
    here = text_of(title="Rural Medical Home Program", practices="10")
    there = text_of(
        title="Rural Medical Home Program", payers="Oak Plan", place="Boston, MA", practices="20"
    )
    found = conflicts(lexicon, here, there)
    assert [conflict.predicate for conflict in found] == ["hasPayer", "serviceArea", "hasCount"]
    assert values(found[0]) == ["Acme Health", "Oak Plan"]


def test_titles_written_in_several_ways(lexicon: Lexicon) -> None:
    """Two spellings of one title are told last."""
    (found,) = conflicts(lexicon, text_of(), text_of(title=TITLE.replace(" -", "-")))
    assert found.predicate == "dcterms:title"


def test_contradictions_do_not_depend_on_the_order_of_documents(lexicon: Lexicon) -> None:
    """Documents are compared in the order of their names."""
    texts = [text_of(practices="75"), text_of("It took effect in 2012.", practices="80")]
    documents = [
        resolve_places(extract_document(Document(f"{n}.txt", text, f"{n:064x}"), lexicon))
        for n, text in enumerate(texts)
    ]
    straight: list[Resolved] = list(documents)
    assert find_conflicts(straight) == find_conflicts(reversed(straight))
    assert len(find_conflicts(straight)) == 1


def test_the_contradictions_of_the_corpus(shared: Path) -> None:
    """Of the corpus two headers call commercial what public payers pay; nothing else is claimed."""
    reading = read_sources([shared / "corpus" / "documents"], BuildOptions())
    found = find_conflicts(reading.documents)
    assert {(c.documents, c.predicate) for c in found} == {
        (("bcbsma-aqc.txt",), "payerType"),
        (("geisinger.txt",), "payerType"),
    }
