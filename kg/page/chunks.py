"""Put facts and their sentences into chunks, which the page reads when they are asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from kg.facts import Fact
from kg.page.pool import Pool
from kg.quotation import split_sentence
from kg.things import Support

if TYPE_CHECKING:
    import networkx as nx

_ENOUGH: Final = 1200
"""Facts and quotations in a chunk: few enough to read at once, enough to pack well."""


def _by_program(graph: "nx.MultiDiGraph[str]") -> list[str]:
    places = {node: place for place, node in enumerate(graph)}

    def order(node: str) -> tuple[int, int]:
        owners = graph.nodes[node]["programs"]
        return places[owners[0] if len(owners) == 1 else node], places[node]

    return sorted(graph, key=order)


@dataclass(slots=True)
class Chunk:
    """The facts of some things, and the evidence of the links from them, by number.

    A fact is `[relation, value, evidence, parts]`.
    """

    nodes: list[str] = field(default_factory=list)
    facts: list[Any] = field(default_factory=list)
    links: list[Any] = field(default_factory=list)
    pool: Pool = field(default_factory=Pool)
    weight: int = 0
    """Facts, links and quotations in it."""

    def data(self) -> dict[str, Any]:
        """Return what the page reads."""
        return {"facts": self.facts, "links": self.links, "strings": self.pool.strings}

    def evidence(self, support: Support) -> list[Any]:
        """Return sentence, where the quotation is in it, document, offset, basis, doubt and rule.

        Where the sentence is not known, or the quotation is not in it, the quotation stands for it.
        Places in the sentence count UTF-16 units, as JavaScript does. What is plainly stated
        carries no basis.
        """
        self.weight += 1
        start = support.start - support.sentence_start
        alone = ("", support.quotation, "")
        found = split_sentence(support.sentence, start, support.quotation)
        before, quotation, after = found or alone
        start = len(before.encode("utf-16-le")) // 2
        return [
            self.pool.number(before + quotation + after),
            start,
            start + len(quotation.encode("utf-16-le")) // 2,
            self.pool.number(support.document),
            support.start,
            self.pool.number("" if support.basis == "stated" else support.basis),
            support.confidence,
            self.pool.number(support.rule or ""),
        ]


class ChunkMaker:
    """Makes chunks for one page, in which things and links have numbers."""

    def __init__(self, graph: "nx.MultiDiGraph[str]", relations: Pool) -> None:
        self._graph = graph
        self._relations = relations
        self._nodes = {node: number for number, node in enumerate(graph)}
        firsts = accumulate((links for _, links in graph.out_degree()), initial=0)
        self._links = dict(zip(graph, firsts, strict=False))
        """The number of the first link from each thing; the others follow."""

    def chunks(self) -> Iterator[Chunk]:
        """Yield all chunks; things that are one program's alone stand together."""
        chunk = Chunk()
        for node in _by_program(self._graph):
            if chunk.weight >= _ENOUGH:
                yield chunk
                chunk = Chunk()
            self._add(node, chunk)
        yield chunk

    def _add(self, node: str, chunk: Chunk) -> None:
        chunk.nodes.append(node)
        if facts := [self._fact(fact, chunk) for fact in self._graph.nodes[node]["facts"]]:
            chunk.facts.append([self._nodes[node], facts])
        links = self._graph.out_edges(node, data="evidence")
        for number, (_, _, pieces) in enumerate(links, self._links[node]):
            if evidence := [chunk.evidence(piece) for piece in pieces]:
                chunk.links.append([number, evidence])
                chunk.weight += 1

    def _fact(self, fact: Fact, chunk: Chunk) -> list[Any]:
        chunk.weight += 1
        return [
            self._relations.number(fact.label),
            chunk.pool.number(fact.value),
            [chunk.evidence(piece) for piece in fact.evidence],
            [self._fact(part, chunk) for part in fact.parts],
        ]
