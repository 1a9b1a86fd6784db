"""Every rule reads its own examples, and leaves alone what it must not read."""

import pytest

from kg.extract import RULES, extract_document
from kg.extract.rule import Rule
from kg.lexicon import Lexicon
from kg.records import Document, Fact

_HEADER = "Acme Health Medical Home Program - Elm Medical Group\n\nPayers:\nAcme Health\n"
_LABELS = {
    "location": "Program Location:\n",
    "payer type": "Payer Type:\n",
    "payers": "Payers:\n",
    "accreditation": "Accreditation/Recognition:\n",
    "partners": "Partner Organizations:\n",
    "practices": "Number of Practices:\n",
}
_PROSE = {
    "payments": "Payment Model:\n\n",
    "rates": "Payment Model:\n\n",
    "outcomes": "Other Outcomes:\n\n",
}
"""The label that a family's examples stand under, where it is not the description."""
_BARE = "Rural Medical Home Program\n\n"
"""A description that names no party, for the rules that look for one in the prose."""


def _page(rule: Rule, words: str) -> tuple[str, int]:
    """Return a description that holds the words where the rule reads, and where they start."""
    if rule.kind == "title":
        payers = "" if rule.name.startswith("parties.") else "Payers:\nAcme Health\n"
        return f"{words}\n\n{payers}", 0
    if rule.kind == "value" and "updated" in rule.fields:
        page = f"{_HEADER}{words}\n"
    elif rule.kind == "value":
        page = f"{_HEADER}{_LABELS[min(rule.fields)]}{words}\n"
    else:
        label = _PROSE.get(rule.name.partition(".")[0], "Description:\n\n")
        header = _BARE if rule.name.startswith("parties.") else _HEADER
        page = f"{header}{label}{words}\n"
    return page, page.index(words)


def _facts(rule: Rule, words: str, lexicon: Lexicon) -> list[Fact]:
    page, start = _page(rule, words)
    extraction = extract_document(Document("example.txt", page, "0" * 64), lexicon)
    return [
        fact
        for fact in extraction.facts
        if fact.rule == rule.name and start <= fact.start < fact.end <= start + len(words)
    ]


_FINDS = [(rule, words) for rule in RULES for words in rule.finds]
_IGNORES = [(rule, words) for rule in RULES for words in rule.ignores]


def _id(case: tuple[Rule, str]) -> str:
    return f"{case[0].name}:{case[1][:40]}"


@pytest.mark.parametrize("case", _FINDS, ids=_id)
def test_a_rule_reads_its_positive_example(case: tuple[Rule, str], lexicon: Lexicon) -> None:
    """The rule finds at least one fact in the example, quoted from it."""
    assert _facts(*case, lexicon)


@pytest.mark.parametrize("case", _IGNORES, ids=_id)
def test_a_rule_leaves_its_negative_example(case: tuple[Rule, str], lexicon: Lexicon) -> None:
    """The rule finds nothing in the example."""
    assert _facts(*case, lexicon) == []


def test_every_rule_is_named_explained_and_exemplified() -> None:
    """Names are unique; each rule has a meaning and at least one example that it reads."""
    assert len({rule.name for rule in RULES}) == len(RULES) >= 30
    assert [rule.name for rule in RULES if not (rule.meaning and rule.finds)] == []
    prose = [rule for rule in RULES if rule.kind == "sentence"]
    assert [rule.name for rule in prose if not rule.ignores] == []
