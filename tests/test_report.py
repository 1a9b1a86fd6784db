"""Tests of `kg.report`: everything is told, nothing of the text is ever markup."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kg.conflicts import Conflict, ConflictValue
from kg.quotation import Quotation
from kg.report import (
    STATUSES,
    AnomalyReport,
    BuildReport,
    DocumentReport,
    Doubt,
    Finding,
    PassageReport,
    RefusedDocument,
    Source,
    Unquoted,
    mark_text,
    write_report,
)
from kg.resolve import Merge

SENTENCE = "Cigna pays over 200 physicians."
HOSTILE = "</mark><script>alert(1)</script><img src=x onerror=alert(1)>\x00\u202e\" ' & ]]>"


def said(words: str) -> Quotation:
    """Return words quoted within their sentence."""
    return Quotation("a.txt", 60, 60 + len(words), 4, 7, "It says ", words, " here.")


def document(name: str = "a.txt") -> DocumentReport:
    """Return the report of a document with a passage of each status."""
    return DocumentReport(
        name=name,
        sha256="7d" * 32,
        facts=3,
        passages=(
            PassageReport(1, 0, 7, "Payers:", "label"),
            PassageReport(
                *(2, 10, 10 + len(SENTENCE), SENTENCE, "sentence"),
                spans=((10, 15, "paid by: Cigna"), (21, 40, "count: 200"), (26, 29, "value: 200")),
            ),
            PassageReport(3, 50, 69, "Moreover, 7 things.", "sentence"),
            PassageReport(4, 70, 79, "Go to top", "boilerplate"),
        ),
        unquoted=(Unquoted("number", "7", 60, 61),),
        anomalies=(AnomalyReport("misspelling", "Leigh", "Lehigh", 12, 17),),
    )


def full() -> BuildReport:
    """Return a report in which every part has something."""
    return BuildReport(
        version="0.1.0",
        documents=(document("b.txt"), document("a.txt")),
        refused=(RefusedDocument("c.bin", "is not text", "leave it out"),),
        findings=(
            Finding(
                *("Violation", "A program needs a payer.", "https://e/p", "acp:hasPayer"),
                sources=(Source("a.txt", 3, 1, "Payers:"),),
            ),
            Finding("Warning", "No place is named.", "https://e/p"),
        ),
        conflicts=(
            Conflict(
                *("Elm Program", "hasCount", "two numbers"),
                (ConflictValue("75 practices", said("75")), ConflictValue("74", said("74"))),
            ),
        ),
        doubts=(Doubt(("Lehigh", "Leigh"), "one letter apart", "read as one", (said("Leigh"),)),),
        merges=(Merge("cigna", ("CIGNA", "Cigna"), ("one normal form",), (said("CIGNA"),)),),
        counts=(("program", 2), ("payer", 1)),
    )


class Reader(HTMLParser):
    """Collects tags and text, as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.text = ""
        self.marked: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag; void elements are never closed."""
        self.tags.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag == "mark":
            self.marked.append("")
        for name, value in attrs:
            if name in ("href", "src"):
                self.addresses.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)

    def handle_endtag(self, tag: str) -> None:
        """Check that tags close in order."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note the words, and those inside a mark."""
        if self.open and self.open[-1] != "style":
            self.text += data
        if self.open and self.open[-1] == "mark":
            self.marked[-1] += data


@pytest.fixture
def page(tmp_path: Path) -> Reader:
    """Return the page of the full report."""
    write_report(tmp_path, full())
    return Reader((tmp_path / "report.html").read_text(encoding="utf-8"))


def test_json_holds_everything(tmp_path: Path) -> None:
    """Documents by name, refusals, findings, doubts, coverage and counts are in report.json."""
    write_report(tmp_path, full())
    data = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [found["name"] for found in data["documents"]] == ["a.txt", "b.txt"]
    assert data["passages"] == dict.fromkeys(STATUSES, 2)
    assert (data["facts"], data["documents_read"], data["documents_refused"]) == (6, 2, 1)
    assert data["conforms"] is False
    assert data["counts"] == {"payer": 1, "program": 2}
    first = data["documents"][0]
    assert [passage["status"] for passage in first["passages"]] == [
        *("label", "modelled", "not understood", "boilerplate")
    ]
    assert first["coverage"] == dict.fromkeys(STATUSES, 1)
    assert first["unquoted"] == [
        {"kind": "number", "text": "7", "start": 60, "end": 61, "passage": 3}
    ]
    assert first["anomalies"][0]["passage"] == 2
    assert data["findings"][0]["sources"][0]["quotation"] == "Payers:"
    assert data["doubts"][0]["names"] == ["Lehigh", "Leigh"]
    assert data["conflicts"][0]["values"][1]["quotation"]["words"] == "74"
    assert data["merges"][0]["reasons"] == ["one normal form"]
    assert data["refused"][0]["advice"] == "leave it out"


def test_page_tells_all_of_it(page: Reader) -> None:
    """Every sentence, refusal, finding, doubt, fault and count can be read on the page."""
    for words in (
        *("a.txt", "b.txt", "c.bin", "is not text", "leave it out", "Go to top"),
        *("Moreover, 7 things.", "not understood", "A program needs a payer.", "a.txt:3:1"),
        *("no text behind it", "one letter apart", "read as one", "misspelling", "Lehigh"),
        *("count: 200", "payer", "0.1.0", "two numbers", "75 practices", "a.txt:4:7"),
        *("It says 74 here.", "It says Leigh here.", "one normal form", "It says CIGNA here."),
    ):
        assert words in page.text, words


def test_marks_cover_the_spans_and_nothing_else(page: Reader) -> None:
    """The marked words are those of the spans, cut where spans begin and end."""
    quoted = ["75", "74", "Leigh", "CIGNA"]
    assert page.marked == [*quoted, *2 * ["Cigna", "over ", "200", " physicians"]]


