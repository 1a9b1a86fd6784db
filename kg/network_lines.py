"""Keep a network as lines that sort, so that what many stores tell of it is joined as a stream.

A line tells what one store knows of a node or an edge: its names, then as JSON what it is, then its
facts or its evidence, which only those read who want them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from json import JSONEncoder, loads
from pathlib import Path
from sys import intern
from typing import Any, Final, Generic, TypeAlias, TypeVar, overload

import networkx as nx

from kg.facts import Fact, join_facts, join_supports
from kg.lines import Lines, Sorter, sortable
from kg.network import LISTS, NODE_TYPES, Edge, Node, edge_place, order_network
from kg.spool import Spool, Spooled
from kg.things import Support

Item = TypeVar("Item")
Json: TypeAlias = list[Any]

_NODE, _EDGE = "0", "1"
_AS_TOLD: Final = ("type", "type_label", "label", "kind")
_encode: Final = JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class PartLines:
    """What one store tells of a network."""

    relations: Sequence[str]
    lines: Sequence[bytes]


def part_lines(part: "nx.MultiDiGraph[str]") -> PartLines:
    r"""Return as lines what `kg.network.read_part` has read from a store.

    >>> part = nx.MultiDiGraph(relations=[])
    >>> part.add_node("e:a", type="Payer", type_label="payer", label="A", kind="", facts=(),
    ...     programs=(), states=())
    >>> part_lines(part).lines
    [b'0\x00e:a\x00["Payer","payer","A","",[],[]]\x00[]\n']
    """
    labels = dict(part.nodes(data="label"))
    lines = []
    for node, data in part.nodes(data=True):
        programs = sorted((labels[program], program) for program in data["programs"])
        told = [*(data[name] for name in _AS_TOLD), programs, sorted(data["states"])]
        lines.append(_line((_NODE, node), told, _fact_data(data["facts"])))
    for source, target, key, data in part.edges(keys=True, data=True):
        told = [data["label"], data["inner"]]
        lines.append(_line((_EDGE, source, target, key), told, _support_data(data["evidence"])))
    return PartLines(part.graph["relations"], lines)


def _line(names: Sequence[str], told: Json, more: Json) -> bytes:
    return "\0".join((*names, _encode(told), _encode(more))).encode() + b"\n"


class NetworkLines:
    """The network of a build, of which no more than a node or an edge is in memory."""

    def __init__(self, relations: Sequence[str], lines: Lines, work: Path | None = None) -> None:
        self.relations, self._lines, self._work = relations, lines, work
        self._owners: dict[tuple[str, str], set[str]] = {}
        for _, (name, _, _, kind, programs, _), _ in self._told(_NODE):
            owners = self._owners.setdefault((name, kind), set())
            if len(owners) < 2:  # whether there are several is all that matters
                owners.update(iri for _, iri in programs[:2])

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes, with their facts, in the order of their IRIs."""
        for (iri,), told, facts in self._told(_NODE):
            yield iri, self._node_data(told, _FACTS.joined(facts))

    def edges(self) -> Iterator[Edge]:
        """Yield the edges, with their evidence, in the order of their IRIs."""
        for (source, target, key), told, pieces in self._told(_EDGE):
            yield source, target, key, _edge_data(told, _SUPPORTS.joined(pieces))

    def graph(self, types: Collection[str] = ()) -> "nx.MultiDiGraph[str]":
        """Return the nodes of some types, or of all, with their edges, as `read_network` does.

        Facts and evidence stay on disk and are read each time they are asked for.
        """
        spool, nodes = Spool(self._work), dict[str, dict[str, Any]]()
        for (iri,), told, facts in self._told(_NODE):
            if not types or told[0] in types:
                nodes[iri] = self._node_data(told, _FACTS.keep(spool, facts))
        if types:  # else all that is named is there
            for data in nodes.values():
                data.update({name: tuple(filter(nodes.__contains__, data[name])) for name in LISTS})

        def edges() -> Iterator[Edge]:
            for (source, target, key), told, pieces in self._told(_EDGE):
                if source in nodes and target in nodes:
                    evidence = _SUPPORTS.keep(spool, pieces)
                    yield source, target, key, _edge_data(told, evidence)

        return order_network(self.relations, nodes, edges())

    def bare(self, types: Collection[str]) -> tuple[Sequence[Node], Sequence[Edge]]:
        """Return the nodes of some types and the edges between them, in the order of `graph`.

        They have no facts and no evidence, and are read from disk each time they are asked for.
        """
        sorter, nodes, numbers = Sorter(self._work, "nodes"), Spool(self._work), dict[str, int]()
        for (iri,), told, _ in self._told(_NODE):
            if told[0] in types:
                place = b"%02d" % NODE_TYPES.index(told[0])
                data = _encode([iri, told]).encode()
                sorter.add([b"\0".join((place, sortable(told[2]), iri.encode(), data)) + b"\n"])
        for line in sorter.finish().lines():
            _, _, name, data = line.split(b"\0")
            numbers[intern(name.decode())] = nodes.append(data)

        def read(data: bytes) -> Node:
            iri, told = loads(data)
            node = self._node_data(told, ())
            there = {name: tuple(filter(numbers.__contains__, node[name])) for name in LISTS}
            programs = tuple(sorted(there["programs"], key=numbers.__getitem__))
            return iri, node | there | {"programs": programs}

        return Spooled(nodes, read), Spooled(self._bare_edges(numbers), _bare_edge)

    def _bare_edges(self, numbers: Mapping[str, int]) -> Spool:
        sorter, edges = Sorter(self._work, "edges"), Spool(self._work)
        for iris, told, _ in self._told(_EDGE):
            source, target, key = iris
            if source in numbers and target in numbers:
                place, *names = edge_place(key, target)
                key_of = (b"%08d" % numbers[source], b"%04d" % place, *map(str.encode, names))
                sorter.add([b"\0".join((*key_of, _encode([iris, told]).encode())) + b"\n"])
        for line in sorter.finish().lines():
            edges.append(line.rpartition(b"\0")[2])
        return edges

    def _node_data(self, told: Json, facts: Sequence[Fact]) -> dict[str, Any]:
        *plain, programs, states = told
        name, kind = told[0], told[3]
        owners = self._owners[name, kind] if kind else programs
        return {
            **dict(zip(_AS_TOLD, map(intern, plain), strict=True)),
            "facts": facts,
            "programs": tuple(intern(iri) for _, iri in programs),
            "shared": len(owners) > 1,
            "states": tuple(states),
        }

    def _told(self, kind: str) -> Iterator[tuple[list[str], Json, list[bytes]]]:
        """Yield names of nodes, or of edges, what they are, and what each store has besides."""
        join = _joined_node if kind == _NODE else _joined_edge
        for names, lines in groupby(self._lines.lines(), lambda line: line.rsplit(b"\0", 2)[0]):
            found, *iris = map(intern, names.decode().split("\0"))  # a graph holds many of each
            if found == kind:
                parts = [line.rsplit(b"\0", 2)[1:] for line in lines]
                yield iris, join([loads(told) for told, _ in parts]), [more for _, more in parts]
            elif found > kind:
                break


