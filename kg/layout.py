"""Network graph to positions, worked out beforehand so that no page has to (igraph's one door)."""

import random
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import igraph

if TYPE_CHECKING:
    import networkx as nx

Positions: TypeAlias = dict[str, tuple[int, int]]

_EDGE: Final = 165
_CAREFUL: Final = 400
"""Above so many nodes the careful force layout, whose cost is their number cubed, is too slow."""
_EFFORT: Final = 200_000
"""Nodes times rounds that the quick layout may take: about a second."""
_HUB: Final = 12
"""A node of more links than this pulls at each the less, so that no hub heaps all others up."""


def force_positions(graph: "nx.MultiDiGraph[str]") -> Positions:
    """Return positions in which linked things attract each other, the same in every run.

    >>> import networkx as nx
    >>> positions = force_positions(nx.MultiDiGraph([("north", "humana"), ("south", "humana")]))
    >>> sorted(positions) == ["humana", "north", "south"], positions == force_positions(
    ...     nx.MultiDiGraph([("north", "humana"), ("south", "humana")]))
    (True, True)
    """
    nodes = list(graph)
    if len(nodes) < 2:
        return dict.fromkeys(nodes, (0, 0))
    places = {node: place for place, node in enumerate(nodes)}
    links = sorted({tuple(sorted((places[a], places[b]))) for a, b in graph.edges() if a != b})
    layout = _settle(_joined(igraph.Graph(n=len(nodes), edges=links)))
    layout.scale(_EDGE / _usual_length(layout.coords, links))
    layout.center()
    return {
        node: (round(x * 1.4), round(y)) for node, (x, y) in zip(nodes, layout.coords, strict=True)
    }


def _joined(graph: "igraph.Graph") -> "igraph.Graph":
    """Return the graph with its parts linked to the largest: else they would drift out of sight."""
    degrees = graph.degree()
    parts = sorted(graph.connected_components(), key=len, reverse=True)
    centres = [max(part, key=lambda node: degrees[node]) for part in parts]
    graph.add_edges([(centres[0], centre) for centre in centres[1:]])
    return graph


def _settle(graph: "igraph.Graph") -> Any:
    """Return igraph's layout from a circle on; what it leaves to chance is a fixed sequence."""
    circle = graph.layout_circle()
    degrees = graph.degree()
    pulls = [min(1.0, _HUB / max(degrees[end] for end in link.tuple)) for link in graph.es]
    igraph.set_random_number_generator(random.Random(1))  # noqa: S311  # not a secret
    try:
        if graph.vcount() <= _CAREFUL:
            lengths = [1 / pull**0.5 for pull in pulls]
            return graph.layout_kamada_kawai(seed=circle, weights=lengths or None)
        rounds = max(50, _EFFORT // graph.vcount())
        return graph.layout_fruchterman_reingold(
            seed=circle, niter=rounds, weights=pulls or None, grid=True
        )
    finally:
        igraph.set_random_number_generator(random)


def _usual_length(coords: list[list[float]], links: Sequence[tuple[int, ...]]) -> float:
    """Return the median length, which a hub's long spokes do not change."""
    lengths = [
        sum((a - b) ** 2 for a, b in zip(coords[one], coords[two], strict=True)) ** 0.5
        for one, two in links
    ]
    return (median(lengths) if lengths else 0) or 1.0
