"""Tests of `ontology/`: the checks that a careful ontologist would run by hand before a release."""

from collections import Counter, defaultdict
from collections.abc import Container
from typing import Any, Final, TypeAlias

import pytest
import re2
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse
from rdflib import namespace

from kg.resources import read_resource
from kg.terms import ACP, ACP_CLASSES, ACP_PROPERTIES, OA, ONTOLOGY, RDF, RDFS, SKOS, VOCABULARY
from tests.small_graph import small_graph, text_of

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

OWL: Final = "http://www.w3.org/2002/07/owl#"
DCTERMS: Final = "http://purl.org/dc/terms/"
VANN: Final = "http://purl.org/vocab/vann/"
OPEN_LICENSES: Final = {
    "https://creativecommons.org/licenses/by/4.0/",
    "https://creativecommons.org/publicdomain/zero/1.0/",
}
FILES: Final = {
    ONTOLOGY: "ontology/acp.ttl",
    VOCABULARY.rstrip("/"): "ontology/vocabulary.ttl",
    "https://w3id.org/acp/alignments": "ontology/alignments.ttl",
}

WITHOUT_DOMAIN: Final = {
    *("hasPrecedenceClaim", "describedIn", "servesPatientsWith", "hasEvidence", "asWritten"),
    "formerName",  # of programs and of organizations
    *("coveredBy", "receivingCareFrom"),  # of counted people and of people under a rule
}
WITHOUT_RANGE: Final = {
    *("performedBy", "dataTo", "paidTo"),  # organizations, groups or roles: a shape says which
    *("effectiveDate", "effectiveDateEarliest", "effectiveDateLatest"),  # OWL 2 has no dates
    *("endDate", "goalYear"),  # and no years
}
CLOSED: Final[tuple[Any, ...]] = (
    *(namespace.DCTERMS, namespace.FOAF, namespace.ORG, namespace.OWL, namespace.PROV),
    *(namespace.RDF, namespace.RDFS, namespace.SKOS, namespace.VANN, namespace.XSD),
)
"""Copies of the vocabularies of others that come with rdflib."""

CODES: Final = {
    "http://nucc.org/provider-taxonomy": r"[0-9]{3}[0-9A-Z]{6}X",
    "https://nahdo.org/sopt": r"[1-9][0-9]{0,3}",
    "http://hl7.org/fhir/sid/icd-10-cm": (
        r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?(-[A-Z][0-9][0-9A-Z])?"
    ),
    "http://terminology.hl7.org/CodeSystem/hcp-lan-apm-framework": r"[2-4][ABCN]",
    "http://hl7.org/fhir/us/davinci-vbpr/CodeSystem/payment-stream": r"[a-z0-9-]+",
    "http://hl7.org/fhir/us/davinci-pdex-plan-net/CodeSystem/OrgTypeCS": r"[a-z]+",
}
"""How a code looks, for each system that our concepts are mapped to."""

MAPPED: Final = {
    "http://purl.obolibrary.org/obo/DOID_": r"[0-9]+",
    "http://purl.obolibrary.org/obo/MONDO_": r"[0-9]{7}",
    "http://id.nlm.nih.gov/mesh/": r"D[0-9]{6}([0-9]{3})?",
    VOCABULARY: r"apm_[1-4][ABCN]?",
}
UNVERIFIED: Final = {
    *("363A00000X", "207Q00000X"),  # NUCC, from memory
    *("MONDO_0005044", "MONDO_0005002", "MONDO_0002050", "MONDO_0005300", "D002908"),
    *("DOID_1168", "snomed", "wikidata"),  # a familial disease; licensed; from memory
}
"""What the study of the vocabularies could not confirm, and must never be shipped."""


def read(name: str) -> list[Quad]:
    """Return the triples of one of our files."""
    return list(parse(input=read_resource(name), format=RdfFormat.TURTLE))


@pytest.fixture(scope="module")
def ontology() -> list[Quad]:
    """Return the triples of the ontology."""
    return read("ontology/acp.ttl")


@pytest.fixture(scope="module")
def vocabulary() -> list[Quad]:
    """Return the triples of the vocabulary."""
    return read("ontology/vocabulary.ttl")


