"""Remember small answers: the dataset does not change, so neither do they."""

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from kg.serve.backend import Answer, Backend, Health
from kg.serve.contents import Contents
from kg.serve.limits import Limits
from kg.serve.query import Query

_CHANGING: Final = ("NOW", "RAND", "UUID", "BNODE")
"""Functions of SPARQL that give another value each time."""

_OVERHEAD: Final = 500
"""Bytes that an answer takes besides its text and that of its query."""


class Cache:
    """A `Backend` that asks another one only what it has not been asked lately."""

    def __init__(self, backend: Backend, limits: Limits) -> None:
        self._backend = backend
        self._room = limits.cache
        self._answers: OrderedDict[Query, Answer] = OrderedDict()
        self._known_of = backend.contents

    @property
    def contents(self) -> Contents:
        """What is in the store."""
        return self._backend.contents

    def health(self) -> Health:
        """How the store is doing."""
        return self._backend.health()

    @asynccontextmanager
    async def answer(self, query: Query, client: str) -> AsyncIterator[Answer]:
        """Return what is remembered, or ask the store; see `Backend.answer`."""
        contents = self._backend.contents
        if contents is not self._known_of:  # it was loaded again
            self._known_of = contents
            while self._answers:
                self._forget()
        if query in self._answers:
            self._answers.move_to_end(query)
            yield self._answers[query]
            return
        async with self._backend.answer(query, client) as answer:
            if contents is self._backend.contents and not _changes(query):
                self._remember(query, answer)
            yield answer

    def _remember(self, query: Query, answer: Answer) -> None:
        if answer.whole is None or query in self._answers:  # somebody asked it meanwhile
            return
        self._room -= _size(query, answer)
        self._answers[query] = replace(answer, pieces=_NOTHING, is_remembered=True)
        while self._room < 0:
            self._forget()

    def _forget(self) -> None:
        """Forget what was not asked for longest."""
        query, answer = self._answers.popitem(last=False)
        self._room += _size(query, answer)


async def _nothing() -> AsyncIterator[bytes]:
    none: tuple[bytes, ...] = ()
    for piece in none:
        yield piece


_NOTHING: Final = _nothing()
"""In place of pieces, which would keep alive what made them."""


def _changes(query: Query) -> bool:
    """Say whether the answer may be another next time; words in names and texts count as well."""
    text = query.text.upper()
    return any(word in text for word in _CHANGING)


def _size(query: Query, answer: Answer) -> int:
    return len(answer.whole or b"") + 4 * len(query.text) + _OVERHEAD
