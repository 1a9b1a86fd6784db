"""Hold a dataset, and fork workers from it when the front asks for them.

It is a process with one thread, which is what makes forking safe, and it does little else: the
front sends `spawn N` with a connection for worker N, or `kill N`; back go JSON lines that say when
the dataset is loaded and how each worker ended.
"""

import gc
import json
import os
import resource
import select
import signal
import socket
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NoReturn

from kg.errors import KGError
from kg.serve.confine import address_space, deny_paths, die_with_parent
from kg.serve.contents import load_dataset, read_contents
from kg.serve.worker import Dataset, rehearse, work

_MOST_DESCRIPTORS: Final = 4_096
_SAID_BYTES: Final = 4_096


@dataclass(slots=True)
class _Child:
    number: int
    last_words: int
    """Descriptor of a pipe that holds what the process wrote to standard error."""


class Nursery:
    """Forks workers and reaps them."""

    def __init__(self, front: socket.socket, dataset: Dataset) -> None:
        self._front = front
        self._dataset = dataset
        self._children: dict[int, _Child] = {}
        self._orders = bytearray()
        self._connections: list[int] = []
        self._woken, waker = os.pipe()
        for descriptor in (self._woken, waker):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def run(self) -> None:
        """Serve the front until it is gone; then end every worker."""
        try:
            while True:
                ready, _, _ = select.select([self._front.fileno(), self._woken], [], [])
                if self._woken in ready:
                    os.read(self._woken, _SAID_BYTES)
                    self._reap()
                if self._front.fileno() in ready and not self._take_orders():
                    return
        finally:
            for process in self._children:
                os.kill(process, signal.SIGKILL)

    def _take_orders(self) -> bool:
        """Do what the front asks for; say whether it is still there."""
        data, connections, _, _ = socket.recv_fds(self._front, 65_536, 16)
        self._orders += data
        self._connections += connections
        while (end := self._orders.find(b"\n")) >= 0:
            order, number = self._orders[:end].split()
            del self._orders[: end + 1]
            if order == b"spawn":
                self._spawn(int(number))
            else:
                self._kill(int(number))
        return bool(data)

    def _spawn(self, number: int) -> None:
        connection = self._connections.pop(0)
        last_words, standard_error = os.pipe()
        try:
            process = os.fork()
            if process == 0:
                _become_worker(connection, standard_error, self._dataset)
            self._children[process] = _Child(number, last_words)
        except OSError:  # no process to be had; the front sees that the connection closes
            os.close(last_words)
        finally:
            os.close(connection)
            os.close(standard_error)

    def _kill(self, number: int) -> None:
        for process, child in self._children.items():  # it is not reaped, so the number is its own
            if child.number == number:
                os.kill(process, signal.SIGKILL)

    def _reap(self) -> None:
        while self._children:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                return
            child = self._children.pop(process)
            os.set_blocking(child.last_words, False)
            try:
                words = os.read(child.last_words, _SAID_BYTES)
            except BlockingIOError:
                words = b""
            os.close(child.last_words)
            status = os.waitstatus_to_exitcode(status)
            self.tell({"ended": child.number, "status": status, "words": words.decode("latin-1")})

    def tell(self, event: dict[str, Any]) -> None:
        """Send the front a line."""
        _tell(self._front, event)


def _tell(front: socket.socket, event: dict[str, Any]) -> None:
    front.sendall(json.dumps(event).encode() + b"\n")


def _become_worker(connection: int, standard_error: int, dataset: Dataset) -> NoReturn:
    """Turn a fresh fork into a worker."""
    status = 1
    try:
        die_with_parent()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(standard_error, 2)
        os.dup2(connection, 3)
        os.closerange(4, _MOST_DESCRIPTORS)
        with socket.socket(fileno=3) as line:
            work(line, dataset)
        status = 0
    except BrokenPipeError:
        status = 0  # the front wants no more
    except BaseException:  # noqa: BLE001  # a fork must not run what its parent has still to do
        traceback.print_exc()
    finally:
        os._exit(status)


def main(descriptor: int, order: dict[str, Any]) -> None:
    """Run a nursery that the front started."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_DESCRIPTORS, hard))
    with socket.socket(fileno=descriptor) as front:
        try:
            store, prefixes = load_dataset([Path(source) for source in order["sources"]])
        except KGError as error:
            _tell(front, {"failed": str(error), "status": error.exit_status})
            return
        contents = read_contents(store, prefixes)
        dataset = Dataset(store, prefixes, order["seconds"], order["megabytes"])
        rehearse(dataset)
        gc.collect()
        gc.freeze()  # or each worker's first collection would copy the pages of all of this
        dataset = replace(dataset, size=address_space(), no_paths=deny_paths())
        _tell(front, {"loaded": contents.to_json()})
        Nursery(front, dataset).run()
