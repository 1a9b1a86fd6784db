"""Tests of `ontology/alignments.ttl`: each mapping is complete and sure to a stated degree."""

from collections import Counter
from typing import Final

import pytest
import re2
from pyoxigraph import NamedNode

from kg.pipeline import Graph
from kg.resources import read_resource
from kg.terms import ACP, ONTOLOGY, RDF, RDFS, SKOS, VOCABULARY
from tests.outside import need_java
from tests.reasoner import CONSISTENT, MODEL, judge, read_model
from tests.small_graph import text_of
from tests.sssom import TABLE, TURTLE, prefixes_of, read_alignments, records, render

SET: Final = "https://w3id.org/acp/alignments"
LOGICAL: Final = {f"{RDFS.iri}subClassOf", f"{RDFS.iri}subPropertyOf"}
MATCHES: Final = {f"{SKOS.iri}{name}Match" for name in ("close", "broad", "related")}

TARGETS: Final = {
    "http://www.w3.org/ns/org#": r"[A-Za-z]+",
    "http://www.w3.org/ns/prov#": r"[A-Za-z]+",
    "http://www.w3.org/ns/oa#": r"[A-Za-z]+",
    "http://purl.org/dc/terms/": r"[A-Za-z]+",
    "http://schema.org/": r"[A-Za-z]+",
    "http://hl7.org/fhir/": r"(Organization|Contract|Location)",
    "http://hl7.org/fhir/us/davinci-vbpr/StructureDefinition/": r"[a-z-]+",
    "http://hl7.org/fhir/us/davinci-pdex-plan-net/StructureDefinition/": r"plannet-[A-Za-z]+",
    "https://spec.edmcouncil.org/fibo/ontology/FND/": r"[A-Za-z]+/[A-Za-z]+/[A-Za-z]+",
    "http://purl.obolibrary.org/obo/OMRSE_": r"[0-9]{8}",
    "http://www.geonames.org/ontology#": r"[A-Za-z0-9.]+",
}
"""The vocabularies that are mapped to, and how their names look.

Of FHIR's classes only those are mapped to that its RDF examples were seen to use.
"""


def target_of(iri: str) -> str:
    """Return which vocabulary an IRI belongs to."""
    return max((start for start in TARGETS if iri.startswith(start)), key=len)


def ours() -> set[str]:
    """Return the IRIs of our terms and concepts."""
    concepts = {t.subject for t in read_model("vocabulary")}
    return {ACP[name].value for name in ACP} | {text_of(concept) for concept in concepts}


def test_every_mapping_is_complete() -> None:
    """Each says what, how, how surely, why, by whom, when, and in which version it was read."""
    found = list(records())
    assert len(found) > 90
    for record in found:
        empty = [slot for slot, value in record.items() if not value and slot != "object_label"]
        assert empty == [], record["record_id"]
        assert 0.5 <= float(record["confidence"]) <= 1
        assert record["comment"].endswith(".")
        assert re2.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", record["mapping_date"])
        assert record["mapping_justification"].endswith("/ManualMappingCuration")
        assert record["record_id"].startswith(f"{SET}#")


def test_every_vocabulary_is_mapped_to_by_names_of_its_form() -> None:
    """Each of the vocabularies has mappings, and each target looks as its names look."""
    found: Counter[str] = Counter()
    for record in records():
        start = target_of(record["object_id"])
        name = record["object_id"].removeprefix(start)
        assert re2.fullmatch(TARGETS[start], name), record["object_id"]
        found[start] += 1
    assert found.keys() == TARGETS.keys()
    assert min(found.values()) >= 3
    codes = [r for r in records() if "OMRSE" in r["object_id"] or "#A." in r["object_id"]]
    assert [r["record_id"] for r in codes if not r["object_label"]] == []


