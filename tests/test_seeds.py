"""Every passage of the two seeds, row by row, and what must follow when a seed changes."""

from pathlib import Path

import pytest

from kg.extract import extract_document
from kg.lexicon import Lexicon
from kg.read import decode_document
from kg.records import Concept, Document, Extraction, Node, Object, Value
from kg.resolve import resolve_places

from .conftest import SEEDS

VALLEY, LOUDOUN = "000_9b51a3162d223c6e.txt", "002_efaa36969d044550.txt"


def read(data: bytes, lexicon: Lexicon) -> Extraction:
    """Return what is read from the bytes of a description."""
    document = decode_document("seed.txt", data)
    assert isinstance(document, Document)
    return resolve_places(extract_document(document, lexicon)).extraction


def short(value: Object) -> str:
    """Return a value as a person would name it."""
    if isinstance(value, Node):
        return value.label
    return value.notation if isinstance(value, Concept) else value.lexical


def facts(extraction: Extraction) -> set[tuple[str, str]]:
    """Return property and value of every fact."""
    return {(fact.predicate, short(fact.value)) for fact in extraction.facts}


@pytest.fixture(scope="module")
def valley(lexicon: Lexicon) -> Extraction:
    """Seed A, Valley Preferred."""
    return read((SEEDS / VALLEY).read_bytes(), lexicon)


@pytest.fixture(scope="module")
def loudoun(lexicon: Lexicon) -> Extraction:
    """Seed B, Loudoun Medical Group."""
    return read((SEEDS / LOUDOUN).read_bytes(), lexicon)


VALLEY_ROWS = {
    1: [("dcterms:title", "Cigna Collaborative Accountable Care Program - Valley Preferred")],
    3: [("serviceArea", "Lehigh Valley")],
    5: [("payerType", "commercial")],
    7: [("hasPayer", "Cigna"), ("org:role", "paying")],
    9: [
        ("launchStatus", "launching"),
        ("approach", "collaborative-accountable-care"),
        ("hasAim", "patient-access"),
        ("hasAim", "care-coordination"),
        ("hasAim", "triple-aim"),
        ("hasAim", "improved-health"),
        ("hasAim", "affordability"),
        ("hasAim", "patient-experience"),
    ],
    10: [
        ("effectiveDate", "2013-07-01"),
        ("claimKind", "first-to-launch"),
        ("precedenceRank", "1"),
        ("claimOf", "Cigna"),
        ("claimScope", "Pennsylvania"),
        ("claimWithin", "collaborative-accountable-care"),
    ],
    11: [
        ("payerApproach", "collaborative-accountable-care"),
        ("comparableModel", "accountable-care-organization"),
        ("hasAim", "population-health"),
    ],
    12: [
        ("countValue", "5500"),
        ("countQualifier", "approximately"),
        ("countOf", "covered-individuals"),
        ("coveredBy", "Cigna"),
        ("receivingCareFrom", "Valley Preferred"),
        ("practitionerType", "primary-care-physician"),
        ("practitionerType", "specialist-physician"),
        ("benefitKind", "program-benefit"),
    ],
    13: [
        ("activityType", "monitor-and-coordinate-care"),
        ("performedBy", "Valley Preferred physicians"),
    ],
    14: [("ruleType", "current-physician-kept"), ("ruleType", "automatic-benefit")],
    15: [
        ("ruleType", "later-joiners-included"),
        ("coveredBy", "Cigna"),
        ("receivingCareFrom", "Valley Preferred"),
    ],
    16: [("ruleType", "no-referral-change")],
    17: [
        ("benefitKind", "immediate-benefit"),
        ("benefitFor", "chronic-condition-patients"),
        ("targetsCondition", "diabetes"),
        ("targetsCondition", "heart-disease"),
    ],
    18: [
        ("careRole", "clinical-care-coordinator"),
        ("credential", "registered-nurse"),
        ("affiliatedWith", "Valley Preferred"),
        ("isCriticalTo", "program-benefit"),
        ("activityType", "navigation-support"),
        ("servesPatientsWith", "chronic-condition"),
        ("servesPatientsWith", "patients-with-health-challenges"),
    ],
    19: [
        ("careRole", "case-manager"),
        ("organizedAsTeam", "true"),
        ("affiliatedWith", "Cigna"),
        ("alignedWith", "case manager"),
        ("alignmentPurpose", "high-collaboration"),
        ("alignmentPurpose", "better-experience"),
    ],
    21: [
        ("paidBy", "Cigna"),
        ("paidTo", "Valley Preferred physicians"),
        ("compensatesFor", "medical-services"),
        ("compensatesFor", "care-coordination-services"),
        ("paymentCertainty", "definite"),
    ],
    22: [
        ("paymentMethod", "pay-for-performance"),
        ("paidTo", "Valley Preferred"),
        ("paymentCertainty", "contingent"),
        ("targetDomain", "quality"),
        ("targetDomain", "cost"),
        ("conditionOperator", "all-of"),
        ("inAdditionTo", "care coordination payment"),
        ("lanCategory", "2C"),
    ],
    23: [("dcterms:modified", "2014-04")],
}
LOUDOUN_ROWS = {
    3: [("serviceArea", "Loudoun County")],
    9: [
        ("claimKind", "among-largest"),
        ("claimKind", "among-most-diverse"),
        ("claimScope", "Virginia"),
        ("ownershipType", "physician-owned"),
        ("specialtyMix", "multi-specialty-group"),
        ("launchStatus", "launched"),
    ],
    10: [("effectiveDate", "2013-10-01")],
    12: [
        ("countValue", "13000"),
        ("countQualifier", "more-than"),
        ("countLowerBound", "13001"),
        ("countValue", "200"),
        ("countLowerBound", "201"),
        ("countOf", "physicians"),
        ("countedFor", "Loudoun Medical Group"),
        ("coveredBy", "Cigna"),
    ],
    13: [("performedBy", "Loudoun Medical Group")],
    15: [("receivingCareFrom", "Loudoun Medical Group")],
    17: [("targetsCondition", "obesity")],
    18: [("employedBy", "Loudoun Medical Group"), ("isCriticalTo", "program-success")],
    19: [("alignmentPurpose", "high-collaboration")],
    20: [
        ("dataFrom", "Cigna"),
        ("dataKind", "patient-specific-data"),
        ("dataTo", "clinical care coordinator"),
        ("usesData", "patient-specific data from Cigna"),
        ("activityType", "identify-readmission-risk"),
        ("activityType", "identify-overdue-screening"),
        ("activityType", "identify-skipped-refill"),
    ],
    21: [
        ("hasCareTeam", "physician-led care team"),
        ("memberOfTeam", "physician-led care team"),
        ("ledBy", "physician"),
        ("performedBy", "physician-led care team"),
        ("activityType", "follow-up-care"),
        ("activityType", "screening-help"),
        ("activityType", "medication-complications"),
        ("activityType", "prevent-worsening"),
    ],
    23: [("underAgreement", "true"), ("paidBy", "Cigna")],
    24: [("paidTo", "Loudoun Medical Group"), ("conditionOperator", "all-of")],
    25: [("dcterms:modified", "2019-06")],
}


