"""Build on a local cluster of Spark; it must say what a build on this machine says."""

import contextlib
import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyoxigraph import Literal, NamedNode

from kg.interchange.words import read_statements
from tests.command import ROOT, environment
from tests.conftest import SEEDS

pytestmark = pytest.mark.spark

CLUSTER = "local-cluster[2,1,1024]"
"""Two executors, each a process with one core and 1,024 MB: what Spark tests itself with."""

PATIENCE = 900
"""Seconds for a job; a machine that others use takes a minute to start a cluster."""

DOCUMENTS = 60


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the seeds, invented programs and what is refused."""
    folder = tmp_path_factory.mktemp("spark") / "texts [1]"
    corpus = ROOT / "benchmarks" / "corpus.py"
    subprocess.run([sys.executable, corpus, str(DOCUMENTS), str(folder / "made")], check=True)
    for seed in SEEDS.glob("*.txt"):
        (folder / seed.name).write_bytes(seed.read_bytes())
    (folder / "copy.TXT").write_bytes(next(iter(SEEDS.glob("*.txt"))).read_bytes())
    (folder / "binary.txt").write_bytes(b"A\x00program")
    (folder / "latin.txt").write_bytes(b"Caf\xe9 program")
    (folder / "large.text").write_bytes(b"word " * 300_000)
    (folder / "empty.txt").write_bytes(b" \n")
    (folder / "odd.txt").write_bytes("Caf\ufffd program".encode())
    (folder / "notes.md").write_bytes(b"no text of ours")
    return folder


@pytest.fixture(scope="module")
def local(texts: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, list[str]]:
    """Return a build on this machine, its status and what was said of texts."""
    out = tmp_path_factory.mktemp("local") / "build"
    done = build_here(texts, out)
    return out, done.returncode, refused(done.stderr)


def build_here(texts: Path, out: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Build on this machine."""
    command = [sys.executable, "-m", "kg", "build", str(texts), "--out", str(out), *options]
    return subprocess.run(
        command, env=environment(), capture_output=True, text=True, check=False, timeout=PATIENCE
    )


@pytest.fixture(scope="module")
def cluster(texts: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, list[str]]:
    """Return a build on a cluster, its status and what was said of texts."""
    out = tmp_path_factory.mktemp("cluster") / "build"
    with started(texts, out) as job:
        _, said = job.communicate(timeout=PATIENCE)
    return out, job.returncode, refused(said)


