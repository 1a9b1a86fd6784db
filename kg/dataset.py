"""Load the triples of a build into a store in memory."""

from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from kg.export import GraphContents
from kg.lines import make_lines

_AT_ONCE: Final = 32 * 1024 * 1024
"""Bytes that are loaded together: the engine holds them twice meanwhile."""


def make_dataset(contents: GraphContents) -> Store:
    """Return a store with facts, evidence and model in its default graph, and named graphs.

    What was inferred and the alignments are in named graphs alone, so that no question counts
    them unless it asks for them.
    """
    store = make_default_graph(contents)
    add_named_graphs(store, contents)
    return store


def make_default_graph(contents: GraphContents) -> Store:
    """Return a store with all but the named graphs."""
    store = Store()
    for turtle in (contents.ontology, contents.vocabulary):
        store.load(input=turtle, format=RdfFormat.TURTLE)
    for triples in (contents.facts, contents.evidence):
        with make_lines(triples).open() as file:
            while lines := file.readlines(_AT_ONCE):
                store.bulk_load(b"".join(lines), RdfFormat.N_TRIPLES, lenient=True)
    return store


def add_named_graphs(store: Store, contents: GraphContents) -> None:
    """Add the graphs that say where each triple is from."""
    turtle = (
        ("ontology", contents.ontology),
        ("vocabulary", contents.vocabulary),
        ("alignments", contents.alignments),
    )
    for key, text in turtle:
        graph = NamedNode(f"{contents.base}graph/{key}")
        store.load(input=text, format=RdfFormat.TURTLE, to_graph=graph)
    for name in contents.names:
        graph = NamedNode(name)
        store.extend(Quad(t.subject, t.predicate, t.object, graph) for t in contents.named(name))
