"""Measure the network page against others on the same graphs in one Chromium without a GPU.

For each page: seconds from opening the file until it is drawn and answers, frames a second while
dragging the picture about and while zooming, megabytes of JavaScript's heap and of the file. The
libraries of others are fetched by npm into a temporary folder. Seconds differ between machines and
with what else they do: of several rounds the best is told, for every page alike; read the ratios.
A page that is not ready in time is given up, and so is one that then does not answer to the mouse.
"""

import argparse
import multiprocessing
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Final

from invented import invent_network
from playwright.sync_api import Page, sync_playwright
from rivals import Builder, Positions, fetch_libraries, make_builders, watch_script

from kg.layout import force_positions

if TYPE_CHECKING:
    import networkx as nx

SIZES: Final = (300, 1_000, 5_000, 100_000)
PATIENCE: Final = 120
"""Seconds after which a page is given up."""
GESTURE: Final = 10
"""Seconds that dragging, or zooming, goes on at most."""
SLOW: Final = 30
"""Seconds above which once is enough."""
MOST_LAID_OUT: Final = 5_000
"""Larger graphs are handed to others on a grid: no layout would be ready in time."""
ADDRESSES: Final = {"ours, all drawn": "#hide="}
"""What to open a page with; ours begins with the key links of each program unless told so."""
ARGUMENTS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader")


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of a page: nothing but the file, if it was not drawn in time."""

    size: float
    seconds: float | None = None
    heap: float | None = None
    panning: float | None = None
    zooming: float | None = None


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds for each page")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        builders = make_builders(fetch_libraries(work))
        for size in given.sizes:
            graph = invent_network(size)
            print(f"\n{len(graph):,} things, {graph.number_of_edges():,} links")
            pages = write_pages(graph, builders, work)
            found = {name: measure(path, name, given) for name, path in pages}
            print_table(found, given.patience)
            for name, figures in found.items():
                if figures.seconds is None:
                    del builders[name]
                    print(f"{name}: not asked of more things")


def write_pages(
    graph: "nx.MultiDiGraph[str]", builders: dict[str, Builder], folder: Path
) -> Iterator[tuple[str, Path]]:
    """Yield each page of a graph, by the name of who made it."""
    small = len(graph) <= MOST_LAID_OUT
    positions = force_positions(graph) if small else grid_positions(graph)
    for name, build in builders.items():
        if name in ADDRESSES and not small:
            continue  # ours never draws so many
        path = folder / "page.html"
        path.write_text(build(graph, positions), "utf-8")
        yield name, path


def grid_positions(graph: "nx.MultiDiGraph[str]") -> Positions:
    """Return positions on a grid, in the order of the graph."""
    width = int(len(graph) ** 0.5) + 1
    return {node: (place % width * 60, place // width * 60) for place, node in enumerate(graph)}


def measure(path: Path, name: str, given: argparse.Namespace) -> Figures:
    """Return the best of each figure: what else a machine does can only make them worse."""
    found = [measure_page(path, name, given.patience)]
    if found[0].seconds is not None and found[0].seconds < SLOW:
        found += [measure_page(path, name, given.patience) for _ in range(given.rounds - 1)]

    def kept(figure: str) -> list[float]:
        return [value for one in found if (value := getattr(one, figure)) is not None]

    return Figures(
        found[0].size,
        *(min(kept(figure), default=None) for figure in ("seconds", "heap")),
        *(max(kept(figure), default=None) for figure in ("panning", "zooming")),
    )


def measure_page(path: Path, name: str, patience: float) -> Figures:
    """Open a page from disk, without a network, in a browser of its own, and measure it.

    A page that is busy answers nobody, not even who would close it: hence a process that is ended.
    """
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=use_page, args=(path, name, there))
    process.start()
    there.close()
    figures: list[float] = []
    while len(figures) < 4 and here.poll(patience):
        figures.append(here.recv())
    if len(figures) < 4:
        process.terminate()
    process.join()
    return Figures(path.stat().st_size / 1e6, *figures)


def use_page(path: Path, name: str, found: Connection) -> None:
    """Send the figures of a page, each as soon as it is known."""
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        page = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True).new_page()
        page.add_init_script(watch_script(name))
        page.goto(path.as_uri() + ADDRESSES.get(name, ""), timeout=0, wait_until="commit")
        page.wait_for_selector("html[data-drawn]", timeout=0)
        found.send(float(page.locator("html").get_attribute("data-drawn") or 0) / 1000)
        found.send(heap(page))
        for gesture in (drag, turn_wheel):
            found.send(frames(page, gesture))
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
    for step in steps(60):
        page.mouse.move(500 + step % 20 * 10, 500 - step % 15 * 6)
    page.mouse.up()


def turn_wheel(page: Page) -> None:
    """Zoom in and out again."""
    for step in steps(30):
        page.mouse.wheel(0, -100 if step < 15 else 100)


def steps(count: int) -> Iterator[int]:
    """Yield so many steps of a gesture, fewer if the page is too slow to follow."""
    end = time.monotonic() + GESTURE
    for step in range(count):
        if time.monotonic() > end:
            return
        yield step


def heap(page: Page) -> float:
    """Return the megabytes of the heap after a collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "JSHeapUsedSize") / 1e6)


def print_table(found: dict[str, Figures], patience: float) -> None:
    """Print the figures and the ratio of each page's seconds to ours."""
    ours = found["ours"].seconds
    print("| page | s | to ours | frames panning / zooming | heap MB | file MB |")
    print("|---|---|---|---|---|---|")
    for name, figures in found.items():
        seconds = f"not ready after {patience:g} s"
        ratio = f"> {patience / ours:.0f}" if ours else ""
        rates = ""
        if figures.seconds is not None:
            seconds = f"{figures.seconds:.2f}"
            ratio = f"{figures.seconds / ours:.1f}" if ours else ""
            rates = f"{told(figures.panning, 1)} / {told(figures.zooming, 1)}"
        print(
            f"| {name} | {seconds} | {ratio} | {rates} | {told(figures.heap)}"
            f" | {told(figures.size, 1)} |"
        )


def told(value: float | None, digits: int = 0) -> str:
    """Return a figure in few digits; a dash for one that was not to be had in time."""
    return "–" if value is None else f"{value:.{digits if value < 10 else 0}f}"


if __name__ == "__main__":
    main()
