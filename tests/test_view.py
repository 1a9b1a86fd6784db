"""Tests of `kg view` and of parts of a network: what is near, of the types asked for."""

import re
from pathlib import Path

import networkx as nx
import pytest
from pyoxigraph import Store

from kg.errors import UsageError
from kg.graph import KnowledgeGraph, build
from kg.network import known_types, read_network, take_part
from kg.page import render_page
from tests.command import kg
from tests.conftest import SEEDS

ID = "https://w3id.org/acp/id/"
CIGNA = f"{ID}org_cigna"
LOUDOUN = f"{ID}program_cigna-cac-loudoun-medical-group"


@pytest.fixture(scope="module")
def network(demo: Store) -> "nx.MultiDiGraph[str]":
    """The network of the demonstration."""
    return read_network(demo)


@pytest.fixture(scope="module")
def seeds() -> KnowledgeGraph:
    """The seeds, built in memory."""
    return build(SEEDS)


def test_a_part_is_what_lies_within_so_many_links(network: "nx.MultiDiGraph[str]") -> None:
    """Depth 0 is the thing alone, 1 its neighbours in either direction, and so on."""
    sizes = [len(take_part(network, focus=CIGNA, depth=depth)) for depth in (0, 1, 9)]
    assert sizes == [1, 1 + len(set(nx.all_neighbors(network, CIGNA))), len(network)]


def test_types_leave_out_what_only_leads_to_others(network: "nx.MultiDiGraph[str]") -> None:
    """A way through a thing of a type that is not asked for is no way; the focus is always in."""
    part = take_part(network, focus=CIGNA, depth=2, types=("Program", "Place"))
    assert CIGNA in part
    names = {name for _, name in part.nodes(data="type")}
    assert names == {"Payer", "Program", "Place"}
    without = take_part(network, focus=CIGNA, depth=2, types=("Place",))
    assert list(without) == [CIGNA]


def test_a_part_names_nothing_that_it_does_not_hold(network: "nx.MultiDiGraph[str]") -> None:
    """Programs and states of its things are in it, so that a page can be made of any part."""
    part = take_part(network, focus=f"{LOUDOUN}_team", depth=1)
    for data in part.nodes.values():
        assert {*data["programs"], *data["states"]} <= set(part)
    assert "Loudoun" in render_page(part, title="part")


def test_the_whole_is_a_part_of_itself(network: "nx.MultiDiGraph[str]") -> None:
    """Nothing is lost and nothing changes its order."""
    part = take_part(network)
    assert list(part.nodes(data=True)) == list(network.nodes(data=True))
    assert list(part.edges(keys=True, data=True)) == list(network.edges(keys=True, data=True))
    assert part.graph == network.graph


def test_an_unknown_type_is_corrected() -> None:
    """The message names the type that was meant, and all others."""
    with pytest.raises(UsageError, match="no type 'Progam', but Program; types: Payer, Program"):
        known_types(["Progam"])


def test_a_notebook_shows_a_part(seeds: KnowledgeGraph) -> None:
    """A name that means a thing of the picture and a concept beside it means the thing."""
    page = seeds.show_network(focus="Cigna", depth=1, types=["Program"])
    assert "2 programs · 1 payer · " in page.html
    with pytest.raises(UsageError, match="nothing is called 'Cigma'; did you mean"):
        seeds.show_network(focus="Cigma")
    with pytest.raises(UsageError, match="'place type' is not a thing of the picture"):
        seeds.show_network(focus="place type")


def test_the_command_writes_a_page(tmp_path: Path) -> None:
    """The page of a part is written where one says, in the same bytes each time."""
    kg("build", str(SEEDS), "--out", str(tmp_path / "build"))
    texts = []
    for name in ("one.html", "two.html"):
        found = kg(
            *("view", "--focus", "Loudoun Medical Group", "--depth", "1"),
            *("--types", "program,Place", "--types", "Payer"),
            *("--build", str(tmp_path / "build"), "--out", str(tmp_path / name)),
        )
        assert (found.returncode, found.stdout) == (0, b"")
        assert f"Look at it: {tmp_path / name}" in found.stderr.decode()
        texts.append((tmp_path / name).read_bytes())
    assert texts[0] == texts[1]
    assert re.search(rb"<p dir=\"auto\">1 program \xc2\xb7 ", texts[0])


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--focus", "Cigma"], 2, "nothing is called 'Cigma'"),
        (["--types", "Programme"], 2, "there is no type 'Programme'"),
        (["--depth", "-1"], 2, "--depth"),
        (["--out", "/nowhere/at/all.html"], 5, "the page cannot be written"),
        (["--build", "/nowhere"], 4, "/nowhere"),
    ],
)
def test_a_mistake_ends_in_one_clear_line(
    tmp_path: Path, arguments: list[str], status: int, said: str
) -> None:
    """The exit status says what kind of mistake it was, and the line what to do."""
    kg("build", str(SEEDS), "--out", str(tmp_path / "build"))
    found = kg("view", "--build", str(tmp_path / "build"), *arguments)
    assert found.returncode == status
    assert said in found.stderr.decode()
    assert "Traceback" not in found.stderr.decode()
