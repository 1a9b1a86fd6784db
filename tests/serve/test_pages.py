"""The pages for people, asked for as a browser does: what they list, and how much of it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat

from kg.terms import ACP
from kg.website.assets import asset_path
from kg.website.browse import KINDS, PAGE_SIZE
from kg.website.incoming import MOST_OF_EACH
from kg.website.incoming import PAGE_SIZE as LINKS_PAGE_SIZE
from kg.website.negotiate import SYNTAXES
from kg.website.questions import MOST_ROWS
from tests.browser.dataset import Dataset
from tests.conftest import ROOT

from .live import Live, serving

BASE = "https://w3id.org/acp/id/"
PROGRAMS = 220
"""More than any list shows on one page."""


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if tag == "a" and name == "href"]


def links(page: str, beginning: str = "") -> list[str]:
    """Return where a page leads that begins so, in its order."""
    parser = _Links()
    parser.feed(page)
    return [address for address in parser.found if address.startswith(beginning)]


def get(live: Live, path: str, status: int = 200) -> str:
    """Return a page."""
    reply = live.request("GET", path, headers={"Accept": "text/html"})
    assert reply.status == status, (path, reply.text)
    return reply.text


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service before a payer that pays in many programs, each stated in words of its own."""
    dataset = Dataset()
    payer = dataset.thing(f"{BASE}org_big", "Payer", "Big Payer")
    for number in range(PROGRAMS):
        program = dataset.thing(f"{BASE}program_{number:03}", "Program", f"Program {number:03}")
        words = f"Big Payer pays in number {number:03}"
        dataset.fact(program, "hasPayer", payer, sentence=words, quotation=words)
    path = tmp_path_factory.mktemp("crowd") / "crowd.nq"
    with path.open("wb") as file:
        dataset.store.dump(file, format=RdfFormat.N_QUADS)
    with serving(path) as service:
        yield service


def test_a_thing_shows_some_of_many_links_and_says_so(crowd: Live) -> None:
    """Of 220 programs 20 are there, each with its words, and a link to all of them."""
    page = get(crowd, "/id/org_big")
    assert len(links(page, "/id/program_")) == MOST_OF_EACH
    assert page.count("Big Payer pays in number") == 2 * MOST_OF_EACH  # quotation and sentence
    (rest,) = links(page, "/id/org_big?property=")
    assert f"See all {PROGRAMS}" in page
    assert links(get(crowd, rest), "/id/program_")[0] == "/id/program_000"


