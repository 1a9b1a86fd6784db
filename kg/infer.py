"""Infer what follows from facts by the ontology, with rules of OWL 2 RL run until nothing is new.

What follows is no statement of a text: it stands in a graph of its own, has no evidence, and says
what it was derived from. The rules are those of the W3C's table that our ontology and the excerpt
of others' axioms have a use for; `tests/test_infer.py` holds the result against a whole closure.
Each rule looks at one triple beside the model, but for places and concepts in places and concepts,
so the work grows with the number of triples.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, QueryTriples, RdfFormat, Store, Triple

from kg import __version__
from kg.errors import UsageError
from kg.iris import Minter
from kg.terms import DCTERMS, OWL, OWL_RL, PROV, RDF, RDFS, prefixes

RULES: Final[Mapping[str, str]] = {
    "cax-eqc1": "CONSTRUCT { ?x a ?other } WHERE { ?c owl:equivalentClass ?other . ?x a ?c }",
    "cax-eqc2": "CONSTRUCT { ?x a ?c } WHERE { ?c owl:equivalentClass ?other . ?x a ?other }",
    "cax-sco": "CONSTRUCT { ?x a ?above } WHERE { ?c rdfs:subClassOf ?above . ?x a ?c }",
    "prp-dom": "CONSTRUCT { ?x a ?c } WHERE { ?p rdfs:domain ?c . ?x ?p ?y }",
    "prp-inv1": "CONSTRUCT { ?y ?q ?x } WHERE { ?p owl:inverseOf ?q . ?x ?p ?y }",
    "prp-inv2": "CONSTRUCT { ?y ?p ?x } WHERE { ?p owl:inverseOf ?q . ?x ?q ?y }",
    "prp-rng": "CONSTRUCT { ?y a ?c } WHERE { ?p rdfs:range ?c . ?x ?p ?y FILTER(isIRI(?y)) }",
    "prp-spo1": "CONSTRUCT { ?x ?above ?y } WHERE { ?p rdfs:subPropertyOf ?above . ?x ?p ?y }",
    "prp-symp": "CONSTRUCT { ?y ?p ?x } WHERE { ?p a owl:SymmetricProperty . ?x ?p ?y }",
    "prp-trp": "CONSTRUCT { ?x ?p ?z } WHERE { ?p a owl:TransitiveProperty . ?x ?p ?y . ?y ?p ?z }",
}
"""Rules by the names that *OWL 2 Web Ontology Language Profiles*, section 4.3, gives them."""

_MOST: Final = 10
"""How many triples may follow from each that is said; of descriptions, one follows from eight."""
_TITLE: Final = "What follows from the facts by the ontology"
_ABOUT: Final = (
    "No text states these triples: they follow from the facts by the ontology, by what other"
    " vocabularies say of their own terms, and by the alignments. They have no evidence of their"
    " own; look for that of the facts that they follow from."
)


def infer(triples: Iterable[Triple], model: Iterable[bytes]) -> tuple[Triple, ...]:
    """Return what follows from triples by a model in Turtle, without what is said already.

    >>> from kg.resources import read_resource
    >>> from kg.terms import ACP
    >>> cigna, program = NamedNode("https://ex.org/cigna"), NamedNode("https://ex.org/program")
    >>> model = [read_resource("ontology/acp.ttl"), read_resource("ontology/axioms.ttl")]
    >>> found = infer([Triple(program, ACP.hasPayer, cigna)], model)
    >>> Triple(cigna, RDF.type, ACP.Payer) in found
    True
    >>> sorted(t.predicate.value for t in found if t.predicate != RDF.type)
    ['http://www.w3.org/ns/org#hasMember', 'http://www.w3.org/ns/org#memberOf']

    Raises:
        UsageError: far more follows than is said, as from a vocabulary of one's own in which
            thousands of concepts lie one above the other.
    """
    store = Store()
    for turtle in model:
        store.load(input=turtle, format=RdfFormat.TURTLE)
    store.extend(_quad(triple) for triple in triples)
    known = prefixes()
    most = _MOST * len(store)
    inferred: list[Triple] = []
    while new := dict.fromkeys(islice(_new_triples(store, known), most)):
        if len(inferred) + len(new) >= most:
            raise UsageError(
                f"--infer: more than {most:,} triples follow; look into your own vocabulary for"
                " long lines of concepts that lie one above the other"
            )
        store.extend(map(_quad, new))
        inferred.extend(new)
    return tuple(inferred)


def _new_triples(store: Store, known: Mapping[str, str]) -> Iterator[Triple]:
    """Yield what one application of every rule adds."""
    for rule in RULES.values():
        found = store.query(rule, prefixes=dict(known))
        if isinstance(found, QueryTriples):  # as every CONSTRUCT gives
            yield from (triple for triple in found if _quad(triple) not in store)


def _quad(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object)


def describe_inference(base: str, model: Iterable[bytes]) -> Iterator[Triple]:
    """Yield what the graph of inferred triples says of itself: from what, by which rules."""
    mint = Minter(base)
    graph, run = mint.graph("inferred"), mint.instance("inference", __version__)
    yield Triple(graph, RDF.type, PROV.Entity)
    yield Triple(graph, RDFS.label, Literal(_TITLE, language="en"))
    yield Triple(graph, DCTERMS.description, Literal(_ABOUT, language="en"))
    yield Triple(graph, DCTERMS.conformsTo, OWL_RL)
    yield Triple(graph, PROV.wasGeneratedBy, run)
    yield Triple(run, RDF.type, PROV.Activity)
    yield Triple(run, RDFS.label, Literal(f"accountable-care-kg {__version__}", language="en"))
    rules = f"Rules of OWL 2 RL, run until nothing is new: {', '.join(RULES)}."
    yield Triple(run, DCTERMS.description, Literal(rules, language="en"))
    for source in (NamedNode(f"{base}dataset"), *_versions(model)):
        yield Triple(graph, PROV.wasDerivedFrom, source)
        yield Triple(run, PROV.used, source)


def _versions(model: Iterable[bytes]) -> Iterator[NamedNode]:
    """Yield the version IRI of each file."""
    for turtle in model:
        store = Store()
        store.load(input=turtle, format=RdfFormat.TURTLE)
        for quad in store.quads_for_pattern(None, OWL.versionIRI, None):
            if isinstance(quad.object, NamedNode):
                yield quad.object
