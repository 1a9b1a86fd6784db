"""Compare the models of two builds: ontology and vocabulary by term, other graphs by number."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.changes.change import GraphChange, TermChange
from kg.changes.merge import merge_sorted
from kg.things import GraphReader

BY_TERM: Final = ("ontology", "vocabulary")
"""Graphs of which each term is told; shapes, say, nobody reads statement by statement."""


def compare_terms(
    name: str, old: Iterable[bytes], new: Iterable[bytes], models: tuple[GraphReader, GraphReader]
) -> Iterator[TermChange | GraphChange]:
    """Yield the terms of a graph of the model that are new, gone or said otherwise.

    What stands on blank nodes, which have no names to tell them by, is only counted.

    Raises:
        SyntaxError: a statement is none of N-Triples.
    """
    olds, news = _by_subject(old), _by_subject(new)
    nameless = [0, 0]
    for subject in sorted({*olds, *news}, key=str):
        before, after = olds.get(subject, set()), news.get(subject, set())
        if before == after:
            continue
        if not isinstance(subject, NamedNode):
            nameless[0] += len(after - before)
            nameless[1] += len(before - after)
            continue
        kind: Literal["added", "removed", "changed"]
        kind = "added" if not before else "removed" if not after else "changed"
        was, now = models
        yield TermChange(
            name,
            kind,
            (now if after else was).label(subject),
            subject.value,
            tuple(sorted(_said(one, now) for one in after - before)),
            tuple(sorted(_said(one, was) for one in before - after)),
        )
    if any(nameless):
        yield GraphChange(name, *nameless)


def _by_subject(statements: Iterable[bytes]) -> dict[object, set[Triple]]:
    found: defaultdict[object, set[Triple]] = defaultdict(set)
    for quad in parse(b" .\n".join((*statements, b"")), format=RdfFormat.N_TRIPLES):
        found[quad.subject].add(quad.triple)
    return found


def _said(triple: Triple, model: GraphReader) -> str:
    return f"{model.property_name(triple.predicate)}: {model.label(triple.object)}"


def count_statements(name: str, old: Iterable[bytes], new: Iterable[bytes]) -> GraphChange | None:
    """Return how many statements of a graph are in one build only, without holding either."""
    added = removed = 0
    for one, other in merge_sorted(old, new, key=bytes):
        added += one is None
        removed += other is None
    return GraphChange(name, added, removed) if added or removed else None
