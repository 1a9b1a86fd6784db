"""The page that answers SPARQL by itself, in a browser: opened from disk, without a network."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.explorer import render_explorer
from kg.parameters import ask_question
from kg.questions import list_questions
from kg.terms import ACP, RDF, RDFS
from tests.browser.conftest import Visit, brightness
from tests.browser.test_network_access import faults
from tests.browser.test_network_page import Keep, reload

pytestmark = pytest.mark.browser

Explore = Callable[..., Page]


@pytest.fixture
def explore(open_file: Visit, tmp_path: Path) -> Explore:
    """Return a function that opens the page of a dataset from disk."""

    def open_page(store: Store, *, address: str = "", title: str = "Ask", **options: Any) -> Page:
        path = tmp_path / "explore.html"
        path.write_bytes(render_explorer(store, title=title).encode())
        page = open_file(path, address, **options)
        page.wait_for_selector("html[data-state=ready]")
        return page

    return open_page


def told(page: Page) -> str:
    """Return what the page says about the answer, when there is one."""
    expect(page.locator("#told")).not_to_have_text("Asking…")
    return page.locator("#told").text_content() or ""


def ask(page: Page, query: str) -> None:
    """Ask a query of one's own."""
    page.goto(f"{page.url.partition('#')[0]}#query={quote(query, safe='')}")
    expect(page.locator("#question")).to_have_value("")
    page.wait_for_function("document.querySelector('.CodeMirror') !== null")


def test_a_reader_asks_and_sees_the_words(demo: Store, explore: Explore, keep: Keep) -> None:
    """An answer stands there; parameter, name and file lead on; the address keeps it."""
    page = explore(demo)
    rows = page.get_by_role("region", name="Rows").get_by_role("row")
    expect(rows).to_have_count(3)
    keep(page, "explore")
    page.get_by_label("Question").select_option("programs-by-condition")
    expect(rows.first).to_contain_text("condition")
    page.get_by_label("condition").fill("Obesity")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#told")).to_contain_text("1 row")
    assert "question=programs-by-condition&condition=Obesity" in page.url
    reload(page)
    expect(page.locator("#told")).to_contain_text("1 row")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    lines = download.value.path().read_text("utf-8").splitlines()
    assert lines[0] == "condition,conditionLabel,program,programLabel,statedLabel"
    assert len(lines) == 2
    rows.get_by_role("button", name="Loudoun Medical Group").click()
    expect(page.locator("#rows")).to_contain_text("Loudoun, VA")  # the words of the service area
    expect(page.locator("#told")).to_contain_text("Loudoun Medical Group: 4")  # rows
    expect(page.locator("#answer")).to_be_focused()
    keep(page, "explore-about")


def test_every_question_has_the_rows_of_the_command(demo: Store, explore: Explore) -> None:
    """Asked in the page, with an example where one is required, each has as many rows."""
    page = explore(demo)
    asked = 0
    for question in list_questions():
        given = question.required_examples
        expected = len(list(ask_question(demo, question, given).found))  # type: ignore[arg-type]  # all are SELECT
        said = "&".join(f"{name}={quote(value)}" for name, value in given.items())
        page.evaluate("document.getElementById('told').textContent = 'Asking…'")
        page.evaluate("hash => { location.hash = hash }", f"question={question.name}&{said}")
        answer = told(page)
        assert answer.startswith("No rows" if expected == 0 else f"{expected:,} row"), question.name
        asked += 1
    assert asked > 50


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("question=programs-by-condition&condition=unheard", "No condition is called “unheard”"),
        ("question=effective-dates&since=soon", "since takes a year, a month or a day"),
        ("question=effective-dates&since=2013-02-30", "since takes a year, a month or a day"),
        ("question=passages-with-words", "words is required"),
        ("query=SELECT%20*%20{", "expected"),
        ("query=INSERT%20DATA%20{<a:a>%20<b:b>%201}", "expected"),
        ("query=SELECT%20*%20{SERVICE%20<http://example.org/>%20{?s%20?p%20?o}}", "not supported"),
    ],
)
def test_a_mistake_is_told_in_words(demo: Store, explore: Explore, address: str, said: str) -> None:
    """What cannot be asked is said where the answer would stand."""
    page = explore(demo, address=f"#{address}")
    expect(page.locator("#told")).to_contain_text(said)
    expect(page.locator("#rows")).to_be_hidden()


def test_dates_are_as_wide_as_the_command_takes_them(demo: Store, explore: Explore) -> None:
    """A month is its first day for one parameter and its last for the other."""
    page = explore(demo, address="#question=effective-dates&since=2013-07&until=2013-07")
    expect(page.locator("#told")).to_contain_text("1 row")
    page = explore(demo, address="#question=effective-dates&since=2013-08&until=2013-09")
    expect(page.locator("#told")).to_contain_text("No rows")


