"""Write and check the checksums that make a folder a whole build."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

CHECKSUMS: Final = "SHA256SUMS"
HALLMARK: Final = "graph.ttl"
"""The file whose checksum tells a build of ours from any other folder with checksums."""


def listed_files(folder: Path, hallmark: str = HALLMARK) -> frozenset[str]:
    """Return the relative paths in the checksums of a build, or of what has another hallmark.

    There are none if the folder is no such thing.
    """
    names = frozenset(name for _, name in _listed(folder))
    return names | {CHECKSUMS} if hallmark in names else frozenset()


def _listed(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield digests and names."""
    try:
        lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    yield from ((line[:64], line[66:]) for line in lines if line[64:66] == "  ")


def is_intact(folder: Path) -> bool:
    """Say whether every file of a build is there with the bytes that were published."""
    there = {path.relative_to(folder).as_posix(): path for path in files_below(folder)}
    listed = [*_listed(folder)]
    paths = [there[name] for _, name in listed if name in there]
    if HALLMARK not in there or len(paths) < len(listed):
        return False
    if not all(path.is_file() and not path.is_symlink() for path in paths):
        return False
    try:
        return digest_files(paths) == [digest for digest, _ in listed]
    except OSError:
        return False


def write_checksums(folder: Path) -> None:
    """Write the checksums in the form that `sha256sum --check` reads."""
    paths = sorted(path.relative_to(folder).as_posix() for path in files_below(folder))
    digests = digest_files(folder / path for path in paths)
    lines = [f"{digest}  {path}\n" for digest, path in zip(digests, paths, strict=True)]
    unfinished = folder / f".{CHECKSUMS}"
    unfinished.write_text("".join(lines), encoding="utf-8", newline="\n")
    unfinished.rename(folder / CHECKSUMS)  # a folder with checksums is a whole build


def digest_files(paths: Iterable[Path]) -> list[str]:
    """Return the SHA-256 of each file, in hexadecimal.

    Several are read at once: disks wait, and a digest is made without the lock of Python.

    Raises:
        OSError: a file cannot be read.
    """
    with ThreadPoolExecutor() as pool:
        return list(pool.map(_digest, paths))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """Yield everything in a folder except the folders; links are not followed."""
    for parent, folders, files in os.walk(folder):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        yield from (Path(parent, name) for name in (*files, *links))
