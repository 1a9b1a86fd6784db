"""Tests of `kg.publish`: the old folder or the new one, never a mixture, and nobody's file lost."""

import errno
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kg import publish
from kg.checksums import CHECKSUMS, HALLMARK, is_intact, listed_files
from kg.errors import InputError, OutputError
from kg.publish import publish_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")


def build(out: Path, text: str = "new") -> None:
    """Publish a small build whose files all hold one text."""
    with publish_folder(out) as folder:
        (folder / "graph.ttl").write_text(text)
        (folder / "tables").mkdir()
        (folder / "tables" / "programs.csv").write_text(text)


def snapshot(folder: Path) -> dict[str, str]:
    """Return the text of every file below a folder, by relative path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def expected(text: str, **foreign: str) -> dict[str, str]:
    """Return what a folder holds after `build`."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    sums = f"{digest}  graph.ttl\n{digest}  tables/programs.csv\n"
    return {CHECKSUMS: sums, "graph.ttl": text, "tables/programs.csv": text, **foreign}


def siblings(out: Path) -> list[str]:
    """Return what stands beside the target."""
    return sorted(path.name for path in out.parent.iterdir() if path != out)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a target in a folder of its own."""
    return tmp_path / "build"


def test_build_appears_whole_with_checksums(out: Path) -> None:
    """A first build makes the folder, its checksums, and nothing beside it."""
    build(out)
    assert snapshot(out) == expected("new")
    assert siblings(out) == []
    command = ["sha256sum", "--check", "--strict", CHECKSUMS]
    check = subprocess.run(command, cwd=out, check=False)
    assert check.returncode == 0


def test_target_is_made_with_its_parents(tmp_path: Path) -> None:
    """A target in folders that do not exist yet is fine, and so is an empty folder."""
    build(tmp_path / "a" / "b" / "build")
    assert snapshot(tmp_path / "a" / "b" / "build") == expected("new")
    (tmp_path / "empty").mkdir()
    build(tmp_path / "empty")
    assert snapshot(tmp_path / "empty") == expected("new")


def test_working_folder_can_be_the_target(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--out .` means the folder one stands in."""
    build(out, "old")
    monkeypatch.chdir(out)
    build(Path())
    assert snapshot(out) == expected("new")


def test_second_build_replaces_the_first(out: Path) -> None:
    """What the old build wrote and the new one does not is gone; nothing else is left over."""
    with publish_folder(out) as folder:
        (folder / "graph.ttl").write_text("old")
        (folder / "gone.txt").write_text("old")
    build(out)
    assert snapshot(out) == expected("new")
    assert siblings(out) == []


@pytest.fixture(params=["exchange", "two renames"])
def either_swap(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test with each way to swap."""
    if request.param == "two renames":
        monkeypatch.setattr(publish, "_exchange", lambda _one, _other: False)
    return str(request.param)


@pytest.mark.usefixtures("either_swap")
def test_files_of_a_user_are_kept(out: Path) -> None:
    """Notes, folders and links that a user put into the target are there afterwards."""
    build(out, "old")
    (out / "notes.md").write_text("mine")
    (out / "tables" / "pivot.xlsx").write_text("mine too")
    (out / "deep" / "er").mkdir(parents=True)
    (out / "deep" / "er" / "x").write_text("x")
    (out / "link").symlink_to("/nowhere")
    (out / "folderlink").symlink_to(out.parent)
    inode = (out / "notes.md").stat().st_ino
    build(out)
    assert snapshot(out) == expected(
        "new", **{"notes.md": "mine", "tables/pivot.xlsx": "mine too", "deep/er/x": "x"}
    )
    assert (out / "link").readlink() == Path("/nowhere")
    assert (out / "folderlink").is_symlink()
    assert (out / "notes.md").stat().st_ino == inode
    assert siblings(out) == []
    assert listed_files(out) == {CHECKSUMS, "graph.ttl", "tables/programs.csv"}


def test_files_of_a_user_are_kept_where_links_are_not_possible(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system without hard links gets copies."""
    build(out, "old")
    (out / "notes.md").write_text("mine")

    def refuse(*_paths: object, **_options: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    build(out)
    assert snapshot(out) == expected("new", **{"notes.md": "mine"})


def test_file_put_in_at_the_last_moment_is_kept(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that lands in the old folder after the links were made is moved over."""
    build(out, "old")
    swap = publish._swap

    def swap_late(places: publish._Places) -> None:
        (out / "late").write_text("late")
        (out / "deep").mkdir()
        (out / "deep" / "late").write_text("late")
        swap(places)

    monkeypatch.setattr(publish, "_swap", swap_late)
    build(out)
    assert snapshot(out) == expected("new", **{"late": "late", "deep/late": "late"})


def test_name_that_both_want_is_refused(out: Path) -> None:
    """A user's file under a name that the new build writes stops the build, not the file."""
    with publish_folder(out) as folder:
        (folder / "graph.ttl").write_text("old")
    (out / "tables").mkdir()
    (out / "tables" / "programs.csv").write_text("mine")
    before = snapshot(out)
    with pytest.raises(OutputError, match="not from a build, but the build needs its name"):
        build(out)
    assert snapshot(out) == before
    assert siblings(out) == []


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda out: out.write_text("mine"), "is a file"),
        (lambda out: out.symlink_to(out.parent), "is a symbolic link"),
        (lambda out: out.symlink_to("nowhere"), "is a symbolic link"),
        (lambda out: (out.mkdir(), (out / "x").write_text("mine")), "no build of ours"),
        (
            lambda out: (out.mkdir(), (out / CHECKSUMS).write_text(f"{'0' * 64}  x.iso\n")),
            "no build of ours",
        ),
    ],
)
def test_target_that_is_no_build_is_refused(
    make: Callable[[Path], object], message: str, out: Path
) -> None:
    """A file, a link and a folder of someone else's stay as they are; the status is 5."""
    make(out)
    before = (out.lstat().st_ino, snapshot(out), out.lstat().st_mtime_ns)
    with pytest.raises(OutputError, match=message) as caught:
        build(out)
    assert caught.value.exit_status == 5
    assert (out.lstat().st_ino, snapshot(out), out.lstat().st_mtime_ns) == before
    assert siblings(out) == []


