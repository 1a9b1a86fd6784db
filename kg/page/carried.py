"""Choose what of a network one page can carry."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from kg.network import Edge, Node, take_part
from kg.network_lines import NetworkLines
from kg.page.looks import LOOKS
from kg.page.words import Tally, tally

if TYPE_CHECKING:
    import networkx as nx

Network: TypeAlias = "nx.MultiDiGraph[str] | NetworkLines"
"""What `kg.network.read_network` returns, or the same on disk."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a page carries of a network, and what there is to tell of the whole."""

    relations: Sequence[str]
    """The labels of properties in the order in which to show them."""
    nodes: Collection[Node]
    edges: Collection[Edge]
    told: Tally
    graph: "nx.MultiDiGraph[str] | None" = None
    """All of it with facts and quotations, or nothing where there are names and links only."""

    @property
    def is_detailed(self) -> bool:
        return self.graph is not None

    @property
    def things_left_out(self) -> int:
        """How many things the page does not have."""
        return self.told.types.total() - len(self.nodes)


def carry(graph: "nx.MultiDiGraph[str]", told: Tally) -> Carried:
    """Return a graph as what a page carries."""
    edges = graph.edges(keys=True, data=True)
    return Carried(graph.graph.get("relations", ()), graph.nodes(data=True), edges, told, graph)


def choose(network: Network, most: int) -> Carried:
    """Return all of a network, or if it has more things than that, those that are no details.

    Where these are too many, they go without their facts.

    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph(relations=[])
    >>> for name, kind in (("north", "Program"), ("nurses", "CareRoleAssignment")):
    ...     graph.add_node(name, type=kind, type_label=kind, facts=(), programs=(), states=())
    >>> [[name for name, _ in choose(graph, most).nodes] for most in (2, 1)]
    [['north', 'nurses'], ['north']]
    """
    if isinstance(network, NetworkLines):
        told = tally(network.nodes(), network.edges())
        types, is_detailed = _kept(told, most)
        if is_detailed:
            return carry(network.graph(types), told)
        return Carried(network.relations, *network.bare(types), told)
    told = tally(network.nodes(data=True), network.edges(keys=True, data=True))
    types, is_detailed = _kept(told, most)
    whole = carry(take_part(network, types=types) if types else network, told)
    return whole if is_detailed else _bare(whole)


def _kept(told: Tally, most: int) -> tuple[Collection[str], bool]:
    """Return the types to keep, none for all, and whether with their facts."""
    if told.types.total() <= most:
        return (), True
    plain = frozenset(name for name in told.types if not LOOKS[name].is_detail)
    return plain, sum(told.types[name] for name in plain) <= most


def _bare(whole: Carried) -> Carried:
    nodes = [(iri, data | {"facts": ()}) for iri, data in whole.nodes]
    edges = [(one, other, key, data | {"evidence": ()}) for one, other, key, data in whole.edges]
    return replace(whole, nodes=nodes, edges=edges, graph=None)
