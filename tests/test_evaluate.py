import csv
import importlib.util
import io
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from kg.cli import app
from kg.errors import InputError
from kg.evaluate import Answer, Evaluation, Gold, evaluate, read_gold, write_evaluation
from kg.evaluate.figures import RESAMPLES, Bootstrap, Tally, add_up
from kg.evaluate.forms import FIELDS, condition, organization, plain, role, scored_items, singular
from kg.evaluate.merges import merge_figures
from kg.evaluate.rules import NO_RULE, rule_figures
from kg.evaluate.spans import SpanFigures, match_spans, span_figures
from kg.evaluate.views import document_rows, field_rows, mistake_rows, rule_rows, span_rows
from kg.extract import RULES
from kg.pipeline import BuildOptions, Reading, read_sources, record_line
from kg.records import Document, Extraction, Fact, Node, Value

from .conftest import ROOT, SEEDS, SHARED

Record = dict[str, Any]
PROGRAM = Node("Program", ("program", "acme"), "Acme")


def answer(slug: str, record: Record, facts: tuple[Fact, ...] = (), text: str = "") -> Answer:
    """Return what we would say of a document."""
    document = Document(f"{slug}.txt", text, "0" * 64)
    return Answer(Extraction(document, PROGRAM, (), facts, ()), record)


def judge(**pairs: tuple[Record, Record]) -> Evaluation:
    """Evaluate records, each given as (gold, ours) under its slug."""
    gold = Gold({slug: wanted for slug, (wanted, _) in pairs.items()})
    return evaluate(gold, [answer(slug, ours) for slug, (_, ours) in pairs.items()])


def spans(*ends: tuple[int, int], rule: str = "header.payer") -> list[Record]:
    """Return the evidence of a field."""
    return [{"start": start, "end": end, "rule": rule} for start, end in ends]


def by(rows: list[dict[str, Any]], key: str) -> dict[Any, dict[str, Any]]:
    """Return rows by one of their columns."""
    return {row[key]: row for row in rows}


# ---- values


SAME = [
    ("title", "Cigna’s “CAC” Program – Elm", "CIGNA's CAC program - Elm"),
    ("payers", ["The Polyclinic, Inc.", "A & B"], ["polyclinic", "A and B Corp."]),
    ("conditions", ["Heart diseases", "chronic illness"], ["heart disease", "heart disease"]),
    ("care_roles", [{"role": "nurse care managers"}], [{"role": "Care Manager (by phone)"}]),
    ("locations", [{"place": "Reno", "state": "NV"}], [{"place": "RENO", "state": "nv"}]),
    ("covered_lives", [{"value": 50}], [{"value": 50, "qualifier": "exact"}]),
    ("payment_components", [{"kind": "pmpm"}, {"kind": "other"}], [{"kind": "pmpm"}]),
    ("number_of_practices", None, None),
]
DIFFERENT = [
    ("payers", ["Blue Cross of Minnesota"], ["Blue Cross of Michigan"]),
    ("covered_lives", [{"value": 50, "qualifier": "about"}], [{"value": 50}]),
    ("effective_date", "2013-07", "2013-07-01"),
    ("conditions", ["diabetes"], ["obesity"]),
    ("locations", [{"place": "Reno", "state": "NV"}], [{"place": "Reno", "state": None}]),
]


@pytest.mark.parametrize(("field", "gold", "ours"), SAME)
def test_values_that_differ_in_writing_only_are_the_same(field: str, gold: Any, ours: Any) -> None:
    """Case, punctuation, legal forms and plurals do not matter; generic values are left out."""
    tally = judge(doc=({field: gold}, {field: ours})).total
    assert (tally.wrong, tally.missed) == (0, 0)


@pytest.mark.parametrize(("field", "gold", "ours"), DIFFERENT)
def test_values_that_differ_in_meaning_are_not(field: str, gold: Any, ours: Any) -> None:
    """Another word, number, qualifier or precision is one value missed and one wrong."""
    assert judge(doc=({field: gold}, {field: ours})).total == Tally(0, 1, 1)


