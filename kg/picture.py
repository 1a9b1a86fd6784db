"""Draw the network for print, with networkx and matplotlib (its one door): columns by type."""

from collections import defaultdict
from operator import itemgetter
from statistics import fmean
from textwrap import wrap
from typing import TYPE_CHECKING, Final, TypeAlias

import networkx as nx
import re2

from kg.page.assets import style
from kg.page.looks import COLUMNS, LOOKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKERS: Final = dict(
    zip(
        "card hexagon house circle pin diamond person people chevron".split()
        + "octagon tag cross star".split(),
        "s h ^ o v D p 8 > H < P *".split(),
        strict=True,
    )
)
"""The marker of matplotlib that is most like each shape of the page."""
_MOST_WITH_DETAILS: Final = 100
"""Things; a larger picture leaves out the details, as the page does at first."""
_LETTERS_A_LINE: Final = 20
_Positions: TypeAlias = dict[str, tuple[float, float]]
_HUE: Final = re2.compile(r"--([a-z]+): (#[0-9a-f]{6});")


def draw_network(graph: "nx.MultiDiGraph[str]", axes: "Axes") -> "nx.MultiDiGraph[str]":
    """Draw a network of `kg.network.read_network` on axes; return the part that is drawn."""
    if len(graph) > _MOST_WITH_DETAILS:
        plain = (node for node, name in graph.nodes(data="type") if not LOOKS[name].is_detail)
        graph = graph.subgraph(plain)
    columns = _columns(graph)
    positions = nx.multipartite_layout(graph, subset_key=columns) if graph else {}
    nx.draw_networkx_edges(
        graph, positions, ax=axes, edge_color="#b9c0c8", width=0.6, arrowsize=5, node_size=60
    )
    _draw_nodes(graph, positions, axes)
    _write_labels(graph, positions, axes)
    top = max((y for _, y in positions.values()), default=0)
    for column, nodes in columns.items():
        _write(axes, COLUMNS[column], (positions[nodes[0]][0], top), (-4, 18))
    axes.margins(x=0.12, y=0.08)
    axes.set_axis_off()
    return graph


def _columns(graph: "nx.MultiDiGraph[str]") -> dict[int, list[str]]:
    """Return the things of each column, each thing level with the programs that lead to it."""
    programs = [node for node, name in graph.nodes(data="type") if name == "Program"]
    places = {program: place for place, program in enumerate(programs)}
    columns: defaultdict[int, list[tuple[float, str]]] = defaultdict(list)
    for node, data in graph.nodes(data=True):
        owners = [places[owner] for owner in data["programs"] if owner in places]
        columns[LOOKS[data["type"]].column].append((-fmean(owners or [len(places) / 2]), node))
    return {
        column: [node for _, node in sorted(columns[column], key=itemgetter(0))]
        for column in sorted(columns)
    }


def _write_labels(graph: "nx.MultiDiGraph[str]", positions: _Positions, axes: "Axes") -> None:
    for node, label in graph.nodes(data="label"):
        plain = label.replace("$", r"\$")  # matplotlib would read a formula between two of them
        lines = wrap(plain, _LETTERS_A_LINE, max_lines=3, placeholder="…")
        _write(axes, "\n".join(lines), positions[node], (6, 0))


def _write(
    axes: "Axes", text: str, place: tuple[float, float], offset: tuple[float, float]
) -> None:
    """Write a text so many points to the right of and above a place."""
    axes.annotate(
        text, place, offset, textcoords="offset points", va="center", fontsize=6.5, linespacing=0.9
    )


def _draw_nodes(graph: "nx.MultiDiGraph[str]", positions: _Positions, axes: "Axes") -> None:
    """Draw the things of each type with its marker and hue, filled if several programs share it."""
    hues = dict(reversed(_HUE.findall(style())))  # the first of a name is the one for light paper
    members: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
    for node, data in graph.nodes(data=True):
        members[data["type"], data["shared"] or data["type"] == "Program"].append(node)
    for (name, is_filled), nodes in members.items():
        hue = hues[LOOKS[name].hue]
        nx.draw_networkx_nodes(
            graph,
            positions,
            nodelist=nodes,
            ax=axes,
            node_shape=_MARKERS[LOOKS[name].shape],
            node_color=hue if is_filled else "#ffffff",
            edgecolors=hue,
            linewidths=1,
            node_size=45,
            label=graph.nodes[nodes[0]]["type_label"],
        )
