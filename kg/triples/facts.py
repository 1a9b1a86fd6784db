"""Turn the facts of one document, and the places they name, into plain triples."""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, Triple

from kg.places import Place, place_parents
from kg.places.gazetteer import county_by_fips
from kg.records import Extraction, Node
from kg.terms import ACP, RDF, RDFS, SKOS, concept
from kg.triples.mapper import Mapper


def fact_triples(mapper: Mapper, extraction: Extraction) -> Iterator[Triple]:
    """Yield what one document says about the world: types, labels and facts."""
    document = extraction.document
    for node in _nodes(extraction):
        yield from _node_triples(mapper, node)
    described = {extraction.program.key: extraction.program}
    described |= {f.subject.key: f.subject for f in extraction.facts if _is_party(f.subject)}
    described |= {
        f.value.key: f.value
        for f in extraction.facts
        if isinstance(f.value, Node) and _is_party(f.value)
    }
    for node in described.values():
        yield Triple(mapper.node(node), ACP.describedIn, mapper.document(document))
    for fact in extraction.facts:
        if fact.subject.kind != "SourceDocument":
            yield mapper.triple(fact)


def _node_triples(mapper: Mapper, node: Node) -> Iterator[Triple]:
    iri = mapper.node(node)
    label, *others = mapper.labels.get(node.key) or (node.label,)
    yield Triple(iri, RDF.type, ACP[node.kind])
    yield Triple(iri, RDFS.label, Literal(label, language="en"))
    for other in others:
        yield Triple(iri, SKOS.altLabel, Literal(other, language="en"))


def _nodes(extraction: Extraction) -> Iterable[Node]:
    nodes = {extraction.program}
    for fact in extraction.facts:
        nodes.add(fact.subject)
        if isinstance(fact.value, Node):
            nodes.add(fact.value)
    return sorted(node for node in nodes if node.kind not in {"SourceDocument", "Place"})


def _is_party(node: Node) -> bool:
    return node.kind in {"Payer", "ProviderOrganization", "Organization"}


def place_triples(mapper: Mapper, places: Iterable[Place]) -> Iterator[Triple]:
    """Yield what the gazetteer knows of places, of what they lie in and what they cover."""
    for place in places:
        counties = (county_by_fips(fips) for fips in place.covers)
        covered = [county for county in counties if county is not None]
        for county in covered:
            yield Triple(
                mapper.mint.instance(*place.key), ACP.coversPlace, mapper.mint.instance(*county.key)
            )
        for one in (place, *place_parents(place), *covered):
            yield from _one_place(mapper, one)


def _one_place(mapper: Mapper, place: Place) -> Iterator[Triple]:
    iri = mapper.mint.instance(*place.key)
    yield Triple(iri, RDF.type, ACP.Place)
    yield Triple(iri, RDFS.label, Literal(place.name, language="en"))
    if place.kind != "unknown":  # which is no concept: the name is in no gazetteer
        yield Triple(iri, ACP.placeType, concept("place-type", place.kind))
        if place.within:
            yield Triple(iri, ACP.withinPlace, mapper.mint.instance(*place.within))
    for term, code in (
        (ACP.fipsCode, place.fips),
        (ACP.isoCode, place.iso),
        (ACP.cbsaCode, place.cbsa),
    ):
        if code:
            yield Triple(iri, term, Literal(code))
    if place.geonames:
        yield Triple(iri, ACP.geonamesId, Literal(place.geonames))
