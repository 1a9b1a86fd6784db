"""Say where the service is, and who may call it."""

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from kg.errors import UsageError

ANY: Final = "*"
_LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Site:
    """An address to listen on, the names it is called by, and the pages that may read from it.

    Only requests that call the service by one of its names are answered: else any web page could
    have its own name point to this machine, and read what is served only here.

    >>> Site("0.0.0.0")
    Traceback (most recent call last):
    kg.errors.UsageError: 0.0.0.0 can be reached from other machines: allow that with --allow-remote
    """

    host: str = "127.0.0.1"
    port: int = 8787
    is_remote_allowed: bool = False
    names: tuple[str, ...] = ()
    """Names besides those of this machine to itself; `*` for all."""
    origins: tuple[str, ...] = (ANY,)
    """Web origins whose pages may read answers; `*` for all. Never with cookies or passwords."""
    public_url: str | None = None
    """Where the service is for others, if a proxy stands before it."""
    proxies: tuple[str, ...] = ()
    """Addresses that are believed when they say whom they ask for."""

    def __post_init__(self) -> None:
        if not self.is_remote_allowed and not self.is_loopback:
            raise UsageError(
                f"{self.host} can be reached from other machines: allow that with --allow-remote"
            )
        if self.public_url is not None and urlsplit(self.public_url).scheme not in (
            "http",
            "https",
        ):
            raise UsageError(
                f"the public URL begins with http:// or https://, not {self.public_url!r}"
            )
        for name in self.names:
            if "*" in name[1:] or (name[0:1] == "*" and name != "*" and name[:2] != "*."):
                raise UsageError(
                    f"a host name is like kg.example.org or *.example.org, not {name!r}"
                )

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the address."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """Every name that a request may call the service by.

        >>> Site(names=("kg.example.org",)).allowed_hosts
        ('localhost', '127.0.0.1', '[::1]', 'kg.example.org')
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        public = urlsplit(self.public_url or "").hostname
        named = (*_LOCAL_NAMES, host, *self.names, *((public,) if public else ()))
        return tuple(dict.fromkeys(named))
