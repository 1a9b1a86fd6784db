"""Measure how long each named question takes: questions.py [--rdflib N] PROGRAMS ...

The descriptions are those of corpus.py. A question is asked as it stands, with its defaults, and
with what it requires. An answer counts when all of its rows are read; times are CPU time, the
best of three, or the only one of a question that takes long. rdflib gets the same triples and the
same query text, at a size of its own, in a process that is ended when it takes too long.
"""

import argparse
import math
import multiprocessing
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Final, cast

import rdflib
from corpus import write_corpus
from pyoxigraph import DefaultGraph, Quad, QuerySolutions, RdfFormat, Store

from kg.iris import Minter
from kg.labels import choose_labels
from kg.mapping import ONTOLOGY_FILE
from kg.parameters import bind_parameters, insert_values, list_choices
from kg.pipeline import VOCABULARY_FILE, BuildOptions, read_sources
from kg.questions import Question, list_questions
from kg.resources import read_resource
from kg.sparql import Value, run_query
from kg.terms import DEFAULT_BASE
from kg.triples import Mapper, evidence_triples, fact_triples, place_triples

RUNS: Final = 3
LONG: Final = 1.0
"""Seconds after which a question is asked only once."""
LIMIT: Final = 20.0
"""Seconds after which rdflib is given up on a question."""
SLOWEST: Final = 10
"""Questions that are named."""

Bindings = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a question took, and the rows of its answer."""

    question: Question
    seconds: float
    rows: int


def main() -> None:
    """Print the figures of each number of programs."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("programs", nargs="*", type=int, default=[100, 1000])
    parser.add_argument(
        "--rdflib", type=int, default=20, help="programs that rdflib is asked of; 0: leave it out"
    )
    options = parser.parse_args()
    if options.rdflib:
        compare_engines(options.rdflib)
    for count in options.programs:
        store = make_store(count)
        print_timings(count, len(store), list(ask_all(store)))


def compare_engines(count: int) -> None:
    """Print how much longer rdflib takes than the store of `kg`."""
    store = make_store(count)
    ours = {timing.question.name: timing for timing in ask_all(store)}
    theirs = dict(ask_rdflib(store))
    finished = {name: found for name, found in theirs.items() if found}
    unlike = [name for name, (_, rows) in finished.items() if rows != ours[name].rows]
    ratios = sorted(found[0] / ours[name].seconds for name, found in finished.items())
    print(f"{count} programs, {len(store):,} triples: rdflib ends {len(finished)} of {len(theirs)}")
    print(f"  questions within {LIMIT:g} s, with other numbers of rows for {len(unlike)};")
    print(f"  of these it takes {median(ratios):.0f} times as long (median;", end=" ")
    print(f"least {ratios[0]:.1f}, most {ratios[-1]:,.0f})")
    print(f"  not ended: {', '.join(sorted(set(theirs) - set(finished))) or 'none'}")


def print_timings(count: int, triples: int, timings: list[Timing]) -> None:
    """Print the spread of the times and the slowest questions."""
    times = sorted(timing.seconds * 1000 for timing in timings)
    p90 = times[math.ceil(len(times) * 0.9) - 1]
    print(f"{count:,} programs, {triples:,} triples, {len(times)} questions:", end=" ")
    print(f"p50 {median(times):.1f} ms, p90 {p90:.1f} ms, max {times[-1]:.1f} ms")
    for timing in sorted(timings, key=lambda one: -one.seconds)[:SLOWEST]:
        print(f"  {timing.seconds * 1000:9.1f} ms {timing.rows:9,} rows {timing.question.name}")


def make_store(count: int) -> Store:
    """Return facts, evidence and model of so many invented programs in the default graph."""
    with tempfile.TemporaryDirectory() as folder:
        write_corpus(count, Path(folder))
        reading = read_sources([Path(folder)], BuildOptions())
    extractions = [resolved.extraction for resolved in reading.documents]
    mapper = Mapper(Minter(DEFAULT_BASE), choose_labels(extractions, reading.also_named), "run")
    store = Store()
    for name in (ONTOLOGY_FILE, VOCABULARY_FILE):
        store.load(input=read_resource(name), format=RdfFormat.TURTLE)
    for resolved in reading.documents:
        places = place_triples(mapper, (found.place for found in resolved.readings))
        for triples in (
            fact_triples(mapper, resolved.extraction),
            evidence_triples(mapper, resolved.extraction),
            places,
        ):
            store.extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    return store


def ask_all(store: Store) -> Iterator[Timing]:
    """Ask every question of a store."""
    for question in list_questions():
        bindings = bind_parameters(store, question, required_values(store, question))
        seconds, rows = _ask(store, question, bindings)
        for _ in range(RUNS - 1 if seconds < LONG else 0):
            seconds = min(seconds, _ask(store, question, bindings)[0])
        yield Timing(question, seconds, rows)


def required_values(store: Store, question: Question) -> dict[str, str]:
    """Return something for each parameter that a question cannot be asked without.

    Of things, the first ones that the store has: two that are asked for are not the same.
    """
    given: dict[str, str] = {}
    for parameter in question.parameters:
        if parameter.is_required:
            choices = (choice.iri for choice in list_choices(store, parameter))
            free = (iri for iri in choices if iri not in given.values())
            given[parameter.name] = next(free, parameter.example)
    return given


def _ask(store: Store, question: Question, bindings: Bindings) -> tuple[float, int]:
    start = time.process_time()
    found = run_query(store, question.text, bindings).found
    rows = sum(1 for _ in cast("QuerySolutions", found))
    return time.process_time() - start, rows


def ask_rdflib(store: Store) -> Iterator[tuple[str, tuple[float, int] | None]]:
    """Ask rdflib every question, of the triples of a store; nothing where it takes too long."""
    graph = rdflib.Graph()
    graph.parse(data=store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()), format="nt")
    graph.query("ASK {}")  # loads what every query needs
    fork = multiprocessing.get_context("fork")  # so that each process has the graph at once
    for question in list_questions():
        bindings = bind_parameters(store, question, required_values(store, question))
        here, there = fork.Pipe(duplex=False)
        text = insert_values(question.text, bindings)
        process = fork.Process(target=_ask_graph, args=(graph, text, there))
        process.start()
        yield question.name, here.recv() if here.poll(LIMIT) else None
        process.terminate()
        process.join()


def _ask_graph(graph: rdflib.Graph, text: str, answer: Connection) -> None:
    start = time.process_time()
    rows = len(list(graph.query(text)))
    answer.send((time.process_time() - start, rows))


if __name__ == "__main__":
    main()
