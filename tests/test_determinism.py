import filecmp
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kg.assemble import publish_build
from kg.pipeline import BuildOptions, Graph, make_graph, read_sources

from .command import ROOT, environment
from .conftest import SEEDS


def files_of(folder: Path) -> list[str]:
    """Return the name of every file in a folder."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def differences(one: Path, other: Path) -> list[str]:
    """Return the files that are not byte for byte the same in both folders."""
    names = files_of(one)
    assert names == files_of(other)
    _, mismatch, errors = filecmp.cmpfiles(one, other, names, shallow=False)
    return mismatch + errors


def start(
    sources: Sequence[Path | str], out: Path, cwd: Path, env: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start a build in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "kg", "build", *map(str, sources), "--out", str(out)],
        cwd=cwd,
        env=environment(env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The two seeds, built at once in three surroundings that differ in everything they can."""
    folder = tmp_path_factory.mktemp("builds")
    checkout = folder / "a checkout (é)"
    for part in ("kg", "ontology", "shapes", "seeds"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, checkout / part, ignore=ignored)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    seeds = sorted(SEEDS.iterdir())
    processes = {
        "plain": start(
            ["seeds"],
            folder / "plain",
            ROOT,
            {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
        ),
        "files in another order, elsewhere": start(
            seeds[::-1],
            folder / "other" / "build",
            elsewhere,
            {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "Asia/Kolkata"},
        ),
        "another checkout": start(
            [checkout / "seeds" / seeds[0].name, "seeds", Path("seeds", seeds[1].name)],
            Path("build"),
            checkout,
            {"PYTHONPATH": str(checkout), "PYTHONHASHSEED": "random"}
            | {"LC_ALL": "", "LANG": "de_DE.UTF-8", "TZ": "America/St_Johns", "COLUMNS": "40"},
        ),
    }
    for name, process in processes.items():
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, (name, said.decode())
    places = [folder / "plain", folder / "other" / "build", checkout / "build"]
    return dict(zip(processes, places, strict=True))


def test_surroundings_change_nothing(builds: dict[str, Path]) -> None:
    """Order of sources, hash seed, locale, time zone, working directory, path: not one byte."""
    plain, *others = builds.values()
    assert [differences(plain, other) for other in others] == [[], []]
    assert len(files_of(plain)) >= 30
    assert {"graph.ttl", "network.html", "void.ttl", "tables/programs.csv"} <= {*files_of(plain)}


def test_no_file_names_the_machine(builds: dict[str, Path]) -> None:
    """Neither the checkout nor the output folder nor the user is in what is published."""
    secrets = [os.fsencode(path) for path in (ROOT, *builds.values())]
    for name in files_of(builds["plain"]):
        data = (builds["another checkout"] / name).read_bytes()
        assert [secret for secret in secrets if secret in data] == [], name


def test_a_second_build_is_the_first(
    builds: dict[str, Path], seed_graph: Graph, tmp_path: Path
) -> None:
    """A library call gives the bytes of the command, over an old build or in a new folder."""
    out = tmp_path / "build"
    publish_build(seed_graph, out)
    assert differences(builds["plain"], out) == []
    publish_build(seed_graph, out)
    assert differences(builds["plain"], out) == []


def test_another_text_is_another_build(builds: dict[str, Path], tmp_path: Path) -> None:
    """The comparison can fail: one digit changed in a seed is seen in the files that hold facts."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    path = tmp_path / "seeds" / "000_9b51a3162d223c6e.txt"
    path.write_bytes(path.read_bytes().replace(b"5,500", b"5,501"))
    options = BuildOptions()
    publish_build(make_graph(read_sources([path.parent], options), options), tmp_path / "build")
    changed = {*differences(builds["plain"], tmp_path / "build")}
    assert changed >= {"graph.ttl", "evidence.ttl", "records.jsonl", "network.html", "void.ttl"}
    assert "ontology.ttl" not in changed
