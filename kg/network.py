"""Project the dataset onto a networkx graph of things and links, each with its quoted facts.

What a reader would point at (programs, organisations, places, roles, payments, activities, and the
concepts that programs have in common) is a node; what is said about those is a fact of its node.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, Final, TypeAlias

import networkx as nx
from pyoxigraph import NamedNode, Store

from kg.errors import UsageError
from kg.facts import THING_CLASSES, Fact, FactReader
from kg.terms import ACP, ACP_PROPERTIES, SKOS, VOCABULARY, concept, model_place

Node: TypeAlias = tuple[str, dict[str, Any]]
"""The IRI of a node and its attributes, which are those of `read_network`."""
Edge: TypeAlias = tuple[str, str, str, dict[str, Any]]
"""The IRIs of two nodes and of a property, and the attributes of the edge."""
NODE_SCHEMES: Final = ("approach", "payer-type", "condition", "aim")
"""Concept schemes whose concepts are nodes, so that what programs share is one dot."""

NODE_TYPES: Final = (*THING_CLASSES, *NODE_SCHEMES)

_KIND_PROPERTIES: Final = {
    "CareRoleAssignment": ACP.careRole,
    "PaymentArrangement": ACP.paymentMethod,
    "CareActivity": ACP.activityType,
}
"""What makes parts of two programs alike, though each program has its own."""

_STATE: Final = concept("place-type", "state")
LISTS: Final = ("programs", "states")
"""Attributes that name other nodes."""


def read_network(store: Store) -> "nx.MultiDiGraph[str]":
    """Return the graph of the picture: nodes by IRI, edges keyed by the IRI of their property.

    A node has `type`, `type_label`, `label`, `facts`, `kind` (what like parts of other programs
    have in common with it), `programs` (IRIs of those that lead to it), `shared` (it, or its like,
    is part of several) and `states` (for a program, the IRIs of the states that its service area
    lies in). An edge has `label`, `evidence` and `inner` (see below). The graph's `relations` are
    the labels of the model's properties in the order in which to show them.
    """
    part = read_part(FactReader(store))
    edges = part.edges(keys=True, data=True)
    return order_network(part.graph["relations"], dict(part.nodes(data=True)), edges)


def read_part(reader: FactReader) -> "nx.MultiDiGraph[str]":
    """Return what one store tells of the network, in any order.

    Another store may tell more of a thing that both have: `kg.network_lines` joins them.
    """
    types = _node_types(reader)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(
        relations=[reader.property_name(ACP[name]) for name in (*ACP_PROPERTIES, "Participation")]
    )
    for node, name in types.items():
        graph.add_node(node.value, **_node_attributes(reader, node, name, types))
    for subject, predicate, target in _links(reader, types):
        graph.add_edge(
            subject.value,
            target.value,
            key=predicate.value,
            label=reader.property_name(predicate),
            evidence=tuple(reader.supports(subject, predicate, target)),
        )
    _mark_programs(graph)
    _mark_states(graph, {node.value for node in reader.having(ACP.placeType, _STATE)})
    _mark_inner_edges(graph)
    return graph


def order_network(
    relations: Sequence[str], nodes: dict[str, dict[str, Any]], edges: Iterable[Edge]
) -> "nx.MultiDiGraph[str]":
    """Return the network of nodes and edges: nodes by type and label, each one's edges by property.

    The attributes of the nodes become those of the network: to hold them twice would be much.

    >>> shown = {"type": "Payer", "kind": "", "programs": (), "states": ()}
    >>> nodes = {iri: {**shown, "label": iri[-1].upper()} for iri in ("e:b", "e:a")}
    >>> list(order_network([], nodes, []))
    ['e:a', 'e:b']
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(relations=list(relations))

    def by_type(node: str) -> tuple[int, str, str]:
        data = nodes[node]
        return NODE_TYPES.index(data["type"]), data["label"], node

    alike: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for data in nodes.values():
        if data["kind"]:
            alike[data["type"], data["kind"]].update(data["programs"])
    places = {node: place for place, node in enumerate(sorted(nodes, key=by_type))}
    for node in places:
        data = nodes[node]
        owners = alike[data["type"], data["kind"]] if data["kind"] else data["programs"]
        programs = tuple(sorted(data["programs"], key=places.__getitem__))
        states = tuple(sorted(data["states"]))
        graph.add_node(
            node, **{**data, "programs": programs, "shared": len(owners) > 1, "states": states}
        )
        nodes[node] = graph.nodes[node]
    links: defaultdict[str, list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
    for source, target, key, data in edges:
        links[source].append((target, key, data))
    for node in places:
        found = links.pop(node, ())
        for target, key, data in sorted(found, key=lambda edge: edge_place(edge[1], edge[0])):
            graph.add_edge(node, target, key=key, **data)
    return graph


def edge_place(key: str, target: str) -> tuple[int, str, str]:
    """Return what the edges of one node are sorted by: where the model lists their property."""
    return model_place(NamedNode(key)), f"<{key}>", f"<{target}>"


def _node_types(reader: FactReader) -> dict[NamedNode, str]:
    """Return each node with its type."""
    types: dict[NamedNode, str] = {}
    for name in reversed(THING_CLASSES):
        types.update(dict.fromkeys(reader.instances(ACP[name]), name))
    linked = {value for thing in types for _, value in reader.statements(thing)}
    for scheme in NODE_SCHEMES:
        concepts = reader.having(SKOS.inScheme, NamedNode(VOCABULARY + scheme))
        types.update(dict.fromkeys((term for term in concepts if term in linked), scheme))
    return types


def _node_attributes(
    reader: FactReader, node: NamedNode, name: str, types: dict[NamedNode, str]
) -> dict[str, Any]:
    kinds = reader.objects(node, _KIND_PROPERTIES[name]) if name in _KIND_PROPERTIES else []
    attributes = {
        "type": name,
        "type_label": reader.label(
            NamedNode(VOCABULARY + name) if name in NODE_SCHEMES else ACP[name]
        ),
        "label": reader.label(node),
        "kind": ", ".join(reader.label(kind) for kind in kinds),
    }
    if name in NODE_SCHEMES:
        definitions = reader.objects(node, SKOS.definition)
        facts = tuple(
            Fact("definition", reader.label(text), place=(0, "", str(text))) for text in definitions
        )
        return {**attributes, "facts": facts}
    return {**attributes, "facts": reader.facts(node, leaving_out=types)}


def _links(
    reader: FactReader, types: dict[NamedNode, str]
) -> Iterator[tuple[NamedNode, NamedNode, NamedNode]]:
    for subject, name in types.items():
        if name in NODE_SCHEMES:
            continue
        for predicate, value in reader.statements(subject):
            if isinstance(value, NamedNode) and value in types:
                yield subject, predicate, value


def _mark_programs(graph: "nx.MultiDiGraph[str]") -> None:
    """Record on each node the programs that lead to it."""
    programs = [node for node, name in graph.nodes(data="type") if name == "Program"]
    members: defaultdict[str, set[str]] = defaultdict(set)
    for program in programs:
        for node in _reach(graph, program, stops=frozenset(programs)):
            members[node].add(program)
    for node, data in graph.nodes(data=True):
        data["programs"] = members[node]


def _reach(graph: "nx.MultiDiGraph[str]", start: str, *, stops: frozenset[str]) -> dict[str, None]:
    """Return what one can get to along the edges without passing another stop."""
    reached: dict[str, None] = {start: None}
    waiting = deque([start])
    while waiting:
        for node in graph.successors(waiting.popleft()):
            if node not in reached and node not in stops:
                reached[node] = None
                waiting.append(node)
    return reached


def _mark_states(graph: "nx.MultiDiGraph[str]", states: Collection[str]) -> None:
    """Record on each program the states that it serves or that the places which it serves are in.

    A region across a border lies in both states; what is only said to be in the country, in none.
    """
    ways = {ACP.serviceArea.value, ACP.withinPlace.value}
    places = nx.subgraph_view(graph, filter_edge=lambda _from, _to, key: key in ways)
    for node, data in graph.nodes(data=True):
        is_program = data["type"] == "Program"
        reached = nx.descendants(places, node) if is_program else set()
        data["states"] = reached.intersection(states)


def _mark_inner_edges(graph: "nx.MultiDiGraph[str]") -> None:
    """Mark each edge between two things that the same program links to directly.

    It adds detail but holds nothing together, so a picture may draw it faintly.
    """
    names = dict(graph.nodes(data="type"))
    owners = {
        node: {owner for owner in graph.predecessors(node) if names[owner] == "Program"}
        for node in graph
    }
    for subject, target, data in graph.edges(data=True):
        data["inner"] = not owners[subject].isdisjoint(owners[target])


def known_types(names: Collection[str]) -> tuple[str, ...]:
    """Return types of nodes as they are spelled here, whatever the case of the names.

    >>> known_types(["program", "Payer"])
    ('Program', 'Payer')

    Raises:
        UsageError: there is no such type.
    """
    spelled = {name.casefold(): name for name in NODE_TYPES}
    for name in names:
        if name.casefold() not in spelled:
            near = get_close_matches(name.casefold(), spelled, n=1)
            hint = f", but {spelled[near[0]]}" if near else ""
            raise UsageError(f"there is no type {name!r}{hint}; types: {', '.join(NODE_TYPES)}")
    return tuple(spelled[name.casefold()] for name in names)


def take_part(
    graph: "nx.MultiDiGraph[str]",
    *,
    focus: str | None = None,
    depth: int = 2,
    types: Collection[str] = (),
) -> "nx.MultiDiGraph[str]":
    """Return the part of a network that lies within so many links of a node and is of some types.

    Without a focus everything is near enough, and without types every type will do; the focus is
    always in. `shared` tells of the whole: what several programs have, of which the part may hold
    one.

    >>> graph = nx.MultiDiGraph(relations=[])
    >>> for node, kind in (("cigna", "Payer"), ("north", "Program"), ("ohio", "Place")):
    ...     graph.add_node(node, type=kind, programs=("north",), states=())
    >>> graph.add_edges_from([("north", "cigna"), ("north", "ohio")])
    [0, 0]
    >>> list(take_part(graph, focus="cigna", depth=1))
    ['cigna', 'north']
    >>> list(take_part(graph, types=("Payer", "Place")))
    ['cigna', 'ohio']
    """
    kept = {node for node, name in graph.nodes(data="type") if not types or name in types}
    if focus is not None:
        near = nx.subgraph_view(graph, filter_node=(kept | {focus}).__contains__)
        kept = set(nx.ego_graph(near, focus, radius=depth, undirected=True))
    part: nx.MultiDiGraph[str] = nx.MultiDiGraph(**graph.graph)
    for node, data in graph.nodes(data=True):
        if node in kept:
            inside = {name: tuple(filter(kept.__contains__, data[name])) for name in LISTS}
            part.add_node(node, **{**data, **inside})
    part.add_edges_from(graph.subgraph(kept).edges(keys=True, data=True))
    return part
