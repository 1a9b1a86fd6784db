"""Put together what programs say of one aspect: one value for all who mean the same."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode

from kg.compare.gather import Portrait, Statement, StatementReader
from kg.compare.meaning import Meanings, is_text
from kg.compare.records import ComparedValue, PartFact, Saying
from kg.compare.wording import Wordings
from kg.terms import ACP, DCTERMS, ORG, XSD
from kg.things import Support

Stated: TypeAlias = Mapping[int, Sequence[Statement]]
"""What programs say, by their columns."""

_DEEPEST: Final = 3
"""How many parts a fact may lie in; a bound, because foreign data may run in a circle."""
_MOST_NAMES: Final = 3
"""Names for one meaning that are told; a hundred programs may have a hundred."""
_NAMES: Final = {DCTERMS.modified: "last updated", ORG.organization: "participation"}
"""What people call properties of other vocabularies."""


class ValueMaker:
    """Makes values of statements, in words for people and with the words of the texts."""

    def __init__(
        self, reader: StatementReader, programs: Sequence[Portrait], meanings: Meanings
    ) -> None:
        self._reader = reader
        self._meanings = meanings
        self._wordings = Wordings(reader.graph, programs)
        names = reader.graph.document_name
        self._files = [frozenset(map(names, program.documents)) for program in programs]

    def values(
        self, stated: Stated, concerns: Sequence[bool], *, in_roles: bool = False
    ) -> tuple[ComparedValue, ...]:
        """Return the values that programs state of one aspect.

        Two programs agree on a value if it is the same thing, or if it is matched. In roles, they
        also agree if it is to each what it is to the other: each program's own provider group. Of
        a thing that one program alone names so, all is told here: there is nothing to compare.
        """
        groups = self._by_meaning(stated, in_roles=in_roles)
        roles: list[tuple[NamedNode | None, Stated]] = [(None, said) for said in groups.values()]
        if in_roles and any(len(said) < sum(concerns) for said in groups.values()):
            roles = list(self._by_role(stated))
        values = [self._value(said, len(concerns), role) for role, said in roles]
        if len(stated) == 1 and not in_roles:
            values = [self._with_facts(value, *stated) for value in values]
        return tuple(sorted(values, key=_in_order))

    def _with_facts(self, value: ComparedValue, column: int) -> ComparedValue:
        saying = value.sayings[column]
        node = NamedNode(saying.iri) if saying and saying.iri else None
        if not saying or not node or not self._reader.is_thing(node):
            return value
        told = replace(saying, facts=tuple(self._facts(column, node)))
        sayings = (told if place == column else None for place in range(len(value.sayings)))
        return replace(value, sayings=tuple(sayings))

    def _by_meaning(
        self, stated: Stated, *, in_roles: bool
    ) -> dict[Hashable, dict[int, list[Statement]]]:
        groups: dict[Hashable, dict[int, list[Statement]]] = {}
        for column, statements in stated.items():
            for statement in statements:
                key = self._meanings.key(column, statement)
                if in_roles and is_text(statement.value):
                    key = statement.predicate, self._wordings.form(column, statement.value.value)
                groups.setdefault(key, {}).setdefault(column, []).append(statement)
        return groups

    def _by_role(self, stated: Stated) -> Iterator[tuple[NamedNode | None, Stated]]:
        """Yield what several say of all their payers, say; then what is left, by its meaning."""
        rest = {column: list(statements) for column, statements in stated.items()}
        predicates = {s.predicate: None for statements in stated.values() for s in statements}
        for role in self._meanings.roles:
            for predicate in predicates:
                said = {c: [s for s in rest[c] if s.predicate == predicate] for c in rest}
                said = {column: statements for column, statements in said.items() if statements}
                if not all(self._meanings.are_all_in_role(c, role, said[c]) for c in said):
                    continue
                told = {
                    c: [s for s in said[c] if self._meanings.is_in_role(c, role, s.value)]
                    for c in said
                }
                if len(self._by_meaning(told, in_roles=True)) > 1 and len(told) > 1:
                    rest = {c: [s for s in rest[c] if s not in told.get(c, ())] for c in rest}
                    yield role, told
        yield from ((None, said) for said in self._by_meaning(rest, in_roles=True).values())

    def _value(self, stated: Stated, size: int, role: NamedNode | None) -> ComparedValue:
        sayings = tuple(
            self._saying(column, stated[column]) if column in stated else None
            for column in range(size)
        )
        words = joined(saying.words for saying in sayings if saying)
        if role:
            is_one = all(saying.iri for saying in sayings if saying)
            name = self.property_name(role)
            statement = next(iter(stated.values()))[0]
            words = self._specific(statement, f"its {name}" if is_one else f"all its {name}s")
        return ComparedValue(words, sayings, self._wordings.differ(sayings))

    def _saying(self, column: int, statements: Sequence[Statement]) -> Saying:
        names = {self._specific(s, self.words(s.value)) for s in statements}
        iris = {s.value.value for s in statements if isinstance(s.value, NamedNode)}
        iri = next(iter(iris)) if len(iris) == 1 else None
        return Saying("; ".join(sorted(names)), iri, self._supports(column, statements))

    def _specific(self, statement: Statement, words: str) -> str:
        """Return words with the property, where it says more than the one compared under."""
        if statement.predicate == statement.family:
            return words
        return f"{self.property_name(statement.predicate)} {words}"

    def part_value(
        self, words: str, parts: Sequence[NamedNode | None], links: Stated
    ) -> ComparedValue:
        """Return that programs have a part; of a part that one alone has, all that it says."""
        is_alone = sum(part is not None for part in parts) == 1
        sayings = tuple(
            Saying(
                *(self._reader.graph.label(part), part.value),
                self._supports(column, [*links[column], *self._meanings.kind_statements(part)]),
                tuple(self._facts(column, part)) if is_alone else (),
            )
            if part
            else None
            for column, part in enumerate(parts)
        )
        return ComparedValue(words, sayings, self._wordings.differ(sayings))

    def _facts(
        self, column: int, node: NamedNode, path: tuple[str, ...] = ()
    ) -> Iterator[PartFact]:
        for statement in self.inner_statements(node):
            value, inner = statement.value, (*path, self.property_name(statement.predicate))
            iri = value.value if isinstance(value, NamedNode) else None
            yield PartFact(inner, self.words(value), iri, self._supports(column, [statement]))
            is_part = len(path) < _DEEPEST and self._meanings.is_inner_part(column, value)
            if is_part and isinstance(value, NamedNode):
                yield from self._facts(column, value, inner)

    def inner_statements(self, node: NamedNode) -> Iterator[Statement]:
        """Yield what is to be compared of a part or thing; what a part is, is its name already."""
        kind = set(self._meanings.kind_statements(node)) if self._reader.is_part(node) else set()
        for statement in self._reader.statements(node):
            is_told = statement in kind or statement.family == ACP.withinPlace
            if not is_told and not self._reader.is_a(statement.value, ACP.Program):
                yield statement
        yield from self._reader.places_around(node)

    def _supports(self, column: int, statements: Iterable[Statement]) -> tuple[Support, ...]:
        """Return the words behind statements, each span once.

        Of a payer that several programs share, a program quotes its own documents, if they say it.
        """
        graph = self._reader.graph
        found = (
            graph.supports(s.subject, s.predicate, s.value) or graph.own_supports(s.subject)
            for s in statements
        )
        supports = tuple(dict.fromkeys(support for supports in found for support in supports))
        own = tuple(support for support in supports if support.document in self._files[column])
        return own or supports

    def words(self, value: NamedNode | RdfLiteral) -> str:
        """Return a value as a person says it."""
        label = self._reader.graph.label(value)
        if isinstance(value, RdfLiteral) and value.datatype == XSD.boolean:
            return {"true": "yes", "1": "yes", "false": "no", "0": "no"}.get(label, label)
        return label

    def property_name(self, predicate: NamedNode) -> str:
        """Return the name of a property as that of a heading."""
        known = _NAMES.get(predicate)
        return known or self._reader.graph.property_name(predicate).removeprefix("has ")


def _in_order(value: ComparedValue) -> tuple[str, list[str]]:
    return value.words, sorted(saying.iri or "" for saying in value.sayings if saying)


def joined(names: Iterable[str]) -> str:
    """Return names for the same as one text.

    >>> joined(["Lee", "Ash", "Lee"]), joined("EDCBA")
    ('Ash / Lee', 'A / B / C / … 2 more')
    """
    told = sorted(set(names))
    more = len(told) - _MOST_NAMES
    return " / ".join([*told[:_MOST_NAMES], *([f"… {more} more"] if more > 0 else [])])
