"""Describe the endpoint in the words of the SPARQL 1.1 Service Description."""

from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from kg.serve.contents import Contents
from kg.serve.formats import GRAPH_SYNTAXES, GRAPHS, ROWS
from kg.terms import RDF, SD, VOID, XSD

W3C_FORMATS: Final = "http://www.w3.org/ns/formats/"
FORMAT_NAMES: Final = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "nt": "N-Triples",
    "rdf": "RDF_XML",
    "jsonld": "JSON-LD",
    "trig": "TriG",
    "nq": "N-Quads",
}
"""The W3C's names of the formats, at https://www.w3.org/ns/formats/."""


def describe_service(endpoint: str, contents: Contents, form: str) -> bytes:
    """Return the description of an endpoint, by the IRI that it is called by.

    Named graphs are described one by one up to `kg.serve.contents.MOST_GRAPHS`.
    """
    triples = [*_service_triples(NamedNode(endpoint), contents)]
    prefixes = {"sd": SD.iri, "void": VOID.iri, "format": W3C_FORMATS}
    return serialize(triples, format=GRAPH_SYNTAXES[form], prefixes=prefixes) or b""


def _service_triples(endpoint: NamedNode, contents: Contents) -> Iterator[Triple]:
    service, dataset, default = BlankNode("service"), BlankNode("dataset"), BlankNode("default")
    yield Triple(service, RDF.type, SD.Service)
    yield Triple(service, SD.endpoint, endpoint)
    yield Triple(service, SD.supportedLanguage, SD.SPARQL11Query)
    for name in (*ROWS, *GRAPHS):
        yield Triple(service, SD.resultFormat, NamedNode(W3C_FORMATS + FORMAT_NAMES[name]))
    yield Triple(service, SD.defaultDataset, dataset)
    yield Triple(dataset, RDF.type, SD.Dataset)
    yield Triple(dataset, SD.defaultGraph, default)
    yield Triple(default, RDF.type, SD.Graph)
    yield Triple(default, VOID.triples, _count(contents.triples))
    for number, (name, count) in enumerate(contents.graphs):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Triple(dataset, SD.namedGraph, named)
        yield Triple(named, RDF.type, SD.NamedGraph)
        yield Triple(named, SD.name, NamedNode(name))
        yield Triple(named, SD.graph, graph)
        yield Triple(graph, RDF.type, SD.Graph)
        yield Triple(graph, VOID.triples, _count(count))


def _count(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)