def _joined_node(told: Sequence[Json]) -> Json:
    if len(told) == 1:
        return told[0]
    programs = {tuple(program) for *_, some, _ in told for program in some}
    states = {state for *_, some in told for state in some}
    return [*told[0][:-2], sorted(programs), sorted(states)]


def _joined_edge(told: Sequence[Json]) -> Json:
    return [told[0][0], any(inner for _, inner in told)]


def _bare_edge(data: bytes) -> Edge:
    (source, target, key), told = loads(data)
    return source, target, key, _edge_data(told, ())


def _edge_data(told: Json, evidence: Sequence[Support]) -> dict[str, Any]:
    label, inner = told
    return {"label": intern(label), "evidence": evidence, "inner": inner}


class NetworkWriter:
    """Takes what store after store tells of a network; `work` is a folder for what is much."""

    def __init__(self, work: Path | None = None) -> None:
        self._work, self._sorter = work, Sorter(work, "network")
        self._relations: Sequence[str] = ()

    def add(self, part: PartLines) -> None:
        """Take what one store tells.

        Stores that each have all facts about their things (`kg.batches`) give together what one
        store of everything gives.
        """
        self._relations = part.relations
        self._sorter.add(part.lines)

    def finish(self) -> NetworkLines:
        """Return the whole."""
        return NetworkLines(self._relations, self._sorter.finish(), self._work)


class _Kept(Sequence[Item]):
    """Facts or evidence in a spool, read each time they are asked for."""

    __slots__ = ("_number", "_read", "_spool")

    def __init__(self, spool: Spool, data: bytes, read: Callable[[bytes], Sequence[Item]]) -> None:
        self._spool, self._number, self._read = spool, spool.append(data), read

    def _all(self) -> Sequence[Item]:
        return self._read(self._spool[self._number])

    def __iter__(self) -> Iterator[Item]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, number: int) -> Item: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Item]: ...
    def __getitem__(self, number: int | slice) -> Item | Sequence[Item]:
        return self._all()[number]


@dataclass(frozen=True, slots=True)
class _Form(Generic[Item]):
    """How facts, or evidence, are read from JSON, joined and written."""

    read: Callable[[bytes], Sequence[Item]]
    join: Callable[..., Sequence[Item]]
    data: Callable[[Iterable[Item]], Json]

    def joined(self, told: Iterable[bytes]) -> Sequence[Item]:
        """Return as one what several stores tell."""
        return self.join(*map(self.read, told))

    def keep(self, spool: Spool, told: Sequence[bytes]) -> Sequence[Item]:
        """Return the same, read from a spool, where it stands as it was told if one store did."""
        data = told[0] if len(told) == 1 else _encode(self.data(self.joined(told))).encode()
        return () if data == b"[]" else _Kept(spool, data, self.read)


def _facts(data: bytes) -> tuple[Fact, ...]:
    return tuple(map(_fact, loads(data)))


def _fact(data: Json) -> Fact:
    label, value, evidence, parts, place = data
    supports = tuple(Support(*each) for each in evidence)
    return Fact(label, value, supports, tuple(map(_fact, parts)), tuple(place))


def _supports(data: bytes) -> tuple[Support, ...]:
    return tuple(Support(*each) for each in loads(data))


def _fact_data(facts: Iterable[Fact]) -> Json:
    return [
        [fact.label, fact.value, _support_data(fact.evidence), _fact_data(fact.parts), fact.place]
        for fact in facts
    ]


def _support_data(supports: Iterable[Support]) -> Json:
    """Return the fields of each, in their order."""
    return [
        [
            *(one.quotation, one.document, one.start, one.end, one.basis, one.confidence),
            *(one.rule, one.as_written, one.sentence, one.sentence_start),
        ]
        for one in supports
    ]


_FACTS: Final = _Form(_facts, join_facts, _fact_data)
_SUPPORTS: Final = _Form(_supports, join_supports, _support_data)