def values(quads: list[Quad], predicate: str) -> dict[str, list[Literal | NamedNode]]:
    """Return the values of a property, by the IRI of what has them."""
    found = defaultdict(list)
    for quad in quads:
        if quad.predicate.value == predicate and isinstance(quad.object, Literal | NamedNode):
            found[text_of(quad.subject)].append(quad.object)
    return found


def texts(quads: list[Quad], predicate: str) -> dict[str, list[str]]:
    """Return the values of a property as text."""
    return {s: [o.value for o in found] for s, found in values(quads, predicate).items()}


def terms(ontology: list[Quad]) -> set[str]:
    """Return the IRIs of the ontology's own terms."""
    return {text_of(q.subject) for q in ontology if text_of(q.subject).startswith(ACP.iri)}


def ancestors(start: str, parents: dict[str, list[str]]) -> set[str]:
    """Return everything above a node, the node itself only where there is a cycle."""
    found: set[str] = set()
    waiting = list(parents.get(start, []))
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(parents.get(node, []))
    return found


# The header (1-4)


@pytest.mark.parametrize("iri", FILES)
def test_header_is_complete(iri: str) -> None:
    """Each file is one ontology with title, authors, dates, license, citation and version."""
    quads = read(FILES[iri])
    types = texts(quads, RDF.type.value)
    assert [s for s, kinds in types.items() if f"{OWL}Ontology" in kinds] == [iri]
    for name in (
        *("title", "description", "creator", "publisher", "created", "modified", "issued"),
        *("license", "bibliographicCitation"),
    ):
        assert len(texts(quads, DCTERMS + name)[iri]) == 1, name
    assert set(texts(quads, f"{DCTERMS}license")[iri]) <= OPEN_LICENSES
    [version] = texts(quads, f"{OWL}versionInfo")[iri]
    assert texts(quads, f"{OWL}versionIRI")[iri] == [f"{iri}/{version}"]
    assert version in texts(quads, f"{DCTERMS}bibliographicCitation")[iri][0]


def test_namespaces_are_declared() -> None:
    """The preferred prefix and namespace of each file are those that its terms have."""
    for iri, prefix, start in ((ONTOLOGY, "acp", ACP.iri), (VOCABULARY[:-1], "acpv", VOCABULARY)):
        quads = read(FILES[iri])
        assert texts(quads, f"{VANN}preferredNamespacePrefix")[iri] == [prefix]
        assert texts(quads, f"{VANN}preferredNamespaceUri")[iri] == [start]
        assert f"@prefix {prefix}: <{start}>" in read_resource(FILES[iri]).decode()


# The terms (6-18, 21, 22)


def test_terms_are_those_of_the_code(ontology: list[Quad]) -> None:
    """The closed namespace of `kg.terms` holds exactly what the ontology defines."""
    kinds = texts(ontology, RDF.type.value)
    classes = {iri for iri in terms(ontology) if f"{OWL}Class" in kinds[iri]}
    assert classes == {ACP[name].value for name in ACP_CLASSES}
    assert terms(ontology) - classes == {ACP[name].value for name in ACP_PROPERTIES}
    assert len(terms(ontology)) == len(ACP_CLASSES) + len(ACP_PROPERTIES) > 120


def test_terms_are_documented(ontology: list[Quad]) -> None:
    """Each term has one label, one definition that is a sentence, and its ontology."""
    labels, definitions = (texts(ontology, p) for p in (RDFS.label.value, SKOS.definition.value))
    for iri in terms(ontology):
        [label], [definition] = labels[iri], definitions[iri]
        assert definition.endswith("."), iri
        assert definition.casefold().rstrip(".") != label.casefold(), iri
        assert texts(ontology, f"{RDFS.iri}isDefinedBy")[iri] == [ONTOLOGY]
    said = [text for iri in terms(ontology) for text in definitions[iri]]
    named = [text.casefold() for iri in terms(ontology) for text in labels[iri]]
    assert len(said) == len(set(said))
    assert len(named) == len(set(named))


def test_properties_have_examples(ontology: list[Quad]) -> None:
    """Each property comes with an example of its use."""
    examples = texts(ontology, f"{SKOS.iri}example")
    assert {ACP[name].value for name in ACP_PROPERTIES} == examples.keys()
    assert all(len(found) == 1 and found[0].endswith(".") for found in examples.values())


