"""Graphs of any size for the page to show, as `kg.network.read_network` returns them."""

from typing import Any

import networkx as nx

from kg.facts import Evidence, Fact

ID = "https://example.org/"
PROPERTY = "https://example.org/ontology#"
STATES = ("Ohio", "Texas", "Utah", "Iowa")


def programs_by_state(number: int) -> "nx.MultiDiGraph[str]":
    """Return so many programs, each with a group and an activity; two payers, four states.

    Payer One pays every program, Payer Two every third. The states take turns.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(relations=["has payer"])
    programs = tuple(f"{ID}program/{n}" for n in range(number))
    for n, name in enumerate(programs):
        state = f"{ID}state/{STATES[n % len(STATES)]}"
        _add(graph, name, "Program", f"Program {n}", owners=(name,), states=(state,))
        for kind in ("ProviderOrganization", "CareActivity"):
            _add(graph, f"{name}/{kind}", kind, f"{kind} of program {n}", owners=(name,))
            _link(graph, name, f"{name}/{kind}", f"has {kind}")
    for place, state in enumerate(STATES):
        owners = programs[place :: len(STATES)]
        _add(graph, f"{ID}state/{state}", "Place", state, owners=owners)
        for name in owners:
            _link(graph, name, f"{ID}state/{state}", "service area")
    for payer, owners in (("One", programs), ("Two", programs[::3])):
        _add(graph, f"{ID}payer/{payer}", "Payer", f"Payer {payer}", owners=owners)
        for name in owners:
            _link(graph, name, f"{ID}payer/{payer}", "has payer")
    return graph


def _add(
    graph: "nx.MultiDiGraph[str]", node: str, kind: str, label: str, **given: tuple[str, ...]
) -> None:
    owners = given["owners"]
    fact = Fact("said", label, (_evidence(label),))
    attributes: dict[str, Any] = {"type": kind, "type_label": kind.lower(), "kind": ""}
    attributes |= {"programs": owners, "shared": len(owners) > 1, "facts": (fact,)}
    graph.add_node(node, label=label, states=given.get("states", ()), **attributes)


def _link(graph: "nx.MultiDiGraph[str]", source: str, target: str, label: str) -> None:
    words = f"{graph.nodes[source]['label']} {label} {graph.nodes[target]['label']}"
    key = PROPERTY + label.title().replace(" ", "")
    graph.add_edge(source, target, key=key, label=label, evidence=(_evidence(words),), inner=False)


def _evidence(words: str) -> Evidence:
    start = len("It is written: ")
    end = start + len(words)
    return Evidence(words, f"It is written: {words}.", start, end, "f.txt", 0, "", True, 1.0, "r")
