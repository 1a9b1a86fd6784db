"""Measure the SPARQL endpoint: beside others, under attack, and for a while.

    python benchmarks/endpoint.py [--build DIR] [--seconds S] [--soak MINUTES]

The others are Oxigraph's own server and rdflib-endpoint on the same dataset; they are installed
into a folder that is thrown away, and left out with a message where that does not work. Read the
ratios: all share one machine with the client that asks.
"""

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from statistics import median
from typing import Final, TypeAlias, cast

from corpus import write_corpus
from load import Load, make_request, repeat, send_load, vary
from pyoxigraph import DefaultGraph, QuerySolutions, RdfFormat, Store

from kg.sparql import open_dataset

CLIENTS: Final = (1, 8, 64)
ROUNDS: Final = 3
DOCUMENTS: Final = 100
OURS: Final = "kg serve"
ENGINE: Final = "oxigraph serve-read-only"
RDFLIB: Final = "rdflib-endpoint"
TARGETS: Final = {ENGINE: 0.5, RDFLIB: 10.0}
"""How many times their requests a second ours should reach."""

Order: TypeAlias = Callable[[Sequence[bytes]], Iterator[bytes]]
ORDERS: Final[dict[str, Order]] = {
    "each query asked once": vary,
    "the same 200 queries again and again": repeat,
}
Command: TypeAlias = tuple[str | Path, ...]

PROGRAMS: Final = "SELECT ?p { ?p a <https://w3id.org/acp/ontology#Program> } ORDER BY ?p LIMIT 200"
SMALL: Final = """
PREFIX acp: <https://w3id.org/acp/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?label ?payer ?day WHERE {
  <PROGRAM> rdfs:label ?label ; acp:hasPayer/rdfs:label ?payer .
  OPTIONAL { <PROGRAM> acp:effectiveDate ?day }
}
"""
"""What a page about a program asks: few rows, four joins, another program each time."""

LIMIT: Final = 2.0
"""Seconds that a query may take while bombs are thrown."""
_DOUBLING: Final = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30))
_APART: Final = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(500))
BOMBS: Final = {
    "triple cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "sorted cross product": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?f",
    "closure of everything": "SELECT (COUNT(*) AS ?n) { ?a (!<http://e/>)+ ?b }",
    "doubled text": f"SELECT (STRLEN(?x30) AS ?n) {{ BIND('0123456789' AS ?x0) {_DOUBLING} }}",
    "2,000 parentheses": f"SELECT * {{ FILTER({'(' * 2_000}1{')' * 2_000}) }}",
    "500 patterns": f"SELECT * {{ {_APART} }}",
}


@dataclass
class Server:
    """A running server."""

    name: str
    port: int
    path: str
    process: subprocess.Popen[bytes]

    def ask(self, query: str, source: str = "127.0.0.1") -> tuple[int, float]:
        """Return the status of one query, and the seconds that it took."""
        started = time.perf_counter()
        with socket.create_connection(("127.0.0.1", self.port), 120, (source, 0)) as connection:
            request = make_request(self.port, self.path, query)
            connection.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            received = b"".join(iter(lambda: connection.recv(65_536), b""))
        return int(received[9:12]), time.perf_counter() - started


