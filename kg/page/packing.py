"""Pack the data of a page into script elements that no browser runs, small data as plain JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kg.inline import deflated, to_json

_MOST_PLAIN: Final = 1_000_000
"""Characters of JSON; beyond, everything is packed, to a fifth or a tenth of its length."""


@dataclass(frozen=True, slots=True)
class DataElement:
    """A script element that holds data: JSON, or deflated JSON in base64."""

    name: str
    media_type: str
    text: str


def pack(parts: Iterable[tuple[str, object]]) -> list[DataElement]:
    """Return an element for each part, by name, the last first; only what is packed is kept."""
    texts: list[tuple[str, str]] = []
    packed: list[DataElement] = []
    length = 0
    for name, part in parts:
        texts.append((name, to_json(part)))
        length += len(texts[-1][1])
        if length > _MOST_PLAIN:
            packed += [_packed(*each) for each in texts]
            texts.clear()
    plain = [DataElement(name, "application/json", text) for name, text in texts]
    found = packed + plain
    return found[-1:] + found[:-1]


def _packed(name: str, text: str) -> DataElement:
    return DataElement(name, "application/zlib", deflated(text.encode()))
