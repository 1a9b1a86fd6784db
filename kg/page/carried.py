"""Choose what of a network one page can carry."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from kg.network import take_part
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

    graph: "nx.MultiDiGraph[str]"
    told: Tally
    is_detailed: bool
    """Whether it has facts and quotations, and not only names and links."""

    @property
    def things_left_out(self) -> int:
        """How many things the page does not have."""
        return self.told.types.total() - len(self.graph)


def choose(network: Network, most: int) -> Carried:
    """Return all of a network, or if it has more things than that, those that are no details.

    Where these are too many, they go without their facts.

    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph(relations=[])
    >>> for name, kind in (("north", "Program"), ("nurses", "CareRoleAssignment")):
    ...     graph.add_node(name, type=kind, type_label=kind, facts=(), programs=(), states=())
    >>> [list(choose(graph, most).graph) for most in (2, 1)]
    [['north', 'nurses'], ['north']]
    """
    if isinstance(network, NetworkLines):
        told = tally(network.nodes(), network.edges())
        types, is_detailed = _kept(told, most)
        return Carried(network.graph(types, detailed=is_detailed), told, is_detailed)
    edges = network.edges(keys=True, data=True)
    told = tally(network.nodes(data=True), edges)
    types, is_detailed = _kept(told, most)
    graph = take_part(network, types=types) if types else network
    return Carried(graph if is_detailed else _bare(graph), told, is_detailed)


def _kept(told: Tally, most: int) -> tuple[Collection[str], bool]:
    """Return the types to keep, none for all, and whether with their facts."""
    if told.types.total() <= most:
        return (), True
    plain = frozenset(name for name in told.types if not LOOKS[name].is_detail)
    return plain, sum(told.types[name] for name in plain) <= most


def _bare(graph: "nx.MultiDiGraph[str]") -> "nx.MultiDiGraph[str]":
    bare = graph.copy()
    for _, data in bare.nodes(data=True):
        data["facts"] = ()
    for _, _, data in bare.edges(data=True):
        data["evidence"] = ()
    return bare
