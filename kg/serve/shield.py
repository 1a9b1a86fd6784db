"""Let in only requests that are meant for this service, and tell browsers what they must not do."""

from typing import Any, Final, cast

from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from kg.serve.site import Site

POLICY: Final = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " object-src 'none'"
)
"""What a page of ours may load: nothing from elsewhere, and no script inside the page."""

_HEADERS: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)


def shield(app: ASGIApp, site: Site) -> ASGIApp:
    """Return an application behind everything that a request has to pass."""
    if site.origins:
        app = CORSMiddleware(
            app,
            allow_origins=site.origins,
            allow_methods=("GET", "HEAD", "OPTIONS", "POST"),
            allow_headers=("Content-Type",),
            expose_headers=("Retry-After",),
        )
    app = TrustedHostMiddleware(app, allowed_hosts=site.allowed_hosts, www_redirect=False)
    if site.proxies:
        believing: Any = ProxyHeadersMiddleware(cast("Any", app), list(site.proxies))
        app = believing  # uvicorn's types and Starlette's name the same thing differently
    return _Headers(app)


class _Headers:
    """Gives every response the headers above, unless it has its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = {name for name, _ in message["headers"]}
                missing = [header for header in _HEADERS if header[0] not in named]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        await self._app(scope, receive, send_with_headers)
