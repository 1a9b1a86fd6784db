"""Find the files of a build that the site gives out as they are.

No part of a request becomes a part of a path: files are looked up by names that stand here, and a
request can only choose from those found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import re2

from kg.checksums import listed_files
from kg.void import ABOUT, MEDIA_TYPES

NETWORK: Final = "network.html"
REPORT: Final = "report.html"
_OTHERS: Final = ("void.ttl", "SHA256SUMS")
_TABLE: Final = re2.compile(r"tables/[a-z_]{1,40}\.csv")
_MISNAMED: Final = {"gz": "application/gzip", "jsonl": "application/jsonl", "graphml": "text/xml"}
"""Types to send that VoID has no name for, or another: of what is inside."""


@dataclass(frozen=True, slots=True)
class BuildFile:
    """A file of a build."""

    name: str
    path: Path
    size: int
    about: str

    @property
    def media_type(self) -> str:
        """The type to send it with; what has none is sent as bytes.

        >>> BuildFile("graph.ttl", Path("graph.ttl"), 0, "").media_type
        'text/turtle'
        """
        end = self.name.rpartition(".")[2]
        return _MISNAMED.get(end) or MEDIA_TYPES.get(end) or "application/octet-stream"


def find_files(folder: Path | None) -> Mapping[str, BuildFile]:
    """Return the files of a build that people may take, by name; none where no build is served.

    What lies beside them in the folder, or is a link to elsewhere, is not among them.
    """
    if folder is None:
        return {}
    listed = listed_files(folder)
    tables = (name for name in listed if _TABLE.fullmatch(name))
    names = [name for name in (*ABOUT, *_OTHERS) if name in listed]
    found = {}
    for name in (*names, *sorted(tables)):
        path = folder / name
        if path.is_file() and not path.is_symlink():
            about = ABOUT.get(name, "a table" if "/" in name else "")
            found[name] = BuildFile(name, path, path.stat().st_size, about)
    return found
