"""Map documents to the lines of their triples, in several processes and bounded memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from kg import __version__
from kg.export import GraphContents
from kg.iris import Minter
from kg.lines import Shelf, Sorter, sorted_lines, split_lines
from kg.resolve import Resolved, choose_labels, with_aliases
from kg.resources import read_resource
from kg.terms import prefixes
from kg.triples import Mapper, evidence_triples, fact_triples, place_triples, run_key
from kg.workers import batched, map_ordered

ONTOLOGY_FILE: Final = "ontology/acp.ttl"
SHAPES_FILE: Final = "shapes/acp-shapes.ttl"
ALIGNMENTS_FILE: Final = "ontology/alignments.ttl"


@dataclass(frozen=True, slots=True)
class Workshop:
    """How many processes share the work, and where they put what memory should not hold."""

    workers: int = 1
    folder: Path | None = None


def map_documents(
    documents: Sequence[Resolved],
    also_named: Mapping[str, tuple[str, ...]],
    vocabulary: bytes,
    base: str,
    workshop: Workshop,
) -> GraphContents:
    """Return the triples of every document, in its own graph and all together."""
    labels = choose_labels((found.extraction for found in documents), also_named)
    shapes = read_resource(SHAPES_FILE)
    mapper = Mapper(Minter(base), labels, run_key(__version__, vocabulary, shapes))
    work = workshop.folder
    facts, evidence, graphs = Sorter(work, "facts"), Sorter(work, "evidence"), Shelf(work)

    def map_batch(numbers: Sequence[int]) -> list[tuple[str, bytes, bytes]]:
        return [_map_document(mapper, documents[number]) for number in numbers]

    for batch in map_ordered(map_batch, batched(range(len(documents))), workshop.workers):
        for name, own, behind in batch:
            facts.add(split_lines(own))
            evidence.add(split_lines(behind))
            graphs.put(name, own + behind)
    return GraphContents(
        facts=facts.finish(),
        evidence=evidence.finish(),
        documents=graphs,
        ontology=read_resource(ONTOLOGY_FILE),
        vocabulary=vocabulary,
        shapes=shapes,
        alignments=read_resource(ALIGNMENTS_FILE),
        prefixes=prefixes(base),
        base=base,
    )


def _map_document(mapper: Mapper, resolved: Resolved) -> tuple[str, bytes, bytes]:
    """Return the name of a document's graph, and its facts and evidence as lines."""
    extraction = with_aliases(resolved, mapper.labels).extraction
    places = place_triples(mapper, (reading.place for reading in resolved.readings))
    own = sorted_lines(chain(fact_triples(mapper, extraction), places))
    behind = sorted_lines(evidence_triples(mapper, extraction))
    name = mapper.document_graph(extraction.document).value
    return name, b"".join(own), b"".join(behind)
