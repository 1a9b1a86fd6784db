"""Run the stages in order: read, extract, resolve, map, validate, publish."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Store

from kg.cache import open_cache
from kg.corrections import (
    AppliedCorrection,
    Corrections,
    apply_corrections,
    read_corrections,
)
from kg.dataset import add_named_graphs, make_default_graph
from kg.errors import FINDINGS_STATUS, UsageError
from kg.export import GraphContents
from kg.foreign import read_rdf
from kg.gathering import Extractor, Gathered, gather
from kg.infer import describe_inference, infer
from kg.iris import is_base
from kg.lexicon import Lexicon, make_lexicon, read_vocabulary
from kg.mapping import map_documents
from kg.read import ReadOptions, TextFile, read_files
from kg.recipe import digest_inputs, digest_rules
from kg.record import make_record
from kg.records import Document, Refusal
from kg.resolve import Merge, Resolved, resolve_organizations
from kg.resources import read_resource
from kg.terms import DEFAULT_BASE
from kg.validate import ValidationReport, validate_dataset
from kg.workers import Workshop

VOCABULARY_FILE: Final = "ontology/vocabulary.ttl"
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
    """All documents of a build, read and resolved, and what was refused.

    The documents are in the order of their names. They are a tuple, or where a build keeps them on
    disk, a sequence that reads each anew when it is asked for.
    """

    documents: Sequence[Resolved]
    refusals: tuple[Refusal, ...]
    lexicon: Lexicon
    vocabulary: bytes
    """The Turtle that the lexicon was made of: ours, then the user's own."""
    texts: Mapping[str, str]
    """By the name of the document."""
    merges: tuple[Merge, ...] = ()
    """Names that were found to be one organization's, each with the reason."""
    also_named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    corrections: Corrections = field(default_factory=lambda: Corrections("", ()))
    applied: tuple[AppliedCorrection, ...] = ()
    inputs: str = ""
    """A digest of all that was given to read."""
    cached: int = 0
    """How many documents were in the cache."""

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


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a build is to be made of, not yet understood."""

    files: tuple[TextFile, ...]
    refusals: tuple[Refusal, ...]
    vocabulary: bytes
    digest: str


def find_inputs(sources: Iterable[Path], options: BuildOptions) -> Inputs:
    """Return where the texts are, what is refused, and a digest of all that decides the result."""
    vocabulary = join_vocabularies(options.vocabularies)
    decided = _read_decisions(options.corrections) if options.corrections else b""
    files: list[TextFile] = []
    refusals: list[Refusal] = []

    def noted() -> Iterator[Document | Refusal]:
        for found in read_files(sources, options.reading):
            if isinstance(found, Refusal):
                refusals.append(found)
                yield found
            else:
                files.append(found[0])
                yield found[1]

    digest = digest_inputs(noted(), vocabulary, decided)
    return Inputs(tuple(files), tuple(refusals), vocabulary, digest)


def _read_decisions(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # who reads what it says will say what is wrong


def read_sources(
    sources: Iterable[Path], options: BuildOptions, progress: Progress = lambda _: None
) -> Reading:
    """Read, extract and resolve every document of the sources."""
    return read_inputs(find_inputs(sources, options), options, progress)


def read_inputs(
    inputs: Inputs,
    options: BuildOptions,
    progress: Progress = lambda _: None,
    workshop: Workshop = Workshop(),  # noqa: B008 - it is frozen
    cache: Path | None = None,
) -> Reading:
    """Extract and resolve every document.

    What is in the folder of the cache is not extracted again; what is not, is put there.

    Raises:
        OutputError: the cache is none, or others can write to it.
        ChangedError: a file is not what it was when it was found.
    """
    lexicon = make_lexicon(read_vocabulary(inputs.vocabulary))
    known = open_cache(cache, digest_rules(inputs.vocabulary)) if cache else None
    extractor = Extractor(options.reading, lexicon, known)
    return _settle(gather(inputs.files, extractor, workshop, progress), inputs, lexicon, options)


def _settle(gathered: Gathered, inputs: Inputs, lexicon: Lexicon, options: BuildOptions) -> Reading:
    """Decide over all documents who is who, then do what the curators say."""
    vocabulary = lexicon.vocabulary
    resolution = resolve_organizations(gathered.documents, vocabulary, gathered.names)
    path = options.corrections
    corrections = read_corrections(path) if path else Corrections("", ())
    settled, applied = apply_corrections(resolution.documents, corrections, vocabulary)
    return Reading(
        settled,
        inputs.refusals,
        lexicon,
        inputs.vocabulary,
        gathered.texts,
        resolution.merges,
        resolution.also_named,
        corrections,
        applied,
        inputs.digest,
        gathered.cached,
    )


def join_vocabularies(paths: Iterable[Path]) -> bytes:
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
    contents = map_reading(reading, options, progress)
    dataset = make_default_graph(contents)
    progress("validate")  # before the named graphs, beside which every query is slower
    validation = validate_reading(reading, contents, dataset)
    add_named_graphs(dataset, contents)
    return Graph(reading, contents, dataset, validation)


def validate_reading(reading: Reading, contents: GraphContents, dataset: Store) -> ValidationReport:
    """Return what the shapes find, with lines and columns of the texts."""
    return validate_dataset(dataset, contents.shapes, texts=reading.texts, base=contents.base)


def map_reading(
    reading: Reading,
    options: BuildOptions,
    progress: Progress = lambda _: None,
    workshop: Workshop = Workshop(),  # noqa: B008 - it is frozen
) -> GraphContents:
    """Return the triples of what was read."""
    progress("map")
    contents = map_documents(
        reading.documents, reading.also_named, reading.vocabulary, options.base, workshop
    )
    if options.infer:
        progress("infer")
        contents = _with_inferred(contents)
    return contents


def _with_inferred(contents: GraphContents) -> GraphContents:
    """Return contents with what follows from facts and evidence by the model."""
    axioms = read_resource(AXIOMS_FILE)
    model = (contents.ontology, contents.vocabulary, contents.alignments, axioms)
    inferred = infer(chain(contents.facts, contents.evidence), model)
    about = describe_inference(contents.base, model)
    return replace(contents, inferred=(*inferred, *about), axioms=axioms)


def write_records(path: Path, reading: Reading) -> None:
    """Write one record a line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in reading.records():
            file.write(record_line(record) + "\n")


def record_line(record: dict[str, Any]) -> str:
    """Return a record as one line of JSON, escaped where a terminal could be told something."""
    return json.dumps(record, ensure_ascii=True)