@pytest.mark.parametrize("name", FILES.values())
def test_texts_are_clean(name: str) -> None:
    """No text has stray spaces, and each text for people says its language."""
    spoken = (f"{RDFS.iri}label", f"{SKOS.iri}", f"{DCTERMS}title", f"{DCTERMS}description")
    for quad in read(name):
        if isinstance(quad.object, Literal):
            assert quad.object.value == " ".join(quad.object.value.split(" ")).strip()
            assert "  " not in quad.object.value
            if quad.predicate.value.startswith(spoken) and quad.predicate != SKOS.notation:
                assert quad.object.language == "en", quad


def test_names_are_well_formed(ontology: list[Quad]) -> None:
    """Classes are CamelCase, properties camelCase, in ASCII, and never differ in case alone."""
    assert [n for n in ACP_CLASSES if not re2.fullmatch(r"([A-Z][a-z]+)+", n)] == []
    assert [n for n in ACP_PROPERTIES if not re2.fullmatch(r"[a-z]+[0-9]*([A-Z][a-z]+)*", n)] == []
    folded = Counter(iri.casefold() for iri in terms(ontology))
    assert [iri for iri, count in folded.items() if count > 1] == []


def test_domains_and_ranges(ontology: list[Quad]) -> None:
    """Each property has at most one domain and range, and lacks one only where a list says so."""
    domains, ranges = (texts(ontology, f"{RDFS.iri}{name}") for name in ("domain", "range"))
    assert [iri for iri, found in (domains | ranges).items() if len(found) > 1] == []
    kinds = texts(ontology, RDF.type.value)
    properties = {
        name for name in ACP_PROPERTIES if f"{OWL}AnnotationProperty" not in kinds[ACP.iri + name]
    }
    assert {name for name in properties if ACP.iri + name not in domains} == WITHOUT_DOMAIN
    assert {name for name in properties if ACP.iri + name not in ranges} == WITHOUT_RANGE


def test_kinds_of_terms_do_not_mix(ontology: list[Quad]) -> None:
    """No term is of two kinds, and no class of ours is used as a thing."""
    kinds = {
        f"{OWL}{kind}"
        for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    }
    types = texts(ontology, RDF.type.value)
    assert {len(kinds & set(types[iri])) for iri in terms(ontology)} == {1}
    used = {text_of(quad.object) for quad in ontology if quad.predicate == RDF.type}
    assert {iri for iri in used if iri.startswith(ACP.iri)} == set()


def test_hierarchies_have_no_cycles(ontology: list[Quad]) -> None:
    """No class or property lies above itself."""
    for name in ("subClassOf", "subPropertyOf"):
        parents = texts(ontology, f"{RDFS.iri}{name}")
        assert parents
        assert [iri for iri in parents if iri in ancestors(iri, parents)] == []


def test_every_term_used_is_declared() -> None:
    """No term of ours that a file, a query or a data graph uses is missing from the ontology."""
    quads = [*small_graph(), *read("ontology/vocabulary.ttl"), *read("shapes/acp-shapes.ttl")]
    used = {
        text_of(term)
        for quad in quads
        for term in (quad.subject, quad.predicate, quad.object)
        if text_of(term).startswith(ACP.iri)
    }
    assert len(used) > 120
    assert used - {ACP[name].value for name in ACP} - {ACP.iri} == set()


def test_foreign_terms_exist(ontology: list[Quad]) -> None:
    """Each term that we take from another vocabulary is one that it defines."""
    vocabularies: dict[str, Container[str]] = {str(known): known for known in CLOSED}
    vocabularies[OA.iri] = OA
    vocabularies["http://www.w3.org/2003/06/sw-vocab-status/ns#"] = {"term_status"}
    used = {
        text_of(term)
        for quad in (*ontology, *small_graph())
        for term in (quad.predicate, quad.object)
        if isinstance(term, NamedNode)
    }
    checked = 0
    for start, known in vocabularies.items():
        names = {iri.removeprefix(start) for iri in used if iri.startswith(start)} - {""}
        assert [name for name in names if name not in known] == [], start
        checked += len(names)
    assert checked > 50


