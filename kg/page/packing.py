"""Pack the data of a page into script elements that no browser runs, small data as plain JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final

from kg.inline import deflated, json_pieces

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
        pieces, start = json_pieces(part), list[str]()
        for piece in pieces:
            start.append(piece)
            length += len(piece)
            if length > _MOST_PLAIN:
                packed += [_packed(name, [text]) for name, text in texts]
                packed.append(_packed(name, chain(start, pieces)))
                texts.clear()
                break
        else:
            texts.append((name, "".join(start)))
    plain = [DataElement(name, "application/json", text) for name, text in texts]
    found = packed + plain
    return found[-1:] + found[:-1]


def _packed(name: str, pieces: Iterable[str]) -> DataElement:
    return DataElement(name, "application/zlib", deflated(map(str.encode, pieces)))
