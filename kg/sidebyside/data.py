"""Write a comparison for programs: as CSV with a column for each program, or in full as JSON.

In CSV each program has four columns: its values, their quotations, where these stand, and how the
values were obtained unless the text states them. Several values of a cell are joined by "; ",
quotations and sources by " | ". What a program alone says of a part has rows of its own.
"""

import csv
import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from io import StringIO
from itertools import chain
from typing import Any, BinaryIO, Final, TypeAlias

from kg.compare import VERDICTS, ProgramComparison, Row, Saying, Section, Verdict
from kg.tables import safe_cell

Line: TypeAlias = tuple[str, ...]

_FORMAT: Final = 1
"""Raised when a program that reads the JSON would have to change."""
_EACH: Final = ("", " quotations", " sources", " basis")
"""What the columns of a program are called after its name."""


def comparison_table(
    comparison: ProgramComparison, verdicts: Collection[Verdict] = VERDICTS
) -> tuple[Line, list[Line]]:
    """Return the header and the lines of the table that the CSV holds."""
    header = ("section", "aspect", "verdict", *(n + e for n in _names(comparison) for e in _EACH))
    return header, list(_lines(comparison, verdicts))


def _names(comparison: ProgramComparison) -> list[str]:
    """Return a name for each column: that of the program, and more where two have the same."""
    labels = Counter(program.label for program in comparison.programs)
    names: list[str] = []
    for number, program in enumerate(comparison.programs, start=1):
        is_alone = labels[program.label] == 1
        names.append(program.label if is_alone else f"{number}: {program.label}")
    return names


def _lines(comparison: ProgramComparison, verdicts: Collection[Verdict]) -> Iterator[Line]:
    size = len(comparison.programs)
    for section, row in comparison.rows(*verdicts):
        said = [[saying for _, saying, _ in row.told(column)] for column in range(size)]
        yield (*_heading(section, row), *chain.from_iterable(map(_cell, said)))
        for column, sayings in enumerate(said):
            for fact in chain.from_iterable(saying.facts for saying in sayings):
                cells = [_cell(())] * size
                cells[column] = _cell((Saying(fact.words, fact.iri, fact.supports),))
                yield (*_heading(section, row, fact.path), *chain.from_iterable(cells))


def _heading(section: Section, row: Row, further: tuple[str, ...] = ()) -> Line:
    return section.name, " > ".join((*row.path, *further)), row.verdict


def _cell(sayings: Sequence[Saying]) -> Line:
    supports = dict.fromkeys(support for saying in sayings for support in saying.supports)
    sources = (f"{s.document}, characters {s.start}-{s.end}" for s in supports)
    return (
        "; ".join(dict.fromkeys(saying.words for saying in sayings)),
        " | ".join(support.quotation for support in supports),
        " | ".join(sources),
        "; ".join(dict.fromkeys(saying.basis for saying in sayings if saying.basis)),
    )


def write_csv(
    comparison: ProgramComparison, stream: BinaryIO, verdicts: Collection[Verdict]
) -> None:
    """Write the table in UTF-8; no cell of it is a formula to a spreadsheet."""
    header, lines = comparison_table(comparison, verdicts)
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([safe_cell(cell) for cell in line] for line in (header, *lines))
    stream.write(text.getvalue().encode("utf-8", "backslashreplace"))


def write_json(
    comparison: ProgramComparison, stream: BinaryIO, verdicts: Collection[Verdict]
) -> None:
    """Write everything, in ASCII."""
    text = json.dumps(comparison_data(comparison, verdicts), indent=1)
    stream.write(text.encode() + b"\n")


def comparison_data(
    comparison: ProgramComparison, verdicts: Collection[Verdict] = VERDICTS
) -> dict[str, Any]:
    """Return a comparison as what JSON can hold.

    A cell is null where the program has no such part, and empty where it says nothing.
    """
    return {
        "format": _FORMAT,
        "programs": [asdict(program) for program in comparison.programs],
        "counts": {verdict: sum(1 for _ in comparison.rows(verdict)) for verdict in VERDICTS},
        "rows": [
            {
                "section": section.name,
                "path": row.path,
                "property": row.predicate,
                "verdict": row.verdict,
                "cells": [_cell_data(row, column) for column in range(len(row.concerns))],
            }
            for section, row in comparison.rows(*verdicts)
        ],
    }


def _cell_data(row: Row, column: int) -> list[dict[str, Any]] | None:
    """Return what one program says of each value, and whether the others say it too."""
    if not row.concerns[column]:
        return None
    return [
        {"meaning": value.words, "verdict": verdict, "basis": saying.basis, **asdict(saying)}
        for value, saying, verdict in row.told(column)
    ]
