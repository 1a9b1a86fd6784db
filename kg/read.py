"""Read files into documents, refusing what is not the text of a program description.

A bad file never stops the others: it becomes a `Refusal` that says what is wrong and what to do.
Offsets count the decoded text as it stands in the file, after a byte order mark.
"""

import codecs
import errno
import hashlib
import os
import stat
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import re2

from kg.errors import FINDINGS_STATUS, ChangedError, UsageError
from kg.records import Document, Refusal

DEFAULT_LIMIT: Final = 1024 * 1024
"""Most bytes of one document; real descriptions have a few thousand."""
_STDIN: Final = Path("-")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = re2.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{84}\x{86}-\x{9f}\x{fffe}\x{ffff}]")
_SUFFIXES: Final = frozenset({".txt", ".text"})
_NO_FILE: Final = "the folder holds no .txt file"
_ADVICE: Final = {
    errno.ENOENT: "check the path",
    errno.EACCES: "check its permissions",
    errno.ELOOP: "the link points to itself; remove it",
}


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How bytes become text."""

    encoding: str = "utf-8"
    limit: int = DEFAULT_LIMIT
    errors: Literal["strict", "replace"] = "strict"
    """Whether bytes that are not of the encoding refuse a document or become U+FFFD."""

    def __post_init__(self) -> None:
        try:
            " ".encode(self.encoding)  # refuses "base64" too, which turns bytes into bytes
        except (LookupError, UnicodeError) as error:
            raise UsageError(f"--encoding: there is no text encoding {self.encoding!r}") from error


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that gave a document: enough to read it again, and to see that it is the same."""

    name: str
    path: str
    """A third of the size of a `Path`: there may be a hundred thousand."""
    sha256: str
    document: Document | None = None
    """What standard input gave, which cannot be read twice."""

    def read(self, options: ReadOptions) -> Document:
        """Return the document.

        Raises:
            ChangedError: the file gives another one now, or none.
        """
        found = self.document or _read_file(self.name, Path(self.path), options)
        if isinstance(found, Refusal) or found.sha256 != self.sha256:
            raise ChangedError(self.name)
        return found


def find_files(sources: Iterable[Path]) -> Iterator[tuple[str, Path] | Refusal]:
    """Yield what is refused, then each file once with its name within its source, by name.

    A folder gives its `.txt` files at any depth; a file is taken whatever its ending. `-` is
    standard input. Files of one name in two sources are told apart by the folders they lie in.

    Raises:
        UsageError: the sources are folders and none holds a description.
    """
    refusals: set[Refusal] = set()
    found: dict[str, tuple[str, Path]] = {}
    sources = tuple(dict.fromkeys(sources))
    for source in sources:
        for one in _look_into(source):
            if isinstance(one, Refusal):
                refusals.add(one)
            else:
                real = os.path.realpath(one[1])
                found[real] = min(found.get(real, one), one, key=_widest_first)
    only_folders = all(r.problem == _NO_FILE or not r.exit_status for r in refusals)
    if sources and not found and only_folders:
        raise UsageError(f"{', '.join(map(str, sources))}: {_NO_FILE}; name another folder")
    yield from sorted(refusals, key=str)
    names = {path: name for name, path in found.values()}
    for path, name in sorted(_told_apart(names).items(), key=lambda item: (item[1], item[0])):
        yield name, path


def _widest_first(found: tuple[str, Path]) -> tuple[int, str, Path]:
    """Return what to sort by: a file that two sources share has the name in the wider of them."""
    return (-found[0].count("/"), *found)


def _look_into(source: Path) -> Iterator[tuple[str, Path] | Refusal]:
    """Yield the files of one source, or why it has none."""
    if source == _STDIN:
        yield "standard-input.txt", source
        return
    try:
        kind = source.stat().st_mode
    except OSError as error:
        yield _unreadable(_plain(source), error)
        return
    if not stat.S_ISDIR(kind):
        yield _plain(source.name), source
        return
    inside = tuple(_walk(source))
    yield from inside
    if not any(isinstance(one, tuple) or one.exit_status for one in inside):
        yield Refusal(_plain(source), _NO_FILE, "name another folder", 4)


def _walk(folder: Path) -> Iterator[tuple[str, Path] | Refusal]:
    """Walk a folder without following links to folders, which may form a loop."""
    hidden: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=hidden.append):
        for name in names:
            path = Path(parent, name)
            if path.suffix.lower() in _SUFFIXES:
                yield _plain(path.relative_to(folder)), path
        for name in folders:
            path = Path(parent, name)
            if path.is_symlink():
                advice = "name the folder that it points to"
                yield Refusal(_plain(path), "a link to a folder is skipped", advice, 0)
    for error in hidden:
        yield _unreadable(_plain(error.filename), error)


