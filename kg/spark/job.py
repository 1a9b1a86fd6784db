"""Run the stages on a cluster: read and extract, decide who is who, map, write in parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, NamedTuple

from kg.corrections import apply_corrections, read_corrections
from kg.errors import FINDINGS_STATUS, KGError
from kg.extract import extract_document
from kg.freeze import freeze, thaw
from kg.identity import identify
from kg.labels import Called, Key, Labels, read_called
from kg.lexicon import Lexicon, make_lexicon, read_vocabulary
from kg.mapping import ALIGNMENTS_FILE, ONTOLOGY_FILE, SHAPES_FILE, make_mapper, map_document
from kg.naming import collect_names, read_names
from kg.pipeline import BuildOptions, join_vocabularies
from kg.read import ReadOptions, refuse_copy
from kg.records import Refusal
from kg.resolve import Resolved, move_keys, resolve_places
from kg.resources import read_resource
from kg.spark.documents import Distributed
from kg.spark.parts import Mapped, new_folder, write_parts
from kg.spark.session import open_session
from kg.spark.texts import find_texts, read_text

Progress = Callable[[str], None]
_MOST_TOGETHER: Final = 500
"""Documents of a partition: what an executor that fails has to do again."""


@dataclass(frozen=True, slots=True)
class ClusterBuild:
    """What a build on a cluster read, and what it did not."""

    documents: int
    refusals: tuple[Refusal, ...]

    @property
    def exit_status(self) -> int:
        """The gravest thing that happened while reading."""
        return max((refusal.exit_status for refusal in self.refusals), default=0)


class NothingReadError(KGError):
    """No document at all, with why; the status is never 0."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        self.refusals = refusals
        self.exit_status = max((r.exit_status for r in refusals), default=0) or FINDINGS_STATUS
        super().__init__("there is nothing to build")


def build_on_cluster(
    sources: Sequence[str],
    options: BuildOptions,
    out: str,
    master: str = "",
    progress: Progress = lambda _: None,
) -> ClusterBuild:
    """Write the statements of all texts, with the model, into a new folder.

    Sources and `out` are paths that Hadoop understands. Nothing is written if nothing is read.

    Raises:
        NothingReadError: there is no document.
        UsageError: Spark is not installed, or there are no texts.
        OutputError: `out` is there already.
        ServiceError: Spark fails.
    """
    vocabulary = join_vocabularies(options.vocabularies)
    with open_session(master) as session, new_folder(session, out) as folder:
        progress("read")
        documents, refusals = _read(session, sources, options.reading, vocabulary)
        if not documents:
            raise NothingReadError(refusals)
        progress("decide who is who")
        settled, also_named = _settle(documents, options, vocabulary)
        labels = _collect_labels(settled, also_named)
        progress("write")
        mapper = make_mapper(vocabulary, options.base)

        def map_one(resolved: Resolved) -> Mapped:
            labelled = replace(mapper, labels=labels.within(resolved.extraction))
            return map_document(labelled, resolved)

        mapped = settled.changed(map_one).rdd.values()
        write_parts(session, _kept(mapped), folder, _model(vocabulary))
        return ClusterBuild(len(documents), refusals)


class _Text(NamedTuple):
    """One text as an executor read it."""

    name: str
    sha256: str
    frozen: bytes
    refusals: tuple[Refusal, ...]


