"""Share work among processes that are forked from this one, and take the results in order.

A fork sees what its parent holds without copying it, so only items and results travel. That is
safe where the parent has one thread, which a command has; on systems other than Linux, and with
one worker, everything is done in this process. A worker ends with its parent, however that ends.
"""

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import active_children, get_context
from pathlib import Path
from threading import active_count
from typing import Any, Final, TypeVar

from kg.errors import KGError
from kg.serve.confine import die_with_parent, trim_memory

Item = TypeVar("Item")
Result = TypeVar("Result")

_BATCH: Final = 16
"""Documents that travel together."""
_AHEAD: Final = 3
"""Items that wait for each worker: it never idles, and memory does not grow with the work."""


class WorkerError(KGError):
    """A worker that was killed, most likely because memory ran out."""


def count_processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def batched(items: Iterable[Item], size: int = _BATCH) -> Iterator[tuple[Item, ...]]:
    """Yield items in groups, of so many that they are worth sending to another process.

    >>> list(batched("abc", 2))
    [('a', 'b'), ('c',)]
    """
    items = iter(items)
    while batch := tuple(islice(items, size)):
        yield batch


def map_ordered(
    function: Callable[[Item], Result], items: Iterable[Item], workers: int
) -> Iterator[Result]:
    """Yield what a function makes of each item, in the order of the items.

    >>> list(map_ordered(str.upper, ["a", "b"], workers=1))
    ['A', 'B']

    Raises:
        WorkerError: the system killed a worker.
    """
    items = iter(items)
    first = tuple(islice(items, 2))
    if workers < 2 or len(first) < 2 or not _may_fork():
        yield from map(function, chain(first, items))
        return
    yield from _map_forked(function, chain(first, items), workers)


@dataclass(frozen=True, slots=True)
class Workshop:
    """How many processes share the work, and where they put what memory should not hold."""

    workers: int = 1
    folder: Path | None = None

    def map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """Yield what a function makes of each item, in their order; only numbers travel to it.

        >>> list(Workshop().map(str.upper, ["a", "b"]))
        ['A', 'B']
        """

        def each(numbers: Sequence[int]) -> list[Result]:
            with uncollected():
                return [function(items[number]) for number in numbers]

        for batch in map_ordered(each, batched(range(len(items))), self.workers):
            yield from batch


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector from searching for cycles again and again what a task is just making.

    >>> with uncollected():
    ...     gc.isenabled()
    False
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _may_fork() -> bool:
    return sys.platform == "linux" and active_count() == 1


def run_all(tasks: Sequence[Callable[[], Any]], workers: int) -> Iterator[Any]:
    """Yield what each task returns, running as many at once as there are workers.

    >>> list(run_all([dict, list], workers=1))
    [{}, []]
    """
    return map_ordered(lambda number: tasks[number](), range(len(tasks)), workers)


def _map_forked(
    function: Callable[[Item], Result], items: Iterator[Item], workers: int
) -> Iterator[Result]:
    others = active_children()
    trim_memory()
    gc.freeze()  # else the collector would write to, and so copy, every page that workers share
    pool = ProcessPoolExecutor(workers, get_context("fork"), _begin, (function, os.getpid()))
    try:
        yield from _in_order(pool, items, workers * _AHEAD)
    except BrokenProcessPool as error:
        message = "a worker was killed, perhaps for want of memory; try again with --workers 1"
        raise WorkerError(message) from error
    except BaseException:
        for worker in active_children():
            if worker not in others:
                worker.kill()  # what it does is of no use any more
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        gc.unfreeze()


def _in_order(pool: ProcessPoolExecutor, items: Iterator[Any], ahead: int) -> Iterator[Any]:
    waiting: deque[Future[Any]] = deque(pool.submit(_work, item) for item in islice(items, ahead))
    while waiting:
        yield waiting.popleft().result()
        waiting.extend(pool.submit(_work, item) for item in islice(items, 1))


_function: Callable[[Any], Any]
"""What this process, as a worker, does; inherited, so that it need not be sent."""


def _begin(function: Callable[[Any], Any], parent: int) -> None:
    global _function  # noqa: PLW0603 - a worker is made for one function
    _function = function
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the parent is told as well, and says so
    die_with_parent()
    if os.getppid() != parent:
        os._exit(1)  # it ended before the system knew


def _work(item: Any) -> Any:
    return _function(item)
