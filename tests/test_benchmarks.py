"""The benchmarks themselves take an hour; that one command runs them all is tested here."""

import re
import subprocess
import sys
from pathlib import Path

from tests.command import environment
from tests.conftest import ROOT

FOLDER = ROOT / "benchmarks"
EVERYTHING = FOLDER / "everything.py"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Return what the command did."""
    command = [sys.executable, EVERYTHING, *arguments]
    return subprocess.run(
        command, env=environment(), capture_output=True, text=True, timeout=120, check=False
    )


def test_it_runs_every_script_that_measures() -> None:
    """What can be run is run, but for itself and what makes the texts."""
    scripts = {path.stem for path in FOLDER.glob("*.py") if "__main__" in path.read_text("utf-8")}
    choices = re.findall(r"^    \"(\w+)\": \(", EVERYTHING.read_text("utf-8"), re.MULTILINE)
    assert set(choices) == scripts - {"everything", "corpus"}
    assert len(choices) > 8


def test_every_script_is_told_of() -> None:
    """The table of the README has a row for each script."""
    text = (FOLDER / "README.md").read_text("utf-8")
    named = set(re.findall(r"`(\w+)\.py`", text))
    assert {path.stem for path in FOLDER.glob("*.py")} <= named


def test_a_benchmark_that_is_not_done_in_time_is_told_as_that(tmp_path: Path) -> None:
    """The report has its place, its command and its ending, and the status is 1."""
    done = run("startup", "--limit", "0.2", "--out", tmp_path / "bench.md")
    assert done.returncode == 1, done.stderr
    report = (tmp_path / "bench.md").read_text("utf-8")
    assert done.stdout.strip() == report.strip()
    assert "`python benchmarks/startup.py`" in report
    assert "**not done after 0.2 s**" in report
    assert re.search(r"pyoxigraph [0-9.]+", report)
