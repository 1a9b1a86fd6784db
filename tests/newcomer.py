"""A folder in which somebody new follows a page of the documentation, and a shell to do it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Final

from tests.command import environment

TIMING: Final = re.compile(r" in [0-9.]+ s:")


def make_newcomer(folder: Path, seeds: Path) -> Path:
    """Put the seeds and a `kg` into a folder; return it."""
    shutil.copytree(seeds, folder / "seeds")
    command = folder / "bin" / "kg"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kg "$@"\n')
    command.chmod(0o755)
    return folder


def run_shell(command: str, folder: Path, *, statuses: Collection[int] = (0,)) -> str:
    """Return what a command prints, but for how long it took; another status is a failure."""
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environment({"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    printed = done.stdout.decode().replace("\r\n", "\n")
    assert done.returncode in statuses, printed
    return TIMING.sub(" in … s:", printed)
