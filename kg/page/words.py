"""Tell the graph without script: a line of counts, and its facts as rows of a table."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.facts import Fact
from kg.page.looks import plural

if TYPE_CHECKING:
    import networkx as nx

_MAIN_TYPES = ("Program", "Payer", "ProviderOrganization", "Place")


def summary(graph: "nx.MultiDiGraph[str]") -> str:
    """Say in plain words how much of the main kinds of thing there is, and how much is shown.

    A fact about two things is shown at both, so there may be fewer assertions than that.

    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node("north", type="Program", type_label="program", facts=())
    >>> summary(graph)
    '1 program · 0 facts shown with quotations from 0 documents'
    """
    counts = Counter(data["type"] for data in graph.nodes.values())
    names = {data["type"]: data["type_label"] for data in graph.nodes.values()}
    parts = [_counted(counts[name], names[name]) for name in _MAIN_TYPES if counts[name]]
    quoted = 0
    documents: set[str] = set()
    for fact in _all_facts(graph):
        quoted += bool(fact.evidence)
        documents.update(piece.document for piece in fact.evidence)
    facts, files = _counted(quoted, "fact"), _counted(len(documents), "document")
    return " · ".join([*parts, f"{facts} shown with quotations from {files}"])


def _counted(number: int, name: str) -> str:
    return f"{number:,} {name if number == 1 else plural(name)}"


def _all_facts(graph: "nx.MultiDiGraph[str]") -> Iterator[Fact]:
    for data in graph.nodes.values():
        yield from _flat(data["facts"])
    for _, _, data in graph.edges(data=True):
        yield Fact(data["label"], "", data["evidence"])


def _flat(facts: Iterable[Fact]) -> Iterator[Fact]:
    for fact in facts:
        yield fact
        yield from _flat(fact.parts)


def fact_rows(graph: "nx.MultiDiGraph[str]") -> Iterator[dict[str, str]]:
    """Yield every fact with its quotation: the page's content for readers without script."""
    labels = dict(graph.nodes(data="label"))
    for node, data in graph.nodes(data=True):
        for fact in _flat(data["facts"]):
            yield _row(labels[node], fact)
    for subject, target, data in graph.edges(data=True):
        yield _row(labels[subject], Fact(data["label"], labels[target], data["evidence"]))


def _row(subject: str, fact: Fact) -> dict[str, str]:
    return {
        "subject": subject,
        "relation": fact.label,
        "value": fact.value,
        "quotation": " / ".join(piece.quotation for piece in fact.evidence),
        "document": ", ".join(dict.fromkeys(piece.document for piece in fact.evidence)),
    }
