"""Send an answer of the store as it is, while it comes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from kg.serve.operation import Operation
from kg.serve.respond import Service, answer_request


@dataclass(frozen=True, slots=True)
class Stream:
    """An ASGI application that asks the store, and sends what it finds with some headers more.

    Raises:
        Fault: there is no answer, and nothing was sent.
    """

    service: Service
    operation: Operation
    headers: Mapping[str, str] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await answer_request(self.service, self.operation, scope, receive, send_more)
