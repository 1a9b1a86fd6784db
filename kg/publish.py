"""Put a finished folder in place of an old one in a single step, or leave everything as it was.

A build writes to hidden folders beside its target. What happens at each moment of a crash:

* before the swap, the target is untouched and the next build removes the folders;
* the swap is one system call (`renameat2` with `RENAME_EXCHANGE`); where the system lacks it, two
  renames, and the next build undoes the first if it finds no target;
* after the swap, the next build removes the old folder.

Files that a user put into the target are linked into the new folder before the swap, so that they
exist under their name at every moment. POSIX only, for the lock.
"""

import ctypes
import errno
import fcntl
import filecmp
import hashlib
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.checksums import CHECKSUMS, HALLMARK, files_below, listed_files, write_checksums
from kg.errors import OutputError

_REASONS: Final = {
    errno.ENOSPC: "no space is left on the disk",
    errno.EDQUOT: "your disk quota is used up",
    errno.EFBIG: "a file of it is larger than the disk or a limit of yours allows",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.EBUSY: "it is in use, perhaps as a mount point; give a folder inside it",
}
_RENAME_EXCHANGE: Final = 2
_AT_FDCWD: Final = -100


@dataclass(frozen=True, slots=True)
class Product:
    """What a folder is to hold: its name in messages, and the file that tells it from others."""

    name: str
    hallmark: str


BUILD: Final = Product("build", HALLMARK)


@dataclass(frozen=True, slots=True)
class _Places:
    """The target of a build and the hidden names beside it; the lock makes them ours alone."""

    product: Product
    out: Path
    new: Path
    old: Path
    work: Path
    lock: Path


@contextmanager
def publish_folder(out: Path, product: Product = BUILD) -> Iterator[Path]:
    """Give a folder to write to, and make it `out` when the block ends without an exception.

    Raises:
        OutputError: `out` is something else than such a product, another build holds it, or the
            disk refuses; `out` is as it was.
    """
    places = _places_of(out, product)
    with _as_output_error(places):
        places.out.parent.mkdir(parents=True, exist_ok=True)
        lock = _acquire(places)
    try:
        with _as_output_error(places):
            _recover(places)
            _check_target(places)
            places.new.mkdir()
        with _as_output_error(places, within=(places.new, places.work)):
            yield places.new
        with _as_output_error(places):
            _publish(places)
    finally:
        with _as_output_error(places):
            _clear(places)  # of the unfinished build, or after a swap of the old one
            places.lock.unlink(missing_ok=True)
            os.close(lock)


def _places_of(out: Path, product: Product = BUILD) -> _Places:
    out = out.resolve() if out.name in ("", "..") else out.parent.resolve() / out.name
    key = hashlib.sha256(os.fsencode(out.name)).hexdigest()[:12]  # a long name stays possible
    ends = ("new", "old", "work", "lock")
    return _Places(product, out, *(out.parent / f".kg-build-{key}.{end}" for end in ends))


def work_folder(folder: Path) -> Path:
    """Make, beside a folder that `publish_folder` gave, one for what nobody needs afterwards."""
    work = folder.with_suffix(".work")
    work.mkdir()
    return work


def folder_above(out: Path) -> Path:
    """Return the folder nearest above a target that is there: the disk that the target will be on.

    >>> folder_above(Path("no folder/no folder either"))
    PosixPath('.')
    """
    return next(folder for folder in out.parents if folder.is_dir())


@contextmanager
def _as_output_error(places: _Places, *, within: tuple[Path, ...] = ()) -> Iterator[None]:
    """Turn system errors into one line; with `within`, only those that concern these folders."""
    try:
        yield
    except OSError as error:
        code = _code_of(error)
        full = code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
        if within and not full and not str(error.filename).startswith((*map(str, within),)):
            raise
        reason = _REASONS.get(code, error.strerror or str(error))
        what = f"{places.out}: the {places.product.name}"
        raise OutputError(f"{what} cannot be written: {reason}") from error


def _code_of(error: OSError) -> int:
    """Return the number of a system error; the RDF engine's own hold it in their words only.

    >>> _code_of(OSError("No space left on device (os error 28)"))
    28
    """
    number = str(error).rpartition("(os error ")[2].removesuffix(")")
    return error.errno or (int(number) if number.isdecimal() else 0)


