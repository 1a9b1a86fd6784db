"""Read what one document states, as statements whose parts are the statements of what they lead to.

A statement that leads to a thing which only exists for it (a count, a payment, a condition) has
that thing's own statements as its parts. So a payer's participation belongs to the statement that
names the payer, and the first and last day that a date can mean to the date.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from kg.changes.reading import DocumentReader
from kg.errors import InputError
from kg.terms import ACP, DCTERMS, ORG, local_name, model_place
from kg.things import INNER_PARTS, PARTS, GraphReader, Support, Term

ALL_PARTS: Final = PARTS | INNER_PARTS
"""Classes of things that belong to the statement that leads to them."""
_FOLLOWS: Final = {
    ACP.effectiveDateEarliest: ACP.effectiveDate,
    ACP.effectiveDateLatest: ACP.effectiveDate,
}
"""Properties whose value is a matter of another's."""
_DEEPEST: Final = 5
"""How many things a statement may lead through; a bound because a folder may be anybody's."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One property with one value, in terms and in words, and what belongs to it."""

    predicate: NamedNode
    value: Term
    name: str
    """Of the property."""
    label: str
    """Of the value."""
    supports: tuple[Support, ...]
    kinds: frozenset[NamedNode] = frozenset()
    """Classes of the value."""
    parts: tuple["Statement", ...] = ()

    @property
    def is_part(self) -> bool:
        """Whether the value is a thing that only exists for statements like this."""
        return not self.kinds.isdisjoint(ALL_PARTS)

    @property
    def words(self) -> frozenset[str]:
        """The quotations that it rests on."""
        return frozenset(support.quotation for support in self.supports)


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing with what a document states of it."""

    iri: str
    label: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class StatedDocument:
    """A document, the program that it describes, and everything that it states, by thing."""

    iri: str
    name: str
    program: str
    """The program's IRI, or nothing."""
    program_label: str
    subjects: Mapping[str, Subject]


def read_document(graph: str, lines: Sequence[bytes], model: GraphReader) -> StatedDocument:
    """Return what the graph of a document states.

    Raises:
        InputError: it is not the graph of a document as a build writes it.
    """
    try:
        reader = DocumentReader(lines, model)
        return _Folder(reader).document()
    except (SyntaxError, ValueError) as error:
        problem = f"is not as `kg build` writes it ({error}); run `kg build` again"
        raise InputError(f"graph {graph} of the dataset", problem) from error


class _Folder:
    """Folds the statements of a document: each belongs to a thing, or to another statement."""

    def __init__(self, reader: DocumentReader) -> None:
        self._reader = reader
        self._stated = reader.stated()
        self._folded: set[NamedNode] = set()
        """Parts that a statement holds, so that they are no subjects of their own."""

    def document(self) -> StatedDocument:
        """Return everything that is stated, by thing."""
        reader = self._reader
        (iri,) = reader.instances(ACP.SourceDocument)
        program = next(iter(reader.instances(ACP.Program)), None)
        subjects = {}
        parts = {node for node in self._stated if not ALL_PARTS.isdisjoint(reader.kinds(node))}
        for node in sorted(self._stated, key=lambda node: (node in parts, node.value)):
            if node not in self._folded:
                statements = tuple(self._statements(node, frozenset((node,))))
                if statements:
                    subjects[node.value] = Subject(node.value, reader.label(node), statements)
        return StatedDocument(
            iri.value,
            reader.text(iri, DCTERMS.identifier) or iri.value,
            program.value if program else "",
            reader.label(program) if program else "",
            subjects,
        )

    def _statements(self, node: NamedNode, above: frozenset[NamedNode]) -> Iterator[Statement]:
        """Yield what is stated of a thing, in the order of the model."""
        stated = self._stated.get(node, [])
        single = {name for name, _ in stated if sum(name == other for other, _ in stated) == 1}
        for name, value in sorted(stated, key=_place):
            if _FOLLOWS.get(name) in single:
                continue
            kinds = self._reader.kinds(value)
            parts: list[Statement] = []
            if isinstance(value, NamedNode):
                if _owns(name, kinds) and value not in above and len(above) < _DEEPEST:
                    self._folded.add(value)
                    parts += self._statements(value, above | {value})
                parts += self._participation(node, value, above)
            if name in single:
                follow = [pair for pair in stated if _FOLLOWS.get(pair[0]) == name]
                parts += [self._leaf(node, *pair) for pair in sorted(follow, key=_place)]
            yield self._leaf(node, name, value, tuple(parts))

    def _participation(
        self, node: NamedNode, member: NamedNode, above: frozenset[NamedNode]
    ) -> Iterator[Statement]:
        """Yield what is stated of the part that a member takes in a program, but not of which."""
        if len(above) > 1:
            return
        for record, predicate in self._reader.links(member):
            stated = self._stated.get(record, [])
            if predicate == ORG.member and (ORG.organization, node) in stated:
                self._folded.add(record)
                for name, value in sorted(stated, key=_place):
                    if name not in (ORG.member, ORG.organization):
                        yield self._leaf(record, name, value)

    def _leaf(
        self, node: NamedNode, name: NamedNode, value: Term, parts: tuple[Statement, ...] = ()
    ) -> Statement:
        reader = self._reader
        return Statement(
            name,
            value,
            reader.property_name(name),
            reader.label(value),
            tuple(reader.supports(node, name, value)),
            reader.kinds(value),
            parts,
        )


def _owns(name: NamedNode, kinds: frozenset[NamedNode]) -> bool:
    """Tell whether a property leads to a part, and not to what is somebody else's part."""
    return not kinds.isdisjoint(ALL_PARTS) and local_name(name).startswith("has")


def _place(pair: tuple[NamedNode, Term]) -> tuple[int, str, str]:
    return model_place(pair[0]), str(pair[0]), str(pair[1])
