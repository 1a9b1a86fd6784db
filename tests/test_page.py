"""Tests of `kg.page`: one file that needs nothing else, and in which no text is more than text."""

import json
import os
import subprocess
import sys
import zlib
from base64 import b64decode, b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from kg import page
from kg.facts import Fact
from kg.network import NODE_TYPES
from kg.page import assets, chunks, packing, payload, render_page, write_page
from kg.page.looks import COLUMNS, LOOKS
from kg.page.pool import Pool
from kg.things import Support

TEMPLATES = Path(page.__file__).parents[1] / "templates"
HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "<!--<script>",
    "]]>",
    "a\u2028b\u2029c",
    "__proto__",
    "constructor",
    "{{ 7 * 7 }}",
    "&lt;b&gt;",
    "\"'><svg onload=alert(1)>",
    "\u202egnp.exe",
    "\x00\x1b[31m",
)


class Reading(HTMLParser):
    """What a browser makes of a page: its elements with their attributes, and its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self._data: dict[str, tuple[str, int]] = {}
        self.text = ""
        self._inside: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element; the text that follows may be a script's."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag in self.raw:
            self._inside = tag
            self.raw[tag].append("")
        if tag == "script" and (found := dict(attrs)).get("id"):
            self._data[str(found["id"])] = (str(found["type"]), len(self.raw[tag]) - 1)

    def handle_endtag(self, tag: str) -> None:
        """Leave a script or a style."""
        if tag in self.raw:
            self._inside = None

    def handle_data(self, data: str) -> None:
        """Keep text where it belongs."""
        if self._inside:
            self.raw[self._inside][-1] += data
        else:
            self.text += data

    def policy(self) -> str:
        """Return the content security policy."""
        return next(a["content"] for _, a in self.elements if "http-equiv" in a)

    def data(self, name: str = "core") -> Any:
        """Return a part of the data that the page carries."""
        media_type, place = self._data[name]
        text = self.raw["script"][place]
        if media_type == "application/zlib":
            text = zlib.decompress(b64decode(text)).decode()
        return json.loads(text)

    def code(self) -> list[str]:
        """Return the scripts that are no data."""
        return self.raw["script"][len(self._data) :]


def graph_saying(text: str) -> "nx.MultiDiGraph[str]":
    """Return a graph of two things and a link that says the text wherever text can stand."""
    evidence = Support(text, text, 0, len(text), text, 0.5, text, sentence=f"{text}.")
    fact = Fact(text, text, (evidence,), (Fact(text, text, (evidence,)),))
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(relations=[text])
    for node, kind in ((text, "Program"), (f"javascript:alert('{text}')", "Payer")):
        graph.add_node(
            node,
            type=kind,
            type_label=text,
            label=text,
            kind=text,
            facts=(fact,),
            programs=(text,),
            shared=True,
            states=(),
        )
    graph.add_edge(text, f"javascript:alert('{text}')", key=text, label=text, evidence=(evidence,))
    graph.edges[text, f"javascript:alert('{text}')", text]["inner"] = False
    return graph


def test_every_script_and_style_is_one_that_the_policy_names_by_its_hash() -> None:
    """Nothing else may run or style, from this file or from anywhere."""
    reading = Reading(render_page(graph_saying("x"), title="x"))
    hashes = {
        f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
        for text in (*reading.code(), *reading.raw["style"])
    }
    rules = dict(rule.strip().split(" ", 1) for rule in reading.policy().split(";"))
    assert len(hashes) == 3
    assert hashes == {*rules["script-src"].split(), *rules["style-src"].split()}
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    """No element loads a file, no style imports one, and no source map is named."""
    text = render_page(graph_saying("x"), title="x")
    reading = Reading(text)
    loading = {"src", "srcset", "data", "poster", "background", "action", "formaction"}
    for tag, attributes in reading.elements:
        assert tag not in {"link", "iframe", "object", "embed", "img", "base", "form"}
        assert not loading & set(attributes)
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    (style,) = reading.raw["style"]
    assert "url(" not in style
    assert "@import" not in style
    assert "sourceMappingURL" not in text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_carried_as_it_is_and_opens_no_element(text: str) -> None:
    """The same elements stand in the page as with harmless text, and the data comes back whole."""
    reading = Reading(render_page(graph_saying(text), title=text))
    harmless = Reading(render_page(graph_saying("x"), title="x"))
    assert [tag for tag, _ in reading.elements] == [tag for tag, _ in harmless.elements]
    assert reading.data()["nodes"]["label"][0] == text
    assert reading.data()["nodes"]["iri"][0] == text
    assert text in reading.data("chunk-0")["strings"]


def test_only_the_data_and_the_table_differ_between_two_graphs() -> None:
    """No text of the dataset gets into a script or a style."""
    one, other = (Reading(render_page(graph_saying(text), title=text)) for text in ("x", "y"))
    assert one.code() == other.code()
    assert one.raw["style"] == other.raw["style"]
    assert one.policy() == other.policy()


def test_no_script_of_ours_writes_markup() -> None:
    """Whatever the scripts put on the page, they put there as text."""
    scripts = sorted((TEMPLATES / "network").glob("*.js"))
    assert [script.stem for script in scripts] == sorted(assets._SCRIPTS)
    for script in scripts:
        text = script.read_text("utf-8")
        for forbidden in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
        ):
            assert forbidden not in text, script.name


def test_the_page_is_the_same_bytes_under_any_hash_seed(tmp_path: Path) -> None:
    """Two processes with different hash seeds and locales write the same file."""
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]);"
        "from test_page import graph_saying; from kg.page import write_page;"
        "write_page(graph_saying('x'), Path(sys.argv[2]), title='x')"
    )
    pages = []
    for seed, locale in (("1", "C"), ("2", "C.UTF-8")):
        path = tmp_path / f"{seed}.html"
        here = Path(__file__).parent
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "LC_ALL": locale,
            "PYTHONPATH": str(here.parent),
        }
        command = [sys.executable, "-c", script, str(here), str(path)]
        subprocess.run(command, check=True, env=environment)
        pages.append(path.read_bytes())
    assert pages[0] == pages[1]


def test_the_file_is_utf_8_with_line_feeds(tmp_path: Path) -> None:
    """The platform's own encoding and line ends play no part."""
    path = tmp_path / "network.html"
    write_page(graph_saying("naïve → 日本"), path, title="naïve")
    assert "naïve → 日本" in path.read_bytes().decode("utf-8")
    assert b"\r" not in path.read_bytes()


