"""What makes the reference of the site: no text acts, no box overlaps, nothing is left out."""

import ast
import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store
from reference_pages.constraints import make_constraints, read_constraints
from reference_pages.diagram import Arrow, Box, Diagram, Line
from reference_pages.examples import Examples
from reference_pages.markdown import code, escape, fence, link, mark
from reference_pages.model import make_model, read_model
from reference_pages.model_diagrams import draw_up_model
from reference_pages.pages import Page, make_model_pages
from reference_pages.placing import Placed, place
from reference_pages.site import Site
from reference_pages.writing import write_pages

from kg.pipeline import Graph
from kg.terms import ACP, ACP_CLASSES, ACP_PROPERTIES
from tests.conftest import ROOT
from tests.site import read_page, run_sphinx
from tests.test_layers import FUNCTION_LINES, MODULE_LINES, _lines_without_docstring

PACKAGE = ROOT / "docs" / "reference_pages"

HOSTILE = (
    "<script>alert(1)</script>",
    "`code` | cell \\| **bold** _it_ ~~no~~",
    "{raw}`html` {{ 7*7 }} ${1}$ {.lead}",
    "[x](javascript:alert(1)) ![i](x.png) ](#x) <http://x.y>",
    "&lt;b&gt; &amp; &#60; <!-- gone --> <b>",
    "# heading",
    "- item",
    "1. first",
    "    indented",
    ":field: value",
    "(label)=",
    "% comment",
    "+++",
    "---",
    "===",
    "> quote",
    "| a | b |",
    "line\n\n```{raw} html\n<script>alert(1)</script>\n```\n",
    "\"straight\" 'quotes' -- ... (c)",
    "ends in backslash\\",
    "``` ````",
)


def plain(text: str) -> str:
    """Return a text as one line, as pages show it."""
    return " ".join(text.split())


TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(alphabet="ab1 \n\t`*_[](){}<>#+-.!|$~^\"'&:@=\\/%;,?é…", max_size=30),
)


def shown(markdown: str) -> tuple[str, set[str]]:
    """Return the text of some Markdown as MyST reads it, and the kinds of its other tokens."""
    from markdown_it.renderer import RendererHTML
    from myst_parser.config.main import MdParserConfig
    from myst_parser.parsers.mdit import create_md_parser

    extensions = {"attrs_block", "attrs_inline", "colon_fence", "fieldlist"}
    parser = create_md_parser(MdParserConfig(enable_extensions=extensions), RendererHTML)
    tokens = list(parser.parse(markdown))
    inner = [child for token in tokens for child in token.children or ()]
    text = "".join(token.content for token in inner if token.type == "text")
    return text, {token.type for token in (*tokens, *inner)} - {"text", "inline"}


@settings(deadline=None)  # the machine may be busy
@given(text=TEXTS)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    """In a heading, a paragraph, a list and a cell of a table, text is text and nothing else."""
    pytest.importorskip("myst_parser", reason="needs the dependency group docs")
    words = plain(text)
    if not words:
        return
    heading = {"heading_open", "heading_close"}
    paragraph = {"paragraph_open", "paragraph_close"}
    items = {"bullet_list_open", "list_item_open", "list_item_close", "bullet_list_close"}
    assert shown(f"## {escape(text)}") == (words, heading)
    assert shown(f"{escape(text)}") == (words, paragraph)
    assert shown(f"- {escape(text)}") == (words, items | paragraph)
    parts = ("table", "thead", "tbody", "tr", "th", "td")
    table = {f"{part}_{end}" for part in parts for end in ("open", "close")}
    cells = f"| a | b |\n|---|---|\n| {escape(text)} | {code(text)} |"
    assert shown(cells) == (f"ab{words}{words}", table | {"html_inline"})


@settings(deadline=None)  # the machine may be busy
@given(text=TEXTS, target=st.sampled_from(["/a.md", "https://x.y/a b>c<d\\e&f", "#a"]))
def test_a_link_keeps_its_text_and_its_target(text: str, target: str) -> None:
    """Neither can end the link."""
    pytest.importorskip("myst_parser", reason="needs the dependency group docs")
    words = plain(text) or "x"
    kinds = {"paragraph_open", "paragraph_close", "link_open", "link_close"}
    assert shown(str(link(words, target))) == (words, kinds)


@settings(deadline=None)  # the machine may be busy
@given(text=st.text(alphabet="a`~ \n", max_size=60))
def test_no_code_can_end_its_block(text: str) -> None:
    """Whatever stands in a block of code, it is one block, and the text is all of it."""
    from markdown_it import MarkdownIt

    (token,) = MarkdownIt().parse(str(fence(text, "turtle")))
    assert (token.type, token.info) == ("fence", "turtle")
    assert token.content.rstrip() == text.rstrip()