TWO_DOCUMENTS: dict[str, tuple[Record, Record]] = {
    "one": (
        {"title": "One", "payers": ["Aetna", "Cigna", "UPMC"], "conditions": ["asthma"]},
        {"title": "One", "payers": ["Aetna", "Humana"], "conditions": ["asthma", "Asthma"]},
    ),
    "two": (
        {"title": "Two", "payers": ["Aetna"], "number_of_practices": 3},
        {"title": "2", "payers": ["Aetna", "Aetna"], "number_of_practices": 3},
    ),
}


def test_figures_by_field_are_those_counted_by_hand() -> None:
    """Each field adds up over documents; a value listed twice is right once, then wrong."""
    rows = by(field_rows(judge(**TWO_DOCUMENTS)), "field")
    assert list(rows) == [*(field.name for field in FIELDS), "all fields"]
    assert (rows["payers"]["gold"], rows["payers"]["found"]) == (4, 4)
    assert rows["payers"]["precision"] == rows["payers"]["recall"] == 2 / 4
    assert rows["title"]["f1"] == 0.5
    assert (rows["conditions"]["gold"], rows["conditions"]["found"]) == (1, 1)
    everything = rows["all fields"]
    assert (everything["gold"], everything["found"]) == (8, 8)
    assert everything["precision"] == everything["recall"] == everything["f1"] == 5 / 8
    assert rows["providers"]["precision"] == rows["providers"]["recall"] == 1.0
    assert rows["providers"]["f1_low"] is None


def test_documents_come_worst_first_with_their_mistakes() -> None:
    """What was missed and what is wrong stands beside the figures, as it was written."""
    rows = document_rows(judge(**TWO_DOCUMENTS))
    assert [(row["document"], row["gold"], row["found"]) for row in rows] == [
        ("two", 3, 4),  # F1 4/7
        ("one", 5, 4),  # F1 6/9
    ]
    assert [(row["missed"], row["wrong"]) for row in rows] == [
        ("title: Two", "title: 2; payers: Aetna"),
        ("payers: Cigna; payers: UPMC", "payers: Humana"),
    ]


def test_a_mistake_is_shown_with_rule_line_and_words() -> None:
    """Whoever mends a rule needs its name and the sentence."""
    ours = {"payers": ["Humana"], "evidence": {"payers": spans((7, 13))}}
    evaluation = evaluate(Gold({"a": {}}), [answer("a", ours, text="Title\n\nHumana\n")])
    assert mistake_rows(evaluation) == [
        {
            "document": "a",
            "field": "payers",
            "mistake": "wrong",
            "value": "Humana",
            "rule": "header.payer",
            "line": 3,
            "words": "Humana",
        }
    ]


def test_a_gold_record_without_document_is_all_missed() -> None:
    """What was not read at all is not passed over in silence; a document without gold is."""
    gold = Gold({"here": {"title": "Here"}, "gone": {"title": "Gone", "payers": ["Aetna"]}})
    evaluation = evaluate(gold, [answer("here", {"title": "Here"}), answer("new", {"title": "N"})])
    assert (evaluation.absent, evaluation.unjudged) == (("gone",), 1)
    assert evaluation.total == Tally(right=1, wrong=0, missed=2)
    assert document_rows(evaluation)[0]["document"] == "gone"


def test_two_documents_for_one_gold_record_are_refused() -> None:
    """A guess which of them is meant would be half wrong."""
    gold = Gold({"a": {"title": "A"}})
    with pytest.raises(InputError, match=r"^a\.txt: its gold record could as well be of a\.txt"):
        evaluate(gold, [answer("a", {}), answer("a", {})])


# ---- the interval


