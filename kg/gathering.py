"""Extract the documents of many texts in several processes, keeping them in memory or on disk."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kg.cache import Cache
from kg.extract import extract_document
from kg.freeze import freeze, thaw, thaw_text
from kg.index import Index
from kg.lexicon import Lexicon
from kg.naming import CollectedNames, DocumentNames, read_names
from kg.read import ReadOptions, TextFile
from kg.records import Document
from kg.resolve import Resolved, resolve_places
from kg.spool import Spool, Spooled, keeping
from kg.workers import Workshop

_Read: TypeAlias = tuple[Resolved | bytes, DocumentNames, bool]
"""A document, frozen where it goes to disk; its names; whether it was in the cache."""


@dataclass(frozen=True, slots=True)
class Extractor:
    """All that is needed to read any one of the texts."""

    options: ReadOptions
    lexicon: Lexicon
    cache: Cache | None = None

    def read(self, file: TextFile, *, frozen: bool) -> _Read:
        """Return what is read in the document of a file."""
        document = file.read(self.options)
        known = self.cache.get(document) if self.cache else None
        resolved = thaw(known) if known else self._extract(document)
        data = known
        if self.cache and data is None:
            data = self.cache.put(resolved)
        names = read_names(resolved.extraction)
        return (data or freeze(resolved)) if frozen else resolved, names, known is not None

    def _extract(self, document: Document) -> Resolved:
        return resolve_places(extract_document(document, self.lexicon))


@dataclass(frozen=True, slots=True)
class Gathered:
    """The documents of many texts, in the order of the texts, with what all of them name."""

    documents: Sequence[Resolved]
    texts: Mapping[str, str]
    """By the name of the document."""
    names: CollectedNames
    cached: int
    """How many documents the cache had."""


def gather(
    files: Sequence[TextFile],
    extractor: Extractor,
    workshop: Workshop,
    progress: Callable[[str], None],
) -> Gathered:
    """Return what is read in files; with a folder in the workshop, memory holds only names.

    Raises:
        ChangedError: a file is not what it was when it was found.
        OutputError: the disk refuses.
    """
    with keeping(workshop.folder):
        spool = Spool(workshop.folder)
    held, names, cached = [], CollectedNames(), 0
    on_disk = workshop.folder is not None
    read = workshop.map(lambda file: extractor.read(file, frozen=on_disk), files)
    for number, (found, here, was_known) in enumerate(read):
        progress(files[number].name)
        names.add(number, here)
        cached += was_known
        if isinstance(found, bytes):
            with keeping(workshop.folder):
                spool.append(found)
        else:
            held.append(found)
    if not on_disk:
        texts = {each.extraction.document.name: each.extraction.document.text for each in held}
        return Gathered(tuple(held), texts, names, cached)
    numbers = Index({file.name: number for number, file in enumerate(files)})
    return Gathered(Spooled(spool, thaw), _Texts(spool, numbers), names, cached)


class _Texts(Mapping[str, str]):
    """The texts of frozen documents, by name."""

    def __init__(self, spool: Spool, numbers: Mapping[str, int]) -> None:
        self._spool, self._numbers = spool, numbers

    def __getitem__(self, name: str) -> str:
        return thaw_text(self._spool[self._numbers[name]])

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)
