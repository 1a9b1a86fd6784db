"""Turn nodes, concepts and values into RDF terms."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from kg.iris import Minter, slug
from kg.records import Concept, Document, Fact, Node, Object, Passage
from kg.terms import ACP, DCTERMS, ORG, SKOS, XSD, concept

_FOREIGN: Final = {"dcterms": DCTERMS, "org": ORG, "skos": SKOS}


@dataclass(frozen=True, slots=True)
class Mapper:
    """What the documents of a build share: where IRIs live, the labels of things, the run."""

    mint: Minter
    labels: Mapping[tuple[str, ...], tuple[str, ...]]
    """For each key its label, then other spellings."""
    run: str
    """Key of the extraction run."""

    def document(self, document: Document) -> NamedNode:
        """Return the IRI of a document, made of its digest."""
        return self.mint.instance("doc", document.key)

    def document_graph(self, document: Document) -> NamedNode:
        """Return the IRI of the named graph of what a document says."""
        return self.mint.graph("doc", document.key)

    def node(self, node: Node) -> NamedNode:
        """Return the IRI of a thing."""
        return self.mint.instance(*node.key)

    def triple(self, fact: Fact) -> Triple:
        """Return the plain triple of a fact."""
        return Triple(*self.parts(fact))

    def parts(self, fact: Fact) -> tuple[NamedNode, NamedNode, NamedNode | Literal]:
        prefix, separator, name = fact.predicate.partition(":")
        predicate = _FOREIGN[prefix][name] if separator else ACP[prefix]
        return self.node(fact.subject), predicate, self._object(fact.value)

    def _object(self, value: Object) -> NamedNode | Literal:
        if isinstance(value, Node):
            return self.node(value)
        if isinstance(value, Concept):
            return concept(value.scheme, value.notation)
        if value.datatype == "en":
            return Literal(value.lexical, language="en")
        return Literal(value.lexical, datatype=XSD[value.datatype])

    def span(self, document: Document, start: int, end: int) -> NamedNode:
        return self.mint.instance("doc", document.key, "char", f"{start}-{end}")

    def passage(self, document: Document, passage: Passage) -> NamedNode:
        return self.mint.instance("doc", document.key, "passage", str(passage.order))


def run_key(version: str, *inputs: bytes) -> str:
    """Return the key of a run: the version and a digest of what the rules were given.

    >>> run_key("0.1.0", b"vocabulary")
    '0-1-0_a1747b5dfc2a'
    """
    digest = hashlib.sha256()
    for data in inputs:
        digest.update(hashlib.sha256(data).digest())
    return f"{slug(version)}_{digest.hexdigest()[:12]}"
