"""Read what one document states, as statements whose parts are the statements of what they lead to.

A statement that leads to a thing which only exists for it (a count, a payment, a condition) has
that thing's own statements as its parts. So a payer's participation belongs to the statement that
names the payer, and the first and last day that a date can mean to the date.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, Store, parse

from kg.changes.folder import predicate_of
from kg.errors import InputError
from kg.terms import ACP, DCTERMS, OA, ORG, PROV, RDF, local_name, model_place
from kg.things import GraphReader, Pair, Support, Term

WHOLES: Final = frozenset(
    ACP[name]
    for name in (
        *("Program", "Initiative", "Organization", "Payer", "ProviderOrganization"),
        *("PractitionerGroup", "Place", "SourceDocument"),
    )
)
"""Classes of what one can point at; whatever else a statement leads to is a part of it."""
_FOLLOWS: Final = {
    ACP.effectiveDateEarliest: ACP.effectiveDate,
    ACP.effectiveDateLatest: ACP.effectiveDate,
}
"""Properties whose value is a matter of another's."""
_UNASKED: Final = frozenset(
    str(predicate).encode()
    for predicate in (
        *(PROV.wasGeneratedBy, PROV.used, ACP.hasPassage, ACP.inPassage, ACP.passageText),
        *(ACP.passageKind, ACP.passageOrder, ACP.passageStart, ACP.passageEnd),
        ACP.passageModelled,
    )
)
_UNASKED_KINDS: Final = tuple(
    str(kind).encode()
    for kind in (RDF.Statement, ACP.TextEvidence, OA.TextQuoteSelector, OA.TextPositionSelector)
)
"""A third of the graph of a document, which nothing here asks for: it need not be parsed."""
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
        return bool(self.kinds) and self.kinds.isdisjoint(WHOLES)

    @property
    def words(self) -> frozenset[str]:
        """The quotations that it rests on."""
        return frozenset(support.quotation for support in self.supports)


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing with what a document states of it."""

    iri: str
    label: str
    kinds: frozenset[NamedNode]
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


def _is_asked_for(statement: bytes) -> bool:
    return predicate_of(statement) not in _UNASKED and not statement.endswith(_UNASKED_KINDS)


class ModelReader(GraphReader):
    """Reads ontology and vocabulary, and remembers the answers: each document asks the same."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._texts: dict[tuple[Term, tuple[NamedNode, ...]], str | None] = {}

    def text(self, node: Term, *predicates: NamedNode) -> str | None:
        """Return the first of the texts, or None."""
        if (node, predicates) not in self._texts:
            self._texts[node, predicates] = super().text(node, *predicates)
        return self._texts[node, predicates]


class DocumentReader(GraphReader):
    """Reads the graph of one document; what only the model names, it asks the model.

    The graph is in dictionaries, as a store would take several times as long for so few triples.
    """

    def __init__(self, statements: Iterable[bytes], model: GraphReader) -> None:
        super().__init__(Store())
        self._model = model
        self._said: defaultdict[Term, dict[NamedNode, list[Term]]] = defaultdict(dict)
        self._links: defaultdict[Term, list[tuple[NamedNode, NamedNode]]] = defaultdict(list)
        text = b" .\n".join((*filter(_is_asked_for, statements), b""))
        for quad in parse(text, format=RdfFormat.N_TRIPLES, lenient=False):
            subject, predicate, value = quad.subject, quad.predicate, quad.object
            self._said[subject].setdefault(predicate, []).append(value)
            if isinstance(value, NamedNode) and isinstance(subject, NamedNode):
                self._links[value].append((subject, predicate))

    def pairs(self, node: NamedNode) -> Iterator[Pair]:
        """Yield what is said about a thing."""
        for predicate, values in self._said.get(node, {}).items():
            yield from ((predicate, value) for value in values)

    def links(self, node: NamedNode) -> Iterator[tuple[NamedNode, NamedNode]]:
        """Yield the subjects and properties that have a thing as their value."""
        yield from self._links.get(node, ())

    def subjects(self, predicate: NamedNode, value: NamedNode) -> Iterator[Term]:
        """Yield what has a value for a property."""
        yield from (subject for subject, name in self.links(value) if name == predicate)

    def objects(self, node: Term, *predicates: NamedNode) -> list[Term]:
        """Return the values of properties, each property's in a fixed order."""
        said = self._said.get(node, {})
        found: list[Term] = []
        for predicate in predicates:
            values = said.get(predicate, [])
            found += values if len(values) < 2 else sorted(values, key=str)
        return found

    def text(self, node: Term, *predicates: NamedNode) -> str | None:
        """Return the first of the texts, the document's own before the model's, or None."""
        if node in self._said:
            return super().text(node, *predicates)
        return self._model.text(node, *predicates)

    def kinds(self, node: Term) -> frozenset[NamedNode]:
        """Return the classes of a thing."""
        kinds = self.objects(node, RDF.type)
        return frozenset(kind for kind in kinds if isinstance(kind, NamedNode))

    def stated(self) -> dict[NamedNode, list[tuple[NamedNode, Term]]]:
        """Return what is asserted of each thing.

        Raises:
            ValueError: an assertion is not of one triple.
        """
        found: dict[NamedNode, list[tuple[NamedNode, Term]]] = {}
        for assertion, predicate in self.links(ACP.Assertion):
            if predicate != RDF.type:
                continue
            (subject,) = self.objects(assertion, RDF.subject)
            (name,) = self.objects(assertion, RDF.predicate)
            (value,) = self.objects(assertion, RDF.object)
            if isinstance(subject, NamedNode) and isinstance(name, NamedNode):
                found.setdefault(subject, []).append((name, value))
        return found


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
        (iri,) = (node for node, _ in reader.links(ACP.SourceDocument))
        programs = sorted((node for node, _ in reader.links(ACP.Program)), key=str)
        program = programs[0] if programs else None
        subjects = {}
        wholes = [node for node in self._stated if not WHOLES.isdisjoint(reader.kinds(node))]
        others = [node for node in self._stated if node not in wholes]
        for node in (*sorted(wholes, key=str), *sorted(others, key=str)):
            if node not in self._folded:
                statements = tuple(self._statements(node, frozenset((node,))))
                if statements:
                    kinds = reader.kinds(node)
                    subjects[node.value] = Subject(
                        node.value, reader.label(node), kinds, statements
                    )
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
    return bool(kinds) and kinds.isdisjoint(WHOLES) and local_name(name).startswith("has")


def _place(pair: tuple[NamedNode, Term]) -> tuple[int, str, str]:
    return model_place(pair[0]), str(pair[0]), str(pair[1])
