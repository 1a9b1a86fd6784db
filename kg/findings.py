"""Write what SHACL found, for a person to act on or a program to read."""

import json
from typing import BinaryIO

from pyoxigraph import RdfFormat, serialize

from kg.terminal import printable
from kg.terms import prefixes
from kg.validate import ValidationReport, Violation


def place_of(violation: Violation) -> str:
    """Return file, line, column and words behind a violation, or the IRI of the thing itself."""
    if not violation.sources:
        return violation.focus
    quote = violation.sources[0]
    place = ":".join(str(n) for n in (quote.document, quote.line, quote.column) if n is not None)
    return f"{place}: “{' '.join(quote.quotation.split())}”"


def write_validation(report: ValidationReport, form: str, stream: BinaryIO) -> None:
    """Write a report as lines to read ("table"), as JSON, or as a SHACL report in Turtle."""
    if form == "turtle":
        serialize(report.graph, stream, format=RdfFormat.TURTLE, prefixes=prefixes())
    elif form == "json":
        text = json.dumps(validation_json(report), indent=1, ensure_ascii=True)
        stream.write(text.encode() + b"\n")
    else:
        lines = (printable(line).encode("utf-8", "backslashreplace") for line in _lines(report))
        stream.writelines(line + b"\n" for line in lines)


def validation_json(report: ValidationReport) -> dict[str, object]:
    """Return a report as what JSON can hold."""
    return {
        "conforms": report.conforms,
        "results": [
            {
                "severity": found.severity,
                "message": found.message,
                "focus": found.focus,
                "path": found.path,
                "value": found.value,
                "shape": found.shape,
                "sources": [
                    {
                        "document": quote.document,
                        "line": quote.line,
                        "column": quote.column,
                        "quotation": quote.quotation,
                    }
                    for quote in found.sources
                ],
            }
            for found in report.violations
        ],
    }


def _lines(report: ValidationReport) -> list[str]:
    if not report.violations:
        return ["Everything conforms."]
    lines = [f"{found.severity}: {place_of(found)}: {found.message}" for found in report.violations]
    counted = f"{len(report.violations)} finding{'' if len(report.violations) == 1 else 's'}"
    return [*lines, counted]
