"""Choose the label of each thing from what all documents call it.

What exists only as a part of a program is named by the documents about that program, most often by
one. So only names of organizations, of places and of programs with several documents are counted
over the whole collection; the rest is counted anew in each document that asks.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from kg.names import split_acronym
from kg.records import Extraction, Fact, Node

Key = tuple[str, ...]
LabelsByKey = Mapping[Key, tuple[str, ...]]
"""For each thing its label, then the other names met."""

_PROGRAM: Final = "program"
_OWN: Final = frozenset({_PROGRAM, "doc"})
"""What the key of a thing begins with that not every document may name."""
_SEVERAL: Final = -1


@dataclass(frozen=True, slots=True)
class Called:
    """What one document calls things: each way once, and the labels that curators chose."""

    names: tuple[tuple[Key, str], ...]
    chosen: tuple[tuple[Key, str], ...] = ()


def read_called(extraction: Extraction) -> Called:
    """Return what a document calls the things it speaks of."""
    nodes = {extraction.program, *_nodes_of(extraction.facts)}
    chosen = ((c.calls.key, c.calls.label) for c in extraction.curations if c.calls)
    return Called(tuple(sorted({(node.key, node.label) for node in nodes})), tuple(chosen))


def choose_labels(
    extractions: Iterable[Extraction],
    also_named: Mapping[str, tuple[str, ...]] | None = None,
    only: Callable[[Key], bool] = lambda _: True,
) -> LabelsByKey:
    """Return for each key its label, then the other names met, whatever the order of reading.

    A label that a curator chose comes first, then the spelling that most documents use; of equally
    frequent ones the first in the alphabet. A name that carries its acronym counts as the name
    without it.
    """
    spellings = _Spellings(also_named or {})
    for extraction in extractions:
        called = read_called(extraction)
        spellings.add(replace(called, names=tuple(n for n in called.names if only(n[0]))))
    return spellings.labels()


class _Spellings:
    """How many documents use each name of each thing."""

    def __init__(self, also_named: Mapping[str, tuple[str, ...]]) -> None:
        self.also_named = also_named
        self.chosen: dict[Key, str] = {}
        self._counts: dict[Key, Counter[str]] = {}

    def add(self, called: Called) -> None:
        """Count what one document calls things."""
        self.chosen.update(called.chosen)
        for key, label in called.names:
            counts = self._counts.setdefault(key, Counter())
            name, *others = _names_in(label) if len(key) == 2 and key[0] == "org" else (label,)
            counts[name] += 1
            counts.update(dict.fromkeys(others, 0))

    def labels(self) -> LabelsByKey:
        return {key: self.label(key) for key in sorted(self._counts)}

    def label(self, key: Key) -> tuple[str, ...]:
        """Return the names of a thing, the one to show first; none of what is unknown."""
        counts, chosen = self._counts.get(key) or Counter[str](), self.chosen.get(key)
        names = {*counts, *([chosen] if chosen and counts else [])}
        if counts and len(key) == 2 and key[0] == "org":
            names |= {*self.also_named.get(key[1], ())}
        return tuple(sorted(names, key=lambda name: (name != chosen, -counts.get(name, 0), name)))


class Labels:
    """The labels of a collection, given out by document."""

    def __init__(
        self, called_in: Callable[[int], Called], also_named: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._called_in = called_in
        """Reads again what a document calls things."""
        self._shared = _Spellings(also_named)
        self._only: dict[Key, int] = {}
        """For each program the number of the one document about it, or that there are several."""

    def add(self, number: int, called: Called) -> None:
        """Take note of what the document of a number calls things."""
        shared = (named for named in called.names if named[0][0] not in _OWN)
        self._shared.add(Called(tuple(shared), called.chosen))
        for family in sorted({key[:2] for key, _ in called.names if key[0] == _PROGRAM}):
            first = self._only.setdefault(family, number)
            if first == number:
                continue
            self._only[family] = _SEVERAL
            if first != _SEVERAL:
                self._shared.add(_of_family(self._called_in(first), family))
            self._shared.add(_of_family(called, family))

    def within(self, extraction: Extraction) -> LabelsByKey:
        """Return the labels of the things that a document speaks of."""
        own = _Spellings(self._shared.also_named)
        own.add(read_called(extraction))
        own.chosen = self._shared.chosen
        return {key: self._shared.label(key) or names for key, names in own.labels().items()}


def _of_family(called: Called, family: Key) -> Called:
    return Called(tuple(named for named in called.names if named[0][:2] == family))


def _names_in(label: str) -> tuple[str, ...]:
    """Return the name to show of a label, then what else it says."""
    name, acronym = split_acronym(label)
    return (label,) if acronym is None else (name, acronym, label)


def _nodes_of(facts: Iterable[Fact]) -> Iterable[Node]:
    for fact in facts:
        yield fact.subject
        if isinstance(fact.value, Node):
            yield fact.value
