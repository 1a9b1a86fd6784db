"""Send HTTP requests from many connections at once, and time the answers.

Nothing is measured by this file itself: `endpoint.py` uses it.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count, cycle
from statistics import median
from typing import cast
from urllib.parse import urlencode

_NUMBERS = count()


@dataclass
class Load:
    """What came of some seconds with some clients."""

    rate: float
    """Requests a second."""
    middle: float
    """Milliseconds within which half of the requests were answered."""
    late: float
    """Milliseconds within which 99 of 100 were."""
    statuses: Counter[bytes]

    @property
    def errors(self) -> int:
        """Requests that were not answered with a 200."""
        return self.statuses.total() - self.statuses[b"200"]


def make_request(port: int, path: str, query: str) -> bytes:
    """Return a GET request for a query."""
    return (
        f"GET {path}?{urlencode({'query': query})} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Accept: application/sparql-results+json\r\n\r\n"
    ).encode()


def repeat(requests: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the same requests again and again."""
    return cycle(requests)


def vary(requests: Sequence[bytes]) -> Iterator[bytes]:
    """Yield requests again and again, each with a comment in its query that none had before."""
    return (
        request.replace(b" HTTP/1.1", b"%%23%d HTTP/1.1" % next(_NUMBERS))
        for request in cycle(requests)
    )


async def send_load(port: int, requests: Iterator[bytes], clients: int, seconds: float) -> Load:
    """Ask with some clients at once, each of which waits for one answer before the next."""
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    made = [_Client(requests, started + seconds) for _ in range(clients)]
    for client in made:
        await loop.create_connection(partial(_itself, client), "127.0.0.1", port)
    await asyncio.gather(*(client.done for client in made))
    took = time.perf_counter() - started
    times = sorted(seconds for client in made for seconds in client.seconds) or [0.0]
    return Load(
        len(times) / took,
        median(times) * 1000,
        times[int(len(times) * 0.99)] * 1000,
        sum((client.statuses for client in made), Counter()),
    )


def _itself(client: "_Client") -> "_Client":
    return client


class _Client(asyncio.Protocol):
    """One connection: it does as little as it can, since it runs on the same machine."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self.seconds: list[float] = []
        self.statuses: Counter[bytes] = Counter()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._until = until
        self._received = bytearray()
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def _send(self) -> None:
        self._received.clear()
        self._sent = time.perf_counter()
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not _is_whole(self._received):
            return
        now = time.perf_counter()
        self.seconds.append(now - self._sent)
        self.statuses[bytes(self._received[9:12])] += 1
        if now < self._until:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None or time.perf_counter() < self._until:
            self.statuses[b"lost"] += 1
        if not self.done.done():
            self.done.set_result(None)


def _is_whole(response: bytearray) -> bool:
    """Say whether a response has come to its end."""
    end = response.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(response[:end]).lower()
    if b"transfer-encoding: chunked" in head:
        return response.endswith(b"0\r\n\r\n")
    length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return len(response) >= end + 4 + int(length or 0)
