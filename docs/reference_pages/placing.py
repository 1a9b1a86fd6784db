"""Place the boxes of a diagram in columns, arrows running from left to right.

A column holds what is one step further from the start. igraph orders each column so that few
arrows cross; boxes then move up and down until each is level with what it is linked to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

import igraph

from reference_pages.diagram import Arrow, Box, Diagram

_GAP: Final = 26
"""Between two boxes of a column."""
_BEND_ROOM: Final = 52
"""Between two columns, besides the labels: what a curve needs to look like one."""
_TIP: Final = 12
"""Between a label and the box that its arrow ends at."""
_SWEEPS: Final = 24
MARGIN: Final = 6

Point: TypeAlias = tuple[float, float]
Stretch: TypeAlias = tuple[float, float, float]
"""A level line: from one x to another, at a y."""


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A box with its left upper corner."""

    box: Box
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class PlacedArrow:
    """An arrow as level stretches, joined by curves; its labels stand on the last one.

    An arrow that runs back, from right to left, has its tip at the first.
    """

    arrow: Arrow
    stretches: tuple[Stretch, ...]
    is_back: bool

    @property
    def end(self) -> Point:
        """The right end."""
        _, right, y = self.stretches[-1]
        return right, y


@dataclass(frozen=True, slots=True)
class Placed:
    """A diagram with places, within a width and a height."""

    diagram: Diagram
    boxes: tuple[PlacedBox, ...]
    arrows: tuple[PlacedArrow, ...]
    width: float
    height: float


@dataclass(slots=True)
class _Spot:
    """A box, or a place where an arrow passes a column: it moves until all are placed."""

    box: Box | None
    column: int
    height: float
    width: float = 0.0
    x: float = 0.0
    y: float = 0.0
    lead: float = 0.0
    """How far left of its column labels may stand."""


_Link: TypeAlias = tuple[int, int]


def place(diagram: Diagram) -> Placed:
    """Return a diagram with a place for everything."""
    columns = _columns(diagram)
    spots = [_Spot(box, columns[box.name], box.height, box.width) for box in diagram.boxes]
    routes = [_route(arrow, diagram, spots) for arrow in diagram.arrows]
    _set_heights(spots, routes, diagram.arrows)
    links = [link for route in routes for link in pairwise(route)]
    order = _order(spots, links)
    _set_rows(spots, links, order)
    _set_columns(spots, routes, diagram.arrows, order)
    boxes = tuple(PlacedBox(spot.box, spot.x, spot.y, spot.height) for spot in spots if spot.box)
    return Placed(
        diagram,
        boxes,
        tuple(_arrows(spots, routes, diagram)),
        max(placed.x + placed.box.width for placed in boxes) + MARGIN,
        max(placed.y + placed.height for placed in boxes) + MARGIN,
    )


def _columns(diagram: Diagram) -> Mapping[str, int]:
    """Return how many steps each box is from a start, at most; few arrows run back, if any."""
    names = [box.name for box in diagram.boxes]
    links = [(names.index(arrow.source), names.index(arrow.target)) for arrow in diagram.arrows]
    graph = igraph.Graph(n=len(names), edges=links, directed=True)
    graph.delete_edges(graph.feedback_arc_set(method="ip"))
    columns = dict.fromkeys(range(len(names)), 0)
    for number in graph.topological_sorting():
        for other in graph.successors(number):
            columns[other] = max(columns[other], columns[number] + 1)
    return {names[number]: column for number, column in columns.items()}


def _set_heights(
    spots: Sequence[_Spot], routes: Sequence[Sequence[int]], arrows: Sequence[Arrow]
) -> None:
    """Make each box so tall that the labels of arrows that end at its left side stand apart."""
    for number, spot in enumerate(spots):
        ending = (
            arrow.height for arrow, route in zip(arrows, routes, strict=True) if route[-1] == number
        )
        spot.height = max(spot.height, sum(ending) + 10)


def _route(arrow: Arrow, diagram: Diagram, spots: list[_Spot]) -> list[int]:
    """Return the spots that an arrow passes from left to right, with a new one in each column."""
    names = [box.name for box in diagram.boxes]
    ends = names.index(arrow.source), names.index(arrow.target)
    left, right = sorted(ends, key=lambda number: spots[number].column)
    between = range(spots[left].column + 1, spots[right].column)
    bends = range(len(spots), len(spots) + len(between))
    spots.extend(_Spot(None, column, 10.0) for column in between)
    return [left, *bends, right]


def _order(spots: Sequence[_Spot], links: Sequence[_Link]) -> list[list[int]]:
    """Return for each column its spots from top to bottom."""
    graph = igraph.Graph(n=len(spots), edges=links, directed=True)
    layout = graph.layout_sugiyama(layers=[spot.column for spot in spots], maxiter=500)
    columns: list[list[int]] = [[] for _ in range(max(spot.column for spot in spots) + 1)]
    for number in sorted(range(len(spots)), key=lambda one: (layout[one][0], one)):
        columns[spots[number].column].append(number)
    return columns


