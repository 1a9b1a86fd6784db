"""Tests of `kg.assertions`: what is read of all evidence at once is what is read thing by thing."""

from dataclasses import astuple

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from kg.assertions import read_evidence
from kg.facts import FactReader
from kg.terms import ACP, DCTERMS, OA, RDF
from kg.things import GraphReader, Support

EX = "https://example.org/"


def _said(supports: list[Support]) -> list[str]:
    return sorted(str(astuple(support)) for support in supports)


def test_both_ways_to_read_find_the_same_words(demo: Store) -> None:
    """For every statement, the words read at once are those read of its subject alone."""
    at_once, alone = FactReader(demo), GraphReader(demo)
    checked = 0
    for quad in demo.quads_for_pattern(None, None, None, DefaultGraph()):
        if isinstance(quad.subject, NamedNode):
            statement = (quad.subject, quad.predicate, quad.object)
            expected = _said(alone.supports(*statement))
            assert _said(at_once.supports(*statement)) == expected
            checked += len(expected)
    assert checked > 230


def test_what_is_told_twice_of_one_assertion_is_one_support() -> None:
    """Two rules that read the same words give one support, with the first of the rules."""
    terms = [NamedNode(EX + name) for name in ("a", "s", "p", "o", "span", "selector", "doc")]
    assertion, subject, predicate, value, span, selector, document = terms
    store = Store()
    for triple in (
        (assertion, RDF.subject, subject),
        (assertion, RDF.predicate, predicate),
        (assertion, RDF.object, value),
        (assertion, ACP.hasEvidence, span),
        (assertion, ACP.extractionRule, Literal("launch.status")),
        (assertion, ACP.extractionRule, Literal("header.payer")),
        (span, OA.hasSource, document),
        (span, OA.hasSelector, selector),
        (selector, OA.exact, Literal("Cigna")),
        (document, DCTERMS.identifier, Literal("a.txt")),
    ):
        store.add(Quad(*triple))
    for reader in (FactReader(store), GraphReader(store)):
        (support,) = reader.supports(subject, predicate, value)
        assert (support.rule, support.quotation) == ("header.payer", "Cigna")
    rules = [each.how.rule for each in read_evidence(store).about[subject]]
    assert {rule.value for rule in rules if isinstance(rule, Literal)} == {
        "launch.status",
        "header.payer",
    }
