"""Give Python users and notebooks what differs between two builds."""

from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, Final

from kg.answers import Rows
from kg.changes import (
    COLUMNS,
    Change,
    Csv,
    DocumentChange,
    GraphChange,
    Scope,
    Table,
    Tally,
    TermChange,
    ThingChange,
    Unchanged,
    count_data,
    find_changes,
    open_folder,
    place_of,
    render_change,
    render_counts,
    summary_lines,
    write_lines,
)

_MOST_LINES: Final = 40
"""Lines of changes that a prompt shows."""
_MOST_SHOWN: Final = 50
"""Changes that a notebook shows; more would make it slow to open."""


@dataclass(frozen=True, slots=True, repr=False)
class Difference:
    """What differs between two builds; it is true if anything does."""

    tally: Tally
    documents: tuple[DocumentChange, ...]
    """Documents that differ, by name."""
    things: tuple[ThingChange, ...]
    """Things that both builds know but call otherwise, or place otherwise."""
    model: tuple[TermChange | GraphChange, ...]
    """Terms of the ontology and the vocabulary, and other graphs, such as the shapes."""

    def __bool__(self) -> bool:
        return self.tally.differs

    @property
    def counts(self) -> dict[str, Any]:
        """How much of each kind differs, as `kg diff --format json` counts it."""
        counts: dict[str, Any] = count_data(self.tally)["counts"]
        return counts

    @property
    def rows(self) -> Rows:
        """One row a change, as `kg diff --format csv` writes them; `to_pandas()` has them all."""
        found = (row for change in self._changes() for row in Csv(evidence=True).rows(change))
        return Rows(COLUMNS, tuple(tuple(row.get(name) for name in COLUMNS) for row in found))

    def _changes(self) -> tuple[Change, ...]:
        return (*self.model, *self.things, *self.documents)

    def __repr__(self) -> str:
        stream = BytesIO()
        lines = [line for change in self._changes() for line in Table().lines(change)]
        write_lines(((line, "") for line in summary_lines(self.tally)), stream)
        write_lines(islice(lines, _MOST_LINES), stream)
        left_out = len(lines) - _MOST_LINES
        more = f"… and {left_out:,} more lines\n" if left_out > 0 else ""
        return (stream.getvalue().decode() + more).rstrip("\n")

    def _repr_html_(self) -> str:
        changes = self._changes()
        parts = [render_counts(self.tally), *map(render_change, changes[:_MOST_SHOWN])]
        left_out = len(changes) - _MOST_SHOWN
        if left_out > 0:
            parts.append(f"<p>{left_out:,} more changes are not shown; rows holds them all.</p>")
        return "\n".join(parts)


def diff(
    old: str | Path,
    new: str | Path,
    *,
    documents: tuple[str, ...] = (),
    programs: tuple[str, ...] = (),
    facts_only: bool = False,
) -> Difference:
    """Return what differs between the folders of two builds, by document.

    Unlike the command, it holds every difference that it finds. `documents` (names of source
    files) and `programs` (names or IRIs) choose what to compare; `facts_only` leaves aside the
    model, and evidence where the facts are the same.

    Raises:
        InputError: a folder is no build, or is damaged.
        UsageError: no document has one of the names.
    """
    builds = open_folder(Path(old)), open_folder(Path(new))
    tally = Tally(*builds)
    scope = Scope(frozenset(documents), frozenset(programs), facts_only)
    found: list[Change] = []
    for change in find_changes(*builds, scope):
        tally.add(change)
        if not isinstance(change, Unchanged):
            found.append(change)
    found.sort(key=place_of)
    return Difference(
        tally,
        tuple(change for change in found if isinstance(change, DocumentChange)),
        tuple(change for change in found if isinstance(change, ThingChange)),
        tuple(change for change in found if isinstance(change, TermChange | GraphChange)),
    )
