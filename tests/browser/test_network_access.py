"""The network page for everyone: keyboard, screen reader, zoom, phone, print, no script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pyoxigraph import Store

from tests.browser.conftest import Visit
from tests.browser.graphs import programs_by_state
from tests.browser.test_network_page import ID, PAYS_BOTH, VALLEY, Keep, heading, node, switch

pytestmark = pytest.mark.browser

CIGNA = f"{ID}org_cigna"

# How many different colours the canvas holds.
DRAWN = """() => {
  const canvas = document.querySelector("#canvas canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


def faults(page: Page) -> list[str]:
    """Return what axe-core finds, all impacts and best practices included."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:150]}" for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address",
    [
        *("", "#layout=overview", "#layout=states", "#layout=force", "#view=table"),
        *(node(VALLEY), f"{node(VALLEY)}&depth=1", f"#path={VALLEY}%20{VALLEY}_team"),
        *(f"#only={CIGNA}", "#hide=Place%20Payer"),
    ],
    ids="columns matrix states force table node focus path scope hidden".split(),
)
def test_axe_finds_nothing(demo: Store, visit: Visit, address: str, scheme: str) -> None:
    """No fault of any impact in any view, light and dark."""
    page = visit(demo, address=address, color_scheme=scheme)
    assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_there_is_much(visit: Visit, scheme: str) -> None:
    """Nor in the picture of many programs, with kinds that are hidden, nor in their counts."""
    page = visit(programs_by_state(12), color_scheme=scheme)
    assert faults(page) == []
    switch(page, "Overview").click()
    assert faults(page) == []


def test_axe_finds_nothing_in_what_opens(demo: Store, visit: Visit) -> None:
    """Menus, suggestions and the list of keys are as clean as the page."""
    page = visit(demo)
    page.get_by_text("Links", exact=True).click()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("cigna")
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert faults(page) == []


def test_the_picture_can_be_walked_with_the_keyboard(demo: Store, visit: Visit) -> None:
    """Arrows follow links, Enter opens the details, Escape goes back step by step."""
    page = visit(demo)
    page.locator("#canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(heading(page)).to_have_text(
        "Cigna Collaborative Accountable Care Program - Loudoun Medical Group"
    )
    page.keyboard.press("ArrowRight")
    expect(heading(page)).to_have_text("Loudoun Medical Group")
    expect(page.locator("#spoken")).to_contain_text("Loudoun Medical Group, provider organization")
    page.keyboard.press("ArrowLeft")
    expect(heading(page)).to_contain_text("Program - Loudoun Medical Group")
    page.keyboard.press("2")
    assert "depth=2" in page.url
    page.keyboard.press("f")
    assert "depth" not in page.url
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#canvas")).to_be_focused()
    page.keyboard.press("Escape")
    expect(heading(page)).to_have_text(PAYS_BOTH)
    expect(page.locator("#spoken")).to_have_text("")


def test_a_path_is_found_with_the_keyboard_alone(demo: Store, visit: Visit) -> None:
    """Search, P, search again: no pointer needed."""
    page = visit(demo)
    page.keyboard.press("/")
    page.keyboard.type("cigna")
    page.keyboard.press("Enter")
    page.keyboard.press("p")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("triple aim")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("2 links from Cigna to triple aim")


def test_every_control_is_reached_by_tab(demo: Store, visit: Visit) -> None:
    """The order of the keyboard holds everything that can be pressed, each with a name."""
    page = visit(demo)
    wanted = {"Overview", "Columns", "States", "Force", "Table", "Links", "Export", "Fit", "Reset"}
    found: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        found.append(
            page.evaluate(
                "(document.activeElement.getAttribute('aria-label')"
                " ?? document.activeElement.textContent).trim()"
            )
        )
    assert wanted <= set(found)
    assert all(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_every_screen(demo: Store, visit: Visit, keep: Keep, scheme: str, device: str) -> None:
    """Light and dark, desk and phone: nothing sticks out to the side, and something is drawn."""
    width, height = {"desk": (1440, 900), "phone": (390, 844)}[device]
    page = visit(demo, viewport={"width": width, "height": height}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(DRAWN) > 3
    keep(page, f"{device}-{scheme}")


@pytest.mark.parametrize("address", ["", "#layout=overview", "#view=table"])
def test_at_200_percent_nothing_is_lost(
    demo: Store, visit: Visit, keep: Keep, address: str
) -> None:
    """Zoomed to double, the page scrolls down only and every control can still be reached."""
    size = {"width": 720, "height": 450}
    page = visit(demo, address=address, viewport=size, device_scale_factor=2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 720
    for name in ("Overview", "Columns", "States", "Force", "Table"):
        expect(switch(page, name)).to_be_in_viewport()
    heading(page).scroll_into_view_if_needed()
    expect(heading(page)).to_be_in_viewport()
    keep(page, f"double{address.replace('#', '-').replace('=', '-')}")


def test_nothing_moves_for_those_who_want_no_motion(demo: Store, visit: Visit) -> None:
    """There is no animation at all: none to switch off."""
    page = visit(demo, reduced_motion="reduce")
    page.keyboard.press("/")
    page.keyboard.type("loudoun county")
    page.keyboard.press("Enter")
    assert page.evaluate("document.getAnimations().length") == 0


def test_print_shows_the_tables_too(demo: Store, visit: Visit, keep: Keep) -> None:
    """On paper there is nothing to press: no tools, but the picture, the details, the tables."""
    page = visit(demo)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator("#tables")).to_be_visible()
    expect(page.locator("#tables")).to_contain_text("Leigh Valley, PA")
    expect(page.locator(".tools")).to_be_hidden()
    keep(page, "print")


def test_without_script_there_is_a_table(demo: Store, visit: Visit) -> None:
    """The facts can be read in a browser that runs nothing."""
    page = visit(demo, java_script_enabled=False)
    expect(page.locator("noscript table")).to_be_visible()
    expect(page.locator("noscript table")).to_contain_text(
        "approximately 5,500 individuals covered"
    )
    expect(page.locator("main")).to_be_hidden()


def test_the_overview_is_a_table_for_screen_readers(visit: Visit) -> None:
    """Payers head the rows, states the columns, and each number says what it counts."""
    page = visit(programs_by_state(12), address="#layout=overview")
    grid = page.get_by_role("region", name="Overview by payer and state")
    expect(grid.get_by_role("rowheader", name="Payer One")).to_be_visible()
    expect(grid.get_by_role("columnheader", name="programs in Ohio")).to_be_visible()
    expect(grid.get_by_role("button", name="3 programs: Payer One, Texas")).to_have_text("3")
