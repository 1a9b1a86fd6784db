"""Tests that pyLODE, which documents ontologies, finds all that it looks for in ours."""

import html
import logging
from typing import Final

import pylode
import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, SKOS

from kg.terms import ACP
from tests.conftest import ROOT

pytestmark = pytest.mark.filterwarnings(
    "ignore:unclosed file:ResourceWarning"  # pyLODE leaves its own style sheet open
)

METADATA: Final = (
    *("Title", "Publisher", "Creator", "Date Created", "Date Modified", "Date Issued", "License"),
    *("Version Iri", "Version Info", "Preferred Namespace Prefix", "Preferred Namespace Uri"),
    "Description",
)
"""What pyLODE heads the page of an ontology with, in its own words."""


def read(name: str) -> rdflib.Graph:
    """Return one of our files."""
    return rdflib.Graph().parse(ROOT / "ontology" / name)


@pytest.mark.parametrize("name", ["acp.ttl", "alignments.ttl"])
def test_the_page_lacks_no_metadata(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """The page of each ontology has every part of its header, and pyLODE warns of nothing."""
    with caplog.at_level(logging.WARNING):
        page = pylode.OntPub(read(name)).make_html()
    assert caplog.messages == []
    head = page.partition("<h2>Metadata</h2>")[2].partition("</dl>")[0]
    assert [part for part in METADATA if f">{part}<" not in head] == []


def test_every_term_is_on_the_page() -> None:
    """The page has each term of ours with its label and its definition."""
    graph = read("acp.ttl")
    page = pylode.OntPub(graph).make_html()
    terms = [rdflib.URIRef(ACP[name].value) for name in ACP]
    annotations = set(graph.subjects(RDF.type, OWL.AnnotationProperty))
    for term in terms:
        assert f">{html.escape(str(term), quote=False)}<" in page, term
        if term not in annotations:
            assert html.escape(str(graph.value(term, SKOS.definition)), quote=False) in page, term


def test_every_scheme_has_a_page(caplog: pytest.LogCaptureFixture) -> None:
    """Each concept scheme, the unit of pyLODE's profile for vocabularies, is drawn without a word.

    That profile heads a page with title, license and definition; it draws no concepts yet.
    """
    vocabulary = read("vocabulary.ttl")
    schemes = sorted(vocabulary.subjects(RDF.type, SKOS.ConceptScheme), key=str)
    assert len(schemes) >= 28
    for scheme in schemes:
        part = rdflib.Graph()
        for subject in (scheme, *vocabulary.subjects(SKOS.inScheme, scheme)):
            part += vocabulary.triples((subject, None, None))
        with caplog.at_level(logging.WARNING):
            page = pylode.VocPub(part).make_html()
        assert caplog.messages == []
        head = page.partition("<h2>Metadata</h2>")[2].partition("</dl>")[0]
        assert html.escape(str(part.value(scheme, SKOS.definition)), quote=False) in head
        assert [part for part in ("Title", "License") if f">{part}<" not in head] == []


@pytest.mark.parametrize("missing", [DCTERMS.title, DCTERMS.license, DCTERMS.creator])
def test_missing_metadata_are_noticed(missing: rdflib.URIRef) -> None:
    """The test above can fail: a header without a part is refused, or the page lacks the part."""
    graph = read("acp.ttl")
    graph.remove((None, missing, None))
    if missing == DCTERMS.title:
        with pytest.raises(pylode.PylodeError, match="title"):
            pylode.OntPub(graph)
    else:
        page = pylode.OntPub(graph).make_html()
        assert f">{str(missing).rpartition('/')[2].title()}<" not in page[: page.index("Classes<")]
