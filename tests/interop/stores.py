"""Start real triple stores on loopback, each in a folder of its own, while a test needs them."""

import os
import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import pytest

from kg.access import Credentials

ROOT: Final = Path(__file__).resolve().parents[2]
JARS: Final = ROOT / "artifacts" / "interop"
"""Where `make interop` puts Apache Jena Fuseki."""

RDF4J: Final = JARS / "rdf4j"
"""Where it builds a program on Eclipse RDF4J, whose server is not on Maven Central."""

NEO4J: Final = JARS / "neo4j"
"""Where it builds a program on Neo4j, with the importer of its administration tool."""

_PATIENCE: Final = 120
"""Seconds that a server may take to answer for the first time."""


@dataclass(frozen=True, slots=True)
class RunningStore:
    """A store that answers: where to write graphs, where to ask, and as whom."""

    graph_store: str
    query: str
    credentials: Credentials = Credentials()  # noqa: RUF009 - it is frozen
    graph: str = ""
    """The graph to load into; Virtuoso has none without a name."""
    sorts_decimals: bool = True
    """Whether a row that holds a decimal of the query can be sorted: in Virtuoso, a double can."""


def needs(name: str, found: str | Path | None) -> str:
    """Return the program of a store, or skip; `make interop` sets KG_INTEROP, and then it fails."""
    if found and Path(found).exists():
        return str(found)
    message = f"{name} is not here: `make interop` installs it"
    if "KG_INTEROP" in os.environ:
        pytest.fail(message)
    pytest.skip(message)


def free_port() -> int:
    """Return a port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[str], folder: Path, alive: str) -> Iterator[None]:
    """Run a server until the block ends; `alive` is an address that answers once it is ready."""
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        _await_answer(server, alive, log)
        yield
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _await_answer(server: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            httpx.get(address, trust_env=False, timeout=5)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"the server did not start:\n{log.read_text(errors='replace')[-2000:]}")


@contextmanager
def fuseki(folder: Path) -> Iterator[RunningStore]:
    """Run Apache Jena Fuseki over a TDB2 database."""
    java = needs("Java", shutil.which("java"))
    jar = needs("Apache Jena Fuseki", next(JARS.glob("jena-fuseki-server-*.jar"), None))
    url = f"http://127.0.0.1:{(port := free_port())}"
    (folder / "tdb").mkdir()
    command = [java, "-Xmx1g", "-jar", jar, f"--port={port}", "--localhost", "--ping"]
    command += ["--tdb2", f"--loc={folder / 'tdb'}", "--update", "/programs"]
    with running(command, folder, f"{url}/$/ping"):
        yield RunningStore(f"{url}/programs/data", f"{url}/programs/sparql")


@contextmanager
def oxigraph(folder: Path) -> Iterator[RunningStore]:
    """Run Oxigraph's own server over a database on disk."""
    program = needs("Oxigraph", Path(sysconfig.get_path("scripts")) / "oxigraph")
    url = f"http://127.0.0.1:{(port := free_port())}"
    command = [program, "serve", "--location", str(folder / "db"), f"--bind=127.0.0.1:{port}"]
    with running(command, folder, url):
        yield RunningStore(f"{url}/store", f"{url}/query")


@contextmanager
def virtuoso(folder: Path) -> Iterator[RunningStore]:
    """Run Virtuoso as Debian packages it."""
    program = needs("Virtuoso", shutil.which("virtuoso-t"))
    http, sql = free_port(), free_port()
    settings = _VIRTUOSO.format(folder=folder, http=http, sql=sql)
    (folder / "virtuoso.ini").write_text(settings)
    url = f"http://127.0.0.1:{http}"
    command = [program, "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    graph = "http://example.org/programs"
    with running(command, folder, f"{url}/sparql?query=ASK%7B%7D"):
        yield RunningStore(
            f"{url}/sparql-graph-crud-auth",
            f"{url}/sparql",
            Credentials("dba", "dba"),
            graph,
            sorts_decimals=False,
        )


_VIRTUOSO: Final = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
[SPARQL]
ResultSetMaxRows = 1000000
"""

STORES: Final[dict[str, Callable[[Path], AbstractContextManager[RunningStore]]]] = {
    "fuseki": fuseki,
    "oxigraph": oxigraph,
    "virtuoso": virtuoso,
}
