"""Run every benchmark, each within a limit of time, and write one report: artifacts/bench.md.

It tells the machine, the versions and what each printed. A benchmark that fails, or is not done in
time, is told as that, with what it had printed till then, and the status is 1.
"""

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent
LIMIT: Final = 1800
"""Seconds for each benchmark."""
BENCHMARKS: Final[dict[str, Sequence[str]]] = {
    "startup": (),
    "build": (),
    "extraction": (),
    "mapping": (),
    "validation": ("100", "1000"),
    "inference": (),
    "questions": (),
    "stores": (),
    "diff": (),
    "pages": (),
    "endpoint": ("--seconds", "1.5", "--soak", "0.05"),
    "network": (),
}
"""Scripts, with what keeps them short; what else is in the folder is for these."""
LARGE: Final = ("build", "extraction", "diff")
"""Scripts that take --large: up to 100,000 documents, for hours."""
LIBRARIES: Final = ("pyoxigraph", "rdflib", "pyshacl", "google-re2", "igraph", "pyvis", "starlette")


@dataclass(frozen=True, slots=True)
class Run:
    """What a benchmark printed, and how it ended."""

    name: str
    arguments: Sequence[str]
    printed: str
    seconds: float
    ending: str = ""
    """Why there is no more; empty if all went well."""


def main() -> None:
    """Run, write the report, and print it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], help="all, if none is named")
    parser.add_argument("--out", type=Path, default=FOLDER.parent / "artifacts" / "bench.md")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds for each benchmark")
    parser.add_argument("--large", action="store_true", help="up to 100,000 documents")
    given = parser.parse_args()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    runs = []
    for name in given.names or BENCHMARKS:
        print(f"{name} …", file=sys.stderr, flush=True)
        large = ("--large",) if given.large and name in LARGE else ()
        runs.append(run(name, (*BENCHMARKS[name], *large), given.limit))
        given.out.write_text("\n".join(report(runs)), "utf-8")  # so far
    print(given.out.read_text("utf-8"))
    print(f"in {given.out}", file=sys.stderr)
    sys.exit(any(one.ending for one in runs))


def run(name: str, arguments: Sequence[str], limit: float) -> Run:
    """Run a benchmark in a process group of its own, which ends as a whole at the limit."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, FOLDER / f"{name}.py", *arguments],
        cwd=FOLDER.parent,
        env={**os.environ, "PYTHONPATH": str(FOLDER.parent), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    ending = ""
    try:
        printed, complaint = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        ending = f"not done after {limit:g} s"
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        printed, complaint = process.communicate()
    if process.returncode and not ending:
        last = (complaint.strip().splitlines() or [""])[-1]
        ending = f"ended with status {process.returncode}: {last}"
    return Run(name, arguments, printed, time.perf_counter() - started, ending)


def report(runs: Sequence[Run]) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"# Benchmarks, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n"
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    yield f"{os.cpu_count()} cores of {processor()}, {memory()} GB; {platform.system()}"
    yield f"{platform.release()}, Python {platform.python_version()}; load average {load}."
    yield "Libraries: " + ", ".join(f"{name} {version(name)}" for name in LIBRARIES) + ".\n"
    yield f"Source: {revision()}.\n"
    for one in runs:
        command = " ".join(("python", f"benchmarks/{one.name}.py", *one.arguments))
        yield f"## {one.name}\n\n`{command}`, {one.seconds:.0f} s\n"
        is_table = "\n|---" in one.printed
        yield one.printed.strip() + "\n" if is_table else f"```text\n{one.printed.strip()}\n```\n"
        if one.ending:
            yield f"**{one.ending}**\n"


def processor() -> str:
    """Return the name of the processor, where the system tells it."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def memory() -> int:
    """Return the gigabytes of memory."""
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)


def revision() -> str:
    """Return the commit that is measured."""
    command = ["git", "-C", str(FOLDER), "describe", "--always", "--dirty"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "not under git"


if __name__ == "__main__":
    main()
