import json
from collections.abc import Callable
from typing import Any

import pytest

from kg.extract import extract_document
from kg.lexicon import Lexicon
from kg.read import decode_document
from kg.record import make_record
from kg.records import Document
from kg.resolve import resolve_places

from .conftest import SEEDS
from .test_seeds import LOUDOUN, VALLEY

Reader = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def record_of(lexicon: Lexicon) -> Reader:
    """What turns a text into its record."""

    def make(text: str) -> dict[str, Any]:
        document = decode_document("folder/some-page.txt", text.encode())
        assert isinstance(document, Document)
        resolved = resolve_places(extract_document(document, lexicon))
        return make_record(resolved.extraction, lexicon.vocabulary, resolved.readings)

    return make


def seed(name: str) -> str:
    """Return the text of a seed."""
    return (SEEDS / name).read_text("utf-8")


def test_fields_are_those_of_the_gold_records(record_of: Reader, shared: Any) -> None:
    """The schema is the gold records', with slug, document and evidence, and further fields."""
    record = record_of(seed(VALLEY))
    assert list(record)[:2] == ["slug", "document"]
    gold = json.loads(next((shared / "corpus" / "gold").glob("000*.json")).read_text("utf-8"))
    assert {*gold} - {"slug", "document"} <= {*record}
    further = {"recognition", "goals", "phases", "end_dates", "former_names", "payment_rates"}
    assert {*record} - {*gold} <= {"slug", "document", "evidence"} | further
    assert (record["slug"], record["document"]) == ("some-page", "folder/some-page.txt")


@pytest.mark.parametrize("name", [VALLEY, LOUDOUN])
def test_every_value_has_its_words(name: str, record_of: Reader) -> None:
    """No value without evidence, no evidence without value; quotations stand at their offsets."""
    text = seed(name)
    record = record_of(text)
    filled = {
        field
        for field, value in record.items()
        if value not in (None, []) and field not in {"slug", "document", "evidence"}
    }
    assert {*record["evidence"]} == filled
    assert len(filled) >= 12
    for spans in record["evidence"].values():
        for span in spans:
            assert text[span["start"] : span["end"]] == span["quotation"]
            assert span["rule"].count(".") == 1
            assert span["basis"] in {"stated", "normalized", "mapped", "inferred"}


def test_a_page_that_says_nothing_has_empty_fields(record_of: Reader) -> None:
    """What is not said is null or an empty list, and has no evidence."""
    record = record_of("Nothing of ours")
    assert record["title"] == "Nothing of ours"
    assert {*record["evidence"]} == {"title"}
    assert record["effective_date"] is None
    assert record["payers"] == []


CHANGES = (
    (
        VALLEY,
        "approximately 5,500",
        "over 7,250",
        "covered_lives",
        {"value": 7250, "qualifier": "at_least"},
    ),
    (
        VALLEY,
        "approximately 5,500",
        "up to 7,250",
        "covered_lives",
        {"value": 7250, "qualifier": "at_most"},
    ),
    (
        VALLEY,
        "approximately 5,500",
        "5,501",
        "covered_lives",
        {"value": 5501, "qualifier": "exact"},
    ),
    (
        LOUDOUN,
        "Loudoun, VA",
        "Fairfax, VA",
        "locations",
        {"as_written": "Fairfax, VA", "place": "Fairfax", "state": "VA"},
    ),
    (LOUDOUN, "\nCigna\n", "\nHumana\n", "payers", "Humana"),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change[2])
def test_a_change_of_the_text_is_a_change_of_the_record(
    change: tuple[str, str, str, str, Any], record_of: Reader
) -> None:
    """A record is read, never looked up."""
    name, old, new, field, value = change
    text = seed(name)
    assert old in text
    assert value not in record_of(text)[field]
    assert value in record_of(text.replace(old, new))[field]