def test_the_interval_is_that_of_resampled_documents() -> None:
    """Of two documents, one right and one wrong, each is drawn twice in a quarter of resamples."""
    right, wrong = Tally(1, 0, 0), Tally(0, 1, 1)
    assert Bootstrap(2).interval([right, wrong]) == (0.0, 1.0)
    assert Bootstrap(2).interval([right, right]) == (1.0, 1.0)
    ends = Bootstrap(40).interval([right, wrong] * 20) or ()
    # By the binomial distribution: 0.5 ± 1.96 * sqrt(0.25 / 40), or ± 0.155.
    assert list(ends) == pytest.approx([0.345, 0.655], abs=0.03)
    assert Bootstrap(1).interval([right]) is None
    assert Bootstrap(2).interval([Tally(), Tally()]) is None


def test_the_interval_repeats() -> None:
    """Figures are the same at every run: the seed is fixed, and resamples draw whole samples."""
    tallies = [Tally(n % 5, n % 2, n % 3) for n in range(1, 30)]
    assert Bootstrap(29).interval(tallies) == Bootstrap(29).interval(tallies)
    weights = Bootstrap(29)._weights
    assert len(weights) == RESAMPLES
    assert {sum(one) for one in weights} == {29}


# ---- spans


def test_spans_score_strictly_and_in_part() -> None:
    """One span of three has the same ends, one overlaps, one is elsewhere: worked out by hand."""
    gold = {
        "payers": ["Aetna", "Cigna", "UPMC"],
        "evidence": {"payers": spans((0, 5), (10, 15), (20, 24))},
    }
    ours = {
        "payers": ["Aetna", "Cigna", "Humana"],
        "evidence": {"payers": spans((0, 5), (8, 15), (40, 46))},
    }
    rows = by(span_rows(judge(doc=(gold, ours))) or [], "field")
    assert set(rows) == {"payers", "all fields"}
    for row in rows.values():
        assert row["strict_precision"] == row["strict_recall"] == row["strict_f1"] == 1 / 3
        assert row["partial_precision"] == row["partial_recall"] == row["partial_f1"] == 1.5 / 3


def test_a_span_is_paired_once_and_with_the_one_that_shares_most() -> None:
    """One long span over two gold spans is right in part for one of them only."""
    assert match_spans([(0, 3), (4, 20)], [(0, 20)]) == SpanFigures(0, 1, 0, 1)
    assert match_spans([(0, 10)], [(0, 2), (1, 10)]) == SpanFigures(0, 1, 1, 0)
    assert match_spans([(0, 5)], [(5, 9)]) == SpanFigures(0, 0, 1, 1)
    assert match_spans([(0, 5), (0, 5)], [(0, 5)]) == SpanFigures(1, 0, 0, 1)


def test_gold_without_spans_says_so() -> None:
    """No figure is made up where nothing was marked."""
    evaluation = judge(**TWO_DOCUMENTS)
    assert span_figures(evaluation.comparisons) is None
    stream = io.BytesIO()
    write_evaluation(evaluation, "field", "table", stream)
    assert b"\nBy span: no spans in this gold.\n" in stream.getvalue()


def test_what_gold_does_not_mark_is_not_held_against_us() -> None:
    """A field, or a right value, without a span in gold cannot be judged; a wrong value can."""
    gold = {
        "title": "A",
        "payers": ["Aetna", "Cigna"],
        "evidence": {"payers": [None, *spans((10, 15))]},
    }
    ours = {
        "title": "A",
        "payers": ["Aetna", "Cigna"],
        "conditions": ["asthma"],
        "evidence": {
            "title": spans((0, 1)),
            "payers": spans((4, 9), (10, 15)),
            "conditions": spans((30, 36)),
        },
    }
    figures = span_figures(judge(doc=(gold, ours)).comparisons) or {}
    assert {field: found for field, found in figures.items() if found != SpanFigures()} == {
        "payers": SpanFigures(correct=1),
        "conditions": SpanFigures(spurious=1),
    }


@given(
    *[st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=8)] * 2,
)
def test_span_categories_add_up(gold: list[tuple[int, int]], ours: list[tuple[int, int]]) -> None:
    """Every span is in one category on its side, and strict scores never beat partial ones."""
    wanted, found = ([(start, start + length) for start, length in side] for side in (gold, ours))
    figures = match_spans(wanted, found)
    assert figures.correct + figures.partly + figures.missing == len(wanted)
    assert figures.correct + figures.partly + figures.spurious == len(found)
    assert figures.correct == sum((Counter(wanted) & Counter(found)).values())
    assert figures.strict.f1 <= figures.partial.f1


