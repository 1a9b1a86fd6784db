"""Tell the graph without script: a line of counts, and its facts as rows of a table."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from kg.facts import Fact
from kg.network import Edge, Node
from kg.page.looks import plural

_MAIN: Final = ("Program", "Payer", "ProviderOrganization", "Place")


@dataclass(slots=True)
class Tally:
    """What there is to tell of a network before any of it is shown."""

    types: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)
    """What the types are called."""
    quoted: int = 0
    """Facts that have a quotation; one about two things is shown at both and counts twice."""
    documents: set[str] = field(default_factory=set)
    rows: int = 0
    """Those of `fact_rows`."""

    def add(self, facts: Iterable[Fact]) -> None:
        """Count facts, and those that they lead to."""
        for fact in _flat(facts):
            self.rows += 1
            self.quoted += bool(fact.evidence)
            self.documents.update(piece.document for piece in fact.evidence)


def tally(nodes: Iterable[Node], edges: Iterable[Edge]) -> Tally:
    """Return what a network has, in one pass."""
    found = Tally()
    for _, data in nodes:
        found.types[data["type"]] += 1
        found.names[data["type"]] = data["type_label"]
        found.add(data["facts"])
    for _, _, _, data in edges:
        found.add([Fact(data["label"], "", data["evidence"])])
    return found


def summary(told: Tally) -> str:
    """Say in plain words how much of the main kinds of thing there is, and how much is shown.

    >>> summary(tally([("north", {"type": "Program", "type_label": "program", "facts": ()})], []))
    '1 program · 0 facts shown with quotations from 0 documents'
    """
    parts = [_counted(told.types[name], told.names[name]) for name in _MAIN if told.types[name]]
    facts, files = _counted(told.quoted, "fact"), _counted(len(told.documents), "document")
    return " · ".join([*parts, f"{facts} shown with quotations from {files}"])


def _counted(number: int, name: str) -> str:
    return f"{number:,} {name if number == 1 else plural(name)}"


def _flat(facts: Iterable[Fact]) -> Iterator[Fact]:
    for fact in facts:
        yield fact
        yield from _flat(fact.parts)


def fact_rows(nodes: Collection[Node], edges: Iterable[Edge]) -> Iterator[dict[str, str]]:
    """Yield every fact with its quotation: the page's content for readers without script."""
    labels = {node: data["label"] for node, data in nodes}
    for node, data in nodes:
        for fact in _flat(data["facts"]):
            yield _row(labels[node], fact)
    for subject, target, _, data in edges:
        yield _row(labels[subject], Fact(data["label"], labels[target], data["evidence"]))


def _row(subject: str, fact: Fact) -> dict[str, str]:
    return {
        "subject": subject,
        "relation": fact.label,
        "value": fact.value,
        "quotation": " / ".join(piece.quotation for piece in fact.evidence),
        "document": ", ".join(dict.fromkeys(piece.document for piece in fact.evidence)),
    }
