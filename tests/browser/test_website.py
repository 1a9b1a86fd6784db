"""The site in a real browser that can reach nothing else: what people come for, step by step."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect
from pyoxigraph import Literal, RdfFormat

from kg.terms import RDFS
from tests.browser.conftest import brightness
from tests.browser.dataset import Dataset
from tests.browser.test_network_hostile import HOSTILE
from tests.browser.test_network_page import Keep
from tests.serve.live import Live, serving

pytestmark = pytest.mark.browser

LOUDOUN = "Cigna Collaborative Accountable Care Program - Loudoun Medical Group"
PROGRAM = "/id/program_cigna-cac-loudoun-medical-group"
PAGES = {
    "home": "/",
    "search": "/search?q=cigna",
    "nothing found": "/search?q=zzqq",
    "kinds": "/browse",
    "list": "/browse/payers",
    "questions": "/questions",
    "answer": "/questions/programs-per-state",
    "wrong value": "/questions/programs-by-condition?condition=gout",
    "comparison": "/compare?program=cigna-cac-loudoun-medical-group"
    "&program=cigna-cac-valley-preferred",
    "choice": "/compare",
    "network": "/network",
    "report": "/report",
    "editor": "/sparql-editor",
    "data": "/data",
    "ontology": "/ontology",
    "program": PROGRAM,
    "payer": "/id/org_cigna",
    "group": "/id/org_loudoun-medical-group",
    "place": "/id/place_us_va",
    "role": "/vocab/care-role_case-manager",
    "condition": "/vocab/condition_diabetes",
    "scheme": "/vocab/payment-method",
    "document": "/id/doc_7de2fe4eefea29a5",
    "term": "/ontology?term=hasPayer",
    "shape": "/shapes",
    "not there": "/id/nobody",
}
"""Each kind of page, by an address of the seeds' build."""
REFUSED = ("nothing found", "wrong value", "not there")


