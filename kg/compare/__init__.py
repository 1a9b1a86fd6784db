"""Compare programs: match their parts by what they are, and lay their values side by side."""

from kg.compare.compare import compare_programs
from kg.compare.records import (
    VERDICTS,
    ComparedProgram,
    ComparedValue,
    PartFact,
    ProgramComparison,
    Row,
    Saying,
    Section,
    Verdict,
)

__all__ = [
    "VERDICTS",
    "ComparedProgram",
    "ComparedValue",
    "PartFact",
    "ProgramComparison",
    "Row",
    "Saying",
    "Section",
    "Verdict",
    "compare_programs",
]
