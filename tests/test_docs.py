"""The documentation site: whole, without dead links, true to the model, and at home offline."""

import posixpath
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from pyoxigraph import DefaultGraph, RdfFormat, Store, parse

import kg
from kg.cli import app
from kg.pipeline import Graph
from kg.questions import list_questions
from kg.terms import prefixes
from tests.conftest import ROOT, SEEDS
from tests.site import SitePage, read_page

pytestmark = pytest.mark.slow

MADE_BY_SPHINX = {"genindex.html", "search.html", "py-modindex.html"}
"""Pages that no link needs to lead to."""

SOURCES = (ROOT / "README.md", ROOT / "ontology" / "README.md", *(ROOT / "docs").glob("*.md"))
"""Markdown that people read in the repository too."""


@cache
def _read_site(folder: Path) -> dict[str, SitePage]:
    paths = sorted(folder.rglob("*.html"))
    return {path.relative_to(folder).as_posix(): read_page(path) for path in paths}


@pytest.fixture(scope="module")
def pages(docs_site: Path) -> dict[str, SitePage]:
    """Every page of the site by its place in it."""
    return _read_site(docs_site)


@pytest.fixture(scope="module")
def knowledge() -> kg.KnowledgeGraph:
    """The seeds as Python has them."""
    return kg.build(SEEDS)


def _store(*names: str) -> Store:
    store = Store()
    for name in names:
        store.load(path=str(ROOT / name), format=RdfFormat.TURTLE)
    return store


def _asked(store: Store, pattern: str) -> list[str]:
    """Return the local names that a pattern binds to `?x`."""
    known = {**prefixes(), "sh": "http://www.w3.org/ns/shacl#"}
    rows = store.query(f"SELECT DISTINCT ?x {{ {pattern} }}", prefixes=known)
    return sorted(re.split(r"[#/]", row["x"].value)[-1] for row in rows)  # type: ignore[union-attr]


def _names(pages: Mapping[str, SitePage], folder: str) -> list[str]:
    places = (name for name in pages if name.startswith(f"reference/{folder}/"))
    return sorted(posixpath.basename(name).removesuffix(".html") for name in places)


OURS = 'FILTER(STRSTARTS(STR(?x), "https://w3id.org/acp/ontology#"))'


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [
        ("class", f"?x a owl:Class {OURS}"),
        ("property", f"?x a ?kind {OURS} FILTER(STRENDS(STR(?kind), 'Property'))"),
        ("scheme", "?x a skos:ConceptScheme"),
    ],
)
def test_each_term_has_a_page_and_each_page_a_term(
    pages: dict[str, SitePage], folder: str, pattern: str
) -> None:
    """Ontology and vocabulary say which pages there are."""
    expected = _asked(_store("ontology/acp.ttl", "ontology/vocabulary.ttl"), pattern)
    assert len(expected) >= 30
    assert _names(pages, folder) == expected
    assert len({name.casefold() for name in expected}) == len(expected)  # one folder on any disk


def test_each_question_has_a_page_and_each_page_a_question(pages: dict[str, SitePage]) -> None:
    """`kg query --list` says which questions there are; each page has the question and its name."""
    questions = list_questions()
    assert _names(pages, "question") == sorted(question.name for question in questions)
    for question in questions:
        page = pages[f"reference/question/{question.name}.html"]
        assert question.question in page.text
        assert any(question.text.strip() == code.strip() for code in page.code)


def test_the_page_of_a_question_says_what_it_may_be_told(pages: dict[str, SitePage]) -> None:
    """Each parameter with its help and example, the command, and what an empty answer means."""
    told = 0
    for question in list_questions():
        page = pages[f"reference/question/{question.name}.html"]
        required = question.required_examples
        command = question.example() if required else f"kg query {question.name}"
        assert f"$ {command}" in {code.strip() for code in page.code}, question.name
        assert f"#questions-{question.group.replace(' ', '-')}" in "".join(page.links)
        assert (question.empty_means or "No rows:") in page.text
        for one in question.parameters:
            said = (f"--{one.name}", one.noun, one.help, one.example, one.default or "")
            assert [words for words in said if words not in page.text] == [], question.name
            assert page.text.count("required") >= one.is_required
            told += 1
    assert told >= 80


