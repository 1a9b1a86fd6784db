"""Measure how long the named questions take in several engines on the same triples, in one run.

Engines are our own store in this process, `kg serve`, and rdflib in a process of its own; then real
servers, loaded by `kg.load` as `make interop` loads them. A question has what it requires; every
asking differs by a comment, so that no answer is remembered. The time is by the clock, from asking
until the last row is read, the best of three, or the only one of a question that takes long; rdflib
is given the CPU time of one. A question that takes too long is given up.
"""

import argparse
import itertools
import math
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final, TypeAlias, cast

import httpx
import pytest
from corpus import write_corpus
from pyoxigraph import DefaultGraph, QuerySolutions, Store
from questions import ask_rdflib, required_values

from kg.load import GraphStore, LoadOptions, load_build
from kg.parameters import bind_parameters, insert_values
from kg.questions import list_questions
from kg.sparql import open_dataset, run_query
from kg.terms import XSD
from tests.command import kg
from tests.interop.stores import STORES, RunningStore
from tests.serve.live import serving

PROGRAMS: Final = 100
RUNS: Final = 3
LIMIT: Final = 20.0
"""Seconds after which a question is given up."""

Ask: TypeAlias = Callable[[str], int]
"""Asks a question; returns the number of rows."""
Answers: TypeAlias = dict[str, tuple[float, int] | None]
"""By question: seconds and rows, nothing if it was given up."""

_numbers = itertools.count()


def main() -> None:
    """Print a line for each engine."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("programs", nargs="?", type=int, default=PROGRAMS)
    parser.add_argument("--without", nargs="*", default=(), help="engines to leave out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        build = make_build(given.programs, Path(folder))
        store = open_dataset(build)
        texts = write_questions(store)
        asked = sum(1 for _ in store.quads_for_pattern(None, None, None, DefaultGraph()))
        print(f"{given.programs:,} programs, {asked:,} triples, {len(texts)} questions\n")
        print("| engine | ended | other rows | p50 ms | p90 ms | max ms | to ours, median |")
        print("|---|---|---|---|---|---|---|")
        ours = ask_all(texts, ask_ours(store))
        print_line("ours, in the process", ours, ours)
        for name, engine in engines(build).items():
            if name not in given.without:
                measure(name, engine, texts, ours)
        if "rdflib" not in given.without:
            print_line("rdflib, in the process", dict(ask_rdflib(store)), ours)


def make_build(programs: int, folder: Path) -> Path:
    """Build so many invented descriptions."""
    write_corpus(programs, folder / "corpus")
    done = kg("build", folder / "corpus", "--out", folder / "build")
    if done.returncode not in {0, 3}:
        raise SystemExit(done.stderr.decode())
    return folder / "build"


def write_questions(store: Store) -> dict[str, str]:
    """Return the SPARQL of each named question, told what it requires."""
    return {
        question.name: insert_values(
            question.text, bind_parameters(store, question, required_values(store, question))
        )
        for question in list_questions()
    }


def ask_ours(store: Store) -> Ask:
    """Return what asks our store in this process."""

    def ask(text: str) -> int:
        return sum(1 for _ in cast("QuerySolutions", run_query(store, text).found))

    return ask


Engine: TypeAlias = Callable[[ExitStack], Ask]


def engines(build: Path) -> dict[str, Engine]:
    """Return what starts each server and loads the build."""

    def serve(stack: ExitStack) -> Ask:
        live = stack.enter_context(serving(build))
        return ask_server(RunningStore("", f"{live.url}/sparql"))

    def start(name: str, stack: ExitStack) -> Ask:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(STORES[name](folder))
        options = LoadOptions(server.graph, replace=bool(server.graph))
        with GraphStore(server.graph_store, server.credentials) as target:
            load_build(build, target, options)
        return ask_server(server)

    return {"kg serve": serve, **{name: partial(start, name) for name in STORES}}


def ask_server(server: RunningStore) -> Ask:
    """Return what asks a server, over one connection."""
    graph = {"default-graph-uri": server.graph} if server.graph else {}
    client = httpx.Client(trust_env=False, timeout=LIMIT)

    def ask(text: str) -> int:
        if not server.sorts_decimals:
            text = text.replace(f"^^{XSD.decimal}", f"^^{XSD.double}")
        headers = {"Accept": "application/sparql-results+json"}
        found = client.post(server.query, params=graph, data={"query": text}, headers=headers)
        return len(found.raise_for_status().json()["results"]["bindings"])

    return ask


def measure(name: str, engine: Engine, texts: dict[str, str], ours: Answers) -> None:
    """Print the line of a server; or that it is not here."""
    try:
        with ExitStack() as stack:
            print_line(name, ask_all(texts, engine(stack)), ours)
    except pytest.skip.Exception as reason:  # as the tests say it: `make interop` installs it
        print(f"| {name} | {reason} | | | | | |")


def ask_all(texts: dict[str, str], ask: Ask) -> Answers:
    """Ask every question."""
    return {name: best(timings(text, ask)) for name, text in texts.items()}


def timings(text: str, ask: Ask) -> Iterator[tuple[float, int] | None]:
    """Yield the seconds and rows of each asking; nothing if it takes too long."""
    for _ in range(RUNS):
        started = time.perf_counter()
        try:
            rows = ask(f"{text}\n# {next(_numbers)}")
        except httpx.HTTPError:
            yield None
            return
        seconds = time.perf_counter() - started
        yield seconds, rows
        if seconds > 1:
            return


def best(found: Iterator[tuple[float, int] | None]) -> tuple[float, int] | None:
    """Return the quickest of several askings."""
    return min((one for one in found if one), default=None)


def print_line(name: str, found: Answers, ours: Answers) -> None:
    """Print the spread of the times, and the median of the ratios to ours."""
    ended = {question: answer for question, answer in found.items() if answer}
    times = sorted(seconds * 1000 for seconds, _ in ended.values())
    own = {question: answer for question, answer in ours.items() if answer}
    both = ended.keys() & own.keys()
    unlike = sum(ended[question][1] != own[question][1] for question in both)
    ratio = median(ended[question][0] / own[question][0] for question in both)
    p90 = times[math.ceil(len(times) * 0.9) - 1]
    print(
        f"| {name} | {len(ended)} of {len(found)} | {unlike} | {median(times):.1f} | {p90:.1f}"
        f" | {times[-1]:,.0f} | {ratio:.1f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
