"""Hold one client's connection to what it may take: bytes of a head, and time."""

import asyncio
from typing import Any, ClassVar, Final

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kg.serve.limits import Limits

_REFUSED: Final = b"HTTP/1.1 %s\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_TOO_LATE: Final = _REFUSED % b"408 Request Timeout"
_TOO_LARGE: Final = _REFUSED % b"431 Request Header Fields Too Large"
_TOO_LONG: Final = _REFUSED % b"414 URI Too Long"


class Connection(HttpToolsProtocol):
    """What uvicorn does for a connection, with limits, which it leaves to a proxy.

    A client that sends its request too slowly, or does not take what it is sent, is cut off. When
    there are too many connections, the one that has waited longest without asking makes room.
    """

    limits: ClassVar[Limits]
    _asking: "ClassVar[dict[Connection, None]]"
    """Connections whose next request is not complete, the longest waiting first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_bytes: int | None = 0
        """Bytes of a head that is not complete."""
        self._due: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Give the client time for a request; end another connection if there are too many."""
        super().connection_made(transport)
        self._asking[self] = None
        self._allow_time()
        if len(self.connections) > self.limits.connections:
            longest_waiting, _ = next(iter(self._asking.items()))
            del self._asking[longest_waiting]
            longest_waiting.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._asking.pop(self, None)
        for timer in (self._due, self._stalled):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head of the request grows too large."""
        super().data_received(data)
        if self._head_bytes is not None:
            self._head_bytes += len(data)
            if self._head_bytes > self.limits.head and not self.transport.is_closing():
                is_url = len(self.url) > self._head_bytes // 2
                self.transport.write(_TOO_LONG if is_url else _TOO_LARGE)
                self.transport.close()

    def on_message_begin(self) -> None:
        """Give time for the rest of the request."""
        super().on_message_begin()
        self._head_bytes = 0
        self._allow_time()

    def on_headers_complete(self) -> None:
        """Hand the request on, or refuse it for its size."""
        self._head_bytes = None
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > self.limits.head:
            is_url = len(self.url) > size // 2
            self.app = _refuse_url if is_url else _refuse_headers
            self.url = b"/"  # which can be parsed, and a long one cannot
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Stop the clock: from now on, it is for us to be quick."""
        super().on_message_complete()
        self._asking.pop(self, None)
        if self._due is not None:
            self._due.cancel()

    def on_response_complete(self) -> None:
        """Wait for the next request; uvicorn times how long."""
        super().on_response_complete()
        self._asking[self] = None

    def pause_writing(self) -> None:
        """Give the client time to take what it was sent."""
        super().pause_writing()
        self._stalled = self.loop.call_later(self.limits.request_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on sending."""
        if self._stalled is not None:
            self._stalled.cancel()
        super().resume_writing()

    def _allow_time(self) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due = self.loop.call_later(self.limits.request_seconds, self._give_up)

    def _give_up(self) -> None:
        is_answered = self._head_bytes is None and self.cycle.response_started
        if not is_answered and not self.transport.is_closing():
            self.transport.write(_TOO_LATE)
            self.transport.close()
        else:
            self.transport.abort()


async def _refuse_url(scope: Scope, receive: Receive, send: Send) -> None:
    response = PlainTextResponse("the URL is too long; POST the query\n", 414)
    response.headers["Connection"] = "close"
    await response(scope, receive, send)


async def _refuse_headers(scope: Scope, receive: Receive, send: Send) -> None:
    response = PlainTextResponse("the headers are too large\n", 431)
    response.headers["Connection"] = "close"
    await response(scope, receive, send)


def limited_connection(limits: Limits) -> type[Connection]:
    """Return what uvicorn makes of each new connection."""
    return type("LimitedConnection", (Connection,), {"limits": limits, "_asking": {}})
