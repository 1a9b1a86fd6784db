"""Read the style and the scripts of the network page."""

from importlib.resources import files
from typing import Final

from kg.inline import as_parsed, as_script, own_scripts

_VENDORED: Final = ("templates", "lib", "vis-9.1.2", "vis-network.min.js")
_SHARED: Final = ("shared/unpack", "shared/elements", "shared/save")
_SCRIPTS: Final = (
    *("data", "names", "path", "matrix", "csv", "state", "scope", "light"),  # what there is to show
    *("arrange", "shapes", "labels", "nodes", "edges", "backdrop"),  # the picture
    *("things", "quotations", "panel", "overview", "grid", "tables", "legend"),  # beside it
    *("export", "address", "window", "hands", "search", "update", "network"),  # what one can do
)
"""Our scripts in the order in which they need each other; the last one begins."""


def style() -> str:
    """Return our style sheet."""
    return as_parsed((files("kg") / "templates" / "network.css").read_text("utf-8"))


def vis_network() -> str:
    """Return vis-network as pyvis ships it, without the pointer to a source map on the web."""
    text = files("pyvis").joinpath(*_VENDORED).read_text("utf-8")
    return as_script(text.partition("//# sourceMappingURL")[0])


def own_script() -> str:
    """Return our scripts as one, in a scope of their own."""
    return own_scripts(*_SHARED, *(f"network/{name}" for name in _SCRIPTS))
