"""Pack the data of a page into script elements that no browser runs, small data as plain JSON."""

import json
import zlib
from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Final

from kg.page.payload import Payload

_MOST_PLAIN: Final = 1_000_000
"""Characters of JSON; beyond, everything is packed, to a fifth or a tenth of its length."""
_LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class DataElement:
    """A script element that holds data: JSON, or deflated JSON in base64."""

    name: str
    media_type: str
    text: str


def pack(payload: Payload) -> list[DataElement]:
    """Return the elements of a payload: `core`, then `chunk-0` and so on."""
    parts: dict[str, Any] = {"core": payload.core}
    parts |= {f"chunk-{number}": chunk for number, chunk in enumerate(payload.chunks)}
    texts = {name: to_json(part) for name, part in parts.items()}
    if sum(map(len, texts.values())) <= _MOST_PLAIN:
        return [DataElement(name, "application/json", text) for name, text in texts.items()]
    return [DataElement(name, "application/zlib", _deflated(text)) for name, text in texts.items()]


def to_json(value: object) -> str:
    r"""Return JSON that no HTML parser and no JavaScript parser can mistake for anything else.

    >>> print(to_json("</script>&\u2028"))
    "\u003c/script\u003e\u0026\u2028"
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate({ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def _deflated(text: str) -> str:
    return b64encode(zlib.compress(text.encode(), _LEVEL)).decode()
