"""A dataset to be asked much of, and a listener that nobody should reach."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def many_triples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 60,000 triples, 20,000 of which form one circle."""
    path = tmp_path_factory.mktemp("many") / "many.nt"
    ex = "http://example.org/"
    with path.open("w", encoding="ascii") as file:
        for n in range(40_000):
            file.write(f'<{ex}s{n}> <{ex}p{n % 7}> "value {n}, as long as a label" .\n')
        for n in range(20_000):
            file.write(f"<{ex}c{n}> <{ex}next> <{ex}c{(n + 1) % 20_000}> .\n")
    return path


@pytest.fixture
def unreached() -> Iterator[int]:
    """Return the port of a listener on loopback; at the end, nobody has called."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]
        listener.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listener.accept()