def test_the_command_of_a_question_gives_the_rows_of_its_page(
    pages: dict[str, SitePage], knowledge: kg.KnowledgeGraph
) -> None:
    """What its page counts is what Python counts, with the examples of what is required."""
    for question in list_questions():
        rows = len(knowledge.query(question.name, **question.required_examples))
        page = pages[f"reference/question/{question.name}.html"]
        counted = re.search(r"(?:The first \d+ of )?([\d,]+) rows?\.", page.text)
        assert int(counted[1].replace(",", "")) == rows if counted else rows == 0, question.name


def test_each_concept_and_each_constraint_has_a_place(pages: dict[str, SitePage]) -> None:
    """A concept has a place on the page of its scheme, a constraint on the page of the shapes."""
    store = _store("ontology/vocabulary.ttl")
    found = 0
    for scheme in _asked(store, "?x a skos:ConceptScheme"):
        ids = pages[f"reference/scheme/{scheme}.html"].ids
        concepts = _asked(store, f"?x skos:inScheme acpv:{scheme}")
        assert {_place("acpv", name) for name in concepts} - set(ids) == set()
        found += len(concepts)
    assert found >= 250
    reported = _asked(
        _store("shapes/acp-shapes.ttl"),
        "?shape sh:targetClass|sh:targetSubjectsOf ?target ."
        " ?shape (sh:property|sh:sparql)* ?x . ?x sh:message ?message",
    )
    assert len(reported) >= 300
    places = {_place("acpsh", name) for name in reported}
    assert places - set(pages["reference/shapes.html"].ids) == set()


def _place(prefix: str, name: str) -> str:
    return f"{prefix}-{name}".replace("_", "-").lower()


def test_each_command_and_each_public_name_is_told_of(pages: dict[str, SitePage]) -> None:
    """The commands with their help, and everything that `import kg` gives."""
    told = "\n".join(pages["reference/commands.html"].code)
    commands = [
        one.name or one.callback.__name__ for one in app.registered_commands if one.callback
    ]
    assert len(commands) >= 7
    assert [name for name in commands if f"$ kg {name} --help\nUsage: kg {name} " not in told] == []
    public = [name for name in kg.__all__ if not name.startswith("__")]
    assert [name for name in public if f"kg.{name}" not in pages["python.html"].ids] == []


def test_every_authored_page_is_in_reach(pages: dict[str, SitePage]) -> None:
    """From the first page links lead to every page, those of `docs/*.md` among them."""
    reached, new = set(), {"index.html"}
    while new:
        reached |= new
        links = {(page, link) for page in new for link in pages[page].links}
        new = {_target(*pair)[0] for pair in links if not urlsplit(pair[1]).scheme}
        new = {name for name in new if name.endswith(".html")} - reached
    assert set(pages) - reached - MADE_BY_SPHINX == set()
    authored = {f"{path.stem}.html" for path in (ROOT / "docs").glob("*.md")}
    assert len(authored) >= 12
    assert authored - reached == set()


def _target(page: str, link: str) -> tuple[str, str]:
    """Return the file and the place in it that a link leads to."""
    parts = urlsplit(link)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))
    return path if parts.path else page, unquote(parts.fragment)


def test_no_link_is_dead(docs_site: Path, pages: dict[str, SitePage]) -> None:
    """Every link within the site leads to a file of it and, where it names a place, to that."""
    checked, dead = 0, []
    for name, page in pages.items():
        for link in {*page.links, *page.loads}:
            if urlsplit(link).scheme:
                continue
            checked += 1
            path, place = _target(name, link)
            is_there = (docs_site / path).is_file()
            if not is_there or (place and path in pages and place not in pages[path].ids):
                dead.append((name, link))
    assert dead == []
    assert checked > 10_000


def test_links_to_the_web_are_well_formed_and_load_nothing(pages: dict[str, SitePage]) -> None:
    """A page loads its own files only; what it links to elsewhere is an address of the web."""
    links = {link for page in pages.values() for link in page.links if urlsplit(link).scheme}
    malformed = [
        link
        for link in links
        if urlsplit(link).scheme not in {"http", "https"}
        or not re.fullmatch(r"[a-z0-9.-]+\.[a-z]+", urlsplit(link).netloc)
        or re.search(r"[\s<>\"{}|\\^`]", link)
    ]
    assert malformed == []
    assert len(links) >= 50
    loaded = {load for page in pages.values() for load in page.loads}
    assert [load for load in loaded if urlsplit(load).scheme or load.startswith("//")] == []


