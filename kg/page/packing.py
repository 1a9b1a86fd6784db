"""Pack the data of a page into script elements that no browser runs, small data as plain JSON."""

from dataclasses import dataclass
from typing import Any, Final

from kg.inline import deflated, to_json
from kg.page.payload import Payload

_MOST_PLAIN: Final = 1_000_000
"""Characters of JSON; beyond, everything is packed, to a fifth or a tenth of its length."""


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
    packed = {name: deflated(text.encode()) for name, text in texts.items()}
    return [DataElement(name, "application/zlib", text) for name, text in packed.items()]