def test_foreign_terms_are_only_declared(ontology: list[Quad]) -> None:
    """We say of the terms of others nothing but what kind of term they are."""
    ours = (ONTOLOGY, "https://w3id.org/acp/agent/")
    foreign = [quad for quad in ontology if not text_of(quad.subject).startswith(ours)]
    assert {quad.predicate for quad in foreign} == {RDF.type}
    used = {text_of(t) for q in ontology for t in (q.predicate, q.object) if q not in foreign}
    assert {text_of(quad.subject) for quad in foreign} - used == set()


def test_disjoint_classes_are_disjoint(ontology: list[Quad]) -> None:
    """After all that domains, ranges and superclasses imply, nothing is in two disjoint classes."""
    parents = texts(ontology, f"{RDFS.iri}subClassOf")
    domains, ranges = (texts(ontology, f"{RDFS.iri}{name}") for name in ("domain", "range"))
    classes: dict[Term, set[str]] = defaultdict(set)
    for quad in small_graph():
        classes[quad.subject] |= set(domains.get(quad.predicate.value, []))
        if quad.predicate == RDF.type:
            classes[quad.subject].add(text_of(quad.object))
        elif isinstance(quad.object, NamedNode):
            classes[quad.object] |= set(ranges.get(quad.predicate.value, []))
    apart = texts(ontology, f"{OWL}disjointWith")
    assert sum(map(len, apart.values())) == 377
    for node, found in classes.items():
        all_classes = found | {above for one in found for above in ancestors(one, parents)}
        clashes = [(a, b) for a in all_classes for b in apart.get(a, []) if b in all_classes]
        assert clashes == [], node


def misused(ontology: list[Quad], data: list[Quad]) -> set[str]:
    """Return deprecated terms that say so badly, that nothing replaces, or that are still used."""
    deprecated = {s: said for s, said in values(ontology, f"{OWL}deprecated").items() if said}
    replaced = texts(ontology, f"{DCTERMS}isReplacedBy")
    used = {text_of(term) for quad in data for term in (quad.predicate, quad.object)}
    badly = {s for s, said in deprecated.items() if said != [Literal(value=True)]}
    return badly | (deprecated.keys() - replaced.keys()) | (deprecated.keys() & used)


def test_deprecated_terms_are_replaced(ontology: list[Quad], vocabulary: list[Quad]) -> None:
    """A deprecated term says what replaces it, and nothing of ours uses it."""
    shapes = read("shapes/acp-shapes.ttl")
    assert misused(ontology, [*small_graph(), *vocabulary, *shapes]) == set()


def test_a_bad_deprecation_is_found(ontology: list[Quad]) -> None:
    """The check above can fail: no successor, a text for a truth value, a term still in use."""
    term, other = ACP.formerName, ACP.asWritten
    true, text = Literal(value=True), Literal("true")
    by = NamedNode(f"{DCTERMS}isReplacedBy")
    said = NamedNode(f"{OWL}deprecated")
    good = [*ontology, Quad(term, said, true), Quad(term, by, other)]
    assert misused(good, []) == set()
    assert misused(good, [Quad(other, term, true)]) == {term.value}
    assert misused([*ontology, Quad(term, said, true)], []) == {term.value}
    assert misused([*ontology, Quad(term, said, text), Quad(term, by, other)], []) == {term.value}


@pytest.mark.parametrize("name", FILES.values())
def test_files_have_no_blank_nodes(name: str) -> None:
    """Each file reads into the same triples every time."""
    found = [t for quad in read(name) for t in (quad.subject, quad.object)]
    assert found
    assert [term for term in found if isinstance(term, BlankNode)] == []


# The vocabulary (23-30)


def concepts(vocabulary: list[Quad]) -> dict[str, str]:
    """Return the scheme of each concept."""
    schemes = texts(vocabulary, SKOS.inScheme.value)
    types = texts(vocabulary, RDF.type.value)
    found = {iri for iri, kinds in types.items() if SKOS.Concept.value in kinds}
    assert found == schemes.keys()
    return {iri: scheme for iri, [scheme] in schemes.items()}


