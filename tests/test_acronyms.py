"""Tests of `kg.acronyms`: what letters stand for, where a text says so."""

import pytest

from kg.acronyms import find_acronyms, spells


@pytest.mark.parametrize(
    ("letters", "name"),
    [
        ("GHP", "Geisinger Health Plan"),
        ("CDPHP", "Capital District Physicians' Health Plan"),
        ("HCSC", "Health Care Service Corporation"),
        ("PHO", "Physician-Hospital Organization"),
        ("BCBS", "BlueCross BlueShield"),
        ("BCBSNC", "Blue Cross and Blue Shield of North Carolina"),
        ("BCBSRI", "Blue Cross & Blue Shield of Rhode Island"),
        ("DHS", "Department of Human Services"),
    ],
)
def test_initials_spell_a_name(letters: str, name: str) -> None:
    """Small words may be left out, inner capitals and postal codes count."""
    assert spells(letters, name)


@pytest.mark.parametrize(
    ("letters", "name"),
    [
        ("MA", "Tufts Health Plan"),
        ("BCM", "Blue Cross Ohio"),
        ("GHP", "Geisinger Health"),
        ("GH", "Geisinger Health Plan"),
        ("ACO", "Aetna"),
        ("A", "Aetna"),
        ("", "Aetna"),
        ("AB", ""),
    ],
)
def test_other_letters_do_not(letters: str, name: str) -> None:
    """Every letter is an initial and every word gives one."""
    assert not spells(letters, name)


@pytest.mark.parametrize(
    ("text", "letters", "name"),
    [
        ("The Geisinger Health Plan (GHP) grew.", "GHP", "Geisinger Health Plan"),
        ("Of the State of Ohio Health Board (SOHB).", "SOHB", "State of Ohio Health Board"),
        ("GHP (Geisinger Health Plan) grew.", "GHP", "Geisinger Health Plan"),
        ("😀 The Geisinger Health\xa0Plan (GHP) grew.", "GHP", "Geisinger Health Plan"),
    ],
)
def test_a_text_explains_an_acronym(text: str, letters: str, name: str) -> None:
    """Either may stand in the parentheses, and the span holds both."""
    (found,) = find_acronyms(text)
    assert (found.letters, found.name, found.is_spelt) == (letters, name, True)
    assert {letters, name.partition(" ")[0]} <= set(
        text[found.start : found.end].replace("(", " ").replace(")", " ").split()
    )


@pytest.mark.parametrize(
    "text",
    [
        "Members of the plan (GHP) grew.",
        "geisinger health plan (GHP)",
        "Geisinger\nHealth Plan (GHP)",
        "Aetna (Ohio) and Cigna (2012)",
        "Cigna (C)",
        "(GHP)",
        "()(((",
        "",
    ],
)
def test_other_parentheses_explain_nothing(text: str) -> None:
    """A name has capitals, stands on the same line and gives every letter."""
    assert list(find_acronyms(text)) == []


def test_a_known_name_needs_only_the_letters_in_order() -> None:
    """The text puts the acronym right behind the name, which is evidence enough inside it."""
    text = "UnitedHealthcare (UHC) and Aetna (ACO) pay."
    (found,) = find_acronyms(text, {"UnitedHealthcare", "Aetna"})
    assert (found.letters, found.name, found.is_spelt) == ("UHC", "UnitedHealthcare", False)
