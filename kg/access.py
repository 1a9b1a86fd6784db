"""Find a store that the user runs, and prove to it who we are."""

import ipaddress
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Final

import httpx

from kg.errors import UsageError


@dataclass(frozen=True, slots=True)
class Credentials:
    """What proves to a store who we are: a name with a password, or a token."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.token)


NOBODY: Final = Credentials()
"""For stores that ask nobody who they are."""


class _Answer(httpx.Auth):
    """Answers the challenge of a server, Basic or Digest; Virtuoso asks for Digest only."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._known: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._credentials.token:
            request.headers["Authorization"] = f"Bearer {self._credentials.token}"
        if self._known is None:
            response = yield request
            challenges = response.headers.get("www-authenticate", "").lower()
            if response.status_code != 401 or self._credentials.token:
                return
            kind = httpx.DigestAuth if "digest" in challenges else httpx.BasicAuth
            self._known = kind(self._credentials.user, self._credentials.password)
        yield from self._known.auth_flow(request)


def make_auth(credentials: Credentials) -> httpx.Auth | None:
    """Return what logs in wherever a server asks for it; nothing without credentials."""
    return _Answer(credentials) if credentials else None


def read_address(url: str, credentials: Credentials) -> httpx.URL:
    """Return the address of a store, to which credentials may be sent.

    >>> read_address("https://ada:secret@example.org/sparql", NOBODY)
    Traceback (most recent call last):
    kg.errors.UsageError: the address holds a password; give it with --user and KG_PASSWORD

    Raises:
        UsageError: it is none, holds a password, or the credentials would be there for all to read.
    """
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UsageError(f"{url}: no address ({error})") from None
    if address.scheme not in {"http", "https"} or not address.host:
        raise UsageError(f"{url}: not an http or https address")
    if address.userinfo:
        raise UsageError("the address holds a password; give it with --user and KG_PASSWORD")
    if credentials and address.scheme == "http" and not _is_this_machine(address.host):
        raise UsageError(f"{url}: a password is sent only over https, or to this machine")
    return address


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