def test_concepts_are_documented(vocabulary: list[Quad]) -> None:
    """Each concept has one scheme, one notation that its IRI ends in, one label, one definition."""
    schemes = concepts(vocabulary)
    notations, labels, definitions = (
        texts(vocabulary, p.value) for p in (SKOS.notation, SKOS.prefLabel, SKOS.definition)
    )
    assert len(schemes) >= 174
    assert len(set(schemes.values())) >= 28
    for iri, scheme in schemes.items():
        [notation], [definition] = notations[iri], definitions[iri]
        assert iri == f"{scheme}_{notation}"
        assert re2.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*|[1-4][ABCN]?", notation)
        assert len(labels[iri]) == 1, iri
        assert definition.endswith("."), iri
    assert {len(found) for found in definitions.values()} == {1}


def test_schemes_are_documented(vocabulary: list[Quad]) -> None:
    """Each scheme has a title, a definition, a license and its top concepts."""
    schemes = set(concepts(vocabulary).values())
    for name in ("prefLabel", "definition", "hasTopConcept"):
        assert texts(vocabulary, SKOS.iri + name).keys() >= schemes, name
    for name in ("title", "license"):
        assert texts(vocabulary, DCTERMS + name).keys() >= schemes, name


def test_labels_are_unambiguous(vocabulary: list[Quad]) -> None:
    """In one scheme each label, whatever its case, belongs to one concept, and once."""
    schemes = concepts(vocabulary)
    seen = Counter(
        (schemes[iri], label.casefold())
        for name in ("prefLabel", "altLabel", "hiddenLabel")
        for iri, labels in texts(vocabulary, SKOS.iri + name).items()
        if iri in schemes
        for label in {label.casefold() for label in labels}
    )
    assert len(seen) > 500
    assert [label for label, count in seen.items() if count > 1] == []


def test_hierarchy_is_sound(vocabulary: list[Quad]) -> None:
    """Broader stays in the scheme, has its inverse and no cycle, and ends at a top concept."""
    schemes = concepts(vocabulary)
    broader, narrower, tops, of = (
        texts(vocabulary, SKOS.iri + name)
        for name in ("broader", "narrower", "hasTopConcept", "topConceptOf")
    )
    for iri, scheme in schemes.items():
        above = ancestors(iri, broader)
        assert iri not in above
        assert {schemes[other] for other in above} <= {scheme}
        assert (iri in tops[scheme]) == (of.get(iri) == [scheme]) == (not above), iri
    pairs = {(one, other) for one, found in broader.items() for other in found}
    assert pairs == {(one, other) for other, found in narrower.items() for one in found}


def test_mappings_do_not_clash(vocabulary: list[Quad]) -> None:
    """No concept is mapped to one target in two ways."""
    mappings = Counter(
        (quad.subject, text_of(quad.object))
        for quad in vocabulary
        if quad.predicate.value.endswith(("Match", "MatchCode"))
    )
    assert len(mappings) > 75
    assert [pair for pair, count in mappings.items() if count > 1] == []


def test_codes_look_like_codes(vocabulary: list[Quad]) -> None:
    """Each code and each mapped IRI has the form that its system gives to codes."""
    systems: Counter[str] = Counter()
    for name in ("exactMatchCode", "closeMatchCode"):
        for codes in texts(vocabulary, ACP[name].value).values():
            for system, _, code in (text.partition("|") for text in codes):
                assert re2.fullmatch(CODES[system], code), (system, code)
                systems[system] += 1
    assert systems.keys() == CODES.keys()
    for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"):
        for targets in texts(vocabulary, SKOS.iri + name).values():
            for target in targets:
                [start] = [start for start in MAPPED if target.startswith(start)]
                assert re2.fullmatch(MAPPED[start], target.removeprefix(start)), target


def test_nothing_unverified_ships(vocabulary: list[Quad]) -> None:
    """No identifier that could not be confirmed is in the vocabulary."""
    words = [text_of(quad.object).casefold() for quad in vocabulary]
    assert [w for w in words for never in UNVERIFIED if never.casefold() in w] == []


def test_store_and_parser_agree() -> None:
    """Loading a file loses nothing: it states no triple twice."""
    for name in FILES.values():
        store = Store()
        store.load(input=read_resource(name), format=RdfFormat.TURTLE)
        assert len(store) == len(read(name))
