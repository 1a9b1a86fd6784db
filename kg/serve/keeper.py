"""Keep a nursery: start it, give it orders, hear from it."""

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kg.errors import KGError
from kg.serve.contents import Contents
from kg.serve.limits import Limits

_CODE: Final = (
    "import json, sys; descriptor, order = int(sys.argv[1]), json.loads(sys.argv[2]);"
    " sys.path[:] = order['path']; from kg.serve.nursery import main; main(descriptor, order)"
)
_LONGEST_LINE: Final = 1 << 24
_FAREWELL: Final = 3.0
"""Seconds that a nursery has to end its workers and itself."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a worker ended: its exit status, or a signal as a negative number, and its last words."""

    status: int
    words: str


class NurseryError(KGError):
    """A nursery that could not begin; the exit status is that of its reason."""

    def __init__(self, message: str, status: int) -> None:
        self.exit_status = status
        super().__init__(message)


class Keeper:
    """The front's side of a nursery; `start_nursery` makes one."""

    def __init__(self, process: asyncio.subprocess.Process, line: socket.socket) -> None:
        self.contents: Contents
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the nursery is no more."""
        self._process = process
        self._line = line
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None

    async def load(self, on_ending: Callable[[int, Ending], None]) -> None:
        """Wait until the dataset is loaded; from then on, pass on how workers end.

        Raises:
            NurseryError: it cannot be loaded.
        """
        reader, self._writer = await asyncio.open_unix_connection(
            sock=self._line, limit=_LONGEST_LINE
        )
        event = await _read_event(reader)
        if event is None:
            status = await self._process.wait()
            raise NurseryError(f"the process that loads the dataset ended ({status})", 6)
        if "failed" in event:
            raise NurseryError(event["failed"], event["status"])
        self.contents = Contents.from_json(event["loaded"])
        self._listening = asyncio.create_task(self._listen(reader, on_ending))

    async def _listen(
        self, reader: asyncio.StreamReader, on_ending: Callable[[int, Ending], None]
    ) -> None:
        while (event := await _read_event(reader)) is not None:
            on_ending(event["ended"], Ending(event["status"], event["words"]))
        self.lost.set_result(None)

    def spawn(self, number: int) -> socket.socket:
        """Order a worker, and return the front's end of a connection to it."""
        ours, theirs = socket.socketpair()
        with theirs, contextlib.suppress(OSError):  # if it is lost, so is the connection
            socket.send_fds(self._line, [f"spawn {number}\n".encode()], [theirs.fileno()])
        return ours

    def kill(self, number: int) -> None:
        """Order the end of a worker."""
        with contextlib.suppress(OSError):
            self._line.send(f"kill {number}\n".encode())

    async def stop(self) -> None:
        """End the nursery with all its workers, and return when they are gone."""
        if self._listening is not None:
            self._listening.cancel()
        if self._writer is not None:
            self._writer.close()
        self._line.close()
        try:
            await asyncio.wait_for(self._process.wait(), _FAREWELL)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def _read_event(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    line = await reader.readline()
    event: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
    return event


async def start_nursery(
    sources: Sequence[Path], limits: Limits, on_ending: Callable[[int, Ending], None]
) -> Keeper:
    """Start a nursery and return when it has loaded the dataset.

    Raises:
        NurseryError: it could not, and why.
    """
    ours, theirs = socket.socketpair()
    order = {
        "sources": [os.fspath(source) for source in sources],
        "seconds": limits.seconds,
        "megabytes": limits.megabytes,
        "path": sys.path,
    }
    with theirs:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-c", _CODE, str(theirs.fileno()), json.dumps(order)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # so that Ctrl-C reaches the front alone
        )
    keeper = Keeper(process, ours)
    try:
        await keeper.load(on_ending)
    except BaseException:
        await keeper.stop()
        raise
    return keeper
