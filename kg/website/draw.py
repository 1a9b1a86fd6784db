"""Draw the network page in a process of its own, which takes triples and gives HTML.

It takes seconds of computing, for which nobody else should wait.
"""

import asyncio
import sys
from typing import BinaryIO, Final

from pyoxigraph import RdfFormat, Store

from kg.serve.faults import Fault

MOST_SECONDS: Final = 60
TITLE: Final = "Accountable care programs"


async def draw_network(triples: bytes) -> bytes:
    """Return the network page of a graph in N-Triples.

    Raises:
        Fault: it takes too long, or cannot be drawn.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kg.website.draw"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the service, which then ends this
    )
    try:
        async with asyncio.timeout(MOST_SECONDS):
            page, _ = await process.communicate(triples)
    except TimeoutError:
        raise Fault("time", f"drawing takes more than {MOST_SECONDS} seconds") from None
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode != 0 or not page:
        raise Fault("crashed", "the network could not be drawn")
    return page


def draw(triples: BinaryIO, page: BinaryIO) -> None:
    """Write the page of a graph."""
    from kg.network import read_network
    from kg.page import render_page

    store = Store()
    store.load(triples, format=RdfFormat.N_TRIPLES)
    page.write(render_page(read_network(store), title=TITLE).encode())


if __name__ == "__main__":
    draw(sys.stdin.buffer, sys.stdout.buffer)
