"""Lay rows of an answer out for people: names that link to things, words for heads, bars."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.terms import XSD, local_name
from kg.website.fetch import Row

_NAMES: Final = ("Label", "Title")
"""A column with such an ending names what the column without it identifies."""
_NUMBERS: Final = frozenset(
    {
        *(XSD.integer, XSD.decimal, XSD.nonNegativeInteger),
        *(NamedNode(f"{XSD.iri}{name}") for name in ("double", "float", "int", "long")),
    }
)
MOST_BARS: Final = 25
_WIDEST_NAME: Final = 44
"""Letters of a name beside a bar."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in words, with the IRI of what it names."""

    text: str
    iri: str = ""

    @property
    def shown(self) -> str:
        """The text, with commas between the thousands of a number.

        >>> Cell("13000").shown, Cell("0.5").shown, Cell("2013-07").shown
        ('13,000', '0.5', '2013-07')
        """
        return f"{int(self.text):,}" if self.text.isdecimal() else self.text


@dataclass(frozen=True, slots=True)
class Column:
    """A head and cells below it; `is_number` where all of them are numbers or empty."""

    head: str
    cells: tuple[Cell, ...]
    is_number: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart, with its share of the longest one."""

    name: str
    short_name: str
    value: str
    share: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart of one column by another."""

    by: str
    of: str
    bars: tuple[Bar, ...]
    is_cut: bool
    """Whether only the longest bars are there."""


def read_columns(
    names: Sequence[str], rows: Sequence[Row], hidden: Collection[str] = ()
) -> tuple[Column, ...]:
    """Return the columns to show: what has a name beside it is shown by that name only."""
    named = {_unnamed(name) for name in names if _unnamed(name) != name}
    shown = [name for name in names if name not in named and name not in hidden]
    return tuple(_column(name, rows) for name in shown)


def _column(name: str, rows: Sequence[Row]) -> Column:
    thing = _unnamed(name)
    values = [row.get(name, row.get(thing)) for row in rows]
    found = [value for value in values if value is not None]
    is_number = bool(found) and all(map(_is_number, found))
    return Column(
        in_words(thing),
        tuple(_cell(row.get(name), row.get(thing)) for row in rows),
        is_number,
    )


def _cell(
    name: NamedNode | BlankNode | Literal | None, thing: NamedNode | BlankNode | Literal | None
) -> Cell:
    value = name if name is not None else thing
    iri = thing.value if isinstance(thing, NamedNode) else ""
    if value is None:
        return Cell("")
    if isinstance(value, Literal):
        said = {"true": "yes", "false": "no"} if value.datatype == XSD.boolean else {}
        return Cell(said.get(value.value, value.value), iri)
    return Cell(local_name(value) if isinstance(value, NamedNode) else "", iri)


def _is_number(value: object) -> bool:
    return isinstance(value, Literal) and value.datatype in _NUMBERS


def draw_chart(columns: Sequence[Column]) -> Chart | None:
    """Return a chart of the first column of numbers by the first of names, if they make one.

    They do if each name stands there once with a number that is not negative. Of many, the largest
    are drawn.
    """
    by = next((column for column in columns if not column.is_number), None)
    of = next((column for column in columns if column.is_number), None)
    if by is None or of is None or len(by.cells) < 2:
        return None
    names = [cell.text for cell in by.cells]
    numbers = [float(cell.text) if cell.text else -1.0 for cell in of.cells]
    longest = max(numbers)
    if len(set(names)) < len(names) or min(numbers) < 0 or not 0 < longest < float("inf"):
        return None
    bars = [
        Bar(name, _shorten(name), cell.shown, number / longest)
        for name, cell, number in zip(names, of.cells, numbers, strict=True)
    ]
    if len(bars) > MOST_BARS:
        bars = sorted(bars, key=lambda bar: -bar.share)[:MOST_BARS]
    return Chart(by.head, of.head, tuple(bars), is_cut=len(names) > MOST_BARS)


def _shorten(name: str) -> str:
    return name if len(name) <= _WIDEST_NAME else f"{name[: _WIDEST_NAME - 1].rstrip()}…"


def _unnamed(column: str) -> str:
    """Return the column that this one names, or itself."""
    return next((column.removesuffix(end) for end in _NAMES if column.endswith(end)), column)


def in_words(name: str) -> str:
    """Return the name of a column as people would write it.

    >>> in_words("effectiveDate")
    'effective date'
    """
    return "".join(f" {char.lower()}" if char.isupper() else char for char in name).strip()
