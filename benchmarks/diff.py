"""Measure `kg diff`: its time and memory at growing size, against reading both builds into sets.

All in one run; `--large` adds 10,000 documents. The builds are made of the graph of one seed,
repeated under other names. In a newer one a document of every twenty has another text and three
other facts, in the newest every document has. Times are CPU time, memory is the most that the
process held.
"""

import argparse
import gzip
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[1]
KG: Final = (sys.executable, "-c", "from kg.cli import main; main()")
SIZES: Final = (100, 400, 1_600)
LARGE: Final = 10_000
MOST_IN_SETS: Final = 400
"""More documents are not put into sets, which take 3.6 MB for each."""
SELDOM: Final = 20
"""One document of so many has another text in the newer build."""
SETS: Final = """
import gzip, sys
from pyoxigraph import RdfFormat, parse
old, new = (
    set(parse(gzip.open(folder + "/dataset.nq.gz"), format=RdfFormat.N_QUADS))
    for folder in sys.argv[1:]
)
print(len(old - new), len(new - old), file=sys.stderr)
"""
"""What one would write without `kg diff`: the differing quads, unexplained."""


def main() -> None:
    """Print one line for each size and each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help=f"also {LARGE:,} documents")
    sizes = (*SIZES, LARGE) if parser.parse_args().large else SIZES
    print(f"diff: Python {sys.version.split()[0]}, pyoxigraph {version('pyoxigraph')}")
    print(f"{'documents':>9} {'quads':>11} {'way':<22} {'CPU s':>7} {'MB':>6} {'s/smallest':>11}")
    first: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder, "seeds")
        run([*KG, "build", str(REPOSITORY / "seeds"), "--out", str(seeds)])
        for size in sizes:
            old, new, newest = (str(Path(folder, f"{name}-{size}")) for name in "abc")
            quads = write_build(seeds, Path(old), size)
            write_build(seeds, Path(new), size, every=SELDOM)
            write_build(seeds, Path(newest), size, every=1)
            ways = {
                "nothing changed": [*KG, "diff", old, old],
                "one text in 20 changed": [*KG, "diff", old, new],
                "the same, as a patch": [*KG, "diff", old, new, "--format", "sparql-update"],
                "every text changed": [*KG, "diff", old, newest],
                "two sets of quads": [sys.executable, "-c", SETS, old, new],
            }
            if size > MOST_IN_SETS:
                del ways["two sets of quads"]
            for way, command in ways.items():
                seconds, megabytes = run(command, may_differ=True)
                first.setdefault(way, seconds / size)
                growth = seconds / size / first[way]
                print(
                    f"{size:>9,} {quads:>11,} {way:<22} {seconds:>7.2f} {megabytes:>6.0f}"
                    f" {growth:>11.2f}",
                    flush=True,
                )


def write_build(seeds: Path, folder: Path, size: int, *, every: int = 0) -> int:
    """Write what a comparison reads of a build; return its number of quads.

    With `every`, one document of so many has another text.
    """
    folder.mkdir()
    for name in ("void.ttl", "ontology.ttl", "vocabulary.ttl"):
        (folder / name).write_bytes((seeds / name).read_bytes())
    with gzip.open(seeds / "dataset.nq.gz") as file:
        lines = file.readlines()
    model = [line for line in lines if b"/graph/doc_" not in line.rpartition(b" <")[2]]
    one = [line for line in lines if b"/graph/doc_830db" in line.rpartition(b" <")[2]]
    count = 0
    with (
        gzip.open(folder / "dataset.nq.gz", "wb", 6) as dataset,
        (folder / "graph.nt").open("wb") as facts,
    ):
        for number in range(size):
            copy = sorted(copies(one, number, changed=every > 0 and number % every == 0))
            dataset.writelines(copy)
            start = b"<https://w3id.org/acp/id/program_"
            facts.writelines(
                line[: line.rindex(b" <")] + b" .\n" for line in copy if line.startswith(start)
            )
            count += len(copy)
        dataset.writelines(model)
    return count + len(model)


def copies(lines: Sequence[bytes], number: int, *, changed: bool) -> Iterator[bytes]:
    """Yield the graph of a document under the names of another one."""
    digest = f"{number:08x}{0xFFFFFFFF if changed else number:08x}".encode()
    names = {
        b"830db96423b3f8e8": digest,
        b"_830db964-": b"_%b-" % digest[8:],
        b"cigna-cac-loudoun-medical-group": b"bench-%08d" % number,
        b"002_efaa36969d044550": b"%08d" % number,
    }
    facts = {
        b"13000": b"14500",
        b"13,000": b"14,500",
        b"condition_obesity": b"condition_asthma",
        b'"2013-10-01"': b'"2013-11-01"',
    }
    text = b"".join(lines)
    for old, new in (names | facts if changed else names).items():
        text = text.replace(old, new)
    yield from text.splitlines(keepends=True)


def run(command: Sequence[str], *, may_differ: bool = False) -> tuple[float, float]:
    """Return CPU seconds and megabytes of a command; a failure ends the benchmark."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ((0, 3) if may_differ else (0,)):
        raise SystemExit(f"{' '.join(command)}: exit status {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
