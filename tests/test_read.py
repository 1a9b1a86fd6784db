import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import UsageError
from kg.read import ReadOptions, decode_document, find_files, read_documents
from kg.records import Document, Refusal

from .command import ROOT, environment, kg

TEXT = "Café\r\n\r\nPayers:\rCigna \U0001f3e5\n"


def names(*sources: Path) -> list[str]:
    """Return the names of what is found, refusals as their message."""
    return [str(one) if isinstance(one, Refusal) else one[0] for one in find_files(sources)]


def write(path: Path, text: str = TEXT) -> Path:
    """Write a text, its folders included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_encodings_give_the_same_text(encoding: str) -> None:
    """A byte order mark says how to read, and is no part of the text."""
    document = decode_document("a.txt", TEXT.encode(encoding))
    assert isinstance(document, Document)
    assert document.text == TEXT


@pytest.mark.parametrize("encoding", ["UTF-16-LE", "utf_16_be", "U16", "utf-32-le", "cp1252"])
def test_declared_encodings_are_read(encoding: str) -> None:
    """An encoding may be spelt as Python allows, and wide ones may hold NUL bytes."""
    text = TEXT.replace("\U0001f3e5", "€")
    data = text.encode(encoding).removeprefix(b"\xff\xfe")
    document = decode_document("a.txt", data, encoding)
    assert isinstance(document, Document)
    assert document.text == text


REFUSED = {
    b"a\x00b": "(it holds NUL bytes)",
    "a\x00b".encode("utf-16"): "line 1, column 2 holds the control character U+0000",
    b"one\ntwo \x0b": "line 2, column 5 holds the control character U+000B",
    b"\xef\xbb\xbfab\xff": "byte 6 (line 1) is not utf-8",
    b"a\nb\xc3": "byte 4 (line 2) is not utf-8",
    b"\xed\xa0\x80": "byte 1 (line 1) is not utf-8",
    "a\ufffe".encode(): "U+FFFE",
    "a\x80".encode(): "U+0080",
    b"\xff\xfea": "byte 3 (line 1) is not utf-16-le",
    b"": "there is no content",
    " \xa0\u2003\u200b\n\f".replace("\f", "").encode(): "there is no content",
    b"-----\n*****\n": "there is no content",
}


@pytest.mark.parametrize("data", REFUSED)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    """The message says where and what; nothing is guessed."""
    refusal = decode_document("a.txt", data)
    assert isinstance(refusal, Refusal)
    assert REFUSED[data] in str(refusal)


def test_all_refusals_are_there() -> None:
    """No two cases have the same bytes."""
    assert len(REFUSED) == 12


def test_windows_text_read_as_latin_1_is_refused() -> None:
    """Quotation marks that came out as control characters show that the encoding is another."""
    data = "the “triple aim”".encode("cp1252")
    refusal = decode_document("a.txt", data, "latin-1")
    assert isinstance(refusal, Refusal)
    assert "U+0093" in refusal.problem
    assert isinstance(decode_document("a.txt", data, "cp1252"), Document)


def test_halves_of_characters_are_refused() -> None:
    """A text that no file could hold does not get in by an odd encoding."""
    refusal = decode_document("a.txt", rb"a\ud800", "unicode_escape")
    assert isinstance(refusal, Refusal)


@pytest.mark.parametrize("encoding", ["zork", "base64", "rot13", "undefined", ""])
def test_an_encoding_must_be_one_of_text(encoding: str) -> None:
    """What is no encoding of texts is a mistake of whoever asks."""
    with pytest.raises(UsageError, match="no text encoding"):
        ReadOptions(encoding)


def test_files_are_found_at_any_depth_and_sorted(tmp_path: Path) -> None:
    """Names are relative, have forward slashes and come in order; other endings stay out."""
    for name in ("b.txt", "a/z.TXT", "a/b/c.text", "a.md", "x.txt/y.txt"):
        write(tmp_path / name)
    assert names(tmp_path) == ["a/b/c.text", "a/z.TXT", "b.txt", "x.txt/y.txt"]
    assert names(tmp_path / "a.md") == ["a.md"]


def test_equal_names_in_two_sources_are_told_apart(tmp_path: Path) -> None:
    """As many folders as needed stand before the names that clash, and before no others."""
    for name in ("2013/x.txt", "2014/x.txt", "2014/y.txt", "other/2014/x.txt"):
        write(tmp_path / name, name)
    sources = [tmp_path / "2013", tmp_path / "2014", tmp_path / "other/2014"]
    expected = ["2013/x.txt", "other/2014/x.txt", f"{tmp_path.name}/2014/x.txt", "y.txt"]
    assert sorted(names(*sources)) == sorted(expected)
    assert names(*sources) == names(*sources[::-1])
    read = [one for one in read_documents(sources) if isinstance(one, Document)]
    by_folder = {document.text: document.name for document in read}
    assert by_folder["2013/x.txt"] == "2013/x.txt"
    assert by_folder["other/2014/x.txt"] == "other/2014/x.txt"
    assert len(by_folder) == 4


def test_names_that_are_told_apart_do_not_clash_again(tmp_path: Path) -> None:
    """A name that grows by a folder can meet one that has that folder already."""
    for name in ("a/x.txt", "b/x.txt", "c/a/x.txt"):
        write(tmp_path / name, name)
    found = names(tmp_path / "a", tmp_path / "b", tmp_path / "c")
    assert len(set(found)) == len(found) == 3
    assert all(".." not in name and not name.startswith("/") for name in found)


def test_a_path_with_dots_gives_no_name_with_dots(tmp_path: Path) -> None:
    """A name never leads out of where it is written."""
    write(tmp_path / "a/x.txt", "one")
    write(tmp_path / "b/x.txt", "two")
    found = names(tmp_path / "a/../a", tmp_path / "a/../b")
    assert found == ["a/x.txt", "b/x.txt"]


def test_a_file_in_two_sources_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However a file is reached, it is one, under the name that the widest source gives it."""
    write(tmp_path / "all/sub/x.txt")
    (tmp_path / "link").symlink_to(tmp_path / "all")
    monkeypatch.chdir(tmp_path)
    ways = [Path("all"), Path("all/sub"), Path("all/sub/x.txt"), tmp_path / "all", Path("link")]
    assert names(*ways) == names(*ways[::-1]) == ["sub/x.txt"]


