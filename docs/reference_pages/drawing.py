"""Draw a placed diagram as SVG that stands within a page and takes its colors."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reference_pages.diagram import LABEL, LINE, PAD, TITLE_LINE
from reference_pages.placing import Placed, PlacedArrow

_TEMPLATES: Final = Path(__file__).with_name("templates")
_TIP: Final = 7
_SIZES: Final = {"label": LABEL, "line_height": LINE, "pad": PAD, "title_line": TITLE_LINE}


def draw(placed: Placed, address: Callable[[str], str]) -> str:
    """Return a figure as HTML: the picture, and the same in words.

    `address` turns the page that something of the diagram is told on into where a link leads.
    """
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("diagram.html.j2")
    html = template.render(placed=placed, address=address, curve=curve, **_SIZES)
    return "\n".join(line for line in html.splitlines() if line.strip())


def curve(placed: PlacedArrow) -> str:
    """Return the path of an arrow, from left to right; the tip takes its last pixels.

    >>> from reference_pages.diagram import Arrow, Line
    >>> arrow = Arrow("a", "b", (Line("hasPayer"),))
    >>> curve(PlacedArrow(arrow, ((10.0, 10.0, 5.0), (50.0, 90.0, 9.0)), is_back=False))
    'M10 5 C30 5 30 9 50 9 H83'
    """
    stretches = list(placed.stretches)
    left, right, y = stretches[0 if placed.is_back else -1]
    if placed.is_back:
        stretches[0] = left + _TIP, right + _TIP, y
    else:
        stretches[-1] = left, right - _TIP, y
    path = [f"M{stretches[0][0]:g} {stretches[0][2]:g}"]
    for (_, x1, y1), (x2, right, y2) in pairwise(stretches):
        middle = (x1 + x2) / 2
        path.append(f"C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g} H{right:g}")
    return " ".join(path)