def test_what_follows_logically_is_nearly_certain() -> None:
    """A superclass or superproperty is claimed where it is sure; else the match says how close."""
    for record in records():
        assert record["predicate_id"] in LOGICAL | MATCHES
        if record["predicate_id"] in LOGICAL:
            assert float(record["confidence"]) >= 0.95, record["record_id"]
        else:
            assert float(record["confidence"]) < 0.95, record["record_id"]


def test_each_mapping_is_a_triple_and_each_triple_a_mapping() -> None:
    """Who follows the triples and who reads the records learn the same; no pair is there twice."""
    mappings = [(r["subject_id"], r["predicate_id"], r["object_id"]) for r in records()]
    triples = {
        (text_of(q.subject), q.predicate.value, text_of(q.object))
        for q in read_alignments()
        if q.predicate.value in LOGICAL | MATCHES
    }
    assert set(mappings) == triples
    pairs = Counter((subject, value) for subject, _, value in mappings)
    assert [pair for pair, count in pairs.items() if count > 1] == []


def test_nothing_is_said_of_others_terms() -> None:
    """Mappings are of terms that we define; foreign terms are declared and no more."""
    known = ours()
    assert [r["subject_id"] for r in records() if r["subject_id"] not in known] == []
    for quad in read_alignments():
        subject = text_of(quad.subject)
        if subject not in known and not subject.startswith((SET, ONTOLOGY, VOCABULARY)):
            assert quad.predicate == RDF.type
            assert text_of(quad.object).startswith("http://www.w3.org/2002/07/owl#")


def test_the_axioms_of_the_ontology_are_among_them() -> None:
    """Each superclass or superproperty that acp.ttl takes from others is a mapping, surely."""
    axioms = {
        (text_of(t.subject), text_of(t.object))
        for t in read_model("acp")
        if t.predicate.value in LOGICAL and not text_of(t.object).startswith(ACP.iri)
    }
    certain = {(r["subject_id"], r["object_id"]) for r in records() if r["confidence"] == "1"}
    assert certain == axioms
    assert len(axioms) > 15


def test_kinds_of_terms_do_not_mix() -> None:
    """A class is mapped to a class, a property to a property: names tell which."""
    concepts = [r for r in records() if r["subject_id"].startswith(VOCABULARY)]
    assert len(concepts) >= 9
    for record in records():
        start = target_of(record["object_id"])
        if record in concepts or "hl7.org" in start or "OMRSE" in start:
            continue  # codes, profiles and numbered classes
        if "fibo" in record["object_id"] and record["predicate_id"].endswith("relatedMatch"):
            continue  # FIBO has a class of parties for what is a property here
        name, target = (re2.split(r"[#/]", record[s])[-1] for s in ("subject_id", "object_id"))
        assert name[0].isupper() == target[0].isupper(), record["record_id"]


def test_the_table_says_the_same() -> None:
    """The SSSOM table is the Turtle; else, `python -m tests.sssom` writes it anew."""
    assert TABLE.read_text("utf-8") == render()
    known = prefixes_of(read_resource(TURTLE).decode())
    head = [line for line in TABLE.read_text("utf-8").splitlines() if line.startswith("#  ")]
    assert dict(line[3:].split(": ") for line in head).items() <= known.items()


@pytest.mark.parametrize("left_out", ["alignments", "vocabulary"])
def test_the_model_stands_without_them(left_out: str) -> None:
    """Ontology and alignments are consistent each with and without the other files."""
    need_java()
    assert judge(read_model(*(name for name in MODEL if name != left_out))) == CONSISTENT


def test_a_build_holds_them_apart(seed_graph: Graph) -> None:
    """The named graph of a dataset holds the alignments, and its default graph does not."""
    store = seed_graph.dataset
    name = NamedNode("https://w3id.org/acp/graph/alignments")
    found = {quad.triple for quad in store.quads_for_pattern(None, None, None, name)}
    assert found == {quad.triple for quad in read_alignments()}
    assert not store.query("ASK { ?mapping <https://w3id.org/sssom/confidence> ?sure }")
