"""Find the terms that a SPARQL query speaks of (rdflib's one door here: it gives the parsed query).

A search for prefixed names in the text would take comments and strings for terms.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rdflib.paths import Path
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.term import URIRef

from kg.terms import prefixes


def find_terms(query: str) -> frozenset[str]:
    """Return the IRIs in a query, in its patterns, paths, filters and values.

    >>> sorted(find_terms("SELECT ?p { ?p acp:hasPayer/rdfs:label 'acp:Payer' } # acp:Program"))
    ['http://www.w3.org/2000/01/rdf-schema#label', 'https://w3id.org/acp/ontology#hasPayer']
    """
    algebra = translateQuery(parseQuery(query), initNs=prefixes()).algebra
    return frozenset(map(str, _iris(algebra, set())))


def _iris(node: Any, seen: set[int]) -> Iterator[URIRef]:
    """Yield the IRIs in a piece of a parsed query; some pieces stand in it more than once."""
    if isinstance(node, URIRef):
        yield node
    elif id(node) not in seen:
        seen.add(id(node))
        for part in _parts(node):
            yield from _iris(part, seen)


def _parts(node: Any) -> Iterator[Any]:
    if isinstance(node, Mapping):
        yield from node.values()
        yield from node.keys()  # VALUES binds variables to terms in plain mappings
    elif isinstance(node, list | tuple | set | frozenset):
        yield from node
    elif isinstance(node, Path):
        yield from vars(node).values()
