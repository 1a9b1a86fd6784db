"""Read at once which words of which documents all statements of a graph rest on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from kg.terms import prefixes

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

_ASSERTIONS: Final = """SELECT ?iri ?evidence ?subject ?predicate ?value ?basis ?confidence ?rule
  ?written WHERE {
  ?iri acp:hasEvidence ?evidence ; rdf:subject ?subject ; rdf:predicate ?predicate .
  OPTIONAL { ?iri rdf:object ?value }
  OPTIONAL { ?iri acp:basis ?basis } OPTIONAL { ?iri acp:confidence ?confidence }
  OPTIONAL { ?iri acp:extractionRule ?rule } OPTIONAL { ?iri acp:asWritten ?written } }"""
_WORDS: Final = """SELECT ?evidence ?document ?quotation ?start ?end ?sentence ?from WHERE {
  { SELECT DISTINCT ?evidence WHERE { ?iri acp:hasEvidence ?evidence } }
  OPTIONAL { ?evidence oa:hasSource ?document }
  OPTIONAL { ?evidence oa:hasSelector/oa:exact ?quotation }
  OPTIONAL { ?evidence oa:hasSelector/oa:start ?start }
  OPTIONAL { ?evidence oa:hasSelector/oa:end ?end }
  OPTIONAL { ?evidence acp:inPassage ?passage . ?passage acp:passageText ?sentence
    OPTIONAL { ?passage acp:passageStart ?from } } }"""


class Manner(NamedTuple):
    """How a statement was read."""

    basis: Term | None
    confidence: Term | None
    rule: Term | None
    as_written: Term | None


class Assertion(NamedTuple):
    """A statement, how it was read, and one span that it rests on."""

    iri: Term
    evidence: Term
    subject: Term
    predicate: Term
    value: Term | None
    how: Manner


class Words(NamedTuple):
    """Where a span stands and what it reads."""

    document: Term | None
    quotation: Term | None
    start: Term | None
    end: Term | None
    sentence: Term | None
    sentence_start: Term | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The assertions of a graph; of what is told twice, one for each way to combine it."""

    about: Mapping[Term, Sequence[Assertion]]
    """By subject."""
    naming: Mapping[Term, Sequence[Assertion]]
    """By value."""
    resting_on: Mapping[Term, Sequence[Assertion]]
    """By evidence."""
    words: Mapping[Term, Sequence[Words]]
    """By evidence, in a fixed order."""


def read_evidence(store: Store) -> Evidence:
    """Return the assertions of the default graph of a store, each for each span that it has.

    >>> read_evidence(Store()).about
    {}
    """
    words: defaultdict[Term, list[Words]] = defaultdict(list)
    for evidence, *told in _solve(store, _WORDS):
        words[evidence].append(Words(*told))
    for several in words.values():
        if len(several) > 1:
            several.sort(key=lambda told: list(map(str, told)))
    about: dict[Term, list[Assertion]] = {}
    naming: dict[Term, list[Assertion]] = {}
    resting_on: dict[Term, list[Assertion]] = {}
    for iri, evidence, subject, predicate, value, *how in _solve(store, _ASSERTIONS):
        assertion = Assertion(iri, evidence, subject, predicate, value, Manner(*how))
        about.setdefault(subject, []).append(assertion)
        if value is not None:
            naming.setdefault(value, []).append(assertion)
        resting_on.setdefault(evidence, []).append(assertion)
    return Evidence(about, naming, resting_on, words)


def _solve(store: Store, query: str) -> Any:
    return store.query(query, prefixes=prefixes())


def plain(term: Term | None) -> str | None:
    """Return the text of a literal."""
    return term.value if isinstance(term, Literal) else None


def whole(text: str | None) -> int:
    """Return a whole number, or 0 for a stranger's that is none.

    >>> whole("84"), whole("many")
    (84, 0)
    """
    return int(text) if text and text.isdecimal() else 0


def degree(text: str | None) -> float:
    """Return a degree from 0 to 1, or 1 where none is told.

    >>> degree("0.9"), degree("high")
    (0.9, 1.0)
    """
    try:
        return float(text or 1)
    except ValueError:
        return 1.0
