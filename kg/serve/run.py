"""Run the service until somebody stops it."""

import asyncio
import contextlib
import errno
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import uvicorn

from kg.errors import KGError, ServiceError
from kg.serve.app import Pages, create_app
from kg.serve.backend import Engine
from kg.serve.cache import Cache
from kg.serve.connection import limited_connection
from kg.serve.limits import Limits
from kg.serve.log import LogWriter
from kg.serve.monitor import Monitor
from kg.serve.respond import Service
from kg.serve.site import Site

Say = Callable[[str], None]
MakeEngine = Callable[[Limits, Say], Engine]
"""Makes what answers, within limits; it may have something to say."""
MakePages = Callable[[Service], Pages]
"""Makes the pages for people, which stand on the service."""


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where the operator is told things: a line of JSON for each query, and plain messages."""

    log: int | None
    """Descriptor that takes the lines; none, and nobody reads them."""
    say: Say


_BACKLOG: Final = 512
_SPARE_DESCRIPTORS: Final = 64
_DRAIN_SECONDS: Final = 2
"""For what is under way when the service is stopped, beyond what a query may take."""
_INTERRUPTED: Final = 130


def run_service(
    engine: MakeEngine, site: Site, limits: Limits, pages: MakePages, outlets: Outlets
) -> int:
    """Serve what an engine answers until a signal; return the exit status.

    Raises:
        KGError: the service cannot begin, or cannot go on.
    """
    if sys.platform == "win32":
        raise ServiceError("kg serve needs Linux, or another Unix to try it out")
    limits = _allow_connections(limits)

    def make_engine() -> Engine:  # which needs a loop that runs
        return engine(limits, lambda text: outlets.say(f"kg: {text}"))

    with open_listener(site) as listener:
        return asyncio.run(_Run(site, limits, pages, outlets).serve(listener, make_engine))


def _allow_connections(limits: Limits) -> Limits:
    """Raise the system's limit on descriptors, or lower ours on connections."""
    import resource

    wanted = limits.connections + 2 * limits.workers + _SPARE_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, allowed), hard))
    connections = limits.connections - (wanted - allowed)
    if connections < limits.workers:
        raise ServiceError(f"{hard} open files are too few: raise the limit (ulimit -n)")
    return replace(limits, connections=connections)


def open_listener(site: Site) -> socket.socket:
    """Return a socket that listens where the site is; clients wait until they are served.

    Raises:
        ServiceError: the address is in use, or not of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            site.host, site.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        # Without the protocol, asyncio would let the system collect small packets.
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ServiceError(f"{site.host}: {error.strerror}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        place = f"{site.host}, port {site.port}"
        if error.errno == errno.EADDRINUSE:
            raise ServiceError(f"{place}: in use by another program; choose a --port") from error
        raise ServiceError(f"{place}: {(error.strerror or 'cannot be used').lower()}") from error
    return listener


class _Run:
    """One service, from its start to its end."""

    def __init__(self, site: Site, limits: Limits, pages: MakePages, outlets: Outlets) -> None:
        self._site = site
        self._limits = limits
        self._pages = pages
        self._say = outlets.say
        self._log = LogWriter(outlets.log)
        self._engine: Engine
        self._server: _Server | None = None
        self._signal = 0
        self._reloading: asyncio.Task[None] | None = None

    async def serve(self, listener: socket.socket, make_engine: Callable[[], Engine]) -> int:
        """Load, answer until a signal, and take leave."""
        loop = asyncio.get_running_loop()
        self._engine = make_engine()
        starting = asyncio.ensure_future(self._engine.start())
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop, number, starting)
        try:
            await starting
        except asyncio.CancelledError:
            return self._status()
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        try:
            if not self._signal:  # which may have come too late to cancel anything
                await self._answer(listener)
        finally:
            await self._engine.stop()
            self._log.finish()
        if self._engine.broken.done():
            self._engine.broken.result()
        self._say("kg: stopped")
        return self._status()

    def _status(self) -> int:
        return _INTERRUPTED if self._signal == signal.SIGINT else 0

    async def _answer(self, listener: socket.socket) -> None:
        engine = self._engine
        monitor = Monitor(Cache(engine, self._limits) if engine.is_fixed else engine, self._log)
        service = Service(monitor, self._site, self._limits)
        app = create_app(service, monitor, self._pages(service))
        self._server = server = _Server(self._config(app))
        self._engine.broken.add_done_callback(lambda _: server.stop())
        contents, port = self._engine.contents, listener.getsockname()[1]
        host = f"[{self._site.host}]" if ":" in self._site.host else self._site.host
        self._say(
            f"kg: {contents.triples:,} triples, {contents.graph_count:,} named graphs,"
            f" {self._limits.workers} workers; Ctrl-C stops"
        )
        self._say(f"kg: pages at http://{host}:{port}/")
        self._say(f"kg: SPARQL at http://{host}:{port}/sparql")
        with _logging_to(self._say):
            await server.serve(sockets=[listener])

    def _config(self, app: object) -> uvicorn.Config:
        limits = self._limits
        return uvicorn.Config(
            app,  # type: ignore[arg-type]  # Starlette's and uvicorn's types of the same thing
            loop="asyncio",
            http=limited_connection(limits),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=limits.idle_seconds,
            timeout_graceful_shutdown=int(limits.seconds) + _DRAIN_SECONDS,
        )

    def _stop(self, number: int, starting: "asyncio.Future[None]") -> None:
        self._signal = number
        if self._server is None:
            starting.cancel()
        else:
            self._server.stop()

    def _reload(self) -> None:
        if self._reloading is None or self._reloading.done():
            self._reloading = asyncio.create_task(self._load_again())

    async def _load_again(self) -> None:
        try:
            await self._engine.reload()
        except KGError as error:
            self._say(f"kg: error: {error}; what was loaded before is still served")
        else:
            self._say(f"kg: loaded again: {self._engine.contents.triples:,} triples")


class _Server(uvicorn.Server):
    """Leaves the signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    def stop(self) -> None:
        """Finish what is under way; asked again, do not wait for that."""
        self.force_exit = self.should_exit
        self.should_exit = True


@contextlib.contextmanager
def _logging_to(say: Say) -> Iterator[None]:
    """Pass on what uvicorn has to say, except for the responses that we leave without their end."""
    logger, handler = logging.getLogger("uvicorn.error"), _SayHandler(say)
    logger.setLevel(logging.ERROR)
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)


class _SayHandler(logging.Handler):
    def __init__(self, say: Say) -> None:
        super().__init__()
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        is_cut = "without completing response" in record.getMessage()
        is_stopped = record.exc_info and record.exc_info[0] is asyncio.CancelledError
        if not is_cut and not is_stopped:
            for line in self.format(record).splitlines():
                self._say(f"kg: {line}")
