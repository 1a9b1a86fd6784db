"""Text from strangers cannot act on a terminal."""

from io import BytesIO

import pytest
from rich.text import Text

from kg.terminal import is_plain, printable, render


class Terminal(BytesIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Valley Preferred", "Valley Preferred"),
        ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("$\u202e000,1", r"$\u202e000,1"),
        ("\u2066\u200b\ufeff", r"\u2066\u200b\ufeff"),
        ("two\r\nlines\u2028", r"two\r\nlines\u2028"),
        ("\ud800", r"\ud800"),
        ("no\xa0break “quotes” – é 漢字", "no\xa0break “quotes” – é 漢字"),
    ],
)
def test_only_harmless_characters_are_shown(text: str, shown: str) -> None:
    """Controls, escapes and overrides appear as escapes; letters and blanks as they are."""
    assert shown == printable(text)


def test_output_without_a_terminal_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, pipes, NO_COLOR and dumb terminals get no colours."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert is_plain(BytesIO())
    assert not is_plain(Terminal())
    monkeypatch.setenv("TERM", "dumb")
    assert is_plain(Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert is_plain(Terminal())


def test_styles_reach_only_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bold text is bold on a terminal and bare in a file; markup in it stays text."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    file, terminal = BytesIO(), Terminal()
    render(Text("[red]Cigna[/red] :smile:", "bold"), file)
    render(Text("Cigna", "bold"), terminal)
    assert file.getvalue() == b"[red]Cigna[/red] :smile:\n"
    assert terminal.getvalue() == b"\x1b[1mCigna\x1b[0m\n"


def test_long_lines_stay_whole_in_files() -> None:
    """Nothing is wrapped or cut where a program may read it."""
    file = BytesIO()
    render(Text("word " * 500), file)
    assert file.getvalue().count(b"\n") == 1
