"""Answer queries from a pool of workers that are killed when they break a limit."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from kg.errors import KGError, ServiceError
from kg.serve.backend import Answer, Health
from kg.serve.contents import Contents
from kg.serve.crew import Crew
from kg.serve.faults import Fault, read_outcome
from kg.serve.frames import ENDS, Frame, pack
from kg.serve.limits import Limits
from kg.serve.link import Link, LinkLostError
from kg.serve.query import Query
from kg.serve.turns import Turns

_NOTICE: Final = 1.0
"""Seconds within which a nursery tells how a worker ended."""
_OUT_OF_MEMORY: Final = ("memory allocation of", "MemoryError")
"""What the engine, or Python, says when there is no more."""
_MOST_RENEWALS: Final = 3
"""Times that the whole crew may be lost within a minute."""
_WITHOUT: Final = {
    "memory": "no limit on the memory of a query holds on this system",
    "paths": "this system has no Landlock: only the limit on descriptors keeps a worker from files",
}


class Pool:
    """An `Engine` over a dataset in memory."""

    is_fixed = True

    def __init__(
        self, sources: Sequence[Path], limits: Limits, warn: Callable[[str], None]
    ) -> None:
        self.broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Ends in an error when the pool cannot go on."""
        self._sources = sources
        self._limits = limits
        self._warn = warn
        self._turns: Turns[Link] = Turns(limits)
        self._crew: Crew
        self._ended: Counter[str] = Counter()
        self._renewals: list[float] = []
        self._reloading = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def contents(self) -> Contents:
        """What is in the dataset."""
        return self._crew.contents

    def health(self) -> Health:
        """How the workers are doing."""
        workers = len(self._crew.workers)
        turns = self._turns
        return Health(workers > 0, workers, turns.running, turns.waiting, self._ended)

    async def start(self) -> None:
        """Load the dataset and bring up every worker.

        Raises:
            NurseryError: the dataset cannot be loaded.
            ServiceError: workers cannot be had, or not be confined.
        """
        self._crew = await self._hire()
        for name, holds in self._crew.confinement.items():
            if not holds:
                self._warn(_WITHOUT[name])

    async def _hire(self) -> Crew:
        crew = Crew(self._limits, self._turns.add, self._turns.remove)
        await crew.start(self._sources)
        crew.broken.add_done_callback(lambda broken: self._begin_renewal(crew, broken.exception()))
        return crew

    def _begin_renewal(self, crew: Crew, error: BaseException | None) -> None:
        if crew is self._crew and error is not None:
            self._warn(f"{error}; loading the dataset again")
            self._keep(asyncio.create_task(self._renew()))

    async def _renew(self) -> None:
        now = asyncio.get_running_loop().time()
        self._renewals = [*(time for time in self._renewals if now - time < 60), now]
        try:
            if len(self._renewals) > _MOST_RENEWALS:
                raise ServiceError("the workers were lost again and again")
            await self.reload()
        except KGError as error:
            self.broken.set_exception(error)

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def reload(self) -> None:
        """Load the sources anew and let new workers take over; on an error, the old ones stay.

        Raises:
            NurseryError: the sources cannot be loaded any more.
            ServiceError: workers cannot be had.
        """
        async with self._reloading:
            new = await self._hire()
            old, self._crew = self._crew, new
            self._keep(asyncio.create_task(old.dismiss()))

    async def stop(self) -> None:
        """End every process."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._crew.stop()

    @asynccontextmanager
    async def answer(self, query: Query, client: str) -> AsyncIterator[Answer]:
        """Ask a worker; see `Backend.answer`."""
        link = await self._turns.take(client)
        link.ask(pack("query", query.to_bytes()), self._limits.seconds)
        reason: str = "gone"
        try:
            yield await self._first(link)
            reason = "retired"
        except Fault as fault:
            reason = fault.outcome
            raise
        finally:
            self._give_back(client, link, reason)

    def _give_back(self, client: str, link: Link, reason: str) -> None:
        if link.is_busy or link.is_over:
            self._ended[reason] += 1
            link.end()
            self._turns.give_back(client, None)
        else:
            self._turns.give_back(client, link)

    async def _first(self, link: Link) -> Answer:
        """Return an answer when its first piece is there, and perhaps all of it."""
        kind, piece = await self._receive(link)
        return Answer(
            "graph" if kind == "graph" else "rows",
            self._pieces(link, piece),
            whole=piece if link.has_ended() else None,
        )

    async def _pieces(self, link: Link, piece: bytes) -> AsyncIterator[bytes]:
        while True:
            yield piece
            kind, piece = await self._receive(link)
            if kind in ENDS:
                return

    async def _receive(self, link: Link) -> Frame:
        try:
            kind, payload = await link.receive()
        except TimeoutError:
            raise self._late() from None
        except LinkLostError:
            raise await self._explain_loss(link) from None
        if kind == "fault":
            outcome, _, message = payload.decode().partition(" ")
            link.has_ended()
            raise Fault(read_outcome(outcome), message)
        return kind, payload

    def _late(self) -> Fault:
        return Fault("time", f"the query takes more than {self._limits.seconds:g} seconds")

    async def _explain_loss(self, link: Link) -> Fault:
        await asyncio.wait([link.ending], timeout=_NOTICE)
        if not link.ending.done():
            return Fault("crashed", "the process that worked on the query was lost; try again")
        ending = link.ending.result()
        if any(words in ending.words for words in _OUT_OF_MEMORY):
            return Fault("memory", f"the query takes more than {self._limits.megabytes} MB")
        if ending.status == -signal.SIGPROF:
            return self._late()
        return Fault("crashed", "the engine failed on this query; others are not affected")
