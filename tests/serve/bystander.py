"""A client that asks small questions while others do harm."""

import threading
import time
from types import TracebackType
from typing import Self

from .live import Live, Reply, fresh

ADDRESS = "127.0.0.2"
"""Another address of this machine, so that it is another client."""


class Bystander:
    """Asks again and again, from its own thread and address, until the block ends."""

    def __init__(self, service: Live) -> None:
        self.answered: list[float] = []
        """When an answer came, by the monotonic clock."""
        self.refused: list[Reply] = []
        self._service = service
        self._is_done = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        while not self._is_done.wait(0.02):
            reply = self._service.query(fresh("ASK { ?s ?p ?o }"), source=ADDRESS)
            if reply.status == 200 and b"true" in reply.body:
                self.answered.append(time.monotonic())
            else:
                self.refused.append(reply)

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

    def answers_between(self, start: float, end: float) -> int:
        """Return how many answers came in a stretch of time."""
        return sum(start < moment < end for moment in self.answered)
