"""Read the style and the scripts of the page, and hash them for its content security policy."""

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import Final

_VENDORED: Final = ("templates", "lib", "vis-9.1.2", "vis-network.min.js")
_SCRIPTS: Final = (
    *("data", "names", "path", "matrix", "csv", "state", "scope", "light"),  # what there is to show
    *("arrange", "shapes", "labels", "nodes", "edges", "backdrop"),  # the picture
    *("elements", "quotations", "panel", "overview", "grid", "tables", "legend"),  # beside it
    *("export", "address", "window", "hands", "search", "update", "network"),  # what one can do
)
"""Our scripts in the order in which they need each other; the last one begins."""


def style() -> str:
    """Return our style sheet."""
    return _clean((files("kg") / "templates" / "network.css").read_text("utf-8"))


def vis_network() -> str:
    """Return vis-network as pyvis ships it, without the pointer to a source map on the web."""
    text = files("pyvis").joinpath(*_VENDORED).read_text("utf-8")
    return _clean(text.partition("//# sourceMappingURL")[0])


def own_script() -> str:
    """Return our scripts as one, in a scope of their own."""
    folder = files("kg") / "templates" / "network"
    parts = [(folder / f"{name}.js").read_text("utf-8") for name in _SCRIPTS]
    return _clean("\n".join(['(async () => {\n"use strict";', *parts, "})();"]))


def _clean(text: str) -> str:
    """Return text as an HTML parser will see it, so that its hash is the browser's."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def csp_hash(text: str) -> str:
    """Return the source expression that allows a script or style of just this text.

    >>> csp_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
