"""Tests of the ontology against two catalogues: pitfalls of OOPS! and tests of FOOPS!.

Neither program can be run here: OOPS! and FOOPS! are services. What can be told from the files
is told by a test each; `docs/checks.md` lists all, and those that need the Web.
"""

from typing import Final

import pytest
import re2
from pyoxigraph import Literal, NamedNode, Triple

from kg.terms import ACP, ACP_CLASSES, DCTERMS, ONTOLOGY, OWL, RDF, RDFS, SKOS
from tests.reasoner import read_model
from tests.small_graph import text_of

BIBO: Final = "http://purl.org/ontology/bibo/"
VANN: Final = "http://purl.org/vocab/vann/"
HEADER: Final = NamedNode(ONTOLOGY)


@pytest.fixture(scope="module")
def ontology() -> list[Triple]:
    """Return the triples of the ontology."""
    return read_model("acp")


def of_ours(ontology: list[Triple], predicate: NamedNode | str) -> list[tuple[str, str]]:
    """Return who has which value of a property among our terms, by their names."""
    iri = predicate if isinstance(predicate, str) else predicate.value
    return [
        (text_of(t.subject).removeprefix(ACP.iri), text_of(t.object).removeprefix(ACP.iri))
        for t in ontology
        if t.predicate.value == iri and text_of(t.subject).startswith(ACP.iri)
    ]


def header_of(ontology: list[Triple]) -> dict[str, str]:
    """Return what the header of the ontology says."""
    return {t.predicate.value: text_of(t.object) for t in ontology if t.subject == HEADER}


# Pitfalls of OOPS!


def test_no_two_terms_mean_the_same(ontology: list[Triple]) -> None:
    """P02, P12, P27, P30, P31: no synonyms as classes, and no equivalence that could be wrong."""
    for name in ("equivalentClass", "equivalentProperty", "sameAs"):
        assert of_ours(ontology, OWL.iri + name) == [], name
    labels = [label.casefold() for _, label in of_ours(ontology, RDFS.label)]
    assert len(labels) == len(set(labels))


def test_is_is_no_property(ontology: list[Triple]) -> None:
    """P03: no property stands in for rdfs:subClassOf, rdf:type or owl:sameAs."""
    names = [name for name, _ in of_ours(ontology, RDFS.label)]
    assert [n for n in names if re2.fullmatch("(is|isA|isa|kindOf|typeOf|sameAs)", n)] == []


def test_every_term_is_connected(ontology: list[Triple]) -> None:
    """P04: each class and property is tied to another term by more than being apart from it."""
    ties = [
        pair
        for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range)
        for pair in of_ours(ontology, predicate)
    ]
    connected = {name for pair in ties for name in pair}
    noted = {n for n, kind in of_ours(ontology, RDF.type) if kind.endswith("AnnotationProperty")}
    assert [name for name in ACP if name not in connected | noted] == []


def test_no_inverse_is_declared(ontology: list[Triple]) -> None:
    """P05, P13, P25, P26: inverses are left to queries, so none is wrong; README.md says why."""
    assert of_ours(ontology, OWL.iri + "inverseOf") == []


def test_no_class_is_two(ontology: list[Triple]) -> None:
    """P07: no class is named after two things."""
    labels = dict(of_ours(ontology, RDFS.label))
    classes = {name: labels[name] for name in ACP_CLASSES}
    assert [label for label in classes.values() if {"and", "or"} & set(label.split())] == []


def test_annotations_are_used_for_what_they_are(ontology: list[Triple]) -> None:
    """P20: a label is short and no sentence, a definition is a sentence, a version is numbers."""
    for _, label in of_ours(ontology, RDFS.label):
        assert len(label) <= 40
        assert not label.endswith(".")
    for name, definition in of_ours(ontology, SKOS.definition):
        assert len(definition) > len(dict(of_ours(ontology, RDFS.label))[name])
        assert definition[0].isupper()
    assert re2.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", header_of(ontology)[f"{OWL.iri}versionInfo"])


def test_no_class_is_the_rest() -> None:
    """P21: no class holds whatever its siblings do not."""
    words = ("Other", "Misc", "Unknown", "Various", "Rest")
    assert [name for name in ACP_CLASSES if name.startswith(words)] == []


def test_no_term_is_used_in_its_own_definition(ontology: list[Triple]) -> None:
    """P24: nothing is above, or the domain or range of, itself."""
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range):
        assert [one for one, other in of_ours(ontology, predicate) if one == other] == []


def test_what_is_symmetric_or_transitive_relates_alike(ontology: list[Triple]) -> None:
    """P28, P29: a symmetric or transitive property has one class for both ends."""
    domains, ranges = dict(of_ours(ontology, RDFS.domain)), dict(of_ours(ontology, RDFS.range))
    kinds = of_ours(ontology, RDF.type)
    both = {n for n, kind in kinds if kind.endswith(("SymmetricProperty", "TransitiveProperty"))}
    assert both == {"alignedWith", "withinPlace"}
    assert [name for name in both if domains[name] != ranges[name]] == []


