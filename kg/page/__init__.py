"""Network graph to one HTML page that opens from disk, offline, and runs no text as script.

pyvis holds nodes, edges and options and ships vis-network, which draws them; its own template is
not used, because it links to the web and runs script that hides in a label.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from markupsafe import Markup

from kg.inline import csp_hash
from kg.page.assets import own_script, style, vis_network
from kg.page.carried import Network, choose
from kg.page.packing import pack
from kg.page.payload import make_payload
from kg.page.words import fact_rows, summary
from kg.templating import open_template

__all__ = ["render_page", "write_page"]

MOST_CARRIED: Final = 100_000
"""Things in one page; what it leaves out of a larger network, it says."""
_MOST_ROWS: Final = 5000
"""Rows of the table for readers without script; a longer one would only make the page heavy."""


def write_page(network: Network, path: Path, *, title: str) -> None:
    """Write the page as UTF-8 with LF on every platform."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_stream(network, title))


def render_page(network: Network, *, title: str) -> str:
    """Return the page for a network, or a part of one."""
    return "".join(_stream(network, title))


def _stream(network: Network, title: str) -> Iterator[str]:
    css, scripts = style(), [vis_network(), own_script()]
    carried = choose(network, MOST_CARRIED)
    shown = list(islice(fact_rows(carried.nodes, carried.edges), _MOST_ROWS))
    return open_template("network.html.j2").generate(
        title=title,
        summary=summary(carried.told),
        things_left_out=carried.things_left_out,
        is_detailed=carried.is_detailed,
        style=Markup(css),  # noqa: S704  # our own file
        scripts=[Markup(script) for script in scripts],  # noqa: S704  # our own files and pyvis's
        style_hash=csp_hash(css),
        script_hashes=[csp_hash(script) for script in scripts],
        data=[
            (part.name, part.media_type, Markup(part.text))  # noqa: S704  # nothing to interpret
            for part in pack(make_payload(carried))
        ],
        rows=shown,
        left_out=carried.told.rows - len(shown),
    )
