"""Tests that `docs/checks.md` is true: all checks are there, and each is made by a test."""

import ast
import zipfile
from typing import Final

import pytest
import re2

from tests.conftest import ROOT
from tests.outside import need
from tests.test_robot import JARS

PAGE: Final = ROOT / "docs" / "checks.md"
ROW: Final = re2.compile(r"(?m)^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$")

HOW: Final = ("passes", "departed from on purpose", "INFO for", "fails in part")
"""How the result of a check that is run begins."""
DESIGN: Final = {str(number) for number in range(1, 45)}
OOPS: Final = {f"P{number:02}" for number in range(1, 42)}
FOOPS: Final = set(
    """
    PURL1 URI1 URI2 VER1 VER2 FIND1 FIND2 FIND3 FIND_3_BIS CN1 HTTP1 RDF1 VOC1 VOC2 VOC3 VOC4 DOC1
    OM1 OM2 OM3 OM4.1 OM4.2 OM5.1 OM5.2
    """.split()
)
"""The identifiers of the checks that the sources list."""


def rows() -> dict[str, tuple[str, str, str]]:
    """Return what the page says of each check: what it is, its tests, its result."""
    found = [row for row in ROW.findall(PAGE.read_text("utf-8")) if not row[1].startswith("---")]
    checks = {row[0]: row[1:] for row in found if row[2] != "test"}
    assert len(checks) == len([row for row in found if row[2] != "test"])  # none is there twice
    return checks


def named_tests() -> set[str]:
    """Return the tests that the page names."""
    return set(re2.findall(r"`(test_[a-z0-9_]+\.py::test_[a-z0-9_]+)`", PAGE.read_text("utf-8")))


def existing_tests() -> set[str]:
    """Return the tests that there are."""
    return {
        f"{path.name}::{node.name}"
        for path in (ROOT / "tests").glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("wanted", [DESIGN, OOPS, FOOPS], ids=["design", "OOPS!", "FOOPS!"])
def test_every_check_is_on_the_page(wanted: set[str]) -> None:
    """No check of a list is left out."""
    assert wanted - rows().keys() == set()


def test_every_query_of_robot_is_on_the_page() -> None:
    """The queries are those of the default profile that the fetched ROBOT runs."""
    jars = list(JARS.glob("robot-core-*.jar"))
    need("ROBOT: run `make robot`", is_there=bool(jars))
    profile = zipfile.ZipFile(jars[0]).read("report_profile.txt").decode()
    queries = {line.split("\t")[1] for line in profile.splitlines() if line}
    assert len(queries) > 30
    assert queries - rows().keys() == set()


def test_every_test_on_the_page_is_there() -> None:
    """Each test that the page names exists."""
    assert len(named_tests()) > 70
    assert named_tests() - existing_tests() == set()


def test_what_is_not_run_says_why() -> None:
    """A check has a test that makes it, or says that it is not run, and why."""
    for name, (_, tests, result) in rows().items():
        if "`" in tests:
            assert re2.match("(passes|departed from on purpose|INFO for|fails in part)", result), (
                name
            )
        else:
            assert (tests, result[:9], len(result) > 15) == ("—", "not run: ", True), name
    assert len([result for _, _, result in rows().values() if result.startswith("not")]) < 15
