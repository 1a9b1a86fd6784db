"""Put style, scripts and data into one page, in forms in which no text of others can run."""

import json
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.resources import files
from typing import Final

import re2

_LEVEL: Final = 6
_AT_ONCE: Final = 1000
"""Items of a list in one piece of JSON."""
_MISTAKABLE: Final = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
_MARKUP: Final = re2.compile(r"(?i)<(!--|/?script)")
"""What would have an HTML parser lose sight of where a script ends."""


def own_scripts(*names: str) -> str:
    """Return scripts of `kg/templates`, without their ending, as one in a scope of its own."""
    folder = files("kg") / "templates"
    parts = [(folder / f"{name}.js").read_text("utf-8") for name in names]
    return as_script("\n".join(['(async () => {\n"use strict";', *parts, "})();"]))


def as_parsed(text: str) -> str:
    """Return text as an HTML parser will see it, so that its hash is the browser's."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def as_script(text: str) -> str:
    r"""Return a script that can stand in a page; where its strings hold markup, it is escaped.

    >>> print(as_script('parse("<!-- <script>")'))
    parse("\x3c!-- \x3cscript>")
    """
    return str(_MARKUP.sub(r"\\x3c\1", as_parsed(text)))


def csp_hash(text: str) -> str:
    """Return the source expression that allows a script or style of just this text.

    >>> csp_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def to_json(value: object) -> str:
    r"""Return JSON that no HTML parser and no JavaScript parser can mistake for anything else.

    >>> print(to_json("</script>&\u2028"))
    "\u003c/script\u003e\u0026\u2028"
    """
    return "".join(json_pieces(value))


def json_pieces(value: object) -> Iterator[str]:
    """Yield the same piece by piece, so that what is large need not be one text."""
    if isinstance(value, dict):
        for number, (name, item) in enumerate(value.items()):
            yield f"{',' if number else '{'}{_plain_json(str(name))}:"
            yield from json_pieces(item)
        yield "}" if value else "{}"
    elif isinstance(value, list) and len(value) > _AT_ONCE:
        for start in range(0, len(value), _AT_ONCE):
            yield ("," if start else "[") + _plain_json(value[start : start + _AT_ONCE])[1:-1]
        yield "]"
    else:
        yield _plain_json(value)


def _plain_json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_MISTAKABLE)


def deflated(data: bytes | Iterable[bytes]) -> str:
    """Return bytes, or pieces of them, packed by zlib, in base64; a browser unpacks that."""
    packer = zlib.compressobj(_LEVEL)
    pieces = (data,) if isinstance(data, bytes) else data
    return b64encode(b"".join([*map(packer.compress, pieces), packer.flush()])).decode()
