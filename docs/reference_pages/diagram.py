"""Hold a diagram as boxes and arrows, and know how much room each takes.

Names are set in a monospaced face, whose letters are as wide in every font that a browser may
choose to within a few hundredths; so room can be worked out before there is a browser.
"""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LETTER: Final = 7.4
"""Widest letter of a monospaced face at the size of a line, in pixels."""
TITLE_LETTER: Final = 8.4
LINE: Final = 19
LABEL: Final = 15
"""Height of a label on an arrow."""
HEAD: Final = 32
KIND: Final = 17
PAD: Final = 12
TITLE_LINE: Final = 17
_TITLE: Final = 36
"""Letters of a title before it goes on in the next line."""
_BETWEEN: Final = 3
"""Letters between the two columns of a box's lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a box: a name and what it leads to, each with the page that tells of it."""

    name: str
    value: str = ""
    page: str | None = None
    value_page: str | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A thing of a diagram; its hue is a number that the style sheet gives a color to."""

    name: str
    title: str
    hue: int
    kind: str = ""
    lines: tuple[Line, ...] = ()
    page: str | None = None

    @property
    def titles(self) -> tuple[str, ...]:
        """The title in lines, cut where it would take more of them than it is worth."""
        return tuple(textwrap.wrap(self.title, _TITLE, max_lines=2, placeholder=" …"))

    @property
    def name_width(self) -> float:
        """Room that the first column of the lines takes."""
        return LETTER * max((len(line.name) for line in self.lines), default=0)

    @property
    def width(self) -> float:
        """Room that the box takes from left to right."""
        values = LETTER * max((len(line.value) for line in self.lines), default=0)
        lines = self.name_width + values + (LETTER * _BETWEEN if values else 0)
        return 2 * PAD + max(
            TITLE_LETTER * max(map(len, self.titles)), LETTER * len(self.kind), lines, 60
        )

    @property
    def head(self) -> float:
        """Height of the part above the lines."""
        return HEAD + TITLE_LINE * (len(self.titles) - 1) + (KIND if self.kind else 0)

    @property
    def height(self) -> float:
        """Room that the box takes from top to bottom."""
        return self.head + (LINE * len(self.lines) + PAD if self.lines else 0)


@dataclass(frozen=True, slots=True)
class Arrow:
    """One or more links from a box to another, each label with the page that tells of it."""

    source: str
    target: str
    labels: tuple[Line, ...]

    @property
    def width(self) -> float:
        """Room that the labels take on the arrow."""
        return LETTER * max(len(label.name) for label in self.labels)

    @property
    def height(self) -> float:
        """Room that the labels take above the arrow."""
        return LABEL * len(self.labels) + 5


@dataclass(frozen=True, slots=True)
class Diagram:
    """Boxes and arrows, with what a reader who cannot see them is told."""

    name: str
    title: str
    description: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    @property
    def statements(self) -> tuple[str, ...]:
        """Everything that the picture says, in words.

        >>> boxes = (Box("a", "Program", 0), Box("b", "Payer", 1, lines=(Line("kind", "plan"),)))
        >>> Diagram("d", "", "", boxes, (Arrow("a", "b", (Line("hasPayer"),)),)).statements
        ('Program hasPayer Payer', 'Payer: kind plan')
        """
        titles = {box.name: box.title for box in self.boxes}
        arrows = (
            f"{titles[arrow.source]} {label.name} {titles[arrow.target]}"
            for arrow in self.arrows
            for label in arrow.labels
        )
        inner = (f"{box.title}: {_told(box.lines)}" for box in self.boxes if box.lines)
        return (*arrows, *inner)


def _told(lines: Iterable[Line]) -> str:
    return "; ".join(f"{line.name} {line.value}".strip() for line in lines)


def join_arrows(links: Iterable[tuple[str, str, Line]]) -> tuple[Arrow, ...]:
    """Return one arrow for all links between the same two boxes, in the order of the first."""
    labels: dict[tuple[str, str], list[Line]] = {}
    for source, target, label in links:
        labels.setdefault((source, target), []).append(label)
    return tuple(Arrow(*ends, tuple(found)) for ends, found in labels.items())
