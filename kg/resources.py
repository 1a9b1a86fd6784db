"""Find the files that the package is useless without, in a wheel or a checkout.

Ontology and shapes are authored at the top of the repository and copied into the wheel as
`kg/_resources/`; everything else that is read at run time lives in `kg/` itself.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from kg.errors import KGError

AUTHORED_ABOVE: Final = ("ontology", "shapes")
"""Folders beside `kg/` in the repository."""

AUTHORED_WITHIN: Final = ("data", "queries", "templates")
"""Folders inside `kg/`."""


class ResourceError(KGError):
    """A file of ours that is not there: a name that never was, or a broken installation."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)

    def __str__(self) -> str:
        return f"{self.name}: not among the files of kg; if it should be, install kg again"


def read_resource(name: str) -> bytes:
    """Return the bytes of a file named as in the repository, `kg/` left out.

    >>> b"owl:Ontology" in read_resource("ontology/acp.ttl")
    True
    >>> read_resource("ontology/nothing.ttl")
    Traceback (most recent call last):
    kg.resources.ResourceError: ontology/nothing.ttl: not among the files of kg; ...
    """
    try:
        return find_resource(name).read_bytes()
    except OSError as error:
        raise ResourceError(name) from error


def list_resources(folder: str, suffix: str) -> tuple[str, ...]:
    """Return the names in a folder with a suffix, sorted, each as `read_resource` takes it.

    >>> "ontology/acp.ttl" in list_resources("ontology", ".ttl")
    True
    """
    try:
        names = [entry.name for entry in find_resource(folder).iterdir()]
    except OSError as error:
        raise ResourceError(folder) from error
    return tuple(f"{folder}/{name}" for name in sorted(names) if name.endswith(suffix))


def find_resource(name: str) -> Traversable:
    """Return where a file or folder is, or would be; only the folders above are ours to give."""
    folder, *rest = name.split("/")
    if not {"", ".", ".."}.isdisjoint(rest):
        raise ResourceError(name)
    if folder in AUTHORED_WITHIN:
        return files("kg").joinpath(name)
    if folder in AUTHORED_ABOVE:
        return _authored_above().joinpath(name)
    raise ResourceError(name)


def _authored_above() -> Traversable:
    """Return `kg/_resources` when this is a wheel, else the folder that holds `kg/`.

    Never both: beside an installed `kg/` a folder called `ontology` is somebody else's.
    """
    bundled = files("kg").joinpath("_resources")
    return bundled if bundled.is_dir() else files("kg").joinpath("..")
