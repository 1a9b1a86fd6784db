"""The SPARQL editor that is shipped: which package it is, that it is whole, and its licences."""

import hashlib
import json
import re
import subprocess
from typing import Any

import pytest

from tests.command import ROOT

FOLDER = ROOT / "kg" / "data" / "editor"
PACKAGE = "@zazuko/yasgui"


def read(name: str) -> dict[str, Any]:
    """Return what a JSON file of the editor holds."""
    found: dict[str, Any] = json.loads((FOLDER / name).read_bytes())
    return found


def test_the_files_are_those_that_were_made() -> None:
    """Nobody changed one by hand: each has the digest of the record that `make assets` wrote."""
    digests = read("made.json")["sha256"]
    assert set(digests) == {"yasgui.min.js", "yasgui.min.css", "LICENSES.txt"}
    for name, digest in digests.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest, name


def test_the_record_is_of_the_locked_package() -> None:
    """The package asked for, the one locked and the one made are the same, at one exact version."""
    record, locked = read("made.json"), read("package-lock.json")["packages"]
    package = locked[f"node_modules/{PACKAGE}"]
    assert read("package.json")["dependencies"] == {PACKAGE: record["version"]}
    assert (package["version"], package["integrity"]) == (record["version"], record["integrity"])
    assert record["package"] == PACKAGE


def test_every_locked_package_has_a_digest_and_its_notice() -> None:
    """Npm can check each one, and whoever gets the editor gets the terms of all of its parts."""
    notices = (FOLDER / "LICENSES.txt").read_text("utf-8")
    packages = {place: one for place, one in read("package-lock.json")["packages"].items() if place}
    assert len(packages) > 30
    for place, package in packages.items():
        assert package["integrity"].startswith("sha512-"), place
        name = place.rpartition("node_modules/")[2]
        heading = re.escape(f"{name} {package['version']} (")
        assert re.search(rf"^{heading}.*\)\n\n=+\n\n\S", notices, re.MULTILINE), name


@pytest.mark.parametrize("name", ["yasgui.min.js", "yasgui.min.css"])
def test_no_file_points_to_one_that_is_not_shipped(name: str) -> None:
    """A source map would be asked for, and a style sheet's pictures and fonts are in it."""
    text = (FOLDER / name).read_text("utf-8")
    assert "sourceMappingURL=" not in text
    addresses = re.findall(r"url\(['\"]?([^)'\"]{1,30})", text) if name.endswith(".css") else []
    assert [address for address in addresses if not address.startswith(("data:", "#"))] == []


@pytest.mark.parametrize("target", ["build", "setup", "wheel-test", "test"])
def test_nobody_but_its_maker_needs_node(target: str) -> None:
    """What users and developers make runs neither npm nor Node; `make assets` does."""
    commands = _commands(target)
    assert not re.search(r"\b(npm|node|make\.py)\b", commands)
    assert "kg/data/make.py" in _commands("assets")


def _commands(target: str) -> str:
    run = subprocess.run(
        ["make", "--dry-run", "--always-make", target],  # noqa: S607  # make is where PATH has it
        cwd=ROOT,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return run.stdout
