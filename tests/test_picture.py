"""Tests of `kg.picture`: the network on paper, the same each time, with every name."""

from io import BytesIO

import networkx as nx
import pytest
from matplotlib import rc_context
from matplotlib.figure import Figure
from pyoxigraph import Store

from kg.network import read_network
from kg.page.looks import COLUMNS, LOOKS
from kg.picture import _MARKERS, draw_network
from tests.browser.graphs import programs_by_state


def written(graph: "nx.MultiDiGraph[str]") -> set[str]:
    """Return the texts of a picture, their lines joined."""
    axes = Figure().subplots()
    draw_network(graph, axes)
    return {text.get_text().replace("\n", " ") for text in axes.texts}


def test_every_thing_is_named_under_the_title_of_its_column(demo: Store) -> None:
    """The demonstration fits whole: all its names stand in the picture, long ones cut."""
    graph = read_network(demo)
    texts = written(graph)
    assert {"Cigna", "obesity", "Loudoun Medical Group", *COLUMNS} <= texts
    begins = {text[:12] for text in texts}
    assert {label[:12] for _, label in graph.nodes(data="label")} <= begins


def test_a_large_picture_leaves_out_the_details() -> None:
    """Beyond a hundred things, only the key links are drawn."""
    drawn = draw_network(programs_by_state(60), Figure().subplots())
    assert {name for _, name in drawn.nodes(data="type")} == {
        *("Program", "Payer", "Place", "ProviderOrganization")
    }


def test_a_picture_is_the_same_each_time(demo: Store) -> None:
    """Two drawings of the same network are the same bytes."""
    pictures = []
    for _ in range(2):
        figure = Figure()
        draw_network(read_network(demo), figure.subplots())
        file = BytesIO()
        with rc_context({"svg.hashsalt": "any"}):
            figure.savefig(file, format="svg", metadata={"Date": None})
        pictures.append(file.getvalue())
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("label", ["$x$ and $y_", "", "a\nb", "naïve", "\\frac{1}{2} $"])
def test_a_name_is_never_a_formula(label: str) -> None:
    """Dollar signs and whatever else a name holds are drawn as they are."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node("x", type="Payer", type_label="payer", label=label, programs=(), shared=False)
    figure = Figure()
    draw_network(graph, figure.subplots())
    figure.savefig(BytesIO(), format="svg")


def test_an_empty_network_is_an_empty_picture() -> None:
    """Nothing to draw is not an error."""
    assert written(nx.MultiDiGraph()) == set()


def test_every_shape_has_a_marker_of_its_own() -> None:
    """What the page tells apart by shape, the picture does too."""
    assert set(_MARKERS) == {look.shape for look in LOOKS.values()}
    assert len(set(_MARKERS.values())) == len(_MARKERS)
