"""Tests of `kg.workers` and `kg.lines`: more processes and less memory give the same bytes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import lines
from kg.assemble import publish_build
from kg.conflicts import find_conflicts, read_alone
from kg.doubts import find_doubts
from kg.gist import read_gist
from kg.labels import Labels, choose_labels, read_called
from kg.lines import Lines, Sorter
from kg.pipeline import (
    BuildOptions,
    Reading,
    find_inputs,
    make_graph,
    read_inputs,
    read_sources,
)
from kg.records import Node
from kg.shelf import Shelf
from kg.workers import Workshop

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


def test_memory_in_place_of_files_changes_nothing(
    corpus: Path, alone: Path, tmp_path: Path
) -> None:
    """A library call, which keeps all documents in memory, writes the same bytes."""
    options = BuildOptions()
    reading = read_sources([corpus], options)
    publish_build(make_graph(reading, options), tmp_path / "build")
    assert differences(alone, tmp_path / "build") == []
    assert isinstance(reading.documents, tuple)
    assert len(reading.documents) == DOCUMENTS


def decisions(reading: Reading) -> str:
    """Return corrections of every kind, of names that many documents share and of single facts."""
    first, second = (found.extraction for found in reading.documents[:2])
    payer = next(f.value for f in second.facts if f.predicate == "hasPayer")
    assert isinstance(payer, Node)
    titles = [first.program.label, second.program.label]
    fact = {"document": second.document.name, "property": "hasPayer", "value": payer.label}
    bodies: list[Mapping[str, object]] = [
        {"action": "merge", "names": ["Cigna", "Humana"], "into": "Cigna Humana"},
        {"action": "merge", "names": titles, "into": titles[0], "kind": "program"},
        {"action": "keep-apart", "names": ["Aetna", "Medicaid"]},
        {"action": "rename", "name": "Aetna", "to": "Aetna Health"},
        fact | {"action": "set", "to": "Elm Mutual"},
    ]
    who = {"by": "R. Okafor", "why": "I have asked them."}
    lines = (
        "\n".join(f"{k} = {json.dumps(v)}" for k, v in {**body, **who}.items()) for body in bodies
    )
    return "format = 1\n" + "".join(f"[[correction]]\n{each}\n" for each in lines)


def test_corrections_and_a_cache_change_nothing_of_that(corpus: Path, tmp_path: Path) -> None:
    """With decisions of curators: in memory, from files by two workers, and from a cache."""
    path = tmp_path / "decisions.toml"
    path.write_text(decisions(read_sources([corpus], BuildOptions())))
    options = BuildOptions(corrections=path)
    reading = read_sources([corpus], options)
    publish_build(make_graph(reading, options), tmp_path / "memory")
    assert len(reading.applied) == 5
    assert len({found.extraction.program.key for found in reading.documents}) < DOCUMENTS
    for workers in ("1", "2"):
        out = tmp_path / workers
        command = ("build", corpus, "--corrections", path, "--out", out, "--workers", workers)
        built = run("from kg.cli import main; main()", *command, "--cache", tmp_path / "cache")
        assert built.returncode in {0, 3}, built.stderr
        assert differences(tmp_path / "memory", out) == []
    assert f"{DOCUMENTS} documents ({DOCUMENTS} from the cache)" in built.stderr


def test_documents_on_disk_are_those_in_memory(corpus: Path, tmp_path: Path) -> None:
    """One by one, with their texts, and nothing lies in the folder meanwhile."""
    options = BuildOptions()
    held = read_sources([corpus], options)
    kept = read_inputs(find_inputs([corpus], options), options, workshop=Workshop(1, tmp_path))
    assert [repr(found) for found in kept.documents] == [repr(found) for found in held.documents]
    assert dict(kept.texts) == dict(held.texts)
    assert kept.merges == held.merges
    assert [*tmp_path.iterdir()] == []


def test_gists_tell_what_documents_tell(corpus: Path) -> None:
    """Doubts and contradictions found from the little that each document sends are the same."""
    reading = read_sources([corpus], BuildOptions())
    documents, vocabulary = reading.documents, reading.lexicon.vocabulary
    extractions = [found.extraction for found in documents]
    doubts = find_doubts(documents[::-1], vocabulary)
    assert find_doubts(documents, vocabulary, gists=map(read_gist, extractions)) == doubts
    conflicts = find_conflicts(documents[::-1])
    assert find_conflicts(documents, map(read_alone, extractions)) == conflicts
    assert conflicts


def test_labels_within_a_document_are_those_of_the_collection(corpus: Path, tmp_path: Path) -> None:
    """Also of a program that several documents describe, whatever their order."""
    found = [each.extraction for each in read_sources([corpus], BuildOptions()).documents]
    found += [
        replace(each, document=replace(each.document, name=f"{n}"))
        for n, each in enumerate(found[::3])
    ]
    relabelled = replace(found[0].program, label="Another title")
    found.append(replace(found[0], program=relabelled))
    whole = choose_labels(found, {"cigna": ("CGN",)})
    for order in (found, found[::-1]):
        labels = Labels(lambda n, order=order: read_called(order[n]), {"cigna": ("CGN",)})  # type: ignore[misc]  # a default binds it
        for number, extraction in enumerate(order):
            labels.add(number, read_called(extraction))
        settled = labels.settle(tmp_path)
        for extraction in order:
            within = labels.within(extraction)
            assert within == settled.within(extraction) == {key: whole[key] for key in within}
    assert whole[found[0].program.key][1:] == ("Another title",)


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
        sorter, counter, shelf = Sorter(folder), Sorter(folder, "counted"), Shelf(folder)
        for number, part in enumerate(parts):
            sorter.add(part)
            counter.add(part)
            shelf.put(f"graph {number}", b"".join(sorted(set(part))))
        found, counted = sorter.finish(), counter.count()
    shelf.settle()
    expected = sorted({line for part in parts for line in part})
    assert (list(found.lines()), len(found), counted) == (expected, *[len(expected)] * 2)
    shelved = [list(shelf[f"graph {number}"].lines()) for number in range(len(shelf))]
    assert shelved == [sorted(set(part)) for part in parts]
    assert list(shelf) == sorted(f"graph {number}" for number in range(len(parts)))
    assert {path.name for path in folder.iterdir()} <= {"lines.nt"}


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
