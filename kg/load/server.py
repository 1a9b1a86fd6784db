"""Speak SPARQL 1.1 Graph Store Protocol with a store that the user runs.

<https://www.w3.org/TR/sparql11-http-rdf-update/>: PUT replaces a graph, POST adds to it, and
`?default` or `?graph=IRI` says which graph is meant.
"""

import time
from collections.abc import Callable, Mapping
from typing import Final, Self

import httpx

from kg.access import NOBODY, Credentials, make_auth, read_address
from kg.errors import ServiceError
from kg.load.parts import Part

RETRIES: Final = 5
"""Times that a part is sent again to a server that is busy or out of reach."""

_BUSY: Final = frozenset({429, 502, 503, 504})
_LONGEST_WAIT: Final = 60.0
_TIMEOUT: Final = httpx.Timeout(30.0, read=600.0, write=600.0)
"""In seconds. A store may index a part for minutes before it answers."""

_ADVICE: Final[Mapping[int, str]] = {
    401: "the name or the password is wrong; give them with --user and KG_PASSWORD",
    403: "the store does not let this user write",
    404: "no Graph Store is at this address; docs/triple-stores.md has those of common stores",
    405: "this address takes no data; docs/triple-stores.md has those of common stores",
    413: "a part is too large for this server; give a smaller --part-size",
    415: "the store does not read N-Triples",
    507: "the store has no space left",
}


class GraphStore:
    """A store that takes graphs over HTTP; used in a `with`, which ends the connections.

    >>> GraphStore("https://example.org/store").url
    'https://example.org/store'
    >>> GraphStore("ftp://example.org/store")
    Traceback (most recent call last):
    kg.errors.UsageError: ftp://example.org/store: not an http or https address
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials = NOBODY,
        *,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url
        self._wait = wait
        self._address = read_address(url, credentials)
        self._client = httpx.Client(
            auth=make_auth(credentials),
            timeout=_TIMEOUT,
            trust_env=False,  # no proxy and no .netrc that the user did not name here
        )

    def send(self, part: Part, *, replace: bool) -> None:
        """Add a part to its graph, or put it in the graph's place.

        Raises:
            ServiceError: with what to do, if the store refuses it or cannot be reached.
        """
        graph = {"graph": part.graph} if part.graph else {"default": ""}
        request = {
            "method": "PUT" if replace else "POST",
            "url": self._address.copy_merge_params(graph),
            "content": part.content,
            "headers": {"Content-Type": "application/n-triples"},
        }
        for attempt in range(RETRIES + 1):
            pause = min(2.0**attempt, _LONGEST_WAIT)
            try:
                response = self._client.request(**request)  # type: ignore[arg-type]  # mixed values
            except httpx.TransportError as error:
                problem = f"no answer ({str(error) or type(error).__name__})"
            else:
                if response.is_success:
                    return
                problem = _explain(response)
                if response.status_code not in _BUSY:
                    break
                pause = _pause(response, pause)
            if attempt < RETRIES:
                self._wait(pause)
        raise ServiceError(f"{self.url}: part {part.number:,} was not taken: {problem}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()


def _explain(response: httpx.Response) -> str:
    """Return what a refusal means: the status, our advice, and what the server says first."""
    code = response.status_code
    said = response.text.strip().splitlines()
    advice = _ADVICE.get(code) or (f"it says: {said[0][:200]}" if said else "")
    if response.is_redirect:
        advice = f"it points to {response.headers.get('location', 'nowhere')}; give that address"
    return f"{code} {response.reason_phrase}{advice and '; '}{advice}"


def _pause(response: httpx.Response, pause: float) -> float:
    """Return the seconds that a busy server asks for, within reason."""
    wish = response.headers.get("retry-after", "")
    return min(float(wish), _LONGEST_WAIT) if wish.isdecimal() else pause
