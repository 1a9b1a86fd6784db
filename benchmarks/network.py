"""Measure the network page against others on the same graphs in one Chromium without a GPU.

For each page: seconds from opening the file until it is drawn and answers, frames a second while
dragging the picture about and while zooming, megabytes of JavaScript's heap and of the file. The
libraries of others are fetched by npm into a temporary folder. Seconds differ between machines and
with what else they do: of several rounds the best is told, for every page alike; read the ratios.
"""

import argparse
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from invented import invent_network
from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright  # noqa: A004  # its own
from rivals import Builder, Positions, fetch_libraries, make_builders, watch_script

from kg.layout import force_positions

if TYPE_CHECKING:
    import networkx as nx

SIZES: Final = (300, 1_000, 5_000, 100_000)
PATIENCE: Final = 300
"""Seconds after which a page is given up."""
SLOW: Final = 30
"""Seconds above which once is enough."""
MOST_LAID_OUT: Final = 5_000
"""Larger graphs are handed to others on a grid: no layout would be ready in time."""
ADDRESSES: Final = {"ours, all drawn": "#hide="}
"""What to open a page with; ours begins with the key links of each program unless told so."""
ARGUMENTS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader")


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of a page; nothing, if it was not drawn in time."""

    seconds: float
    panning: float
    zooming: float
    heap: float
    size: float


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        work = Path(folder)
        builders = make_builders(fetch_libraries(work))
        path = shutil.which("chromium") or shutil.which("google-chrome")
        start = partial(playwright.chromium.launch, executable_path=path, args=list(ARGUMENTS))
        for size in given.sizes:
            print_table(dict(measure_size(size, builders, start, work, given.rounds)))


def measure_size(
    size: int,
    builders: dict[str, Builder],
    start: Callable[[], Browser],
    folder: Path,
    rounds: int,
) -> Iterator[tuple[str, Figures | None]]:
    """Yield the figures of every page for one size; who gave up on a smaller one is not asked."""
    graph = invent_network(size)
    positions = force_positions(graph) if size <= MOST_LAID_OUT else grid_positions(graph)
    print(f"\n{len(graph):,} things, {graph.number_of_edges():,} links")
    for name, build in list(builders.items()):
        path = folder / "page.html"
        path.write_text(build(graph, positions), "utf-8")
        found = [measure_page(start, path, name)]
        if found[0] is None:
            del builders[name]
        elif found[0].seconds < SLOW:
            found += [measure_page(start, path, name) for _ in range(rounds - 1)]
        yield name, best(found)


def grid_positions(graph: "nx.MultiDiGraph[str]") -> Positions:
    """Return positions on a grid, in the order of the graph."""
    width = int(len(graph) ** 0.5) + 1
    return {node: (place % width * 60, place // width * 60) for place, node in enumerate(graph)}


def best(found: list[Figures | None]) -> Figures | None:
    """Return the best of each figure: what else a machine does can only make them worse."""
    kept = [figures for figures in found if figures]
    if not kept:
        return None
    return Figures(
        seconds=min(figures.seconds for figures in kept),
        panning=max(figures.panning for figures in kept),
        zooming=max(figures.zooming for figures in kept),
        heap=min(figures.heap for figures in kept),
        size=min(figures.size for figures in kept),
    )


def measure_page(start: Callable[[], Browser], path: Path, name: str) -> Figures | None:
    """Open a page from disk, without a network, in a browser of its own, and measure it.

    A page that is busy does not answer at all; closing its browser ends it.
    """
    browser = start()
    try:
        page = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True).new_page()
        page.add_init_script(watch_script(name))
        page.goto(
            path.as_uri() + ADDRESSES.get(name, ""), timeout=PATIENCE * 1000, wait_until="commit"
        )
        page.wait_for_selector("html[data-drawn]", timeout=PATIENCE * 1000)
        seconds = float(page.locator("html").get_attribute("data-drawn") or 0) / 1000
        rates = frames(page, drag), frames(page, turn_wheel)
        return Figures(seconds, *rates, heap(page), path.stat().st_size / 1e6)
    except TimeoutError:
        return None
    finally:
        browser.close()


COUNT: Final = """() => {
  window.frames = 0;
  window.since = performance.now();
  const next = () => { window.frames += 1; requestAnimationFrame(next); };
  if (!window.isCounting) requestAnimationFrame(next);
  window.isCounting = true;
}"""


def frames(page: Page, work: Callable[[Page], None]) -> float:
    """Return the frames a second while something is done to the page."""
    page.evaluate(COUNT.replace("frames", "frameCount"))
    work(page)
    return float(page.evaluate("frameCount / (performance.now() - since) * 1000"))


def drag(page: Page) -> None:
    """Drag the picture about."""
    page.mouse.move(500, 500)
    page.mouse.down()
    for step in range(60):
        page.mouse.move(500 + step % 20 * 10, 500 - step % 15 * 6)
    page.mouse.up()


def turn_wheel(page: Page) -> None:
    """Zoom in and out again."""
    for step in range(30):
        page.mouse.wheel(0, -100 if step < 15 else 100)


def heap(page: Page) -> float:
    """Return the megabytes of the heap after a collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "JSHeapUsedSize") / 1e6)


def print_table(found: dict[str, Figures | None]) -> None:
    """Print the figures and the ratio of each page's seconds to ours."""
    ours = found["ours"]
    print("| page | s | to ours | frames panning / zooming | heap MB | file MB |")
    print("|---|---|---|---|---|---|")
    for name, figures in found.items():
        if figures is None or ours is None:
            print(f"| {name} | not drawn in {PATIENCE} s | | | | |")
            continue
        ratio = figures.seconds / ours.seconds
        rates = f"{figures.panning:.0f} / {figures.zooming:.0f}"
        print(
            f"| {name} | {figures.seconds:.2f} | {ratio:.1f} | {rates} | {figures.heap:.0f}"
            f" | {figures.size:.1f} |"
        )


if __name__ == "__main__":
    main()
