"""Run the stages in order: read, extract, resolve, map, validate, publish."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple

from kg import __version__
from kg.corrections import (
    AppliedCorrection,
    Corrections,
    apply_corrections,
    read_corrections,
)
from kg.errors import FINDINGS_STATUS, UsageError
from kg.export import GraphContents
from kg.extract import extract_document
from kg.foreign import read_rdf
from kg.infer import describe_inference, infer
from kg.iris import Minter, is_base
from kg.lexicon import Lexicon, make_lexicon, read_vocabulary
from kg.read import ReadOptions, read_documents
from kg.record import make_record
from kg.records import Document, Refusal
from kg.resolve import (
    Merge,
    Resolved,
    choose_labels,
    resolve_organizations,
    resolve_places,
    with_aliases,
)
from kg.resources import read_resource
from kg.terms import DEFAULT_BASE, prefixes
from kg.triples import Mapper, evidence_triples, fact_triples, place_triples, run_key
from kg.validate import ValidationReport, validate_dataset

ONTOLOGY_FILE: Final = "ontology/acp.ttl"
VOCABULARY_FILE: Final = "ontology/vocabulary.ttl"
SHAPES_FILE: Final = "shapes/acp-shapes.ttl"
ALIGNMENTS_FILE: Final = "ontology/alignments.ttl"
AXIOMS_FILE: Final = "ontology/axioms.ttl"

Progress = Callable[[str], None]
"""Told the name of each document as it is read and of each stage as it begins."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What changes what a build contains."""

    base: str = DEFAULT_BASE
    reading: ReadOptions = field(default_factory=ReadOptions)
    vocabularies: tuple[Path, ...] = ()
    """Turtle files of the user's own with further labels and concepts."""
    corrections: Path | None = None
    """What curators have decided, as `docs/corrections.md` says."""
    infer: bool = False
    """Whether what follows from the facts is written, too."""

    def __post_init__(self) -> None:
        if not is_base(self.base):
            raise UsageError(
                f"{self.base!r} cannot carry IRIs: --base takes an absolute http(s) IRI that ends"
                " in / or #, such as https://example.org/kg/"
            )


@dataclass(frozen=True, slots=True)
class Reading:
    """All documents of a build, read and resolved, and what was refused."""

    documents: tuple[Resolved, ...]
    refusals: tuple[Refusal, ...]
    lexicon: Lexicon
    vocabulary: bytes
    """The Turtle that the lexicon was made of: ours, then the user's own."""
    merges: tuple[Merge, ...] = ()
    """Names that were found to be one organization's, each with the reason."""
    also_named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    corrections: Corrections = field(default_factory=lambda: Corrections("", ()))
    applied: tuple[AppliedCorrection, ...] = ()

    @property
    def exit_status(self) -> int:
        """The gravest thing that happened while reading."""
        return max((refusal.exit_status for refusal in self.refusals), default=0)

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield the record of each document, by name."""
        for resolved in self.documents:
            yield make_record(resolved.extraction, self.lexicon.vocabulary, resolved.readings)


@dataclass(frozen=True, slots=True)
class Graph:
    """A build in memory: contents for the exports, the dataset to query, what SHACL found."""

    reading: Reading
    contents: GraphContents
    dataset: Store
    validation: ValidationReport

    @property
    def exit_status(self) -> int:
        """0, or what makes the build less than perfect."""
        found = FINDINGS_STATUS if self.validation.has_violations else 0
        return max(self.reading.exit_status, found)


def read_sources(
    sources: Iterable[Path], options: BuildOptions, progress: Progress = lambda _: None
) -> Reading:
    """Read, extract and resolve every document of the sources."""
    vocabulary = _vocabulary_turtle(options.vocabularies)
    lexicon = make_lexicon(read_vocabulary(vocabulary))
    documents: list[Resolved] = []
    refusals: list[Refusal] = []
    for found in read_documents(sources, options.reading):
        if isinstance(found, Document):
            progress(found.name)
            documents.append(resolve_places(extract_document(found, lexicon)))
        else:
            refusals.append(found)
    return _settle(documents, tuple(refusals), lexicon, vocabulary, options)


def _settle(
    documents: Sequence[Resolved],
    refusals: tuple[Refusal, ...],
    lexicon: Lexicon,
    vocabulary: bytes,
    options: BuildOptions,
) -> Reading:
    """Decide over all documents who is who, then do what the curators say."""
    resolution = resolve_organizations(documents, lexicon.vocabulary)
    path = options.corrections
    corrections = read_corrections(path) if path else Corrections("", ())
    settled, applied = apply_corrections(resolution.documents, corrections, lexicon.vocabulary)
    return Reading(
        settled,
        refusals,
        lexicon,
        vocabulary,
        resolution.merges,
        resolution.also_named,
        corrections,
        applied,
    )


def _vocabulary_turtle(paths: Iterable[Path]) -> bytes:
    """Return our vocabulary with the user's own files behind it, each one checked."""
    parts = [read_resource(VOCABULARY_FILE)]
    for path in paths:
        for _ in read_rdf(path):
            pass  # a fault names the file and the line
        parts.append(b"\n# ---- " + path.name.encode() + b"\n" + path.read_bytes())
    return b"".join(parts)