def test_offsets_that_do_not_fit_the_text_are_noticed() -> None:
    """Offsets in bytes, or of an older text, would look like a bad extractor."""
    marked = {"start": 2, "end": 7, "quotation": "Aetna"}
    gold = Gold({"a": {"payers": ["Aetna"], "evidence": {"payers": [marked]}}})
    assert evaluate(gold, [answer("a", {}, text="- Aetna")]).misplaced == ()
    assert evaluate(gold, [answer("a", {}, text="* - Aetna")]).misplaced == ("a",)
    del marked["quotation"]
    assert evaluate(gold, [answer("a", {}, text="short")]).misplaced == ("a",)


# ---- rules


def _fact(predicate: str, value: Node, start: int, end: int, rule: str) -> Fact:
    return Fact(PROGRAM, predicate, value, start, end, rule)


def _payer(key: str, label: str) -> Node:
    return Node("Payer", ("org", key), label)


def test_figures_by_rule_are_those_counted_by_hand() -> None:
    """A rule's precision is of its own values; its coverage is of all gold values."""
    gold = {"title": "A", "payers": ["Aetna", "Cigna"]}
    ours = {
        "title": "A",
        "payers": ["Aetna", "Humana"],
        "evidence": {"title": spans((0, 1), rule="header.title"), "payers": spans((2, 7), (8, 14))},
    }
    facts = (
        Fact(PROGRAM, "dcterms:title", Value("A"), 0, 1, "header.title"),
        _fact("hasPayer", _payer("aetna", "Aetna"), 2, 7, "header.payer"),
        _fact("hasPayer", _payer("humana", "Humana"), 8, 14, "header.payer"),
        _fact("paidBy", _payer("aetna", "Aetna"), 2, 7, "payments.payer"),
    )
    evaluation = evaluate(Gold({"a": gold}), [answer("a", ours, facts)])
    rows = by(rule_rows(evaluation), "rule")
    payer = rows["header.payer"]
    assert (payer["facts"], payer["documents"], payer["right"], payer["wrong"]) == (2, 1, 1, 1)
    assert (payer["precision"], payer["coverage"], payer["fields"]) == (1 / 2, 1 / 3, "payers")
    unscored = rows["payments.payer"]
    assert (unscored["facts"], unscored["precision"], unscored["coverage"]) == (1, None, 0.0)
    assert next(iter(rows)) == "header.payer"
    assert {rule.name for rule in RULES} <= set(rows)
    silent = {rule.name for rule in RULES} - {"header.title", "header.payer", "payments.payer"}
    assert {name for name, row in rows.items() if row["facts"] == 0} == silent
    stream = io.BytesIO()
    write_evaluation(evaluation, "rule", "table", stream)
    listed = stream.getvalue().decode().split("Rules that never fired:\n")[1].splitlines()
    assert {line.split(":")[0].strip() for line in listed} == silent


def test_a_value_without_rule_is_counted_all_the_same() -> None:
    """The rows add up to all values, whatever a record leaves out."""
    figures = rule_figures(judge(**TWO_DOCUMENTS).comparisons)
    assert [(one.name, one.right, one.wrong) for one in figures if one.right + one.wrong] == [
        (NO_RULE, 5, 3)
    ]


# ---- merges


def _mentions(*named: tuple[str, str]) -> Answer:
    """Return a document whose payers are these: name, key of the node."""
    places = [(10 * n, 10 * n + 5) for n in range(len(named))]
    nodes = [_payer(key, name) for name, key in named]
    facts = [
        _fact("hasPayer", node, start, end, "header.payer")
        for node, (start, end) in zip(nodes, places, strict=True)
    ]
    record = {"payers": [name for name, _ in named], "evidence": {"payers": spans(*places)}}
    return answer("", record, tuple(facts))


