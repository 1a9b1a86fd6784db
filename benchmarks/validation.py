"""Measure validation by our shapes: one document, then more and more, beside plain pySHACL.

CPU time of one core, on descriptions that `corpus.py` makes, with ontology and vocabulary; all
figures of one run. Ours is the judgement of `kg build` and `kg validate`; plain is
`pyshacl.validate` on an rdflib graph of the same triples. Both must find the same.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import process_time
from typing import Final

import pyshacl
import rdflib
from corpus import write_corpus
from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store
from rdflib import SH

from kg.pipeline import BuildOptions, make_graph, read_sources
from kg.resources import read_resource
from kg.shacl import judge
from kg.terms import ACP
from kg.validate import MODEL_FILES, SHAPES_FILE

SIZES: Final = (100, 1_000, 10_000)
PLAIN: Final = (1, 10)
"""How many documents plain pySHACL is given too: it takes seconds for each."""
ALONE: Final = 20
"""How many documents are judged one by one."""
FAULTY: Final = 100
"""Of so many documents one has a fault planted."""

SHAPES: Final = read_resource(SHAPES_FILE)


def main() -> None:
    """Print one document's milliseconds, a line for each size, then the ratios to plain."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, metavar="N")
    sizes = parser.parse_args().sizes
    with tempfile.TemporaryDirectory() as folder:
        write_corpus(max(sizes), Path(folder), 0)
        corpus = sorted(Path(folder).rglob("*.txt"))
        print_alone(corpus[:ALONE])
        print("documents     triples  results    seconds ms/document | planted  ms/document")
        for size in sizes:
            print_growth(corpus[:size])
        print("documents  results  ours ms  plain ms  plain/ours")
        for size in PLAIN:
            print_ratio(corpus[:size])


def print_alone(paths: list[Path]) -> None:
    """Print how long the graph of one document takes, each judged by itself."""
    judge(make_store(paths[:1]), SHAPES)  # imports and compiles
    stores = [make_store([path]) for path in paths]
    times = sorted(timed(store)[0] * 1000 for store in stores)
    size = median(map(len, stores))
    print(
        f"one document of {len(times)} ({size:,.0f} triples, the model's among them):"
        f" {times[0]:.0f} to {times[-1]:.0f} ms, half up to {median(times):.0f}"
    )


def print_growth(paths: list[Path]) -> None:
    """Print how long many documents take, as they are and with a fault in some."""
    store = make_store(paths)
    taken, results = timed(store)
    plant_faults(store)
    again, more = timed(store)
    count = len(paths)
    print(
        f"{count:>9,} {len(store):>11,} {results:>8,} {taken:>10.2f} {taken / count * 1000:>11.2f}"
        f" | {more - results:>7,} {again / count * 1000:>12.2f}",
        flush=True,
    )


def print_ratio(paths: list[Path]) -> None:
    """Print our time and that of plain pySHACL for the same faulty graph."""
    store = make_store(paths)
    plant_faults(store)
    ours, results = timed(store)
    plain, found = timed_plain(store)
    if found != results:
        raise SystemExit(f"plain pySHACL finds {found} results, we find {results}")
    print(
        f"{len(paths):>9,} {found:>8,} {ours * 1000:>8.0f} {plain * 1000:>9.0f}"
        f" {plain / ours:>11.0f}",
        flush=True,
    )


def make_store(paths: list[Path]) -> Store:
    """Return the graph of some documents with the model, built a thousand at a time."""
    store = Store()
    for name in MODEL_FILES:
        store.load(input=read_resource(name), format=RdfFormat.TURTLE)
    for start in range(0, len(paths), 1000):
        store.bulk_extend(read_facts(paths[start : start + 1000]))
    return store


def read_facts(paths: list[Path]) -> Iterator[Quad]:
    """Yield what a build of some documents says."""
    options = BuildOptions()
    contents = make_graph(read_sources(paths, options), options).contents
    for triples in (contents.facts, contents.evidence):
        yield from (Quad(*triple) for triple in triples)


def plant_faults(store: Store) -> None:
    """Take the check sum from every hundredth document, and from the first."""
    sums = sorted(store.quads_for_pattern(None, ACP.sha256, None), key=str)
    for quad in sums[::FAULTY]:
        store.remove(quad)


def timed(store: Store) -> tuple[float, int]:
    """Return the seconds that our judgement takes, and how many results it has."""
    started = process_time()
    results = judge(store, SHAPES)
    return process_time() - started, len(results)


def timed_plain(store: Store) -> tuple[float, int]:
    """Return the same of pySHACL by itself, its graphs parsed beforehand."""
    text = store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b""
    data = rdflib.Graph().parse(data=text, format="nt")
    shapes = rdflib.Graph().parse(data=SHAPES, format="turtle")
    started = process_time()
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    taken = process_time() - started
    if not isinstance(report, rdflib.Graph):
        raise SystemExit(f"pySHACL fails: {report}")
    return taken, len(list(report.subject_objects(SH.result)))  # without the details of results


if __name__ == "__main__":
    main()