def _set_rows(
    spots: Sequence[_Spot], links: Sequence[_Link], order: Sequence[Sequence[int]]
) -> None:
    """Move the spots of each column, keeping their order, towards what they are linked to."""
    near: dict[int, list[int]] = {number: [] for number in range(len(spots))}
    for source, target in links:
        near[source].append(target)
        near[target].append(source)
    for column in order:
        for number, y in zip(column, _apart([0.0] * len(column), column, spots), strict=True):
            spots[number].y = y
    for sweep in range(_SWEEPS):
        for column in order if sweep % 2 else order[::-1]:
            wanted = [_level(number, near[number], spots) for number in column]
            for number, y in zip(column, _apart(wanted, column, spots), strict=True):
                spots[number].y = y
    top = min(spot.y for spot in spots)
    for spot in spots:
        spot.y += MARGIN - top


def _level(number: int, near: Sequence[int], spots: Sequence[_Spot]) -> float:
    """Return where a spot's top is when its middle is level with those it is linked to."""
    spot = spots[number]
    if not near:
        return spot.y
    middles = [spots[other].y + spots[other].height / 2 for other in near]
    return sum(middles) / len(middles) - spot.height / 2


def _apart(wanted: Sequence[float], column: Sequence[int], spots: Sequence[_Spot]) -> list[float]:
    """Return the places nearest to the wanted ones at which nothing overlaps.

    What would overlap stands together around the mean of where its members want to be: the
    least squares under an order (pool adjacent violators).
    """
    offsets, below = [], 0.0
    for number in column:
        offsets.append(below)
        below += spots[number].height + _GAP
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        mean, size = want - offset, 1
        while pools and pools[-1][0] > mean:
            other, members = pools.pop()
            mean = (mean * size + other * members) / (size + members)
            size += members
        pools.append((mean, size))
    means = [mean for mean, size in pools for _ in range(size)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def _set_columns(
    spots: Sequence[_Spot],
    routes: Sequence[Sequence[int]],
    arrows: Sequence[Arrow],
    order: Sequence[Sequence[int]],
) -> None:
    """Set the columns as far apart as the labels between them need."""
    x = float(MARGIN)
    for index, column in enumerate(order):
        ending = (
            arrow.width + 2 * _TIP
            for arrow, route in zip(arrows, routes, strict=True)
            if spots[route[-1]].column == index
        )
        lead = max(ending, default=0.0)
        x += lead
        width = max(spots[number].width for number in column)
        for number in column:
            spot = spots[number]
            spot.x, spot.lead, spot.width = x, lead, spot.width or width
        x += width + _BEND_ROOM


def _arrows(
    spots: Sequence[_Spot], routes: Sequence[Sequence[int]], diagram: Diagram
) -> list[PlacedArrow]:
    numbered = list(enumerate(routes))
    placed = []
    for number, route in numbered:
        leaving = [one for one, other in numbered if other[0] == route[0]]
        coming = [one for one, other in numbered if other[-1] == route[-1]]
        leaving.sort(key=lambda one: _middle(spots[routes[one][1]]))
        coming.sort(key=lambda one: _middle(spots[routes[one][-2]]))
        left, *bends, right = (spots[one] for one in route)
        arrow = diagram.arrows[number]
        side = left.x + left.width
        stretches = (
            (side, side, _port(left, leaving, number)),
            *((bend.x - bend.lead, bend.x + bend.width, _middle(bend)) for bend in bends),
            (right.x - right.lead, right.x, _landing(right, coming, number, diagram.arrows)),
        )
        is_back = left.box is not None and left.box.name == arrow.target
        placed.append(PlacedArrow(arrow, stretches, is_back))
    return placed


def _middle(spot: _Spot) -> float:
    return spot.y + spot.height / 2


def _port(spot: _Spot, leaving: Sequence[int], number: int) -> float:
    """Return where an arrow leaves a box: arrows spread over the middle of its side."""
    step = min(22.0, (spot.height - 16) / max(1, len(leaving)))
    return _middle(spot) + step * (leaving.index(number) - (len(leaving) - 1) / 2)


def _landing(spot: _Spot, coming: Sequence[int], number: int, arrows: Sequence[Arrow]) -> float:
    """Return where an arrow ends at a box, its labels clear of the arrow above."""
    if len(coming) == 1 == len(arrows[number].labels):
        return _middle(spot)
    total = sum(arrows[one].height for one in coming)
    above = sum(arrows[one].height for one in coming[: coming.index(number) + 1])
    return _middle(spot) - total / 2 + above
