"""Give people the library as commands: parse, call one function, print.

Data goes to standard output, everything else to standard error. What a command needs and others do
not is imported inside it, so that `kg --help` and `kg query` start at once.
"""

from kg.cli import asking, checking, loading, making, measuring
from kg.cli.frame import app

__all__ = ["app", "asking", "checking", "loading", "main", "making", "measuring"]


def main() -> None:
    """Run `kg`."""
    app(prog_name="kg")