def _plain(path: Path | str) -> str:
    r"""Return a path as a text that can be written; bytes that are not UTF-8 become `\xe9`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _told_apart(names: Mapping[Path, str]) -> dict[Path, str]:
    """Put folders before the names that files share, as few as tell all of them apart.

    >>> names = {Path("/a/2013/x.txt"): "x.txt", Path("/a/2014/x.txt"): "x.txt"}
    >>> list(_told_apart(names).values())
    ['2013/x.txt', '2014/x.txt']
    """
    apart = dict(names)
    while True:
        uses = Counter(apart.values())
        longer = {path: _longer(path, name) for path, name in apart.items() if uses[name] > 1}
        if all(apart[path] == name for path, name in longer.items()):
            return apart
        apart |= longer


def _longer(path: Path, name: str) -> str:
    """Return a name with one more of the folders above it, if there is one."""
    if path == _STDIN:
        return name
    parts = Path(os.path.abspath(path)).parts[1:]  # noqa: PTH100 - "..", which resolve() would follow
    return _plain("/".join(parts[-(name.count("/") + 2) :]))


def read_documents(
    sources: Iterable[Path], options: ReadOptions | None = None
) -> Iterator[Document | Refusal]:
    """Yield a document, or why there is none, for each file; equal bytes are read once."""
    for found in read_files(sources, options or ReadOptions()):
        yield found if isinstance(found, Refusal) else found[1]


def read_files(
    sources: Iterable[Path], options: ReadOptions
) -> Iterator[tuple[TextFile, Document] | Refusal]:
    """Yield what `read_documents` does, each document with where it is."""
    seen: dict[str, str] = {}
    for found in find_files(sources):
        if isinstance(found, Refusal):
            yield found
            continue
        result = _read_file(*found, options)
        if isinstance(result, Refusal):
            yield result
            continue
        first = seen.setdefault(result.sha256, result.name)
        if first != result.name:
            yield refuse_copy(result.name, first)
            continue
        if "\ufffd" in result.text:
            yield warn_of_replacements(result)
        kept = result if found[1] == _STDIN else None
        yield TextFile(found[0], str(found[1]), result.sha256, kept), result


def refuse_copy(name: str, first: str) -> Refusal:
    """Return why a document whose bytes are those of an earlier one is not read."""
    return Refusal(name, "a copy", f"it is the same as {first}, which is read once", 0)


def warn_of_replacements(document: Document) -> Refusal:
    """Return the warning that some characters of a document are not the writer's."""
    number = document.text.count("\ufffd")
    problem = f"{number} replacement character{'' if number == 1 else 's'} (U+FFFD) in the text"
    return Refusal(document.name, problem, "name its encoding with --encoding if it is another", 0)


def _read_file(name: str, path: Path, options: ReadOptions) -> Document | Refusal:
    try:
        data = _read_bytes(path, options.limit)
    except OSError as error:
        return _unreadable(name, error)
    if data is None:
        return Refusal(name, "it is not a regular file", "pipe it into `kg` and name it -", 4)
    if len(data) > options.limit:
        return refuse_large(name, options.limit)
    return decode_document(name, data, options.encoding, options.errors)


def refuse_large(name: str, limit: int) -> Refusal:
    """Return why a document with more bytes than the limit is not read."""
    problem = f"it is larger than {limit:,} bytes"
    return Refusal(name, problem, "split it or raise --max-bytes", FINDINGS_STATUS)


def _unreadable(name: str, error: OSError) -> Refusal:
    problem = (error.strerror or str(error)).lower()
    advice = _ADVICE.get(error.errno or 0, "check that it can be opened")
    return Refusal(name, f"it cannot be read ({problem})", advice, 4)


def _read_bytes(path: Path, limit: int) -> bytes | None:
    """Return at most one byte more than the limit; nothing for a device, pipe or socket."""
    if path == _STDIN:
        return sys.stdin.buffer.read(limit + 1) if sys.stdin else b""
    without_waiting = getattr(os, "O_NONBLOCK", 0)  # a pipe nobody writes to would hang the build
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | without_waiting)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)  # before a file object: Python makes none of a folder
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(limit + 1)


def decode_document(
    name: str, data: bytes, encoding: str = "utf-8", errors: str = "strict"
) -> Document | Refusal:
    r"""Return the document that the bytes of a file hold, or why they hold none.

    >>> decode_document("a.txt", b"\xef\xbb\xbfA program").text
    'A program'
    >>> print(decode_document("a.txt", b"Caf\xe9"))
    a.txt: byte 4 (line 1) is not utf-8; name its encoding with --encoding, such as latin-1
    """
    mark, encoding = next(
        ((mark, name) for mark, name in _MARKS if data.startswith(mark)),
        (b"", codecs.lookup(encoding).name),
    )
    body = data[len(mark) :]
    if b"\x00" in body and not encoding.startswith(("utf-16", "utf-32")):
        problem = "it is not text (it holds NUL bytes)"
        return Refusal(name, problem, "save it as plain text", FINDINGS_STATUS)
    try:
        text = body.decode(encoding, errors)
        text.encode()  # an encoding such as unicode_escape can give halves of characters
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = body.count(b"\n", 0, start) + 1
        problem = f"byte {start + len(mark) + 1} (line {line}) is not {encoding}"
        advice = "name its encoding with --encoding, such as latin-1"
        return Refusal(name, problem, advice, FINDINGS_STATUS)
    document = Document(name, text, hashlib.sha256(data).hexdigest(), encoding)
    control = _CONTROLS.search(text)
    if control:
        line, column = document.position(control.start())
        code = f"U+{ord(control.group()):04X}"
        problem = f"line {line}, column {column} holds the control character {code}"
        advice = "remove it, or name the encoding with --encoding"
        return Refusal(name, problem, advice, FINDINGS_STATUS)
    if not any(map(str.isalnum, text)):
        return Refusal(name, "there is no content", "nothing is read from it", 0)
    return document
