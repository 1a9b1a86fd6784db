"""Every hostile case, S1 to S22, has its test; and pages show hostile data as text (S18)."""

from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

import pytest

from .live import Live, serving

CASES = {f"S{number}" for number in range(1, 23)}


def marks_of(test: object) -> Iterator[pytest.Mark]:
    """Yield the marks of a test, and those of its parameters."""
    for mark in getattr(test, "pytestmark", ()):
        yield mark
        if mark.name == "parametrize":
            for value in mark.args[1]:
                yield from getattr(value, "marks", ())


def test_every_case_has_a_test() -> None:
    """`pytest -m "hostile(case='S14')"` finds something for each of the 22, and for no other."""
    found = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        module = import_module(f"{__package__}.{path.stem}")
        tests = [value for name, value in vars(module).items() if name.startswith("test_")]
        marks = [mark for test in tests for mark in marks_of(test)]
        found |= {mark.kwargs["case"] for mark in marks if mark.name == "hostile"}
    assert found == CASES


HOSTILE = (
    "<script>alert(1)</script>",
    "</textarea><img src=x onerror=alert(1)>",
    "a\\r\\nX-Evil: 1",
)
LINKS = ("javascript:alert(1)", "data:text/html,x", "vbscript:x", "http://example.org/ok")
RDF, RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
DATA = "".join(
    f"<https://w3id.org/acp/id/program_evil{number}> {line} .\n"
    for number, text in enumerate(HOSTILE)
    for line in (
        f"<{RDF}type> <https://w3id.org/acp/ontology#Program>",
        f'<{RDFS}label> "{text}"',
        *(f"<{RDFS}seeAlso> <{iri}>" for iri in LINKS),
    )
)
"""Programs, each with one of the names and all of the links."""


class Elements(HTMLParser):
    """What a browser would find in a page: elements with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A program whose names and links mean harm, served."""
    path = tmp_path_factory.mktemp("evil") / "evil.nt"
    path.write_text(DATA)
    with serving(path, "--workers", "2") as service:
        yield service


PAGES = (
    *("/id/program_evil0", "/id/program_evil1", "/id/program_evil2", "/search?q=script"),
    "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
    *("/id/program_evil0?format=%0D%0AX-Evil:%201", "/nothing/%3Cscript%3E", "/browse"),
    f"/describe?iri={quote('javascript:alert(1)', safe='')}",
    f"/sparql-editor?query={quote('</textarea><script>alert(1)</script>')}",
)


@pytest.mark.hostile(case="S18")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_hostile_text_and_runs_none(path: str, evil: Live) -> None:
    """Names stay text, links lead only to the web, and no header is written by the data."""
    reply = evil.request("GET", path, headers={"Accept": "text/html"})
    assert reply.media_type == "text/html"
    assert "x-evil" not in reply.headers
    elements = Elements(reply.text).found
    assert len(elements) > 10
    for tag, attributes in elements:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        if tag == "script":  # ours, from a file: the policy forbids what stands in the page
            assert (attributes.get("src") or "").startswith("/") or attributes.get(
                "type"
            ) == "application/json"
        address = attributes.get("href") or attributes.get("src") or ""
        scheme = address.partition(":")[0].lower() if ":" in address.partition("/")[0] else ""
        assert scheme in ("", "http", "https", "mailto"), address
    policy = reply.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]


def test_the_pages_are_about_the_hostile_things(evil: Live) -> None:
    """The test above is not over nothing: names and links are shown, escaped."""
    for number, text in enumerate(HOSTILE[:2]):
        path = f"/id/program_evil{number}"
        reply = evil.request("GET", path, headers={"Accept": "text/html"})
        assert (reply.status, escape(text) in reply.text) == (200, True)
        assert "javascript:alert(1)" in reply.text
        assert f'href="{LINKS[-1]}"' in reply.text
