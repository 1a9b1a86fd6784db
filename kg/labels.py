"""Choose the label of each thing from what all documents call it.

What exists only as a part of a program is named by the documents about that program, most often by
one. So only names of organizations, of places and of programs with several documents are counted
over the whole collection; the rest is counted anew in each document that asks.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from kg.index import Index
from kg.names import split_acronym
from kg.records import Extraction, Fact, Node
from kg.spool import Spool

Key = tuple[str, ...]
LabelsByKey = Mapping[Key, tuple[str, ...]]
"""For each thing its label, then the other names met."""

_PROGRAM: Final = "program"
_OWN: Final = frozenset({_PROGRAM, "doc"})
"""What the key of a thing begins with that not every document may name."""
_SEVERAL: Final = -1
_SEPARATOR: Final = "\0"
"""Stands between the parts of a key where it is one text; no document that we read has it."""


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

    def each(self) -> Iterator[tuple[Key, tuple[str, ...]]]:
        return ((key, self.label(key)) for key in sorted(self._counts))

    def labels(self) -> LabelsByKey:
        return dict(self.each())

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
        return _within(extraction, self._shared, self._shared.label)

    def settle(self, folder: Path | None = None) -> "SettledLabels":
        """Return the same, with labels in a folder and keys in less memory."""
        return SettledLabels(self._shared, folder)


class SettledLabels:
    """The labels of a collection, of which many processes share the little that memory holds."""

    def __init__(self, spellings: _Spellings, folder: Path | None = None) -> None:
        self._known = _Spellings(spellings.also_named)
        self._known.chosen = spellings.chosen
        self._spool = Spool(folder)
        self._numbers = Index(
            {
                _SEPARATOR.join(key): self._spool.append(json.dumps(label).encode())
                for key, label in spellings.each()
            }
        )

    def within(self, extraction: Extraction) -> LabelsByKey:
        """Return the labels of the things that a document speaks of."""
        return _within(extraction, self._known, self._label)

    def _label(self, key: Key) -> tuple[str, ...]:
        number = self._numbers.get(_SEPARATOR.join(key))
        return () if number is None else tuple(json.loads(self._spool[number]))


def _within(
    extraction: Extraction, known: _Spellings, label: Callable[[Key], tuple[str, ...]]
) -> LabelsByKey:
    own = _Spellings(known.also_named)
    own.add(read_called(extraction))
    own.chosen = known.chosen
    return {key: label(key) or names for key, names in own.labels().items()}


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
