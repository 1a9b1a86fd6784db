"""Run `kg` as a person does, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def kg(
    *arguments: str | Path,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    data: bytes = b"",
) -> subprocess.CompletedProcess[bytes]:
    """Return what `python -m kg` did; a minute without an end is a failure."""
    return subprocess.run(
        [sys.executable, "-m", "kg", *map(str, arguments)],
        cwd=cwd,
        env=environment(env),
        input=data,
        capture_output=True,
        timeout=60,
        check=False,
    )


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment without a locale, a terminal or colours, with some changes."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "LANG", "PYTHON", "COV"))
        and name not in {"COLUMNS", "FORCE_COLOR", "NO_COLOR", "TERM", "TZ"}
    }
    return kept | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"} | dict(changes or {})
