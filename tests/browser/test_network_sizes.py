"""The network page at every size: it opens with what can be read and says what it leaves out."""

import pytest
from playwright.sync_api import expect

import kg.page
from kg.page import packing, payload
from tests.browser.conftest import Visit
from tests.browser.graphs import programs_by_state
from tests.browser.test_network_page import Keep, heading, node, panel_of, reload, switch, things

pytestmark = pytest.mark.browser

PROGRAM = "https://example.org/program/7"


def test_many_programs_begin_with_their_key_links(visit: Visit, keep: Keep) -> None:
    """Beyond a hundred things, parts are hidden at first; showing them is part of the address."""
    page = visit(programs_by_state(60))
    keep(page, "many")
    expect(switch(page, "States")).to_have_attribute("aria-pressed", "true")
    hidden = page.locator("#legend [aria-pressed=false]")
    expect(hidden).to_have_count(1)
    expect(page.locator("#key")).to_contain_text("60 things not in the picture")
    page.get_by_role("button", name="Show all").click()
    expect(hidden).to_have_count(0)
    reload(page)
    expect(hidden).to_have_count(0)
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(hidden).to_have_count(1)
    assert "hide" not in page.url


def test_the_spokes_of_a_hub_are_drawn_when_asked_for(visit: Visit, keep: Keep) -> None:
    """Hundreds of links to one payer do not cover the picture until the payer is selected."""
    page = visit(programs_by_state(200))
    expect(page.locator("#key")).to_contain_text("links of hubs drawn when selected")
    page.keyboard.press("/")
    page.keyboard.type("payer two")
    page.keyboard.press("Enter")
    keep(page, "hub")
    expect(heading(page)).to_have_text("Payer Two")


def test_what_is_too_large_for_one_picture_opens_as_counts(
    visit: Visit, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The overview counts all programs; a cell, a search and an address lead to parts of them."""
    monkeypatch.setattr(payload, "MOST_DRAWN", 100)
    monkeypatch.setattr(packing, "_MOST_PLAIN", 10_000)
    page = visit(programs_by_state(300))
    expect(page.get_by_role("heading", name="300 programs by payer and state")).to_be_visible()
    keep(page, "counts")
    expect(switch(page, "Force")).to_be_disabled()
    page.get_by_role("button", name="25 programs: Payer Two, Utah").click()
    expect(switch(page, "States")).to_have_attribute("aria-pressed", "true")
    switch(page, "Table").click()
    assert 50 < things(page).count() < 100
    switch(page, "States").click()
    page.get_by_role("button", name="Reset", exact=True).click()
    page.keyboard.press("/")
    page.keyboard.type("program 77")
    page.keyboard.press("Enter")
    expect(page.locator("#key")).to_contain_text("only the neighbours of what is selected")
    expect(panel_of(page).locator("mark").first).to_contain_text("rogram 77")
    reload(page)
    expect(heading(page)).to_contain_text("rogram 77")
    keep(page, "part")


def test_a_hub_of_a_large_graph_shows_some_neighbours_and_counts_the_rest(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four hundred neighbours are drawn; the others are said to be left out."""
    monkeypatch.setattr(payload, "MOST_DRAWN", 100)
    page = visit(programs_by_state(600), address=node("https://example.org/payer/One"))
    expect(page.locator("#key")).to_contain_text("201 more neighbours left out")
    expect(panel_of(page)).to_contain_text("and 400 more links: see the table")


def test_a_page_of_too_much_leaves_out_details_and_says_so(
    visit: Visit, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond what a page carries, who pays whom is there, and the rest is counted."""
    monkeypatch.setattr(kg.page, "MOST_CARRIED", 100)
    page = visit(programs_by_state(60))
    expect(page.get_by_role("banner")).to_contain_text("60 details are left out")
    expect(page.locator("#legend [data-type]")).to_have_count(4)
    keep(page, "too-much")


def test_packed_data_is_read_when_asked_for(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words behind a fact come out of a packed chunk."""
    monkeypatch.setattr(packing, "_MOST_PLAIN", 10_000)
    page = visit(programs_by_state(300), address=node(PROGRAM))
    expect(panel_of(page).locator("mark", has_text="Program 7").last).to_be_visible()


def test_a_search_shows_what_tells_things_apart(visit: Visit) -> None:
    """Suggestions name the kind, and Enter takes the first."""
    page = visit(programs_by_state(60))
    page.keyboard.press("/")
    page.keyboard.type("program 5")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Program 5program")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Program 5")
