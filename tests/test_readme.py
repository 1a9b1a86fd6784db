"""The commands of the README and of guides, run as a newcomer would, give what is said there.

`KG_UPDATE_README=1 pytest tests/test_readme.py` writes the outputs anew.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.newcomer import TIMING, run_shell

README = ROOT / "README.md"
PAGES = {
    "README.md": (6, 8),
    "docs/comparing.md": (4, 4),
    "docs/network-page.md": (5, 4),
    "docs/python.md": (0, 3),
    "docs/quick-start.md": (3, 5),
}
"""Pages whose commands and Python run: how many commands, and at least how many Python examples."""
_BLOCK = re.compile(
    r"^```console\n\$ (?P<command>.+?)\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL
)


@pytest.mark.parametrize("page", PAGES)
def test_every_console_block_shows_what_the_command_prints(newcomer: Path, page: str) -> None:
    """Commands run in order, in one folder; what they print is what stands below them."""
    text = (ROOT / page).read_text("utf-8")
    blocks = list(_BLOCK.finditer(text))
    assert len(blocks) == PAGES[page][0]
    if any(block["command"] == "kg build seeds --out build" for block in blocks):
        shutil.rmtree(newcomer / "build", ignore_errors=True)  # else there is nothing to build
    for block in blocks:
        printed = run_shell(block["command"], newcomer)
        if os.environ.get("KG_UPDATE_README"):
            old = block.group()
            text = text.replace(old, f"```console\n$ {block['command']}\n{printed}```")
        else:
            assert TIMING.sub(" in … s:", block["output"]) == printed
    if os.environ.get("KG_UPDATE_README"):
        (ROOT / page).write_text(text, "utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_the_python_of_a_page_runs(
    newcomer: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    """The Python of a page runs where the build of the README is."""
    import doctest

    monkeypatch.chdir(newcomer)
    if not (newcomer / "build").exists():
        run_shell("kg build seeds --out build", newcomer)
    results = doctest.testfile(str(ROOT / page), module_relative=False, encoding="utf-8")
    assert results.attempted >= PAGES[page][1]
    assert results.failed == 0


def test_every_module_that_the_readme_names_exists() -> None:
    """The table of modules names real ones."""
    names = re.findall(r"`kg\.([a-z]+)`", README.read_text("utf-8"))
    assert len(names) >= 15
    missing = [n for n in names if not (ROOT / "kg" / f"{n}.py").exists()]
    assert [n for n in missing if not (ROOT / "kg" / n / "__init__.py").exists()] == []


def test_every_link_of_the_readme_leads_somewhere() -> None:
    """Relative links point at files of the repository."""
    links = re.findall(r"\]\(([^)#:]+)\)", README.read_text("utf-8"))
    assert len(links) >= 4
    assert [link for link in links if not (ROOT / link).exists()] == []
