"""Tests of `kg.layout`: positions are the same in every run, and nothing lies on anything."""

import random
from itertools import pairwise

import networkx as nx
import pytest

from kg.layout import COLUMNS, column_positions, force_positions
from kg.network import NODE_TYPES


def programs_with_one_payer(number: int) -> "nx.MultiDiGraph[str]":
    """Return so many programs of one payer, each with a provider group and a place of its own."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    names = tuple(f"program {place}" for place in range(number))
    graph.add_node("payer", type="Payer", label="Payer", programs=names)
    for name in names:
        graph.add_node(name, type="Program", label=name, programs=(name,))
        graph.add_edge(name, "payer")
        for kind in ("ProviderOrganization", "Place"):
            graph.add_node(f"{name} {kind}", type=kind, label=f"{kind} of {name}", programs=(name,))
            graph.add_edge(name, f"{name} {kind}")
    return graph


def test_every_type_has_one_column() -> None:
    """No node can be without a place, and none has two."""
    placed = [name for _, _, names in COLUMNS for name in names]
    assert sorted(placed) == sorted(NODE_TYPES)


def test_nothing_in_a_column_lies_on_its_neighbour() -> None:
    """Labels of two lines have room in every column of 40 programs."""
    positions = column_positions(programs_with_one_payer(40))
    assert len(positions) == 121
    for x in {x for x, _ in positions.values()}:
        rows = sorted(y for column, y in positions.values() if column == x)
        assert all(below - above >= 34 for above, below in pairwise(rows))


def test_what_is_shared_lies_between_its_programs() -> None:
    """The payer is level with the middle; each group is on its program's side of it."""
    positions = column_positions(programs_with_one_payer(2))
    above, below = positions["program 0"][1], positions["program 1"][1]
    assert above < positions["payer"][1] < below
    assert positions["program 0 Place"][1] < 0 < positions["program 1 Place"][1]


@pytest.mark.parametrize("number", [2, 140])
def test_force_positions_do_not_depend_on_chance(number: int) -> None:
    """Small and large graphs get the same positions whatever was drawn before."""
    graph = programs_with_one_payer(number)
    found = []
    for seed in (1, 2):
        random.seed(seed)
        found.append(force_positions(graph))
    assert found[0] == found[1]
    assert len(set(found[0].values())) == len(graph)


def test_a_layout_leaves_the_random_numbers_of_others_alone() -> None:
    """A caller's own sequence goes on as if nothing had happened."""
    random.seed(5)
    expected = random.getrandbits(64)
    random.seed(5)
    force_positions(programs_with_one_payer(3))
    assert random.getrandbits(64) == expected


@pytest.mark.parametrize("number", [0, 1])
def test_next_to_nothing_can_be_laid_out(number: int) -> None:
    """An empty graph has no positions, a single thing lies in the middle."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for place in range(number):
        graph.add_node(str(place), type="Program", label="", programs=())
    expected = {str(place): (0, 0) for place in range(number)}
    assert column_positions(graph) == expected
    assert force_positions(graph) == expected
