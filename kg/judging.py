"""Validate a build batch by batch, so that the whole is never in one store.

A shape goes from a thing forward along facts, or backward to the parts, assertions and documents of
the thing. What only one batch names is judged there, with all that a shape can reach. What several
batches name is judged once, in a store of what is said about it, what points to it as its part and
one assertion of each fact; many such things in several stores. `tests/test_batches.py` proves that
this finds what one store of everything gives.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from hashlib import blake2b
from heapq import merge
from itertools import chain, groupby
from pathlib import Path
from typing import Final, TypeAlias

from pyoxigraph import Store

from kg.batches import Batches, mentioned
from kg.lines import Lines, Sorter, make_lines
from kg.shacl import Result, judge
from kg.terms import ACP, RDF
from kg.trace import Term, Trace
from kg.validate import TracedResult, trace_results

Group: TypeAlias = list[bytes]
"""The lines about one subject."""

THINGS: Final = 2000
"""Shared things in a store: enough to make little of loading the model, few enough for memory."""
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


def judge_shared(
    batches: Batches, texts: Mapping[str, str], work: Path | None = None
) -> list[TracedResult]:
    """Return what the shapes find wrong with the things that several batches name.

    They are judged in groups; `work` is a folder for what is too large to sort in memory.
    """
    group_of = {thing: n // THINGS for n, thing in enumerate(sorted(batches.common))}
    results: list[Result] = []
    lines: set[bytes] = set()
    for group, said in _deal(batches, group_of, work):

        def is_asked(term: Term, group: int = group) -> bool:
            return group_of.get(str(term).encode(), 0) == group and not batches.is_own(term)

        store = batches.load(batches.complete(said))
        judged = judge(store, batches.contents.shapes, among=is_asked)
        found = [result for result in judged if is_asked(result.focus)]
        results += found
        lines |= _about(said, {str(result.focus).encode() for result in found})
    if not results:
        return []
    evidence = make_lines(batches.contents.evidence)
    lines |= _words(evidence, {str(result.focus).encode() for result in results})
    return list(trace_results(results, Trace(batches.load(lines), texts)))


def _deal(
    batches: Batches, group_of: Mapping[bytes, int], work: Path | None
) -> Iterator[tuple[int, set[bytes]]]:
    """Yield each group of shared things with what has to be known to judge them.

    That is what is said about them and about what points to one as its part, one assertion of each
    fact, and of what class their values are.
    """
    facts, evidence = make_lines(batches.contents.facts), make_lines(batches.contents.evidence)
    said, types = Sorter(work, "shared"), Sorter(work, "types")
    for groups, lines in chain(_facts(facts, group_of), _assertions(evidence, group_of)):
        said.add([b"%08d %b" % (group, line) for group in groups for line in lines])
    told = said.finish()
    groups_of = _values_of(told, group_of)
    for source in (facts, evidence):
        for line in source.lines():
            subject, predicate, _ = line.split(b" ", 2)
            if predicate == _TYPE and subject in groups_of:
                types.add([b"%08d %b" % (group, line) for group in groups_of[subject]])
    dealt = merge(told.lines(), types.finish().lines())
    for group, found in groupby(dealt, lambda line: int(line[:8])):
        yield group, {line[9:] for line in found}


def _values_of(told: Lines, group_of: Mapping[bytes, int]) -> dict[bytes, tuple[int, ...]]:
    """Return what lines of groups have as values of the groups' own things, with the groups."""
    found: dict[bytes, tuple[int, ...]] = {}
    for line in told.lines():
        number, subject, _, value = line.split(b" ", 3)
        group = int(number)
        if group_of.get(subject) == group and value.startswith(b"<"):
            known = found.get(value[:-3], ())
            if group not in known:
                found[value[:-3]] = (*known, group)
    return found


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


def _about(lines: Iterable[bytes], things: AbstractSet[bytes]) -> set[bytes]:
    return {line for line in lines if line.split(b" ", 1)[0] in things}


def _facts(facts: Lines, group_of: Mapping[bytes, int]) -> Iterator[tuple[set[int], Group]]:
    """Yield the facts about things, and about what points to one that is a part of something."""
    parts = group_of.keys() - _of_classes(facts, _WHOLES)
    for subject, lines in _groups(facts):
        groups = {group_of[value] for value in _values(lines) if value in parts}
        if subject in group_of:
            groups.add(group_of[subject])
        if groups:
            yield groups, lines


def _of_classes(facts: Lines, classes: AbstractSet[bytes]) -> set[bytes]:
    typed = (line.split(b" ", 2) for line in facts.lines())
    return {
        subject
        for subject, predicate, value in typed
        if predicate == _TYPE and value[:-3] in classes
    }


def _values(group: Iterable[bytes]) -> Iterator[bytes]:
    return (line.split(b" ", 2)[2][:-3] for line in group)


def _assertions(evidence: Lines, group_of: Mapping[bytes, int]) -> Iterator[tuple[set[int], Group]]:
    """Yield what the evidence says of things, and one assertion of each fact about them."""
    seen: set[bytes] = set()
    for subject, lines in _groups(evidence):
        if subject in group_of:
            yield {group_of[subject]}, lines
        elif _is_statement(lines):
            said = dict(line.split(b" ", 2)[1:] for line in lines)
            group = group_of.get(said[_SUBJECT][:-3])
            if group is not None and _HAS_EVIDENCE in said:
                statement = b"".join(said.get(part, b"") for part in _STATEMENT)
                digest = blake2b(statement, digest_size=16).digest()
                if digest not in seen:
                    seen.add(digest)
                    yield {group}, lines


def _is_statement(group: Group) -> bool:
    return any(line.split(b" ", 2)[1] == _SUBJECT for line in group)


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
