"""Split the facts and their sentences into chunks, which the page reads when they are asked for."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from kg.facts import Evidence, Fact
from kg.page.pool import Pool

if TYPE_CHECKING:
    import networkx as nx

_ENOUGH: Final = 1200
"""Facts and quotations in a chunk: few enough to read at once, enough to pack well."""


def split(graph: "nx.MultiDiGraph[str]") -> list[list[str]]:
    """Return the things of each chunk; those that are one program's alone stand together."""
    parts: list[list[str]] = [[]]
    weight = 0
    for node in _by_program(graph):
        if weight >= _ENOUGH:
            parts.append([])
            weight = 0
        parts[-1].append(node)
        weight += _weight(graph.nodes[node]["facts"])
        weight += sum(1 + len(pieces) for *_, pieces in graph.out_edges(node, data="evidence"))
    return parts


def _by_program(graph: "nx.MultiDiGraph[str]") -> list[str]:
    places = {node: place for place, node in enumerate(graph)}

    def order(node: str) -> tuple[int, int]:
        owners = graph.nodes[node]["programs"]
        return places[owners[0] if len(owners) == 1 else node], places[node]

    return sorted(graph, key=order)


def _weight(facts: Sequence[Fact]) -> int:
    return sum(1 + len(fact.evidence) + _weight(fact.parts) for fact in facts)


class ChunkMaker:
    """Makes chunks for one page, in which things and links have numbers."""

    def __init__(self, graph: "nx.MultiDiGraph[str]", relations: Pool) -> None:
        self._graph = graph
        self._relations = relations
        self._nodes = {node: number for number, node in enumerate(graph)}
        self._edges = {edge: number for number, edge in enumerate(graph.edges(keys=True))}

    def chunk(self, nodes: Sequence[str]) -> dict[str, Any]:
        """Return the facts of things, and the evidence of the links from them, by number.

        A fact is `[relation, value, evidence, parts]`; for the evidence see `_evidence`.
        """
        pool = Pool()
        facts = [
            [self._nodes[node], [self._fact(fact, pool) for fact in facts]]
            for node in nodes
            if (facts := self._graph.nodes[node]["facts"])
        ]
        links = [
            [self._edges[source, target, key], [_evidence(piece, pool) for piece in pieces]]
            for source, target, key, pieces in self._graph.out_edges(
                nodes, keys=True, data="evidence"
            )
            if pieces
        ]
        return {"facts": facts, "links": links, "strings": pool.strings}

    def _fact(self, fact: Fact, pool: Pool) -> list[Any]:
        return [
            self._relations.number(fact.label),
            pool.number(fact.value),
            [_evidence(piece, pool) for piece in fact.evidence],
            [self._fact(part, pool) for part in fact.parts],
        ]


def _evidence(piece: Evidence, pool: Pool) -> list[Any]:
    """Return sentence, where the quotation is in it, document, offset, basis, confidence, rule.

    Without a sentence the quotation stands for it. Places in the sentence count UTF-16 units, as
    JavaScript does. What is plainly stated carries no basis.
    """
    text = piece.sentence or piece.quotation
    start = len(text[: piece.start].encode("utf-16-le")) // 2
    return [
        pool.number(text),
        start,
        start + len(piece.quotation.encode("utf-16-le")) // 2,
        pool.number(piece.document),
        piece.offset,
        pool.number("" if piece.is_stated else piece.basis),
        piece.confidence,
        pool.number(piece.rule),
    ]


def numbered(parts: Sequence[Sequence[str]]) -> Iterator[tuple[str, int]]:
    """Yield each thing with the number of its chunk."""
    for number, nodes in enumerate(parts):
        for node in nodes:
            yield node, number
