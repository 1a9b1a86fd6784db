"""Write changes for other programs: as JSON, or as rows for a spreadsheet."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from io import StringIO
from itertools import chain, repeat
from typing import Any, BinaryIO, Final, TypeAlias

from kg.changes.change import (
    Change,
    DocumentChange,
    FactChange,
    GraphChange,
    Side,
    TermChange,
    ThingChange,
    Unchanged,
)
from kg.changes.folder import BuildFolder
from kg.changes.tally import Tally
from kg.changes.writing import SECTIONS, Pieces
from kg.tables import safe_cell

Cell: TypeAlias = str | int

_FORMAT: Final = 1
"""Raised when a program that reads the JSON would have to change."""
COLUMNS: Final = (
    *("document", "former_name", "fate", "program", "program_iri", "change", "about", "about_iri"),
    *("property", "property_iri", "old_value", "old_iri", "old_quotation", "old_start", "old_end"),
    *("old_basis", "old_confidence", "new_value", "new_iri", "new_quotation", "new_start"),
    *("new_end", "new_basis", "new_confidence"),
)


class Json:
    """One object: counts, then every change."""

    def render(self, change: Change) -> bytes:
        """Return a change as an object."""
        if isinstance(change, Unchanged):
            return b""
        return json.dumps(asdict(change, dict_factory=_as_dict), indent=1).encode()

    def write(self, tally: Tally, pieces: Pieces, stream: BinaryIO) -> None:
        """Write the object."""
        head = json.dumps({"format": _FORMAT, **count_data(tally)}, indent=1)
        stream.write(head.removesuffix("\n}").encode())
        for section in SECTIONS:
            stream.write(f',\n "{section}": ['.encode())
            marked = zip(chain([b"\n"], repeat(b",\n")), pieces.of(section), strict=False)
            stream.writelines(mark + piece for mark, piece in marked)
            stream.write(b"]")
        stream.write(b"\n}\n")


def _as_dict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a record as an object, without the sentence of a quotation, which nobody read."""
    return {name: value for name, value in pairs if not name.startswith("sentence")}


def count_data(tally: Tally) -> dict[str, Any]:
    """Return what was counted, with each count that there can be."""
    fates = ("same", "same text", "text changed", "added", "removed", "renamed")
    kinds = ("added", "removed", "changed", "renamed")
    return {
        "old": _build(tally.old),
        "new": _build(tally.new),
        "differs": tally.differs,
        "counts": {
            "documents": {fate: tally.documents[fate] for fate in fates},
            "facts": {
                **{kind: tally.facts[kind] for kind in kinds},
                "in added documents": tally.in_documents["added"],
                "in removed documents": tally.in_documents["removed"],
                "evidence": tally.evidence,
            },
            "documents with other evidence": tally.other_evidence,
            "things": tally.things,
            "terms": tally.terms.total(),
            "graphs": tally.graphs,
        },
    }


def _build(build: BuildFolder) -> dict[str, str]:
    return {"path": str(build.path), "base": build.base, "version": build.version}


class Csv:
    """One row a change of a fact; a part of a fact stands under the fact, as `fact > part`.

    A document whose facts did not change has a row without a fact, a term of the model one with
    what is said of it.
    """

    def __init__(self, *, evidence: bool = False) -> None:
        self._evidence = evidence

    def render(self, change: Change) -> bytes:
        """Return the rows of a change."""
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        for row in self.rows(change):
            writer.writerow([safe_cell(str(row.get(column, ""))) for column in COLUMNS])
        return text.getvalue().encode("utf-8", "backslashreplace")

    def write(self, tally: Tally, pieces: Pieces, stream: BinaryIO) -> None:  # noqa: ARG002 - rows are the counts
        """Write the rows."""
        stream.write(",".join(COLUMNS).encode() + b"\n")
        for section in SECTIONS:
            stream.writelines(pieces.of(section))

    def rows(self, change: Change) -> Iterator[dict[str, Cell]]:
        """Yield the rows of a change, as far as they have cells."""
        match change:
            case DocumentChange():
                yield from self._document_rows(change)
            case ThingChange():
                yield from self._fact_rows(change.facts, {})
            case TermChange():
                term = {"about": change.label, "about_iri": change.iri, "property": change.model}
                said = {
                    "old_value": " | ".join(change.removed),
                    "new_value": " | ".join(change.added),
                }
                yield {"change": change.kind, **term, **said}
            case GraphChange():
                counts = {"old_value": change.removed, "new_value": change.added}
                yield {
                    "change": "changed",
                    "about": change.name,
                    "property": "statements",
                    **counts,
                }
            case Unchanged():
                return

    def _document_rows(self, change: DocumentChange) -> Iterator[dict[str, Cell]]:
        document: dict[str, Cell] = {
            "document": change.name,
            "former_name": change.former_name or "",
            "fate": change.fate,
            "program": change.program,
            "program_iri": change.program_iri,
        }
        facts = (*change.facts, *(change.evidence if self._evidence else ()))
        yield from self._fact_rows(facts, document)
        if not facts:
            yield document

    def _fact_rows(
        self, facts: Iterable[FactChange], document: dict[str, Cell], path: str = ""
    ) -> Iterator[dict[str, Cell]]:
        for fact in facts:
            if fact.kind == "evidence" and not self._evidence:
                continue
            name = f"{path}{fact.property}"
            yield {
                **document,
                "change": fact.kind,
                "about": fact.about,
                "about_iri": fact.about_iri,
                "property": name,
                "property_iri": fact.property_iri,
                **_cells("old", fact.old),
                **_cells("new", fact.new),
            }
            yield from self._fact_rows(fact.parts, document, f"{name} > ")


def _cells(name: str, side: Side | None) -> dict[str, Cell]:
    """Return the cells of one side; several quotations are joined, and the first is placed."""
    if side is None:
        return {}
    cells: dict[str, Cell] = {f"{name}_value": side.value, f"{name}_iri": side.iri or ""}
    if side.supports:
        first = side.supports[0]
        cells |= {
            f"{name}_quotation": " | ".join(support.quotation for support in side.supports),
            f"{name}_start": first.start,
            f"{name}_end": first.end,
            f"{name}_basis": first.basis,
            f"{name}_confidence": f"{first.confidence:g}",
        }
    return cells
