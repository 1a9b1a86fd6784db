"""Match parts of programs that are the same kind of thing, whatever they are called."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import combinations
from typing import TypeAlias

from pyoxigraph import NamedNode

Match: TypeAlias = tuple[NamedNode | None, ...]
"""For each program the part that it has of a kind, or None."""
Traits: TypeAlias = Callable[[int, NamedNode], frozenset[Hashable]]
_Part: TypeAlias = tuple[int, NamedNode]


def match_parts(
    columns: Sequence[Sequence[NamedNode]],
    kind_of: Callable[[int, NamedNode], Hashable],
    traits_of: Traits,
) -> tuple[Match, ...]:
    """Return what belongs side by side: parts of one kind, one of each program at most.

    Where a program has several parts of a kind, those that agree in most traits are matched. The
    order of the programs makes no difference but to the order within each match.

    >>> nurse, coach = NamedNode("x:nurse"), NamedNode("x:coach")
    >>> match_parts([[nurse, coach], [nurse]], lambda _, part: part, lambda _, part: frozenset())
    ((<NamedNode value=x:coach>, None), (<NamedNode value=x:nurse>, <NamedNode value=x:nurse>))
    """
    kinds: dict[Hashable, list[_Part]] = defaultdict(list)
    for column, nodes in enumerate(columns):
        for node in nodes:
            kinds[kind_of(column, node)].append((column, node))
    matches = (
        _as_match(group, len(columns))
        for parts in kinds.values()
        for group in _groups(parts, traits_of)
    )
    return tuple(sorted(matches, key=_place))


def _place(match: Match) -> tuple[str, ...]:
    """Sort by the parts themselves, and alike whatever the order of programs."""
    return tuple(sorted(node.value for node in match if node))


def _as_match(group: Sequence[_Part], size: int) -> Match:
    found = dict(group)
    return tuple(found.get(column) for column in range(size))


def _groups(parts: list[_Part], traits_of: Traits) -> Iterator[list[_Part]]:
    """Yield parts of one kind in groups with no program twice, the most alike together."""
    if len({column for column, _ in parts}) == len(parts):
        yield parts
        return
    group_of = {part: [part] for part in parts}
    for one, other in _most_alike_first(parts, traits_of):
        ours, theirs = group_of[one], group_of[other]
        if {column for column, _ in ours}.isdisjoint(column for column, _ in theirs):
            ours += theirs
            for part in theirs:
                group_of[part] = ours
    yield from {id(group): group for group in group_of.values()}.values()


def _most_alike_first(parts: list[_Part], traits_of: Traits) -> list[tuple[_Part, _Part]]:
    traits = {part: traits_of(*part) for part in parts}

    def place(pair: tuple[_Part, _Part]) -> tuple[float, list[str]]:
        ours, theirs = (traits[part] for part in pair)
        alike = len(ours & theirs) / max(1, len(ours | theirs))
        return -alike, sorted(node.value for _, node in pair)

    pairs = (pair for pair in combinations(parts, 2) if pair[0][0] != pair[1][0])
    return sorted(pairs, key=place)
