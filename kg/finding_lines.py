"""Carry findings from many batches to one report as lines, which are put in order on disk.

A line says where its finding stands among all others, then what it says, so that sorting the lines
of all batches gives the report that `kg.validate.make_report` makes in memory.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat

from kg.lines import Lines, Sorter, split_lines, written
from kg.spool import Spool, Spooled
from kg.trace import SourceQuote
from kg.validate import (
    TracedResult,
    ValidationReport,
    Violation,
    report_head,
    report_results,
)
from kg.workers import batched

_AT_ONCE: Final = 1000
_BREAK: Final = "\v"
"""A line break within a line, beside which it sorts; nothing that we write holds one."""


@dataclass(frozen=True, slots=True)
class PartFindings:
    """What is wrong in one batch: a line for each finding, and their triples."""

    findings: Lines
    triples: Lines


def finding_lines(findings: Iterable[TracedResult], base: str) -> PartFindings:
    """Return findings as lines; all that is found about one thing must be among them."""
    reported = list(report_results(findings, base))
    lines = [
        b"%b\t%d\t%b\n" % (_order(result.order), number, _data(result.violation))
        for number, result in enumerate(reported)  # none is lost that says what another one says
    ]
    triples = (triple for result in reported for triple in result.triples)
    return PartFindings(Lines(b"".join(lines)), Lines(written(triples, RdfFormat.N_TRIPLES)))


class FindingWriter:
    """Makes one report of the findings of many batches, in memory or in a folder."""

    def __init__(self, base: str, folder: Path | None = None) -> None:
        self._base, self._folder = base, folder
        self._findings, self._triples = Sorter(folder, "findings"), Sorter(folder, "validation")

    def add(self, part: PartFindings) -> None:
        """Take what is wrong in the next batch."""
        for sorter, lines in (self._findings, part.findings), (self._triples, part.triples):
            for some in batched(lines.lines(), _AT_ONCE):
                sorter.add(some)

    def join(self) -> PartFindings:
        """Return as one what was taken."""
        return PartFindings(self._findings.finish(), self._triples.finish())

    def finish(self) -> ValidationReport:
        """Return the report, each of whose findings is read when it is asked for."""
        spool = Spool(self._folder)
        severities: Counter[str] = Counter()
        for line in self._findings.finish().lines():
            data = line.rpartition(b"\t")[2]
            severities[_violation(data).severity] += 1
            spool.append(data)
        head = report_head(self._base, conforms=not severities)
        self._triples.add(split_lines(written(head, RdfFormat.N_TRIPLES)))
        return ValidationReport(Spooled(spool, _violation), self._triples.finish(), severities)


def _order(text: str) -> bytes:
    return text.replace("\n", _BREAK).encode()


def _data(found: Violation) -> bytes:
    sources = [(q.document, q.start, q.end, q.quotation, q.line, q.column) for q in found.sources]
    said = (found.focus, found.path, found.value, found.severity, found.message, found.shape)
    return json.dumps((*said, sources)).encode()


def _violation(data: bytes) -> Violation:
    focus, path, value, severity, message, shape, quotes = json.loads(data)
    sources = tuple(SourceQuote(*quote) for quote in quotes)
    return Violation(focus, path, value, severity, message, shape, sources)
