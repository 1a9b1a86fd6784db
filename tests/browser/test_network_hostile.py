"""Hostile text, IRIs and addresses in the network page: shown as they are, never run."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pyoxigraph import Literal, Store

from kg.network import read_network
from kg.page import write_page
from tests.browser.conftest import Visit
from tests.browser.dataset import Dataset
from tests.browser.test_network_page import PAYS_BOTH, Keep, heading, panel_of, reload, switch

pytestmark = pytest.mark.browser

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "<!--<script>alert(1)</script>",
    "]]>",
    "line\u2028separator\u2029",
    "__proto__",
    "constructor",
    "toString",
    "<svg/onload=alert(1)>{{constructor.constructor('alert(1)')()}}",
    "\u202egnp.exe\u202c شركة 保険 🏥",
    "ا" * 40,
    "word " * 1000,
    "W" * 5000,
    "=cmd|' /C calc'!A0",
)


def dataset_saying(text: str) -> Store:
    """Return a dataset in which the text stands wherever text or a name of ours can."""
    dataset = Dataset()
    said = {"sentence": f"Before {text} after.", "quotation": text, "file": text}
    programs = [
        dataset.thing(f"javascript:alert({number})", "Program", f"{text}{number or ''}")
        for number in range(2)
    ]
    payer = dataset.thing("data:text/html,%3Cscript%3Ealert(1)%3C/script%3E", "Payer", text)
    for program in programs:
        dataset.fact(program, "hasPayer", payer, **said)
        dataset.fact(program, "effectiveDate", Literal(text), **said)
    return dataset.store


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_and_never_run(text: str, visit: Visit, keep: Keep) -> None:
    """As label, quotation, sentence, file, title and IRI: no dialog, no request, no complaint."""
    page = visit(dataset_saying(text), title=text)
    panel = panel_of(page)
    for word in ("", text[:20]):
        page.keyboard.press("/")
        page.keyboard.insert_text(word)
        page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.insert_text("payer")
    page.keyboard.press("Enter")
    assert panel.locator("h2").text_content() == text
    assert panel.locator("mark").first.text_content() == text
    assert panel.locator("a").count() == 0  # neither javascript: nor data: can be followed
    for name in ("Overview", "Force", "Columns"):
        switch(page, name).click()
    reload(page)
    keep(page, f"hostile-{HOSTILE.index(text)}")
    page.keyboard.press("/")
    page.keyboard.insert_text("payer")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Only what is within 1 link").click()
    switch(page, "Table").click()
    assert page.locator("#tables td bdi, #tables td button").first.text_content()
    reload(page)
    assert panel.locator("h2").text_content() == text
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_saved_as_text(text: str, visit: Visit) -> None:
    """A drawing has no element but our own, and a table no formula."""
    page = visit(dataset_saying(text))
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture, SVG").click()
    drawing = download.value.path().read_text("utf-8")
    tags = page.evaluate(
        """text => {
          const drawing = new DOMParser().parseFromString(text, "image/svg+xml");
          return [...new Set([...drawing.querySelectorAll("*")].map((element) => element.tagName))];
        }""",
        drawing,
    )
    assert set(tags) <= {"svg", "g", "title", "rect", "path", "text"}
    with page.expect_download() as download:
        page.get_by_role("button", name="Links shown, CSV").click()
    table = download.value.path().read_text("utf-8")
    assert not any(cell.startswith("=") for line in table.splitlines() for cell in line.split(","))


@pytest.mark.parametrize(
    "address",
    [
        "#node=__proto__",
        "#hide=constructor&view=x",
        "#link=%20%20",
        "#%",
        "#depth=99&layout=hasOwnProperty&only=toString&path=x%20y&unfold=x&without=x",
        "#node=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
    ],
)
def test_a_hostile_address_changes_nothing(demo: Store, visit: Visit, address: str) -> None:
    """What the address says is looked up, never trusted."""
    page = visit(demo, address=address)
    expect(heading(page)).to_have_text(PAYS_BOTH)
    expect(page.locator("#legend [aria-pressed=false]")).to_have_count(0)


def test_the_policy_stops_what_a_fault_would_let_in(
    demo: Store, chromium: Browser, tmp_path: Path
) -> None:
    """Even markup that got into the page could run nothing and fetch nothing."""
    path = tmp_path / "network.html"
    write_page(read_network(demo), path, title="x")
    page = chromium.new_page()
    page.goto(path.as_uri())
    ran = page.evaluate(
        """async () => {
          window.ran = false;
          const refused = [];
          const note = ({ effectiveDirective }) => refused.push(effectiveDirective);
          document.addEventListener("securitypolicyviolation", note);
          document.body.insertAdjacentHTML("beforeend", `
            <img src=https://example.org/x onerror='window.ran = true'><b style='color:red'>x</b>`);
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
          await new Promise((done) => setTimeout(done, 200));
          return [window.ran, [...new Set(refused)].sort()];
        }"""
    )
    assert ran[0] is False
    assert {"img-src", "script-src-elem", "style-src-attr"} <= set(ran[1])
    page.close()
