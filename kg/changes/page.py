"""Write changes as one HTML page without script: both builds side by side, document by document."""

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, Final

from kg.changes.change import (
    Change,
    DocumentChange,
    GraphChange,
    TermChange,
    ThingChange,
    Unchanged,
)
from kg.changes.summary import summary
from kg.changes.tally import Tally
from kg.changes.writing import SECTIONS, Pieces
from kg.templating import open_template

_MOST: Final = 1_000
"""Changes of a section that the page shows; a browser has to hold it."""


class Page:
    """A page to look at, to keep or to mail."""

    def render(self, change: Change) -> bytes:
        """Return a change as a part of the page."""
        return render_change(change).encode("utf-8", "replace")

    def write(self, tally: Tally, pieces: Pieces, stream: BinaryIO) -> None:
        """Write the page."""
        stream.writelines(text.encode("utf-8", "replace") for text in self._opening(tally))
        for section in SECTIONS:
            if count := pieces.count(section):
                stream.write(_macro("heading", section).encode())
                stream.writelines(islice(pieces.of(section), _MOST))
                stream.write(_macro("ending", section, max(0, count - _MOST)).encode())
        stream.write(_macro("closing", tally.differs).encode())

    def _opening(self, tally: Tally) -> Iterator[str]:
        yield _macro("opening", tuple(summary(tally))).lstrip()


def render_change(change: Change) -> str:
    """Return a change as HTML; of a document of which nothing changed there is none."""
    match change:
        case DocumentChange():
            return _macro("document", change)
        case ThingChange():
            return _macro("thing", change)
        case TermChange():
            return _macro("term", change)
        case GraphChange():
            return _macro("graph", change)
        case Unchanged():
            return ""


def render_counts(tally: Tally) -> str:
    """Return what was counted as HTML."""
    return _macro("counts", tuple(summary(tally)))


def _macro(name: str, *arguments: object) -> str:
    module = open_template("changes.html.j2", lstrips=True, cleans=True).module
    return str(getattr(module, name)(*arguments))
