"""Tests of `kg.recipe`: what is there already is not made again, and nothing else passes for it."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kg import recipe
from kg.checksums import CHECKSUMS
from kg.pipeline import BuildOptions, find_inputs
from kg.recipe import RECIPE, digest_inputs, find_made, finish_recipe
from kg.records import Document, Refusal

from .command import kg
from .conftest import SEEDS

SAID = "nothing has changed since build was built; --again builds it all the same\n"


@pytest.fixture
def folder(seed_build: Path, tmp_path: Path) -> Path:
    """A folder with seeds and their build."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    shutil.copytree(seed_build, tmp_path / "build")
    return tmp_path


def wanted(folder: Path, **options: str | bool) -> str:
    """Return the digest of what a build of the seeds would be made of."""
    chosen = BuildOptions(**options)  # type: ignore[arg-type]  # the test names real options
    inputs = find_inputs([folder / "seeds"], chosen)
    return finish_recipe(inputs.digest, chosen.base, infer=chosen.infer)


def test_a_build_of_the_same_is_not_made_again(folder: Path) -> None:
    """The second build says so and touches nothing; with --again it is built."""
    before = {path: path.stat().st_mtime_ns for path in (folder / "build").rglob("*")}
    inode = (folder / "build").stat().st_ino
    again = kg("build", "seeds", cwd=folder)
    assert (again.returncode, again.stdout, again.stderr.decode()) == (0, b"", SAID)
    assert {path: path.stat().st_mtime_ns for path in (folder / "build").rglob("*")} == before
    forced = kg("build", "seeds", "--again", cwd=folder)
    assert (forced.returncode, b"2 documents" in forced.stderr) == (0, True)
    assert (folder / "build").stat().st_ino != inode


def _touch_text(folder: Path) -> None:
    path = min((folder / "seeds").iterdir())
    path.write_bytes(path.read_bytes() + b"\n")


def _rename(folder: Path) -> None:
    path = min((folder / "seeds").iterdir())
    path.rename(path.with_name("other.txt"))


def _add(folder: Path) -> None:
    (folder / "seeds" / "empty.txt").write_bytes(b"")


def _damage(folder: Path) -> None:
    path = folder / "build" / "tables" / "programs.csv"
    data = path.read_bytes()
    times = path.stat()
    path.write_bytes(data[:-2] + b"X\n")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # neither size nor time tells


def _remove(folder: Path) -> None:
    (folder / "build" / "network.html").unlink()


def _link(folder: Path) -> None:
    path = folder / "build" / "graph.nt"
    path.rename(folder / "graph.nt")
    path.symlink_to(folder / "graph.nt")


def _unlist(folder: Path) -> None:
    path = folder / "build" / CHECKSUMS
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if RECIPE not in line))


@pytest.mark.parametrize("change", [_touch_text, _rename, _add, _damage, _remove, _link, _unlist])
def test_any_change_is_seen(folder: Path, change: Callable[[Path], None]) -> None:
    """A text, a name, a further file, one byte of the build: none passes for the same."""
    assert find_made(folder / "build", wanted(folder)) == 0
    change(folder)
    assert find_made(folder / "build", wanted(folder)) is None


def test_options_and_software_are_part_of_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another base, inference or another version of the rules is another build."""
    made = wanted(folder)
    assert wanted(folder, base="https://example.org/kg/") != made
    assert wanted(folder, infer=True) != made
    vocabulary = folder / "mine.ttl"
    vocabulary.write_text("<https://example.org/a> <https://example.org/b> 1 .")
    assert find_inputs([SEEDS], BuildOptions(vocabularies=(vocabulary,))).digest != made
    monkeypatch.setattr(recipe, "_digest_software", lambda: b"other rules")
    assert wanted(folder) != made


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b"[" * 100_000, b'{"made_of": 1}', b"\xff", b'{"exit_status": 0}']
)
def test_a_strange_recipe_is_none(folder: Path, text: bytes) -> None:
    """Whatever a hostile build folder holds in its place, the build is made."""
    (folder / "build" / RECIPE).write_bytes(text)
    assert find_made(folder / "build", wanted(folder)) is None


def test_checksums_that_lead_elsewhere_are_not_followed(folder: Path) -> None:
    """A name with dots, an absolute one, a pipe: nothing is opened, and the build is made."""
    sums = folder / "build" / CHECKSUMS
    os.mkfifo(folder / "build" / "pipe")
    for name in ("../seeds/x", "/etc/passwd", "pipe"):
        with sums.open("a") as file:
            file.write(f"{'0' * 64}  {name}\n")
        assert find_made(folder / "build", wanted(folder)) is None


def test_the_status_of_findings_stays(folder: Path) -> None:
    """A build with refused texts ends alike when it is not made again, and tells of them again."""
    (folder / "seeds" / "bad.txt").write_bytes(b"\0")
    first = kg("build", "seeds", cwd=folder)
    again = kg("build", "seeds", cwd=folder)
    assert (first.returncode, again.returncode) == (3, 3)
    refused, said = again.stderr.decode().splitlines()
    assert refused in first.stderr.decode()
    assert f"{said}\n" == SAID
    data = json.loads((folder / "build" / RECIPE).read_bytes())
    assert data["exit_status"] == 3


def test_texts_do_not_run_together() -> None:
    """Inputs that would be the same written one after another have digests of their own."""
    found = [
        (Document("a", "bc", "0"),),
        (Document("ab", "c", "0"),),
        (Document("a", "bc", "0"), Refusal("d", "e", "f", 3)),
        (Refusal("d", "e", "f", 3), Document("a", "bc", "0")),
        (Refusal("d", "e", "f", 0), Document("a", "bc", "0")),
    ]
    assert len({digest_inputs(each) for each in found}) == len(found)
    assert digest_inputs((), b"a", b"b") != digest_inputs((), b"ab")