def test_without_script_the_facts_are_a_table() -> None:
    """Each fact, its parts and each link is a row with its quotation and its file."""
    reading = Reading(render_page(graph_saying("quoted words"), title="x"))
    cells = [attributes for tag, attributes in reading.elements if tag == "td"]
    assert len(cells) == 5 * (2 * 2 + 1)
    in_table = reading.text.partition("Document\n")[2]
    assert in_table.count("quoted words") == len(cells)


def test_a_long_table_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows beyond the limit are counted, not lost in silence."""
    monkeypatch.setattr(page, "_MOST_ROWS", 3)
    assert "2 more rows are left out" in render_page(graph_saying("x"), title="x")


def first_evidence(graph: "nx.MultiDiGraph[str]") -> list[Any]:
    """Return the evidence of the first fact of the first thing, as a page carries it."""
    (_, facts), *_ = Reading(render_page(graph, title="x")).data("chunk-0")["facts"]
    ((_, _, (evidence,), _),) = facts
    return list(evidence)


def test_offsets_count_as_the_browser_does() -> None:
    """A character outside the first plane takes two places in JavaScript, one in Python."""
    graph = graph_saying("x")
    evidence = Support("b", "f", 2, 3, "", 1.0, sentence="😀ab")
    graph.nodes["x"]["facts"] = (Fact("said", "b", (evidence,)),)
    _, start, end, *_ = first_evidence(graph)
    assert (start, end) == (3, 4)


def test_a_quotation_that_is_not_in_its_sentence_stands_alone() -> None:
    """Offsets that do not fit (foreign data) never highlight other words."""
    graph = graph_saying("x")
    astray = Support("b", "f", 5, 6, "", 1.0, sentence="a sentence without it")
    graph.nodes["x"]["facts"] = (Fact("said", "b", (astray,)),)
    text, start, end, *_ = first_evidence(graph)
    strings = Reading(render_page(graph, title="x")).data("chunk-0")["strings"]
    assert (strings[text], start, end) == ("b", 0, 1)


def test_what_is_plainly_stated_carries_no_basis() -> None:
    """Only a doubt is worth a word."""
    graph = graph_saying("x")
    plain = Support("b", "f", 0, 1, "stated", 1.0)
    graph.nodes["x"]["facts"] = (Fact("said", "b", (plain,)),)
    *_, basis, _, rule = first_evidence(graph)
    assert basis == rule
    assert Reading(render_page(graph, title="x")).data("chunk-0")["strings"][basis] == ""


def many_programs(number: int) -> "nx.MultiDiGraph[str]":
    """Return a graph of programs that share a payer, each with a fact in words of its own."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(relations=["has payer"])
    look = {"kind": "", "shared": False, "states": ()}
    names = tuple(f"https://example.org/{n}" for n in range(number))
    graph.add_node(
        "payer", type="Payer", type_label="payer", label="Payer", facts=(), **look, programs=names
    )
    for n, name in enumerate(names):
        words, sentence = f"word {n}", f"The word {n} stands here."
        evidence = Support(words, "f.txt", n + 4, n + 9, "", 1.0, "rule", None, sentence, n)
        facts = (Fact("said", f"word {n}", (evidence,)),)
        graph.add_node(
            name,
            type="Program",
            type_label="program",
            label=f"Program {n}",
            facts=facts,
            **look,
            programs=(name,),
        )
        graph.add_edge(
            name,
            "payer",
            key="https://example.org/hasPayer",
            label="has payer",
            evidence=(evidence,),
            inner=False,
        )
    return graph


