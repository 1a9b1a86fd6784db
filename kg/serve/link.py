"""Connect the front to one worker."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, cast

from kg.serve.frames import ENDS, Frame, Unpacker
from kg.serve.keeper import Ending

_MOST_FRAMES: Final = 4
"""Frames that may wait to be read, before the worker has to."""


class LinkLostError(Exception):
    """The worker is not there any more."""


class Link(asyncio.Protocol):
    """Sends queries to a worker and receives frames; one query at a time."""

    def __init__(self, number: int, on_lost: "Callable[[Link], None]") -> None:
        self.number = number
        self.ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        """How the worker ended, once the nursery has told."""
        self.is_busy = False
        """Whether it was asked something and has not come to an end yet."""
        self.is_over = False
        """Whether the worker is lost, has announced its end, or is not wanted any more."""
        self._on_lost = on_lost
        self._transport: asyncio.Transport | None = None
        self._frames: deque[Frame] = deque()
        self._unpacker = Unpacker()
        self._waiter: asyncio.Future[None] | None = None
        self._seconds = 0.0

    def ask(self, frame: bytes, seconds: float) -> None:
        """Send a packed frame, or nothing; so long may be waited for what comes back, in all."""
        self.is_busy = True
        self._seconds = seconds
        if self._transport is not None:
            self._transport.write(frame)

    async def receive(self) -> Frame:
        """Return the next frame.

        Raises:
            TimeoutError: the worker has had its seconds.
            LinkLostError: the worker ended.
        """
        if not self._frames:
            await self._wait()
        return self._next_frame()

    def _next_frame(self) -> Frame:
        frame = self._frames.popleft()
        if not self._frames and self._transport is not None:
            self._transport.resume_reading()
        self.is_busy = frame[0] not in ("ready", *ENDS)
        self.is_over |= frame[0] == "retire"
        return frame

    def has_ended(self) -> bool:
        """Say whether the answer has come to its end, as far as is known without waiting."""
        if self._frames and self._frames[0][0] in ENDS:
            self._next_frame()
        return not self.is_busy

    async def _wait(self) -> None:
        if self._transport is None:
            raise LinkLostError
        loop = asyncio.get_running_loop()
        started = loop.time()
        self._waiter = loop.create_future()
        timer = loop.call_later(max(0.0, self._seconds), self._wake, TimeoutError())
        try:
            await self._waiter
        finally:
            timer.cancel()
            self._waiter = None
            self._seconds -= loop.time() - started

    def _wake(self, error: Exception | None = None) -> None:
        if self._waiter is None or self._waiter.done():
            return
        if error is None:
            self._waiter.set_result(None)
        else:
            self._waiter.set_exception(error)

    def end(self) -> None:
        """Have the worker replaced."""
        self._on_lost(self)

    def close(self) -> None:
        """Hang up; a worker that waits to be asked ends."""
        self.is_over = True
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what asyncio gives."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take what the worker sends; nonsense ends the connection."""
        try:
            self._frames.extend(self._unpacker.feed(data))
        except ValueError:
            self.close()
            return
        if self._transport is not None and len(self._frames) >= _MOST_FRAMES:
            self._transport.pause_reading()
        if self._frames:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's name
        """Tell who waits, and who replaces workers."""
        self._transport = None
        self.is_over = True
        self._wake(LinkLostError())
        self._on_lost(self)
