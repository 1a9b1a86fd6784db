"""Answer queries from a store elsewhere, under the same limits as from a dataset of our own.

A worker over an empty dataset reads each query first. So what our engine refuses never reaches the
store, a query that takes our parser down costs one worker, and a client has no more queries at a
time than it would have here: while the store works, the worker waits with it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import Final

import re2
from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results

from kg.errors import ServiceError
from kg.guard import read_tokens
from kg.serve.backend import Answer, Health
from kg.serve.contents import COUNT_DEFAULT, COUNT_NAMED, Contents, sum_up
from kg.serve.faults import Fault
from kg.serve.formats import FORMATS, ROWS, Kind
from kg.serve.limits import Limits
from kg.serve.operation import Parameters
from kg.serve.output import PIECE
from kg.serve.pool import Pool
from kg.serve.query import Query
from kg.serve.store import Allowance, StoreClient
from kg.terms import ACP, DEFAULT_BASE, prefixes

_ONE_PROGRAM: Final = f"SELECT ?p {{ ?p a {ACP.Program} }} ORDER BY ?p LIMIT 1"
_DISGUISED: Final = re2.compile(r"\\u00[0-7]|\\U000000[0-7]")
"""What stands for a character of ASCII: some engines read it before they look for strings and
comments, and so find words in them that ours does not."""
_PROBE: Final = "ASK {}"
_PROBE_PAUSE: Final = 5.0
"""Seconds between two looks whether the store is there."""
_PROBE_SECONDS: Final = 5.0
_KINDS: Final = 1_000
"""Bytes of an answer of which only the kind is wanted."""


class Remote:
    """An `Engine` over a store that somebody runs elsewhere."""

    is_fixed = False

    def __init__(self, store: StoreClient, limits: Limits, warn: Callable[[str], None]) -> None:
        self._store = store
        self._limits = limits
        self._warn = warn
        self._screen = Pool((), limits, warn)
        self.broken = self._screen.broken
        self._contents: Contents
        self._trouble = ""
        self._watching: asyncio.Task[None] | None = None

    @property
    def contents(self) -> Contents:
        """What was in the store when it was counted."""
        return self._contents

    def health(self) -> Health:
        """How our workers are doing, and whether the store is there."""
        health = self._screen.health()
        if self._trouble:
            return replace(health, is_up=False, trouble=self._trouble)
        return health

    async def start(self) -> None:
        """Bring up the workers, and count what the store holds.

        Raises:
            ServiceError: the store does not answer, or workers cannot be had.
        """
        await self._screen.start()
        self._store.open(self._limits.workers + 1)  # and one to look whether it is there
        try:
            await self.reload()
        except BaseException:
            await self.stop()
            raise
        self._watching = asyncio.create_task(self._watch())

    async def reload(self) -> None:
        """Count anew.

        Raises:
            ServiceError: the store does not answer.
        """
        try:
            total, named = await self._rows(COUNT_DEFAULT), await self._rows(COUNT_NAMED)
            programs = [row["p"].value for row in await self._rows(_ONE_PROGRAM)]
            self._contents = sum_up(total, named, prefixes(_base_of(programs)))
        except Fault as fault:
            raise ServiceError(f"{self._store.url}: {fault}") from fault
        except (SyntaxError, LookupError, ValueError) as error:
            message = "it counts its triples in a way that is no SPARQL result"
            raise ServiceError(f"{self._store.url}: {message}") from error

    async def _rows(self, text: str) -> QuerySolutions:
        """Return solutions, which are parsed while they are read."""
        async with self._store.ask([("query", text)], self._allow(ROWS["json"])) as pieces:
            found = b"".join([piece async for piece in pieces])
        read = parse_query_results(BytesIO(found), format=QueryResultsFormat.JSON)
        if not isinstance(read, QuerySolutions):
            raise ValueError(found[:100])  # noqa: TRY004  # a fault of the store, not of ours
        return read

    def _allow(self, types: tuple[str, ...]) -> Allowance:
        return Allowance(types, self._limits.seconds, self._limits.answer)

    async def _watch(self) -> None:
        """Look again and again whether the store is there."""
        allowed = replace(self._allow(ROWS["json"]), seconds=_PROBE_SECONDS)
        while True:
            await asyncio.sleep(_PROBE_PAUSE)
            try:
                async with self._store.ask([("query", _PROBE)], allowed) as pieces:
                    async for _ in pieces:
                        pass
                trouble = ""
            except Fault as fault:
                trouble = str(fault)
            if trouble != self._trouble:
                self._warn(f"{self._store.url}: {trouble or 'the store answers again'}")
            self._trouble = trouble

    async def stop(self) -> None:
        """Hang up, and end every worker."""
        if self._watching is not None:
            self._watching.cancel()
        await self._store.close()
        await self._screen.stop()

    @asynccontextmanager
    async def answer(self, query: Query, client: str) -> AsyncIterator[Answer]:
        """Screen a query and pass it on; see `Backend.answer`."""
        if _DISGUISED.search(query.text):
            raise Fault("refused", "write the characters of ASCII as they are, not as \\u00…")
        async with self._screen.answer(replace(query, head=True), client) as screened:
            await screened.read(_KINDS)
            kind, name = screened.kind, query.rows if screened.kind == "rows" else query.graph
            if query.head or name is None:  # without a format, the worker has refused it
                yield Answer(kind, _nothing(), whole=b"")
                return
            parameters = write_parameters(query, self._contents.prefixes)
            async with self._store.ask(parameters, self._allow(FORMATS[kind][name])) as pieces:
                yield await _begin(kind, pieces)


async def _begin(kind: Kind, pieces: AsyncIterator[bytes]) -> Answer:
    """Return an answer when its first bytes are there, and all of them if they are few."""
    first = bytearray()
    async for piece in pieces:
        first += piece
        if len(first) >= PIECE:
            return Answer(kind, _joined(bytes(first), pieces))
    return Answer(kind, _nothing(), whole=bytes(first))


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


async def _nothing() -> AsyncIterator[bytes]:
    for piece in tuple[bytes, ...]():
        yield piece


def _base_of(programs: list[str]) -> str:
    """Return where the IRIs of instances begin, which a store does not tell but by an instance."""
    for program in programs:
        base, mark, _ = program.rpartition("/id/")
        if mark:
            return f"{base}/"
    return DEFAULT_BASE


def write_parameters(query: Query, known: dict[str, str]) -> Parameters:
    r"""Return what a store is sent: nothing of ours is presumed, not even a prefix.

    >>> write_parameters(Query("ASK { ?p a acp:Program }"), {"acp": "http://example.org/"})
    [('query', 'PREFIX acp: <http://example.org/>\nASK { ?p a acp:Program }')]
    """
    words = [token.text for token in read_tokens(query.text) if token.kind in {"word", "iri"}]
    declared = {name for word, name in pairwise(words) if word.upper() == "PREFIX"}
    head = [
        f"PREFIX {name}: {NamedNode(iri)}\n"
        for name, iri in known.items()
        if f"{name}:" in query.text and f"{name}:" not in declared
    ]
    if query.base is not None and "BASE" not in {word.upper() for word in words}:
        head.insert(0, f"BASE {NamedNode(query.base)}\n")
    return [("query", "".join((*head, query.text))), *_graph_parameters(query)]


def _graph_parameters(query: Query) -> Iterator[tuple[str, str]]:
    yield from (("default-graph-uri", name) for name in query.default_graphs or ())
    yield from (("named-graph-uri", name) for name in query.named_graphs or ())