@settings(deadline=None)  # the machine may be busy
@given(sentence=TEXTS, start=st.integers(0, 30), length=st.integers(0, 30))
def test_a_mark_changes_no_letter_of_its_sentence(sentence: str, start: int, length: int) -> None:
    """Without its two tags the marked sentence is the sentence."""
    words = plain(sentence)
    marked = str(mark(words, start, start + length))
    assert plain(re.sub("</?mark>", "", marked)) == str(escape(words))


HOSTILE_MODEL = """
@prefix acp: <https://w3id.org/acp/ontology#> .
@prefix acpv: <https://w3id.org/acp/vocab/> .
@prefix acpsh: <https://w3id.org/acp/shapes#> .
@prefix acpid: <https://w3id.org/acp/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

acp:Thing a owl:Class ; rdfs:label {0} ; skos:definition {0} ; skos:editorialNote {0} ;
    skos:example {0} ; acp:closeMatchCode {0} ; rdfs:subClassOf <http://x.y/a(b)*c*_d_?e=f&lt;> .
acp:isSo a owl:DatatypeProperty ; rdfs:label {0} ; skos:definition {0} ; skos:example {0} ;
    rdfs:domain acp:Thing .
acpv:kind a skos:ConceptScheme ; skos:prefLabel {0} ; skos:definition {0} .
acpv:kind_one a skos:Concept ; skos:prefLabel {0} ; skos:definition {0} ; skos:altLabel {0} ;
    skos:hiddenLabel {0} ; skos:inScheme acpv:kind .
acpsh:Thing a sh:NodeShape ; rdfs:label {0} ; sh:targetClass acp:Thing ; sh:property acpsh:so .
acpsh:so a sh:PropertyShape ; sh:path acp:isSo ; sh:pattern {0} ; sh:message {0} .
acpid:thing a acp:Thing ; rdfs:label {0} ; acp:isSo {0} .
"""

INDEX = """# Index

```{toctree}
reference/classes
reference/properties
reference/schemes
reference/shapes
reference/other-vocabularies
```
"""


SETTINGS = """
extensions = ["myst_parser"]
myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "fieldlist"]
html_theme = "basic"
smartquotes = False
exclude_patterns = ["html"]
"""


