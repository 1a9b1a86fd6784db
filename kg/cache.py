"""Keep what was read in each document, so that one that did not change is not read again.

A cache is an input: whoever can write to it decides what the next build says. So it is used only
where a user names a folder, that folder must be the user's own, and it holds nothing but JSON. What
does not fit its name or the document is as if it were not there.
"""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

from kg.errors import OutputError
from kg.freeze import freeze, thaw
from kg.recipe import digest_document
from kg.records import Document
from kg.resolve import Resolved

_TAG: Final = "CACHEDIR.TAG"
_TAG_TEXT: Final = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# What accountable-care-kg read in documents; kg build --cache makes it anew if it is gone.\n"
)
"""By the Cache Directory Tagging Specification: backups leave such a folder out."""
_OTHERS_WRITE: Final = 0o022


class Cache:
    """Frozen documents in the files of a folder, each under a digest of all that it depends on."""

    def __init__(self, folder: Path, rules: bytes) -> None:
        self._folder, self._rules = folder, rules

    def get(self, document: Document) -> bytes | None:
        """Return what was read in a document, as `kg.freeze` writes it, if that is known."""
        try:
            digest, _, data = self._path(document).read_bytes().partition(b"\n")
        except OSError:
            return None
        if hashlib.sha256(data).hexdigest().encode() != digest:
            return None  # the disk failed, or a copy was cut short
        try:
            return data if thaw(data).extraction.document == document else None
        except (ValueError, TypeError, LookupError, RecursionError):
            return None

    def put(self, resolved: Resolved) -> bytes:
        """Keep what was read in a document, if the disk lets us; return it frozen."""
        data = freeze(resolved)
        path = self._path(resolved.extraction.document)
        with contextlib.suppress(OSError):
            path.parent.mkdir(mode=0o700, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
            with os.fdopen(descriptor, "wb") as file:
                file.write(hashlib.sha256(data).hexdigest().encode() + b"\n" + data)
            Path(name).replace(path)  # in one step: two builds may share a cache
        return data

    def _path(self, document: Document) -> Path:
        key = digest_document(document, self._rules)
        return self._folder / key[:2] / f"{key}.json"


def open_cache(folder: Path, rules: bytes) -> Cache:
    """Return the cache in a folder, which is made if it is not there.

    Raises:
        OutputError: the folder cannot be made, is no cache, or others can write to it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tag = folder / _TAG
        if not tag.exists():
            if any(folder.iterdir()):
                raise OutputError(f"{folder}: holds files but no cache; name a new or empty folder")
            tag.write_text(_TAG_TEXT, encoding="ascii", newline="\n")
        status = folder.stat()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"{folder}: the cache cannot be opened: {reason}") from error
    if hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or status.st_mode & _OTHERS_WRITE):
        message = "others can write there, and so into the next build; make it yours alone"
        raise OutputError(f"{folder}: {message} (chmod 700)")
    return Cache(folder, rules)
