from dataclasses import replace
from itertools import permutations

import pytest

from kg.records import Anomaly, Document, Extraction, Fact, Node
from kg.resolve import choose_labels, resolve_places

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
