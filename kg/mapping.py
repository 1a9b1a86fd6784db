"""Map documents to the lines of their triples, in several processes and bounded memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Final, TypeVar

from kg import __version__
from kg.export import GraphContents
from kg.iris import Minter
from kg.labels import read_called
from kg.lines import Shelf, Sorter, sorted_lines, split_lines
from kg.resolve import Resolved, collect_labels, with_aliases
from kg.resources import read_resource
from kg.terms import prefixes
from kg.triples import Mapper, evidence_triples, fact_triples, place_triples, run_key
from kg.workers import batched, map_ordered

Result = TypeVar("Result")

ONTOLOGY_FILE: Final = "ontology/acp.ttl"
SHAPES_FILE: Final = "shapes/acp-shapes.ttl"
ALIGNMENTS_FILE: Final = "ontology/alignments.ttl"


@dataclass(frozen=True, slots=True)
class Workshop:
    """How many processes share the work, and where they put what memory should not hold."""

    workers: int = 1
    folder: Path | None = None

    def map(self, function: Callable[[int], Result], count: int) -> Iterator[Result]:
        """Yield what a function makes of each of the first numbers, in order."""

        def each(numbers: Sequence[int]) -> list[Result]:
            return list(map(function, numbers))

        for batch in map_ordered(each, batched(range(count)), self.workers):
            yield from batch


def map_documents(
    documents: Sequence[Resolved],
    also_named: Mapping[str, tuple[str, ...]],
    vocabulary: bytes,
    base: str,
    workshop: Workshop,
) -> GraphContents:
    """Return the triples of every document, in its own graph and all together."""
    called = workshop.map(lambda number: read_called(documents[number].extraction), len(documents))
    labels = collect_labels(documents, also_named, called)
    shapes = read_resource(SHAPES_FILE)
    mapper = Mapper(Minter(base), {}, run_key(__version__, vocabulary, shapes))
    work = workshop.folder
    facts, evidence, graphs = Sorter(work, "facts"), Sorter(work, "evidence"), Shelf(work)

    def map_one(number: int) -> tuple[str, bytes, bytes]:
        resolved = documents[number]
        labelled = replace(mapper, labels=labels.within(resolved.extraction))
        return _map_document(labelled, resolved)

    for name, own, behind in workshop.map(map_one, len(documents)):
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