def _merged(gold: list[Record], ours: list[Answer]) -> Any:
    records = {f"d{n}": record for n, record in enumerate(gold)}
    answers = [
        answer(slug, dict(one.record), one.extraction.facts)
        for slug, one in zip(records, ours, strict=True)
    ]
    return merge_figures(evaluate(Gold(records), answers).comparisons)


def test_merges_are_scored_by_pairs() -> None:
    """Three Cignas and two Aetnas; we part one Cigna and join it with an Aetna: by hand."""
    gold: list[Record] = [{"payers": ["Cigna", "Aetna"]}, {"payers": ["CIGNA Inc.", "Aetna"]}]
    gold.append({"payers": ["Cigna", "Humana"]})
    found = _merged(
        gold,
        [
            _mentions(("Cigna", "cigna"), ("Aetna", "aetna")),
            _mentions(("CIGNA", "cigna"), ("Aetna", "both")),
            _mentions(("Cigna", "both"), ("Missed", "missed")),
        ],
    )
    # Gold: 3 pairs of Cigna, 1 of Aetna. Ours: cigna-cigna (right), aetna-cigna in "both" (wrong).
    assert (found.names, found.pairs) == (5, Tally(right=1, wrong=1, missed=3))
    assert found.joined == (("Aetna", "Cigna"),)
    assert found.parted == (("Aetna", "Aetna"), ("CIGNA Inc.", "Cigna"))


def test_gold_may_say_that_two_names_are_one() -> None:
    """An acronym and its full name are one only where a gold record says so, whichever record."""
    gold: list[Record] = [
        {"payers": ["HCSC"]},
        {"payers": ["Health Care Service Corporation"]},
        {"same_organizations": [["HCSC", "Health Care Service Corporation", "BCBSTX"]]},
    ]
    names = [_mentions(("HCSC", "hcsc")), _mentions(("Health Care Service Corporation", "hcsc"))]
    ours = [*names, _mentions()]
    assert _merged(gold, ours).pairs == Tally(right=1)
    del gold[2]["same_organizations"]
    assert _merged(gold, ours).pairs == Tally(wrong=1)


def test_without_merges_there_is_nothing_wrong() -> None:
    """A single name makes no pair."""
    found = _merged([{"payers": ["Cigna"]}], [_mentions(("Cigna", "cigna"))])
    assert (found.names, found.pairs, found.joined, found.parted) == (1, Tally(), (), ())


# ---- reading gold


def test_gold_is_a_folder_of_records_or_a_file_with_one_a_line(tmp_path: Path) -> None:
    """Both are read, also side by side; the name of a .json file says which document is meant."""
    (tmp_path / "a.json").write_text('\ufeff{"title": "A"}', "utf-8")
    lines = '{"slug": "b", "title": "B"}\n\n{"slug": "c", "title": "C\u2028D"}\n'
    (tmp_path / "more.jsonl").write_text(lines, "utf-8")
    (tmp_path / "notes.txt").write_text("not gold")
    assert list(read_gold(tmp_path).records) == ["a", "b", "c"]
    assert list(read_gold(tmp_path / "more.jsonl").records) == ["b", "c"]


