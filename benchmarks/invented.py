"""Invent the network of so many things that a page is measured with; nothing in it is true.

The shapes are those of the seeds: a program with its group, payments, roles and activities, and
what it shares with others. A few payers pay for most programs, so that the graph has hubs. The same
number gives the same graph on every machine.
"""

from collections.abc import Iterator
from random import Random
from typing import Any, Final

import networkx as nx

from kg.facts import Evidence, Fact

ID: Final = "https://w3id.org/acp/id/"
_STATES: Final = (
    *("Alabama", "Arizona", "California", "Colorado", "Florida", "Georgia", "Idaho", "Illinois"),
    *("Iowa", "Kansas", "Maine", "Michigan", "Minnesota", "Nevada", "Ohio", "Oregon", "Texas"),
    *("Utah", "Vermont", "Virginia", "Washington", "Wisconsin", "Wyoming", "New York"),
)
_PARTS: Final = (
    ("ProviderOrganization", "provider organization", 1),
    ("PractitionerGroup", "practitioner group", 1),
    ("PaymentArrangement", "payment arrangement", 3),
    ("CareRoleAssignment", "care role assignment", 3),
    ("CareActivity", "care activity", 8),
)
"""What each program has for itself, and how many."""
_SHARED: Final = (("condition", "Health conditions", 12), ("aim", "Program aims", 8))
_WORDS: Final = (
    "care coordination payer physicians registered nurses improve quality lower cost patients"
    " practices monthly fee shared savings chronic conditions visits hospital outreach data"
).split()


def invent_network(size: int) -> "nx.MultiDiGraph[str]":
    """Return a graph of about `size` things in the form of `kg.network.read_network`."""
    return _Inventor(size).graph


class _Inventor:
    """Adds programs and what they link to until the graph is large enough."""

    def __init__(self, size: int) -> None:
        self.graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(relations=["has payer", "service area"])
        self._random = Random(size)  # noqa: S311  # not a secret
        self._owners: dict[str, list[str]] = {}
        own = 1 + sum(number for *_, number in _PARTS)
        self._payers = max(2, size // own // 10)
        number = 0
        while len(self.graph) + own + 4 <= size:  # a program may bring a place and two payers
            self._add_program(f"{ID}program_{number}", number)
            number += 1
        for node, owners in self._owners.items():
            self.graph.nodes[node].update(programs=tuple(owners), shared=len(owners) > 1)

    def _add_program(self, iri: str, number: int) -> None:
        state = self._random.choice(_STATES)
        node = f"{ID}place_{state}"
        name = f"Accountable care program {number} of {state}"
        self._add(iri, "Program", "program", name, owner=iri, states=(node,))
        self._add(node, "Place", "place", state, owner=iri)
        self._link(iri, node, "service area")
        for payer in {self._payer() for _ in range(2)}:
            self._add(f"{ID}org_{payer}", "Payer", "payer", f"Health plan {payer}", owner=iri)
            self._link(iri, f"{ID}org_{payer}", "has payer")
        for kind, label, many in _SHARED:
            for place in sorted(self._random.sample(range(many), 3)):
                self._add(f"{ID}{kind}_{place}", kind, label, f"{kind} {place}", owner=iri)
                self._link(iri, f"{ID}{kind}_{place}", f"targets {kind}")
        for kind, label, many in _PARTS:
            for place in range(many):
                part = f"{iri}_{kind}_{place}"
                self._add(part, kind, label, f"{label} {place} of program {number}", owner=iri)
                self._link(iri, part, f"has {label}")
                if place and kind == "CareActivity":
                    self._link(f"{iri}_CareRoleAssignment_{place % 3}", part, "performs")

    def _payer(self) -> int:
        """Return the number of a payer: small ones far more often, so that they become hubs."""
        return min(int(self._random.paretovariate(0.7)), self._payers) - 1

    def _add(self, node: str, kind: str, label: str, name: str, **given: Any) -> None:
        if node not in self._owners:
            self._owners[node] = []
            facts = tuple(self._facts())
            look = {"type": kind, "type_label": label, "kind": "", "label": name}
            self.graph.add_node(node, **look, facts=facts, states=given.get("states", ()))
        if given["owner"] not in self._owners[node]:
            self._owners[node].append(given["owner"])

    def _link(self, source: str, target: str, label: str) -> None:
        key = f"https://w3id.org/acp/ontology#{label.title().replace(' ', '')}"
        evidence = (self._evidence(),)
        self.graph.add_edge(source, target, key=key, label=label, evidence=evidence, inner=False)

    def _facts(self) -> Iterator[Fact]:
        for _ in range(2):
            evidence = self._evidence()
            yield Fact(
                self._random.choice(("effective date", "has count")),
                evidence.quotation,
                (evidence,),
            )

    def _evidence(self) -> Evidence:
        sentence = " ".join(self._random.choices(_WORDS, k=18)) + "."
        quotation = " ".join(sentence.split()[:4])
        offset = self._random.randrange(4000)
        return Evidence(
            quotation,
            sentence,
            0,
            len(quotation),
            "file.txt",
            offset,
            "",
            True,
            1.0,
            "invented.rule",
        )
