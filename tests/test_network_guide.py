"""The guide to the network page says what the commands print, and names what the page has."""

import re
from pathlib import Path

import pytest

from tests.command import kg
from tests.conftest import ROOT, SEEDS

GUIDE = (ROOT / "docs" / "network-page.md").read_text("utf-8")
TEMPLATE = (ROOT / "kg" / "templates" / "network.html.j2").read_text("utf-8")
SCRIPTS = "".join(
    path.read_text("utf-8") for path in sorted((ROOT / "kg" / "templates").glob("*/*.js"))
)


def test_the_commands_print_what_the_guide_shows(tmp_path: Path) -> None:
    """Each command of the guide, run in its order, ends well and says these lines."""
    (tmp_path / "seeds").symlink_to(SEEDS)
    runs = 0
    for block in re.findall(r"```console\n\$ (.*?)```", GUIDE, re.DOTALL):
        command, _, expected = block.partition("\n")
        found = kg(*command.removeprefix("kg ").split(), cwd=tmp_path)
        assert found.returncode == 0
        said = re.sub(r"in \d[\d.]* s", "in … s", found.stderr.decode())
        assert said.strip() == expected.strip()
        runs += 1
    assert runs == 3


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\*\*([^*]+)\*\*", GUIDE))))
def test_what_the_guide_calls_a_button_is_there(name: str) -> None:
    """A control that is renamed is renamed in the guide."""
    explorer = (ROOT / "kg" / "templates" / "explore.html.j2").read_text("utf-8")
    texts = TEMPLATE + SCRIPTS + explorer
    assert f">{name}<" in texts or f'"{name}"' in texts
