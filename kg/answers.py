"""Hold answers as values that a notebook and a prompt show: rows, a thing, programs side by side.

What a graph says comes from strangers' texts: here it is only ever text, in a notebook as on a
terminal.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final, TypeAlias

from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryTriples

from kg.errors import UsageError
from kg.show import ThingDescription, write_description
from kg.sparql import QueryResult
from kg.templating import open_template
from kg.terminal import printable
from kg.terms import XSD

if TYPE_CHECKING:
    import pandas as pd

    from kg.compare import ProgramComparison

Value: TypeAlias = str | int | float | bool | None

_NAMES: Final = ("Label", "Title")
"""A column with such an ending names, for people, what the column without it identifies."""
_TRIPLE: Final = ("subject", "predicate", "object")
_MOST_ROWS: Final = 200
"""Rows that a notebook shows; more would make it slow to open."""
_MOST_LINES: Final = 20
"""Rows that a terminal shows."""
_READERS: Final[Mapping[NamedNode, Callable[[str], Value]]] = {
    XSD.boolean: lambda text: text in {"true", "1"},
    XSD.decimal: float,
    XSD.integer: int,
    XSD.nonNegativeInteger: int,
}


@dataclass(frozen=True, slots=True, repr=False)
class Rows:
    """The answer to a question: rows that are mappings from column to value.

    Numbers and booleans are Python's. All else is text: IRIs, and dates too, as a date may be no
    more than a year. Where a column stands beside its name (`payer`, `payerLabel`), people are
    shown the name only.

    >>> rows = Rows(("payer", "payerLabel", "lives"), (("https://example.org/1", "Cigna", 5500),))
    >>> rows[0]["lives"]
    5500
    >>> rows
    payer  lives
    Cigna  5500
    """

    columns: tuple[str, ...]
    values: tuple[tuple[Value, ...], ...]
    if_empty: str = ""
    """The good news that no rows are, where no rows are good news."""
    echoes: frozenset[str] = frozenset()
    """Columns that only repeat what was asked; people are not shown them."""

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        for row in self.values:
            yield dict(zip(self.columns, row, strict=True))

    def __getitem__(self, index: int) -> dict[str, Value]:
        return dict(zip(self.columns, self.values[index], strict=True))

    def to_pandas(self) -> "pd.DataFrame":
        """Return the rows as a data frame with every column; whole numbers stay whole.

        Raises:
            UsageError: pandas is not installed.
        """
        return _to_pandas(self.columns, self.values)

    def __repr__(self) -> str:
        headings, lines = self._table(_MOST_LINES)
        if not lines:
            return f"no rows{self.if_empty and ': '}{self.if_empty}"
        table = [[printable(text) for text in line] for line in (headings, *lines)]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        texts = [
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
            for line in table
        ]
        left_out = len(self) - len(lines)
        return "\n".join([*texts, *([f"… and {left_out:,} more"] if left_out else [])])

    def _repr_html_(self) -> str:
        headings, lines = self._table(_MOST_ROWS)
        return _render("rows", headings, lines, len(self) - len(lines), self.if_empty)

    def _table(self, most: int) -> tuple[list[str], list[list[str]]]:
        """Return the headings and the first rows as people read them."""
        named = {_unnamed(name) for name in self.columns if _unnamed(name) != name}
        columns = [name for name in self.columns if name not in named | self.echoes]
        headings = [_in_words(_unnamed(name)) for name in columns]
        rows = [self[index] for index in range(min(most, len(self)))]
        return headings, [[_shown(row, name) for name in columns] for row in rows]


def _to_pandas(columns: Sequence[str], values: Sequence[Sequence[Value]]) -> "pd.DataFrame":
    try:
        import pandas as pd
    except ImportError as error:
        raise UsageError(
            "to_pandas() needs pandas: pip install 'accountable-care-kg[notebook]'"
        ) from error
    return pd.DataFrame(list(values), columns=list(columns)).convert_dtypes()


def _unnamed(column: str) -> str:
    """Return the column that this one names, or itself."""
    return next((column.removesuffix(end) for end in _NAMES if column.endswith(end)), column)


def _in_words(name: str) -> str:
    return "".join(f" {char.lower()}" if char.isupper() else char for char in name).strip()


def _shown(row: Mapping[str, Value], name: str) -> str:
    value = row[name]
    if value is None:  # a literal has no label: it is its own
        value = row.get(_unnamed(name))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def read_rows(result: QueryResult, if_empty: str = "") -> Rows:
    """Return all rows of a result; a yes or no is one row, a graph has a row for each triple.

    Raises:
        UsageError: the query asked for something that fails once rows are computed.
    """
    found = result.found
    if isinstance(found, QueryBoolean):
        return Rows(("answer",), ((bool(found),),))
    try:
        if isinstance(found, QueryTriples):
            triples = sorted(set(found), key=str)
            return Rows(_TRIPLE, tuple(tuple(map(_value, triple)) for triple in triples))
        values = tuple(tuple(map(_value, row)) for row in found)
        return Rows(result.variables, values, if_empty, result.echoes)
    except RuntimeError as error:
        raise UsageError(printable(str(error))) from error


def _value(term: object) -> Value:
    """Return a term as Python's own value."""
    if isinstance(term, Literal):
        try:
            return _READERS.get(term.datatype, str)(term.value)
        except ValueError:  # a stranger's "many"^^xsd:integer
            return term.value
    if term is None or isinstance(term, NamedNode):
        return term and term.value
    return str(term)


def _render(macro: str, *arguments: object) -> str:
    module = open_template("answers.html.j2").module
    return str(getattr(module, macro)(*arguments)).strip()


@dataclass(frozen=True, slots=True, repr=False)
class Description:
    """Everything that a graph says about one thing, each fact with the words behind it."""

    thing: ThingDescription

    def __repr__(self) -> str:
        stream = BytesIO()
        write_description(self.thing, "table", stream)
        return stream.getvalue().decode().rstrip("\n")

    def _repr_html_(self) -> str:
        return _render("description", self.thing)


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """What programs share and where they differ, each value with the words behind it."""

    told: "ProgramComparison"

    def to_pandas(self) -> "pd.DataFrame":
        """Return the table of `kg compare --format csv`: four columns for each program.

        Raises:
            UsageError: pandas is not installed.
        """
        from kg.sidebyside import comparison_table

        return _to_pandas(*comparison_table(self.told))

    def __repr__(self) -> str:
        from kg.sidebyside import write_comparison

        stream = BytesIO()
        write_comparison(self.told, "table", stream)
        return stream.getvalue().decode().rstrip("\n")

    def _repr_html_(self) -> str:
        return _render("comparison", self.told)


@dataclass(frozen=True, slots=True, repr=False)
class NetworkPage:
    """The interactive network graph: a page in itself, in a notebook shut in a frame.

    The frame may run the page's own script and save what one exports, nothing else: it reaches
    neither the notebook, nor files, nor the network.
    """

    html: str
    height: int
    """Of the frame, in pixels."""

    def __repr__(self) -> str:
        return f"<network page of {len(self.html) // 1000:,} kB; a notebook shows it>"

    def _repr_html_(self) -> str:
        return _render("frame", self.html, self.height)
