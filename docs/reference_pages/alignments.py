"""Read what our terms correspond to in other vocabularies, how closely, how surely and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from kg.sparql import shorten
from kg.terms import ACP, OWL, RDF, RDFS, SKOS, prefixes

_SOURCE, _RELATION, _TARGET = (
    NamedNode(f"{OWL.iri}annotated{name}") for name in ("Source", "Property", "Target")
)
_CERTAINTY: Final = NamedNode("https://w3id.org/sssom/confidence")
_COMMENT: Final = NamedNode(f"{RDFS.iri}comment")
_UNRECORDED: Final = (
    *(NamedNode(f"{SKOS.iri}{name}Match") for name in ("exact", "close", "broad", "narrow")),
    *(NamedNode(f"{SKOS.iri}relatedMatch"), ACP.exactMatchCode, ACP.closeMatchCode),
)
_GRAPH: Final = DefaultGraph()


@dataclass(frozen=True, slots=True)
class Alignment:
    """What a term of ours is to another: the relation's CURIE, and an IRI or a code."""

    relation: str
    target: str
    certainty: str = ""
    """From 0 to 1, as the record of the mapping says; nothing without a record."""
    reason: str = ""


def read_alignments(store: Store) -> dict[str, tuple[Alignment, ...]]:
    """Return the alignments of a store by the IRI of our term: records of SSSOM, then the others.

    What the ontology says itself of a class or property, such as its superclass, has a record too.
    """
    found: dict[str, dict[tuple[str, str], Alignment]] = {}
    for source, one in (*_recorded(store), *_unrecorded(store)):
        found.setdefault(source, {}).setdefault((one.relation, one.target), one)
    return {source: tuple(ones.values()) for source, ones in found.items()}


def _recorded(store: Store) -> Iterator[tuple[str, Alignment]]:
    quads = store.quads_for_pattern(None, RDF.type, NamedNode(f"{OWL.iri}Axiom"), _GRAPH)
    for quad in sorted(quads, key=str):
        record = {
            found.predicate: found.object.value
            for found in store.quads_for_pattern(quad.subject, None, None, _GRAPH)
            if isinstance(found.object, NamedNode | Literal)
        }
        relation = shorten(record[_RELATION], prefixes())
        certainty, reason = record.get(_CERTAINTY, ""), record.get(_COMMENT, "")
        yield record[_SOURCE], Alignment(relation, record[_TARGET], certainty, reason)


def _unrecorded(store: Store) -> Iterator[tuple[str, Alignment]]:
    for relation in _UNRECORDED:
        for quad in sorted(store.quads_for_pattern(None, relation, None, _GRAPH), key=str):
            source, target = quad.subject, quad.object
            if isinstance(source, NamedNode) and isinstance(target, NamedNode | Literal):
                yield source.value, Alignment(shorten(relation.value, prefixes()), target.value)
