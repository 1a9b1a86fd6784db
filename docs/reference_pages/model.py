"""Read the ontology and its vocabularies into records that pages can be written from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from kg.resources import read_resource
from kg.terms import (
    ONTOLOGY,
    OWL,
    RDF,
    RDFS,
    SKOS,
    ClosedNamespace,
    local_name,
)
from kg.things import GraphReader
from reference_pages.alignments import Alignment, read_alignments

Kind: TypeAlias = Literal["class", "object property", "datatype property", "annotation property"]

_KINDS: Final[Mapping[str, Kind]] = {
    OWL.Class.value: "class",
    OWL.ObjectProperty.value: "object property",
    OWL.DatatypeProperty.value: "datatype property",
    f"{OWL.iri}AnnotationProperty": "annotation property",
}
_TRAITS: Final = {
    "AsymmetricProperty": "asymmetric",
    "FunctionalProperty": "functional: at most one value",
    "InverseFunctionalProperty": "inverse functional: a value belongs to one thing",
    "IrreflexiveProperty": "irreflexive",
    "ReflexiveProperty": "reflexive",
    "SymmetricProperty": "symmetric: it holds both ways",
    "TransitiveProperty": "transitive: it carries on from link to link",
}
_STATUS: Final = NamedNode("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")


def _nodes(space: ClosedNamespace, names: str) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(space.iri + name) for name in names.split())


_DOMAIN, _RANGE = _nodes(RDFS, "domain range")
_INVERSE, _DISJOINT = _nodes(OWL, "inverseOf disjointWith")
_PARENTS: Final = _nodes(RDFS, "subClassOf subPropertyOf")
_EXAMPLE, *_NOTES = _nodes(SKOS, "example scopeNote editorialNote changeNote historyNote note")
_FILES: Final = ("acp", "vocabulary", "alignments")  # and not what others say of their own terms
_HEADING: Final = "# ---- "


@dataclass(frozen=True, slots=True)
class Term:
    """A class or property; parents, domains and the like are IRIs."""

    iri: str
    kind: Kind
    label: str
    definition: str
    group: str
    examples: tuple[str, ...]
    notes: tuple[str, ...]
    status: str | None
    parents: tuple[str, ...]
    children: tuple[str, ...]
    domains: tuple[str, ...]
    ranges: tuple[str, ...]
    inverses: tuple[str, ...]
    disjoint: tuple[str, ...]
    traits: tuple[str, ...]
    alignments: tuple[Alignment, ...]

    @property
    def name(self) -> str:
        """The local name, which is also the name of the page."""
        return local_name(NamedNode(self.iri))

    @property
    def is_class(self) -> bool:
        return self.kind == "class"


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of a scheme; `depth` counts the concepts above it."""

    iri: str
    label: str
    definition: str
    notation: str
    depth: int
    alternatives: tuple[str, ...]
    hidden: tuple[str, ...]
    broader: tuple[str, ...]
    narrower: tuple[str, ...]
    notes: tuple[str, ...]
    alignments: tuple[Alignment, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A concept scheme, its concepts in alphabetical order, each followed by its narrower ones."""

    iri: str
    label: str
    definition: str
    notes: tuple[str, ...]
    concepts: tuple[Concept, ...]

    @property
    def name(self) -> str:
        """The local name, which is also the name of the page."""
        return local_name(NamedNode(self.iri))


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that the ontology and the vocabulary define, in their order."""

    classes: tuple[Term, ...]
    properties: tuple[Term, ...]
    schemes: tuple[Scheme, ...]
    groups: tuple[str, ...]
    labels: Mapping[str, str]

    @property
    def terms(self) -> tuple[Term, ...]:
        return self.classes + self.properties


def read_model() -> Model:
    """Return the model that the package ships.

    >>> model = read_model()
    >>> [term.name for term in model.classes][:2]
    ['Program', 'Initiative']
    """
    store = Store()
    for name in _FILES:
        store.load(input=read_resource(f"ontology/{name}.ttl"), format=RdfFormat.TURTLE)
    return make_model(store, read_groups(read_resource("ontology/acp.ttl").decode()))


def read_groups(turtle: str) -> dict[str, str]:
    r"""Return the heading of the ontology file below which each term of ours stands, in its order.

    The file is authored in groups, and its headings are the groups of these pages.

    >>> read_groups("# ---- Places ---\nacp:Place\n    a owl:Class .\n")
    {'https://w3id.org/acp/ontology#Place': 'Places'}
    """
    groups: dict[str, str] = {}
    heading = ""
    for line in turtle.splitlines():
        if line.startswith(_HEADING):
            heading = line.removeprefix(_HEADING).rstrip(" -")
        elif line.startswith("acp:"):
            groups.setdefault(f"{ONTOLOGY}#{line.split()[0].removeprefix('acp:')}", heading)
    return groups


def make_model(store: Store, groups: Mapping[str, str]) -> Model:
    """Return what a store with ontology and vocabulary defines; `groups` gives the order."""
    reader = _ModelReader(store)
    terms = [
        reader.term(NamedNode(iri), group) for iri, group in groups.items() if reader.is_term(iri)
    ]
    ours = _of_type(store, SKOS.ConceptScheme)
    return Model(
        classes=tuple(term for term in terms if term.is_class),
        properties=tuple(term for term in terms if not term.is_class),
        schemes=tuple(map(reader.scheme, ours)),
        groups=tuple(dict.fromkeys(term.group for term in terms)),
        labels={term.iri: term.label for term in terms}
        | {node.value: reader.label(node) for node in (*ours, *_of_type(store, SKOS.Concept))},
    )


def _of_type(store: Store, kind: NamedNode) -> list[NamedNode]:
    quads = store.quads_for_pattern(None, RDF.type, kind, DefaultGraph())
    nodes = (quad.subject for quad in quads)
    return sorted((node for node in nodes if isinstance(node, NamedNode)), key=str)


class _ModelReader(GraphReader):
    """Reads terms and schemes, values in the order of their IRIs."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._alignments = read_alignments(store)

    def is_term(self, iri: str) -> bool:
        """Say whether the store defines an IRI as a class or property."""
        return not _KINDS.keys().isdisjoint(self._iris(NamedNode(iri), RDF.type))

    def term(self, node: NamedNode, group: str) -> Term:
        """Return a class or property."""
        types = self._iris(node, RDF.type)
        return Term(
            iri=node.value,
            kind=next(kind for iri, kind in _KINDS.items() if iri in types),
            label=self.label(node),
            definition=self.text(node, SKOS.definition) or "",
            group=group,
            examples=tuple(self.texts(node, _EXAMPLE)),
            notes=self._notes(node),
            status=self.text(node, _STATUS),
            parents=self._iris(node, *_PARENTS),
            children=self._subjects(node, *_PARENTS),
            domains=self._iris(node, _DOMAIN),
            ranges=self._iris(node, _RANGE),
            inverses=_merged(self._iris(node, _INVERSE), self._subjects(node, _INVERSE)),
            disjoint=_merged(self._iris(node, _DISJOINT), self._subjects(node, _DISJOINT)),
            traits=tuple(words for name, words in _TRAITS.items() if f"{OWL.iri}{name}" in types),
            alignments=self._alignments.get(node.value, ()),
        )

    def scheme(self, node: NamedNode) -> Scheme:
        """Return a scheme with its concepts, each once."""
        members = self._subjects(node, SKOS.inScheme)
        nested = self._nested(members, frozenset(members), 0)
        return Scheme(
            iri=node.value,
            label=self.label(node),
            definition=self.text(node, SKOS.definition) or "",
            notes=self._notes(node),
            concepts=tuple({concept.iri: concept for concept in nested}.values()),
        )

    def _nested(
        self, members: Iterable[str], within: frozenset[str], depth: int
    ) -> Iterator[Concept]:
        """Yield concepts, each before its narrower ones; at depth 0 only those without broader."""
        found = [self._concept(NamedNode(iri), depth) for iri in members]
        for concept in sorted(found, key=lambda one: (one.label.casefold(), one.iri)):
            if depth or within.isdisjoint(concept.broader):
                yield concept
                yield from self._nested(
                    [iri for iri in concept.narrower if iri in within],
                    within - {concept.iri},
                    depth + 1,
                )

    def _concept(self, node: NamedNode, depth: int) -> Concept:
        return Concept(
            iri=node.value,
            label=self.label(node),
            definition=self.text(node, SKOS.definition) or "",
            notation=self.text(node, SKOS.notation) or "",
            depth=depth,
            alternatives=tuple(self.texts(node, SKOS.altLabel)),
            hidden=tuple(self.texts(node, SKOS.hiddenLabel)),
            broader=_merged(self._iris(node, SKOS.broader), self._subjects(node, SKOS.narrower)),
            narrower=_merged(self._iris(node, SKOS.narrower), self._subjects(node, SKOS.broader)),
            notes=self._notes(node),
            alignments=self._alignments.get(node.value, ()),
        )

    def _notes(self, node: NamedNode) -> tuple[str, ...]:
        return tuple(self.texts(node, *_NOTES))

    def _iris(self, node: NamedNode, *predicates: NamedNode) -> tuple[str, ...]:
        values = self.objects(node, *predicates)
        return tuple(value.value for value in values if isinstance(value, NamedNode))

    def _subjects(self, node: NamedNode, *predicates: NamedNode) -> tuple[str, ...]:
        links = (iri.value for iri, predicate in self.links(node) if predicate in predicates)
        return tuple(sorted(links))


def _merged(*lists: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({iri for found in lists for iri in found}))
