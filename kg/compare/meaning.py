"""Say what values mean to a program, so that values of other names can mean the same."""

from collections.abc import Hashable, Sequence
from functools import cached_property

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode

from kg.compare.gather import Portrait, Statement, StatementReader
from kg.compare.match import Match, match_parts
from kg.terms import RDF, XSD, model_place
from kg.things import KINDS


class Meanings:
    """What values mean to each of the programs in some columns."""

    def __init__(self, reader: StatementReader, programs: Sequence[Portrait]) -> None:
        self._reader = reader
        self._programs = programs
        self._matches: dict[tuple[int, NamedNode], Match] = {}

    @cached_property
    def roles(self) -> tuple[NamedNode, ...]:
        """The properties by which programs name things, in the order of the model."""
        found = {role for program in self._programs for role in program.things}
        return tuple(sorted(found, key=lambda role: (model_place(role), role.value)))

    def match(self, columns: Sequence[Sequence[NamedNode]]) -> tuple[Match, ...]:
        """Match parts of the programs; from now on parts that are matched mean the same."""
        matches = match_parts(columns, self._kind, self._traits)
        for match in matches:
            for column, part in enumerate(match):
                if part is not None:
                    self._matches[column, part] = match
        return matches

    def key(self, column: int, statement: Statement) -> Hashable:
        """Return what is equal for statements that say the same of whatever program."""
        value = statement.value
        if isinstance(value, RdfLiteral):
            return statement.predicate, value.value, None if is_text(value) else value.datatype
        return statement.predicate, self._matches.get((column, value), value)

    def is_in_role(self, column: int, role: NamedNode, value: object) -> bool:
        """Whether a program names a value by a property."""
        return value in self._programs[column].things.get(role, ())

    def are_all_in_role(
        self, column: int, role: NamedNode, statements: Sequence[Statement]
    ) -> bool:
        """Whether statements speak of all that a program names by a property, if anything."""
        things = self._programs[column].things.get(role, ())
        return bool(things) and {s.value for s in statements}.issuperset(things)

    def is_inner_part(self, column: int, value: object) -> bool:
        """Whether a value is a part that the program has only through another."""
        return value not in self._programs[column].parts and self._reader.is_part(value)

    def kind_statements(self, part: NamedNode) -> tuple[Statement, ...]:
        """Return what says what a part is."""
        classes = self._reader.graph.objects(part, RDF.type)
        kinds = {
            kind for name in classes if isinstance(name, NamedNode) for kind in KINDS.get(name, ())
        }
        return tuple(found for found in self._reader.statements(part) if found.predicate in kinds)

    def _kind(self, column: int, part: NamedNode) -> Hashable:
        classes = frozenset(self._reader.graph.objects(part, RDF.type))
        said = frozenset(self._as_role(column, found) for found in self.kind_statements(part))
        return classes, said

    def _traits(self, column: int, part: NamedNode) -> frozenset[Hashable]:
        statements = self._reader.statements(part)
        return frozenset((found.family, self._as_role(column, found)) for found in statements)

    def _as_role(self, column: int, statement: Statement) -> Hashable:
        """Return what a value is to the program, or else the value."""
        roles = (role for role in self.roles if self.is_in_role(column, role, statement.value))
        return next(roles, None) or self.key(column, statement)


def is_text(value: object) -> bool:
    """Whether a value is words rather than a thing, a number or a date.

    >>> is_text(RdfLiteral("people", language="en")), is_text(RdfLiteral(5500))
    (True, False)
    """
    return isinstance(value, RdfLiteral) and (
        value.language is not None or value.datatype == XSD.string
    )
