"""Apply what curators decided: which names are one, and which facts to add, change or withdraw.

`read_corrections` reads a reviewed file, `apply_corrections` applies it to what was read, on every
build alike. What a correction touched carries a `Curation`, so that the evidence tells who decided
it and why. A correction that matches nothing, or that contradicts another, is an error.
"""

from kg.corrections.apply import AppliedCorrection, apply_corrections
from kg.corrections.form import Correction, Corrections
from kg.corrections.read import parse_corrections, read_corrections

__all__ = [
    "AppliedCorrection",
    "Correction",
    "Corrections",
    "apply_corrections",
    "parse_corrections",
    "read_corrections",
]