def _of_passage(extraction: Extraction, order: int) -> set[tuple[str, str]]:
    passage = extraction.passages[order - 1]
    return {
        (fact.predicate, short(fact.value))
        for fact in extraction.facts
        if passage.start <= fact.start and fact.end <= passage.end
    }


@pytest.mark.parametrize("order", VALLEY_ROWS)
def test_nothing_of_valley_preferred_is_lost(order: int, valley: Extraction) -> None:
    """The passage gives the facts that a person reads in it."""
    assert [row for row in VALLEY_ROWS[order] if row not in _of_passage(valley, order)] == []


@pytest.mark.parametrize("order", LOUDOUN_ROWS)
def test_nothing_of_loudoun_is_lost(order: int, loudoun: Extraction) -> None:
    """The passage gives the facts that a person reads in it."""
    assert [row for row in LOUDOUN_ROWS[order] if row not in _of_passage(loudoun, order)] == []


def test_passages_are_the_24_and_26_that_a_person_counts(
    valley: Extraction, loudoun: Extraction
) -> None:
    """Each passage rests under a fact, or is a label or page furniture."""
    for extraction, count in ((valley, 24), (loudoun, 26)):
        assert len(extraction.passages) == count
        silent = [
            passage
            for passage in extraction.passages
            if passage.kind not in {"label", "boilerplate"}
            and not _of_passage(extraction, passage.order)
        ]
        assert silent == []


def test_nothing_is_said_that_the_text_does_not_say(
    valley: Extraction, loudoun: Extraction
) -> None:
    """No employer, no physician count and no "first" where the text has none; no FFS method."""
    assert "employedBy" not in {predicate for predicate, _ in facts(valley)}
    assert ("countOf", "physicians") not in facts(valley)
    assert "precedenceRank" not in {predicate for predicate, _ in facts(loudoun)}
    for extraction in (valley, loudoun):
        assert ("paymentMethod", "fee-for-service") not in facts(extraction)
        assert ("ruleType", "attribution") not in facts(extraction)
        assert len([f for f in facts(extraction) if f[0] == "lanCategory"]) == 2


