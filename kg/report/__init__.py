"""Write what a build read, what it did not understand and what to check, for people and programs.

`report.json` holds everything; `report.html` the same as one page without script, which shows what
matters most and says how much it leaves out. Neither holds a time, so that the same input gives the
same bytes.
"""

from kg.report.marks import Segment, mark_text
from kg.report.model import (
    STATUSES,
    AnomalyReport,
    BuildReport,
    DocumentReport,
    Doubt,
    Finding,
    PassageReport,
    RefusedDocument,
    Source,
    Status,
    Unquoted,
)
from kg.report.write import write_report

__all__ = [
    "STATUSES",
    "AnomalyReport",
    "BuildReport",
    "DocumentReport",
    "Doubt",
    "Finding",
    "PassageReport",
    "RefusedDocument",
    "Segment",
    "Source",
    "Status",
    "Unquoted",
    "mark_text",
    "write_report",
]
