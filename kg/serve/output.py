"""Send an answer in pieces while the engine writes it."""

import socket
from typing import Final

import re2

from kg.serve.faults import Fault
from kg.serve.frames import Kind, pack

PIECE: Final = 1 << 16
"""Bytes of an answer that are sent at once; an error that comes before them is still an error."""

_NO_XML: Final = re2.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


class Output:
    """A file for the engine to write to, at the other end of which stands the front."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._next: Kind = "rows"
        self._buffer = bytearray()
        self.is_broken = False
        """Whether the front has gone."""

    def begin(self, kind: Kind) -> None:
        """Say what follows: `rows` or `graph`."""
        self._next = kind

    def write(self, data: bytes) -> int:
        """Take bytes from the engine, and send them when there are many."""
        self._buffer += data
        if len(self._buffer) >= PIECE:
            self._send(self._frame())
        return len(data)

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


class XmlOutput(Output):
    """Keeps XML well formed, which the engine does not: see `write`."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        self._tail = b""

    def write(self, data: bytes) -> int:
        """Escape carriage returns, which a parser would read as line feeds; only literals hold any.

        Raises:
            Fault: XML has no way at all to write a character.
        """
        if _NO_XML.search(self._tail + data):
            raise Fault("unacceptable", "XML cannot hold a character of the answer; take JSON")
        self._tail = data[-2:]  # the longest of them has three bytes
        super().write(data.replace(b"\r", b"&#xD;"))
        return len(data)
