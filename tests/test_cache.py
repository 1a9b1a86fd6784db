"""Tests of `kg.cache`: what is kept gives the same bytes, and nothing else passes for it."""

import errno
import shutil
import tempfile
from pathlib import Path

import pytest

from kg import recipe
from kg.assemble import publish_build
from kg.cache import open_cache
from kg.errors import ChangedError, OutputError
from kg.pipeline import BuildOptions, Reading, find_inputs, make_graph, read_inputs

from .command import kg
from .conftest import SEEDS
from .test_determinism import differences


def read(cache: Path | None, folder: Path = SEEDS, **options: tuple[Path, ...]) -> Reading:
    """Return what is read in a folder with a cache."""
    chosen = BuildOptions(**options)  # type: ignore[arg-type]  # the test names real options
    return read_inputs(find_inputs([folder], chosen), chosen, cache=cache)


def entries(cache: Path) -> list[Path]:
    """Return the files of a cache that hold documents."""
    return sorted(cache.glob("??/*.json"))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache that knows both seeds."""
    folder = tmp_path / "cache"
    assert read(folder).cached == 0
    assert len(entries(folder)) == 2
    return folder


def test_bytes_are_the_same_with_and_without(cache: Path, seed_build: Path, tmp_path: Path) -> None:
    """A build from the cache alone is the build from the texts."""
    reading = read(cache)
    assert reading.cached == len(reading.documents) == 2
    publish_build(make_graph(reading, BuildOptions()), tmp_path / "build")
    assert differences(seed_build, tmp_path / "build") == []


def test_the_command_tells_what_it_did_not_read_again(
    cache: Path, seed_build: Path, tmp_path: Path
) -> None:
    """One text is new, two are known; the variable KG_CACHE names the folder as well."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    first = kg("build", "seeds", "--out", "one", "--cache", cache, cwd=tmp_path)
    assert b"2 documents (2 from the cache), " in first.stderr
    assert differences(seed_build, tmp_path / "one") == []
    path = min((tmp_path / "seeds").iterdir())
    path.write_bytes(path.read_bytes() + b"\n")
    second = kg("build", "seeds", "--out", "two", cwd=tmp_path, env={"KG_CACHE": str(cache)})
    assert b"2 documents (1 from the cache), " in second.stderr
    plain = kg("build", "seeds", "--out", "three", cwd=tmp_path)
    assert (second.returncode, plain.returncode) == (0, 0)
    assert differences(tmp_path / "two", tmp_path / "three") == []


def test_a_changed_text_name_rule_or_vocabulary_is_read_again(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is part of what an entry is found by."""
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS, seeds)
    first, second = sorted(seeds.iterdir())
    first.write_bytes(first.read_bytes().replace(b"5,500", b"5,501"))
    second.rename(seeds / "other.txt")
    assert read(cache, seeds).cached == 0
    mine = tmp_path / "mine.ttl"
    mine.write_text("<https://example.org/a> <https://example.org/b> 1 .")
    assert read(cache, vocabularies=(mine,)).cached == 0
    monkeypatch.setattr(recipe, "_digest_software", lambda: b"other rules")
    assert read(cache).cached == 0
    assert len(entries(cache)) == 8


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:0],
        lambda data: data[:-9],
        lambda data: data.replace(b"Cigna", b"Aetna"),
        lambda data: b"[" * 100 * len(data),
        lambda data: data[:65] + b"{}\n{}\n",
    ],
    ids=["empty", "cut short", "another name", "deep", "no document"],
)
def test_a_damaged_entry_is_none(cache: Path, damage: object) -> None:
    """What does not fit its checksum is read again, and is whole afterwards."""
    assert callable(damage)
    before = [path.read_bytes() for path in entries(cache)]
    for path, data in zip(entries(cache), before, strict=True):
        path.write_bytes(damage(data))
    assert read(cache).cached == 0
    assert [path.read_bytes() for path in entries(cache)] == before


def test_an_entry_under_another_name_is_none(cache: Path) -> None:
    """A whole entry stands for its own document only."""
    one, other = entries(cache)
    shutil.copyfile(one, other)
    assert read(cache).cached == 1


def test_a_folder_of_other_files_is_refused(tmp_path: Path) -> None:
    """A slip of the hand does not fill a folder of photographs."""
    (tmp_path / "photo.jpg").write_bytes(b"")
    with pytest.raises(OutputError, match="holds files but no cache"):
        open_cache(tmp_path, b"")
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_folder_that_others_can_write_to_is_refused(cache: Path) -> None:
    """What they write would be in the next build: one line says so, and what to do."""
    assert cache.stat().st_mode & 0o077 == 0
    cache.chmod(0o777)
    done = kg("build", SEEDS, "--out", cache.parent / "build", "--cache", cache)
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (5, b"")
    assert said.startswith(f"kg: error: {cache}: others can write there, and so into the next")
    assert "chmod 700" in said


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    """A file stands in its place."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="the cache cannot be opened: "):
        open_cache(tmp_path / "file" / "cache", b"")


def test_a_disk_that_refuses_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be kept is read all the same."""

    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", full)
    assert len(read(tmp_path / "cache").documents) == 2
    assert entries(tmp_path / "cache") == []


def test_a_file_that_changes_meanwhile_is_told(tmp_path: Path) -> None:
    """The digest of the build and its text would not fit: status 4, and nothing is written."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    options = BuildOptions()
    inputs = find_inputs([tmp_path / "seeds"], options)
    path = max((tmp_path / "seeds").iterdir())
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(ChangedError, match=f"^{path.name}: it changed while it was read"):
        read_inputs(inputs, options)
    path.unlink()
    with pytest.raises(ChangedError) as caught:
        read_inputs(inputs, options)
    assert caught.value.exit_status == 4
