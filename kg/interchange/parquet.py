"""Write the tables as Parquet, with typed columns and lists.

The CSV tables are read as a stream, and pyarrow reads some pieces ahead, not all. What only
spreadsheets need is undone: the apostrophe before what they would run as a formula, and the
words "and 5 more" at the end of a list. Decimals become floating-point numbers, as tools for
analysis have them; 15 digits come back as they were.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import re2

from kg.columns import Column, Table, describe_tables
from kg.csvw import table_in_csvw
from kg.errors import InputError, UsageError
from kg.tables import FORMULA_STARTS, MOST_LISTED

if TYPE_CHECKING:
    import pyarrow as pa

_ESCAPED: Final = f"^'[{''.join(sorted(FORMULA_STARTS - set('-')))}-]"
_NUMBER: Final = r"^'[+-]?[0-9]+(\.[0-9]+)?$"
_REST: Final = re2.compile(r"and [0-9]+ more")
_BLOCK: Final = 8 * 1024 * 1024
"""Bytes of CSV read at once; no row may be longer."""


class _SeveralValuesError(Exception):
    """A cell holds several values where the model allows one: descriptions disagree."""

    def __init__(self, column: str) -> None:
        self.column = column


def write_parquet(build: Path, folder: Path, progress: Callable[[str], None]) -> None:
    """Write a file for each table of a build.

    Raises:
        UsageError: pyarrow is not installed.
        InputError: the build is not there or a table is damaged.
    """
    try:
        import pyarrow  # noqa: F401, ICN001 - asked for before anything is written
    except ImportError as error:
        raise UsageError(
            "Parquet needs pyarrow: pip install 'accountable-care-kg[parquet]'"
        ) from error
    for table in describe_tables(build):
        progress(f"{table.name}.parquet")
        source, target = build / "tables" / f"{table.name}.csv", folder / f"{table.name}.parquet"
        while True:
            try:
                _write_table(table, source, target)
                break
            except _SeveralValuesError as found:
                table = _widened(table, found.column)  # noqa: PLW2901 - tried again


def _widened(table: Table, name: str) -> Table:
    """Return the table with a list for a column."""
    columns = (replace(c, separator="; ") if c.name == name else c for c in table.columns)
    return replace(table, columns=tuple(columns))


def _write_table(table: Table, source: Path, target: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema(table)
    try:
        with pq.ParquetWriter(target, schema, compression="zstd") as writer:
            for batch in _read(source, table):
                writer.write_batch(_typed(batch, table, schema, source))
    except pa.ArrowInvalid as error:
        raise InputError(source, f"not readable ({error}); run `kg build` again") from error


def _schema(table: Table) -> "pa.Schema":
    """Return types of the columns, with the IRIs of their properties and the description."""
    import pyarrow as pa

    types = {
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "decimal": pa.float64(),
        "gYear": pa.int32(),
        "integer": pa.int64(),
    }
    fields = []
    for column in table.columns:
        kind = types.get(column.datatype, pa.string())
        said = {"iri": column.property, "description": column.comment}
        known = {name: value for name, value in said.items() if value}
        kind = pa.list_(kind) if column.separator else kind
        fields.append(pa.field(column.name, kind, metadata=known or None))
    return pa.schema(fields, metadata={"csvw": json.dumps(table_in_csvw(table))})


def _read(source: Path, table: Table) -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa
    from pyarrow import csv

    yield from csv.open_csv(
        source,
        read_options=csv.ReadOptions(block_size=_BLOCK, use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types={column.name: pa.string() for column in table.columns},
            null_values=[""],
            strings_can_be_null=True,
        ),
    )


def _typed(
    batch: "pa.RecordBatch", table: Table, schema: "pa.Schema", source: Path
) -> "pa.RecordBatch":
    """Return the rows with values of the types of the schema."""
    import pyarrow as pa

    cells = {column.name: _plain(batch.column(column.name)) for column in table.columns}
    found = []
    for column in table.columns:
        try:
            found.append(_values(column, cells, schema.field(column.name).type))
        except pa.ArrowInvalid as error:
            if not column.separator and _holds(cells[column.name], "; "):
                raise _SeveralValuesError(column.name) from error
            problem = f"the column {column.name} holds no {column.datatype} ({error})"
            raise InputError(source, f"{problem}; run `kg build` again") from error
    return pa.record_batch(found, schema=schema)


def _plain(cells: Any) -> Any:
    """Return cells without the apostrophe that keeps spreadsheets from running them."""
    import pyarrow.compute as pc

    escaped = pc.and_not(
        pc.match_substring_regex(cells, _ESCAPED), pc.match_substring_regex(cells, _NUMBER)
    )
    return pc.if_else(escaped, pc.utf8_slice_codeunits(cells, 1), cells)


def _holds(cells: Any, text: str) -> bool:
    import pyarrow.compute as pc

    return bool(pc.any(pc.match_substring(cells, text)).as_py())


def _values(column: Column, cells: dict[str, Any], kind: "pa.DataType") -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    own = cells[column.name]
    if column.separator is None:
        return pc.cast(own, kind)
    beside = cells.get(f"{column.name}_iri")
    lists = [
        _listed(cell, column.separator, None if beside is None else beside[row].as_py())
        for row, cell in enumerate(own.to_pylist())
    ]
    values = pa.array([value for found in lists for value in found], pa.string())
    sizes = pa.array([0, *map(len, lists)], pa.int32())
    return pa.ListArray.from_arrays(
        pc.cast(pc.cumulative_sum(sizes), pa.int32()), pc.cast(values, kind.value_type)
    )


def _listed(cell: str | None, separator: str, beside: str | None) -> list[str]:
    """Return the values of a cell; labels that hold the separator themselves stay in one text.

    >>> _listed("Aetna; Cigna; and 3 more", "; ", None)
    ['Aetna', 'Cigna', 'and 3 more']
    >>> _listed("nurses; doctors", "; ", "http://ex.org/staff")
    ['nurses; doctors']
    """
    found = cell.split(separator) if cell else []
    if beside is not None and len(found) != len(beside.split(separator)):
        return [cell] if cell else []
    is_cut = len(found) == MOST_LISTED + 1 and _REST.fullmatch(found[-1])
    return found[:-1] if is_cut else found
