"""Builds that are killed or refused: the old folder is whole, or the new one is."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from .command import ROOT, environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and limits of Linux")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `tests.crashes` tells of killed and refused builds."""
    folder = tmp_path_factory.mktemp("crashes")
    for path in (folder, *folder.parents):
        if path.owner() == "root" and os.geteuid() == 0 and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o011)  # a build without rights gets as far as ours
    done = subprocess.run(
        [sys.executable, "-m", "tests.crashes", folder],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        check=True,
        timeout=300,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    result["said"] = done.stderr.decode().splitlines()
    return result


def test_a_killed_build_leaves_one_whole_build(told: dict[str, Any]) -> None:
    """Sixty kills at steps all over a build: the folder is the old build or the new, with notes."""
    kills = told["kills"]
    assert len(kills) == 60
    assert {kill["status"] for kill in kills} == {-9}
    states = Counter(kill["state"] for kill in kills)
    assert states["old"] + states["new"] == 60
    assert min(states["old"], states["new"]) >= 10


def test_the_next_build_repairs(told: dict[str, Any]) -> None:
    """It removes what is ours, and nothing else: not another build's folder, nor a user's file."""
    for kill in told["kills"]:
        assert kill["repaired"] == kill["state"]


def test_the_kills_reach_every_stage(told: dict[str, Any]) -> None:
    """The steps go from the first hidden folder over each kind of file to the lock."""
    steps = "\n".join(told["steps"])
    for mark in (
        *("os.mkdir new", "open work/", "new/tables/", "new/network.html", "new/graph.ttl"),
        *("new/dataset.nq.gz", "new/report.html", "new/void.ttl", "os.rename new/.SHA256SUMS"),
        *("os.link", "shutil.rmtree new", "os.remove", "os.rmdir work", "lock"),
    ):
        assert mark in steps


def test_a_killed_worker_ends_the_build(told: dict[str, Any]) -> None:
    """The old build is there, and one line says that a worker was killed."""
    for found in told["workers"]:
        assert (found["status"], found["state"], found["repaired"]) == (1, "old", "old")


def test_a_build_that_is_refused_changes_nothing(told: dict[str, Any]) -> None:
    """A full disk at three places, and no permission: status 5, one line, the old build."""
    for found in told["refusals"]:
        assert (found["status"], found["state"], found["repaired"]) == (5, "old", "old"), found
    assert len(told["refusals"]) == 3 + (os.geteuid() == 0)
    assert sum("the build cannot be written: " in line for line in told["said"]) >= 3
    assert not any("Traceback" in line for line in told["said"] if "Worker" not in line)


def test_of_two_builds_at_once_one_is_told_to_wait(told: dict[str, Any]) -> None:
    """The second ends with status 5; when the first is killed, a third succeeds."""
    assert told["both"] == {"second": 5, "state": "old", "after": 0, "then": "new"}
