"""Find texts at any path that Hadoop reads, and read them where the executors are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import re2

from kg.errors import UsageError
from kg.read import ReadOptions, decode_document, refuse_large, warn_of_replacements
from kg.records import Document, Refusal
from kg.spark.session import hadoop_path

_TEXTS: Final = "{*.[tT][xX][tT],*.[tT][eE][xX][tT]}"
_NO_FILE: Final = "the folder holds no .txt file"
_GLOB: Final = re2.compile(r"([\\{}\[\]*?^])")

Found: TypeAlias = tuple[str, Document | None, tuple[Refusal, ...]]
"""A name, the document if there is one, and what there is to say about it."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts that a cluster can read."""

    files: Any
    """An RDD of names and bytes."""
    refusals: tuple[Refusal, ...]


def find_texts(session: Any, sources: Sequence[str], options: ReadOptions) -> Texts:
    """Return the texts of sources, each a file or a folder of `.txt` files at any depth.

    As ever in Hadoop, files whose names begin with a dot or an underscore are none.

    Raises:
        UsageError: there are none, or two sources have files of one name.
    """
    refusals: list[Refusal] = []
    sizes: dict[str, int] = {}
    files: list[Any] = []
    for source in dict.fromkeys(sources):
        found = _look_into(session, source)
        if isinstance(found, Refusal):
            refusals.append(found)
            continue
        frame, start = found
        here = {
            row.path.removeprefix(start): row.length
            for row in frame.select("path", "length").collect()
        }
        if not here:
            refusals.append(Refusal(source, _NO_FILE, "name another folder", 4))
        if twice := sorted(here.keys() & sizes.keys()):
            raise UsageError(f"two sources have a file {twice[0]}; name a folder above both")
        sizes |= here
        files.append(_contents(frame, start, options.limit))
    if not sizes and all(refusal.problem == _NO_FILE for refusal in refusals):
        raise UsageError(f"{', '.join(sources)}: {_NO_FILE}; name another folder")
    large = (name for name, size in sizes.items() if size > options.limit)
    refusals += [refuse_large(name, options.limit) for name in large]
    context = session.sparkContext
    return Texts(context.union(files) if files else context.emptyRDD(), tuple(refusals))


def _look_into(session: Any, source: str) -> tuple[Any, str] | Refusal:
    """Return a frame of the files of a source, and what the names of its files begin with."""
    path, system = hadoop_path(session, source)
    if not system.exists(path):
        problem = "it cannot be read (no such file or directory)"
        return Refusal(source, problem, "check the path", 4)
    root = system.makeQualified(path).toString()
    is_folder = system.getFileStatus(path).isDirectory()
    start = root.rstrip("/") if is_folder else root.rpartition("/")[0]
    return _read_binary(session, root, is_folder=is_folder), f"{start}/"


def _contents(frame: Any, start: str, limit: int) -> Any:
    """Return names and bytes of the files that are not too large; of others nothing is read."""
    rows = frame.where(frame.length <= limit).select("path", "content").rdd
    return rows.map(lambda row: (row.path.removeprefix(start), bytes(row.content)))


def _read_binary(session: Any, root: str, *, is_folder: bool) -> Any:
    reader = session.read.format("binaryFile").option("recursiveFileLookup", "true")
    if is_folder:
        reader = reader.option("pathGlobFilter", _TEXTS)
    return reader.load(str(_GLOB.sub(r"\\\1", root)))


def read_text(file: tuple[str, bytes], options: ReadOptions) -> Found:
    """Return the document that the bytes of a file hold, or why they hold none.

    >>> read_text(("a.txt", b"A program"), ReadOptions())[1].text
    'A program'
    """
    name, data = file
    found = decode_document(name, data, options.encoding, options.errors)
    if isinstance(found, Refusal):
        return name, None, (found,)
    warned: Iterable[Refusal] = (warn_of_replacements(found),) if "\ufffd" in found.text else ()
    return name, found, tuple(warned)
