"""Map documents to the lines of their triples, in several processes and bounded memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from kg import __version__
from kg.export import GraphContents
from kg.iris import Minter
from kg.labels import read_called
from kg.lines import Sorter, sorted_lines
from kg.resolve import Resolved, collect_labels, with_aliases
from kg.resources import read_resource
from kg.shelf import Shelf
from kg.terms import prefixes
from kg.triples import Mapper, evidence_triples, fact_triples, place_triples, run_key
from kg.workers import Workshop, run_all

ONTOLOGY_FILE: Final = "ontology/acp.ttl"
SHAPES_FILE: Final = "shapes/acp-shapes.ttl"
ALIGNMENTS_FILE: Final = "ontology/alignments.ttl"


def map_documents(
    documents: Sequence[Resolved],
    also_named: Mapping[str, tuple[str, ...]],
    vocabulary: bytes,
    base: str,
    workshop: Workshop,
) -> GraphContents:
    """Return the triples of every document, in its own graph and all together."""
    called = workshop.map(lambda found: read_called(found.extraction), documents)
    work = workshop.folder
    labels = collect_labels(documents, also_named, called).settle(work)
    mapper = make_mapper(vocabulary, base)
    facts, evidence, graphs = Sorter(work, "facts"), Sorter(work, "evidence", 2), Shelf(work)

    def map_one(resolved: Resolved) -> tuple[str, bytes, bytes]:
        labelled = replace(mapper, labels=labels.within(resolved.extraction))
        return map_document(labelled, resolved)

    for name, *texts in workshop.map(map_one, documents):
        own, behind = (text.splitlines(keepends=True) for text in texts)
        facts.add(own)
        evidence.add(behind)
        graphs.put(name, b"".join(sorted(dict.fromkeys(own + behind))))
    graphs.settle()
    # Elsewhere, so that this process, which workers share, has no holes in its memory after it.
    all_facts, all_evidence = run_all((facts.finish, evidence.finish), workshop.workers)
    return GraphContents(
        facts=all_facts,
        evidence=all_evidence,
        documents=graphs,
        ontology=read_resource(ONTOLOGY_FILE),
        vocabulary=vocabulary,
        shapes=read_resource(SHAPES_FILE),
        alignments=read_resource(ALIGNMENTS_FILE),
        prefixes=prefixes(base),
        base=base,
    )


def make_mapper(vocabulary: bytes, base: str) -> Mapper:
    """Return what maps documents, without the labels of the things in them."""
    return Mapper(Minter(base), {}, run_key(__version__, vocabulary, read_resource(SHAPES_FILE)))


def map_document(mapper: Mapper, resolved: Resolved) -> tuple[str, bytes, bytes]:
    """Return the name of a document's graph, and its facts and evidence as lines."""
    extraction = with_aliases(resolved, mapper.labels).extraction
    places = place_triples(mapper, (reading.place for reading in resolved.readings))
    own = sorted_lines(chain(fact_triples(mapper, extraction), places))
    behind = sorted_lines(evidence_triples(mapper, extraction))
    name = mapper.document_graph(extraction.document).value
    return name, b"".join(own), b"".join(behind)
