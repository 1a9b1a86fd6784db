"""The page's scripts that only compute, run in a browser, one claim each."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser

SCRIPTS = ROOT / "kg" / "templates" / "network"
GRAPH = """
const node = (id, type = "Payer") => (
  { id, label: `n${id}`, type: { key: type }, links: [], programs: [], states: [] }
);
const link = (from, to) => {
  for (const end of [from, to]) end.links.push({ from, to });
};
const other = (edge, node) => (edge.from === node ? edge.to : edge.from);
"""


class Scripts:
    """Runs an expression after some of the page's scripts."""

    def __init__(self, chromium: Browser) -> None:
        self._page = chromium.new_page()

    def result(self, names: str, code: str) -> Any:
        """Return what a function body returns, where the scripts named stand before it."""
        source = "\n".join((SCRIPTS / f"{name}.js").read_text("utf-8") for name in names.split())
        return self._page.evaluate(f"() => {{ {GRAPH}\n{source}\n{code} }}")


@pytest.fixture
def scripts(chromium: Browser) -> Scripts:
    """Return something that runs scripts in an empty page."""
    return Scripts(chromium)


@pytest.mark.parametrize(
    ("targets", "heights", "expected"),
    [
        ([0, 0, 100], [20, 20, 20], [-10, 10, 100]),
        ([0, 5, 8], [10, 10, 10], [-5.67, 4.33, 14.33]),
        ([3], [20], [3]),
        ([], [], []),
    ],
)
def test_rows_stand_as_near_to_their_place_as_others_let_them(
    scripts: Scripts, targets: list[float], heights: list[float], expected: list[float]
) -> None:
    """Neighbours that would overlap share the distance that they are moved."""
    code = f"return spreadRows({targets}, {heights}).map((row) => Math.round(row * 100) / 100);"
    assert scripts.result("arrange", code) == expected


def test_the_shortest_path_prefers_the_specific(scripts: Scripts) -> None:
    """Of two ways of two links, the one over the thing with few links is taken."""
    code = """
    const [a, b, hub, group] = [0, 1, 2, 3].map((id) => node(id));
    for (let id = 4; id < 20; id += 1) link(node(id), hub);
    for (const middle of [hub, group]) for (const end of [a, b]) link(end, middle);
    return shortestPath(a, b, () => true).nodes.map((step) => step.id);
    """
    assert scripts.result("path", code) == [0, 3, 1]


def test_a_path_takes_no_closed_link(scripts: Scripts) -> None:
    """Where the only way is hidden there is none; and a path of a thing to itself has no links."""
    code = """
    const [a, b] = [node(0), node(1)];
    link(a, b);
    return [shortestPath(a, b, () => false), shortestPath(a, a, () => true).edges.length];
    """
    assert scripts.result("path", code) == [None, 0]


def test_a_neighbourhood_is_bounded_and_says_what_it_leaves_out(scripts: Scripts) -> None:
    """The nearest come first; what is over the limit is counted."""
    code = """
    const hub = node(0);
    const spokes = Array.from({ length: 10 }, (_, place) => node(place + 1));
    for (const spoke of spokes) link(hub, spoke);
    link(spokes[0], node(99));
    const seen = (depth, most) => {
      const found = neighbourhood(hub, depth, most, () => true);
      return [found.nodes.map((one) => one.id), found.leftOut];
    };
    return [seen(1, 4), seen(2, 100)];
    """
    assert scripts.result("path", code) == [[[0, 1, 2, 3], 7], [[*range(11), 99], 0]]


def test_the_matrix_counts_programs_by_payer_and_state(scripts: Scripts) -> None:
    """A program of two payers counts for both; one that names none has its own row and column."""
    code = """
    const [one, two, ohio] = [node(0), node(1), node(2, "Place")];
    all = [one, two, ohio];
    const programs = [3, 4, 5].map((id) => node(id, "Program"));
    for (const payer of [one, two]) link(programs[0], payer);
    link(programs[1], two);
    programs[0].states = programs[1].states = [2];
    const { rows, columns, cells } = makeMatrix(programs);
    const named = (pairs) => pairs.map(([entry, count]) => [entry.label, count]);
    return [named(rows), named(columns), [...cells]];
    """
    found = scripts.result(
        "matrix", f"let all = []; function nodeOf(id) {{ return all[id]; }} {code}"
    )
    assert found == [
        [["n1", 2], ["n0", 1], ["no payer named", 1]],
        [["n2", 2], ["no state named", 1]],
        [["0 2", 1], ["1 2", 2], ["-1 -2", 1]],
    ]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("plain", "plain"),
        ("a,b", '"a,b"'),
        ('say "x"', '"say ""x"""'),
        ("two\nlines", '"two\nlines"'),
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-5", "-5"),
        ("-x", "'-x"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
    ],
)
def test_no_cell_is_a_formula(scripts: Scripts, value: str, cell: str) -> None:
    """Cells are quoted as RFC 4180 says, and none can be run by a spreadsheet."""
    assert scripts.result("csv", f"return csvCell({json.dumps(value)});") == cell


def test_overlapping_spans_become_one(scripts: Scripts) -> None:
    """A word is never marked twice."""
    code = "return mergedSpans([[5, 9], [0, 3], [8, 12], [3, 4]]);"
    assert scripts.result("quotations", code) == [[0, 4], [5, 12]]


def test_every_script_is_short() -> None:
    """A script fits in the head, like a module."""
    lengths = {path.name: len(path.read_text("utf-8").splitlines()) for path in _scripts()}
    assert len(lengths) > 20
    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}


def _scripts() -> list[Path]:
    return sorted(SCRIPTS.glob("*.js"))
