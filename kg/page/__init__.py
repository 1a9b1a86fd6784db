"""Network graph to one HTML page that opens from disk, offline, and runs no text as script.

pyvis holds nodes, edges and options and ships vis-network, which draws them; its own template is
not used, because it links to the web and runs script that hides in a label.
"""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from kg.inline import csp_hash
from kg.network import take_part
from kg.page.assets import own_script, style, vis_network
from kg.page.looks import LOOKS
from kg.page.packing import pack
from kg.page.payload import make_payload
from kg.page.words import fact_rows, summary
from kg.templating import open_template

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["render_page", "write_page"]

MOST_CARRIED: Final = 100_000
"""Things in one page; of a larger graph it leaves out the details, and says so."""
_MOST_ROWS: Final = 5000
"""Rows of the table for readers without script; a longer one would only make the page heavy."""


def write_page(graph: "nx.MultiDiGraph[str]", path: Path, *, title: str) -> None:
    """Write the page as UTF-8 with LF on every platform."""
    path.write_bytes(render_page(graph, title=title).encode())


def render_page(graph: "nx.MultiDiGraph[str]", *, title: str) -> str:
    """Return the page for a graph of `kg.network.read_network`, or a part of one."""
    css, scripts = style(), [vis_network(), own_script()]
    told, all_things = summary(graph), len(graph)
    if all_things > MOST_CARRIED:
        plain = [name for _, name in graph.nodes(data="type") if not LOOKS[name].is_detail]
        graph = take_part(graph, types=frozenset(plain))
    rows = fact_rows(graph)
    shown = list(islice(rows, _MOST_ROWS))
    return open_template("network.html.j2").render(
        title=title,
        summary=told,
        things_left_out=all_things - len(graph),
        style=Markup(css),  # noqa: S704  # our own file
        scripts=[Markup(script) for script in scripts],  # noqa: S704  # our own files and pyvis's
        style_hash=csp_hash(css),
        script_hashes=[csp_hash(script) for script in scripts],
        data=[
            (part.name, part.media_type, Markup(part.text))  # noqa: S704  # nothing to interpret
            for part in pack(make_payload(graph))
        ],
        rows=shown,
        left_out=sum(1 for _ in rows),
    )
