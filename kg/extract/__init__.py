"""Read the facts of one document: rules over its units, each fact with the words behind it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final

from kg.extract import (
    activities,
    claims,
    header,
    launch,
    outcomes,
    payments,
    people,
    plans,
    practitioners,
    purpose,
    rates,
    roles,
)
from kg.extract.faults import find_faults
from kg.extract.page import Found, Page, Unit, make_units, with_organizations
from kg.extract.parties import PartyFinder, read_parties, read_program
from kg.extract.passages import read_blocks
from kg.extract.rule import Rule
from kg.extract.start import find_start
from kg.fold import fold
from kg.lexicon import Lexicon
from kg.records import Document, Extraction, Fact, Passage

_SHORTEST_SENTENCE: Final = 4
"""In characters; "PMPM" is the shortest item of a list that says something."""

RULES: Final[tuple[Rule, ...]] = (
    *header.RULES,
    *launch.RULES,
    *claims.RULES,
    *people.RULES,
    *practitioners.RULES,
    *purpose.RULES,
    *roles.RULES,
    *activities.RULES,
    *payments.RULES,
    *rates.RULES,
    *plans.RULES,
    *outcomes.RULES,
)


def extract_document(document: Document, lexicon: Lexicon) -> Extraction:
    """Return everything that the rules read in a document."""
    page = read_page(document, lexicon)
    passages = tuple(
        Passage(order, *page.folded.source_span(*unit.span), unit.block.kind, unit.block.label)
        for order, unit in enumerate(page.units, start=1)
    )
    facts = tuple(sorted(set(_facts(page)), key=_fact_order))
    anomalies = tuple(sorted(set(find_faults(page))))
    return Extraction(document, page.program, passages, facts, anomalies)


def read_page(document: Document, lexicon: Lexicon) -> Page:
    """Settle, in this order, the units, the parties, the roles and the payments of a document."""
    folded = fold(document.text)
    blocks = read_blocks(folded)
    bare = tuple(make_units(folded, blocks, lexicon.find_mentions(folded)))
    program, parties = read_program(document, bare), read_parties(bare)
    finder = PartyFinder(folded, parties)
    units = (with_organizations(unit, tuple(finder.find(unit))) for unit in bare)
    page = Page(document, folded, lexicon, program, tuple(units), parties)
    page = replace(page, roles=roles.find_roles(page))
    page = replace(page, start=find_start(page))
    return replace(page, arrangements=payments.find_arrangements(page))


def _facts(page: Page) -> Iterator[Fact]:
    for unit in page.units:
        for rule in rules_for(unit):
            for found in rule.read(page, unit):
                yield _fact(page, rule, found)


def rules_for(unit: Unit) -> tuple[Rule, ...]:
    """Return the rules that read a unit: none for a sentence too short to say anything."""
    if unit.block.kind == "sentence" and len(unit.text) < _SHORTEST_SENTENCE:
        return ()
    return _rules_for(unit.block.kind, unit.block.field)


@cache
def _rules_for(kind: str, field: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if rule.kind == kind and field in rule.fields)


def _fact(page: Page, rule: Rule, found: Found) -> Fact:
    start, end = page.folded.source_span(*found.span)
    return Fact(
        found.subject,
        found.predicate,
        found.value,
        start,
        end,
        rule.name,
        found.basis,
        found.confidence,
        found.as_written,
    )


def _fact_order(fact: Fact) -> tuple[int, int, tuple[str, ...], str, str, str]:
    return fact.start, fact.end, fact.subject.key, fact.predicate, str(fact.value), fact.rule
