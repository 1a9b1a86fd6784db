"""Turn the graph into the data that the page carries: a core to draw, chunks of facts to look up.

The core holds names and links, column by column, because a page of 100,000 things must open at
once. Facts with their sentences are many times larger and stand in chunks.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import networkx as nx
from pyvis.edge import Edge
from pyvis.network import Network
from pyvis.node import Node

from kg.layout import Positions, force_positions
from kg.network import LISTS
from kg.network import Edge as Link
from kg.network import Node as Thing
from kg.page.carried import Carried
from kg.page.chunks import Chunk, ChunkMaker
from kg.page.looks import COLUMNS, LOOKS, plural
from kg.page.pool import Pool

Columns: TypeAlias = dict[str, list[Any]]

MOST_DRAWN: Final = 5000
"""Things in one picture; the page shows a larger graph as counts that open into parts."""

_OPTIONS: Final = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {"hover": True, "multiselect": False},
    "nodes": {"shape": "custom"},
}


def make_payload(carried: Carried) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the chunks of a network, `chunk-0` and so on, and in the end its `core`."""
    relations = Pool()
    for label in carried.relations:  # so that their numbers tell their order
        relations.number(label)
    chunk_of: dict[str, int] = {}
    chunks = [Chunk()] if carried.graph is None else ChunkMaker(carried.graph, relations).chunks()
    for number, chunk in enumerate(chunks):
        yield f"chunk-{number}", chunk.data()
        chunk_of.update(dict.fromkeys(chunk.nodes, number))
    network = Network(directed=True, cdn_resources="in_line")
    network.set_options(json.dumps(_OPTIONS))
    numbers = {node: number for number, (node, _) in enumerate(carried.nodes)}
    types = _types(carried.nodes)
    yield (
        "core",
        {
            "types": types,
            "columns": COLUMNS,
            "mostDrawn": MOST_DRAWN,
            "options": network.options,
            "nodes": _node_columns(carried, numbers, [entry["key"] for entry in types]),
            "edges": _edge_columns(carried.edges, numbers, relations),
            "chunks": [chunk_of.get(node, 0) for node in numbers],
            "relations": relations.strings,
        },
    )


def _types(nodes: Iterable[Thing]) -> list[dict[str, Any]]:
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for _, data in nodes:
        names[data["type"]] = data["type_label"]
        counts[data["type"]] += 1
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


def _positions(carried: Carried) -> Positions:
    if len(carried.nodes) > MOST_DRAWN:
        return {}
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(node for node, _ in carried.nodes)
    graph.add_edges_from((source, target) for source, target, *_ in carried.edges)
    return force_positions(graph)


def _node_columns(carried: Carried, numbers: Mapping[str, int], types: list[str]) -> Columns:
    """Return what pyvis knows of the nodes, with their positions.

    Nodes and edges are made one by one, and not added to pyvis's network: that would search all
    that is there before each addition, and hold each thing as a dictionary.
    """
    names = ("label", "iri", "x", "y", "programs", "states", "type", "kind", "shared")
    columns: Columns = {name: [] for name in names}
    kinds, positions = Pool(), _positions(carried)
    for node, data in carried.nodes:
        x, y = positions.get(node, (0, 0))
        given: dict[str, Any]
        given = {name: [numbers[other] for other in data[name]] for name in LISTS}
        given |= {"type": types.index(data["type"]), "kind": kinds.number(data["kind"])}
        given |= {"shared": int(data["shared"]), "iri": node}
        made = Node(numbers[node], "custom", data["label"], x=x, y=y, **given)
        for name in names:
            columns[name].append(made.options[name])
    return {**columns, "kinds": kinds.strings}


def _edge_columns(edges: Iterable[Link], numbers: Mapping[str, int], relations: Pool) -> Columns:
    names = ("from", "to", "relation", "property", "inner")
    columns: Columns = {name: [] for name in names}
    properties = Pool()
    for source, target, key, data in edges:
        given = {"property": properties.number(key), "relation": relations.number(data["label"])}
        given["inner"] = int(data["inner"])
        made = Edge(numbers[source], numbers[target], directed=True, **given)
        for name in names:
            columns[name].append(made.options[name])
    return {**columns, "properties": properties.strings}
