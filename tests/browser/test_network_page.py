"""The network page in a browser, as people use it: opened from disk, without a network."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from pyoxigraph import Literal, Store

from tests.browser.conftest import Visit
from tests.browser.dataset import Dataset

pytestmark = pytest.mark.browser

Keep = Callable[[Page, str], Path]
ID = "https://w3id.org/acp/id/"
VALLEY = f"{ID}program_cigna-cac-valley-preferred"

# Where a node is in the window, found as a hand finds it: by moving until the pointer changes.
POINTED = "document.getElementById('canvas').classList.contains('over')"


def link(*iris: str) -> str:
    """Return the address of a selected link."""
    return f"#link={quote(' '.join(iris), safe='')}"


def node(iri: str) -> str:
    """Return the address of a selected node."""
    return f"#node={quote(iri, safe='')}"


def reload(page: Page) -> None:
    """Open the address that the page now has in a new load of the page."""
    address = page.url
    page.goto("about:blank")
    page.goto(address)


def test_the_way_of_a_reader(demo: Store, visit: Visit, keep: Keep) -> None:
    """Search Loudoun, click, read the quotation, filter, table, and come back by the address."""
    page = visit(demo)
    panel = page.get_by_label("Details")
    expect(panel.get_by_role("heading", level=2)).to_have_text(
        "Cigna pays Loudoun Medical Group and Valley Preferred"
    )
    keep(page, "overview")
    page.keyboard.press("/")
    page.keyboard.type("loudoun")
    page.get_by_role("option", name="Loudoun County").click()
    expect(panel.get_by_role("heading", level=2)).to_have_text("Loudoun County")
    expect(panel.locator("mark").first).to_have_text("Loudoun, VA")
    keep(page, "selected")
    legend = page.locator("#legend")
    legend.get_by_role("button", name="Care activities").click()
    page.get_by_role("button", name="Table", exact=True).click()
    tables = page.locator("#tables")
    expect(tables.get_by_role("table", name="Things").get_by_role("row")).to_have_count(50 - 11 + 1)
    expect(tables).not_to_contain_text("identify skipped refill")
    expect(tables).to_contain_text("Leigh Valley, PA")
    keep(page, "table")
    reload(page)
    expect(panel.get_by_role("heading", level=2)).to_have_text("Loudoun County")
    expect(legend.get_by_role("button", name="Care activities")).to_have_attribute(
        "aria-pressed", "false"
    )
    expect(tables).to_be_visible()
    expect(tables).not_to_contain_text("identify skipped refill")


def test_a_click_on_the_picture_opens_what_is_there(demo: Store, visit: Visit) -> None:
    """The pointer tells that something can be pressed, and pressing opens it."""
    page = visit(demo, address=node(VALLEY))
    heading = page.get_by_label("Details").get_by_role("heading", level=2)
    page.get_by_role("button", name="Centre", exact=True).click()
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.get_by_role("button", name="Overview").click()
    expect(heading).to_have_text("Cigna pays Loudoun Medical Group and Valley Preferred")
    page.mouse.move(*middle)
    page.wait_for_function(POINTED)
    page.mouse.click(*middle)
    expect(heading).to_have_text("Cigna Collaborative Accountable Care Program - Valley Preferred")


def test_a_link_shows_the_words_behind_it(demo: Store, visit: Visit, keep: Keep) -> None:
    """A misspelt place is quoted as written, with the doubt that goes with it."""
    place = f"{ID}place_us_pa_region_lehigh-valley"
    page = visit(demo, address=link(VALLEY, "https://w3id.org/acp/ontology#serviceArea", place))
    panel = page.get_by_label("Details")
    expect(panel.get_by_role("heading", level=2)).to_have_text("service area")
    expect(panel.locator("mark")).to_have_text("Leigh Valley, PA")
    expect(panel.locator(".badge")).to_have_text("normalized, 90 % sure")
    keep(page, "link")


def test_the_picture_can_be_walked_with_the_keyboard(demo: Store, visit: Visit) -> None:
    """Arrows follow links, Enter opens the details, Escape goes back step by step."""
    page = visit(demo)
    heading = page.get_by_label("Details").get_by_role("heading", level=2)
    page.locator("#canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(heading).to_have_text(
        "Cigna Collaborative Accountable Care Program - Loudoun Medical Group"
    )
    page.keyboard.press("ArrowRight")
    expect(heading).to_have_text("Loudoun County")
    page.keyboard.press("ArrowLeft")
    expect(heading).to_contain_text("Loudoun Medical Group")
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#canvas")).to_be_focused()
    page.keyboard.press("Escape")
    expect(heading).to_have_text("Cigna pays Loudoun Medical Group and Valley Preferred")
    expect(page.locator("#spoken")).to_have_text("")


def test_focus_leaves_a_thing_and_its_neighbours(demo: Store, visit: Visit, keep: Keep) -> None:
    """Only what is linked to the team stays, in the table as in the picture, until it is undone."""
    page = visit(demo, address=node(f"{ID}program_cigna-cac-loudoun-medical-group_team"))
    page.get_by_role("button", name="Neighbours only").click()
    keep(page, "focus")
    assert "focus=1" in page.url
    page.get_by_role("button", name="Table", exact=True).click()
    rows = page.get_by_role("table", name="Things").get_by_role("row")
    expect(rows).to_have_count(1 + 1 + 1 + 1 + 4)  # head, team, program, nurses, activities
    page.get_by_role("button", name="Show everything").click()
    expect(rows).to_have_count(51)


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


def test_two_arrangements(demo: Store, visit: Visit, keep: Keep) -> None:
    """The arrangement is part of the address, and Reset goes back to the columns."""
    page = visit(demo)
    page.get_by_role("button", name="Force", exact=True).click()
    assert page.url.endswith("#layout=force")
    keep(page, "force")
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(page.get_by_role("button", name="Columns", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_every_screen(demo: Store, visit: Visit, keep: Keep, scheme: str, device: str) -> None:
    """Light and dark, desk and phone: nothing sticks out to the side, and something is drawn."""
    width, height = {"desk": (1440, 900), "phone": (390, 844)}[device]
    page = visit(demo, viewport={"width": width, "height": height}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(DRAWN) > 3
    keep(page, f"{device}-{scheme}")


# How many different colours the canvas holds.
DRAWN = """() => {
  const canvas = document.querySelector("#canvas canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


def test_print_shows_the_tables_too(demo: Store, visit: Visit) -> None:
    """On paper there is nothing to press: no tools, but the picture, the details, the tables."""
    page = visit(demo)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator("#tables")).to_be_visible()
    expect(page.locator("#tables")).to_contain_text("Leigh Valley, PA")
    expect(page.locator(".tools")).to_be_hidden()


def test_without_script_there_is_a_table(demo: Store, visit: Visit) -> None:
    """The facts can be read in a browser that runs nothing."""
    page = visit(demo, java_script_enabled=False)
    expect(page.locator("noscript table")).to_be_visible()
    expect(page.locator("noscript table")).to_contain_text(
        "approximately 5,500 individuals covered"
    )
    expect(page.locator("main")).to_be_hidden()


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
    panel = page.get_by_label("Details")
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
    page.get_by_role("button", name="Force", exact=True).click()
    page.get_by_role("button", name="Neighbours only").click()
    page.get_by_role("button", name="Table", exact=True).click()
    assert page.locator("#tables td bdi, #tables td button").first.text_content()
    reload(page)
    assert panel.locator("h2").text_content() == text
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    keep(page, f"hostile-{HOSTILE.index(text)}")


@pytest.mark.parametrize(
    "address", ["#node=__proto__", "#hide=constructor&view=x", "#link=%20%20", "#%"]
)
def test_a_hostile_address_changes_nothing(demo: Store, visit: Visit, address: str) -> None:
    """What the address says is looked up, never trusted."""
    page = visit(demo, address=address)
    expect(page.get_by_label("Details").get_by_role("heading", level=2)).to_have_text(
        "Cigna pays Loudoun Medical Group and Valley Preferred"
    )
    expect(page.locator("#legend [aria-pressed=false]")).to_have_count(0)


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
    expect(page.get_by_label("Details").get_by_role("heading", level=2)).to_have_text(
        "The only program"
    )
    expect(page.get_by_role("link", name="https://example.org/only")).to_be_visible()


def test_many_programs_begin_with_their_key_links(visit: Visit, keep: Keep) -> None:
    """Beyond a hundred things, parts are hidden at first; showing them is part of the address."""
    dataset = Dataset()
    payer = dataset.thing("https://example.org/payer", "Payer", "Payer")
    for number in range(40):
        program = dataset.thing(f"https://example.org/{number}", "Program", f"Program {number}")
        dataset.fact(program, "hasPayer", payer)
        for kind in ("PaymentArrangement", "CareActivity"):
            part = dataset.thing(f"https://example.org/{number}/{kind}", kind, f"{kind} {number}")
            dataset.fact(program, f"has{kind.removeprefix('Care')}", part)
    page = visit(dataset.store)
    keep(page, "many")
    hidden = page.locator("#legend [aria-pressed=false]")
    expect(hidden).to_have_count(2)
    page.get_by_role("button", name="Show all").click()
    expect(hidden).to_have_count(0)
    reload(page)
    expect(hidden).to_have_count(0)
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(hidden).to_have_count(2)
    assert "hide" not in page.url
