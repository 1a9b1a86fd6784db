"""Write the network as GraphML, for Gephi, Cytoscape, igraph and networkx.

GraphML knows numbers, truth values and strings: a fact becomes a line `label: value`, words of a
document a line with the file in brackets, and several of them lines of one string.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from kg.clean import clean_literal
from kg.facts import Fact
from kg.things import Support

if TYPE_CHECKING:
    import networkx as nx

Flat: TypeAlias = str | int | float | bool


def write_graphml(graph: "nx.MultiDiGraph[str]", path: Path) -> None:
    """Write nodes and edges in the order of their names; an edge's key is its `property`.

    Every node has every attribute of nodes, and every edge of edges, because readers make columns
    of them. Edges are numbered: their keys are properties, and GraphML wants names used once.
    """
    import networkx as nx

    flat: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    nodes = dict(graph.nodes(data=True))
    empty = dict.fromkeys(sorted({name for data in nodes.values() for name in data}), "")
    for node in sorted(nodes):
        flat.add_node(clean_literal(node), **_flat({"iri": node, **empty, **nodes[node]}))
    edges = sorted(graph.edges(keys=True), key=lambda edge: tuple(map(str, edge)))
    empty = dict.fromkeys(sorted({name for edge in edges for name in graph.edges[edge]}), "")
    for number, edge in enumerate(edges, start=1):
        values = _flat({"property": str(edge[2]), **empty, **graph.edges[edge]})
        ends = (clean_literal(end) for end in edge[:2])
        flat.add_edge(*ends, key=f"e{number}", **values)
    # Without inference, a column with both 1 and 0.5 would become two columns of one name.
    nx.write_graphml_xml(flat, path, infer_numeric_types=True)


def _flat(data: Mapping[str, Any]) -> dict[str, Flat]:
    return {name: flatten(value) for name, value in data.items()}


def flatten(value: Any) -> Flat:
    r"""Return the value of an attribute in a form that GraphML can hold.

    >>> flatten(("diabetes", "obesity")), flatten(13000), flatten(None)
    ('diabetes\nobesity', 13000, '')
    >>> flatten([Fact("effective date", "2013-10-01")])
    'effective date: 2013-10-01'
    """
    if isinstance(value, bool | int | float):
        return value
    return clean_literal("\n".join(_lines(value)))


def _lines(value: Any, indent: str = "") -> list[str]:
    if value is None:
        return []
    if isinstance(value, Fact):
        return [
            f"{indent}{value.label}: {value.value}",
            *(line for part in value.parts for line in _lines(part, f"{indent}  ")),
        ]
    if isinstance(value, Support):
        return [f"{indent}“{value.quotation}” ({value.document})"]
    if isinstance(value, set | frozenset):
        value = sorted(value)
    if isinstance(value, list | tuple):
        return [line for item in value for line in _lines(item, indent)]
    return [f"{indent}{value}"]
