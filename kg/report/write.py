"""Write report.json and report.html."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from kg.report.entries import Documents, Section, as_json, tell
from kg.report.marks import mark_text
from kg.report.model import STATUSES, BuildReport, Finding
from kg.workers import Workshop

_FORMAT: Final = 1
"""Raised when a program that reads report.json would have to change."""
_GRAVE: Final = "Violation"
"""The severity that makes a build invalid."""


def write_report(folder: Path, report: BuildReport, workshop: Workshop = Workshop()) -> None:  # noqa: B008 - it is frozen
    """Write report.json and report.html into a folder; documents are sorted by name."""
    documents = Documents(workshop)
    for told in workshop.map(tell, report.documents):
        documents.add(told)
    sections: dict[str, Section] = {}
    for name in ("refused", "findings", "conflicts", "doubts", "merges"):
        sections[name] = section = Section(workshop)
        entries = getattr(report, name)
        for entry in sorted(entries, key=str) if name == "refused" else entries:
            is_grave = isinstance(entry, Finding) and entry.severity == _GRAVE
            section.add(as_json(entry), is_grave=is_grave)
    head = as_json(_head(report, documents, sections))
    with (folder / "report.json").open("w", encoding="utf-8", newline="\n") as file:
        file.write(head.removesuffix("}"))
        for name, section in sections.items():
            file.write(f',\n "{name}": ')
            file.writelines(section.lines())
        file.write(',\n "documents": ')
        file.writelines(documents.lines())
        file.write("\n}\n")
    page = _render(json.loads(head) | sections, documents)
    (folder / "report.html").write_text(page, encoding="utf-8", newline="\n")


def _head(
    report: BuildReport, documents: Documents, sections: Mapping[str, Section]
) -> dict[str, Any]:
    """Return what report.json holds before its lists."""
    return {
        "format": _FORMAT,
        "version": report.version,
        "documents_read": len(documents),
        "documents_refused": len(sections["refused"]),
        "facts": documents.facts,
        "passages": documents.passages,
        "conforms": not sections["findings"].has_grave,
        "counts": dict(sorted(report.counts)),
    }


def _render(report: dict[str, Any], documents: Documents) -> str:
    from kg.templating import open_template

    shown = documents.least_understood()
    template = open_template("report.html.j2", lstrips=True, keeps_end=True)
    return template.render(
        report=report,
        shown=shown,
        left_out=len(documents) - len(shown),
        statuses=STATUSES,
        mark=lambda passage: mark_text(passage["text"], passage["start"], passage["spans"]),
        quote=lambda passage, span: passage["text"][
            max(span[0] - passage["start"], 0) : max(span[1] - passage["start"], 0)
        ],
    )
