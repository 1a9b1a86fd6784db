"""The page of a comparison in a browser, as people use it: from disk, without network or script."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kg.compare import ProgramComparison, compare_programs
from kg.pipeline import Graph
from kg.programs import list_programs
from kg.sidebyside import write_comparison
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

Keep = Callable[[Page, str], Path]


@pytest.fixture(scope="module")
def seeds(seed_graph: Graph) -> ProgramComparison:
    """Both seeds side by side."""
    return compare_programs(seed_graph.dataset, list_programs(seed_graph.dataset))


@pytest.fixture
def visit_comparison(open_file: Visit, tmp_path: Path, seeds: ProgramComparison) -> Visit:
    """Return a function that opens the page from disk, where no script runs."""
    path = tmp_path / "comparison.html"
    with path.open("wb") as file:
        write_comparison(seeds, "html", file)
    return partial(open_file, path, java_script_enabled=False)


def test_rows_can_be_chosen_without_script(
    visit_comparison: Visit, keep: Keep, seeds: ProgramComparison
) -> None:
    """A choice leaves the rows of its kind, and no heading without a row."""
    page = visit_comparison()
    rows = page.get_by_role("row")
    sections = {section.name for section, _ in seeds.rows("different")}
    number = sum(1 for _ in seeds.rows("different"))
    everything = sum(1 for _ in seeds.rows())
    expect(rows).to_have_count(1 + len(seeds.sections) + everything)
    keep(page, "comparison")
    page.get_by_role("radio", name="differences").check()
    expect(rows).to_have_count(1 + len(sections) + number)
    expect(page.get_by_role("rowheader", name="count value")).to_be_visible()
    expect(page.get_by_role("rowheader", name="payer type")).to_have_count(0)
    keep(page, "comparison-differences")
    page.get_by_role("radio", name="all", exact=True).check()
    expect(rows).to_have_count(1 + len(seeds.sections) + everything)


def test_a_quotation_opens_its_sentence_by_keyboard(visit_comparison: Visit) -> None:
    """Both numbers stand there with their words; the sentence shows them marked."""
    page = visit_comparison()
    row = page.get_by_role("row").filter(has_text="covered individuals › count value")
    expect(row).to_contain_text("5,500")
    expect(row).to_contain_text("13,000")
    sentence = row.locator("p.sentence").filter(has_text="5,500")
    expect(sentence).to_be_hidden()
    row.locator("summary").filter(has_text="5,500").focus()
    page.keyboard.press("Enter")
    expect(sentence).to_be_visible()
    expect(sentence.locator("mark")).to_have_text("5,500")
    expect(sentence).to_contain_text("individuals covered by a Cigna health plan")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_screen(visit_comparison: Visit, keep: Keep, scheme: str, width: int) -> None:
    """The page itself never scrolls sideways; a table that is too wide does, on its own."""
    page = visit_comparison(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=True
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.get_by_role("table")).to_be_visible()
    keep(page, f"comparison-{scheme}-{width}")


def test_print_shows_all_columns(visit_comparison: Visit) -> None:
    """On paper there are no controls, and the table has the width of the sheet."""
    page = visit_comparison(viewport={"width": 720, "height": 1000}, java_script_enabled=True)
    page.emulate_media(media="print")
    expect(page.get_by_role("radio").first).to_be_hidden()
    box = page.get_by_role("table").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 720
