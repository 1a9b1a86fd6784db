"""The network page in JupyterLab, in a browser: what a reader of a notebook sees and can press."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.test_network_page import PAYS_BOTH, Keep
from tests.command import environment
from tests.conftest import SEEDS
from tests.serve.live import until

pytest.importorskip("jupyterlab", reason="needs the dependency group test")

import nbformat

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 60
"""Seconds that anything may take on a busy machine; nothing is asserted about them."""
CELL = f"import kg\n\nkg.build({str(SEEDS)!r}).show()"
OPTIONS = (
    *("--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"),
    *("--ServerApp.allow_root=True", "--ServerApp.terminals_enabled=False"),
    # Nothing of it may ask the web: no newer version, no list of extensions.
    "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
)


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that runs, with one notebook."""

    address: str
    notebook: Path


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab of our environment on a free port, with settings and token of its own."""
    top = tmp_path_factory.mktemp("lab")
    folders = (
        *("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"),
        *("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR"),
    )
    own = {name: str(top / name.lower()) for name in folders}
    notebooks = top / "notebooks"
    notebooks.mkdir()
    path = notebooks / "programs.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    new: Any = nbformat.v4  # it is untyped
    written = new.new_notebook(cells=[new.new_code_cell(CELL)], metadata=kernel)
    nbformat.write(written, path)  # type: ignore[no-untyped-call]  # untyped
    settings = top / "jupyterlab_settings_dir" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    log = top / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--ServerApp.root_dir={notebooks}"],
            env=environment(own),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield Lab(_address(process, Path(own["JUPYTER_RUNTIME_DIR"]), log), path)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:  # it waits for a kernel; what was to be seen is seen
            process.kill()
            process.wait()


def _address(process: "subprocess.Popen[bytes]", runtime: Path, log: Path) -> str:
    """Return where the notebook is, once the server says where it listens."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            told = json.loads(path.read_text("utf-8"))
            return f"{told['url']}lab/tree/programs.ipynb?token={told['token']}"
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text('utf-8', errors='replace')[-2000:]}")


@pytest.fixture
def asked(chromium: Browser, lab: Lab) -> Iterator[tuple[Page, list[str]]]:
    """The notebook in a browser, and every host but the server that was asked for something."""
    strangers: list[str] = []
    host = urlsplit(lab.address).netloc
    context = chromium.new_context(viewport={"width": 1440, "height": 1000})

    def allow(route: Any) -> None:
        if urlsplit(route.request.url).netloc == host:
            route.continue_()
        else:
            strangers.append(route.request.url)
            route.abort()

    context.route("http*://**", allow)
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(lab.address)
    idle = page.get_by_role("button", name="Python 3 (ipykernel) | Idle")
    expect(idle).to_be_visible(timeout=PATIENCE * 1000)  # before, a cell asked to run does not
    yield page, strangers
    context.close()


def shown(page: Page) -> FrameLocator:
    """Return the frame of the network page, when it is ready."""
    frame = page.frame_locator(".jp-OutputArea-output iframe")
    expect(frame.locator("html[data-state=ready]")).to_be_attached(timeout=PATIENCE * 1000)
    return frame


def test_a_cell_shows_the_page_and_it_answers(
    asked: tuple[Page, list[str]], lab: Lab, keep: Keep
) -> None:
    """The page shows in the output, can be searched, read and exported, and is saved with it."""
    page, strangers = asked
    page.locator(".jp-CodeCell .cm-content").click()
    page.keyboard.press("Shift+Enter")
    frame = shown(page)
    details = frame.get_by_role("complementary", name="Details")
    expect(details.get_by_role("heading", level=2)).to_have_text(PAYS_BOTH)
    keep(page, "jupyterlab")
    frame.get_by_role("combobox").first.fill("loudoun county")
    frame.get_by_role("option", name="Loudoun County").click()
    expect(details.locator("mark").first).to_have_text("Loudoun, VA")
    keep(page, "jupyterlab-selected")
    frame.get_by_role("button", name="Table", exact=True).click()
    expect(frame.get_by_role("table", name="Things")).to_contain_text("Loudoun County")
    frame.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        frame.get_by_role("button", name="Things shown, CSV").click()
    assert download.value.path().read_text("utf-8").startswith("iri,label,type,kind,links,facts\n")
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Control+S")
    assert until(lambda: "srcdoc" in lab.notebook.read_text("utf-8"))
    page.reload()
    expect(shown(page).get_by_role("heading", level=2).first).to_have_text(PAYS_BOTH)
    assert strangers == []
