"""A Chromium without a network, pages opened from disk, and a dataset to show in them."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Dialog,
    Locator,
    Page,
    sync_playwright,
)
from pyoxigraph import Store

from kg.network import read_network
from kg.page import write_page

if TYPE_CHECKING:
    import networkx as nx

ROOT = Path(__file__).parents[2]
ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


_PATIENCE = 30_000
"""Milliseconds for one step; a page of thousands of things takes seconds on a busy machine."""


def find_chromium() -> str | None:
    """Return the Chromium named by the environment, else the system's."""
    candidates = (os.environ.get("CHROMIUM"), "/usr/bin/chromium", shutil.which("chromium"))
    return next((path for path in candidates if path and Path(path).is_file()), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a running Chromium."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium: install the system package or name a binary in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a page must not do: ask for anything, complain, or open a dialog."""

    address: str
    faults: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Note every fault of a page from now on."""
        page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", self._note_dialog)
        page.on("request", lambda request: self._note_request(request.url))

    def _note_dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_request(self, url: str) -> None:
        is_own = url.partition("#")[0] == self.address or url.startswith("blob:null/")
        if not is_own:  # a blob is a piece of the page itself
            self.faults.append(f"request: {url}")


Visit = Callable[..., Page]


def brightness(element: Locator) -> float:
    """Return how bright most of an element is on the screen, from 0 to 1."""
    with Image.open(BytesIO(element.screenshot())) as picture:
        return ImageStat.Stat(picture.convert("L")).median[0] / 255


@pytest.fixture
def open_file(chromium: Browser) -> Iterator[Visit]:
    """Return a function that opens a page from disk, where there is no network.

    At the end nothing may have gone wrong: no request, no complaint, no dialog.
    """
    watches: list[Watch] = []
    contexts: list[BrowserContext] = []

    def open_page(path: Path, address: str = "", **options: Any) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        context.set_offline(True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(_PATIENCE)
        watches.append(Watch(path.as_uri()))
        watches[-1].over(page)
        page.goto(path.as_uri() + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [watch.faults for watch in watches] == [[]] * len(watches)


@pytest.fixture
def visit(open_file: Visit, tmp_path: Path) -> Visit:
    """Return a function that opens the network page of a dataset, or of a graph, from disk."""
    numbers = itertools.count()

    def open_page(
        source: "Store | nx.MultiDiGraph[str]",
        *,
        address: str = "",
        title: str = "Programs",
        **options: Any,
    ) -> Page:
        path = tmp_path / f"network-{next(numbers)}.html"
        graph = read_network(source) if isinstance(source, Store) else source
        write_page(graph, path, title=title)
        page = open_file(path, address, **options)
        if options.get("java_script_enabled", True):
            page.wait_for_selector("html[data-state=ready]")
        return page

    return open_page


@pytest.fixture
def keep(tmp_path: Path) -> Callable[[Page, str], Path]:
    """Return a function that keeps a picture of a page, where KG_SCREENSHOTS says if it does."""
    folder = Path(os.environ.get("KG_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> Path:
        path = folder / f"{name}.png"
        page.screenshot(path=path)
        return path

    return take
