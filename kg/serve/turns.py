"""Decide whose query a free worker takes."""

import asyncio
from collections import Counter, deque
from typing import Generic, TypeVar

from kg.serve.faults import Fault
from kg.serve.limits import Limits

Worker = TypeVar("Worker")


class Turns(Generic[Worker]):
    """Queries wait in the order they came, but no client has more than its share.

    A share is all workers but one, and half of the places to wait. So whoever sends the slowest
    queries there are, and many of them, the others still get an answer.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._free: list[Worker] = []
        self._held: Counter[str] = Counter()
        self._waiting: deque[tuple[str, asyncio.Future[Worker]]] = deque()
        self._waits: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        """How many queries wait."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """How many queries have a worker."""
        return self._held.total()

    async def take(self, client: str) -> Worker:
        """Return a worker for a client; `give_back` must follow.

        Raises:
            Fault: too many wait already, or none became free in time.
        """
        if self._free and self._held[client] < self._limits.share:
            self._held[client] += 1
            return self._free.pop()
        is_full = len(self._waiting) >= self._limits.queue
        if is_full or self._waits[client] >= self._limits.waiting_share:
            raise Fault("busy", "too many queries are waiting; try again later")
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        entry = (client, turn)
        self._waiting.append(entry)
        self._waits[client] += 1
        try:
            async with asyncio.timeout(self._limits.queue_seconds):
                return await turn
        except (TimeoutError, asyncio.CancelledError) as error:
            if turn.done() and not turn.cancelled():  # a worker came at the same moment
                self.give_back(client, turn.result())
            else:
                self._leave(entry)
            if isinstance(error, TimeoutError):
                message = "no worker became free in time; try again later"
                raise Fault("busy", message) from None
            raise

    def give_back(self, client: str, worker: Worker | None) -> None:
        """End a client's turn, with the worker if it can take another query."""
        self._held[client] -= 1
        if self._held[client] <= 0:
            del self._held[client]
        if worker is not None:
            self._free.append(worker)
        self._assign()

    def add(self, worker: Worker) -> None:
        """Take in a fresh worker."""
        self._free.append(worker)
        self._assign()

    def remove(self, worker: Worker) -> None:
        """Forget a worker that has ended while it was free."""
        if worker in self._free:
            self._free.remove(worker)

    def _assign(self) -> None:
        while self._free and (entry := self._next()):
            client, turn = entry
            self._leave(entry)
            self._held[client] += 1
            turn.set_result(self._free.pop())

    def _next(self) -> "tuple[str, asyncio.Future[Worker]] | None":
        """Return who waits longest of those that may have a worker."""
        share = self._limits.share
        for entry in self._waiting:
            client, turn = entry
            if self._held[client] < share and not turn.done():
                return entry
        return None

    def _leave(self, entry: "tuple[str, asyncio.Future[Worker]]") -> None:
        """Take somebody out of those that wait."""
        self._waiting.remove(entry)
        self._waits[entry[0]] -= 1
        if not self._waits[entry[0]]:
            del self._waits[entry[0]]
