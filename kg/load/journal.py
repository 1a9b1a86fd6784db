"""Remember how far the loading of a build came, in the user's folder for such state."""

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from kg.errors import InputError


@dataclass(slots=True)
class Journal:
    """The number of the last part that a store took.

    One file for each build (by its checksums), store and way of loading: another build or another
    store begins at the beginning. A folder that cannot be written costs only the memory.
    """

    path: Path
    parts_done: int

    @classmethod
    def open(cls, build: Path, target: str) -> "Journal":
        """Return the journal of a build's way to a target; of no parts, if there is none."""
        try:
            checksums = (build / "SHA256SUMS").read_bytes()
        except OSError:
            raise InputError(build, "no build is here; run `kg build` first") from None
        key = hashlib.sha256(checksums + target.encode()).hexdigest()[:32]
        path = platformdirs.user_state_path("accountable-care-kg") / f"load-{key}"
        try:
            done = int(path.read_text("ascii"))
        except (OSError, ValueError):
            done = 0
        return cls(path, done)

    def note(self, part: int) -> None:
        """Write down that the store has taken a part."""
        self.parts_done = part
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(f"{part}\n", "ascii")

    def close(self) -> None:
        """Forget the attempt: all is loaded."""
        with contextlib.suppress(OSError):
            self.path.unlink()
