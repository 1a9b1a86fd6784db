"""Name everything that a user can put right, with the exit status that it ends in.

* KGError                1  a fault that is ours
  - UsageError           2  a command that asks for something that does not exist
  - InputError           4  a file or folder that cannot be read
  - ChangedError         4  a file that is another one a moment later
  - OutputError          5  a place that cannot be written, or that another build holds
  - ServiceError         6  a server that does not answer as it should

Findings (invalid data, documents that were refused) are results, not errors; they end in exit
status 3.
"""

from pathlib import Path
from typing import Final

FINDINGS_STATUS: Final = 3
"""Exit status of a command that did its work and found something wrong in the data."""


class KGError(Exception):
    """Anything that ends a command with one clear line instead of a traceback."""

    exit_status = 1


class UsageError(KGError):
    """A command or argument that does not mean anything."""

    exit_status = 2


class InputError(KGError):
    """A file that cannot be read, with the place in it where reading stopped.

    >>> str(InputError("programs.ttl", "a closing bracket is missing", line=3, column=14))
    'programs.ttl:3:14: a closing bracket is missing'
    """

    exit_status = 4

    def __init__(
        self,
        path: Path | str,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        self.path = str(path)
        self.message = message
        self.line = line
        self.column = column
        super().__init__(path, message, line, column)

    def __str__(self) -> str:
        place = [self.path, *(str(n) for n in (self.line, self.column) if n is not None)]
        return f"{':'.join(place)}: {self.message}"


class ChangedError(KGError):
    """A file that is not what it was a moment ago, so that one build would have two texts of it."""

    exit_status = 4

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)

    def __str__(self) -> str:
        return f"{self.name}: it changed while it was read; build again"


class OutputError(KGError):
    """A place that cannot be written to."""

    exit_status = 5


class ServiceError(KGError):
    """A server that refuses or fails."""

    exit_status = 6
