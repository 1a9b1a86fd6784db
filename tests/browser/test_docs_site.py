"""The documentation site in a browser: from disk, without a network, on a phone and by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = (
    *("index", "quick-start", "model", "evidence", "iris", "python", "design", "checks"),
    *("network-page", "triple-stores", "serving", "shapes-mutants"),
    *("benchmarks", "reference/classes", "reference/properties", "reference/shapes"),
    *("reference/questions", "reference/commands", "reference/class/Program"),
    *("reference/property/effectiveDateEarliest", "reference/scheme/payment-method"),
    *("reference/question/text-behind-facts", "reference/question/passages-with-words"),
)
"""One page of each kind, and those with the widest content."""


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Page]:
    """A page of a browser without a network; at the end nothing was asked of one, or went wrong."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_offline(True)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on("request", lambda one: faults.append(one.url) if "file:" not in one.url[:5] else None)
    yield page
    context.close()
    assert [fault for fault in faults if not fault.startswith("data:")] == []


def _open(page: Page, site: Path, name: str) -> None:
    page.goto((site / f"{name}.html").as_uri())


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_no_page_is_wider_than_the_screen(browse: Page, docs_site: Path, width: int) -> None:
    """Wide tables, code and diagrams scroll by themselves; the page does not."""
    browse.set_viewport_size({"width": width, "height": 800})
    wide = []
    for name in PAGES:
        _open(browse, docs_site, name)
        if browse.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)
    assert wide == []


def test_search_works_from_disk(browse: Page, docs_site: Path) -> None:
    """A term, a concept and a word of a question lead to their pages."""
    for words, expected in [
        ("hasPayer", "property/hasPayer.html"),
        ("obesity", "scheme/condition.html"),
        ("launch state", "question/launch-states.html"),
    ]:
        _open(browse, docs_site, "index")
        box = browse.get_by_role("searchbox").or_(browse.locator(".sidebar-search")).first
        box.fill(words)
        box.press("Enter")
        links = browse.locator("#search-results li a")
        expect(links.first).to_be_visible(timeout=20_000)
        addresses = links.evaluate_all("all => all.map(one => one.href)")
        assert any(expected in address for address in addresses), words


def test_the_keyboard_reaches_everything(browse: Page, docs_site: Path) -> None:
    """The first stop skips to the content; a diagram scrolls and its links can be followed."""
    _open(browse, docs_site, "model")
    browse.keyboard.press("Tab")
    assert browse.evaluate("document.activeElement.textContent.trim()") == "Skip to content"
    region = browse.locator("figure.diagram .scroll").first
    region.focus()
    assert browse.evaluate("document.activeElement.getAttribute('role')") == "region"
    browse.keyboard.press("Tab")
    browse.keyboard.press("Enter")
    browse.wait_for_url("**/reference/**")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_of_a_diagram_is_inside_its_box(
    chromium: Browser, docs_site: Path, scheme: str
) -> None:
    """The room that was worked out beforehand is enough in a real browser."""
    context = chromium.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    counted = 0
    for name in ("model", "reference/classes"):
        _open(page, docs_site, name)
        outside, words = page.evaluate("""() => {
            const outside = []; let words = 0;
            for (const box of document.querySelectorAll("figure.diagram g.box")) {
                const card = box.querySelector(".card").getBoundingClientRect();
                for (const text of box.querySelectorAll("text")) {
                    const { left, right, bottom } = text.getBoundingClientRect();
                    words += 1;
                    if (left < card.left || right > card.right || bottom > card.bottom)
                        outside.push(text.textContent);
                }
            }
            return [outside, words];
        }""")
        assert outside == []
        counted += words
    context.close()
    assert counted >= 300


def test_a_diagram_has_words_for_who_cannot_see_it(browse: Page, docs_site: Path) -> None:
    """Each has a title, a description and the same as a list."""
    _open(browse, docs_site, "model")
    figures = browse.locator("figure.diagram")
    assert figures.count() == 3
    for figure in figures.all():
        assert figure.locator("svg > title").text_content()
        assert figure.locator("svg > desc").text_content()
        figure.get_by_text("The picture in words").click()
        expect(figure.locator("details li").first).to_be_visible()
        assert figure.locator("details li").count() >= 5
