"""Ask HermiT, through owlready2, whether triples contradict each other."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import owlready2
from pyoxigraph import Literal, Quad, RdfFormat, Triple, parse, serialize

from kg.resources import read_resource
from kg.terms import RDF, XSD
from tests.small_graph import HEADER

MODEL: Final = ("acp", "axioms", "alignments", "vocabulary")
"""Files of `ontology/`: ours, and what others say of the terms that we build on."""

_NOTHING: Final = "http://www.w3.org/2002/07/owl#Nothing"
_RESERVED: Final = {RDF.subject, RDF.predicate, RDF.object}
_NO_DATATYPES: Final = {XSD.date, XSD.gYear, XSD.gYearMonth}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reasoner says; an inconsistent ontology has no classes to speak of."""

    is_consistent: bool
    unsatisfiable: frozenset[str] = frozenset()


CONSISTENT: Final = Verdict(is_consistent=True)


def read_model(*names: str) -> list[Triple]:
    """Return the triples of files of `ontology/`."""
    return [
        quad.triple
        for name in names
        for quad in parse(read_resource(f"ontology/{name}.ttl"), format=RdfFormat.TURTLE)
    ]


def is_owl(fact: Triple | Quad) -> bool:
    """Tell whether OWL 2 DL has a place for a fact.

    It reserves the vocabulary of reification, which our assertions use so that they can be read
    everywhere, and it has no days, months and years.
    """
    value = fact.object
    if fact.predicate in _RESERVED or value == RDF.Statement:
        return False
    return not (isinstance(value, Literal) and value.datatype in _NO_DATATYPES)


def judge(triples: Iterable[Triple]) -> Verdict:
    """Return what HermiT says of an ontology with its data."""
    text = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert text is not None
    world = owlready2.World()
    try:
        world.get_ontology("https://example.org/tested").load(fileobj=io.BytesIO(text))
        owlready2.sync_reasoner_hermit(world, debug=0)
        empty = {found.iri for found in world.inconsistent_classes()} - {_NOTHING}
        return Verdict(is_consistent=True, unsatisfiable=frozenset(empty))
    except owlready2.OwlReadyInconsistentOntologyError:
        return Verdict(is_consistent=False)
    finally:
        world.close()


def turtle(text: str) -> list[Triple]:
    """Return the triples of a few lines of Turtle that use our prefixes."""
    return [quad.triple for quad in parse(HEADER + text, format=RdfFormat.TURTLE)]
