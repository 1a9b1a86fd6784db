"""Ask a store that somebody runs elsewhere, over the SPARQL 1.1 Protocol.

Requests go to the address that the operator gave and nowhere else: no redirect is followed, and
no proxy is taken from the environment.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import httpx

from kg.access import NOBODY, Credentials, make_auth, read_address
from kg.serve.faults import Fault, Outcome
from kg.serve.operation import FORM_TYPE, Parameters
from kg.terminal import printable

Taken = TypeVar("Taken")

_SAID: Final = 2_000
"""Bytes of an error that are read."""
_SHOWN: Final = 200
_REASONS: Final[dict[int, tuple[Outcome, str]]] = {
    401: ("unavailable", "the store asks for another name or password than the service has"),
    403: ("unavailable", "the store does not let the service ask"),
    404: ("unavailable", "the store has no SPARQL endpoint at the address that the service has"),
    405: ("unavailable", "the store takes no posted queries at the address that the service has"),
    406: ("unacceptable", "the store does not write this format; take JSON, or N-Triples"),
    408: ("late", "the store gave up on the query"),
    413: ("large", "the query is too large for the store"),
    429: ("busy", "the store has too much to do; try again later"),
    503: ("busy", "the store has too much to do, or gave up on the query; try again later"),
    504: ("late", "the store gave up on the query"),
}


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an answer may be: one of these media types, within so many seconds and bytes."""

    types: tuple[str, ...]
    seconds: float
    size: int


class StoreClient:
    """A client of one store.

    >>> StoreClient("ftp://example.org/sparql")
    Traceback (most recent call last):
    kg.errors.UsageError: ftp://example.org/sparql: not an http or https address
    """

    def __init__(self, url: str, credentials: Credentials = NOBODY) -> None:
        self.url = url
        self._address = read_address(url, credentials)
        self._auth = make_auth(credentials)
        self._client: httpx.AsyncClient

    def open(self, connections: int) -> None:
        """Get ready for so many queries at a time; `close` follows."""
        self._client = httpx.AsyncClient(
            auth=self._auth,
            timeout=None,  # noqa: S113  # each query has its own
            limits=httpx.Limits(max_connections=connections),
            follow_redirects=False,
            trust_env=False,
        )

    async def close(self) -> None:
        """End the connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def ask(
        self, parameters: Parameters, allowed: Allowance
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Send a query, and give the answer in pieces, which are fetched while they are read.

        Leaving the context hangs up on the store.

        Raises:
            Fault: there is no answer; reading the pieces can end in one as well.
        """
        clock = _Clock(allowed.seconds)
        request = self._client.build_request(
            "POST",
            self._address,
            content=str(httpx.QueryParams([*parameters])).encode(),
            headers={
                "Content-Type": FORM_TYPE,
                "Accept": allowed.types[0],
                "Accept-Encoding": "identity",
            },
        )
        response = await clock.wait(lambda: self._client.send(request, stream=True))
        try:
            await _check(response, allowed, clock)
            yield _pieces(response, allowed, clock)
        finally:
            await response.aclose()


class _Clock:
    """Waits for a store, so many seconds in all."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._left = seconds

    async def wait(self, work: Callable[[], Coroutine[Any, Any, Taken]]) -> Taken:
        """Return what the store gives.

        Raises:
            Fault: it gives nothing, or not in time.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(max(0.0, self._left)):
                return await work()
        except TimeoutError:
            message = f"the store takes more than {self._seconds:g} seconds"
            raise Fault("late", message) from None
        except httpx.ConnectError:
            raise Fault("unavailable", "the store cannot be reached") from None
        except httpx.HTTPError:
            raise Fault("unavailable", "the store broke off") from None
        finally:
            self._left -= loop.time() - started


async def _check(response: httpx.Response, allowed: Allowance, clock: _Clock) -> None:
    """Refuse what is no answer, in words that a client may read: no address, no name."""
    code = response.status_code
    if response.is_redirect:
        raise Fault("unavailable", "the store points to another address, which is not followed")
    if code in _REASONS:
        raise Fault(*_REASONS[code])
    if code == 400:
        said = await clock.wait(lambda: _beginning(response))
        raise Fault("refused", f"the store refuses the query{said and f': {said}'}")
    if not response.is_success:
        raise Fault("unavailable", f"the store failed ({code})")
    given = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in allowed.types:
        message = f"the store answers with {printable(given) or 'no type'}, not {allowed.types[0]}"
        raise Fault("unavailable", message)
    if response.headers.get("content-encoding", "identity") != "identity":
        raise Fault("unavailable", "the store packs its answers, which it was not asked to")


async def _beginning(response: httpx.Response) -> str:
    """Return the first line of an error."""
    said = b""
    async for piece in response.aiter_raw():
        said += piece
        if len(said) > _SAID:
            break
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return printable(lines[0][:_SHOWN]) if lines else ""


async def _pieces(
    response: httpx.Response, allowed: Allowance, clock: _Clock
) -> AsyncIterator[bytes]:
    pieces, size = response.aiter_raw(), 0

    async def following() -> bytes:
        return await anext(pieces, b"")

    while piece := await clock.wait(following):
        size += len(piece)
        if size > allowed.size:
            raise Fault("large", f"the answer has more than {allowed.size:,} bytes")
        yield piece
