"""Tell what a build is made of, so that one that is there already is not made again."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from kg import __version__
from kg.checksums import is_intact, listed_files
from kg.records import Document, Refusal
from kg.resources import AUTHORED_ABOVE, list_resources, read_resource

RECIPE: Final = "recipe.json"
_LEFT_OUT: Final = ("__pycache__", "_resources", "make.py")
"""What only a wheel or only a checkout has; the model is asked for by name."""


def digest_inputs(found: Iterable[Document | Refusal], *others: bytes) -> str:
    """Return a digest of texts, of what was refused, of other inputs, and of the software."""
    digest = hashlib.sha256(_digest_software())
    for one in found:
        if isinstance(one, Document):
            _add(digest, one.name, one.sha256, one.text)  # one file may be decoded in two ways
        else:
            _add(digest, "refused", str(one), str(one.exit_status))
    for other in others:
        _add(digest, hashlib.sha256(other).hexdigest())
    return digest.hexdigest()


def digest_rules(vocabulary: bytes) -> bytes:
    """Return a digest of all that decides what is read in a text: the software, the vocabulary."""
    return _digest_software() + hashlib.sha256(vocabulary).digest()


def digest_document(document: Document, rules: bytes) -> str:
    """Return a digest of a document and of all that decides what is read in it."""
    digest = hashlib.sha256(rules)
    _add(digest, document.name, document.sha256, document.encoding, document.text)
    return digest.hexdigest()


def finish_recipe(inputs: str, base: str, *, infer: bool) -> str:
    """Return the digest of everything that a build depends on.

    >>> finish_recipe("", "https://ex.org/", infer=False)[:8]
    '8389ed5d'
    """
    digest = hashlib.sha256()
    _add(digest, inputs, base, str(infer))
    return digest.hexdigest()


def write_recipe(folder: Path, recipe: str, exit_status: int) -> None:
    """Write what a build was made of and how it ended."""
    data = {"version": __version__, "made_of": recipe, "exit_status": exit_status}
    text = json.dumps(data, indent=1)
    (folder / RECIPE).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def find_made(folder: Path, recipe: str) -> int | None:
    """Return the exit status of the build in a folder if it is this one and whole, else nothing.

    Every byte is read: that costs a hundredth of a large build, and times and sizes do not tell of
    a disk that failed.
    """
    if RECIPE not in listed_files(folder):
        return None
    try:
        data = json.loads((folder / RECIPE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.get("made_of") != recipe or not is_intact(folder):
        return None
    status = data.get("exit_status")
    return status if isinstance(status, int) else None


@cache
def _digest_software() -> bytes:
    """Return a digest of every file of ours: the version does not tell of a changed rule."""
    digest = hashlib.sha256()
    for name, file in _files_below(files("kg"), ""):
        digest.update(name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    for folder in AUTHORED_ABOVE:
        for name in list_resources(folder, ".ttl"):
            digest.update(name.encode() + b"\0" + hashlib.sha256(read_resource(name)).digest())
    return digest.digest()


def _files_below(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name in _LEFT_OUT or entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _files_below(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry


def _add(digest: "hashlib._Hash", *texts: str) -> None:
    """Add texts so that no others give the same bytes."""
    for text in texts:
        data = text.encode()
        digest.update(f"{len(data)}:".encode() + data)
