import re
import sys
from collections import Counter
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

import kg
from kg import KnowledgeGraph, Rows, build, open_build
from kg.pipeline import Graph
from kg.questions import list_questions
from kg.show import describe_thing, write_description
from kg.terms import ACP, RDF, RDFS
from tests.conftest import SEEDS

VALLEY_PREFERRED = "https://w3id.org/acp/id/org_valley-preferred"
HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(2)>\u202e"


@pytest.fixture(scope="module")
def graph(seed_graph: Graph) -> KnowledgeGraph:
    """Both seeds, as a user has them after `build`."""
    return KnowledgeGraph(seed_graph.dataset, seed_graph)


@pytest.fixture(scope="module")
def folder(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `save` wrote."""
    folder = tmp_path_factory.mktemp("saved") / "build"
    graph.save(str(folder))
    return folder


@pytest.fixture(scope="module")
def opened(folder: Path) -> KnowledgeGraph:
    """The same graph, opened from its folder."""
    return open_build(str(folder))


class Tags(HTMLParser):
    """Counts the elements of a piece of HTML and keeps attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] += 1
        self.attributes[tag] = dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def html_of(shown: object) -> Tags:
    """Return what a notebook would show."""
    return Tags(shown._repr_html_())  # type: ignore[attr-defined]  # the notebooks' protocol


# -- building and opening ------------------------------------------------------------------------


