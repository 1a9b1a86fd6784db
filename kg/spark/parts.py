"""Write what documents say in parts that load in bulk: N-Quads, and statements as Parquet.

All is written beside the target and renamed at the end, so a job that fails leaves nothing there.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeAlias
from uuid import uuid4

from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from kg.errors import OutputError
from kg.interchange.words import DocumentReader
from kg.lines import split_lines
from kg.spark.session import hadoop_path
from kg.things import Term
from kg.workers import batched

Mapped: TypeAlias = tuple[str, bytes, bytes]
"""The name of a document's graph, its facts and its evidence, as lines."""
Row: TypeAlias = tuple[str | int | float | None, ...]

_GZIP: Final = "org.apache.hadoop.io.compress.GzipCodec"
_STATEMENTS: Final = (
    "subject string, predicate string, object string, datatype string, language string, "
    "quotation string, document string, document_iri string, start long, end long, "
    "basis string, confidence double, rule string"
)


@contextmanager
def new_folder(session: Any, out: str) -> Iterator[str]:
    """Give a folder to write to, which becomes `out` when the block ends without an exception.

    Raises:
        OutputError: `out` is there already; on a cluster nothing is replaced.
    """
    path, system = hadoop_path(session, out)
    target = system.makeQualified(path)
    if system.exists(target):
        raise OutputError(f"{out}: is there already; name a new folder")
    above = target.getParent().toString().rstrip("/")
    made, _ = hadoop_path(session, f"{above}/.kg-build-{uuid4().hex}")
    try:
        yield made.toString()
        if not system.rename(made, target):
            raise OutputError(f"{out}: cannot be written")
    finally:
        system.delete(made, True)


def write_parts(session: Any, documents: Any, folder: str, model: Mapping[str, bytes]) -> None:
    """Write an RDD of mapped documents, and the files of the model, into a folder."""
    vocabulary = session.sparkContext.broadcast(model["vocabulary.ttl"])
    documents.flatMap(quads_of).saveAsTextFile(f"{folder}/quads", _GZIP)
    rows = documents.mapPartitions(lambda mapped: statements_of(mapped, vocabulary.value))
    session.createDataFrame(rows, _STATEMENTS).write.parquet(f"{folder}/statements")
    for name, data in model.items():
        path, system = hadoop_path(session, f"{folder}/{name}")
        stream = system.create(path)
        stream.write(bytearray(data))
        stream.close()
    path, system = hadoop_path(session, f"{folder}/quads")
    for status in system.listStatus(path):
        part = status.getPath().getName()
        if part.endswith(".gz"):  # loaders go by the ending
            named, _ = hadoop_path(session, f"{folder}/quads/{part.removesuffix('.gz')}.nq.gz")
            system.rename(status.getPath(), named)


def quads_of(mapped: Mapped) -> Iterator[str]:
    """Yield the N-Quads of a document, as a build has them."""
    name, own, behind = mapped
    end = f" {NamedNode(name)} ."
    for line in sorted(split_lines(own) | split_lines(behind)):
        yield line[:-3].decode() + end


def statements_of(documents: Iterable[Mapped], vocabulary: bytes) -> Iterator[Row]:
    """Yield a row for each span behind each statement of documents."""
    for batch in batched(documents):
        store = Store()
        store.bulk_load(input=vocabulary, format=RdfFormat.TURTLE)
        for _, own, behind in batch:
            store.bulk_load(input=own + behind, format=RdfFormat.N_TRIPLES, lenient=True)
        for triple, words in DocumentReader(store).words():
            yield (
                *(str(triple.subject)[1:-1], triple.predicate.value, *_object(triple.object)),
                *(words.quotation, words.document, words.document_iri, words.start, words.end),
                *(words.basis, words.confidence, words.rule),
            )


def _object(value: Term) -> tuple[str, str | None, str | None]:
    """Return the text of a value, and if it is a literal, its datatype and language."""
    if isinstance(value, Literal):
        return value.value, value.datatype.value, value.language
    return str(value)[1:-1], None, None
