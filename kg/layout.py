"""Network graph to positions, worked out beforehand so that no page has to (igraph's one door)."""

import random
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from statistics import median
from typing import Any, Final, TypeAlias

import igraph
import networkx as nx

Positions: TypeAlias = dict[str, tuple[int, int]]

COLUMNS: Final = (
    (-410, "For whom and why", ("condition", "aim")),
    (-205, "Payer and approach", ("payer-type", "Payer", "Initiative", "approach")),
    (0, "Program", ("Program",)),
    (
        *(215, "Who and where"),
        ("ProviderOrganization", "Organization", "PractitionerGroup", "Place"),
    ),
    (405, "Payment and care roles", ("PaymentArrangement", "CareTeam", "CareRoleAssignment")),
    (615, "What is done", ("CareActivity",)),
)
"""Left to right: where a column is, what it answers, and its types from top to bottom."""

_LETTERS_A_LINE: Final = 15
_LINE: Final = 16
_GAP: Final = 20
_SPREAD: Final = 0.6
"""The part of the height over which a few programs spread; what is theirs alone needs the rest."""
_FEW: Final = 6
_BACKBONE: Final = 215
"""Beyond a few programs the page hides their parts at first, whose columns are those further right;
they must not push apart what is shown."""
_SCREEN: Final = 750
_WIDEST: Final = 3.0
"""Columns taller than a screen stand as much wider apart, up to this: so their lines fan out."""
_EDGE: Final = 165
_CAREFUL: Final = 400
"""Above so many nodes the careful force layout, whose cost is their number cubed, is too slow."""
_EFFORT: Final = 200_000
"""Nodes times rounds that the quick layout may take: about a second."""


def column_positions(graph: "nx.MultiDiGraph[str]") -> Positions:
    """Return positions in columns by type, each thing level with the programs that it belongs to.

    What is one program's alone lies beside it; what several have in common lies between them.

    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node("humana", type="Payer", label="Humana", programs=("north", "south"))
    >>> graph.add_node("north", type="Program", label="North", programs=("north",))
    >>> graph.add_node("south", type="Program", label="South", programs=("south",))
    >>> column_positions(graph)
    {'humana': (-205, 0), 'north': (0, -34), 'south': (0, 34)}
    """
    programs = [node for node, name in graph.nodes(data="type") if name == "Program"]
    levels = {program: place for place, program in enumerate(programs)}
    columns: defaultdict[int, list[tuple[float, int, str]]] = defaultdict(list)
    for node, data in graph.nodes(data=True):
        x, order = _column(data["type"])
        columns[x].append((_level(data["programs"], levels), order, node))
    heights = {node: _height(data) for node, data in graph.nodes(data=True)}
    tallest = max(
        (
            sum(heights[node] for _, _, node in column)
            for x, column in columns.items()
            if len(levels) <= _FEW or x <= _BACKBONE
        ),
        default=0,
    )
    spread = tallest * (_SPREAD if len(levels) <= _FEW else 1)
    width = min(_WIDEST, max(1.0, tallest / _SCREEN))
    positions: Positions = {}
    for x, column in columns.items():
        column.sort(key=lambda entry: entry[:2])
        targets = [(level - 0.5) * spread for level, _, _ in column]
        rows = _spread(targets, [heights[node] for _, _, node in column])
        for (_, _, node), y in zip(column, rows, strict=True):
            positions[node] = (round(x * width), round(y))
    return {node: positions[node] for node in graph}


def column_titles(graph: "nx.MultiDiGraph[str]", positions: Positions) -> dict[int, str]:
    """Return what each column answers, by where it is."""
    titles = {name: title for _, title, names in COLUMNS for name in names}
    return {positions[node][0]: titles[name] for node, name in graph.nodes(data="type")}


def _column(name: str) -> tuple[int, int]:
    """Return where the column of a type is, and which place the type has in it."""
    return next((x, names.index(name)) for x, _, names in COLUMNS if name in names)


def _level(owners: Sequence[str], levels: dict[str, int]) -> float:
    """Return how far down a thing belongs, from 0 to 1: the mean of its programs."""
    if not owners or len(levels) < 2:
        return 0.5
    return sum(levels[owner] for owner in owners) / len(owners) / (len(levels) - 1)


def _height(data: dict[str, Any]) -> int:
    """Return the height of a thing with its label; a program's label is in a frame."""
    lines = min(4, ceil(len(data["label"]) / _LETTERS_A_LINE))
    return lines * _LINE + _GAP * (2 if data["type"] == "Program" else 1)


def _spread(targets: list[float], heights: list[int]) -> list[float]:
    """Return rows as near to their ascending targets as their heights allow (pool neighbours).

    >>> _spread([0, 0, 100], [20, 20, 20])
    [-10.0, 10.0, 100.0]
    """
    offsets = [0.0]
    for above, below in pairwise(heights):
        offsets.append(offsets[-1] + (above + below) / 2)
    pools: list[tuple[float, int]] = []
    for target, offset in zip(targets, offsets, strict=False):
        mean, size = target - offset, 1
        while pools and pools[-1][0] > mean:
            other, count = pools.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        pools.append((mean, size))
    bases = [mean for mean, size in pools for _ in range(size)]
    return [base + offset for base, offset in zip(bases, offsets, strict=False)]


def force_positions(graph: "nx.MultiDiGraph[str]") -> Positions:
    """Return positions in which linked things attract each other, the same in every run."""
    nodes = list(graph)
    if len(nodes) < 2:
        return dict.fromkeys(nodes, (0, 0))
    places = {node: place for place, node in enumerate(nodes)}
    links = sorted({tuple(sorted((places[a], places[b]))) for a, b in graph.edges() if a != b})
    simple = igraph.Graph(n=len(nodes), edges=links)
    layout = _settle(simple)
    layout.scale(_EDGE / _usual_length(layout.coords, links))
    layout.center()
    return {
        node: (round(x * 1.4), round(y)) for node, (x, y) in zip(nodes, layout.coords, strict=True)
    }


def _settle(graph: "igraph.Graph") -> Any:
    """Return igraph's layout from a circle on; what it leaves to chance is a fixed sequence."""
    circle = graph.layout_circle()
    igraph.set_random_number_generator(random.Random(1))  # noqa: S311  # not a secret
    try:
        if graph.vcount() <= _CAREFUL:
            return graph.layout_kamada_kawai(seed=circle)
        rounds = max(50, _EFFORT // graph.vcount())
        return graph.layout_fruchterman_reingold(seed=circle, niter=rounds, grid=True)
    finally:
        igraph.set_random_number_generator(random)


def _usual_length(coords: list[list[float]], links: Sequence[tuple[int, ...]]) -> float:
    """Return the median length, which a hub's long spokes do not change."""
    lengths = [
        sum((a - b) ** 2 for a, b in zip(coords[one], coords[two], strict=True)) ** 0.5
        for one, two in links
    ]
    return (median(lengths) if lengths else 0) or 1.0
