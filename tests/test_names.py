"""Tests of `kg.names`: spellings of one name meet, different names never do."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.names import joined_key, organization_key, split_acronym

SPELLINGS = [
    ("Cigna", "CIGNA", "cigna", "Cigna®", " Cigna ", "The Cigna", "Cigna, Inc.", "Cigna Corp"),
    (
        *("Blue Cross Blue Shield of Ohio", "Blue Cross and Blue Shield of Ohio"),
        *("Blue Cross & Blue Shield of Ohio", "BlueCross BlueShield of Ohio"),
        *("BCBS of Ohio", "BC/BS of Ohio", "Blue Cross/Blue Shield of Ohio"),
        *("BlueCross and BlueShield of Ohio", "Blue-Cross Blue-Shield of Ohio"),
        *("Blue Cross Blue Shield (BCBS) of Ohio", "B.C.B.S. of Ohio"),
    ),
    ("St. Mary's Hospital", "Saint Mary’s Hospital", "St Marys Hosp.", "ST. MARY'S HOSPITAL INC"),
    ("Mt. Sinai", "Mount Sinai"),
    ("Smith & Sons", "Smith and Sons", "Smith & Sons, P.C.", "Smith & Sons, P.A."),
    ("Multi-Care Health", "Multi Care Health", "Multi‐Care  Health", "Multi\u00a0Care Health"),
    ("Café Clinic", "Cafe\u0301 Clinic", "Cafe Clinic"),
    ("U.S. Renal Care", "US Renal Care"),
    ("Payment Improvement Initiative (PII)", "Payment Improvement Initiative"),
    ("ＡＣＭＥ Health", "Acme Health"),
    ("Søren Clinic", "Soren Clinic"),
]

DIFFERENT = [
    *("Blue Cross of Minnesota", "Blue Cross of Michigan", "Blue Cross in Michigan"),
    *("Blue Cross Blue Shield", "Blue Cross", "Blue Shield", "Blue Cross and Shield"),
    *("Northside Clinic", "Southside Clinic", "North Clinic", "Clinic"),
    *("Medicare", "Medicaid", "Medicare Advantage"),
    *("Mercy Springfield", "Mercy St. Louis", "Mercy"),
    *("Group 1", "Group 2", "Group", "Group II"),
    *("CPC", "CPC+", "C", "C++"),
    *("東京 Health", "大阪 Health", "Health", "東京", "大阪"),
    *("Tufts Health Plan (MA)", "Tufts Health Plan", "Tufts Health Plan (RI)"),
    *("Mercy Alliance (MA)", "Mercy Alliance"),
    *("The", "Inc.", "Co", "", "PA"),
    *("Health Partners of Pa.", "Health Partners of P.A. Smith"),
]


@pytest.mark.parametrize("names", SPELLINGS, ids=lambda names: names[0])
def test_spellings_of_one_name_have_one_key(names: tuple[str, ...]) -> None:
    """Case, marks, legal forms, hyphens, apostrophes, "&", "St." and "BCBS" make no difference."""
    assert len(names) > 1
    assert {organization_key(name) for name in names} == {organization_key(names[0])}


def test_different_names_have_different_keys() -> None:
    """No word that tells two organizations apart is dropped, and no name becomes nothing."""
    pairs = [
        (a, b) for a, b in combinations(DIFFERENT, 2) if organization_key(a) == organization_key(b)
    ]
    assert len(DIFFERENT) == 42
    assert pairs == []
    assert all(organization_key(name) for name in DIFFERENT)


@given(st.text(max_size=60))
def test_a_key_is_never_empty_and_fit_for_an_iri(name: str) -> None:
    """Whatever the name, the key is ASCII letters, digits and hyphens, and a key of itself."""
    key = organization_key(name)
    assert key
    assert key.isascii()
    assert key.replace("-", "").isalnum()


@pytest.mark.parametrize("name", ["C++ (Co.) [x]", ".*+?^${}()|[]\\", "x" * 2000, "™", "\u202e"])
def test_hostile_names_are_only_names(name: str) -> None:
    """Signs of patterns, very long names and names of marks alone have keys of bounded length."""
    assert 0 < len(organization_key(name)) <= 100


def test_an_acronym_that_a_name_carries_is_a_name_of_its_own() -> None:
    """The letters must be the initials, and no state's code, which would be a place."""
    assert split_acronym("Geisinger Health Plan (GHP)") == ("Geisinger Health Plan", "GHP")
    assert split_acronym("Geisinger Health Plan (PA)") == ("Geisinger Health Plan (PA)", None)
    assert split_acronym("Mercy Alliance (MA)") == ("Mercy Alliance (MA)", None)


def test_word_breaks_can_be_ignored() -> None:
    """Spellings that differ in word breaks meet in the joined form only."""
    one, other = organization_key("Care First"), organization_key("CareFirst")
    assert one != other
    assert joined_key(one) == joined_key(other)