def test_page_is_well_formed_and_alone(page: Reader) -> None:
    """All tags close, there is no script, and the only link is to the file beside it."""
    assert page.open == []
    assert "script" not in page.tags
    assert set(page.addresses) == {"report.json"}


def test_hostile_text_is_only_text(tmp_path: Path) -> None:
    """Markup in every field of the input stays words on the page; nothing is lost of it."""
    passage = PassageReport(
        1, 5, 5 + len(HOSTILE), HOSTILE, "sentence", spans=((7, 30, HOSTILE), (20, 99, "x"))
    )
    quotation = Quotation(HOSTILE, 1, 2, 3, 4, HOSTILE, HOSTILE, HOSTILE)
    report = BuildReport(
        version=HOSTILE,
        documents=(
            DocumentReport(
                *(
                    HOSTILE,
                    HOSTILE,
                    1,
                    (passage, replace(passage, order=2, kind=HOSTILE, spans=())),
                ),
                unquoted=(Unquoted(HOSTILE, HOSTILE, 6, 9),),
                anomalies=(AnomalyReport(HOSTILE, HOSTILE, HOSTILE, 6, 9),),
            ),
        ),
        refused=(RefusedDocument(HOSTILE, HOSTILE, HOSTILE),),
        findings=(Finding(HOSTILE, HOSTILE, HOSTILE, HOSTILE, (Source(HOSTILE, 1, 1, HOSTILE),)),),
        conflicts=(Conflict(HOSTILE, HOSTILE, HOSTILE, (ConflictValue(HOSTILE, quotation),)),),
        doubts=(Doubt((HOSTILE,), HOSTILE, HOSTILE, (quotation,)),),
        merges=(Merge(HOSTILE, (HOSTILE,), (HOSTILE,), (quotation,)),),
        counts=((HOSTILE, 1),),
    )
    write_report(tmp_path, report)
    raw = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Reader(raw)
    assert page.open == []
    assert not {"script", "img"} & set(page.tags)
    assert page.handlers == []
    assert "\x00" not in raw
    cleaned = HOSTILE.replace("\x00", "\ufffd")
    fields = {"build": 1, "refused": 3, "finding": 6, "doubt": 7, "counts": 1}
    fields |= {"conflict": 8, "merge": 6}
    fields |= {"document": 2, "passages": 3, "unquoted": 2, "anomaly": 3}
    assert page.text.count(cleaned) == sum(fields.values())
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["version"] == cleaned


@pytest.mark.parametrize(
    ("spans", "pieces"),
    [
        ((), [("abcdef", ())]),
        (((10, 16, "x"),), [("abcdef", ("x",))]),
        (((10, 14, "x"), (12, 16, "y")), [("ab", ("x",)), ("cd", ("x", "y")), ("ef", ("y",))]),
        (((0, 12, "x"), (15, 99, "y")), [("ab", ("x",)), ("cde", ()), ("f", ("y",))]),
        (((0, 5, "x"), (13, 13, "y"), (20, 30, "z")), [("abcdef", ())]),
        (((11, 12, "x"), (11, 12, "x")), [("a", ()), ("b", ("x",)), ("cdef", ())]),
    ],
)
def test_marking(
    spans: tuple[tuple[int, int, str], ...], pieces: list[tuple[str, tuple[str, ...]]]
) -> None:
    """Spans that hold, cross, leave or miss the text cut it without losing a character."""
    found = mark_text("abcdef", 10, spans)
    assert [(piece.text, piece.labels) for piece in found] == pieces


def test_offsets_count_code_points() -> None:
    """An emoji before a span moves it by one."""
    found = mark_text("😀e\u0301 200", 0, [(4, 7, "count")])
    assert [piece.text for piece in found if piece.depth] == ["200"]


def test_empty_build_has_a_page(tmp_path: Path) -> None:
    """No documents at all is told, not a broken page."""
    write_report(tmp_path, BuildReport("0.1.0", ()))
    page = Reader((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert page.open == []
    assert "No document gave anything." in page.text
    assert "there is nothing to report" in page.text


def test_large_build_shows_what_needs_a_look(tmp_path: Path) -> None:
    """Of 150 documents the page shows 100, those with missed passages first; JSON has them all."""
    good = replace(document(), passages=document().passages[:2], unquoted=())
    documents = [replace(good, name=f"{n:03}.txt") for n in range(149)]
    documents.append(document("zzz.txt"))
    write_report(tmp_path, BuildReport("0.1.0", tuple(documents)))
    page = Reader((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert page.tags.count("details") == 100 * 2
    assert "zzz.txt" in page.text
    assert "50 more are in report.json" in page.text
    data = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert len(data["documents"]) == 150


def test_large_lists_are_cut_on_the_page_only(tmp_path: Path) -> None:
    """Of 230 contradictions the page shows 200 and says so; JSON has them all."""
    one = Conflict("Elm", "hasCount", "two numbers", (ConflictValue("75", said("75")),))
    write_report(tmp_path, BuildReport("0.1.0", (), conflicts=(one,) * 230))
    page = Reader((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert page.text.count("two numbers") == 200
    assert "30 more are in report.json" in page.text
    data = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert len(data["conflicts"]) == 230


def test_bytes_do_not_depend_on_the_order_of_documents(tmp_path: Path) -> None:
    """The same documents in another order give the same two files."""
    report = full()
    again = replace(
        report, documents=report.documents[::-1], counts=report.counts[::-1], refused=report.refused
    )
    for name, one in (("1", report), ("2", again)):
        (tmp_path / name).mkdir()
        write_report(tmp_path / name, one)
    for name in ("report.json", "report.html"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
