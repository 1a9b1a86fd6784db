"""Read what every command of `kg` prints for `--help`."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from kg.cli import app


@dataclass(frozen=True, slots=True)
class Command:
    """A command, by the words that call it, and its help."""

    name: str
    summary: str
    help: str


def read_commands() -> tuple[Command, ...]:
    """Return `kg` itself and its commands, by name.

    >>> [command.name for command in read_commands()][:2]
    ['kg', 'kg build']
    """
    found = sorted(
        (command.name or command.callback.__name__, command.callback.__doc__ or "")
        for command in app.registered_commands
        if command.callback and not command.hidden
    )
    names = ["kg", *(f"kg {name.replace('_', '-')}" for name, _ in found)]
    summaries = ["Every command at a glance.", *(doc.splitlines()[0] for _, doc in found)]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        helps = list(pool.map(_help, names))
    return tuple(map(Command, names, summaries, helps))


def _help(name: str) -> str:
    """Return the help as a pipe gets it: without boxes and colors, 80 columns wide."""
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    run = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", *name.split(), "--help"],
        env=environment,
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=60,
    )
    return run.stdout.rstrip()
