"""Measure the pages that `kg serve` shows to people: size, time, CPU time of all its processes.

    python benchmarks/pages.py [--documents N]

Each page is asked for once, and then some times more, when the answers that it is made of are
remembered. The CPU time tells what an operator pays, the time what a reader waits.
"""

import argparse
import http.client
import os
import re
import tempfile
import time
from pathlib import Path
from typing import Final

from endpoint import Server, make_build, run_ours

TIMES: Final = 10
DOCUMENTS: Final = 100
PAGES: Final = ("/", "/search?q=diabetes", "/questions", "/compare", "/sparql-editor", "/browse")
KINDS: Final = ("programs", "payers", "groups", "places", "conditions", "documents")
"""Of each of these lists, the first thing has a page that is measured as well."""
_TICK: Final = 1 / os.sysconf("SC_CLK_TCK")


def get(server: Server, path: str) -> bytes:
    """Return the body of a page."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", path, headers={"Accept": "text/html"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{path}: {response.status}")
    return body


def find_pages(server: Server) -> list[str]:
    """Return the paths of pages to measure: the fixed ones, lists, and a thing of each kind."""
    paths = [*PAGES]
    for kind in KINDS:
        paths.append(f"/browse/{kind}")
        links = re.findall(rb'href="(/(?:id|vocab)/[^"]+)"', get(server, paths[-1]))
        paths += [link.decode() for link in links[:1]]
    return paths


def spent(root: int) -> float:
    """Return the seconds of CPU that a process and those below it have taken."""
    parents, seconds = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text("utf-8").rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            parents[int(entry.name)] = int(fields[1])
            seconds[int(entry.name)] = (int(fields[11]) + int(fields[12])) * _TICK

    def is_below(process: int) -> bool:
        return process == root or (process in parents and is_below(parents[process]))

    return sum(taken for process, taken in seconds.items() if is_below(process))


def measure(server: Server, path: str) -> str:
    """Return the figures of one page as a line."""
    started = time.perf_counter()
    body = get(server, path)
    first = time.perf_counter() - started
    cpu, started = spent(server.process.pid), time.perf_counter()
    for _ in range(TIMES):
        get(server, path)
    later = (time.perf_counter() - started) / TIMES
    cpu = (spent(server.process.pid) - cpu) / TIMES
    figures = f"{len(body):>9,} {first * 1000:>8.1f} {later * 1000:>8.1f} {cpu * 1000:>8.1f}"
    return f"{figures}  {path}"


def main() -> None:
    """Make a build, serve it, and measure its pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help=f"default {DOCUMENTS}")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        build = make_build(Path(temporary), arguments.documents)
        with run_ours(build) as server:
            print(f"{arguments.documents:,} documents, {os.cpu_count()} cores")
            print(f"{'bytes':>9} {'first ms':>8} {'later ms':>8} {'CPU ms':>8}")
            for path in find_pages(server):
                print(measure(server, path))


if __name__ == "__main__":
    main()
