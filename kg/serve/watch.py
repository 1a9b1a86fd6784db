"""Notice that a client is gone, and stop working for it."""

import asyncio
from typing import Final

from starlette.types import Receive

_GRACE: Final = 0.05
"""Seconds before it is worth looking: most answers are through by then."""


class Watch:
    """Cancels the task that made it when the client of its request hangs up.

    The body of the request must have been read.
    """

    def __init__(self, receive: Receive) -> None:
        self.is_client_gone = False
        self._receive = receive
        self._working = asyncio.current_task()
        self._listening: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(_GRACE, self._begin)

    def _begin(self) -> None:
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.is_client_gone = True
        if self._working is not None:
            self._working.cancel()

    def end(self) -> None:
        """Look no more."""
        self._timer.cancel()
        if self._listening is not None:
            self._listening.cancel()