def test_faults_of_the_sources_are_reported(valley: Extraction, loudoun: Extraction) -> None:
    """Each fault is quoted as written, with what it was read as."""
    assert {(a.kind, " ".join(a.as_written.split()), a.read_as) for a in valley.anomalies} == {
        ("misspelling", "Leigh Valley", "Lehigh Valley"),
        ("missing-space", "acollaborative", "a collaborative"),
        (
            "agreement-error",
            "physicians for the medical and care coordination services it provides",
            "physicians for the medical and care coordination services they provide",
        ),
        ("missing-punctuation", "lowering medical costs", "lowering medical costs."),
        ("boilerplate", "Go to top", None),
    }
    assert {(a.kind, a.read_as) for a in loudoun.anomalies} == {
        ("stray-space", "Group,"),
        ("missing-space", 'aim" of'),
        ("boilerplate", None),
    }


CHANGES = [
    (VALLEY, "5,500", "7,250", ("countValue", "5500"), ("countValue", "7250")),
    (VALLEY, "approximately 5,500", "over 5,500", None, ("countLowerBound", "5501")),
    (
        VALLEY,
        "July 1, 2013",
        "March 15, 2012",
        ("effectiveDate", "2013-07-01"),
        ("effectiveDate", "2012-03-15"),
    ),
    (VALLEY, "July 1, 2013", "July 2013", None, ("effectiveDate", "2013-07")),
    (VALLEY, "Cigna", "Humana", ("hasPayer", "Cigna"), ("hasPayer", "Humana")),
    (
        VALLEY,
        "Valley Preferred\u00a0\u00a0are",
        "Valley Preferred are",
        None,
        ("hasProviderGroup", "Valley Preferred"),
    ),
    (
        VALLEY,
        "Leigh Valley, PA",
        "Tulsa, OK",
        ("serviceArea", "Lehigh Valley"),
        ("serviceArea", "Tulsa"),
    ),
    (
        VALLEY,
        "diabetes",
        "asthma",
        ("targetsCondition", "diabetes"),
        ("targetsCondition", "asthma"),
    ),
    (
        VALLEY,
        "April 2014",
        "May 2016",
        ("dcterms:modified", "2014-04"),
        ("dcterms:modified", "2016-05"),
    ),
    (VALLEY, "may be rewarded", "will be rewarded", ("paymentCertainty", "contingent"), None),
    (
        LOUDOUN,
        "quality and lowering",
        "quality or lowering",
        ("conditionOperator", "all-of"),
        ("conditionOperator", "any-of"),
    ),
    (
        LOUDOUN,
        "Loudoun Medical Group",
        "Ashby Physicians",
        ("employedBy", "Loudoun Medical Group"),
        ("employedBy", "Ashby Physicians"),
    ),
    (LOUDOUN, "over 200", "nearly 90", ("countValue", "200"), ("countUpperBound", "89")),
    (
        LOUDOUN,
        "heart disease and obesity",
        "and heart disease",
        ("targetsCondition", "obesity"),
        None,
    ),
    (LOUDOUN, "from Cigna to help", "to help", ("dataFrom", "Cigna"), None),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: f"{c[1]} > {c[2]}")
def test_a_change_in_a_seed_is_a_change_in_its_facts(
    change: tuple[str, str, str, tuple[str, str] | None, tuple[str, str] | None],
    lexicon: Lexicon,
) -> None:
    """A number, name, date or word changed in a copy of a seed changes what is read from it."""
    name, old, new, lost, gained = change
    text = (SEEDS / name).read_bytes().decode()
    assert old in text
    changed = facts(read(text.replace(old, new).encode(), lexicon))
    assert lost is None or lost not in changed
    assert gained is None or gained in changed


def test_the_seeds_are_the_received_files(shared: Path) -> None:
    """The seeds are byte for byte what we were given."""
    for name in (VALLEY, LOUDOUN):
        assert (SEEDS / name).read_bytes() == (shared / "seeds" / name).read_bytes()


def test_a_document_is_its_own_only_source(lexicon: Lexicon, valley: Extraction) -> None:
    """Reading another document first changes nothing."""
    read((SEEDS / LOUDOUN).read_bytes(), lexicon)
    assert read((SEEDS / VALLEY).read_bytes(), lexicon).facts == valley.facts


def test_values_have_the_precision_of_the_text(valley: Extraction) -> None:
    """A date of a day is a date, a month is a month."""
    values = {fact.predicate: fact.value for fact in valley.facts}
    assert values["effectiveDate"] == Value("2013-07-01", "date")
    assert values["dcterms:modified"] == Value("2014-04", "gYearMonth")
