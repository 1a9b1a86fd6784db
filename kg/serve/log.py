"""Write log lines without ever making the service wait for who reads them."""

import asyncio
import contextlib
from collections import deque
from typing import BinaryIO, Final

_MOST_LINES: Final = 10_000
_PAUSE: Final = 0.2
"""Seconds between two writes."""


class LogWriter:
    """Keeps lines for a short while, and writes them from a thread.

    When nobody reads what is written, the oldest of the kept lines are dropped, and their number
    is told. When the stream is closed, so is the log.
    """

    def __init__(self, stream: BinaryIO | None) -> None:
        self._stream = stream
        self._lines: deque[str] = deque(maxlen=_MOST_LINES)
        self._dropped = 0

    def write(self, line: str) -> None:
        """Keep a line."""
        self._dropped += len(self._lines) == _MOST_LINES
        self._lines.append(line)

    async def run(self) -> None:
        """Write what is kept, again and again."""
        while self._stream is not None:
            await asyncio.sleep(_PAUSE)
            if self._lines:
                text = self._take()
                if not await asyncio.to_thread(self._put, text):
                    self._stream = None

    def finish(self) -> None:
        """Write what is left."""
        if self._lines:
            self._put(self._take())

    def _take(self) -> bytes:
        text = "".join(f"{line}\n" for line in self._lines)
        if self._dropped:
            text += f'{{"dropped": {self._dropped}}}\n'
        self._lines.clear()
        self._dropped = 0
        return text.encode()

    def _put(self, text: bytes) -> bool:
        if self._stream is None:
            return False
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()
            return True
        return False