@pytest.mark.parametrize(
    "fault", [KeyboardInterrupt(), ValueError("x"), InputError("a.txt", "no text")]
)
def test_failed_build_leaves_the_old_one(fault: BaseException, out: Path) -> None:
    """After an error or Ctrl-C the old output is untouched and the temporary folder gone."""
    build(out, "old")
    before = (out.stat().st_ino, out.stat().st_mtime_ns)
    with pytest.raises(type(fault)), publish_folder(out) as folder:  # noqa: PT012 - half way
        (folder / "graph.ttl").write_text("half")
        raise fault
    assert snapshot(out) == expected("old")
    assert (out.stat().st_ino, out.stat().st_mtime_ns) == before
    assert siblings(out) == []


def test_second_build_at_once_is_refused_with_the_process(out: Path) -> None:
    """While one process builds, another gets status 5 and the number of the first."""
    script = (
        "import sys, pathlib\n"
        "from kg.publish import publish_folder\n"
        "with publish_folder(pathlib.Path(sys.argv[1])) as folder:\n"
        "    (folder / 'graph.ttl').write_text('first')\n"
        "    print('ready', flush=True)\n"
        "    sys.stdin.readline()\n"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", script, str(out)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
        text=True,
    )
    assert first.stdout is not None
    assert first.stdout.readline() == "ready\n"
    with pytest.raises(OutputError, match=rf"process {first.pid}\)") as caught:
        build(out)
    assert caught.value.exit_status == 5
    first.communicate("go\n", timeout=20)
    assert first.returncode == 0
    assert snapshot(out)["graph.ttl"] == "first"
    build(out)
    assert snapshot(out) == expected("new")


def test_lock_of_a_dead_process_is_taken_over(out: Path) -> None:
    """A lock file that nobody holds does not stop a build, whatever number it names."""
    publish._places_of(out).lock.write_text("1\n")
    build(out)
    assert snapshot(out) == expected("new")
    assert siblings(out) == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, "no space is left on the disk"),
        (errno.EDQUOT, "your disk quota is used up"),
        (errno.EROFS, "the file system is read-only"),
    ],
)
def test_full_disk_is_one_clear_line(code: int, reason: str, out: Path) -> None:
    """A write that fails for want of room ends in status 5, and the old build stays."""
    build(out, "old")
    with pytest.raises(OutputError, match=reason) as caught, publish_folder(out):
        raise OSError(code, os.strerror(code))
    assert str(caught.value).startswith(str(out))
    assert snapshot(out) == expected("old")
    assert siblings(out) == []