class Site:
    """A site in a browser; what it asks others for, and what the browser complains of, is noted."""

    def __init__(self, chromium: Browser, live: Live) -> None:
        self._chromium = chromium
        self._live = live
        self._contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    def open(self, path: str, **options: object) -> Page:
        """Open a page, in a browser of its own."""
        settings = {"viewport": {"width": 1280, "height": 900}, **options}
        context = self._chromium.new_context(**settings)  # type: ignore[arg-type]  # as it takes them
        self._contexts.append(context)
        context.route("**/*", self._pass)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", self._note_dialog)
        page.goto(self._live.url + path, wait_until="networkidle")
        return page

    def _note_dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _pass(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.netloc == self._live.authority or address.scheme in {"data", "blob"}:
            route.continue_()
        else:
            self.faults.append(f"request: {route.request.url}")
            route.abort()

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def site(chromium: Browser, live: Live) -> Iterator[Site]:
    """The seeds' site; at the end nothing may have been asked of others, or gone wrong."""
    yield from _visiting(Site(chromium, live))


def _visiting(found: Site) -> Iterator[Site]:
    yield found
    found.close()
    assert found.faults == []


@pytest.fixture(scope="module")
def hostile_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service whose names, quotations, sentences and files are all somebody's attack."""
    dataset = Dataset()
    base = "https://w3id.org/acp/"
    for number, text in enumerate(HOSTILE):
        said = {"sentence": f"Before {text} after.", "quotation": text, "file": text}
        program = dataset.thing(f"{base}id/program_{number}", "Program", text)
        payer = dataset.thing("javascript:alert(1)", "Payer", f"Payer {text}")
        place = dataset.thing(f"{base}id/place_{number}", "Place", text)
        dataset.fact(program, "hasPayer", payer, **said)
        dataset.fact(program, "serviceArea", place, **said)
        dataset.fact(program, "effectiveDate", Literal(text), **said)
    path = tmp_path_factory.mktemp("hostile") / "hostile.nq"
    with path.open("wb") as file:
        dataset.store.dump(file, format=RdfFormat.N_QUADS)
    with serving(path) as service:
        yield service


@pytest.fixture
def hostile(chromium: Browser, hostile_service: Live) -> Iterator[Site]:
    """The hostile site; at the end no script of its data may have run."""
    yield from _visiting(Site(chromium, hostile_service))


def faults(page: Page) -> list[str]:
    """Return what axe-core finds, whatever the impact."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:150]}" for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(site: Site, keep: Keep, name: str, scheme: str) -> None:
    """No fault of any impact on any kind of page, wide and on a phone; nothing sticks out of it."""
    page = site.open(PAGES[name], color_scheme=scheme)
    for width, height in ((1280, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        keep(page, f"site-{name.replace(' ', '-')}-{scheme}-{width}")
        if name == "editor":
            assert (brightness(page.locator("#editor")) > 0.5) == (scheme == "light")
        assert faults(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    if name in REFUSED:  # the browser notes a page's status, where that is no 200
        site.faults = [fault for fault in site.faults if "the server responded with" not in fault]


def test_from_a_search_to_a_program_to_the_words_of_a_fact(site: Site, keep: Keep) -> None:
    """Suggested while one types, chosen by keyboard; the quotation is marked in its sentence."""
    page = site.open("/")
    page.get_by_role("combobox", name="Search by name").press_sequentially("loudoun med")
    expect(page.get_by_role("option").first).to_contain_text("Loudoun Medical Group")
    options = page.get_by_role("option").all_inner_texts()
    (place,) = (n for n, text in enumerate(options) if text == f"{LOUDOUN} program")
    for _ in range(place + 1):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(LOUDOUN)
    assert urlsplit(page.url).path == PROGRAM

    aim = page.locator(".fact", has=page.get_by_role("link", name="triple aim", exact=True))
    aim.locator("summary").click()
    expect(aim.locator("mark").first).to_have_text("triple aim")
    keep(page, "site-quotation")
    aim.get_by_role("link", name=".txt").first.click()
    target = page.locator(":target")
    expect(target).to_be_in_viewport()
    expect(target).to_contain_text("triple")
    target.click()  # from the words on to what was read from them
    expect(page.locator("li:target")).to_contain_text("aim")


def test_a_question_is_asked_with_a_form(site: Site, keep: Keep) -> None:
    """The answer comes as a table and a chart, with the same rows as CSV, and as SPARQL."""
    page = site.open("/questions")
    page.get_by_role("link", name="How many programs, payers and provider groups").click()
    expect(page.locator(".chart rect")).to_have_count(2)
    page.get_by_label("State").select_option(label="Virginia")
    page.get_by_role("button", name="Ask").click()
    table = page.get_by_role("region", name="Answer")
    expect(table.locator("tbody tr")).to_have_count(1)
    expect(table).to_contain_text("Virginia")
    keep(page, "site-answer")
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    assert taken.value.suggested_filename == "programs-per-state.csv"
    rows = list(csv.DictReader(io.StringIO(Path(taken.value.path()).read_text("utf-8"))))
    assert [row["stateLabel"] for row in rows] == ["Virginia"]
    page.get_by_role("link", name="change the query").click()
    expect(page.locator(".tab.active")).to_contain_text("programs-per-state")
    run(page)
    expect(page.locator(".yasr table tbody tr")).to_have_count(1)


def run(page: Page) -> None:
    """Have the editor ask what stands in it."""
    page.locator(".tabPanel.active .yasqe_queryButton").click()
    expect(page.locator(".tabPanel.active .yasr_response_chip")).to_contain_text("result")


def test_a_query_is_written_and_run(site: Site, keep: Keep) -> None:
    """A first visit finds examples; a result leads to the page of a thing, not to the web."""
    page = site.open("/sparql-editor")
    expect(page.locator(".tabsList .tab").first).to_contain_text("Payers")
    run(page)
    rows = page.locator(".yasr table tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Cigna")
    keep(page, "site-editor")
    handle = page.locator(".grip-handle .grip-resizable").nth(1)
    before = rows.first.locator("td").nth(1).bounding_box()
    handle.drag_to(page.locator(".yasr table thead th").nth(2))
    assert rows.first.locator("td").nth(1).bounding_box() != before
    with page.context.expect_page() as opened:
        rows.first.get_by_role("link").first.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text(LOUDOUN)


def test_a_prefix_comes_by_itself(site: Site) -> None:
    """Whoever types a prefix of ours gets its line; no registry of the web is asked."""
    page = site.open("/sparql-editor")
    page.locator(".tabsList .addTab").click()
    page.locator(".tabPanel.active .CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT ?c { ?p acp:hasPayer ?c }", delay=15)
    text = page.locator(".tabPanel.active .CodeMirror-code")
    expect(text).to_contain_text("PREFIX acp: <https://w3id.org/acp/ontology#>")
    run(page)
    expect(page.locator(".tabPanel.active .yasr table tbody tr")).to_have_count(2)


def test_a_question_opens_in_a_tab(site: Site) -> None:
    """Its query can be read, changed and run."""
    page = site.open("/sparql-editor")
    page.get_by_label("Open a question").select_option("programs-per-payer")
    expect(page.locator(".tab.active")).to_contain_text("programs-per-payer")
    run(page)
    expect(page.locator(".tabPanel.active .yasr table tbody tr")).to_have_count(1)


def test_programs_are_chosen_and_compared(site: Site, keep: Keep) -> None:
    """Side by side, each fact with its words."""
    page = site.open("/compare")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 programs side by side")
    keep(page, "site-comparison")


def test_the_network_opens_at_a_program(site: Site, keep: Keep) -> None:
    """The viewer stands in the site, under its own policy, with the program chosen."""
    page = site.open(PROGRAM)
    page.get_by_role("link", name="Show in the network").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name=LOUDOUN).first).to_be_visible()
    keep(page, "site-network")


def test_everything_is_reached_by_keyboard(site: Site) -> None:
    """The first stop skips to the content; the second is the way home."""
    page = site.open("/browse")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Programs", exact=True)).to_be_focused()


@pytest.mark.parametrize(
    "path", ["/", "/browse/programs", PROGRAM, "/questions/programs-per-state", "/data"]
)
def test_pages_stand_without_script(site: Site, path: str) -> None:
    """What can be read, asked and searched for needs none."""
    page = site.open(path, java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_label("Search by name").fill("loudoun")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("main")).to_contain_text(LOUDOUN)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_names_are_text(hostile: Site, keep: Keep, number: int) -> None:
    """As name, quotation, sentence and file of a program's page, and in its document."""
    page = hostile.open(f"/id/program_{number}")
    name = page.get_by_role("heading", level=1).text_content() or ""
    assert name.split() == HOSTILE[number].split()
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.locator("mark").first).to_be_attached()
    assert page.locator("a[href^='javascript']").count() == 0
    keep(page, f"site-hostile-{number}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/browse/programs", "/browse/places", "/compare", "/search?q=script"),
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/questions/programs-by-condition?condition=%3Cimg%20src=x%20onerror=alert(1)%3E",
        "/compare?program=0&program=1&program=2&program=3&program=4&program=5",
        "/describe?iri=javascript:alert(1)",
        "/network",
        "/id/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    ],
)
def test_hostile_names_run_nowhere(hostile: Site, path: str) -> None:
    """In lists, forms, comparisons, the network, and in addresses that somebody was sent."""
    page = hostile.open(path)
    expect(page.locator("main")).to_be_visible()
    hostile.faults = [one for one in hostile.faults if "the server responded with" not in one]


def test_hostile_names_are_only_suggested(hostile: Site) -> None:
    """While one types."""
    page = hostile.open("/")
    page.get_by_role("combobox", name="Search by name").press_sequentially("alert")
    expect(page.get_by_role("option").first).to_contain_text("alert(1)")


def test_hostile_names_are_text_in_results(hostile: Site) -> None:
    """The editor's table shows what its markup would be."""
    page = hostile.open("/sparql-editor")
    page.locator(".tabPanel.active .CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(f"SELECT ?s ?name WHERE {{ ?s {RDFS.label} ?name }} ORDER BY ?s")
    run(page)
    expect(page.locator(".yasr table")).to_contain_text("onerror=alert(1)")
    assert page.locator(".yasr table img, .yasr table script, .yasr table svg[onload]").count() == 0
    # To measure columns, the editor's table parses what is in them; the site's policy stops it.
    stopped = [one for one in hostile.faults if "inline event handler violates" in one]
    assert all(one.endswith("The action has been blocked.") for one in stopped)
    hostile.faults = [one for one in hostile.faults if one not in stopped]
