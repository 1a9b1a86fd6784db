"""Send an answer in pieces while the engine writes it."""

import socket
from typing import Final

import re2

from kg.serve.faults import Fault
from kg.serve.frames import Kind, pack

PIECE: Final = 1 << 16
"""Bytes of an answer that are sent at once; an error that comes before them is still an error."""

_CONTROLS: Final = re2.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NONCHARACTERS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # U+FFFE, U+FFFF


class Output:
    """A file for the engine to write to, at the other end of which stands the front.

    The engine loses errors that it meets when it writes its last bytes; so they are kept here.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._next: Kind = "rows"
        self._is_xml = False
        self._buffer = bytearray()
        self._tail = b""
        self.fault: Fault | None = None
        """What kept the answer from being written."""
        self.is_broken = False
        """Whether the front has gone."""

    def begin(self, kind: Kind, *, is_xml: bool) -> None:
        """Say what follows: `rows` or `graph`."""
        self._next = kind
        self._is_xml = is_xml

    def write(self, data: bytes) -> int:
        """Take bytes from the engine, and send them when there are many.

        Raises:
            Fault: XML has no way to write a character that is in them.
        """
        self._buffer += self._checked(data) if self._is_xml else data
        if len(self._buffer) >= PIECE:
            self._send(self._frame())
        return len(data)

    def _checked(self, data: bytes) -> bytes:
        """Keep XML well formed, which the engine does not.

        A carriage return, which only literals hold, would be read as a line feed.
        """
        text = self._tail + data
        if _CONTROLS.search(data) or any(bad in text for bad in _NONCHARACTERS):
            message = "XML cannot hold a character of the answer; take JSON"
            self.fault = Fault("unacceptable", message)
            raise self.fault
        self._tail = data[-2:]
        return data.replace(b"\r", b"&#xD;")

    def flush(self) -> None:
        """Do nothing: the engine flushes when it is done, and then `end` follows."""

    def end(self, kind: Kind) -> None:
        """Send what is left, and that it is all: `end` or `retire`."""
        self._send(self._frame() + pack(kind))

    def fail(self, fault: Fault, kind: Kind) -> None:
        """Send that there is no answer, or no more of it, in place of what is left."""
        self._send(pack("fault", f"{fault.outcome} {fault}".encode()) + pack(kind))

    def _frame(self) -> bytes:
        frame = pack(self._next, bytes(self._buffer))
        self._buffer.clear()
        self._next = "more"
        return frame

    def _send(self, frames: bytes) -> None:
        try:
            self._connection.sendall(frames)
        except OSError:
            self.is_broken = True
            raise
