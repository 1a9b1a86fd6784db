"""Tell what differs between two builds: documents, facts, things, the model."""

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
from kg.changes.data import COLUMNS, Csv, Json, count_data
from kg.changes.find import Scope, find_changes
from kg.changes.folder import BuildFolder, open_folder
from kg.changes.page import Page, render_change, render_counts
from kg.changes.patch import PatchForm, write_patch
from kg.changes.summary import summary_lines
from kg.changes.table import Table, write_lines
from kg.changes.tally import Tally
from kg.changes.writing import Form, place_of, write_changes

__all__ = [
    "COLUMNS",
    "BuildFolder",
    "Change",
    "Csv",
    "DocumentChange",
    "FactChange",
    "Form",
    "GraphChange",
    "Json",
    "Page",
    "PatchForm",
    "Scope",
    "Side",
    "Table",
    "Tally",
    "TermChange",
    "ThingChange",
    "Unchanged",
    "count_data",
    "find_changes",
    "open_folder",
    "place_of",
    "render_change",
    "render_counts",
    "summary_lines",
    "write_changes",
    "write_lines",
    "write_patch",
]