BAD = [
    ("a.json", '{\n "title": "A",\n}', "a.json:3:1: it is not JSON"),
    ("a.json", "[]", "a.json:1: a gold record is a JSON object"),
    ("a.json", "[" * 100_000, "a.json:1: it is not JSON that we can read"),
    ("a.json", '{\n"slug": "b"}', "a.json:2: its slug is 'b', but the file is of 'a'"),
    ("m.jsonl", '{"slug": "a"}\n{"title": "B"}', "m.jsonl:2: it needs a slug"),
    ("m.jsonl", '{"slug": "a"}\n{"slug": 5}', "m.jsonl:2: it needs a slug"),
    ("m.jsonl", '{"slug": "a"}\n\n{"slug": "a"}', "m.jsonl:3: there is a second gold record"),
    ("m.jsonl", '{"slug": "a"}\n{"slug": "b",}', "m.jsonl:2:14: it is not JSON"),
    ("a.json", '{\n\n"payers": "Aetna"}', "a.json:3: payers should be a list"),
    ("a.json", '{\n"payers": [5]}', "a.json:2: payers should hold a text, not 5"),
    ("a.json", '{"title": ["A"]}', "a.json:1: title should hold a text or null"),
    ("a.json", '{"covered_lives": [{"value": "many"}]}', 'hold {"value": whole number'),
    ("a.json", '{"number_of_practices": true}', "should hold a whole number or null, not true"),
    ("a.json", '{"locations": ["Reno"]}', 'locations should hold {"place": text'),
    ("a.json", '{"care_roles": [{}]}', 'care_roles should hold {"role": text}, not {}'),
    ("a.json", '{"payers": ["A"],\n"evidence": {"payers": []}}', "a.json:2: payers has 1 values"),
    ("a.json", '{"title": "A", "evidence": {"title": [{"start": 3}]}}', "the evidence of title"),
    ("a.json", '{"evidence": []}', "evidence should be an object of lists"),
    ("a.json", '{"same_organizations": ["A"]}', "same_organizations should be lists of names"),
]


@pytest.mark.parametrize(("name", "text", "message"), BAD)
def test_a_fault_in_gold_is_named_with_file_and_line(
    name: str, text: str, message: str, tmp_path: Path
) -> None:
    """An annotator finds the slip; it does not become a wrong figure or a traceback."""
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_gold(tmp_path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / name}:")