def test_a_copy_is_read_once_and_reported(tmp_path: Path) -> None:
    """The first by name is kept."""
    write(tmp_path / "b.txt")
    write(tmp_path / "a.txt")
    kept, refused = read_documents([tmp_path])
    assert isinstance(kept, Document)
    assert isinstance(refused, Refusal)
    assert (kept.name, refused.name, refused.exit_status) == ("a.txt", "b.txt", 0)


def test_folders_without_descriptions_are_a_mistake_only_alone(tmp_path: Path) -> None:
    """Nothing to read is a usage error; beside a description it is a source that gave nothing."""
    (tmp_path / "none").mkdir()
    with pytest.raises(UsageError, match=r"none: the folder holds no \.txt file"):
        names(tmp_path / "none")
    path = write(tmp_path / "some/x.txt")
    first, second = find_files([path, tmp_path / "none"])
    assert isinstance(first, Refusal)
    assert (first.exit_status, second) == (4, ("x.txt", path))


def test_a_link_to_a_folder_is_not_followed_but_told(tmp_path: Path) -> None:
    """A loop of links does not hang, and what lies behind a link is not dropped in silence."""
    write(tmp_path / "x.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    refusal, found = names(tmp_path)
    assert refusal.endswith(
        "loop: a link to a folder is skipped; name the folder that it points to"
    )
    assert found == "x.txt"


def test_a_folder_that_cannot_be_listed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What may lie in a closed folder is not forgotten."""
    write(tmp_path / "x.txt")
    write(tmp_path / "closed/y.txt")
    scan = os.scandir

    def scan_or_fail(path: str) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", scan_or_fail)
    refusal, found = find_files([tmp_path])
    assert isinstance(refusal, Refusal)
    assert "closed: it cannot be read (permission denied); check its" in str(refusal)
    assert (refusal.exit_status, found) == (4, ("x.txt", tmp_path / "x.txt"))


def test_a_file_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Permission is asked by opening, as root too."""

    def fail(path: str, _flags: int) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    write(tmp_path / "x.txt")
    monkeypatch.setattr(os, "open", fail)
    (refusal,) = read_documents([tmp_path])
    assert str(refusal) == "x.txt: it cannot be read (permission denied); check its permissions"


@pytest.mark.parametrize("name", ["x" * 300, "x/" * 3000 + "y.txt", "none/x.txt"])
def test_an_impossible_path_is_a_missing_file(name: str) -> None:
    """A name too long for the system is refused like any other."""
    (refusal,) = find_files([Path(name)])
    assert isinstance(refusal, Refusal)
    assert refusal.exit_status == 4


def test_a_name_that_is_not_utf_8_can_be_written(tmp_path: Path) -> None:
    """Bytes of a name that are no characters are shown as escapes."""
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "wb") as file:  # noqa: PTH123 - pathlib takes no bytes
        file.write(TEXT.encode())
    (document,) = read_documents([tmp_path])
    assert isinstance(document, Document)
    assert document.name == r"caf\xe9.txt"
    assert names(tmp_path / os.fsdecode(b"gone\xe9.txt"))[0].encode()


def test_standard_input_is_a_source() -> None:
    """`-` reads a description that another program wrote."""
    result = kg("extract", "-", data=(ROOT / "seeds/000_9b51a3162d223c6e.txt").read_bytes())
    assert result.returncode == 0
    assert b'"document": "standard-input.txt"' in result.stdout


def test_closed_standard_input_is_empty() -> None:
    """A program without standard input has nothing there to read."""
    result = subprocess.run(
        ["/bin/sh", "-c", f"'{sys.executable}' -m kg extract - <&-"],
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0
    assert result.stderr == (
        b"kg: warning: standard-input.txt: there is no content; nothing is read from it\n"
    )