def test_no_property_is_a_chain(ontology: list[Triple]) -> None:
    """P33: there is no chain, so none of one property."""
    assert of_ours(ontology, OWL.iri + "propertyChainAxiom") == []


def test_every_term_used_is_typed(ontology: list[Triple]) -> None:
    """P34, P35: what is used as a class or property is declared as one, foreign terms included."""
    typed: dict[str, set[str]] = {}
    for triple in ontology:
        if triple.predicate == RDF.type:
            typed.setdefault(text_of(triple.subject), set()).add(text_of(triple.object))
    for triple in ontology:
        value = text_of(triple.object)
        if triple.predicate in {RDFS.subClassOf, RDFS.domain, OWL.disjointWith}:
            assert OWL.Class.value in typed[value], value
        elif triple.predicate == RDFS.subPropertyOf:
            assert any(kind.endswith("Property") for kind in typed[value]), value
        elif triple.predicate == RDFS.range and not value.startswith("http://www.w3.org/2001/"):
            assert OWL.Class.value in typed[value], value
        predicate = triple.predicate.value
        if not predicate.startswith((RDF.iri, RDFS.iri, OWL.iri)):
            assert any(kind.endswith("Property") for kind in typed[predicate]), predicate


def test_iris_do_not_depend_on_files(ontology: list[Triple]) -> None:
    """P36, P38, P39: one ontology is declared, by an IRI of its own without a file's ending."""
    found = [t.subject for t in ontology if t.predicate == RDF.type and t.object == OWL.Ontology]
    assert found == [HEADER]
    assert not re2.search(r"\.(owl|rdf|ttl|n3|rdfxml)\b", ONTOLOGY)
    assert header_of(ontology)[f"{VANN}preferredNamespaceUri"] == ACP.iri


# Tests of FOOPS!


def test_the_ontology_has_a_persistent_iri(ontology: list[Triple]) -> None:
    """PURL1, HTTP1, URI2: the IRI is of w3id.org and HTTP, and the file names itself by it."""
    assert re2.fullmatch(r"https?://w3id\.org/.+", ONTOLOGY)
    assert header_of(ontology)[RDF.type.value] == OWL.Ontology.value


FOOPS: Final = {
    "OM1": (
        *(f"{DCTERMS.iri}{name}" for name in ("title", "description", "license", "creator")),
        *(f"{OWL.iri}versionIRI", f"{VANN}preferredNamespaceUri"),
    ),
    "OM2": (
        *(f"{DCTERMS.iri}{name}" for name in ("created", "bibliographicCitation")),
        *(f"{OWL.iri}versionInfo", f"{VANN}preferredNamespacePrefix"),
    ),
    "OM3": (
        *(f"{DCTERMS.iri}{name}" for name in ("publisher", "issued", "modified")),
        f"{BIBO}status",
    ),
    "OM4.1": (f"{DCTERMS.iri}license",),
    "OM5.1": (f"{DCTERMS.iri}creator", f"{DCTERMS.iri}created"),
    "OM5.2": (f"{DCTERMS.iri}issued", f"{DCTERMS.iri}publisher"),
    "VER1": (f"{OWL.iri}versionIRI",),
    "FIND1": (f"{VANN}preferredNamespacePrefix",),
}
"""What each test of the header looks for; of OM3, what there can be without a DOI and a logo."""


@pytest.mark.parametrize("name", FOOPS)
def test_the_header_has_what_foops_looks_for(name: str, ontology: list[Triple]) -> None:
    """Each part of the metadata that a test of FOOPS! names is there."""
    header = header_of(ontology)
    assert [iri for iri in FOOPS[name] if not header.get(iri)] == []


def test_other_vocabularies_are_reused(ontology: list[Triple]) -> None:
    """VOC1, VOC2: metadata are those of DCMI, VANN and BIBO; terms build on those of others."""
    spaces = {iri for iri in (DCTERMS.iri, VANN, BIBO) for key in header_of(ontology) if iri in key}
    assert len(spaces) == 3
    above = {value for _, value in of_ours(ontology, RDFS.subClassOf) if value.startswith("http")}
    assert len(above) >= 8


def test_every_term_has_label_and_definition(ontology: list[Triple]) -> None:
    """VOC3, VOC4: without exception."""
    for predicate in (RDFS.label, SKOS.definition):
        assert {name for name, _ in of_ours(ontology, predicate)} == set(ACP)
    spoken = [t for t in ontology if t.predicate in {RDFS.label, SKOS.definition}]
    assert all(isinstance(t.object, Literal) and t.object.language == "en" for t in spoken)
