import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from typer.testing import CliRunner

from kg.assemble import publish_build
from kg.cli import app
from kg.pipeline import Graph

from .command import kg
from .conftest import SEEDS

DESCRIPTION = """Acme Health Medical Home Program - Elm Medical Group

Payers:
Acme Health
Description:

The program was effective March 1, 2012 and benefits over 900 people covered by Acme Health.
"""

Maker = Callable[[Path], Path]


def of_bytes(name: str, data: bytes) -> Maker:
    """Return what makes a file of these bytes."""

    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def _missing(folder: Path) -> Path:
    return folder / "missing.txt"


def _folder(folder: Path) -> Path:
    (folder / "notes").mkdir()
    (folder / "notes" / "notes.md").write_text("not a description")
    return folder / "notes"


def _closed(folder: Path) -> Path:
    if os.geteuid() == 0:
        pytest.skip("root reads files that nobody may read")
    path = of_bytes("closed.txt", DESCRIPTION.encode())(folder)
    path.chmod(0)
    return path


def _huge(folder: Path) -> Path:
    with (folder / "huge.txt").open("wb") as file:
        file.write(b"A")
        file.truncate(50 * 1024 * 1024)
    return folder / "huge.txt"


def _long_line(folder: Path) -> Path:
    return of_bytes("long-line.txt", b"Cigna will " * (50 * 1024 * 1024 // 11))(folder)


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.txt")
    return folder / "pipe.txt"


def _zero(folder: Path) -> Path:
    (folder / "zero.txt").symlink_to("/dev/zero")
    return folder / "zero.txt"


def _loop(folder: Path) -> Path:
    (folder / "loop.txt").symlink_to("loop.txt")
    return folder / "loop.txt"


def _folder_loop(folder: Path) -> Path:
    (folder / "again").mkdir()
    (folder / "again" / "again").symlink_to(folder / "again")
    (folder / "again" / "inner.txt").write_text(DESCRIPTION)
    return folder / "again"


def _copy(folder: Path) -> Path:
    return of_bytes("copy.txt", (SEEDS / "002_efaa36969d044550.txt").read_bytes())(folder)


CASES: dict[str, tuple[Maker, int, str, str]] = {
    "empty": (of_bytes("empty.txt", b""), 0, "empty.txt: there is no content", "nothing is read"),
    "blank": (of_bytes("blank.txt", b" \r\n\t\n"), 0, "blank.txt: there is no content", ""),
    "invisible": (of_bytes("zwsp.txt", "\u200b\u2060\n".encode()), 0, "zwsp.txt: there is no", ""),
    "binary": (
        of_bytes("binary.txt", b"%PDF-1.7\n\x00\x01\xff\xfe" * 50),
        3,
        "binary.txt: it is not text (it holds NUL bytes)",
        "save it as plain text",
    ),
    "latin-1": (
        of_bytes("latin.txt", "Café Group\n\nPayers:\nCigna\n".encode("latin-1")),
        3,
        "latin.txt: byte 4 (line 1) is not utf-8",
        "--encoding, such as latin-1",
    ),
    "utf-16": (of_bytes("utf16.txt", DESCRIPTION.encode("utf-16")), 0, "", ""),
    "utf-8 with a mark": (of_bytes("mark.txt", DESCRIPTION.encode("utf-8-sig")), 0, "", ""),
    "folder": (_folder, 4, "notes: the folder holds no .txt file", "name another folder"),
    "missing": (_missing, 4, "missing.txt: it cannot be read (no such file", "check the path"),
    "closed": (_closed, 4, "closed.txt: it cannot be read (permission", "check its permissions"),
    "huge": (_huge, 3, "huge.txt: it is larger than 1,048,576 bytes", "raise --max-bytes"),
    "long line": (_long_line, 3, "long-line.txt: it is larger than", "raise --max-bytes"),
    "pipe": (_pipe, 4, "pipe.txt: it is not a regular file", "name it -"),
    "device": (_zero, 4, "zero.txt: it is not a regular file", "name it -"),
    "invalid byte": (
        of_bytes("byte.txt", b"Acme\n\nPayers:\nAc\xffme\n"),
        3,
        "byte.txt: byte 17 (line 4) is not utf-8",
        "--encoding",
    ),
    "control": (
        of_bytes("control.txt", b"Acme\n\nPay\x1b[31mers:\n"),
        3,
        "control.txt: line 3, column 4 holds the control character U+001B",
        "remove it",
    ),
    "copy": (_copy, 0, "copy.txt: a copy; it is the same as 002_efaa36969d044550.txt", "once"),
    "line end in the name": (of_bytes("a\nb.txt", b"\0"), 3, "a\\nb.txt: it is not text", ""),
    "emoji in the name": (of_bytes("\U0001f3e5.txt", b"\0"), 3, "\U0001f3e5.txt: it is", ""),
    "dash before the name": (of_bytes("-rf.txt", b"\0"), 3, "-rf.txt: it is not text", ""),
    "command in the name": (of_bytes(";rm -rf $HOME;.txt", b"\0"), 3, ";rm -rf $HOME;.txt:", ""),
    "override in the name": (of_bytes("a\u202etxt.txt", b"\0"), 3, "a\\u202etxt.txt:", ""),
    "good file, odd name": (of_bytes("-;\n<b>\x1b'\".txt", DESCRIPTION.encode()), 0, "", ""),
    "link to itself": (_loop, 4, "loop.txt: it cannot be read (too many levels", "remove it"),
    "folder in itself": (_folder_loop, 0, "again/again: a link to a folder is skipped", "name"),
}
"""For each kind of source: what makes it, the exit status, what is said of it, and the advice."""


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, int, str, str]:
    """Each bad source, made anew."""
    make, status, problem, advice = CASES[request.param]
    return make(tmp_path), status, problem, advice


@pytest.fixture(scope="module")
def seed_records() -> list[dict[str, object]]:
    """What is read from the two seeds alone."""
    result = CliRunner().invoke(app, ["extract", str(SEEDS)])
    assert result.exit_code == 0, result.stderr
    return records(result.stdout)


def records(lines: str) -> list[dict[str, object]]:
    """Return the records in the output of `kg extract`."""
    return [json.loads(line) for line in lines.splitlines()]


def test_each_bad_source_leaves_the_seeds_whole(
    case: tuple[Path, int, str, str], seed_records: list[dict[str, object]]
) -> None:
    """The message names the file and what to do; the status says how bad it is."""
    source, status, problem, advice = case
    result = CliRunner().invoke(app, ["extract", str(SEEDS), "--", str(source)])
    assert result.exit_code == status, result.stderr
    assert problem in result.stderr
    assert advice in result.stderr
    assert bool(result.stderr) == bool(problem)
    assert all(record in records(result.stdout) for record in seed_records)


def test_the_cases_are_all_there() -> None:
    """As many kinds of bad source as we know."""
    assert len(CASES) == 25


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All sources at once, the bad ones first."""
    sources = []
    for number, (make, *_) in enumerate(CASES.values()):
        folder = tmp_path_factory.mktemp(f"case{number}")
        if make is not _closed or os.geteuid():
            sources.append(make(folder))
    return [*sources, SEEDS]


def test_all_bad_sources_together_leave_the_seeds_whole(
    everything: list[Path], seed_graph: Graph, tmp_path: Path
) -> None:
    """One build, the gravest status, a line for each, no traceback, ASCII in the C locale."""
    result = kg("build", "--out", tmp_path / "build", "--", *everything, env={"LC_ALL": "C"})
    said = result.stderr.decode("ascii")
    assert result.returncode == 4, said
    assert result.stdout == b""
    assert "Traceback" not in said
    for name, (make, _, problem, _) in CASES.items():
        if make is not _closed or os.geteuid():
            assert problem.encode("ascii", "backslashreplace").decode() in said, name
    built = (tmp_path / "build" / "graph.ttl").read_bytes()
    missing = set(seed_graph.contents.facts) - {
        quad.triple for quad in parse(built, format=RdfFormat.TURTLE)
    }
    assert missing == set()


def test_nothing_to_build_leaves_the_old_build(seed_graph: Graph, tmp_path: Path) -> None:
    """A bad source, a folder without descriptions or --strict: no byte of the output changes."""
    out = tmp_path / "build"
    publish_build(seed_graph, out)
    before = snapshot(out)
    (tmp_path / "binary.txt").write_bytes(b"\0")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "none").mkdir()
    strict: list[Path | str] = [SEEDS, "--strict"]
    cases: list[tuple[list[Path | str], int]] = [
        ([tmp_path / "binary.txt"], 3),
        ([tmp_path / "empty.txt"], 3),
        ([tmp_path / "missing"], 4),
        ([tmp_path / "none"], 2),
        ([*strict, tmp_path / "empty.txt"], 3),
    ]
    runner = CliRunner()
    for arguments, status in cases:
        result = runner.invoke(app, ["build", "--out", str(out), *map(str, arguments)])
        assert (result.exit_code, result.stdout) == (status, ""), (arguments, result.stderr)
        assert result.stderr.startswith("kg: ")
        assert snapshot(out) == before, arguments
    assert len(before) > 20


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_raised_limit_reads_a_larger_file(tmp_path: Path) -> None:
    """What `--max-bytes` says in the message is what it does."""
    path = of_bytes("long.txt", DESCRIPTION.encode() + b"word " * 1000)(tmp_path)
    runner = CliRunner()
    refused = runner.invoke(app, ["extract", str(path), "--max-bytes", "5000"])
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert runner.invoke(app, ["extract", str(path), "--max-bytes", "6000"]).exit_code == 0


def test_a_declared_encoding_is_used(tmp_path: Path) -> None:
    """`--encoding` reads what UTF-8 refuses; a name that is none is a usage error."""
    path = of_bytes("latin.txt", DESCRIPTION.replace("Elm", "Élm").encode("latin-1"))(tmp_path)
    runner = CliRunner()
    read = runner.invoke(app, ["extract", str(path), "--encoding", "latin-1"])
    assert "Élm Medical Group" in str(records(read.stdout)[0]["title"])
    for encoding in ("zork", "base64", "rot13", "é", ""):
        result = runner.invoke(app, ["extract", str(path), "--encoding", encoding])
        assert (result.exit_code, result.stdout) == (2, ""), encoding
        assert "there is no text encoding" in result.stderr


def test_the_order_of_bad_sources_changes_nothing(everything: list[Path]) -> None:
    """Records and messages come in the order of names, whatever the order of the sources."""
    runner = CliRunner()
    one, two = (
        runner.invoke(app, ["extract", "--", *map(str, sources)])
        for sources in (everything, everything[::-1])
    )
    assert (one.stdout, one.stderr) == (two.stdout, two.stderr)
    assert len(records(one.stdout)) == 5  # one of the good files is in two sources