def test_the_pages_of_a_property_hold_each_link_once(crowd: Live) -> None:
    """Page after page, nothing is left out and nothing comes twice."""
    address = f"/id/org_big?property={quote(ACP.hasPayer.value)}"
    pages = -(-PROGRAMS // LINKS_PAGE_SIZE)
    found = []
    for number in range(1, pages + 1):
        page = get(crowd, f"{address}&page={number}")
        found += links(page, "/id/program_")
        following = links(page, f"{address}&page={number + 1}")
        assert bool(following) == (number < pages)
    assert found == [f"/id/program_{number:03}" for number in range(PROGRAMS)]
    get(crowd, f"{address}&page={pages + 1}", 404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/id/org_big?property=https://example.org/none", 404),
        ("/id/org_big?property=no%20iri", 400),
        (f"/id/org_big?property={quote(ACP.hasPayer.value)}&page=0", 400),
        ("/browse/programs?page=x", 400),
        ("/browse/programs?page=9999999", 400),
        ("/browse/nothing", 404),
        ("/questions/nothing", 404),
        ("/data/../../etc/passwd", 404),
        ("/data/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 404),
        ("/assets/..%2fsite.css", 404),
    ],
)
def test_an_address_that_means_nothing_is_told_so(crowd: Live, path: str, status: int) -> None:
    """The page says what is wrong and where to go on."""
    get(crowd, path, status)


def test_a_list_is_turned_page_by_page(crowd: Live) -> None:
    """In the order of names; the last page has the rest and leads no further."""
    first = get(crowd, "/browse/programs")
    second = get(crowd, "/browse/programs?page=2")
    found = [*links(first, "/id/program_"), *links(second, "/id/program_")]
    assert found == [f"/id/program_{number:03}" for number in range(PROGRAMS)]
    assert len(links(second, "/id/program_")) == PROGRAMS - PAGE_SIZE
    assert links(first, "?page=") == ["?page=2"]
    assert links(second, "?page=") == ["?page=1"]


def test_a_list_counts_the_programs_that_a_thing_belongs_to(crowd: Live) -> None:
    """A payer with all of them."""
    assert f'<td class="number">{PROGRAMS}</td>' in get(crowd, "/browse/payers")


@pytest.mark.parametrize("kind", [kind.path for kind in KINDS])
def test_every_list_leads_to_pages(live: Live, kind: str) -> None:
    """Whatever is listed of the seeds has a page, except of kinds that they have none of."""
    page = get(live, f"/browse/{kind}")
    found = [*links(page, "/id/"), *links(page, "/vocab/")]
    assert found or kind == "organizations"
    for address in found[:3]:
        get(live, address)


def test_a_search_finds_the_best_first(live: Live) -> None:
    """What is called exactly so, then what begins so; case and other names count."""
    page = get(live, "/search?q=CIGNA")
    assert links(page, "/id/")[0] == "/id/org_cigna"
    assert "/vocab/care-role_case-manager" in links(get(live, "/search?q=rn+case"), "/vocab/")
    reply = live.request("GET", "/search?q=cigna&format=json")
    assert reply.media_type == "application/json"
    assert "/id/org_cigna" in reply.text


@pytest.mark.parametrize(
    ("words", "said"),
    [("", "Type a name"), ("x", "at least 2 letters"), ("zzqq", "Nothing is called “zzqq”")],
)
def test_a_search_that_finds_nothing_says_what_to_do(live: Live, words: str, said: str) -> None:
    """An empty page would help nobody."""
    assert said in get(live, f"/search?q={words}")


@pytest.mark.parametrize("words", ['"} DROP', "\\", "?x . }", "'''", "%27", "a\u2028b", "\x00x"])
def test_what_is_searched_for_is_never_grammar(live: Live, words: str) -> None:
    """Any text is a text."""
    get(live, f"/search?q={quote(words)}")


DOCUMENTED = (ROOT / "docs" / "website.md").read_text("utf-8")


def test_every_documented_page_is_there(live: Live) -> None:
    """Each path of the documentation answers; each page that the site leads to is documented."""
    paths = [path for line in _rows("| path |") for path in re.findall(r"`(/[^`]*)`", line)]
    assert len(paths) > 10
    for path in paths:
        get(live, path)
    navigation = {address for address in links(get(live, "/"), "/") if address.count("/") == 1}
    assert navigation <= set(paths)


def test_the_documented_syntaxes_are_those_on_the_pages() -> None:
    """With the names that addresses take."""
    cells = [line.split(" | ") for line in _rows("| syntax |")]
    assert {row[2].strip(" |`"): row[0].strip("| ") for row in cells} == SYNTAXES


def test_the_documented_sizes_are_those_of_the_pages() -> None:
    """How much a page shows, in words."""
    text = " ".join(DOCUMENTED.split())
    assert f"it shows {MOST_OF_EACH} of each property" in text
    assert f"all of them, {LINKS_PAGE_SIZE} a page" in text
    assert f"lists have {PAGE_SIZE} things a page, answers {MOST_ROWS} rows" in text


def test_the_licences_of_the_editor_are_given_out(live: Live) -> None:
    """The page about the data leads to them."""
    address = asset_path("licenses.txt")
    assert address in links(get(live, "/data"))
    assert "MIT License" in get(live, address)


def _rows(head: str) -> list[str]:
    """Return the rows of the documented table that begins so."""
    lines = DOCUMENTED[DOCUMENTED.index(head) :].splitlines()
    return lines[2 : lines.index("")]