@pytest.mark.slow
def test_a_hostile_model_gives_a_plain_site(tmp_path: Path) -> None:
    """Whatever labels, definitions and messages hold, the pages show it and obey none of it."""
    for module in ("sphinx", "myst_parser"):
        pytest.importorskip(module, reason="needs the dependency group docs")
    text = " ".join(HOSTILE)
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"@en'
    store = Store()
    store.load(input=HOSTILE_MODEL.replace("{0}", quoted), format=RdfFormat.TURTLE)
    groups = dict.fromkeys((ACP.iri + name for name in ("Thing", "isSo")), "Things: they are so")
    site = Site(make_model(store, groups), make_constraints(store), (), (), Examples(store))
    (tmp_path / "index.md").write_text(INDEX)
    (tmp_path / "conf.py").write_text(SETTINGS)
    write_pages(make_model_pages(site), tmp_path)
    out = tmp_path / "html"
    made = run_sphinx(tmp_path, out)
    assert made.returncode == 0, made.stderr
    words = plain(text)
    for name in ("class/Thing", "property/isSo", "scheme/kind", "classes", "schemes", "shapes"):
        path = out / "reference" / f"{name}.html"
        page = read_page(path)
        assert words in plain(page.text), name
        assert "<script>alert" not in path.read_text("utf-8")
        assert {"img"} & page.tags == set()
        assert [one for one in page.links if one.startswith("javascript:")] == []


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Say whether two areas share more than an edge, to a hundredth of a pixel."""
    (x1, y1, w1, h1), (x2, y2, w2, h2) = one, other
    across = min(x1 + w1, x2 + w2) - max(x1, x2)
    down = min(y1 + h1, y2 + h2) - max(y1, y2)
    return across > 0.01 and down > 0.01


def _faults(placed: Placed) -> list[str]:
    """Return what a reader could not tell apart in a placed diagram."""
    areas = {one.box.name: (one.x, one.y, one.box.width, one.height) for one in placed.boxes}
    labels = {
        f"{one.arrow.source}→{one.arrow.target}": (
            *(one.end[0] - 14 - one.arrow.width, one.end[1] - one.arrow.height),
            *(one.arrow.width, one.arrow.height),
        )
        for one in placed.arrows
    }
    pairs = itertools.combinations((areas | labels).items(), 2)
    faults = [f"{a} lies on {b}" for (a, one), (b, other) in pairs if _overlap(one, other)]
    for one in placed.arrows:
        left, right = (one.arrow.source, one.arrow.target)[:: -1 if one.is_back else 1]
        (x, y, width, height), (x2, y2, _, height2) = areas[left], areas[right]
        start, end = one.stretches[0], one.end
        if abs(start[0] - x - width) > 0.1 or not y <= start[2] <= y + height:
            faults.append(f"{left}→ begins beside its box")
        if abs(end[0] - x2) > 0.1 or not y2 <= end[1] <= y2 + height2:
            faults.append(f"→{right} ends beside its box")
    return faults


@pytest.fixture(scope="module")
def model_site(seed_graph: Graph) -> Site:
    """The site without what is slow to gather."""
    return Site(read_model(), read_constraints(), (), (), Examples(seed_graph.dataset))


def test_nothing_overlaps_in_the_diagrams_of_the_model(model_site: Site) -> None:
    """Boxes and labels stand apart, and arrows run from box to box."""
    diagrams = list(draw_up_model(model_site))
    assert len(diagrams) >= 10
    assert {one.name: faults for one in diagrams if (faults := _faults(place(one)))} == {}


def test_every_class_is_in_the_diagrams(model_site: Site) -> None:
    """The overview names each class once; each class has a box in the diagram of its group."""
    overview, *groups = draw_up_model(model_site)
    named = [line.name for box in overview.boxes for line in box.lines]
    assert sorted(named) == sorted(ACP_CLASSES)
    boxes = {(diagram.title, box.name) for diagram in groups for box in diagram.boxes}
    for term in model_site.model.classes:
        assert (term.group.partition(":")[0], term.name) in boxes


def test_every_property_of_a_class_is_in_a_diagram(model_site: Site) -> None:
    """A property with a subject stands in a box or on an arrow of a group."""
    _, *groups = draw_up_model(model_site)
    lines = (line.name for one in groups for box in one.boxes for line in box.lines)
    labels = (line.name for one in groups for arrow in one.arrows for line in arrow.labels)
    drawn = {*lines, *labels}
    expected = {one.name for one in model_site.model.properties if model_site.subjects_of(one)}
    assert len(expected) >= 120
    assert expected - drawn == set()


BOXES = st.integers(1, 7).flatmap(
    lambda count: st.tuples(
        st.lists(st.integers(0, 9), min_size=count, max_size=count),
        st.lists(
            st.tuples(st.integers(0, count - 1), st.integers(0, count - 1), st.integers(1, 3)),
            max_size=10,
            unique_by=lambda link: link[:2],
        ),
    )
)


@settings(deadline=None)  # the machine may be busy
@given(drawn=BOXES)
def test_nothing_overlaps_in_any_diagram(
    drawn: tuple[list[int], list[tuple[int, int, int]]],
) -> None:
    """Whatever is linked to what, in circles too, boxes and labels stand apart."""
    sizes, links = drawn
    boxes = tuple(
        Box(str(number), f"Box{number}", 0, lines=(Line("name", "value"),) * size)
        for number, size in enumerate(sizes)
    )
    arrows = tuple(
        Arrow(str(a), str(b), (Line("label"),) * labels) for a, b, labels in links if a != b
    )
    placed = place(Diagram("any", "Any", "", boxes, arrows))
    assert _faults(placed) == []
    assert placed == place(Diagram("any", "Any", "", boxes, arrows))


def test_the_model_is_read_whole() -> None:
    """Each class and property has its group, in the order of the ontology's file."""
    model = read_model()
    assert sorted(term.name for term in model.terms) == sorted((*ACP_CLASSES, *ACP_PROPERTIES))
    assert all(term.group and term.definition and term.label for term in model.terms)


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    """A page that is the same is left alone, and one that is gone is removed."""
    write_pages([Page("reference/a.md", "A\n"), Page("reference/b/c.md", "C\n")], tmp_path)
    old = (tmp_path / "reference" / "a.md").stat().st_mtime_ns
    (tmp_path / "index.md").write_text("mine")
    write_pages([Page("reference/a.md", "A\n"), Page("reference/d.md", "D\n")], tmp_path)
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md")}
    assert found == {"reference/a.md", "reference/d.md", "index.md"}
    assert (tmp_path / "reference" / "a.md").stat().st_mtime_ns == old


def _luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colors_are_legible_on_light_and_on_dark() -> None:
    """Text in the color of a group or of a severity keeps 4.5:1 against the page (WCAG 1.4.3)."""
    style = (ROOT / "docs" / "_static" / "site.css").read_text()
    blocks = re.findall(r"\{([^{}]*--hue-0:[^{}]*)\}", style)
    assert len(blocks) == 3
    pages = (
        "#ffffff",
        "#131416",
        "#131416",
    )  # the theme's page: light, chosen dark, preferred dark
    for block, page in zip(blocks, pages, strict=True):
        colors = re.findall(r"--(?!mark)[a-z0-9-]+: (#[0-9a-f]{6})", block)
        assert len(colors) == 15
        for color in colors:
            dark, light = sorted((_luminance(color), _luminance(page)))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (color, page)


def test_its_modules_fit_in_the_head_and_its_functions_on_the_screen() -> None:
    """The package keeps to the limits of `kg`."""
    modules = sorted(PACKAGE.glob("*.py"))
    assert len(modules) >= 15
    for module in modules:
        source = module.read_text("utf-8")
        assert len(source.splitlines()) <= MODULE_LINES, module.name
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                assert _lines_without_docstring(node) <= FUNCTION_LINES, node.name