def test_building_takes_paths_and_writes_nothing(
    graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strings and paths are sources alike, the base is the caller's, and no file appears."""
    monkeypatch.chdir(tmp_path)
    first, second = sorted(SEEDS.glob("*.txt"))
    built = build(str(first), second, base="https://example.org/")
    assert list(tmp_path.iterdir()) == []
    assert len(built) == len(graph)
    (ours, theirs) = (one.query("payers-and-programs")[0]["program"] for one in (graph, built))
    assert str(theirs) == str(ours).replace("https://w3id.org/acp/", "https://example.org/")


def test_a_source_that_cannot_be_read_is_told_and_stops_nothing(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    """A refusal stands in `refusals` and in the summary, and the facts of the rest are whole."""
    missing = tmp_path / "nowhere"
    built = build(SEEDS, missing)
    assert [refusal.name for refusal in built.refusals] == [str(missing)]
    assert "1 source refused" in repr(built)
    assert len(built) == len(graph)
    assert graph.refusals == ()


def test_nothing_to_build_is_an_error_that_names_the_source(tmp_path: Path) -> None:
    """Neither a missing file, nor an empty folder, nor no source at all makes an empty graph."""
    with pytest.raises(kg.InputError, match=re.escape(str(tmp_path / "missing.txt"))):
        build(tmp_path / "missing.txt")
    with pytest.raises(kg.UsageError, match=re.escape(str(tmp_path))):
        build(tmp_path)
    with pytest.raises(kg.UsageError, match="name a folder"):
        build()


def test_opening_what_is_no_build_is_an_error_that_names_it(tmp_path: Path) -> None:
    """An empty folder is not taken for an empty graph."""
    with pytest.raises(kg.InputError, match=re.escape(str(tmp_path))):
        open_build(tmp_path)


def test_an_opened_build_is_the_graph_that_was_saved(
    graph: KnowledgeGraph, opened: KnowledgeGraph
) -> None:
    """It answers every named question alike, and has the same records, length and findings."""
    questions = list_questions()
    assert len(questions) > 80
    for question in questions:
        told = question.required_examples
        assert opened.query(question.name, **told) == graph.query(question.name, **told)
    assert opened.records == graph.records
    assert [record["slug"] for record in opened.records] == [path.stem for path in _seeds()]
    assert (len(opened), repr(opened)) == (len(graph), repr(graph))
    assert opened.validation.conforms == graph.validation.conforms
    assert [found.message for found in opened.validation.violations] == [
        found.message for found in graph.validation.violations
    ]


def _seeds() -> list[Path]:
    return sorted(SEEDS.glob("*.txt"))


def test_an_opened_build_is_not_saved_again(opened: KnowledgeGraph, tmp_path: Path) -> None:
    """Only what is in memory can be written; the folder is named instead."""
    with pytest.raises(kg.UsageError, match="copy the folder"):
        opened.save(tmp_path / "again")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [None, b"{", b"\xff"], ids=["missing", "cut", "not UTF-8"])
def test_damaged_records_are_an_error_that_names_the_file(
    folder: Path, tmp_path: Path, content: bytes | None
) -> None:
    """Records that are gone or broken never come as fewer records."""
    (tmp_path / "dataset.nq.gz").write_bytes((folder / "dataset.nq.gz").read_bytes())
    if content is not None:
        (tmp_path / "records.jsonl").write_bytes(content)
    with pytest.raises(kg.InputError, match=r"records\.jsonl: not readable"):
        _ = open_build(tmp_path).records


def test_the_summary_counts_what_there_is(graph: KnowledgeGraph) -> None:
    """Its length is the number of assertions, each of which has a quotation."""
    (counted,) = graph.query("SELECT (COUNT(DISTINCT ?a) AS ?n) {?a a acp:Assertion}")
    assert len(graph) == counted["n"]
    assert (
        repr(graph) == f"<KnowledgeGraph: {len(graph)} quoted facts on 2 programs from 2 documents>"
    )


# -- asking --------------------------------------------------------------------------------------


def test_an_answer_has_the_values_of_python(graph: KnowledgeGraph) -> None:
    """Numbers are numbers, yes and no are booleans, what is missing is None, the rest is text."""
    loudoun = graph.query("numbers-by-program")[0]
    assert (loudoun["number"], loudoun["atLeast"], loudoun["atMost"]) == (13000, 13001, None)
    assert loudoun["qualifierLabel"] == "more than"
    nurses = {(row["employerLabel"], row["affiliateLabel"]) for row in _nurses(graph)}
    loudoun_group = "Loudoun Medical Group"  # who is employed is affiliated too
    assert nurses == {(loudoun_group, loudoun_group), (None, "Valley Preferred")}
    assert {row["employmentStated"] for row in _nurses(graph)} == {True, False}
    assert graph.query("effective-dates")[0]["effectiveDate"] == "2013-07-01"
    (average,) = graph.query("SELECT (AVG(?n) AS ?mean) { ?count acp:countValue ?n }")
    assert average["mean"] == pytest.approx((13000 + 200 + 5500) / 3)
    (odd,) = graph.query('SELECT ("many"^^xsd:integer AS ?n) {}')
    assert odd == {"n": "many"}


def _nurses(graph: KnowledgeGraph) -> Rows:
    return graph.query("care-roles-by-credential", credential="registered nurse")


def test_every_kind_of_query_gives_rows(graph: KnowledgeGraph) -> None:
    """A yes is one row, a graph a row for each triple, in a fixed order."""
    assert list(graph.query("ASK { ?program a acp:Program }")) == [{"answer": True}]
    assert graph.query("ASK{}").columns == ("answer",)
    built = graph.query("CONSTRUCT { ?p a acp:Program } WHERE { ?p a acp:Program }")
    assert built.columns == ("subject", "predicate", "object")
    assert [row["object"] for row in built] == [ACP.Program.value] * 2
    assert built.values == tuple(sorted(built.values))


def test_a_wrong_question_is_a_usage_error(graph: KnowledgeGraph) -> None:
    """A name that nearly fits is put right; what would leave the machine is refused."""
    with pytest.raises(kg.UsageError, match="did you mean numbers-by-program"):
        graph.query("number-by-program")
    with pytest.raises(kg.UsageError):
        graph.query("SELECT * WHERE { SERVICE <https://example.org/> { ?s ?p ?o } }")
    with pytest.raises(kg.UsageError):
        graph.query("SELECT ?s WHERE")


def test_every_named_answer_can_be_shown(graph: KnowledgeGraph) -> None:
    """Each has a table with a line for each row, and where it names a thing, the name alone."""
    shown = 0
    for question in list_questions():
        rows = graph.query(question.name, **question.required_examples)
        table = html_of(rows)
        assert table.counts["tr"] == min(len(rows), 200) + 1, question.name
        told = {name + end for name in rows.columns for end in ("Label", "Title")}
        shown_columns = set(rows.columns) - told - question.echoes
        assert table.counts["th"] == len(shown_columns), question.name
        assert repr(rows)
        shown += 1
    assert shown == len(list_questions())


def test_no_rows_are_told_with_what_they_mean(graph: KnowledgeGraph) -> None:
    """An answer without rows is falsy and, where that is good news, says so."""
    rows = graph.query("sentences-without-facts")
    assert not rows
    assert repr(rows) == f"no rows: {rows.if_empty}"
    assert html_of(rows).text.strip().endswith(f"No rows: {rows.if_empty}.")
    assert repr(Rows(("a",), ())) == "no rows"
    assert html_of(Rows(("a",), ())).text.strip().endswith("No rows.")


def test_a_long_answer_says_how_much_is_not_shown() -> None:
    """What people see ends somewhere; the rows themselves are all there."""
    rows = Rows(("number",), tuple((number,) for number in range(1234)))
    assert repr(rows).splitlines()[-1] == "… and 1,214 more"
    assert html_of(rows).counts["td"] == 200
    assert "1,034 more rows are not shown" in html_of(rows).text
    assert len(list(rows)) == len(rows) == 1234


def test_a_value_without_a_label_shows_itself(graph: KnowledgeGraph) -> None:
    """Where a question names what it can, a number or a date beside the names is not lost."""
    rows = graph.query("text-behind-facts", program="Valley Preferred")
    nameless = [row for row in rows if row["valueLabel"] is None]
    assert nameless
    assert "2013-07-01" in {row["value"] for row in nameless}
    assert "2013-07-01" in html_of(rows).text


def test_rows_become_a_data_frame(graph: KnowledgeGraph) -> None:
    """Every column is there, and whole numbers stay whole beside missing ones."""
    rows = graph.query("numbers-by-program")
    frame = rows.to_pandas()
    assert tuple(frame.columns) == rows.columns
    assert frame["number"].tolist() == [13000, 200, 5500]
    assert str(frame["atLeast"].dtype) == "Int64"
    assert tuple(graph.query("sentences-without-facts").to_pandas().columns) == (
        *("document", "documentTitle", "order", "text"),
    )


def test_without_pandas_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the one method that needs it asks for pandas."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(kg.UsageError, match=r"pip install 'accountable-care-kg\[notebook\]'"):
        Rows(("a",), ((1,),)).to_pandas()


# -- looking -------------------------------------------------------------------------------------


def test_a_thing_is_shown_with_its_quotations(graph: KnowledgeGraph) -> None:
    """A prompt shows what `kg show` prints; a notebook shows the same facts and quotations."""
    shown = graph.show("valley preferred")
    stream = BytesIO()
    write_description(describe_thing(graph.dataset, VALLEY_PREFERRED), "table", stream)
    assert repr(shown) == stream.getvalue().decode().rstrip("\n")
    quotations = re.findall(r"“(.+)”", repr(shown))
    assert "Valley Preferred registered nurses" in quotations
    notebook = html_of(shown)
    assert notebook.counts["q"] == len(quotations)
    assert not [quotation for quotation in quotations if quotation not in notebook.text]
    assert graph.show(VALLEY_PREFERRED) == graph.show("acpid:org_valley-preferred") == shown


def test_a_name_of_nothing_or_of_several_things_is_a_usage_error(graph: KnowledgeGraph) -> None:
    """The one suggests what is near, the other lists what to choose from."""
    with pytest.raises(kg.UsageError, match="did you mean 'Valley Preferred'"):
        graph.show("Valley Prefered")
    with pytest.raises(kg.UsageError, match=r"^nothing is called 'zzzzzz'$"):
        graph.show("zzzzzz")
    with pytest.raises(kg.UsageError, match="org_valley-preferred_physicians"):
        graph.show("Valley Pref")


def test_programs_are_compared_with_the_words_of_each(
    graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A prompt shows what `kg compare` prints, a notebook what differs, pandas all of it."""
    monkeypatch.setenv("COLUMNS", "120")
    found = graph.compare("valley", "loudoun")
    lines = repr(found).splitlines()
    assert lines[0] == "Different: 39 aspects"
    assert "“over 200 Loudoun Medical Group" in repr(found)
    notebook = html_of(found)
    for words in ("5,500", "13,000", "not stated", "obesity", "Critical to the program’s success"):
        assert words in notebook.text
    assert notebook.counts["strong"] > 39
    frame = found.to_pandas()
    assert list(frame.columns[:3]) == ["section", "aspect", "verdict"]
    differences = frame[frame["verdict"] == "different"]
    assert {"launch status", "effective date"} <= set(differences["aspect"])
    assert graph.compare("valley", "loudoun") == found


def test_a_comparison_needs_two_programs(graph: KnowledgeGraph) -> None:
    """One is not enough, and a name must mean one."""
    with pytest.raises(kg.UsageError, match="two programs or more"):
        graph.compare("valley")
    with pytest.raises(kg.UsageError, match="'cigna' is in the names of 2 programs"):
        graph.compare("cigna", "valley")


def test_the_network_is_shut_in_a_frame(graph: KnowledgeGraph, folder: Path) -> None:
    """The frame holds the page of the build, byte for byte, and may run its script, no more."""
    network = graph.show_network(height=500)
    assert network.html == (folder / "network.html").read_text("utf-8")
    frame = html_of(network)
    assert frame.counts == {"iframe": 1}
    assert frame.attributes["iframe"]["srcdoc"] == network.html
    assert frame.attributes["iframe"]["sandbox"] == "allow-scripts allow-downloads"
    assert frame.attributes["iframe"]["height"] == "500"
    assert len(repr(network)) < 80
    assert graph.show().html == network.html


def test_what_a_graph_says_is_only_ever_text() -> None:
    """No text becomes an element in a notebook or acts on a terminal."""
    thing = NamedNode("https://example.org/thing")
    store = Store()
    for predicate, value in (
        (RDF.type, ACP.Payer),
        (RDFS.label, Literal(HOSTILE)),
        (ACP.asWritten, Literal(HOSTILE)),
    ):
        store.add(Quad(thing, predicate, value))
    graph = KnowledgeGraph(store, Path("nowhere"))
    rows = graph.query("SELECT ?payer ?payerLabel { ?payer rdfs:label ?payerLabel }")
    for shown in (rows, graph.show(thing.value)):
        notebook = html_of(shown)
        assert HOSTILE in notebook.text
        assert not {"script", "img"} & notebook.counts.keys()
        assert "\\u202e" in repr(shown)
        assert "\u202e" not in repr(shown)
    for name in ("one", "two"):
        program = NamedNode(f"https://example.org/{name}")
        store.add(Quad(program, RDF.type, ACP.Program))
        store.add(Quad(program, RDFS.label, Literal(f"{HOSTILE} {name}")))
        store.add(Quad(program, ACP.formerName, Literal(f"{HOSTILE} {name}")))
    compared = graph.compare("https://example.org/one", "https://example.org/two")
    assert html_of(compared).text.count(HOSTILE) == 4
    assert not {"script", "img"} & html_of(compared).counts.keys()
    assert "\u202e" not in repr(compared)
    hostile_page = graph.show_network(title=HOSTILE)
    assert html_of(hostile_page).counts == {"iframe": 1}


# -- handing on ----------------------------------------------------------------------------------


def test_rdflib_gets_the_triples_that_are_asked(graph: KnowledgeGraph, folder: Path) -> None:
    """Every triple of the default graph is there, so every published fact is, with our prefixes."""
    import rdflib

    handed = graph.to_rdflib()
    (counted,) = graph.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert len(handed) == counted["n"]
    facts = rdflib.Graph().parse(folder / "graph.nt", format="nt")
    assert len(facts) > 0
    assert set(facts) <= set(handed)
    answer = handed.query("SELECT ?p WHERE { ?p a acp:Program }")
    assert len(list(answer)) == 2


def test_networkx_gets_the_things_of_the_picture(graph: KnowledgeGraph) -> None:
    """The organisations are nodes, linked from their programs."""
    network = graph.to_networkx()
    assert network.nodes[VALLEY_PREFERRED]["label"] == "Valley Preferred"
    linking = {network.nodes[node]["type"] for node in network.predecessors(VALLEY_PREFERRED)}
    assert "Program" in linking