@contextmanager
def running(name: str, path: str, command: Command) -> Iterator[Server]:
    """Run a server on a free port, for which `PORT` stands, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    words = [str(word).replace("PORT", str(port)) for word in command]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        server = Server(name, port, path, process)
        try:
            _wait_for(server)
            yield server
        finally:
            process.terminate()


def _wait_for(server: Server) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and server.process.poll() is None:
        try:
            if server.ask("ASK {}")[0] == 200:
                return
        except (OSError, ValueError):
            pass
        time.sleep(0.2)
    raise SystemExit(f"{server.name} does not answer")


def run_ours(build: Path, *options: str) -> AbstractContextManager[Server]:
    """Run our server."""
    command: Command = (sys.executable, "-m", "kg", "serve", build, "--port", "PORT", *options)
    return running(OURS, "/sparql", command)


def run_others(folder: Path, store: Store) -> Iterator[AbstractContextManager[Server]]:
    """Install the servers to compare with, load the dataset into them, and run them."""
    data = folder / "data.nt"
    store.dump(str(data), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    venv.create(folder / "venv", with_pip=True)
    programs = folder / "venv" / "bin"
    if _install(programs, "oxigraph==0.5.13"):
        place: Command = ("--location", folder / "store")
        _run(programs / "oxigraph", "load", *place, "--file", data)
        _run(programs / "oxigraph", "optimize", *place)
        command: Command = (
            programs / "oxigraph",
            "serve-read-only",
            *place,
            "--bind",
            "127.0.0.1:PORT",
        )
        yield running(ENGINE, "/query", command)
    if _install(programs, "rdflib-endpoint[cli]==0.6.3"):
        where: Command = ("--host", "127.0.0.1", "--port", "PORT")
        yield running(RDFLIB, "/", (programs / "rdflib-endpoint", "serve", *where, data))


def _install(programs: Path, library: str) -> bool:
    try:
        _run(programs / "python", "-m", "pip", "--quiet", "install", library)
    except subprocess.CalledProcessError:
        print(f"without {library}, which cannot be installed here")
        return False
    return True


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def compare(servers: Sequence[Server], queries: Sequence[str], seconds: float) -> None:
    """Print requests a second and latencies of each server, and our ratio to the others."""
    head = f"{'server':<26} {'req/s':>7} {'p50 ms':>7} {'p99 ms':>7}  ours is"
    for name, order in ORDERS.items():
        print(f"\n{name}\n{'clients':>7}  {head}")
        for clients in CLIENTS:
            _compare(servers, queries, order, clients, seconds)


def _compare(
    servers: Sequence[Server], queries: Sequence[str], order: Order, clients: int, seconds: float
) -> None:
    results: dict[str, list[Load]] = {server.name: [] for server in servers}
    for _ in range(ROUNDS):
        for server in servers:
            requests = [make_request(server.port, server.path, query) for query in queries]
            load = send_load(server.port, order(requests), clients, seconds)
            result = asyncio.run(load)
            if result.errors:
                raise SystemExit(f"{server.name}: {dict(result.statuses)}")
            results[server.name].append(result)
    rates = {name: median(load.rate for load in loads) for name, loads in results.items()}
    for name, loads in results.items():
        middle, late = (median(load.middle for load in loads), median(load.late for load in loads))
        ratio = "" if name == OURS else f"{rates[OURS] / rates[name]:.2f} times"
        target = f" (target {TARGETS[name]:g})" if name in TARGETS else ""
        print(
            f"{clients:>7}  {name:<26} {rates[name]:>7.0f} {middle:>7.2f} {late:>7.2f}"
            f"  {ratio}{target}"
        )


def attack(build: Path) -> None:
    """Print how long bombs live, and how long somebody else waits meanwhile."""
    options = ("--timeout", f"{LIMIT:g}", "--memory", "256")
    print(f"{'bomb':<24} {'status':>6} {'s':>6}  longest ASK of another client, s")
    with run_ours(build, *options) as server:
        for name, query in BOMBS.items():
            waits: list[float] = []
            done = threading.Event()
            asking = threading.Thread(target=_keep_asking, args=(server, done, waits))
            asking.start()
            status, seconds = server.ask(query)
            done.set()
            asking.join()
            print(f"{name:<24} {status:>6} {seconds:>6.2f}  {max(waits):.3f}")
    print(f"(limit {LIMIT:g} s; target: at most 0.5 s beyond it, and 0.5 s for the ASK)")


def _keep_asking(server: Server, done: threading.Event, waits: list[float]) -> None:
    for number in count():
        query = f"ASK {{ ?s ?p ?o }} # {number}"  # never the same, so that no answer is remembered
        status, seconds = server.ask(query, source="127.0.0.2")
        waits.append(seconds if status == 200 else float("inf"))
        if done.wait(0.01):
            return


def soak(build: Path, queries: Sequence[str], minutes: float) -> None:
    """Ask for minutes on end, with bombs among it; print what was answered, and the memory."""
    statuses: Counter[str] = Counter()
    chance = Random(5)  # noqa: S311  # not for secrets
    with run_ours(build, "--timeout", f"{LIMIT:g}", "--memory", "128") as server:
        requests = vary([make_request(server.port, server.path, query) for query in queries])
        end = time.monotonic() + minutes * 60
        memory: list[int] = []
        while time.monotonic() < end:
            load = asyncio.run(send_load(server.port, requests, 8, 2))
            statuses.update(status.decode() for status in load.statuses.elements())
            name = chance.choice([*BOMBS])
            status, _ = server.ask(BOMBS[name], source="127.0.0.2")
            statuses[f"bomb {status}"] += 1
            memory.append(_resident_kilobytes(server.process.pid))
        print(f"soak of {minutes:g} minutes: {dict(sorted(statuses.items()))}")
        if memory:
            early, late = memory[len(memory) // 4] / 1024, memory[-1] / 1024
            print(f"memory of the front: {early:.1f} MB early, {late:.1f} MB late")
        unexpected = {*statuses} - {"200", "bomb 400", "bomb 503"}
        if unexpected:
            raise SystemExit(f"not expected: {unexpected}")


def _resident_kilobytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(status.partition("VmRSS:")[2].split()[0])


def main() -> None:
    """Make a dataset, and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, help=f"default: one of {DOCUMENTS} made descriptions")
    parser.add_argument("--seconds", type=float, default=3, help="for each figure; default 3")
    parser.add_argument("--soak", type=float, default=0.5, help="minutes; default 0.5")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        build = arguments.build or make_build(folder, DOCUMENTS)
        store = open_dataset(build)
        programs = cast("QuerySolutions", store.query(PROGRAMS))
        queries = [SMALL.replace("PROGRAM", row["p"].value) for row in programs]
        print(f"{len(store):,} quads, {len(queries)} queries, {os.cpu_count()} cores")
        running_ones = (run_ours(build), *run_others(folder, store))
        del store
        servers = [stack.enter_context(server) for server in running_ones]
        compare(servers, queries, arguments.seconds)
        stack.close()
        attack(build)
        soak(build, queries, arguments.soak)


def make_build(folder: Path, documents: int) -> Path:
    """Return the build of so many made descriptions."""
    write_corpus(documents, folder / "corpus")
    build = folder / "build"
    command = (sys.executable, "-m", "kg", "build", folder / "corpus", "--out", build)
    run = subprocess.run(command, check=False, capture_output=True)
    if run.returncode not in (0, 3):  # the corpus has faults on purpose, which are found
        raise SystemExit(run.stderr.decode())
    return build


if __name__ == "__main__":
    main()
