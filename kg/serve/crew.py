"""Keep a crew: a nursery, and as many workers from it as there should be."""

import asyncio
import itertools
import json
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

from kg.errors import ServiceError
from kg.serve.contents import Contents
from kg.serve.keeper import Ending, Keeper, start_nursery
from kg.serve.limits import Limits
from kg.serve.link import Link, LinkLostError
from kg.terminal import printable

_READY_SECONDS: Final = 30.0
_MOST_FAILURES: Final = 5
"""Workers that may fail to begin one after another."""
_PAUSE: Final = 0.1
"""Seconds before the second try; longer before each further one."""


class Crew:
    """Workers over one dataset; who is lost is replaced.

    `on_ready` hears of each worker that can be asked, `on_lost` of each that no more can be.
    """

    def __init__(
        self, limits: Limits, on_ready: Callable[[Link], None], on_lost: Callable[[Link], None]
    ) -> None:
        self.broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Ends in an error when no workers can be had."""
        self.workers: set[Link] = set()
        self.confinement: dict[str, bool] = {}
        """Which of what confines a worker is in force here."""
        self._limits = limits
        self._on_ready = on_ready
        self._on_lost = on_lost
        self._keeper: Keeper
        self._untold: dict[int, Link] = {}
        self._numbers = itertools.count(1)
        self._failures = 0
        self._complete = asyncio.Event()
        self._empty = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_dismissed = False

    @property
    def contents(self) -> Contents:
        """What is in the dataset."""
        return self._keeper.contents

    async def start(self, sources: Sequence[Path]) -> None:
        """Load a dataset, and return when all workers can be asked.

        Raises:
            NurseryError: the dataset cannot be loaded.
            ServiceError: workers cannot be had, or not be confined.
        """
        self._keeper = await start_nursery(sources, self._limits, self._note_ending)
        for _ in range(self._limits.workers):
            self._begin(self._spawn())
        self._begin(self._watch())
        complete = asyncio.ensure_future(self._complete.wait())
        ends: list[asyncio.Future[Any]] = [complete, self.broken]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if self.broken.done():
                self.broken.result()
        except BaseException:
            await self.stop()
            raise
        finally:
            complete.cancel()

    async def _watch(self) -> None:
        await asyncio.shield(self._keeper.lost)
        if not self._is_dismissed:
            self._break("the process that holds the dataset ended")

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _break(self, message: str) -> None:
        if not self.broken.done():
            self.broken.set_exception(ServiceError(message))

    async def _spawn(self) -> None:
        """Bring up one worker."""
        link = Link(next(self._numbers), self.replace)
        self._untold[link.number] = link
        loop = asyncio.get_running_loop()
        try:
            connection = self._keeper.spawn(link.number)
            await loop.create_unix_connection(lambda: link, sock=connection)
            link.ask(b"", _READY_SECONDS)
            _, report = await link.receive()
        except (OSError, LinkLostError):  # among them that it took too long
            await self._try_again(link)
            return
        confinement = json.loads(report)
        if leaks := confinement.pop("leaks"):
            self._break(f"workers are not confined here: they can {', '.join(leaks)}")
            return
        self.confinement = confinement
        self._failures = 0
        self.workers.add(link)
        if len(self.workers) == self._limits.workers:
            self._complete.set()
        self._on_ready(link)

    async def _try_again(self, link: Link) -> None:
        self._keeper.kill(link.number)
        link.close()
        self._failures += 1
        if self._failures < _MOST_FAILURES:
            await asyncio.sleep(_PAUSE * self._failures)
            self._begin(self._spawn())
        else:
            words = link.ending.result().words.strip() if link.ending.done() else ""
            said = printable(words.rpartition("\n")[2])
            self._break(f"workers end before they begin{said and f': {said}'}")

    def _note_ending(self, number: int, ending: Ending) -> None:
        link = self._untold.pop(number, None)
        if link is not None:
            link.ending.set_result(ending)

    def replace(self, link: Link) -> None:
        """End a worker and bring up another; once for each."""
        if link not in self.workers:
            return
        self.workers.discard(link)
        self._keeper.kill(link.number)
        link.close()
        self._on_lost(link)
        if not self._is_dismissed:
            self._begin(self._spawn())
        elif not self.workers:
            self._empty.set()

    def dismiss(self) -> None:
        """Let each worker end after what it is doing; `drain` waits for that."""
        self._is_dismissed = True
        for link in [*self.workers]:
            link.is_over = True
            if not link.is_busy:
                self.replace(link)

    async def drain(self) -> None:
        """Return when everyone who was dismissed has left, and the nursery too."""
        await self._empty.wait()
        await self.stop()

    async def stop(self) -> None:
        """End every process."""
        self._is_dismissed = True
        for task in [*self._tasks]:
            task.cancel()
        await self._keeper.stop()
