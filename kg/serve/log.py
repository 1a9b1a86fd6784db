"""Write log lines without ever making the service wait for who reads them."""

import os
import threading
from collections import deque
from collections.abc import Iterator
from typing import Final

_MOST_LINES: Final = 10_000
_PAUSE: Final = 0.2
"""Seconds between two writes."""
_FAREWELL: Final = 1.0
"""Seconds that the last lines have to be written."""


class LogWriter:
    """Keeps lines for a moment, and writes them to a descriptor from a thread of its own.

    When nobody reads what is written, the oldest of the kept lines are dropped, and their number
    is told. When the reader has gone, so is the log.
    """

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._lines: deque[str] = deque(maxlen=_MOST_LINES)
        self._dropped = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Keep a line."""
        self._dropped += len(self._lines) == _MOST_LINES
        self._lines.append(line)

    def finish(self) -> None:
        """Write what is left, if somebody reads it."""
        self._is_over.set()
        self._thread.join(_FAREWELL)

    def _run(self) -> None:
        is_over = False
        while self._descriptor is not None and not is_over:
            is_over = self._is_over.wait(_PAUSE)
            text = "".join(self._take())
            self._put(text.encode())

    def _take(self) -> Iterator[str]:
        """Yield the lines that are there; the service may add to them meanwhile."""
        for _ in range(len(self._lines)):
            yield f"{self._lines.popleft()}\n"
        if self._dropped:
            yield f'{{"dropped": {self._dropped}}}\n'
            self._dropped = 0

    def _put(self, rest: bytes) -> None:
        try:
            while rest and self._descriptor is not None:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            self._descriptor = None
