"""The guide to the network page names what the page has; `test_readme` runs its commands."""

import re

import pytest

from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "network-page.md").read_text("utf-8")
TEMPLATE = (ROOT / "kg" / "templates" / "network.html.j2").read_text("utf-8")
SCRIPTS = "".join(
    path.read_text("utf-8") for path in sorted((ROOT / "kg" / "templates").glob("*/*.js"))
)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\*\*([^*]+)\*\*", GUIDE))))
def test_what_the_guide_calls_a_button_is_there(name: str) -> None:
    """A control that is renamed is renamed in the guide."""
    explorer = (ROOT / "kg" / "templates" / "explore.html.j2").read_text("utf-8")
    texts = TEMPLATE + SCRIPTS + explorer
    assert f">{name}<" in texts or f'"{name}"' in texts
