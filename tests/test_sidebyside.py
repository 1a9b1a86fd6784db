import csv
import io
import json
import os
import re
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

import pytest

from kg.compare import (
    VERDICTS,
    ComparedProgram,
    ComparedValue,
    PartFact,
    ProgramComparison,
    Row,
    Saying,
    Section,
    Verdict,
    compare_programs,
)
from kg.pipeline import BuildOptions, Graph, make_graph, read_sources
from kg.programs import list_programs
from kg.sidebyside import ComparisonFormat, comparison_table, write_comparison
from kg.things import Support

from .conftest import ROOT, SEEDS
from .test_page import contrast
from .test_report import Reader

GOLDEN = ROOT / "tests" / "comparisons"
UPDATE = "KG_UPDATE_GOLDEN"
HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[2J\u202e\n=1+1"


def written(
    comparison: ProgramComparison,
    form: ComparisonFormat,
    verdicts: Collection[Verdict] = VERDICTS,
) -> str:
    """Return what is written."""
    stream = BytesIO()
    write_comparison(comparison, form, stream, verdicts)
    return stream.getvalue().decode()


@pytest.fixture
def width(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A page of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    return monkeypatch


@pytest.fixture(scope="module")
def elm_and_oak() -> ProgramComparison:
    """Two made up descriptions side by side."""
    options = BuildOptions()
    graph = make_graph(read_sources([GOLDEN / "elm-and-oak"], options), options)
    return compare_programs(graph.dataset, list_programs(graph.dataset))


@pytest.fixture(scope="module")
def seeds(seed_graph: Graph) -> ProgramComparison:
    """Both seeds side by side."""
    return compare_programs(seed_graph.dataset, list_programs(seed_graph.dataset))


EXPECTED: dict[str, tuple[str, ComparisonFormat, Collection[Verdict]]] = {
    "seeds/expected.txt": ("seeds", "table", VERDICTS),
    "elm-and-oak/expected.csv": ("elm_and_oak", "csv", VERDICTS),
    "elm-and-oak/expected.json": ("elm_and_oak", "json", ("different", "reworded")),
    "elm-and-oak/expected.html": ("elm_and_oak", "html", ("different", "reworded")),
}


@pytest.mark.usefixtures("width")
@pytest.mark.parametrize("path", EXPECTED)
def test_a_comparison_is_written_as_expected(path: str, request: pytest.FixtureRequest) -> None:
    """Exactly the text that a person has looked at."""
    name, form, verdicts = EXPECTED[path]
    found = written(request.getfixturevalue(name), form, verdicts)
    if os.environ.get(UPDATE) == "1":
        (GOLDEN / path).write_text(found, "utf-8", newline="\n")
    assert (GOLDEN / path).read_bytes().decode() == found, f"{UPDATE}=1 accepts it"


def test_every_expected_file_is_compared() -> None:
    """No golden file lies about that no test reads."""
    kept = {p.relative_to(GOLDEN).as_posix() for p in GOLDEN.rglob("expected.*")}
    assert kept == set(EXPECTED)


# ---- On a terminal -------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [60, 80, 100, 160])
def test_lines_are_no_wider_than_the_page(
    seeds: ProgramComparison, width: pytest.MonkeyPatch, columns: int
) -> None:
    """Whatever the width, nothing is cut and no line runs over."""
    width.setenv("COLUMNS", str(columns))
    text = written(seeds, "table")
    assert max(map(len, text.splitlines())) <= columns
    squeezed = "".join(text.split())
    for words in ("“13,000”", "“5,500”", "Pennsylvania", "patient-specificdata"):
        assert words in squeezed


@pytest.mark.usefixtures("width")
def test_a_number_that_differs_shows_both_quotations(seeds: ProgramComparison) -> None:
    """Value and words of either program stand in one line each."""
    lines = written(seeds, "table").splitlines()
    place = next(n for n, line in enumerate(lines) if line.split()[:2] == ["count", "value"])
    assert lines[place].split()[2:] == ["13000", "5500"]
    assert lines[place + 1].split() == ["“13,000”", "“5,500”"]


@pytest.mark.usefixtures("width")
def test_more_programs_than_there_is_room_for_are_told_by_value(shared: Path) -> None:
    """Each value has the numbers of the programs that state it."""
    options = BuildOptions()
    graph = make_graph(read_sources([shared / "corpus" / "documents"], options), options)
    comparison = compare_programs(graph.dataset, list_programs(graph.dataset)[:5])
    text = written(comparison, "table")
    assert text.startswith(f"[1] {comparison.programs[0].label}")
    numbers = [
        n
        for n, program in enumerate(comparison.programs, 1)
        for _, row in comparison.rows("different")
        if row.path == ("payer type",)
        for value in row.values
        if value.words == "commercial" and value.sayings[n - 1]
    ]
    assert numbers
    assert f"    commercial {' '.join(f'[{n}]' for n in numbers)}\n" in text


def test_only_what_is_asked_for_is_written(seeds: ProgramComparison) -> None:
    """Each format keeps to the verdicts asked for."""
    assert "Payer" not in written(seeds, "html", ["different"])
    assert "The same" not in written(seeds, "table", ["different"])
    data = json.loads(written(seeds, "json", ["reworded"]))
    assert {row["verdict"] for row in data["rows"]} == {"reworded"}
    verdicts = [line[2] for line in comparison_table(seeds, ["same"])[1]]
    assert set(verdicts) == {"same"}


def test_programs_that_differ_in_nothing(seed_graph: Graph) -> None:
    """No differences are told as none, in every format."""
    (iri, _) = list_programs(seed_graph.dataset)
    comparison = compare_programs(seed_graph.dataset, (iri, iri))
    assert "Different: 0 aspects\n" in written(comparison, "table")
    assert json.loads(written(comparison, "json"))["counts"]["different"] == 0
    assert "0 aspects in which they differ" in written(comparison, "html")
    header = comparison_table(comparison)[0]
    assert len(set(header)) == len(header)


# ---- For programs --------------------------------------------------------------------------


def test_json_has_the_words_of_every_cell(seeds: ProgramComparison) -> None:
    """Each cell tells its value, whether all say it, and its quotations with their places."""
    data = json.loads(written(seeds, "json"))
    texts = {path.name: path.read_text("utf-8") for path in SEEDS.glob("*.txt")}
    assert data["counts"] == {"different": 39, "reworded": 10, "same": len(data["rows"]) - 49}
    assert [program["label"] for program in data["programs"]] == [
        program.label for program in seeds.programs
    ]
    checked = 0
    for row in data["rows"]:
        assert len(row["cells"]) == 2
        for cell in row["cells"]:
            for value in cell or ():
                assert value["verdict"] in VERDICTS
                for support in value["supports"]:
                    text = texts[support["document"]]
                    assert text[support["start"] : support["end"]] == support["quotation"]
                    checked += 1
    assert checked > 200


def test_csv_has_four_columns_for_each_program(elm_and_oak: ProgramComparison) -> None:
    """Values, quotations, sources and basis stand side by side, in every row."""
    rows = list(csv.reader(io.StringIO(written(elm_and_oak, "csv"))))
    header, lines = rows[0], rows[1:]
    assert header[:3] == ["section", "aspect", "verdict"]
    assert len(header) == 3 + 4 * 2
    assert {len(line) for line in lines} == {len(header)}
    (date,) = (line for line in lines if line[1] == "effective date")
    assert date[2:7] == [
        *("different", "2014-05-01", "became effective May 1, 2014"),
        *("elm.txt, characters 242-270", "normalized"),
    ]


# ---- Hostile words -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile() -> ProgramComparison:
    """A comparison that is hostile in every field that a text or a graph can fill."""
    support = Support(
        *(HOSTILE, HOSTILE, 3, 3 + len(HOSTILE), HOSTILE, 0.5, HOSTILE, HOSTILE),
        *(f"A {HOSTILE}.", 1),
    )
    fact = PartFact((HOSTILE,), HOSTILE, HOSTILE, (support,))
    saying = Saying(HOSTILE, HOSTILE, (support,), (fact,))
    rows = (
        Row((HOSTILE, HOSTILE), "x:p", (ComparedValue(HOSTILE, (saying, None)),), (True, True)),
        Row((HOSTILE, "b"), "x:p", (ComparedValue("b", (saying, saying), True),), (True, True)),
        Row((HOSTILE,), "x:p", (ComparedValue(f"{HOSTILE} ", (saying, saying)),), (True, True)),
    )
    program = ComparedProgram(HOSTILE, HOSTILE, (HOSTILE,))
    return ProgramComparison((program, program), (Section(HOSTILE, rows),))


@pytest.mark.parametrize("columns", [80, 40])
def test_hostile_words_do_nothing_to_a_terminal(
    hostile: ProgramComparison, width: pytest.MonkeyPatch, columns: int
) -> None:
    """Escapes are told, not acted on, side by side and by value."""
    width.setenv("COLUMNS", str(columns))
    text = written(hostile, "table")
    assert not {"\x1b", "\u202e", "\r"} & set(text)
    assert "\\x1b[2J\\u202e\\n=1+1" in "".join(text.split())


def test_hostile_words_are_words_on_the_page(hostile: ProgramComparison) -> None:
    """Markup in any field stays text; the page has no script, no address and no handler."""
    raw = written(hostile, "html")
    page = Reader(raw.replace("<input ", "<meta "))  # an input is never closed either
    assert page.open == []
    assert not {"script", "img", "a", "link", "form"} & set(page.tags)
    assert (page.addresses, page.handlers) == ([], [])
    assert "\x1b" not in raw
    assert page.text.count("<script>alert(1)</script>") > 20


def test_hostile_words_are_no_formula(hostile: ProgramComparison) -> None:
    """No cell of the CSV begins as a formula does, and none breaks out of its row."""
    harmless = Saying("=HYPERLINK(1)", None, (Support("@x", "-y", 0, 2, "+z", 1.0),))
    rows = (Row(("=cmd",), "x:p", (ComparedValue("", (harmless, None)),), (True, True)),)
    program = ComparedProgram("x:p", "+1+1", ())
    comparison = ProgramComparison((program, program), (Section("@s", rows), *hostile.sections))
    lines = list(csv.reader(io.StringIO(written(comparison, "csv"))))
    assert {len(line) for line in lines} == {3 + 4 * 2}
    assert not [cell for line in lines for cell in line if cell[:1] in set("=+-@\t\r\n")]
    assert "'=HYPERLINK(1)" in lines[1]


def test_hostile_words_are_ascii_in_json(hostile: ProgramComparison) -> None:
    """Programs get every field as it is, escaped."""
    text = written(hostile, "json")
    assert text.isascii()
    assert json.loads(text)["rows"][0]["path"] == [HOSTILE, HOSTILE]


# ---- The page ------------------------------------------------------------------------------


def test_the_page_is_well_formed_and_alone(seeds: ProgramComparison) -> None:
    """All tags close; nothing is fetched, and nothing but its own style is let in."""
    raw = written(seeds, "html")
    page = Reader(raw.replace("<input ", "<meta "))
    assert page.open == []
    assert "script" not in page.tags
    assert page.addresses == []
    policy = raw.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    assert policy.startswith("default-src 'none'; style-src &#39;sha256-")
    assert "unsafe" not in policy
    assert ' style="' not in raw


def test_every_cell_of_the_page_has_its_words(seeds: ProgramComparison) -> None:
    """Each quotation stands there with its characters; its sentence shows it marked."""
    raw = written(seeds, "html")
    page = Reader(raw.replace("<input ", "<meta "))
    quotations = {
        support.quotation
        for _, row in seeds.rows()
        for column in (0, 1)
        for _, saying, _ in row.told(column)
        for support in saying.supports
    }
    assert len(quotations) > 100
    assert [words for words in quotations if words not in page.text] == []
    assert "characters 705–710" in page.text
    assert "5,500" in page.marked
    for program in seeds.programs:
        assert program.documents[0] in page.text


def test_the_page_can_be_read_by_ear(seeds: ProgramComparison) -> None:
    """Rows and columns have headings, the table a caption, each choice a label."""
    raw = written(seeds, "html")
    rows = sum(1 for _ in seeds.rows())
    assert raw.count('<th scope="row">') == rows
    assert raw.count('<th scope="col">') == 3
    assert raw.count('<th scope="rowgroup"') == len(seeds.sections)
    assert raw.count("<caption>") == raw.count("<h1>") == raw.count("<main>") == 1
    assert raw.count("<label><input ") == raw.count("<input ") == 4
    assert raw.count(" differs</span>") == sum(1 for _ in seeds.rows("different"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_told_from_what_it_stands_on(scheme: str) -> None:
    """All text has 4.5:1, in both schemes."""
    style = (ROOT / "kg" / "templates" / "compare.css").read_text("utf-8")
    light, _, rest = style.partition("@media screen and (prefers-color-scheme: dark)")
    block = light if scheme == "light" else rest
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    for text in ("text", "muted", "accent", "warn"):
        for surface in ("surface", "raised", "own"):
            assert contrast(colours[text], colours[surface]) >= 4.5, (text, surface)
    assert contrast(colours["mark-text"], colours["mark"]) >= 4.5
