"""Write what a build read, what it did not understand and what to check, for people and programs.

`report.json` holds everything; `report.html` the same as one page without script, which shows the
documents with the most to check and says how many it leaves out. Neither holds a time, so that the
same input gives the same bytes.
"""

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from heapq import nsmallest
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from kg.clean import clean_literal
from kg.conflicts import Conflict
from kg.quotation import Quotation
from kg.resolve import Merge

Status: TypeAlias = Literal["modelled", "label", "boilerplate", "not understood"]

STATUSES: Final[tuple[Status, ...]] = ("modelled", "label", "boilerplate", "not understood")
_QUIET_KINDS: Final[dict[str, Status]] = {"label": "label", "boilerplate": "boilerplate"}
"""Kinds of passage that need no fact."""
_FORMAT: Final = 1
"""Raised when a program that reads report.json would have to change."""
_MOST_DOCUMENTS: Final = 100
"""How many documents the page shows in full; a browser has to hold it."""
_MOST_ROWS: Final = 200
"""How many contradictions, doubts and merges the page shows of each."""
_DEEPEST: Final = 3
"""Shades of the marks: words behind one fact, two, or more."""


@dataclass(frozen=True, slots=True)
class PassageReport:
    """One passage of a document; `spans` are offsets into the document with what they say."""

    order: int
    start: int
    end: int
    text: str
    kind: str
    """Notation in scheme `passage-kind`."""
    spans: tuple[tuple[int, int, str], ...] = ()

    @property
    def status(self) -> Status:
        """What became of the passage: facts, nothing because of its kind, or nothing at all.

        >>> PassageReport(1, 0, 9, "Go to top", "boilerplate").status
        'boilerplate'
        >>> PassageReport(2, 10, 20, "All is well.", "sentence").status
        'not understood'
        """
        if self.spans:
            return "modelled"
        return _QUIET_KINDS.get(self.kind, "not understood")


@dataclass(frozen=True, slots=True)
class Unquoted:
    """A number, date or capitalised name of a document that no fact quotes."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AnomalyReport:
    """A fault in a source text, and what it was read as where that is known."""

    kind: str
    as_written: str
    read_as: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What was made of one document; `facts` counts its assertions."""

    name: str
    sha256: str
    facts: int
    passages: tuple[PassageReport, ...]
    unquoted: tuple[Unquoted, ...] = ()
    anomalies: tuple[AnomalyReport, ...] = ()

    @property
    def coverage(self) -> dict[Status, int]:
        """How many passages have each status."""
        counts = Counter(passage.status for passage in self.passages)
        return {status: counts[status] for status in STATUSES}


@dataclass(frozen=True, slots=True)
class RefusedDocument:
    """A file that gave no facts, why, and what to do about it."""

    name: str
    problem: str
    advice: str


