"""A client that asks small questions while others do harm."""

import threading
import time
from types import TracebackType
from typing import Self

from .live import Live, Reply, fresh

ADDRESS = "127.0.0.2"
"""Another address of this machine, so that it is another client."""
TOLERANCE = 0.5
"""Seconds that a limit may be overstepped by, and that somebody else's small question may take."""
PAUSE = 0.02
HANDS = 4
"""Processes that a request passes through, each of which a busy machine may leave waiting."""


class Bystander:
    """Asks again and again, from its own thread and address, until the block ends."""

    def __init__(self, service: Live) -> None:
        self.answered: list[float] = []
        """When an answer came, by the monotonic clock."""
        self.slowest = 0.0
        """Seconds that the answer took that took longest."""
        self.lateness = 0.0
        """Seconds by which the machine woke us late from a pause, at most."""
        self.refused: list[Reply] = []
        self._service = service
        self._is_done = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        while not self._pause():
            asked = time.monotonic()
            reply = self._service.query(fresh("ASK { ?s ?p ?o }"), source=ADDRESS)
            self.slowest = max(self.slowest, time.monotonic() - asked)
            if reply.status == 200 and b"true" in reply.body:
                self.answered.append(time.monotonic())
            else:
                self.refused.append(reply)

    def _pause(self) -> bool:
        started = time.monotonic()
        is_done = self._is_done.wait(PAUSE)
        if not is_done:
            self.lateness = max(self.lateness, time.monotonic() - started - PAUSE)
        return is_done

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_done.set()
        self._thread.join()

    @property
    def tolerance(self) -> float:
        """Half a second, and what the machine had others do instead."""
        return TOLERANCE + HANDS * self.lateness

    def answers_between(self, start: float, end: float) -> int:
        """Return how many answers came in a stretch of time."""
        return sum(start < moment < end for moment in self.answered)