def make_graph(
    reading: Reading, options: BuildOptions, progress: Progress = lambda _: None
) -> Graph:
    """Map what was read to RDF and validate it."""
    progress("map")
    contents = _contents(reading, options.base)
    if options.infer:
        progress("infer")
        contents = _with_inferred(contents)
    dataset = _make_default_graph(contents)
    progress("validate")  # before the named graphs, beside which every query is slower
    texts = {r.extraction.document.name: r.extraction.document.text for r in reading.documents}
    validation = validate_dataset(dataset, contents.shapes, texts=texts, base=options.base)
    _add_named_graphs(dataset, contents)
    return Graph(reading, contents, dataset, validation)


def _contents(reading: Reading, base: str) -> GraphContents:
    """Return the triples of every document, in its own graph and all together."""
    vocabulary, shapes = reading.vocabulary, read_resource(SHAPES_FILE)
    labels = choose_labels((r.extraction for r in reading.documents), reading.also_named)
    mapper = Mapper(Minter(base), labels, run_key(__version__, vocabulary, shapes))
    facts: dict[Triple, None] = {}
    evidence: dict[Triple, None] = {}
    documents: dict[str, tuple[Triple, ...]] = {}
    for resolved in reading.documents:
        extraction = with_aliases(resolved, labels).extraction
        own = dict.fromkeys(fact_triples(mapper, extraction))
        own |= dict.fromkeys(place_triples(mapper, (r.place for r in resolved.readings)))
        behind = dict.fromkeys(evidence_triples(mapper, extraction))
        facts |= own
        evidence |= behind
        documents[mapper.document_graph(extraction.document).value] = (*own, *behind)
    return GraphContents(
        facts=tuple(facts),
        evidence=tuple(evidence),
        documents=documents,
        ontology=read_resource(ONTOLOGY_FILE),
        vocabulary=vocabulary,
        shapes=shapes,
        alignments=read_resource(ALIGNMENTS_FILE),
        prefixes=prefixes(base),
        base=base,
    )


def _with_inferred(contents: GraphContents) -> GraphContents:
    """Return contents with what follows from facts and evidence by the model."""
    axioms = read_resource(AXIOMS_FILE)
    model = (contents.ontology, contents.vocabulary, contents.alignments, axioms)
    inferred = infer((*contents.facts, *contents.evidence), model)
    about = describe_inference(contents.base, model)
    return replace(contents, inferred=(*inferred, *about), axioms=axioms)


def make_dataset(contents: GraphContents) -> Store:
    """Return a store with facts, evidence and model in its default graph, and named graphs.

    What was inferred and the alignments are in named graphs alone, so that no question counts
    them unless it asks for them.
    """
    store = _make_default_graph(contents)
    _add_named_graphs(store, contents)
    return store


def _make_default_graph(contents: GraphContents) -> Store:
    store = Store()
    for turtle in (contents.ontology, contents.vocabulary):
        store.load(input=turtle, format=RdfFormat.TURTLE)
    for triples in (contents.facts, contents.evidence):
        store.extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    return store


def _add_named_graphs(store: Store, contents: GraphContents) -> None:
    turtle = (
        ("ontology", contents.ontology),
        ("vocabulary", contents.vocabulary),
        ("alignments", contents.alignments),
    )
    for key, text in turtle:
        graph = NamedNode(f"{contents.base}graph/{key}")
        store.load(input=text, format=RdfFormat.TURTLE, to_graph=graph)
    for name, triples in contents.named.items():
        graph = NamedNode(name)
        store.extend(Quad(t.subject, t.predicate, t.object, graph) for t in triples)


def write_records(path: Path, reading: Reading) -> None:
    """Write one record a line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in reading.records():
            file.write(record_line(record) + "\n")


def record_line(record: dict[str, Any]) -> str:
    """Return a record as one line of JSON, escaped where a terminal could be told something."""
    return json.dumps(record, ensure_ascii=True)