def test_styles_load_nothing_from_the_web(docs_site: Path) -> None:
    """No style sheet names a font, a picture or another sheet elsewhere."""
    sheets = list(docs_site.rglob("*.css"))
    assert len(sheets) >= 3
    found = [re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", s.read_text()) for s in sheets]
    assert [hits for hits in found if hits] == []


def test_no_page_shows_markup(pages: dict[str, SitePage]) -> None:
    """What a reader sees has no markup of Markdown, of templates or of entities left in it."""
    stray = re.compile(r"&#\d|^#{1,6} |\]\(|```|\{\{|\{%|\{\.|^:{3}|\(#|\)=\s*$", re.MULTILINE)
    found = {name: stray.findall(page.text) for name, page in pages.items()}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_no_page_has_one_name_for_two_places(pages: dict[str, SitePage]) -> None:
    """A place has a name of its own, or links would lead to the first of several."""
    assert [name for name, page in pages.items() if len(page.ids) > len(set(page.ids))] == []


def test_the_turtle_of_an_example_is_in_the_graph(
    pages: dict[str, SitePage], seed_graph: Graph
) -> None:
    """What a page of a term shows is Turtle, and every triple of it is in the seeds' graph."""
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())
    shown = 0
    for name, page in pages.items():
        if not name.startswith(("reference/class/", "reference/property/", "reference/scheme/")):
            continue
        for code in (code for code in page.code if code.lstrip().startswith(("acpid:", "<"))):
            for quad in parse(input=head + code, format=RdfFormat.TURTLE):
                triple = (quad.subject, quad.predicate, quad.object)
                assert any(seed_graph.dataset.quads_for_pattern(*triple, DefaultGraph())), name
                shown += 1
    assert shown >= 250


def test_the_words_of_an_example_are_the_documents(pages: dict[str, SitePage]) -> None:
    """A marked quotation is what stands in the named file at the named place."""
    texts = {path.name: path.read_text("utf-8") for path in SEEDS.glob("*.txt")}
    checked = 0
    for name, page in pages.items():
        if not page.marked or not name.startswith("reference/"):
            continue
        origin = re.search(r"(\S+\.txt), characters (\d+)–(\d+)", page.text)
        assert origin, name
        quoted = texts[origin[1]][int(origin[2]) : int(origin[3])]
        assert page.marked == [" ".join(quoted.split())], name
        checked += 1
    assert checked >= 120


def test_a_term_that_the_seeds_lack_says_so(pages: dict[str, SitePage]) -> None:
    """Such a page says it, and gives the example of the ontology; no other page says it."""
    lacking = {name for name, page in pages.items() if "The seeds do not use" in page.text}
    assert "reference/property/hasPhase.html" in lacking
    assert "reference/property/hasPayer.html" not in lacking
    for name in lacking:
        assert not pages[name].marked
        if name.startswith("reference/property/"):
            assert "The example of the ontology: " in pages[name].text, name


def test_questions_list_the_terms_of_their_sparql(pages: dict[str, SitePage]) -> None:
    """The terms that the parser finds are those that stand in the query, comments left out."""
    for question in list_questions():
        lines = (line for line in question.text.splitlines() if not line.startswith("PREFIX"))
        body = "\n".join(line.partition("# ")[0] for line in lines)
        named = set(re.findall(r"\bacp:(\w+)", body))
        links = pages[f"reference/question/{question.name}.html"].links
        listed = {
            m[1] for link in links if (m := re.search(r"(?:class|property)/(\w+)\.html$", link))
        }
        assert named <= listed, question.name


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_work_in_the_repository_too(source: Path) -> None:
    """Whoever reads the Markdown where it lies can follow its links; none leads to made pages."""
    text = re.sub(r"^(`{3,}).*?^\1", "", source.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text))
    for link in links:
        path, _, place = link.partition("#")
        if urlsplit(link).scheme:
            continue
        target = (source.parent / path).resolve() if path else source
        assert target.exists(), link
        assert not target.is_relative_to(ROOT / "docs" / "reference"), link
        if place and target.suffix == ".md":
            assert place in _headings(target), link


def _headings(path: Path) -> set[str]:
    """Return the places of a Markdown file as a forge names them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


def test_sources_with_links_were_found() -> None:
    """The test above reads what people read."""
    assert len(SOURCES) >= 14
