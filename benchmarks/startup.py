"""Measure what a command costs before it does its work: CPU seconds, best of five runs each.

Seconds differ between machines, so each is also given as a multiple of `python -c pass`, measured
in the same run.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

RUNS: Final = 5

REPOSITORY: Final = Path(__file__).resolve().parents[1]

KG: Final = (sys.executable, "-c", "from kg.cli import main; main()")
"""The command as its console script runs it."""


def main() -> None:
    """Print one line for each command."""
    question = min((REPOSITORY / "kg" / "queries").glob("*.rq")).stem
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        build = (*KG, "build", str(REPOSITORY / "seeds"), "--out", "build")
        cpu_seconds(build, work)  # compiles every module and leaves build/ for the questions
        nothing = best((sys.executable, "-c", "pass"), work)
        print(f"{'command':<34} {'CPU s':>6} {'x python -c pass':>17}")
        for arguments in (["--help"], ["query", "--list"], ["query", question]):
            seconds = best((*KG, *arguments), work)
            name = " ".join(["kg", *arguments])
            print(f"{name:<34} {seconds:>6.3f} {seconds / nothing:>17.1f}")
        print(f"{'python -c pass':<34} {nothing:>6.3f} {1:>17.1f}")


def best(command: Sequence[str], folder: Path) -> float:
    """Return the CPU seconds of the cheapest of several runs: the one least disturbed."""
    return min(cpu_seconds(command, folder) for _ in range(RUNS))


def cpu_seconds(command: Sequence[str], folder: Path) -> float:
    """Return the user and system time of one run in a folder; a failure ends the benchmark."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit status {process.returncode}")
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
