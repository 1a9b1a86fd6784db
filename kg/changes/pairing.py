"""Pair statements of two versions of a document that say the same, or say something else of it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeAlias

from kg.changes.statements import Statement
from kg.things import KINDS, Term

Pair: TypeAlias = tuple[Statement, Statement]


def split(
    olds: Sequence[Statement], news: Sequence[Statement], now: Callable[[Term], Term]
) -> tuple[list[Pair], list[Statement], list[Statement]]:
    """Return what both versions state, what only the old one does and what only the new one does.

    `now` gives the term of the new version for a term of the old.
    """
    come = {(one.predicate, one.value): one for one in news}
    kept, gone = [], []
    for one in olds:
        other = come.pop((one.predicate, now(one.value)), None)
        if other is None:
            gone.append(one)
        else:
            kept.append((one, other))
    return kept, gone, list(come.values())


def pair_by_words(gone: Iterable[Statement], come: Iterable[Statement]) -> list[Pair]:
    """Return pairs of one property that rest on the same words: the words are read otherwise now.

    Words that several statements of one version rest on pair nothing.
    """
    return _pair(gone, come, lambda one: ((one.predicate, words) for words in sorted(one.words)))


def pair_parts(gone: Sequence[Statement], come: Sequence[Statement]) -> list[Pair]:
    """Return pairs of parts that rest on the same words, or that are about the same."""
    pairs = [pair for pair in pair_by_words(gone, come) if pair[0].kinds == pair[1].kinds]
    gone, come = rest(gone, come, pairs)
    return pairs + _pair(gone, come, _topics)


def pair_single(
    olds: Iterable[Statement],
    news: Iterable[Statement],
    gone: Iterable[Statement],
    come: Iterable[Statement],
) -> list[Pair]:
    """Return pairs where the only value of a property gave way to another only value."""
    before, after = (Counter(one.predicate for one in side) for side in (olds, news))
    now = {one.predicate: one for one in come if not one.is_part}
    return [
        (one, now[one.predicate])
        for one in gone
        if not one.is_part
        and one.predicate in now
        and before[one.predicate] == after[one.predicate] == 1
    ]


def rest(
    gone: Iterable[Statement], come: Iterable[Statement], pairs: Iterable[Pair]
) -> tuple[list[Statement], list[Statement]]:
    """Return what is in no pair."""
    paired = {id(one) for pair in pairs for one in pair}
    olds, news = ([one for one in side if id(one) not in paired] for side in (gone, come))
    return olds, news


def _topics(one: Statement) -> Iterator[Hashable]:
    """Yield what says what a part is, with the property that leads to it."""
    telling = {name for kind in one.kinds for name in KINDS.get(kind, ())}
    said = frozenset(
        (part.predicate, part.value) for part in one.parts if part.predicate in telling
    )
    if said:
        yield one.predicate, one.kinds, said


def _pair(
    gone: Iterable[Statement],
    come: Iterable[Statement],
    keys: Callable[[Statement], Iterable[Hashable]],
) -> list[Pair]:
    """Return pairs that share a key which one statement of each side has, and no other."""
    sides: defaultdict[Hashable, tuple[list[Statement], list[Statement]]]
    sides = defaultdict(lambda: ([], []))
    for number, side in enumerate((gone, come)):
        for one in side:
            for key in keys(one):
                sides[key][number].append(one)
    pairs: list[Pair] = []
    paired: set[int] = set()
    for _, (olds, news) in sorted(sides.items(), key=lambda entry: repr(entry[0])):
        if len(olds) == len(news) == 1 and not {id(olds[0]), id(news[0])} & paired:
            pairs.append((olds[0], news[0]))
            paired |= {id(olds[0]), id(news[0])}
    return pairs