def _read(
    session: Any, sources: Sequence[str], options: ReadOptions, vocabulary: bytes
) -> tuple[Distributed[Resolved], tuple[Refusal, ...]]:
    """Return the documents in the order of their names, each text once, and what is refused."""
    texts = find_texts(session, sources, options)
    known = session.sparkContext.broadcast(vocabulary)
    read = _kept(texts.files.map(lambda file: _extract(file, options, known.value)))
    heads = sorted(read.map(lambda text: (text.name, text.sha256, text.refusals)).collect())
    refusals, first = list(texts.refusals), dict[str, str]()
    numbers: dict[str, int] = {}
    for name, sha256, told in heads:
        refusals += told
        if not sha256:
            continue
        if first.setdefault(sha256, name) == name:
            numbers[name] = len(numbers)
        else:
            refusals.append(refuse_copy(name, first[sha256]))
    size = len(numbers)
    parts = max(session.sparkContext.defaultParallelism, size // _MOST_TOGETHER)
    numbered = read.flatMap(
        lambda text: [(numbers[text.name], text.frozen)] if text.name in numbers else []
    ).repartitionAndSortWithinPartitions(parts, lambda number: number * parts // size)
    ordered = sorted(refusals, key=lambda refusal: refusal.name)
    return Distributed(_kept(numbered), size).changed(thaw), tuple(ordered)


def _kept(rdd: Any) -> Any:
    """Keep what was worked out on the disks of the executors; what is lost is worked out again."""
    from pyspark import StorageLevel

    return rdd.persist(StorageLevel.DISK_ONLY)


def _extract(file: tuple[str, bytes], options: ReadOptions, vocabulary: bytes) -> _Text:
    name, document, refusals = read_text(file, options)
    if document is None:
        return _Text(name, "", b"", refusals)
    found = resolve_places(extract_document(document, _lexicon(vocabulary)))
    return _Text(name, document.sha256, freeze(found), refusals)


@lru_cache(maxsize=1)
def _lexicon(vocabulary: bytes) -> Lexicon:
    """Return the lexicon, which cannot travel; each process of an executor makes it once."""
    return make_lexicon(read_vocabulary(vocabulary))


def _settle(
    documents: Distributed[Resolved], options: BuildOptions, vocabulary: bytes
) -> tuple[Distributed[Resolved], dict[str, tuple[str, ...]]]:
    """Decide over all documents who is who, then do what the curators say."""
    known = read_vocabulary(vocabulary)
    names = collect_names(documents.changed(lambda found: read_names(found.extraction)))
    identity = identify(names, known)
    settled: Any = move_keys(documents, identity)
    if options.corrections:
        corrections = read_corrections(options.corrections)
        settled, _ = apply_corrections(settled, corrections, known)
    return settled, dict(identity.also_named)


class _CalledInSeveral(dict[int, Called]):
    """What documents call things whose program others tell of too; only the driver asks."""

    def __call__(self, number: int) -> Called:
        return self[number]

    def __reduce__(self) -> tuple[Any, ...]:
        return _CalledInSeveral, ()


def _collect_labels(
    documents: Distributed[Resolved], also_named: dict[str, tuple[str, ...]]
) -> Labels:
    """Return the labels of all things; of those in one program, only programs of several documents.

    The parts of a program with one document are named by that document alone, so their names stay
    where they are.
    """
    seen: set[Key] = set()
    several: set[Key] = set()
    for families in documents.changed(_families):
        several |= families & seen
        seen |= families

    def shared(found: Resolved) -> Called:
        called = read_called(found.extraction)
        kept = (one for one in called.names if one[0][0] != "program" or one[0][:2] in several)
        return replace(called, names=tuple(kept))

    again = _CalledInSeveral()
    labels = Labels(again, also_named)
    for number, called in enumerate(documents.changed(shared)):
        if any(key[0] == "program" for key, _ in called.names):
            again[number] = called
        labels.add(number, called)
    return labels


def _families(found: Resolved) -> frozenset[Key]:
    """Return the programs of which a document tells."""
    return frozenset(
        key[:2] for key, _ in read_called(found.extraction).names if key[0] == "program"
    )


def _model(vocabulary: bytes) -> dict[str, bytes]:
    return {
        "ontology.ttl": read_resource(ONTOLOGY_FILE),
        "vocabulary.ttl": vocabulary,
        "shapes.ttl": read_resource(SHAPES_FILE),
        "alignments.ttl": read_resource(ALIGNMENTS_FILE),
    }