@pytest.mark.parametrize("opened_by", ["us", "the engine"])
def test_full_disk_is_told_from_a_real_write(opened_by: str, out: Path) -> None:
    """The engine's own writer on a full device gives the same line."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    node = NamedNode("http://example.org/x")
    triples = [Triple(node, node, Literal("x" * 10_000))] * 20
    with (
        pytest.raises(OutputError, match="no space is left on the disk"),
        publish_folder(out),
        full.open("wb") as file,
    ):
        serialize(triples, file if opened_by == "us" else full, format=RdfFormat.N_TRIPLES)
    assert not out.exists()
    assert siblings(out) == []


def test_fault_of_an_input_is_not_blamed_on_the_output(out: Path) -> None:
    """An unreadable source inside the block stays the error that it is."""
    with pytest.raises(FileNotFoundError), publish_folder(out):
        (out.parent / "missing.txt").read_text()
    assert siblings(out) == []


def test_refused_permission_is_one_clear_line(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in which nothing may be made gives status 5 and the reason."""

    def refuse(path: Path, *_modes: object, **_options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OutputError, match="permission is denied"):
        build(out)


def test_failed_second_rename_is_undone(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an exchange, a failing second rename brings the old build back."""
    build(out, "old")
    monkeypatch.setattr(publish, "_exchange", lambda _one, _other: False)
    rename = Path.rename

    def fail_new(self: Path, target: Path) -> Path:
        if self.suffix == ".new":
            raise OSError(errno.EIO, "Input/output error", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_new)
    with pytest.raises(OutputError, match="Input/output error"):
        build(out)
    assert snapshot(out) == expected("old")
    assert siblings(out) == []


def test_mode_of_the_folder_is_kept(out: Path) -> None:
    """A target that only its owner may read stays so."""
    build(out, "old")
    out.chmod(0o700)
    build(out)
    assert out.stat().st_mode & 0o777 == 0o700


def _killed_at(step: int, out: Path) -> bool:
    """Build in a child that kills itself at its n-th file operation; say whether it got there."""
    child = os.fork()
    if child == 0:
        left = step

        def count(event: str, _arguments: object) -> None:
            nonlocal left
            if event.partition(".")[0] in ("open", "os", "shutil", "fcntl", "ctypes"):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        build(out)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status)


def _steps(out: Path) -> Iterator[int]:
    """Prepare an old build with foreign files, kill a new one, for each of its operations."""
    for step in range(1, 500):
        if out.exists():
            build(out, "old")
        build(out, "old")
        (out / "notes.md").write_text("mine")
        (out / "own").mkdir(exist_ok=True)
        (out / "own" / "x").write_text("x")
        if not _killed_at(step, out):
            return
        yield step


def test_kill_at_every_file_operation_loses_nothing(out: Path, either_swap: str) -> None:
    """After SIGKILL at any moment the target is one whole build, and a rerun repairs."""
    mine = {"notes.md": "mine", "own/x": "x"}
    seen = set()
    kills = 0
    for kills in _steps(out):
        found = snapshot(out)
        seen.add(found.get("graph.ttl"))
        whole = [expected("old", **mine), expected("new", **mine)]
        if either_swap == "two renames":
            whole.append({})  # between the renames; the next build undoes the first
        assert found in whole, f"killed at operation {kills}"
        build(out)
        assert snapshot(out) == expected("new", **mine), f"killed at operation {kills}"
        assert siblings(out) == []
    assert kills >= 50
    assert seen >= {"old", "new"}


def test_killed_process_leaves_the_old_build(out: Path) -> None:
    """`kill -9` of a real process in the middle of its writing: old output whole, rerun clean."""
    build(out, "old")
    script = (
        "import os, sys, pathlib\n"
        "from kg.publish import publish_folder\n"
        "with publish_folder(pathlib.Path(sys.argv[1])) as folder:\n"
        "    (folder / 'graph.ttl').write_text('half')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", script, str(out)], cwd=root, check=False)
    assert done.returncode == -9
    assert snapshot(out) == expected("old")
    assert len(siblings(out)) == 2, "the unfinished folder and the lock"
    build(out)
    assert snapshot(out) == expected("new")
    assert siblings(out) == []


def test_a_file_that_is_listed_twice_must_have_both_digests(tmp_path: Path) -> None:
    """Checksums that contradict each other are of no whole build, whichever stands last."""
    (tmp_path / HALLMARK).write_bytes(b"")
    right, wrong = (
        f"{digest}  {HALLMARK}\n" for digest in (hashlib.sha256().hexdigest(), "0" * 64)
    )
    for lines, expected in ((right, True), (right + right, True), (wrong + right, False)):
        (tmp_path / CHECKSUMS).write_text(lines, "utf-8")
        assert is_intact(tmp_path) is expected
