"""Turn the graph into the data that the page carries: a core to draw, chunks of facts to look up.

The core holds names and links, column by column, because a page of 100,000 things must open at
once. Facts with their sentences are many times larger and stand in chunks.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from pyvis.edge import Edge
from pyvis.network import Network
from pyvis.node import Node

from kg.layout import force_positions
from kg.page.chunks import ChunkMaker
from kg.page.looks import COLUMNS, LOOKS, plural
from kg.page.pool import Pool

if TYPE_CHECKING:
    import networkx as nx

MOST_DRAWN: Final = 5000
"""Things in one picture; the page shows a larger graph as counts that open into parts."""

_OPTIONS: Final = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {"hover": True, "multiselect": False},
    "nodes": {"shape": "custom"},
}


def make_payload(graph: "nx.MultiDiGraph[str]") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the chunks of a network, `chunk-0` and so on, and in the end its `core`."""
    relations = Pool()
    for label in graph.graph.get("relations", ()):  # so that their numbers tell their order
        relations.number(label)
    chunk_of: dict[str, int] = {}
    for number, chunk in enumerate(ChunkMaker(graph, relations).chunks()):
        yield f"chunk-{number}", chunk.data()
        chunk_of.update(dict.fromkeys(chunk.nodes, number))
    network, types = _network(graph), _types(graph)
    yield (
        "core",
        {
            "types": types,
            "columns": COLUMNS,
            "mostDrawn": MOST_DRAWN,
            "options": network.options,
            "nodes": _node_columns(network, [entry["key"] for entry in types]),
            "edges": _edge_columns(network, relations),
            "chunks": [chunk_of[node] for node in graph],
            "relations": relations.strings,
        },
    )


def _network(graph: "nx.MultiDiGraph[str]") -> Network:
    """Return pyvis's network of the graph, its nodes numbered, with their positions.

    Its own `add_node` and `add_edge` search all that is there before each addition.
    """
    network = Network(directed=True, cdn_resources="in_line")
    numbers = {node: number for number, node in enumerate(graph)}
    positions = force_positions(graph) if len(graph) <= MOST_DRAWN else {}
    for node, data in graph.nodes(data=True):
        x, y = positions.get(node, (0, 0))
        given = {name: data[name] for name in ("type", "kind", "shared")}
        for name in ("programs", "states"):
            given[name] = [numbers[other] for other in data[name]]
        added = Node(numbers[node], "custom", data["label"], x=x, y=y, iri=node, **given)
        network.nodes.append(added.options)
    for source, target, key, data in graph.edges(keys=True, data=True):
        given = {"property": key, "relation": data["label"], "inner": data["inner"]}
        edge = Edge(numbers[source], numbers[target], directed=True, **given)
        network.edges.append(edge.options)
    network.set_options(json.dumps(_OPTIONS))
    return network


def _types(graph: "nx.MultiDiGraph[str]") -> list[dict[str, Any]]:
    counts = Counter(data["type"] for data in graph.nodes.values())
    names = {data["type"]: data["type_label"] for data in graph.nodes.values()}
    return [
        {
            "key": name,
            "one": names[name],
            "many": plural(names[name]),
            "count": counts[name],
            "shape": look.shape,
            "hue": look.hue,
            "column": look.column,
            "isDetail": look.is_detail,
        }
        for name, look in LOOKS.items()
        if counts[name]
    ]


def _node_columns(network: Network, types: list[str]) -> dict[str, list[Any]]:
    nodes, kinds = network.nodes, Pool()
    as_told = ("label", "iri", "x", "y", "programs", "states")
    return {
        **{name: [node[name] for node in nodes] for name in as_told},
        "type": [types.index(node["type"]) for node in nodes],
        "kind": [kinds.number(node["kind"]) for node in nodes],
        "shared": [int(node["shared"]) for node in nodes],
        "kinds": kinds.strings,
    }


def _edge_columns(network: Network, relations: Pool) -> dict[str, list[Any]]:
    edges, properties = network.edges, Pool()
    return {
        **{name: [edge[name] for edge in edges] for name in ("from", "to")},
        "relation": [relations.number(edge["relation"]) for edge in edges],
        "property": [properties.number(edge["property"]) for edge in edges],
        "inner": [int(edge["inner"]) for edge in edges],
        "properties": properties.strings,
    }
