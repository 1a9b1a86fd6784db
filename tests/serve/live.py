"""A `kg serve` in a process of its own, and clients for it."""

import http.client
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.command import ROOT, environment

PATIENCE = 60.0
"""Seconds that anything may take on a busy machine; nothing is asserted about them."""


@dataclass(frozen=True)
class Reply:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    """By name in lower case; of repeated ones, all values."""
    body: bytes

    @property
    def text(self) -> str:
        """The body, which is UTF-8."""
        return self.body.decode("utf-8")

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The solutions of a JSON result."""
        rows: list[dict[str, Any]] = json.loads(self.body)["results"]["bindings"]
        return rows


@dataclass
class Live:
    """A running service."""

    process: subprocess.Popen[bytes]
    port: int
    log_path: Path
    said: list[str] = field(default_factory=list)
    """Lines of standard error."""

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def authority(self) -> str:
        """What it is called in a Host header."""
        return f"127.0.0.1:{self.port}"

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        source: str = "127.0.0.1",
    ) -> Reply:
        """Send one request, from an address of this machine."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE, source_address=(source, 0)
        )
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            pairs: dict[str, str] = {}
            for name, value in response.getheaders():
                known = pairs.get(name.lower())
                pairs[name.lower()] = f"{known}, {value}" if known else value
            return Reply(response.status, pairs, response.read())
        finally:
            connection.close()

    def query(self, text: str, *, accept: str = "", **options: Any) -> Reply:
        """POST a query."""
        headers = {"Content-Type": "application/sparql-query"}
        if accept:
            headers["Accept"] = accept
        return self.request("POST", "/sparql", headers=headers, body=text.encode(), **options)

    def get(self, text: str, *, accept: str = "", **parameters: str) -> Reply:
        """GET a query."""
        path = f"/sparql?{urlencode({'query': text, **parameters})}"
        return self.request("GET", path, headers={"Accept": accept} if accept else {})

    def raw(self, *, source: str = "127.0.0.1") -> socket.socket:
        """Return a connection to speak over by hand."""
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE, (source, 0))

    def log(self) -> list[dict[str, Any]]:
        """Return the records written so far."""
        return [json.loads(line) for line in self.log_path.read_bytes().splitlines()]

    def metrics(self) -> dict[str, float]:
        """Return every figure by its name."""
        lines = self.request("GET", "/metrics").text.splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

    def health(self) -> dict[str, Any]:
        """Return what /health tells."""
        body: dict[str, Any] = json.loads(self.request("GET", "/health").body)
        return body

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End the service, and return its exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def processes(self) -> list["Process"]:
        """Return the service and everything that came from it, zombies too."""
        return family(self.process.pid)


@dataclass(frozen=True)
class Process:
    """A process of this machine."""

    pid: int
    parent: int
    state: str
    resident: int
    """Kilobytes."""


def family(pid: int) -> list[Process]:
    """Return a process and all its descendants, itself first."""
    everyone = {process.pid: process for process in _processes()}
    found = [everyone[pid]] if pid in everyone else []
    for process in found:
        found += [other for other in everyone.values() if other.parent == process.pid]
    return found


def _processes() -> Iterator[Process]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            lines = (folder / "status").read_text("utf-8").splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        facts = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        resident = int(facts.get("VmRSS", "0 kB").split()[0])
        yield Process(int(folder.name), int(facts["PPid"]), facts["State"][0], resident)


def serving(*arguments: str | Path) -> AbstractContextManager[Live]:
    """Run `kg serve` on a free port until the block ends."""
    return _running("-m", "kg", "serve", "--port", "0", *arguments)


WITH_LIMITS = """
import json, sys
from functools import partial
from pathlib import Path
from kg.serve.limits import Limits
from kg.serve.pool import Pool
from kg.serve.run import Outlets, run_service
from kg.serve.site import Site
from kg.website import make_website
limits = Limits(**json.loads(sys.argv[1]))
say = lambda text: print(text, file=sys.stderr, flush=True)
source = Path(sys.argv[2])
pages = partial(make_website, build=source if source.is_dir() else None)
sys.exit(run_service(partial(Pool, [source]), Site(port=0), limits, pages, Outlets(1, say)))
"""


def serving_within(source: Path, **limits: float) -> AbstractContextManager[Live]:
    """Run the service under limits that have no option on the command line."""
    return _running("-c", WITH_LIMITS, json.dumps(limits), source)


@contextmanager
def _running(*arguments: str | Path) -> Iterator[Live]:
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as log:
        process = subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.PIPE,
        )
        live = Live(process, 0, Path(log.name))
        assert process.stderr is not None
        ready = threading.Event()
        reader = threading.Thread(target=_listen, args=(live, ready))
        reader.start()
        try:
            assert ready.wait(PATIENCE), live.said
            assert live.port, live.said
            yield live
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(PATIENCE)
            reader.join(PATIENCE)
            process.stderr.close()


def _listen(live: Live, ready: threading.Event) -> None:
    assert live.process.stderr is not None
    for line in live.process.stderr:
        live.said.append(line.decode().rstrip("\n"))
        if found := re.search(r"SPARQL at http://[^/]*:(\d+)/sparql", live.said[-1]):
            live.port = int(found[1])
            ready.set()
    ready.set()


_numbers = itertools.count(1)


def fresh(query: str) -> str:
    """Return a query that nobody has asked before, so that no answer to it is remembered."""
    return f"{query} # {next(_numbers)}"


def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Wait for something to become true; say whether it did."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def zombies() -> list[int]:
    """Return our children that nobody has waited for."""
    return [process.pid for process in family(os.getpid()) if process.state == "Z"]
