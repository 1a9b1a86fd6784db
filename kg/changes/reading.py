"""Read the graph of one document, and from the model what things are called in it.

The graph is in dictionaries: a store would take several times as long for so few triples.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from kg.changes.folder import predicate_of
from kg.terms import ACP, OA, PROV, RDF
from kg.things import GraphReader, Pair, Resource, Term

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
    """Reads the graph of one document; what only the model names, it asks the model."""

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

    def pairs(self, node: Resource) -> Iterator[Pair]:
        """Yield what is said about a thing."""
        for predicate, values in self._said.get(node, {}).items():
            yield from ((predicate, value) for value in values)

    def links(self, node: NamedNode) -> Iterator[tuple[NamedNode, NamedNode]]:
        """Yield the subjects and properties that have a thing as their value."""
        yield from self._links.get(node, ())

    def subjects(self, predicate: NamedNode, value: Term) -> Iterator[Term]:
        """Yield what has a value for a property."""
        yield from (subject for subject, name in self._links.get(value, ()) if name == predicate)

    def instances(self, kind: NamedNode) -> list[NamedNode]:
        """Return the things of a class, in a fixed order."""
        found = (subject for subject, name in self.links(kind) if name == RDF.type)
        return sorted(found, key=lambda node: node.value)

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

    def label(self, node: Term) -> str:
        """Return what a thing is called: in the document, or else in the model."""
        known = isinstance(node, Literal) or node in self._said
        return super().label(node) if known else self._model.label(node)

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
        for assertion in self.instances(ACP.Assertion):
            (subject,) = self.objects(assertion, RDF.subject)
            (name,) = self.objects(assertion, RDF.predicate)
            (value,) = self.objects(assertion, RDF.object)
            if isinstance(subject, NamedNode) and isinstance(name, NamedNode):
                found.setdefault(subject, []).append((name, value))
        return found
