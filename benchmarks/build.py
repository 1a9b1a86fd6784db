"""Measure whole builds: time, memory, the share of each stage, and others on the same triples.

A stage is measured in one process, so that its share is of work and not of waiting; a build as a
command, with as many workers as there are processors. `--large` adds 10,000 and 100,000 documents.
"""

import argparse
import gzip
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from corpus import write_corpus

SIZES: Final = (100, 1_000)
LARGE: Final = (10_000, 100_000)
RIVAL_DOCUMENTS: Final = 20
"""So few, since a pipeline of rdflib takes minutes for them."""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--part", choices=[*PARTS], help=argparse.SUPPRESS)
    parser.add_argument("folders", type=Path, nargs="*", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        print(json.dumps(PARTS[arguments.part](*arguments.folders)))
        return
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), SIZES + LARGE * arguments.large)
        _compare(Path(folder))


def _measure(folder: Path, sizes: tuple[int, ...]) -> None:
    spent: dict[int, float] = {}
    for size in sizes:
        corpus, out = folder / f"corpus-{size}", folder / f"build-{size}"
        write_corpus(size, corpus)
        first = _command("build", corpus, "--out", out)
        again = _command("build", corpus, "--out", out)
        spent[size] = first["cpu"]
        print(
            f"build: {size:,} documents: {first['wall']:.1f} s, {first['cpu']:.1f} s of CPU"
            f" ({size / first['cpu']:.1f} documents a second), at most {first['peak']} MB in all"
            f" processes; unchanged {again['cpu']:.2f} s, {again['cpu'] / first['cpu']:.1%}"
        )
        load = _part("load", out, folder / f"store-{size}")
        print(
            f"build: {load['quads']:,} quads: Oxigraph loads them on disk in {load['cpu']:.1f} s of"
            f" CPU, {load['wall']:.1f} s; a build is {first['cpu'] / load['cpu']:.1f} times that,"
            f" {first['wall'] / load['wall']:.1f} times by the clock"
        )
        shutil.rmtree(out)
        shutil.rmtree(folder / f"store-{size}")
    for small, large in pairwise(sizes):
        exponent = math.log(spent[large] / spent[small]) / math.log(large / small)
        print(
            f"build: from {small:,} to {large:,} documents the exponent of time is {exponent:.2f}"
        )
    stages = _part("stages", folder / f"corpus-{sizes[1]}", folder / "stages")
    total = sum(stages.values())
    for name, seconds in sorted(stages.items(), key=lambda item: -item[1]):
        print(f"build: {name:22} {seconds:8.2f} s {seconds / total:6.1%}")


def _compare(folder: Path) -> None:
    corpus, out = folder / "corpus-rival", folder / "build-rival"
    write_corpus(RIVAL_DOCUMENTS, corpus)
    ours = sum(_part("stages", corpus, out).values())
    theirs = _part("rival", corpus, folder / "rival")
    for name, seconds in theirs.items():
        print(f"build: rdflib and pySHACL: {name:10} {seconds:8.2f} s")
    total = sum(theirs.values())
    print(
        f"build: {RIVAL_DOCUMENTS} documents: {total:.1f} s of CPU with rdflib and pySHACL,"
        f" {ours:.2f} s with ours: {total / ours:.0f} times"
    )


def _command(*arguments: object) -> dict[str, float]:
    return _timed([sys.executable, "-m", "kg", *map(str, arguments)])[1]


def _part(name: str, *folders: Path) -> dict[str, Any]:
    """Return what a part measures in a process of its own, whose memory nobody else has grown."""
    script = [sys.executable, __file__, "--part", name, *map(str, folders)]
    found: dict[str, Any] = json.loads(_timed(script)[0])
    return found


def _timed(command: list[str]) -> tuple[bytes, dict[str, float]]:
    """Run a command; return what it printed, its times, and the peak of all its processes."""
    started, peak = time.perf_counter(), 0
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen(command, stdout=printed, stderr=subprocess.DEVNULL)
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            peak = max(peak, _memory(process.pid))
            time.sleep(0.2)
        _, status, usage = ended
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in {0, 3}:
            raise SystemExit(f"{' '.join(command)} ended in {process.returncode}")
        wall = time.perf_counter() - started
        cpu = usage.ru_utime + usage.ru_stime
        printed.seek(0)
        return printed.read(), {"wall": wall, "cpu": cpu, "peak": peak // 1024}


def _memory(process: int) -> int:
    """Return the kilobytes of a process and its children, what they share counted once."""
    folder = Path(f"/proc/{process}")
    try:
        children = (folder / "task" / f"{process}" / "children").read_text().split()
        lines = (folder / "smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    own = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return own + sum(_memory(int(child)) for child in children)


def measure_stages(corpus: Path, out: Path) -> dict[str, float]:
    """Return the CPU time of each stage of a build in one process."""
    from kg import assemble, batches, export, page, pipeline, survey, tables

    stages: dict[Any, str] = {
        pipeline: "find_inputs read_inputs",
        assemble: "map_reading split_batches write_graphml write_records"
        " count_statements make_build_report write_report write_validation _write_description"
        " publish_reading",
        page: "write_page",
        batches.Batches: "open",
        survey: "judge_batch judge_shared finding_lines read_tables read_part part_lines",
        tables.TableWriter: "add finish",
        export: "_write_trig _write_quads _write_turtle _write_rdf_xml _write_json_ld",
    }
    spent: dict[str, float] = {}

    def timed(owner: Any, name: str) -> None:
        function = getattr(owner, name)

        def run(*arguments: Any, **options: Any) -> Any:
            before, inner = time.process_time(), sum(spent.values())
            result = function(*arguments, **options)
            if isinstance(result, Generator):
                result = list(result)  # or its work would be that of who asks
            passed = time.process_time() - before - (sum(spent.values()) - inner)
            spent[name] = spent.get(name, 0) + passed
            return result

        setattr(owner, name, run)

    for owner, names in stages.items():
        for name in names.split():
            timed(owner, name)
    options = pipeline.BuildOptions()
    reading = pipeline.read_inputs(pipeline.find_inputs([corpus], options), options)
    assemble.publish_reading(reading, options, assemble.Target(out))
    return spent


def measure_load(build: Path, store: Path) -> dict[str, float]:
    """Return what loading the quads of a build into a store on disk takes."""
    from pyoxigraph import RdfFormat, Store

    text = store.with_suffix(".nq")
    with gzip.open(build / "dataset.nq.gz") as packed, text.open("wb") as file:
        shutil.copyfileobj(packed, file)
    wall, cpu = time.perf_counter(), time.process_time()
    loaded = Store(store)
    loaded.bulk_load(path=text, format=RdfFormat.N_QUADS, lenient=True)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    text.unlink()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"quads": len(loaded), "wall": wall, "cpu": cpu, "peak": peak}


def measure_rival(corpus: Path, out: Path) -> dict[str, float]:
    """Return the CPU times of a pipeline that does the same with rdflib and pySHACL alone.

    It is given what was read and mapped, and the queries of the tables; it makes no network, no
    reports and no description, which would take it longer still.
    """
    from rdflib_pipeline import RdflibPipeline

    return RdflibPipeline(corpus, out).run()


PARTS: Final[dict[str, Callable[..., dict[str, float]]]] = {
    "stages": measure_stages,
    "load": measure_load,
    "rival": measure_rival,
}

if __name__ == "__main__":
    main()
