"""Cut the bytes between the front and a worker into frames."""

from collections.abc import Iterator
from struct import Struct
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["query", "ready", "rows", "graph", "more", "end", "retire", "fault"]
Frame: TypeAlias = tuple[Kind, bytes]

KINDS: Final[dict[Kind, bytes]] = {
    "query": b"Q",
    "ready": b"R",  # the worker is there, and this confines it
    "rows": b"S",  # the first piece of solutions, or of a yes or no
    "graph": b"G",  # the first piece of a graph
    "more": b"M",
    "end": b"E",
    "retire": b"X",  # an end as well; the worker is spent
    "fault": b"F",  # no answer, or none any more
}
ENDS: Final = ("end", "retire")
_NAMES: Final = {code: kind for kind, code in KINDS.items()}
_HEAD: Final = Struct(">cI")
LARGEST: Final = 1 << 22
"""Bytes in one frame: more than any query, and than any piece of an answer."""


def pack(kind: Kind, payload: bytes = b"") -> bytes:
    r"""Return one frame.

    >>> pack("end")
    b'E\x00\x00\x00\x00'
    """
    return _HEAD.pack(KINDS[kind], len(payload)) + payload


class Unpacker:
    """Puts frames together from bytes that arrive in pieces.

    >>> unpacker = Unpacker()
    >>> [*unpacker.feed(pack("more", b"abc")[:6])], [*unpacker.feed(b"bc" + pack("end"))]
    ([], [('more', b'abc'), ('end', b'')])
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yield the frames that are whole now.

        Raises:
            ValueError: the bytes are no frames.
        """
        self._buffer += data
        while len(self._buffer) >= _HEAD.size:
            code, length = _HEAD.unpack_from(self._buffer)
            if code not in _NAMES or length > LARGEST:
                raise ValueError(code)
            end = _HEAD.size + length
            if len(self._buffer) < end:
                return
            payload = bytes(self._buffer[_HEAD.size : end])
            del self._buffer[:end]
            yield _NAMES[code], payload
