"""Give people the library as commands: parse, call one function, print.

Data goes to standard output, everything else to standard error. What a command needs and others do
not is imported inside it, so that `kg --help` and `kg query` start at once.
"""

from kg.cli import (
    asking,
    checking,
    comparing,
    differing,
    exporting,
    loading,
    making,
    measuring,
    serving,
    viewing,
)
from kg.cli.frame import app

__all__ = [
    "app",
    "asking",
    "checking",
    "comparing",
    "differing",
    "exporting",
    "loading",
    "main",
    "making",
    "measuring",
    "serving",
    "viewing",
]


def main() -> None:
    """Run `kg`."""
    app(prog_name="kg")
