"""Write what a comparison finds: counts first, then models, things and documents by name.

Nothing is held: each change is rendered when it is found, kept on disk, and written in its place
when all are counted.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final, Literal, Protocol, TypeAlias

from kg.changes.change import (
    Change,
    DocumentChange,
    GraphChange,
    TermChange,
    ThingChange,
    Unchanged,
)
from kg.changes.find import Scope, find_changes
from kg.changes.folder import BuildFolder
from kg.changes.spool import Spool
from kg.changes.tally import Tally

Section: TypeAlias = Literal["model", "things", "documents"]
SECTIONS: Final[tuple[Section, ...]] = ("model", "things", "documents")
"""In the order in which they are written; each change belongs to one."""
_Key: TypeAlias = tuple[Section, str, int]


class Pieces:
    """Rendered changes by section, each section in the order of names."""

    def __init__(self, spool: Spool[_Key]) -> None:
        self._spool = spool
        self._keys = sorted(spool)

    def count(self, section: Section) -> int:
        """Return how many pieces a section has."""
        return sum(key[0] == section for key in self._keys)

    def of(self, section: Section) -> Iterator[bytes]:
        """Yield the pieces of a section."""
        return (self._spool.get(key) for key in self._keys if key[0] == section)


class Form(Protocol):
    """A format: how one change looks, and how all of them stand together."""

    def render(self, change: Change) -> bytes:
        """Return one change, or nothing if the format does not show it."""

    def write(self, tally: Tally, pieces: Pieces, stream: BinaryIO) -> None:
        """Write the counts and all changes."""


def write_changes(
    builds: tuple[BuildFolder, BuildFolder], scope: Scope, form: Form, stream: BinaryIO
) -> Tally:
    """Write what differs between an old and a new build; return what was counted.

    Raises:
        InputError: a file of a build cannot be read.
        UsageError: no document of either build has one of the names that were chosen.
    """
    old, new = builds
    tally = Tally(old, new)
    with Spool[_Key]() as spool:
        for number, change in enumerate(find_changes(old, new, scope)):
            tally.add(change)
            piece = form.render(change)
            if piece:
                spool.put((*place_of(change), number), piece)
        form.write(tally, Pieces(spool), stream)
    return tally


def place_of(change: Change) -> tuple[Section, str]:
    """Return where a change is written: its section, and its name in that.

    >>> place_of(GraphChange("shapes", 3, 0))
    ('model', 'shapes')
    """
    match change:
        case TermChange():
            return "model", f"{change.model} {change.label} {change.iri}"
        case GraphChange():
            return "model", change.name
        case ThingChange():
            return "things", f"{change.name} {change.iri}"
        case DocumentChange():
            return "documents", change.name
        case Unchanged():
            return "documents", ""
