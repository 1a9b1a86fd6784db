"""Say what the front needs of a store: something that answers queries within limits.

The pool of workers over a dataset is one; a client of a store elsewhere is another.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from kg.serve.contents import Contents
from kg.serve.faults import Fault
from kg.serve.formats import Kind
from kg.serve.query import Query


@dataclass(slots=True)
class Answer:
    """What a query found, as bytes in the format that the query asked for.

    `pieces` are computed while they are read; reading them can end in a Fault.
    """

    kind: Kind
    pieces: AsyncIterator[bytes]
    whole: bytes | None = None
    """All the bytes, where they are there already; then there are no pieces to wait for."""
    is_remembered: bool = False
    """Whether nobody had to work for it."""

    async def read(self, limit: int) -> bytes:
        """Return all the bytes.

        Raises:
            Fault: there are more than a limit, or no answer after all.
        """
        if self.whole is not None:
            return self.whole
        found = bytearray()
        async for piece in self.pieces:
            found += piece
            if len(found) > limit:
                raise Fault("large", f"the answer has more than {limit:,} bytes")
        return bytes(found)


@dataclass(frozen=True, slots=True)
class Health:
    """How a store is doing."""

    is_up: bool
    workers: int
    running: int
    waiting: int
    ended: Mapping[str, int]
    """Workers that had to be replaced, by the reason."""
    trouble: str = "no worker"
    """What keeps it from answering, if it is not up."""


class Backend(Protocol):
    """Answers queries and holds its limits: an engine, or what stands before one."""

    @property
    def contents(self) -> Contents:
        """What is in the store."""
        ...

    def health(self) -> Health:
        """How it is doing, without asking it anything that takes time."""
        ...

    def answer(self, query: Query, client: str) -> AbstractAsyncContextManager[Answer]:
        """Ask the store on behalf of a client, a name that tells it from others.

        Leaving the context before the answer is read to its end stops the query.

        Raises:
            Fault: there is no answer.
        """
        ...


class Engine(Backend, Protocol):
    """A store with a life: it is started first, stopped last, and may have to give up."""

    is_fixed: bool
    """Whether what it holds stays the same until it is loaded again."""
    broken: asyncio.Future[None]
    """Ends in a KGError when the engine cannot go on."""

    async def start(self) -> None:
        """Get ready to answer.

        Raises:
            KGError: it cannot.
        """
        ...

    async def reload(self) -> None:
        """Take up what has changed in the store; on an error, go on as before.

        Raises:
            KGError: what is new cannot be taken up.
        """
        ...

    async def stop(self) -> None:
        """Stop answering, and leave nothing running."""
        ...