def test_a_query_of_ones_own(demo: Store, explore: Explore) -> None:
    """Our prefixes need no line; rows, yes or no, and graphs are shown and saved."""
    page = explore(demo)
    ask(page, "SELECT (COUNT(?p) AS ?programs) { ?p a acp:Program }")
    expect(page.get_by_role("cell", name="2", exact=True)).to_be_visible()
    expect(page.locator(".CodeMirror")).to_contain_text("PREFIX acp: <https://w3id.org/acp")
    expect(page.locator(".CodeMirror .parseErrorIcon")).to_have_count(0)
    ask(page, "ASK { ?p a acp:Program }")
    expect(page.locator("#told")).to_contain_text("Yes")
    ask(page, "CONSTRUCT { ?p rdfs:label ?l } WHERE { ?p a acp:Program ; rdfs:label ?l }")
    expect(page.locator("#told")).to_contain_text("2 statements")
    with page.expect_download() as download:
        page.get_by_role("button", name="Turtle").click()
    assert "Loudoun Medical Group" in download.value.path().read_text("utf-8")


def test_a_long_query_can_be_stopped(demo: Store, explore: Explore) -> None:
    """The page stays alive, Stop ends the query, and the next one is answered."""
    page = explore(demo)
    ask(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#told")).to_have_text("Stopped.")
    ask(page, "ASK {}")
    expect(page.locator("#told")).to_contain_text("Yes")


HOSTILE = "</script><img src=x onerror=alert(1)><!--<script>\u2028 \" ' } #"


def test_hostile_text_is_shown_and_never_run(explore: Explore, keep: Keep) -> None:
    """As title, name, value of a parameter, query and IRI: no dialog, no request, no complaint."""
    store = Store()
    for name in ("javascript:alert(1)", "urn:x:2"):
        node = NamedNode(name)
        store.add(Quad(node, RDF.type, ACP.Payer))
        store.add(Quad(node, RDFS.label, Literal(HOSTILE + name)))
    store.add(Quad(NamedNode("urn:x:3"), RDF.type, ACP.Program))
    store.add(Quad(NamedNode("urn:x:3"), RDFS.label, Literal(HOSTILE)))
    store.add(Quad(NamedNode("urn:x:3"), ACP.hasPayer, NamedNode("javascript:alert(1)")))
    store.add(Quad(RDFS.label, RDFS.label, Literal(HOSTILE)))
    words = quote(HOSTILE, safe="")
    page = explore(store, address=f"#question=passages-with-words&words={words}", title=HOSTILE)
    expect(page.locator("#told")).to_contain_text("No rows")
    assert page.locator("h1").text_content() == HOSTILE
    ask(page, "SELECT ?x ?xLabel { ?x rdfs:label ?xLabel }")
    expect(page.locator("#rows tbody tr")).to_have_count(4)
    assert page.locator("#rows a").count() == 0
    keep(page, "explore-hostile")
    page.locator("#rows tbody button", has_text="javascript:").click()
    expect(page.locator("#told")).to_contain_text("1 row")
    expect(page.locator("#rows")).to_contain_text("<img src=x onerror=alert(1)>")
    ask(page, HOSTILE)
    expect(page.locator("#told")).to_contain_text("expected")
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_everybody_can_use_it(
    demo: Store, explore: Explore, keep: Keep, scheme: str, width: int
) -> None:
    """Axe finds nothing, nothing sticks out, at the desk and on a phone, light and dark."""
    size = {"width": width, "height": 844}
    page = explore(demo, viewport=size, color_scheme=scheme, address="#question=payment-rates")
    assert faults(page) == []
    page.get_by_text("SPARQL", exact=True).click()
    keep(page, f"explore-{width}-{scheme}")
    assert (brightness(page.locator("#editor")) > 0.5) == (scheme == "light")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_is_enough(demo: Store, explore: Explore) -> None:
    """Tab reaches question, parameters, Ask and the rows, and leaves the editor again."""
    page = explore(demo)
    page.get_by_text("SPARQL", exact=True).click()
    page.get_by_label("Question").focus()
    reached = []
    for _ in range(16):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(document.activeElement.id || document.activeElement.textContent).trim()"
            )
        )
    assert {"given-payer", "Ask", "CSV", "rows"} <= set(reached)
    page.get_by_label("payer", exact=True).fill("Cigna")
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("2 rows")


def test_all_choices_are_names(demo: Store, explore: Explore) -> None:
    """A field suggests what it may be."""
    page = explore(demo)
    options = page.locator("#given-group-list option").all()
    names = [option.get_attribute("value") for option in options]
    assert names == ["Loudoun Medical Group", "Valley Preferred"]


def test_an_empty_dataset_answers(explore: Explore) -> None:
    """No program, no row, and nothing goes wrong."""
    page = explore(Store())
    expect(page.locator("#told")).to_contain_text("No rows")


def test_without_script_the_page_says_what_to_do(chromium: Browser, tmp_path: Path) -> None:
    """The command line answers the same."""
    path = tmp_path / "explore.html"
    path.write_bytes(render_explorer(Store(), title="Ask").encode())
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    expect(page.locator("noscript p")).to_contain_text("kg query --list")
    expect(page.locator("main")).to_be_hidden()
    context.close()
