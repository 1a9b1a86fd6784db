"""Write a comparison side by side: for a terminal, a spreadsheet, a program or a browser."""

from collections.abc import Collection
from typing import BinaryIO, Literal, TypeAlias

from kg.compare import VERDICTS, ProgramComparison, Verdict
from kg.sidebyside.data import comparison_table, write_csv, write_json

__all__ = ["ComparisonFormat", "comparison_table", "write_comparison"]

ComparisonFormat: TypeAlias = Literal["table", "csv", "json", "html"]


def write_comparison(
    comparison: ProgramComparison,
    form: ComparisonFormat,
    stream: BinaryIO,
    verdicts: Collection[Verdict] = VERDICTS,
) -> None:
    """Write the rows with some verdicts: to read on a terminal, or as CSV, JSON or a web page."""
    if form == "csv":
        write_csv(comparison, stream, verdicts)
    elif form == "json":
        write_json(comparison, stream, verdicts)
    elif form == "html":
        from kg.sidebyside.page import render_comparison

        stream.write(render_comparison(comparison, verdicts).encode("utf-8", "backslashreplace"))
    else:
        from kg.sidebyside.text import write_text

        write_text(comparison, stream, verdicts)
