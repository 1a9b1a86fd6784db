"""The service describes itself: the W3C's three tests of the SPARQL 1.1 Service Description."""

from pathlib import Path

import pytest
import rdflib
from pyoxigraph import RdfFormat
from rdflib.namespace import RDF, VOID

from kg.serve.formats import GRAPH_SYNTAXES, GRAPHS

from .live import Live
from .results import read_graph

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = "http://www.w3.org/ns/formats/"
SCHEMA = {
    SD.endpoint: (SD.Service, None),
    SD.supportedLanguage: (SD.Service, None),
    SD.resultFormat: (SD.Service, None),
    SD.defaultDataset: (SD.Service, SD.Dataset),
    SD.defaultGraph: (SD.Dataset, SD.Graph),
    SD.namedGraph: (SD.Dataset, SD.NamedGraph),
    SD.name: (SD.NamedGraph, None),
    SD.graph: (SD.NamedGraph, SD.Graph),
    VOID.triples: (SD.Graph, None),
}
"""The class of the subject, and of the object, of each property that we use."""


@pytest.fixture(scope="module")
def description(live: Live) -> rdflib.Graph:
    """What a GET without a query returns."""
    reply = live.request("GET", "/sparql")
    assert (reply.status, reply.media_type) == (200, "text/turtle")
    return rdflib.Graph().parse(data=reply.text, format="turtle")


@pytest.mark.parametrize("name", GRAPHS)
def test_the_endpoint_returns_rdf(name: str, live: Live) -> None:
    """W3C `returns-rdf`: a GET on the endpoint returns RDF, in the syntax that the client takes."""
    reply = live.request("GET", "/sparql", headers={"Accept": GRAPHS[name][0]})
    assert (reply.status, reply.media_type) == (200, GRAPHS[name][0])
    turtle = live.request("GET", "/sparql").body
    expected = read_graph(turtle, RdfFormat.TURTLE)
    assert expected.count("\n") > 40
    assert expected == read_graph(reply.body, GRAPH_SYNTAXES[name])


def test_the_endpoint_is_named(live: Live, description: rdflib.Graph) -> None:
    """W3C `has-endpoint-triple`: the service is at the address that was asked."""
    assert [*description.objects(None, SD.endpoint)] == [rdflib.URIRef(f"{live.url}/sparql")]


def test_the_description_conforms_to_the_schema(description: rdflib.Graph) -> None:
    """W3C `conforms-to-schema`: every property stands between things of its classes."""
    assert len(description) > 40
    for subject, predicate, value in description:
        if predicate == RDF.type:
            continue
        subject_class, value_class = SCHEMA[rdflib.URIRef(str(predicate))]
        assert (subject, RDF.type, subject_class) in description
        assert value_class is None or (value, RDF.type, value_class) in description
    (service,) = description.subjects(RDF.type, SD.Service)
    assert description.value(service, SD.supportedLanguage) == SD.SPARQL11Query


def test_the_graphs_are_those_of_the_dataset(live: Live, description: rdflib.Graph) -> None:
    """Each named graph is listed with its number of triples, and so is the default graph."""
    counted = live.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    expected = {row["g"]["value"]: int(row["n"]["value"]) for row in counted.rows}
    assert len(expected) >= 5
    described = {
        str(name): int(str(description.value(description.value(node, SD.graph), VOID.triples)))
        for node, name in description.subject_objects(SD.name)
    }
    assert described == expected
    (total,) = live.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows
    (default,) = description.objects(None, SD.defaultGraph)
    assert str(description.value(default, VOID.triples)) == total["n"]["value"]


def test_formats_are_those_that_answers_come_in(description: rdflib.Graph) -> None:
    """Four formats of rows and six of graphs."""
    named = {str(iri).removeprefix(FORMATS) for iri in description.objects(None, SD.resultFormat)}
    assert len(named) == 10
    assert {"SPARQL_Results_JSON", "SPARQL_Results_CSV", "Turtle", "JSON-LD"} <= named


def test_a_description_in_no_format_is_not_acceptable(live: Live) -> None:
    """A client that takes only pictures is told what there is."""
    reply = live.request("GET", "/sparql", headers={"Accept": "image/png"})
    assert reply.status == 406
    assert "text/turtle" in reply.text


def test_the_w3c_tests_are_the_three_above(shared: Path) -> None:
    """The manifest holds no further test."""
    text = (shared / "w3c" / "sparql11" / "service-description" / "manifest.ttl").read_text("utf-8")
    assert text.count("mf:ServiceDescriptionTest") == 3
    for name in ("has-endpoint-triple", "returns-rdf", "conforms-to-schema"):
        assert f":{name} rdf:type" in text
