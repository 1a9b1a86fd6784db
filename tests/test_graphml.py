"""Tests of `kg.graphml`: what is written is what networkx and a strict XML parser read."""

import random
import xml.etree.ElementTree as ET
from pathlib import Path

import networkx as nx
from pyoxigraph import Store

from kg.facts import Fact
from kg.graphml import flatten, write_graphml
from kg.network import read_network
from kg.things import Support

ROOT = Path(__file__).parents[1]
WORDS = Support("over 200", "a.txt", 4, 12, "stated", 1.0, "x.y")


def write(graph: "nx.MultiDiGraph[str]", path: Path) -> None:
    """Write a graph in the order of its names."""
    nodes = sorted(graph.nodes(data=True), key=lambda node: node[0])
    edges = sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3])
    write_graphml(nodes, edges, path)


def small() -> "nx.MultiDiGraph[str]":
    """Return a graph with two links between the same things and uneven attributes."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node("http://e/b", label="B & <b>", shared=True)
    graph.add_node("http://e/a", label="A", facts=(Fact("count", "200", (WORDS,)),))
    graph.add_edge("http://e/b", "http://e/a", key="http://e/pays", label="pays", evidence=(WORDS,))
    graph.add_edge("http://e/b", "http://e/a", key="http://e/hires", label="hires")
    graph.add_edge("http://e/b", "http://e/b", key="http://e/pays", label="pays")
    return graph


def test_networkx_reads_back_what_was_written(tmp_path: Path) -> None:
    """Nodes, both links, types of values and text come back; every row has every column."""
    write(small(), tmp_path / "g.graphml")
    read = nx.read_graphml(tmp_path / "g.graphml", force_multigraph=True)
    assert read.is_directed()
    assert dict(read.nodes["http://e/b"]) == {
        "iri": "http://e/b",
        "label": "B & <b>",
        "shared": True,
        **dict.fromkeys(("type", "type_label", "kind", "facts", "programs", "states"), ""),
    }
    assert read.nodes["http://e/a"]["facts"] == "count: 200"
    edges = sorted((*ends, data["property"]) for *ends, data in read.edges(data=True))
    assert edges == [
        ("http://e/b", "http://e/a", "http://e/hires"),
        ("http://e/b", "http://e/a", "http://e/pays"),
        ("http://e/b", "http://e/b", "http://e/pays"),
    ]
    (pays,) = [
        data
        for _, end, data in read.edges(data=True)
        if (data["label"], end) == ("pays", "http://e/a")
    ]
    assert pays["evidence"] == "“over 200” (a.txt)"


def test_edge_names_are_used_once(tmp_path: Path) -> None:
    """GraphML's edge ids are unique, though a property links many things."""
    write(small(), tmp_path / "g.graphml")
    tree = ET.parse(tmp_path / "g.graphml")  # noqa: S314 - our own file
    ids = [edge.get("id") for edge in tree.iter("{http://graphml.graphdrawing.org/xmlns}edge")]
    assert ids == ["e1", "e2", "e3"]


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    """Markup and control characters in labels, facts and names leave well-formed XML."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    text = "]]></data><script>\x00\x0b\x1b\ufffe&amp;\u2028"
    graph.add_node("http://e/a", label=text, facts=(Fact(text, text),))
    graph.add_edge("http://e/a", "http://e/a", key="k", label=text)
    write(graph, tmp_path / "g.graphml")
    read = nx.read_graphml(tmp_path / "g.graphml")
    cleaned = "]]></data><script>\ufffd\ufffd\ufffd\ufffd&amp;\u2028"
    assert read.nodes["http://e/a"]["label"] == cleaned
    assert read.nodes["http://e/a"]["facts"] == f"{cleaned}: {cleaned}"


def test_bytes_do_not_depend_on_the_order_of_nodes(tmp_path: Path) -> None:
    """The same graph put together in another order gives the same file."""
    graph = small()
    again: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    nodes, edges = list(graph.nodes(data=True)), list(graph.edges(keys=True, data=True))
    random.Random(1).shuffle(edges)  # noqa: S311 - an order, not a secret
    for node, data in reversed(nodes):
        again.add_node(node, **dict(reversed(data.items())))
    for source, target, key, data in edges:
        again.add_edge(source, target, key=key, **data)
    write(graph, tmp_path / "1")
    write(again, tmp_path / "2")
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_parts_of_a_fact_are_indented_lines() -> None:
    """A count with its qualifier stays readable in one cell."""
    fact = Fact("count", "over 200", parts=(Fact("qualifier", "more than"), Fact("value", "200")))
    assert flatten((fact,)) == "count: over 200\n  qualifier: more than\n  value: 200"


def test_network_of_the_demonstration_graphs(shared: Path, tmp_path: Path) -> None:
    """The projection of a dataset reads back with as many nodes, links and labels."""
    store = Store()
    for path in (shared / "model" / name for name in ("loudoun.ttl", "valley-preferred.ttl")):
        store.load(path=str(path))
    for path in (ROOT / "ontology" / "acp.ttl", ROOT / "ontology" / "vocabulary.ttl"):
        store.load(path=str(path))
    graph = read_network(store)
    write(graph, tmp_path / "graph.graphml")
    read = nx.read_graphml(tmp_path / "graph.graphml", force_multigraph=True)
    assert len(graph) > 40
    assert set(read) == set(graph)
    assert read.number_of_edges() == graph.number_of_edges()
    assert {n: d["label"] for n, d in read.nodes(data=True)} == dict(graph.nodes(data="label"))
    cigna = read.nodes["https://w3id.org/acp/id/org_cigna"]
    assert (cigna["type"], cigna["label"]) == ("Payer", "Cigna")
