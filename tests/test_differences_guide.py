"""The guide to differences shows what its commands print, and its Python runs.

`KG_UPDATE_DIFFS=1 pytest tests/test_differences_guide.py` writes the outputs anew.
"""

import doctest
import os
import re
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT
from tests.newcomer import run_shell

GUIDE: Final = ROOT / "docs" / "differences.md"
BLOCK: Final = re.compile(r"^```console\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[str]:
    """Return the commands of a block; a here-document goes on until its END."""
    lines: list[str] = []
    for line in text.splitlines():
        is_inside = bool(lines) and "<<'END'" in lines[-1] and not lines[-1].endswith("\nEND")
        if is_inside:
            lines[-1] += f"\n{line}"
        elif line.startswith("$ "):
            lines.append(line.removeprefix("$ "))
    return lines


def test_the_guide_shows_what_its_commands_print(newcomer: Path) -> None:
    """Blocks run in order, in one folder; a block of one command shows what it prints.

    That builds differ, status 3, is no failure.
    """
    text = GUIDE.read_text("utf-8")
    blocks = [match["text"] for match in BLOCK.finditer(text)]
    assert len(blocks) == 4
    for block in blocks:
        found = commands(block)
        printed = [run_shell(command, newcomer, statuses=(0, 3)) for command in found]
        shown = f"$ {found[-1]}\n{printed[-1]}"
        if len(found) == 1 and os.environ.get("KG_UPDATE_DIFFS"):
            text = text.replace(f"```console\n{block}```", f"```console\n{shown}```")
        elif len(found) == 1:
            assert block == shown
    if os.environ.get("KG_UPDATE_DIFFS"):
        GUIDE.write_text(text, "utf-8")


def test_the_python_of_the_guide_runs(newcomer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs where the builds of the guide are."""
    assert (newcomer / "november").exists(), "the commands of the guide come first"
    monkeypatch.chdir(newcomer)
    results = doctest.testfile(str(GUIDE), module_relative=False, encoding="utf-8")
    assert results.attempted >= 10
    assert results.failed == 0