@contextlib.contextmanager
def started(texts: Path, out: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """Start a build on a cluster, and end it with the block."""
    if "KG_SPARK" not in os.environ:
        pytest.importorskip("pyspark", reason="`make spark` installs PySpark")
    command = [sys.executable, "-m", "kg", "build", f"file://{texts}", "--out", str(out)]
    job = subprocess.Popen(
        [*command, "--engine", "spark", "--master", CLUSTER, *options],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield job
    finally:
        job.kill()


def refused(said: str) -> list[str]:
    """Return the lines about texts and facts, without what only one of the engines says."""
    lines = [line for line in said.splitlines() if line.startswith(("kg: warning:", "kg: error:"))]
    return sorted(line for line in lines if ".t" in line.lower())


def quads(out: Path) -> list[bytes]:
    """Return the lines of the parts, in the order of their bytes."""
    parts = sorted((out / "quads").glob("part-*.nq.gz"))
    assert len(parts) >= 2
    return sorted(line for part in parts for line in gzip.open(part))


def local_quads(out: Path) -> list[bytes]:
    """Return what a build says of its documents, in the order of the bytes."""
    ends = tuple(f"/graph/{name}> .\n".encode() for name in MODEL)
    return sorted(line for line in gzip.open(out / "dataset.nq.gz") if not line.endswith(ends))


MODEL = ("alignments", "ontology", "shapes", "vocabulary")

Built = tuple[Path, int, list[str]]


def test_both_engines_say_the_same(local: Built, cluster: Built) -> None:
    """The same lines of N-Quads, the same refusals and warnings, the same status."""
    expected = local_quads(local[0])
    assert len({line.rsplit(b" ", 2)[1] for line in expected}) == DOCUMENTS + 3
    assert quads(cluster[0]) == expected
    assert cluster[2] == local[2]
    assert len(local[2]) == 6
    assert cluster[1] == local[1] == 3
    for name in MODEL:
        assert (cluster[0] / f"{name}.ttl").read_bytes() == (local[0] / f"{name}.ttl").read_bytes()


def test_statements_carry_their_words(local: Built, cluster: Built, tmp_path: Path) -> None:
    """Each span behind each statement is a row of Parquet, and none is there besides."""
    expected = set()
    for triple, words in read_statements(local[0], tmp_path):
        assert isinstance(triple.object, NamedNode | Literal)
        assert isinstance(triple.subject, NamedNode)
        for each in words:
            value = (triple.subject.value, triple.predicate.value, triple.object.value)
            expected.add((*value, each.document, each.start, each.end, each.quotation, each.basis))
    table = pq.read_table(cluster[0] / "statements")
    names = ("subject", "predicate", "object", "document", "start", "end", "quotation", "basis")
    found = [tuple(row[name] for name in names) for row in table.select(names).to_pylist()]
    assert len(found) > 3000
    assert set(found) == expected


def test_a_killed_executor_costs_nothing_but_time(
    texts: Path, local: Built, tmp_path: Path
) -> None:
    """An executor that is killed at its work is replaced, and what it did is done again."""
    with started(texts, tmp_path / "build") as job:
        victim = await_worker(job)
        os.kill(victim, signal.SIGKILL)
        assert job.poll() is None
        _, said = job.communicate(timeout=PATIENCE)
    assert job.returncode == local[1], said
    assert quads(tmp_path / "build") == local_quads(local[0])
    assert [path.name for path in tmp_path.iterdir()] == ["build"]


def await_worker(job: "subprocess.Popen[str]") -> int:
    """Return an executor that has a process of Python at work."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert job.poll() is None, job.communicate()[1]
        parents = {pid: parent for pid, parent, _ in processes()}
        for pid, parent, command in processes():
            if "pyspark.daemon" not in command or job.pid not in ancestors(pid, parents):
                continue
            return next(p for p, _, c in processes() if p == parent and "Executor" in c)
        time.sleep(0.05)
    raise AssertionError("no executor began to work")


def processes() -> Iterator[tuple[int, int, str]]:
    """Yield each process with its parent and its command line."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            yield int(folder.name), parent, command


def ancestors(pid: int, parents: dict[int, int]) -> set[int]:
    """Return the processes above one."""
    found = set()
    while pid in parents:
        pid = parents[pid]
        found.add(pid)
    return found


def test_curators_are_heard_on_a_cluster(texts: Path, tmp_path: Path) -> None:
    """Corrections, which look at all documents together, give the same lines."""
    decisions = tmp_path / "corrections.toml"
    decisions.write_text(
        'format = 1\n[[correction]]\naction = "rename"\nname = "Loudoun Medical Group"\n'
        'to = "Loudoun Group"\nby = "a curator"\nwhy = "its own name"\n',
        "utf-8",
    )
    done = build_here(texts, tmp_path / "here", "--corrections", str(decisions))
    assert done.returncode == 3, done.stderr
    with started(texts, tmp_path / "there", "--corrections", str(decisions)) as job:
        _, said = job.communicate(timeout=PATIENCE)
    assert job.returncode == 3, said
    lines = quads(tmp_path / "there")
    assert any(b'"Loudoun Group"' in line for line in lines)
    assert lines == local_quads(tmp_path / "here")


def test_a_folder_that_is_there_is_left_alone(texts: Path, tmp_path: Path) -> None:
    """Nothing on a cluster is replaced."""
    (tmp_path / "mine").mkdir()
    with started(texts, tmp_path / "mine") as job:
        _, said = job.communicate(timeout=PATIENCE)
    assert job.returncode == 5
    assert "is there already; name a new folder" in said
    assert list((tmp_path / "mine").iterdir()) == []