@dataclass(frozen=True, slots=True)
class Source:
    """Words of a document behind a finding; line and column count from 1."""

    document: str
    line: int
    column: int
    quotation: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of the validation."""

    severity: str
    message: str
    focus: str
    path: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two names that may mean one thing, or one that may mean two, and what was done."""

    names: tuple[str, ...]
    reason: str
    decision: str
    quotations: tuple[Quotation, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildReport:
    """All that a build has to tell; `counts` says how many things of each class there are."""

    version: str
    documents: tuple[DocumentReport, ...]
    refused: tuple[RefusedDocument, ...] = ()
    findings: tuple[Finding, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    merges: tuple[Merge, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether the validation found nothing worse than a warning."""
        return all(finding.severity != "Violation" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text with everything that is said to rest on it."""

    text: str
    labels: tuple[str, ...]

    @property
    def depth(self) -> int:
        """How dark to mark it."""
        return min(len(self.labels), _DEEPEST)


def write_report(folder: Path, report: BuildReport) -> None:
    """Write report.json and report.html into a folder; documents are sorted by name."""
    documents = sorted(report.documents, key=attrgetter("name"))
    data = _data(report, documents)
    with (folder / "report.json").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_as_json(data, documents))
    page = _render(data, documents)
    (folder / "report.html").write_text(page, encoding="utf-8", newline="\n")


def _as_json(data: dict[str, Any], documents: Sequence[DocumentReport]) -> Iterator[str]:
    """Yield the report with its documents, which are never all there in this form."""
    text = json.dumps({**data, "documents": []}, ensure_ascii=False, indent=1)
    yield text.removesuffix("]\n}")
    for number, document in enumerate(documents):
        shown = json.dumps(_document_data(document), ensure_ascii=False, indent=1)
        yield "\n  " if number == 0 else ",\n  "
        yield shown.replace("\n", "\n  ")
    yield "\n ]\n}\n" if documents else "]\n}\n"


def _data(report: BuildReport, documents: Sequence[DocumentReport]) -> dict[str, Any]:
    """Return the report as report.json holds it, but for the documents."""
    total: Counter[str] = Counter()
    for document in documents:
        total.update(document.coverage)
    data = {
        "format": _FORMAT,
        "version": report.version,
        "documents_read": len(documents),
        "documents_refused": len(report.refused),
        "facts": sum(document.facts for document in documents),
        "passages": {status: total[status] for status in STATUSES},
        "conforms": report.conforms,
        "counts": dict(sorted(report.counts)),
        "refused": [asdict(refused) for refused in sorted(report.refused, key=str)],
        "findings": [asdict(finding) for finding in report.findings],
        "conflicts": [asdict(conflict) for conflict in report.conflicts],
        "doubts": [asdict(doubt) for doubt in report.doubts],
        "merges": [asdict(merge) for merge in report.merges],
    }
    cleaned: dict[str, Any] = _clean(data)
    return cleaned


def _document_data(document: DocumentReport) -> dict[str, Any]:
    starts = [passage.start for passage in document.passages]
    data = asdict(document)
    data["coverage"] = document.coverage
    for entry, passage in zip(data["passages"], document.passages, strict=True):
        entry["status"] = passage.status
    for entry in (*data["unquoted"], *data["anomalies"]):
        place = bisect_right(starts, entry["start"]) - 1
        entry["passage"] = document.passages[place].order if place >= 0 else 0
    cleaned: dict[str, Any] = _clean(data)
    return cleaned


def _clean(value: Any) -> Any:
    """Replace what neither JSON readers nor browsers should meet, keeping offsets."""
    if isinstance(value, str):
        return clean_literal(value)
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def mark_text(text: str, start: int, spans: Iterable[tuple[int, int, str]]) -> tuple[Segment, ...]:
    """Cut a text that begins at an offset into stretches that rest on the same spans.

    Spans may hold or cross each other, and end outside the text; no markup could nest those that
    cross, so each stretch carries its labels itself.

    >>> pieces = mark_text("over 200", 10, [(10, 18, "count"), (15, 18, "value")])
    >>> [(piece.text, piece.labels) for piece in pieces]
    [('over ', ('count',)), ('200', ('count', 'value'))]
    """
    inside = [(max(a - start, 0), min(b - start, len(text)), label) for a, b, label in spans]
    inside = [span for span in inside if span[0] < span[1]]
    edges = sorted({0, len(text), *(edge for a, b, _ in inside for edge in (a, b))})
    return tuple(
        Segment(
            text[left:right],
            tuple(dict.fromkeys(label for a, b, label in inside if a <= left and right <= b)),
        )
        for left, right in pairwise(edges)
    )


def _render(data: dict[str, Any], documents: Sequence[DocumentReport]) -> str:
    from kg.templating import open_template

    shown = nsmallest(_MOST_DOCUMENTS, documents, key=_least_understood_first)
    template = open_template("report.html.j2", lstrips=True, keeps_end=True)
    return template.render(
        report=data,
        shown=[_document_data(document) for document in sorted(shown, key=attrgetter("name"))],
        left_out=len(documents) - len(shown),
        most=_MOST_ROWS,
        statuses=STATUSES,
        mark=lambda passage: mark_text(passage["text"], passage["start"], passage["spans"]),
        quote=lambda passage, span: passage["text"][
            max(span[0] - passage["start"], 0) : max(span[1] - passage["start"], 0)
        ],
    )


def _least_understood_first(document: DocumentReport) -> tuple[int, int, str]:
    return -document.coverage["not understood"], -len(document.unquoted), document.name