def test_every_fact_is_in_the_chunk_of_its_thing() -> None:
    """Chunks together hold each fact and each link's words once, where the core says they are."""
    graph = many_programs(2000)
    reading = Reading(render_page(graph, title="x"))
    core = reading.data()
    assert max(core["chunks"]) > 1
    facts: dict[int, str] = {}
    links: list[int] = []
    for number in range(max(core["chunks"]) + 1):
        chunk = reading.data(f"chunk-{number}")
        for node, ((_, value, _, _),) in chunk["facts"]:
            assert core["chunks"][node] == number
            facts[node] = chunk["strings"][value]
        for edge, _ in chunk["links"]:
            assert core["chunks"][core["edges"]["from"][edge]] == number
            links.append(edge)
    assert facts == {n + 1: f"word {n}" for n in range(2000)}
    assert sorted(links) == list(range(2000))


def test_large_data_is_packed_and_small_data_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packed or plain, the page carries the same data."""
    graph = many_programs(50)
    plain = Reading(render_page(graph, title="x"))
    monkeypatch.setattr(packing, "_MOST_PLAIN", 1000)
    packed = Reading(render_page(graph, title="x"))
    assert packed._data["core"][0] == "application/zlib"
    assert plain._data["core"][0] == "application/json"
    assert packed.data() == plain.data()
    assert packed.data("chunk-0") == plain.data("chunk-0")


def test_what_is_too_large_for_one_picture_is_not_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page shows counts and opens into parts, so no time goes into positions."""
    monkeypatch.setattr(payload, "MOST_DRAWN", 3)
    core = Reading(render_page(many_programs(5), title="x")).data()
    assert set(core["nodes"]["x"]) == {0}
    assert core["mostDrawn"] == 3


def test_things_of_one_program_stand_in_one_chunk() -> None:
    """What is looked at together is read together."""
    graph = graph_saying("x")
    (chunk,) = chunks.ChunkMaker(graph, Pool()).chunks()
    assert chunk.nodes == ["x", "javascript:alert('x')"]


def test_an_empty_graph_has_a_page() -> None:
    """A dataset without programs is shown as that."""
    reading = Reading(render_page(nx.MultiDiGraph(), title="Nothing"))
    assert reading.data()["nodes"]["label"] == []
    assert "0 facts shown with quotations from 0 documents" in reading.text


def test_of_too_much_a_page_carries_names_and_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """More programs than a page carries go without their facts, and it says so."""
    monkeypatch.setattr(page, "MOST_CARRIED", 20)
    reading = Reading(render_page(many_programs(40), title="x"))
    core = reading.data()
    assert len(core["nodes"]["label"]) == 41
    assert len(core["edges"]["from"]) == 40
    assert set(core["chunks"]) == {0}
    assert reading.data("chunk-0") == {"facts": [], "links": [], "strings": []}
    assert "40 programs · 1 payer · 80 facts" in reading.text
    assert "this page shows names and links" in reading.text


def test_every_type_has_a_look_that_is_defined() -> None:
    """Shape, hue and column exist for each type, and no two types look the same."""
    style = (TEMPLATES / "network.css").read_text("utf-8")
    drawing = (TEMPLATES / "network" / "shapes.js").read_text("utf-8")
    assert set(LOOKS) == set(NODE_TYPES)
    assert len({(look.shape, look.hue) for look in LOOKS.values()}) == len(LOOKS)
    assert {look.column for look in LOOKS.values()} == set(range(len(COLUMNS)))
    for look in LOOKS.values():
        assert f"  {look.shape}: " in drawing
        assert style.count(f"--{look.hue}: #") == 2


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_told_from_the_surface(scheme: str) -> None:
    """Shapes have 3:1 and text 4.5:1 against each surface they stand on, in both schemes."""
    style = (TEMPLATES / "network.css").read_text("utf-8")
    light, _, rest = style.partition("@media screen and (prefers-color-scheme: dark)")
    block = (light if scheme == "light" else rest).split("}")[0]
    lines = [
        line.strip().rstrip(";") for line in block.splitlines() if "--" in line and "#" in line
    ]
    colours = dict(line.split(": ") for line in lines)
    surfaces = [colours[f"--{name}"] for name in ("surface", "canvas", "raised")]
    checked = 0
    for surface in surfaces:
        for hue in {look.hue for look in LOOKS.values()}:
            assert contrast(colours[f"--{hue}"], surface) >= 3, hue
            checked += 1
        for name in ("text", "muted", "accent"):
            assert contrast(colours[f"--{name}"], surface) >= 4.5, name
            checked += 1
    assert contrast(colours["--mark-text"], colours["--mark"]) >= 4.5
    assert contrast(colours["--on-hue"], colours["--ink"]) >= 4.5
    for shade in range(1, 6):
        over = colours["--surface"] if shade > 3 else colours["--text"]
        assert contrast(over, colours[f"--shade-{shade}"]) >= 4.5, shade
    assert checked == 39
