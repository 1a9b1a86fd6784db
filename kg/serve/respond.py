"""Answer one request with what a store finds."""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from kg.serve.backend import Answer, Backend
from kg.serve.faults import Fault
from kg.serve.limits import Limits
from kg.serve.operation import Operation
from kg.serve.site import Site
from kg.serve.watch import Watch

ALWAYS: Final = ((b"vary", b"Accept"), (b"cache-control", b"no-cache"))


@dataclass(frozen=True, slots=True)
class Service:
    """A store, where it is offered, and under which limits: what every route needs."""

    backend: Backend
    site: Site
    limits: Limits

    def url_of(self, scope: Scope) -> str:
        """Return where the service is for who sent a request, without a slash at the end."""
        if self.site.public_url is not None:
            return self.site.public_url.rstrip("/")
        return f"{scope['scheme']}://{Headers(scope=scope)['host']}"


def client_of(scope: Scope) -> str:
    """Return the address that a request came from."""
    client = scope.get("client")
    return client[0] if client else "unknown"


async def answer_request(
    service: Service, operation: Operation, scope: Scope, receive: Receive, send: Send
) -> None:
    """Ask the store, and send the answer while it comes.

    Once the first bytes are out, a fault leaves the response without its end, so that no client
    can take what it has for all there is.

    Raises:
        Fault: there is no answer, and nothing was sent.
    """
    watch = Watch(receive)
    sender = _Sender(send, service.limits.send_seconds, is_head=operation.query.head)
    try:
        async with service.backend.answer(operation.query, client_of(scope)) as answer:
            form = operation.form_of(answer.kind)
            await sender.send_answer(answer, form.content_type)
    except Fault:
        if not sender.has_begun:
            raise
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if not watch.is_client_gone or (task is not None and task.uncancel() > 0):
            raise
    finally:
        watch.end()


class _Sender:
    """Sends one answer, to a client that takes it in time."""

    def __init__(self, send: Send, seconds: float, *, is_head: bool) -> None:
        self.has_begun = False
        self._is_head = is_head
        self._send = send
        self._seconds = seconds

    async def send_answer(self, answer: Answer, content_type: str) -> None:
        headers = [(b"content-type", content_type.encode()), *ALWAYS]
        if answer.whole is not None:
            if not self._is_head:  # which would have to say how long the answer to GET is
                headers.append((b"content-length", b"%d" % len(answer.whole)))
            await self._begin(headers)
            await self._send({"type": "http.response.body", "body": answer.whole})
            return
        await self._begin(headers)
        async for piece in answer.pieces:
            await self._send_piece(piece)
        await self._send({"type": "http.response.body", "body": b""})

    async def _begin(self, headers: list[tuple[bytes, bytes]]) -> None:
        self.has_begun = True
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})

    async def _send_piece(self, piece: bytes) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(self._seconds):
                message = {"type": "http.response.body", "body": piece, "more_body": True}
                await self._send(message)
        except TimeoutError:
            raise Fault("slow", "the client did not take its answer in time") from None
        self._seconds -= loop.time() - started


def fault_response(fault: Fault, limits: Limits) -> Response:
    """Return a fault as plain text; one that may pass says when to come back."""
    headers: dict[str, str] = {}
    if fault.outcome == "busy":
        headers["Retry-After"] = str(math.ceil(limits.queue_seconds))
    return PlainTextResponse(f"{fault}\n", fault.status, headers)


def method_response(method: str, allowed: tuple[str, ...], more: Mapping[str, str]) -> Response:
    """Return what OPTIONS says, and what any method hears that is not allowed."""
    headers = {"Allow": ", ".join(allowed), **more}
    if method == "OPTIONS":
        return Response(status_code=204, headers=headers)
    return PlainTextResponse(f"{method} is not allowed here\n", 405, headers)
