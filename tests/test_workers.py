"""Tests of `kg.workers` and `kg.lines`: more processes and less memory give the same bytes."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import lines
from kg.lines import Lines, Shelf, Sorter

from .command import ROOT, environment
from .test_determinism import differences, files_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")

DOCUMENTS = 36
"""More than two batches."""


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own: one with threads, as a test may be, does not fork."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Descriptions of invented programs."""
    folder = tmp_path_factory.mktemp("corpus")
    script = ROOT / "benchmarks" / "corpus.py"
    subprocess.run([sys.executable, script, f"{DOCUMENTS}", folder], check=True)
    [inside] = folder.iterdir()
    return inside


@pytest.fixture(scope="module")
def alone(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the corpus by one process, all in memory."""
    out = tmp_path_factory.mktemp("alone") / "build"
    built = run("from kg.cli import main; main()", "build", corpus, "--out", out, "--workers", "1")
    assert "Traceback" not in built.stderr
    assert built.returncode in {0, 3}, built.stderr
    return out


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_and_order_change_nothing(
    corpus: Path, alone: Path, tmp_path: Path, workers: int
) -> None:
    """Several processes, given the files one by one in another order, write the same bytes."""
    files = sorted(corpus.iterdir())
    files = files[workers:] + files[:workers]
    out = tmp_path / "build"
    command = ("build", *files, "--out", out, "--workers", f"{workers}")
    built = run("from kg.cli import main; main()", *command)
    assert built.returncode in {0, 3}, built.stderr
    assert differences(alone, out) == []
    assert len(files_of(out)) > 30


def test_files_in_place_of_memory_change_nothing(corpus: Path, alone: Path, tmp_path: Path) -> None:
    """A build that sorts in many runs and reads two documents at a time writes the same bytes."""
    code = (
        "from kg import batches, lines; batches.DOCUMENTS = 2; lines._MOST_BYTES = 400_000\n"
        "from kg.cli import main; main()"
    )
    out = tmp_path / "build"
    built = run(code, "build", corpus, "--out", out, "--workers", "2")
    assert built.returncode in {0, 3}, built.stderr
    assert differences(alone, out) == []
    assert [path.name for path in tmp_path.iterdir()] == ["build"]


@given(
    st.lists(
        st.lists(st.binary(min_size=1, max_size=3).map(lambda text: text.hex().encode() + b"\n"))
    )
)
def test_runs_merge_to_what_a_set_holds(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[bytes]]
) -> None:
    """However lines come, the sorter gives each once, in order, and counts them."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_MOST_BYTES", 600)
        sorter, shelf = Sorter(folder), Shelf(folder)
        for number, part in enumerate(parts):
            sorter.add(part)
            shelf.put(f"graph {number}", b"".join(part))
        found = sorter.finish()
    expected = sorted({line for part in parts for line in part})
    assert (list(found.lines()), len(found)) == (expected, len(expected))
    assert [list(shelf[name].lines()) for name in shelf] == [sorted(set(part)) for part in parts]
    assert {path.name for path in folder.iterdir()} <= {"lines.nt", "graphs.nt"}


def test_empty_lines_are_an_empty_collection() -> None:
    """No triple, no length, no line."""
    assert (list(Lines()), len(Lines()), list(Lines().lines())) == ([], 0, [])


def test_results_come_in_order_whoever_is_done_first() -> None:
    """Items of unequal work, some taken from a generator as they are needed."""
    code = (
        "import os, time\n"
        "from kg.workers import map_ordered\n"
        "taken = []\n"
        "def items():\n"
        "    for n in range(30): taken.append(n); yield n\n"
        "def work(n): time.sleep(0.02 * (n % 3 == 0)); return n, os.getpid()\n"
        "results = map_ordered(work, items(), 3)\n"
        "first = next(results); ahead = len(taken); rest = list(results)\n"
        "found = [first, *rest]\n"
        "print([n for n, _ in found] == list(range(30)), ahead <= 10)\n"
        "print(os.getpid() not in {p for _, p in found}, len({p for _, p in found}) > 1)\n"
    )
    assert run(code).stdout.split() == ["True"] * 4


def test_a_killed_worker_is_one_clear_line() -> None:
    """The system killed it: the error says so and what to try."""
    code = (
        "import os, signal\n"
        "from kg.workers import WorkerError, map_ordered\n"
        "def work(n):\n"
        "    if n == 5: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return n\n"
        "try: list(map_ordered(work, range(9), 2))\n"
        "except WorkerError as error: print(error)\n"
    )
    done = run(code)
    assert (
        done.stdout
        == "a worker was killed, perhaps for want of memory; try again with --workers 1\n"
    )
    assert done.stderr == ""


def test_a_worker_ends_with_its_parent() -> None:
    """A parent that is killed leaves nobody behind."""
    code = (
        "import os, signal, time\n"
        "from kg.workers import map_ordered\n"
        "def work(n):\n"
        "    if n: time.sleep(60)\n"
        "    return os.getpid()\n"
        "print(next(map_ordered(work, range(9), 2)), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    worker = int(run(code).stdout)
    deadline = time.monotonic() + 10
    while _is_alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_alive(worker)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
        status = Path(f"/proc/{process}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
