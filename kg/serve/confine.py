"""Take from a process what it does not need: files, network, memory without end.

Three things hold a worker, and none needs a privilege. A limit of zero on descriptors means that
it can open nothing new: no file, no socket, no pipe. Landlock (Linux 5.13 and later, where the
system has it switched on) denies every path and every TCP port, so that files cannot be removed or
run either, for which no descriptor is needed. A limit on the address space ends what takes too
much memory.
"""

import ctypes
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

_LIBC: Final = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38

# The numbers of these system calls are the same on every architecture.
_LANDLOCK_CREATE_RULESET: Final = 444
_LANDLOCK_RESTRICT_SELF: Final = 446
_LANDLOCK_VERSION: Final = 1
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many rights on paths there are, from which version of Landlock on."""
_TCP_RIGHTS: Final = 0b11
_SCOPES: Final = 0b11
"""Abstract sockets and signals, to processes outside."""


def die_with_parent() -> None:
    """Have the system kill this process when the one that started it ends (Linux only)."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def trim_memory() -> None:
    """Give the system the memory that is free, which forks would else hold as well (glibc only)."""
    if trim := getattr(_LIBC, "malloc_trim", None):
        trim(0)


def deny_paths() -> bool:
    """Deny this process and its children every path and TCP port; say whether that holds."""
    if sys.platform != "linux":
        return False
    version = _LIBC.syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_VERSION)
    if version < 1:
        return False
    files = (1 << max(n for since, n in _FILE_RIGHTS.items() if since <= version)) - 1
    rights = struct.pack(
        "=QQQ", files, _TCP_RIGHTS if version >= 4 else 0, _SCOPES if version >= 6 else 0
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _LIBC.syscall(_LANDLOCK_CREATE_RULESET, rights, size, 0)
    if ruleset < 0:
        return False
    try:
        gives_up_privileges = _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        failure: int = _LIBC.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0)
        return gives_up_privileges and failure == 0
    finally:
        os.close(ruleset)


def deny_descriptors() -> None:
    """Let this process keep what is open, and open nothing more."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def limit_memory(size: int) -> bool:
    """Limit the address space of this process to a number of bytes; say whether that holds."""
    if sys.platform != "linux":
        return False  # macOS takes the limit and does not keep it
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    return True


def address_space() -> int:
    """Return how many bytes of addresses this process has, 0 where nobody can tell."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").partition(" ")[0]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGESIZE")


def find_leaks() -> list[str]:
    """Try what a worker must not be able to do; return what succeeded."""
    attempts: dict[str, Callable[[], object]] = {
        "open a file": lambda: os.open("/", os.O_RDONLY),
        "open a TCP socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "open a UDP socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "open a pipe": os.pipe,
    }
    return [name for name, attempt in attempts.items() if _succeeds(attempt)]


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True
