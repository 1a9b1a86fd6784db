"""Stores that somebody else runs: Oxigraph's own server, and one that does what it is told."""

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, Store

from .live import until

JSON = "application/sparql-results+json"


@contextmanager
def oxigraph(folder: Path, data: Path) -> Iterator[str]:
    """Run Oxigraph's server over a file of triples; give the address of its endpoint."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    assert program, "oxigraph is a test dependency: run make setup"
    place = ("--location", str(folder))
    subprocess.run([program, "load", *place, "--file", data], check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [program, "serve-read-only", *place, "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            assert until(lambda: _listens(port))
            yield f"http://127.0.0.1:{port}/query"
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@dataclass
class Obedient:
    """A store in memory that answers, or does instead what it is told."""

    store: Store = field(default_factory=Store)
    url: str = ""
    password: str = ""
    """The Authorization header that it wants, if any."""
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    """The parameters of every request."""
    instead: "Callable[[Handler], None] | None" = None
    """What it does with a query that has the word."""
    word: str = "instead"


class Handler(BaseHTTPRequestHandler):
    """The SPARQL Protocol, for posted queries."""

    obedient: Obedient
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def do_POST(self) -> None:
        """Answer a query."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        asked = parse_qs(body.decode())
        self.obedient.asked.append(asked)
        if self.obedient.password not in ("", self.headers["Authorization"]):
            self.reply(401, b"", {"WWW-Authenticate": 'Basic realm="programs"'})
        elif self.obedient.instead is not None and self.obedient.word in asked["query"][0]:
            self.obedient.instead(self)
        else:
            found = self.obedient.store.query(asked["query"][0])
            accepted = self.headers["Accept"]
            if isinstance(found, QueryTriples):
                text = found.serialize(format=RdfFormat.from_media_type(accepted))
            else:
                text = found.serialize(format=QueryResultsFormat.from_media_type(accepted))
            self.reply(200, text or b"", {"Content-Type": accepted})

    def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        """Send a whole response."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def reply_in_parts(self, parts: Iterator[bytes], *, is_whole: bool) -> None:
        """Send a response in chunks, with the mark of its end or without."""
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for part in parts:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                self.wfile.flush()
            if is_whole:
                self.wfile.write(b"0\r\n\r\n")
        except OSError:  # nobody listens any more
            pass
        self.close_connection = True


@contextmanager
def obedient() -> Iterator[Obedient]:
    """Run a store that does what it is told."""
    store = Obedient()
    handler = type("OwnHandler", (Handler,), {"obedient": store})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    store.url = f"http://127.0.0.1:{server.server_port}/sparql"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def forever(part: bytes, pause: float = 0.0) -> Iterator[bytes]:
    """Yield the same bytes without end."""
    while True:
        yield part
        time.sleep(pause)
