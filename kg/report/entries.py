"""Write the entries of a report as JSON, on their way to report.json, and keep those to show."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from heapq import nsmallest
from typing import Any, Final

import re2

from kg.clean import clean_literal
from kg.report.model import STATUSES, AnomalyReport, DocumentReport, Unquoted
from kg.spool import Spool
from kg.workers import Workshop

_MOST_DOCUMENTS: Final = 100
"""How many documents the page shows in full; a browser has to hold it."""
_MOST_ROWS: Final = 200
"""How many findings, contradictions, doubts, merges and refusals the page shows of each."""
_UNCLEAN: Final = re2.compile(r"\\[bfu]|[\x{fffe}\x{ffff}]")
"""In JSON, what `kg.clean` may replace: control characters are escaped, others are as they are."""


def as_json(data: Any) -> str:
    """Return data, or a dataclass, as one line of report.json.

    It is in one line because only that is written at the speed of a library in C. What neither
    JSON readers nor browsers should meet is replaced, keeping offsets.

    >>> print(as_json({"text": "half" + chr(27) + "year"}))
    {"text": "half�year"}
    """
    text = _encode(data)
    return _encode(_cleaned(json.loads(text))) if _UNCLEAN.search(text) else text


def _fields_of(value: Any) -> dict[str, Any]:
    """Return what a dataclass holds; `dataclasses.asdict` copies all within, which takes longer."""
    if not is_dataclass(value):
        raise TypeError(value)
    return {field.name: getattr(value, field.name) for field in fields(value)}


_encode: Final = json.JSONEncoder(ensure_ascii=False, default=_fields_of).encode


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean_literal(value)
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    return list(map(_cleaned, value)) if isinstance(value, list) else value


def _document_data(document: DocumentReport) -> dict[str, Any]:
    starts = [passage.start for passage in document.passages]

    def placed(entry: Unquoted | AnomalyReport) -> dict[str, Any]:
        place = bisect_right(starts, entry.start) - 1
        return _fields_of(entry) | {"passage": document.passages[place].order if place >= 0 else 0}

    return _fields_of(document) | {
        "coverage": document.coverage,
        "passages": [_fields_of(each) | {"status": each.status} for each in document.passages],
        "unquoted": list(map(placed, document.unquoted)),
        "anomalies": list(map(placed, document.anomalies)),
    }


@dataclass(frozen=True, slots=True)
class Told:
    """One document as report.json tells it, with what the whole report needs to know of it."""

    text: str
    name: str
    facts: int
    coverage: tuple[int, ...]
    unquoted: int


def tell(document: DocumentReport) -> Told:
    """Return one document as report.json tells it."""
    return Told(
        as_json(_document_data(document)),
        document.name,
        document.facts,
        tuple(document.coverage.values()),
        len(document.unquoted),
    )


class Section:
    """One part of the report, as JSON on its way to report.json, with what the page shows of it."""

    def __init__(self, workshop: Workshop) -> None:
        self._spool = Spool(workshop.folder)
        self._numbers: dict[bool, list[int]] = {True: [], False: []}

    def add(self, text: str, *, is_grave: bool = False) -> None:
        number = self._spool.append(text.encode())
        if len(self._numbers[is_grave]) < _MOST_ROWS:
            self._numbers[is_grave].append(number)

    def __len__(self) -> int:
        return len(self._spool)

    @property
    def has_grave(self) -> bool:
        return bool(self._numbers[True])

    @property
    def left_out(self) -> int:
        """How many entries the page does not show."""
        return max(len(self) - _MOST_ROWS, 0)

    @property
    def shown(self) -> list[Any]:
        """Return the entries of the page: all in their order, or if there are many, grave ones."""
        numbers = sorted((*self._numbers[True], *self._numbers[False]))
        if self.left_out:
            numbers = [*self._numbers[True], *self._numbers[False]][:_MOST_ROWS]
        return [self.entry(number) for number in numbers]

    def entry(self, number: int) -> Any:
        return json.loads(self._spool[number])

    def lines(self, order: Iterable[int] | None = None) -> Iterator[str]:
        """Yield the part as a list within a JSON object."""
        if not len(self):
            yield "[]"
            return
        for place, number in enumerate(range(len(self)) if order is None else order):
            yield ",\n  " if place else "[\n  "
            yield self._spool[number].decode()
        yield "\n ]"


class Documents:
    """The documents of a report, with their sums, their order and which of them to show."""

    def __init__(self, workshop: Workshop) -> None:
        self._section = Section(workshop)
        self._names: list[str] = []
        self._ranks: list[tuple[int, int, str, int]] = []
        self.facts = 0
        self.passages = dict.fromkeys(STATUSES, 0)

    def add(self, told: Told) -> None:
        coverage = dict(zip(STATUSES, told.coverage, strict=True))
        missed = coverage["not understood"]
        self._ranks.append((-missed, -told.unquoted, told.name, len(self._names)))
        self._names.append(told.name)
        self._section.add(told.text)
        self.facts += told.facts
        for status, count in coverage.items():
            self.passages[status] += count

    def __len__(self) -> int:
        return len(self._names)

    def lines(self) -> Iterator[str]:
        """Yield the documents by name."""
        order = sorted(range(len(self)), key=self._names.__getitem__)
        return self._section.lines(order)

    def least_understood(self) -> list[Any]:
        """Return the documents with the most to check, by name."""
        numbers = [number for *_, number in nsmallest(_MOST_DOCUMENTS, self._ranks)]
        return [self._section.entry(n) for n in sorted(numbers, key=self._names.__getitem__)]