def _acquire(places: _Places) -> int:
    """Lock the target; the kernel drops the lock of a process that dies, so none goes stale."""
    while True:
        lock = os.open(places.lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(lock, 20).decode(errors="replace").strip() or "unknown"
            os.close(lock)
            raise OutputError(
                f"{places.out}: another build (process {holder}) is writing there; "
                "wait for it, or stop it and try again"
            ) from None
        try:
            same = os.path.samestat(os.fstat(lock), places.lock.stat())
        except FileNotFoundError:
            same = False
        if same:
            os.ftruncate(lock, 0)
            os.write(lock, f"{os.getpid()}\n".encode())
            return lock
        os.close(lock)  # its holder finished and removed the file just before we got the lock


def _recover(places: _Places) -> None:
    """Repair what a killed build left behind."""
    if places.old.exists() and not places.out.exists():
        places.old.rename(places.out)
    _clear(places)


def _clear(places: _Places) -> None:
    for folder in (places.new, places.old, places.work):
        _discard(folder, places)


def _check_target(places: _Places) -> None:
    out, product = places.out, places.product
    if out.is_symlink():
        raise OutputError(f"{out}: is a symbolic link; name the folder that it points to")
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out}: is a file; name a folder")
    if out.is_dir() and any(out.iterdir()) and not listed_files(out, product.hallmark):
        raise OutputError(
            f"{out}: holds files but no {product.name} of ours (no {CHECKSUMS} with"
            f" {product.hallmark}); name a new or empty folder"
        )


def _publish(places: _Places) -> None:
    write_checksums(places.new)
    _check_target(places)  # again: it may have changed while we worked
    if places.out.is_dir():
        _keep_foreign(places)
        shutil.copymode(places.out, places.new)
    _flush(places.new)
    _swap(places)
    _flush_path(places.out.parent)


def _foreign(folder: Path, product: Product) -> list[Path]:
    """Return what the checksums of a product do not list, relative to it."""
    listed = listed_files(folder, product.hallmark)
    paths = (path.relative_to(folder) for path in files_below(folder))
    return sorted(path for path in paths if path.as_posix() not in listed)


def _keep_foreign(places: _Places) -> None:
    out, new, name = places.out, places.new, places.product.name
    for path in _foreign(out, places.product):
        try:
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            _link(out / path, new / path)
        except (FileExistsError, NotADirectoryError) as error:
            raise OutputError(
                f"{out / path}: is not from a {name}, but the {name} needs its name; move it away"
            ) from error


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, or a file of another user
        shutil.copy2(source, target, follow_symlinks=False)


def _flush(folder: Path) -> None:
    """Make the disk hold what we wrote before its name does."""
    paths = (path for path in files_below(folder) if path.is_file() and not path.is_symlink())
    with ThreadPoolExecutor() as pool:  # together, as disks like best
        list(pool.map(_flush_path, (path for path in paths if os.access(path, os.R_OK))))
    for parent, *_ in os.walk(folder, topdown=False):
        _flush_path(Path(parent))


def _flush_path(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap(places: _Places) -> None:
    if not places.out.exists() or not any(places.out.iterdir()):
        places.new.rename(places.out)
    elif not _exchange(places.new, places.out):
        places.out.rename(places.old)
        try:
            places.new.rename(places.out)
        except OSError:
            places.old.rename(places.out)
            raise


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the system or the file system cannot."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    if rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(other))


def _discard(folder: Path, places: _Places) -> None:
    """Remove a folder of ours, after giving back to `out` what only it holds of a user's."""
    if not folder.exists():
        return
    out, product = places.out, places.product
    if out.is_dir() and listed_files(folder, product.hallmark):
        for path in _foreign(folder, product):  # else it is unfinished, and holds no one's files
            _give_back(folder / path, out / path)
    shutil.rmtree(folder)


def _give_back(source: Path, target: Path) -> None:
    if os.path.lexists(target):
        if _is_same(source, target):
            return
        kept = (target.with_name(f"{target.name}.kept{n}") for n in range(1, 1000))
        target = next(path for path in kept if not os.path.lexists(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)


def _is_same(one: Path, other: Path) -> bool:
    if os.path.samestat(one.lstat(), other.lstat()):
        return True
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and one.readlink() == other.readlink()
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)
