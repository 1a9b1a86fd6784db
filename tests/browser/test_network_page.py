"""The network page in a browser, as people use it: opened from disk, without a network."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pyoxigraph import Store

from kg.graph import KnowledgeGraph
from tests.browser.conftest import Visit
from tests.browser.dataset import Dataset
from tests.browser.graphs import programs_by_state

pytestmark = pytest.mark.browser

Keep = Callable[[Page, str], Path]
ID = "https://w3id.org/acp/id/"
VALLEY = f"{ID}program_cigna-cac-valley-preferred"
LOUDOUN = f"{ID}program_cigna-cac-loudoun-medical-group"
PAYS_BOTH = "Cigna pays Loudoun Medical Group and Valley Preferred"

# Where a node is in the window, found as a hand finds it: by moving until the pointer changes.
POINTED = "document.getElementById('canvas').classList.contains('over')"


def link(*iris: str) -> str:
    """Return the address of a selected link."""
    return f"#link={quote(' '.join(iris), safe='')}"


def node(iri: str) -> str:
    """Return the address of a selected node."""
    return f"#node={quote(iri, safe='')}"


def heading(page: Page) -> Locator:
    """Return the title of the details."""
    return panel_of(page).get_by_role("heading", level=2)


def panel_of(page: Page) -> Locator:
    """Return the details."""
    return page.get_by_role("complementary", name="Details")


def switch(page: Page, name: str) -> Locator:
    """Return a button of the views."""
    return page.get_by_role("group", name="View").get_by_role("button", name=name, exact=True)


def things(page: Page) -> Locator:
    """Return the rows of the table of things, the head among them."""
    return page.get_by_role("table", name="Things").get_by_role("row")


def reload(page: Page) -> None:
    """Open the address that the page now has in a new load of the page."""
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("html[data-state=ready]")


def test_the_way_of_a_reader(demo: Store, visit: Visit, keep: Keep) -> None:
    """Search Loudoun, click, read the words, filter, focus, path, export, and come back to it."""
    page = visit(demo)
    expect(heading(page)).to_have_text(PAYS_BOTH)
    keep(page, "overview")
    page.keyboard.press("/")
    page.keyboard.type("loudoun")
    keep(page, "search")
    page.get_by_role("option", name="Loudoun County").click()
    expect(heading(page)).to_have_text("Loudoun County")
    expect(panel_of(page).locator("mark").first).to_have_text("Loudoun, VA")
    keep(page, "selected")
    legend = page.locator("#legend")
    legend.get_by_role("button", name="Care activities").click()
    switch(page, "Table").click()
    expect(things(page)).to_have_count(50 - 11 + 1)
    expect(page.locator("#tables")).not_to_contain_text("identify skipped refill")
    expect(page.locator("#tables")).to_contain_text("Leigh Valley, PA")
    keep(page, "table")
    page.get_by_role("button", name="Only what is within 1 link").click()
    expect(things(page)).to_have_count(1 + 1 + 2)  # head, county, its program and its state
    switch(page, "Columns").click()
    page.get_by_role("button", name="Path to").click()
    page.keyboard.type("valley preferred phys")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("4 links from Loudoun County to Valley Preferred physicians")
    keep(page, "path")
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Things shown, CSV").click()
    text = download.value.path().read_text("utf-8")
    assert text.splitlines()[0] == "iri,label,type,kind,links,facts"
    assert len(text.splitlines()) == 1 + 5
    reload(page)
    expect(heading(page)).to_contain_text("4 links from Loudoun County")
    expect(legend.get_by_role("button", name="Care activities")).to_have_attribute(
        "aria-pressed", "false"
    )


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1440, 900), (1920, 1080)])
def test_two_programs_fit_with_every_name(
    demo: Store, visit: Visit, keep: Keep, size: tuple[int, int]
) -> None:
    """On a usual screen the beginning leaves no thing without its name, and no name off it."""
    width, height = size
    page = visit(demo, viewport={"width": width, "height": height})
    keep(page, f"screen-{width}")
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture, SVG").click()
    drawing = ET.fromstring(download.value.path().read_text("utf-8"))  # noqa: S314  # our own
    svg = "{http://www.w3.org/2000/svg}"
    named = [one for one in drawing.iter(f"{svg}g") if one.find(f"{svg}text") is not None]
    assert len(named) >= 50, len(named)


def test_two_programs_are_compared_at_a_glance(demo: Store, visit: Visit) -> None:
    """The first thing that one reads says who pays whom, what differs and what is shared."""
    page = visit(demo)
    panel = panel_of(page)
    expect(heading(page)).to_have_text(PAYS_BOTH)
    quoted = panel.locator("blockquote")
    expect(quoted).to_have_count(2)  # why we say so: a sentence of each document
    expect(quoted.first.locator("mark").first).to_be_visible()
    table = panel.get_by_role("table")
    expect(table).to_contain_text("2013-10-01")
    expect(table).to_contain_text("2013-07-01")
    expect(panel.get_by_role("heading", name="What both programs share")).to_be_visible()
    table.get_by_role("button", name="2013-07-01").click()
    expect(panel.locator("mark", has_text="July 1").first).to_be_visible()


def test_a_click_on_the_picture_opens_what_is_there(demo: Store, visit: Visit) -> None:
    """The pointer tells that something can be pressed, and pressing opens it."""
    page = visit(demo, address=node(VALLEY))
    page.get_by_role("button", name="Centre", exact=True).click()
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    panel_of(page).get_by_role("button", name="Overview").click()
    expect(heading(page)).to_have_text(PAYS_BOTH)
    page.mouse.move(*middle)
    page.wait_for_function(POINTED)
    page.mouse.click(*middle)
    expect(heading(page)).to_have_text(
        "Cigna Collaborative Accountable Care Program - Valley Preferred"
    )


def test_a_link_shows_the_words_behind_it(demo: Store, visit: Visit, keep: Keep) -> None:
    """A misspelt place is quoted as written, with the doubt that goes with it."""
    place = f"{ID}place_us_pa_region_lehigh-valley"
    page = visit(demo, address=link(VALLEY, "https://w3id.org/acp/ontology#serviceArea", place))
    panel = panel_of(page)
    expect(heading(page)).to_have_text("service area")
    expect(panel.locator("mark")).to_have_text("Leigh Valley, PA")
    expect(panel.locator(".badge")).to_have_text("normalized, 90 % sure")
    keep(page, "link")


def test_focus_leaves_a_thing_and_its_neighbours(demo: Store, visit: Visit, keep: Keep) -> None:
    """Only what is linked to the team stays, in the table as in the picture, until it is undone."""
    page = visit(demo, address=node(f"{LOUDOUN}_team"))
    page.get_by_role("button", name="Only what is within 1 link").click()
    keep(page, "focus")
    assert "depth=1" in page.url
    switch(page, "Table").click()
    expect(things(page)).to_have_count(1 + 1 + 1 + 1 + 4)  # head, team, program, nurses, activities
    page.get_by_role("button", name="Only what is within 2 links").click()
    assert things(page).count() > 20
    page.get_by_role("button", name="Everything").click()
    expect(things(page)).to_have_count(51)


def test_a_path_tells_its_steps_with_their_words(demo: Store, visit: Visit) -> None:
    """From one group to the other over the payer, each step with its sentence."""
    ends = quote(f"{VALLEY} {LOUDOUN}", safe="")
    page = visit(demo, address=f"#path={ends}")
    panel = panel_of(page)
    expect(heading(page)).to_contain_text("2 links from Cigna Collaborative")
    expect(panel.locator(".path .thing")).to_have_count(3)
    assert panel.locator("mark").count() >= 2
    expect(page.locator("#key")).to_be_visible()
    page.keyboard.press("Escape")
    expect(heading(page)).to_have_text(PAYS_BOTH)


def test_the_legend_counts_and_filters(demo: Store, visit: Visit) -> None:
    """Each kind has its count; hidden kinds can all be brought back at once."""
    page = visit(demo)
    legend = page.locator("#legend")
    expect(legend.get_by_role("button", name="Care activities")).to_contain_text("11")
    buttons = legend.locator("[data-type]")
    expect(buttons).to_have_count(13)
    legend.get_by_role("button", name="Places").press("Enter")
    expect(legend.get_by_role("button", name="Places")).to_be_focused()
    assert "hide=Place" in page.url
    legend.get_by_role("button", name="Show all").click()
    assert "hide" not in page.url


def test_kinds_of_link_can_be_hidden(demo: Store, visit: Visit) -> None:
    """Without the links to payers, the table of links has none, and the address says so."""
    page = visit(demo)
    page.get_by_text("Links", exact=True).click()
    page.get_by_role("checkbox", name="has payer 2").uncheck()
    assert "without=" in page.url
    reload(page)
    page.get_by_text("Links (1 hidden)").click()
    expect(page.get_by_role("checkbox", name="has payer 2")).not_to_be_checked()
    page.keyboard.press("Escape")
    switch(page, "Table").click()
    links = page.get_by_role("table", name="Links")
    expect(links).to_contain_text("service area")
    expect(links).not_to_contain_text("has payer")


def test_arrangements_are_part_of_the_address(demo: Store, visit: Visit, keep: Keep) -> None:
    """Each arrangement is drawn and can be mailed, and Reset goes back to the first."""
    page = visit(demo)
    for name in ("Overview", "States", "Force", "Columns"):
        switch(page, name).click()
        expect(switch(page, name)).to_have_attribute("aria-pressed", "true")
        assert f"layout={name.lower()}" in page.url
        keep(page, f"arrangement-{name.lower()}")
    page.get_by_role("button", name="Reset", exact=True).click()
    assert "layout" not in page.url


def test_the_overview_opens_into_its_programs(demo: Store, visit: Visit) -> None:
    """A number in the table of payers and states leads to the programs that it counts."""
    page = visit(demo, address="#layout=overview")
    page.get_by_role("button", name="1 program: Cigna, Virginia").click()
    expect(heading(page)).to_contain_text("Loudoun Medical Group")
    kept = page.get_by_role("button", name="No longer only programs with Virginia")
    expect(kept).to_be_visible()
    reload(page)
    switch(page, "Table").click()
    assert 10 < things(page).count() < 45
    kept.click()
    page.get_by_role("button", name="No longer only programs with Cigna").click()
    expect(things(page)).to_have_count(51)


def test_only_the_programs_of_a_thing(visit: Visit) -> None:
    """What is kept to a payer is kept in the picture, the counts and the table."""
    page = visit(programs_by_state(12), address=node("https://example.org/payer/Two"))
    page.get_by_role("button", name="Only its programs").click()
    expect(page.locator("#legend [data-type=Program]")).to_contain_text("4")
    switch(page, "Table").click()
    expect(things(page)).to_have_count(
        1 + 4 * 3 + 2 + 4
    )  # head, programs with parts, payers, states


def test_details_of_a_program_unfold(visit: Visit) -> None:
    """Where details are hidden, those of one program are shown on demand."""
    page = visit(programs_by_state(60), address=node("https://example.org/program/7"))
    switch(page, "Table").click()
    table = page.get_by_role("table", name="Things")
    expect(table).not_to_contain_text("CareActivity of program 7")
    switch(page, "States").click()
    page.get_by_role("button", name="Unfold").click()
    assert "unfold=" in page.url
    switch(page, "Table").click()
    expect(table).to_contain_text("CareActivity of program 7")
    expect(table).not_to_contain_text("CareActivity of program 8")


def test_pictures_and_tables_are_saved(demo: Store, visit: Visit) -> None:
    """PNG and SVG hold what is drawn, CSV the links with their quotations."""
    page = visit(demo)

    def saved(name: str) -> bytes:
        page.get_by_text("Export", exact=True).click()
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        page.keyboard.press("Escape")
        return download.value.path().read_bytes()

    assert saved("Picture, PNG").startswith(b"\x89PNG")
    drawing = ET.fromstring(saved("Picture, SVG"))  # noqa: S314  # made by the page under test
    texts = {text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Cigna", "Medical Group", "obesity"} <= texts
    lines = saved("Links shown, CSV").decode().splitlines()
    assert lines[0] == "from_iri,from,property_iri,property,to_iri,to,quotation,document"
    assert any('"Leigh Valley, PA"' in line for line in lines)


def test_an_iri_can_be_copied(demo: Store, visit: Visit) -> None:
    """The IRI of the Turtle files is a link, and can be taken to a query."""
    page = visit(demo, address=node(VALLEY), permissions=["clipboard-read", "clipboard-write"])
    expect(page.get_by_role("link", name=VALLEY)).to_be_visible()
    page.get_by_role("button", name="Copy IRI").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == VALLEY


def test_an_empty_dataset_says_so(visit: Visit) -> None:
    """Nothing to show is said in words."""
    page = visit(Store())
    expect(page.locator("#notice")).to_contain_text("No programs in this dataset yet")
    page.keyboard.press("/")
    page.keyboard.type("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("option")).to_have_text("Nothing of that name")
    page.locator("#canvas").press("ArrowRight")


def test_one_thing_is_a_picture(visit: Visit) -> None:
    """A single program is drawn and can be selected."""
    dataset = Dataset()
    dataset.thing("https://example.org/only", "Program", "The only program")
    page = visit(dataset.store)
    page.locator("#canvas").press("ArrowRight")
    expect(heading(page)).to_have_text("The only program")
    expect(page.get_by_role("link", name="https://example.org/only")).to_be_visible()


def test_a_notebook_shows_the_same_page(demo: Store, chromium: Browser) -> None:
    """In the frame that Jupyter shows, shut off from all else, one can search and read."""
    shown = KnowledgeGraph(demo, Path()).show_network(focus="Cigna", depth=1)
    page = chromium.new_context(offline=True).new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content(shown._repr_html_())
    frame = page.frame_locator("iframe")
    expect(frame.locator("html[data-state=ready]")).to_have_count(1)
    frame.get_by_role("combobox").fill("cigna")
    frame.get_by_role("option", name="Cigna payer").click()
    expect(frame.locator("#panel h2")).to_have_text("Cigna")
    expect(frame.locator("#panel mark").first).to_be_visible()
    assert errors == []
    page.context.close()
