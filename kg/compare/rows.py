"""Lay what programs say side by side, aspect by aspect."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from pyoxigraph import NamedNode

from kg.compare.gather import Portrait, Statement, StatementReader
from kg.compare.match import Match
from kg.compare.meaning import Meanings
from kg.compare.records import Row
from kg.compare.values import Stated, ValueMaker, joined
from kg.terms import model_place

Path: TypeAlias = tuple[str, ...]
Concerns: TypeAlias = tuple[bool, ...]

_DEEPEST: Final = 3
"""How many parts a row may lie in; a bound, because foreign data may run in a circle."""


class RowMaker:
    """Makes the rows about programs, their parts and the things that they are tied to."""

    def __init__(self, reader: StatementReader, programs: Sequence[Portrait]) -> None:
        self._reader = reader
        self._meanings = Meanings(reader, programs)
        self._values = ValueMaker(reader, programs, self._meanings)
        self._everyone: Concerns = (True,) * len(programs)
        stated = {column: program.statements for column, program in enumerate(programs)}
        self._parts = _by_family(
            {c: [s for s in said if s.value in programs[c].parts] for c, said in stated.items()}
        )
        self._plain = _by_family(
            {c: [s for s in said if s.value not in programs[c].parts] for c, said in stated.items()}
        )
        # Before any row: parts name each other, and groups of practitioners.
        self._people = self._meanings.match([program.people for program in programs])
        self._matches = {family: self._match(found) for family, found in self._parts.items()}

    @property
    def properties(self) -> tuple[NamedNode, ...]:
        """The properties by which programs name things or have parts, in the model's order."""
        return tuple(sorted({*self._parts, *self._meanings.roles}, key=_model_order))

    def program_rows(self) -> Iterator[Row]:
        """Yield rows of what is said of the programs themselves, apart from their parts."""
        for family, stated in self._plain.items():
            values = self._values.values(stated, self._everyone)
            yield Row((self.name(family),), family.value, values, self._everyone)

    def part_rows(self, family: NamedNode) -> Iterator[Row]:
        """Yield rows about the parts that programs have by a property."""
        links = _links(self._parts.get(family, {}))
        for name, match in self._named(self._matches.get(family, ())):
            yield from self._match_rows((name,), family, match, links, self._everyone)

    def people_rows(self) -> Iterator[Row]:
        """Yield rows about the practitioner groups that the parts of several programs name."""
        for name, match in self._named(self._people):
            yield from self.rows_about((name,), _columns(match))

    def rows_about(self, path: Path, columns: Sequence[Sequence[NamedNode]]) -> Iterator[Row]:
        """Yield rows of what is said of nodes: a part that each program has, or all its payers.

        Where one program alone has any, there is nothing to compare.
        """
        concerns = tuple(map(bool, columns))
        if sum(concerns) < 2:
            return
        stated = {
            column: [s for node in nodes for s in self._values.inner_statements(node)]
            for column, nodes in enumerate(columns)
        }
        for family, found in _by_family(stated).items():
            parts: dict[int, list[Statement]] = {}
            plain: dict[int, list[Statement]] = {}
            for column, statements in found.items():
                for statement in statements:
                    is_part = self._meanings.is_inner_part(column, statement.value)
                    side = parts if is_part and len(path) < _DEEPEST else plain
                    side.setdefault(column, []).append(statement)
            name, links = self.name(family), _links(parts)
            if plain:
                values = self._values.values(plain, concerns, in_roles=True)
                yield Row((*path, name), family.value, values, concerns)
            for part, match in self._named(self._match(parts), name):
                inner = (*path, name if part == name else f"{name}: {part}")
                yield from self._match_rows(inner, family, match, links, concerns)

    def _match(self, stated: Stated) -> tuple[Match, ...]:
        columns = ([s.value for s in stated.get(c, ())] for c in range(len(self._everyone)))
        nodes = ((v for v in values if isinstance(v, NamedNode)) for values in columns)
        return self._meanings.match([list(dict.fromkeys(found)) for found in nodes])

    def _match_rows(
        self, path: Path, family: NamedNode, match: Match, links: "Links", concerns: Concerns
    ) -> Iterator[Row]:
        """Yield a row for a part itself and, where several programs have it, rows about it."""
        said = {c: links[c, part] for c, part in enumerate(match) if part}
        value = self._values.part_value(path[-1], match, said)
        inner = list(self.rows_about(path, _columns(match)))
        if any(row.verdict == "different" for row in inner):
            value = replace(value, is_reworded=False)  # what differs is told below
        yield Row(path, family.value, (value,), concerns)
        yield from inner

    def name(self, family: NamedNode) -> str:
        """Return what a section or row about a property is called."""
        return self._values.property_name(family)

    def _named(
        self, matches: Iterable[Match], otherwise: str | None = None
    ) -> list[tuple[str, Match]]:
        """Return parts by name, with more of a name where several would have the same."""
        named = [(self._part_name(match, otherwise), match) for match in matches]
        times = Counter(name for name, _ in named)
        full = (
            (name if times[name] == 1 else f"{name}: {self._labels(match)}", match)
            for name, match in named
        )
        return sorted(full, key=lambda pair: pair[0])

    def _part_name(self, match: Match, otherwise: str | None) -> str:
        """Return what parts are, if concepts say it, or else what they are called."""
        part = next(part for part in match if part)
        kinds = [statement.value for statement in self._meanings.kind_statements(part)]
        if kinds and all(map(self._reader.is_concept, kinds)):
            return " and ".join(map(self._values.words, kinds))
        return (not kinds and otherwise) or self._labels(match)

    def _labels(self, match: Match) -> str:
        return joined(self._reader.graph.label(part) for part in match if part)


Links: TypeAlias = dict[tuple[int, NamedNode], list[Statement]]
"""By column and part, the statements by which a program has it."""


def _links(stated: Stated) -> Links:
    links: Links = {}
    for column, statements in stated.items():
        for statement in statements:
            if isinstance(statement.value, NamedNode):
                links.setdefault((column, statement.value), []).append(statement)
    return links


def _by_family(stated: Stated) -> dict[NamedNode, dict[int, list[Statement]]]:
    """Return statements by the property that they are compared under, in the model's order."""
    families: dict[NamedNode, dict[int, list[Statement]]] = {}
    for column, statements in stated.items():
        for statement in statements:
            families.setdefault(statement.family, {}).setdefault(column, []).append(statement)
    return dict(sorted(families.items(), key=lambda item: _model_order(item[0])))


def _columns(match: Match) -> list[list[NamedNode]]:
    return [[part] if part else [] for part in match]


def _model_order(family: NamedNode) -> tuple[int, str]:
    return model_place(family), family.value
