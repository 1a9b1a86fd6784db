"""Validate a build batch by batch, so that the whole is never in one store.

A shape goes from a thing forward along facts, or backward to the parts, assertions and documents of
the thing. What only one batch names is judged there, with all that a shape can reach. What several
batches name is judged once, in a store of what is said about it, what points to it as its part and
one assertion of each fact. `tests/test_batches.py` proves that this finds what one store of
everything gives.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

from pyoxigraph import Store

from kg.batches import Batches, mentioned
from kg.lines import Lines, make_lines
from kg.shacl import judge
from kg.terms import ACP, RDF
from kg.trace import Trace
from kg.validate import TracedResult, trace_results

Group: TypeAlias = list[bytes]
"""The lines about one subject."""

_WHOLES: Final = frozenset(
    str(ACP[name]).encode()
    for name in (
        *("Initiative", "Organization", "Payer", "ProviderOrganization"),
        *("PractitionerGroup", "Place"),
    )
)
"""Classes of things that many programs name, and that no shape asks who points to."""
_TYPE, _SUBJECT = str(RDF.type).encode(), str(RDF.subject).encode()
_STATEMENT: Final = tuple(str(RDF[name]).encode() for name in ("subject", "predicate", "object"))
_HAS_EVIDENCE: Final = str(ACP.hasEvidence).encode()
_HAS_PASSAGE: Final = str(ACP.hasPassage).encode()


def judge_batch(batches: Batches, store: Store, texts: Mapping[str, str]) -> list[TracedResult]:
    """Return what the shapes find wrong with the things that only one batch names."""
    results = judge(store, batches.contents.shapes, among=batches.is_own)
    return list(trace_results(results, Trace(store, texts)))


def judge_shared(batches: Batches, texts: Mapping[str, str]) -> list[TracedResult]:
    """Return what the shapes find wrong with the things that several batches name."""
    facts, evidence = make_lines(batches.contents.facts), make_lines(batches.contents.evidence)
    lines = _facts(facts, batches.common)
    lines |= _assertions(evidence, batches.common)
    values = mentioned(line for line in lines if line.split(b" ", 1)[0] in batches.common)
    for source in (facts, evidence):  # of what class the values are
        lines |= {line for line in source.lines() if _is_type_of(line, values)}
    store = batches.load(lines)
    results = judge(store, batches.contents.shapes, among=lambda term: not batches.is_own(term))
    if not results:
        return []
    del store  # before there is another one
    things = {str(result.focus).encode() for result in results}
    lines = {line for line in lines if line.split(b" ", 1)[0] in things}
    lines |= _words(evidence, things)
    return list(trace_results(results, Trace(batches.load(lines), texts)))


def _groups(lines: Lines) -> Iterator[tuple[bytes, Group]]:
    start = b"\n"  # which no line begins with
    group: Group = []
    for line in lines.lines():
        if not line.startswith(start):
            if group:
                yield start[:-1], group
            start, group = line[: line.index(b" ") + 1], []
        group.append(line)
    if group:
        yield start[:-1], group


def _facts(facts: Lines, things: AbstractSet[bytes]) -> set[bytes]:
    """Return the facts about things, and about what points to one that is a part of something."""
    parts = things - _of_classes(facts, _WHOLES)
    found: set[bytes] = set()
    for subject, group in _groups(facts):
        if subject in things or not parts.isdisjoint(_values(group)):
            found.update(group)
    return found


def _of_classes(facts: Lines, classes: AbstractSet[bytes]) -> set[bytes]:
    typed = (line.split(b" ", 2) for line in facts.lines())
    return {
        subject
        for subject, predicate, value in typed
        if predicate == _TYPE and value[:-3] in classes
    }


def _values(group: Iterable[bytes]) -> Iterator[bytes]:
    return (line.split(b" ", 2)[2][:-3] for line in group)


def _assertions(evidence: Lines, things: AbstractSet[bytes]) -> set[bytes]:
    """Return what the evidence says of things, and one assertion of each fact about them."""
    found: set[bytes] = set()
    seen: set[tuple[bytes, ...]] = set()
    for subject, group in _groups(evidence):
        if subject in things:
            found.update(group)
            continue
        if not _is_statement(group):
            continue
        said = dict(line.split(b" ", 2)[1:] for line in group)
        if said[_SUBJECT][:-3] in things and _HAS_EVIDENCE in said:
            statement = tuple(said.get(part, b"") for part in _STATEMENT)
            if statement not in seen:
                seen.add(statement)
                found.update(group)
    return found


def _is_statement(group: Group) -> bool:
    return any(line.split(b" ", 2)[1] == _SUBJECT for line in group)


def _is_type_of(line: bytes, things: AbstractSet[bytes]) -> bool:
    subject, predicate, _ = line.split(b" ", 2)
    return predicate == _TYPE and subject in things


def _words(evidence: Lines, things: AbstractSet[bytes]) -> set[bytes]:
    """Return all assertions that name things, with the evidence and the documents behind them."""
    found: set[bytes] = set()
    for _, group in _groups(evidence):
        if _is_statement(group) and not things.isdisjoint(_values(group)):
            found.update(group)
    for _ in range(2):  # spans, then what they are in and how they are selected
        wanted = mentioned(found)
        for subject, group in _groups(evidence):
            if subject in wanted:
                found.update(line for line in group if line.split(b" ", 2)[1] != _HAS_PASSAGE)
    return found