def test_gold_that_is_not_there_or_not_text_is_an_input_error(tmp_path: Path) -> None:
    """A folder without records, a path to nowhere and bytes that are no text each say so."""
    with pytest.raises(InputError, match="it holds no gold records"):
        read_gold(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_gold(tmp_path / "nowhere")
    (tmp_path / "a.json").write_bytes(b'{"title":\n"\xff"}')
    with pytest.raises(InputError, match=r"a\.json:2: it is not UTF-8 text"):
        read_gold(tmp_path)


def test_a_misspelt_field_is_doubted(tmp_path: Path) -> None:
    """`payer` for `payers` would count as a program without payers; notes of one's own are fine."""
    (tmp_path / "a.json").write_text('{"title": "A",\n"payer": ["Aetna"], "checked": 1}', "utf-8")
    problem = "a.json:2: 'payer' is no field of a record; did you mean 'payers'?"
    assert read_gold(tmp_path).doubts == (f"{tmp_path}/{problem}",)


def test_the_example_of_the_documentation_is_a_gold_record(tmp_path: Path) -> None:
    """Who copies it gets no complaint, and it shows every scored field."""
    text = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
    blocks = [block.partition("```")[0] for block in text.split("```json\n")[1:]]
    example = max(blocks, key=len)
    (tmp_path / "a.json").write_text(example, "utf-8")
    gold = read_gold(tmp_path)
    assert gold.doubts == ()
    assert {field.name for field in FIELDS} <= set(gold.records["a"])
    assert all(f"--by {view}" in text for view in ("rule", "document"))


# ---- against the documents at hand


@pytest.fixture(scope="module")
def seeds() -> Reading:
    """The two seeds, read."""
    return read_sources([SEEDS], BuildOptions())


@pytest.fixture(scope="module")
def own_gold(seeds: Reading, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own records of the seeds, as gold."""
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    path.write_text("".join(f"{record_line(record)}\n" for record in seeds.records()))
    return path


def ask(*arguments: str | Path) -> Result:
    """Return what `kg evaluate` does."""
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments)])


def test_our_own_records_are_good_gold(own_gold: Path) -> None:
    """What `kg extract` prints can be corrected into gold; uncorrected it scores 1 everywhere."""
    result = ask(own_gold, SEEDS, "--format", "json", "--min-f1", "1")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["gold_records"] == 2
    assert found["total"]["f1"] == found["merges"]["f1"] == 1.0
    assert {row["strict_f1"] for row in found["spans"]} == {1.0}
    assert len(found["spans"]) >= 8
    assert ask(own_gold, SEEDS, "--by", "document").stdout.endswith("\nNo mistakes.\n")


@pytest.fixture
def strict_gold(own_gold: Path, tmp_path: Path) -> Path:
    """The same with one title changed, and a payer that no text names."""
    first, second = map(json.loads, own_gold.read_text().splitlines())
    del first["evidence"], second["evidence"]
    first["title"] = "Another"
    second["payers"].append("=Nobody\x1b[1m")
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in (first, second)))
    return path


def test_the_command_ends_in_3_under_the_least_f1(strict_gold: Path, seeds: Reading) -> None:
    """The bar is on the unrounded F1 over all fields: one wrong, two missed."""
    found = sum(len(list(scored_items(record))) for record in seeds.records())
    f1 = Tally(found - 1, 1, 2).f1
    assert ask(strict_gold, SEEDS, "--min-f1", f"{f1 - 1e-6:.7f}").exit_code == 0
    result = ask(strict_gold, SEEDS, "--min-f1", f"{f1 + 1e-6:.7f}")
    assert result.exit_code == 3
    assert f"kg: F1 over all fields is {f1:.4f}; --min-f1 asks for" in result.stderr


def test_output_is_harmless_and_repeats(strict_gold: Path) -> None:
    """Names act on no terminal and no spreadsheet; every view is the same at every run."""
    shown = ask(strict_gold, SEEDS, "--verbose")
    assert "=Nobody\\x1b[1m" in shown.stdout
    assert "\x1b" not in shown.stdout
    sheet = ask(strict_gold, SEEDS, "--by", "document", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert min(row["missed"] for row in rows) == "payers: =Nobody\ufffd[1m"
    assert [len(row["precision"]) for row in rows] == [8, 8]
    for view in ("field", "rule", "document"):
        for form in ("table", "json", "csv"):
            arguments = (strict_gold, SEEDS, "--by", view, "--format", form)
            assert ask(*arguments).stdout == ask(*arguments).stdout != ""


def test_gold_for_documents_that_were_not_given_is_a_finding(
    own_gold: Path, tmp_path: Path
) -> None:
    """Whoever names the wrong folder is told, and a gate does not pass."""
    (tmp_path / "other.txt").write_bytes(next(SEEDS.glob("*.txt")).read_bytes())
    result = ask(own_gold, tmp_path)
    assert result.exit_code == 3
    assert "kg: error: no document for 2 gold records, whose values are missed" in result.stderr
    assert "kg: documents without a gold record, left aside: 1" in result.stderr


def test_bad_gold_ends_in_4_before_anything_is_read(tmp_path: Path) -> None:
    """The fault is in the input, and one line says where."""
    (tmp_path / "a.json").write_text("{")
    result = ask(tmp_path, SEEDS)
    assert (result.exit_code, result.stdout) == (4, "")
    assert "a.json:1:2: it is not JSON" in result.stderr


# ---- against the reference


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """The reference scorer, where the machine has it."""
    path = SHARED / "tools" / "score.py"
    if not path.is_file():
        pytest.skip("needs ../shared/tools/score.py, which is not here")
    spec = importlib.util.spec_from_file_location("reference_score", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_WORDS = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            "The Inc. Corp & Nurses bus chronic illnesses long-term care managers (RN) ) ( diabetes"
            " mellitus Cigna’s ½ ﬁnance 5% a_b Straße İ team\nleader social workers".split(" ")
        ),
    ),
    max_size=6,
).map(" ".join)


@given(text=_WORDS)
def test_forms_are_those_of_the_reference(text: str, reference: ModuleType) -> None:
    """Whatever the text, both reduce it to the same form."""
    assert plain(text) == reference.text(text)
    assert organization(text) == reference.organization(text)
    assert singular(text) == reference.singular(text)
    assert role(text) == reference.role(text)
    generic = reference.GENERIC.search(reference.text(text))
    assert condition(text) == (None if generic else reference.condition(text))


@pytest.fixture(scope="module")
def corpus(shared: Path) -> tuple[Reading, Evaluation, list[Record]]:
    """The shared documents, read and judged by their gold records."""
    reading = read_sources([shared / "corpus" / "documents"], BuildOptions())
    records = list(reading.records())
    extractions = [resolved.extraction for resolved in reading.documents]
    answers = map(Answer, extractions, records)
    return reading, evaluate(read_gold(shared / "corpus" / "gold"), answers), records


def test_figures_equal_the_reference_on_the_shared_corpus(
    corpus: tuple[Reading, Evaluation, list[Record]],
    reference: ModuleType,
    shared: Path,
    tmp_path: Path,
) -> None:
    """Every figure that the reference prints is ours to the last digit, mistakes included."""
    _, evaluation, records = corpus
    spoilt = [_spoil(number, record) for number, record in enumerate(records)]
    gold = read_gold(shared / "corpus" / "gold")
    compared = 0
    for predicted in (records, spoilt):
        path = tmp_path / "predicted.jsonl"
        path.write_text("".join(record_line(record) + "\n" for record in predicted))
        printed = _reference_rows(reference, shared / "corpus" / "gold", path)
        ours = evaluate(gold, [answer(record["slug"], record) for record in predicted])
        for row in field_rows(ours):
            name = "ALL" if row["field"] == "all fields" else str(row["field"])
            figures = [f"{row[part]:.3f}" for part in ("precision", "recall", "f1")]
            assert [*figures, str(row["gold"]), str(row["found"])] == printed[name]
            compared += 1
    assert compared == 2 * (len(FIELDS) + 1)
    assert ours.total != evaluation.total


def _spoil(number: int, record: Record) -> Record:
    """Return a record with some values lost and some twice, so that mistakes are compared, too."""
    spoilt = dict(record)
    for position, field in enumerate(FIELDS):
        values = field.values(record)
        if (number + position) % 3 == 0 and not field.is_single:
            spoilt[field.name] = [*values[1:], *values[-1:]]
        elif (number + position) % 5 == 0:
            spoilt[field.name] = None if field.is_single else []
    return spoilt


def _reference_rows(reference: ModuleType, gold: Path, predicted: Path) -> dict[str, list[str]]:
    command = [sys.executable, str(reference.__file__), str(gold), str(predicted)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    rows = (line.split() for line in done.stdout.splitlines()[2:])
    return {name: figures for name, *figures in rows}


def test_rules_add_up_to_the_whole(corpus: tuple[Reading, Evaluation, list[Record]]) -> None:
    """Each found value is one rule's; each fact is counted; coverage adds up to recall."""
    reading, evaluation, _ = corpus
    rules = rule_figures(evaluation.comparisons)
    total = evaluation.total
    assert sum(one.right for one in rules) == total.right
    assert sum(one.wrong for one in rules) == total.wrong
    assert sum(one.coverage for one in rules) == pytest.approx(total.recall)
    judged = {one.slug for one in evaluation.comparisons}
    extractions = [resolved.extraction for resolved in reading.documents]
    facts = [len(e.facts) for e in extractions if e.document.slug in judged]
    assert sum(one.facts for one in rules) == sum(facts)
    assert NO_RULE not in {one.name for one in rules}


def test_documents_and_fields_add_up_to_the_whole(
    corpus: tuple[Reading, Evaluation, list[Record]],
) -> None:
    """The same values are counted in every view."""
    _, evaluation, _ = corpus
    total = evaluation.total
    fields = [one.tally(field.name) for one in evaluation.comparisons for field in FIELDS]
    assert add_up(fields) == total
    rows = document_rows(evaluation)
    assert sum(int(row["gold"] or 0) for row in rows) == total.gold
    mistakes = Counter(row["mistake"] for row in mistake_rows(evaluation))
    assert (mistakes["missed"], mistakes["wrong"]) == (total.missed, total.wrong)
