"""Cases D1 to D20 of the hostile inputs: files that are no description, and odd ones that are."""

import gzip
import importlib
import io
import json
import threading
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from pyoxigraph import RdfFormat, parse
from typer.testing import CliRunner

from kg.assemble import publish_build
from kg.cli import app
from kg.extract import extract_document
from kg.lexicon import Lexicon
from kg.pipeline import BuildOptions, make_graph, read_sources
from kg.read import decode_document, find_files, read_documents
from kg.records import Document, Extraction, Fact, Node, Refusal

from .conftest import SEEDS

PAGE: Final = """Acme Health Medical Home Program - Elm Medical Group

Payers:
Acme Health
Description:

The program was effective March 1, 2012 and benefits over 900 people covered by Acme Health.
"""
SEED_TEXTS: Final = tuple(path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt")))


def read(text: str, lexicon: Lexicon) -> Extraction:
    """Return what is read from a text."""
    return extract_document(Document("any.txt", text, "0" * 64), lexicon)


def said(fact: Fact) -> tuple[object, ...]:
    """Return what a fact says, without where."""
    return fact.subject, fact.predicate, fact.value, fact.rule


def named(extraction: Extraction, *kinds: str) -> set[str]:
    """Return the names of the things of some kinds."""
    nodes = (node for fact in extraction.facts for node in (fact.subject, fact.value))
    return {node.label for node in nodes if isinstance(node, Node) and node.kind in kinds}


def parties(extraction: Extraction) -> set[str]:
    """Return the names of payers, groups and partners."""
    return named(extraction, "Payer", "ProviderOrganization", "Organization")


BINARY: Final = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Length 9 >>\nstream\n\x78\x9c\x00\x01\n",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01",
    "elf": b"\x7fELF\x02\x01\x01\x00" + bytes(8),
    "docx": b"PK\x03\x04\x14\x00\x06\x00\x08\x00",
    "gzip": gzip.compress(PAGE.encode(), mtime=0),
    "pdf without NUL": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
}


@pytest.mark.parametrize("kind", BINARY)
def test_d4_a_binary_file_is_no_text(kind: str) -> None:
    """Whatever its name says, it is refused and not read as strange letters."""
    refusal = decode_document(f"{kind}.txt", BINARY[kind])
    assert isinstance(refusal, Refusal)
    assert refusal.exit_status == 3


ENCODINGS: Final = {
    "utf-8": ("\ufeff", "utf-8"),
    "utf-16-le": ("\ufeff", "utf-8"),
    "utf-16-be": ("\ufeff", "utf-8"),
    "cp1252": ("", "cp1252"),
}
"""For each encoding the mark at the start, and what is declared."""


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_d5_an_encoding_changes_no_fact_and_no_offset(encoding: str, lexicon: Lexicon) -> None:
    """Marks are no characters; offsets count the decoded text; the document knows its encoding."""
    text = SEED_TEXTS[0]
    mark, declared = ENCODINGS[encoding]
    document = decode_document("a.txt", (mark + text).encode(encoding), declared)
    assert isinstance(document, Document)
    assert (document.text, document.encoding) == (text, encoding)
    plain, found = read(text, lexicon), extract_document(document, lexicon)
    assert [(f.start, f.end, f.predicate) for f in found.facts] == [
        (f.start, f.end, f.predicate) for f in plain.facts
    ]


def test_d6_an_invalid_byte_is_replaced_only_when_asked(tmp_path: Path) -> None:
    """By default refused with its place; `--encoding-errors replace` reads on and says so."""
    path = tmp_path / "byte.txt"
    path.write_bytes(PAGE.encode().replace(b"people", b"peo\xffple"))
    refused = CliRunner().invoke(app, ["extract", str(path)])
    assert (refused.exit_code, refused.stdout) == (3, "")
    asked = ["extract", str(path), "--encoding-errors", "replace"]
    result = CliRunner().invoke(app, asked)
    assert result.stdout, result.stderr
    assert json.loads(result.stdout)["payers"] == ["Acme Health"]
    assert "replac" in result.stderr


def test_d7_mojibake_is_matched_and_quoted_as_it_is(lexicon: Lexicon) -> None:
    """What another program has spoilt is understood; the quotation keeps what the file says."""
    sentence = "Collaborative accountable care is Acme Health’s approach to better health."
    spoilt = sentence.replace("’", "â€™")
    head = PAGE[: PAGE.index("The program")]
    right, wrong = (read(head + text, lexicon) for text in (sentence, spoilt))
    (expected,) = (f for f in right.facts if f.predicate == "payerApproach")
    (found,) = (f for f in wrong.facts if f.predicate == "payerApproach")
    assert said(found) == said(expected)
    quotation = wrong.document.text[found.start : found.end]
    assert quotation == "Collaborative accountable care is Acme Healthâ€™s approach"


SPACED: Final[dict[str, Callable[[str], str]]] = {
    "trailing spaces": lambda text: text.replace("\n", "  \n"),
    "trailing tabs": lambda text: text.replace("\n", "\t\n"),
    "indented": lambda text: text.replace("\n", "\n   "),
    "final line end": lambda text: text + "\n\n",
    "no final line end": lambda text: text.rstrip("\n"),
    "mixed line ends": lambda text: text.replace("\n", "\r\n", 9).replace(".\n", ".\r"),
    "tabs for spaces": lambda text: text.replace(" ", "\t"),
}
WRITTEN: Final[dict[str, Callable[[str], str]]] = {
    "full-width digits": lambda text: text.translate(
        {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}
    ),
    "soft hyphens": lambda text: text.replace("ation", "a\xadtion"),
    "zero-width joiners": lambda text: text.replace("care", "ca\u200dre"),
    "no-break spaces": lambda text: text.replace(" ", "\xa0"),
    "straight quotes": lambda text: text.translate(
        {ord("“"): '"', ord("”"): '"', ord("’"): "'", ord("‘"): "'"}
    ),
    "en dashes": lambda text: text.replace("-", "–"),
}


@pytest.mark.parametrize("way", [*SPACED, *WRITTEN])
def test_d8_d9_ways_of_writing_change_no_fact(way: str, lexicon: Lexicon) -> None:
    """Blanks, line ends, widths, quotes and dashes: the same facts, with exact quotations."""
    for text in SEED_TEXTS:
        changed = (SPACED | WRITTEN)[way](text)
        plain, found = read(text, lexicon), read(changed, lexicon)
        assert {(f.predicate, f.rule, str(f.value)) for f in found.facts} == {
            (f.predicate, f.rule, str(f.value)) for f in plain.facts
        }
        for fact in found.facts:
            quotation = changed[fact.start : fact.end]
            assert quotation.strip() == quotation != ""


def test_d10_a_direction_mark_stays_in_the_text_alone(lexicon: Lexicon, tmp_path: Path) -> None:
    """A right-to-left override is no control character to refuse; files carry it escaped."""
    (tmp_path / "in").mkdir()
    name = "Acme \u202ehtlaeH\u202c Plan"
    (tmp_path / "in" / "a.txt").write_text(PAGE.replace("Acme Health", name))
    extraction = read((tmp_path / "in" / "a.txt").read_text(), lexicon)
    (payer,) = (f for f in extraction.facts if f.predicate == "hasPayer")
    assert extraction.document.text[payer.start : payer.end] == name
    result = CliRunner().invoke(app, ["extract", str(tmp_path / "in")])
    assert result.exit_code == 0
    assert "\u202e" not in result.stdout + result.stderr


def test_d11_many_files_are_read_one_at_a_time(tmp_path: Path) -> None:
    """Memory while reading is that of a document, not of the folder."""
    for number in range(100):
        (tmp_path / f"{number}.txt").write_text(f"Program {number}\n\n" + "word " * 20_000)
    tracemalloc.start()
    found = sum(isinstance(one, Document) for one in read_documents([tmp_path]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == 100
    assert peak < 3_000_000  # all of them have ten


def test_d11_a_file_that_grows_is_read_as_it_was(tmp_path: Path) -> None:
    """Whatever another program appends meanwhile, there is a document."""
    path = tmp_path / "growing.txt"
    path.write_text(PAGE)
    done = threading.Event()

    def grow() -> None:
        with path.open("a") as file:
            while not done.is_set() and file.tell() < 500_000:
                file.write("More of it.\n" * 100)
                file.flush()

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        for _ in range(20):
            (found,) = read_documents([path])
            assert isinstance(found, Document)
            assert found.text.startswith(PAGE)
    finally:
        done.set()
        thread.join()


def test_d14_a_missing_field_leaves_its_facts_out(lexicon: Lexicon) -> None:
    """Nothing stands in for a payer or a place that no field and no sentence names."""
    extraction = read("Rural Program\n\nDescription:\n\nThe program is new.\n", lexicon)
    predicates = {fact.predicate for fact in extraction.facts}
    assert predicates == {"dcterms:title"}


def test_d14_a_repeated_field_gives_all_its_values(lexicon: Lexicon) -> None:
    """The second "Payers" does not take the place of the first."""
    text = PAGE.replace("Description:", "Payers:\nOak Mutual\nDescription:")
    assert named(read(text, lexicon), "Payer") == {"Acme Health", "Oak Mutual"}


def test_d14_an_unknown_field_is_kept_and_reported(lexicon: Lexicon) -> None:
    """Its label and its text are passages, and the label is listed."""
    extraction = read(PAGE + "\nFunding Source:\nA grant of the county.\n", lexicon)
    texts = {extraction.document.text[p.start : p.end]: p for p in extraction.passages}
    assert texts["Funding Source:"].kind == "label"
    assert texts["A grant of the county."].label == "Funding Source"
    assert any(a.as_written.startswith("Funding Source") for a in extraction.anomalies)


@pytest.mark.parametrize(
    ("typo", "label"),
    [
        ("Payrs", "Payers"),
        ("Program Locaton", "Program Location"),
        ("Partner Orgnizations", "Partner Organizations"),
        ("Pament Model", "Payment Model"),
        ("Payer Typ", "Payer Type"),
    ],
)
def test_d14_a_misspelt_label_comes_with_a_suggestion(
    typo: str, label: str, lexicon: Lexicon
) -> None:
    """One slip in a label is reported with the label that was meant."""
    text = f"Rural Program\n\n{typo}:\nAcme Health\nDescription:\n\nThe program is new.\n"
    anomalies = read(text, lexicon).anomalies
    assert [a for a in anomalies if typo in a.as_written and label in (a.read_as or "")]


@pytest.mark.parametrize(
    "line",
    [
        "Note: Payer: none",
        "Note: Payers: Phantom Mutual",
        "The form says “Payers: Phantom Mutual” and nothing else, which surprised the readers.",
        "Reminder. Program Location: Phantom Mutual, VA",
        "Payer: none",
        "Payers: N/A",
    ],
)
def test_d15_words_like_a_field_are_no_field(line: str, lexicon: Lexicon) -> None:
    """No phantom payer, group or place comes of prose, and "none" is nobody."""
    extraction = read(f"{PAGE}{line}\n", lexicon)
    names = named(extraction, "Payer", "Place")
    assert names == {"Acme Health"}


def test_d16_two_pages_in_one_file_are_told(lexicon: Lexicon) -> None:
    """A file is one description: a second title and header in it are reported as a fault."""
    joined = read(PAGE + "\n" + SEED_TEXTS[0], lexicon)
    alone = [read(text, lexicon) for text in (PAGE, SEED_TEXTS[0])]
    assert {a.kind for a in joined.anomalies} - {a.kind for e in alone for a in e.anomalies}


@pytest.mark.parametrize("line", ["-----", "=====", "* * *", "\x2d" * 80])
def test_d16_a_line_that_separates_is_no_content(line: str, lexicon: Lexicon) -> None:
    """A rule across the page changes nothing of what is read around it."""
    first, second = PAGE.split("Description:\n")
    text = f"{first}{line}\nDescription:\n{line}{second}{line}\n"
    plain, found = read(PAGE, lexicon), read(text, lexicon)
    assert {said(f) for f in found.facts} == {said(f) for f in plain.facts}


def archives() -> Iterator[tuple[str, bytes]]:
    """Yield compressed files, harmless and not."""
    yield "page.txt.gz", gzip.compress(PAGE.encode(), mtime=0)
    yield "bomb.gz", gzip.compress(bytes(50_000_000), mtime=0)
    for name, members in (
        ("plain.zip", ["page.txt"]),
        ("paths.zip", ["../../escaped.txt", "/tmp/escaped-absolute.txt", "page.txt"]),  # noqa: S108 - a name inside an archive
    ):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in members:
                archive.writestr(zipfile.ZipInfo(member), PAGE)
        yield name, data.getvalue()


@pytest.mark.parametrize("ending", ["", ".txt"])
def test_d17_archives_are_refused_and_not_unpacked(ending: str, tmp_path: Path) -> None:
    """Under its own name or as .txt, an archive is no text, and nothing of it is written."""
    (tmp_path / "in").mkdir()
    for name, data in archives():
        path = tmp_path / "in" / f"{name}{ending}"
        path.write_bytes(data)
        (refusal,) = read_documents([path])
        assert isinstance(refusal, Refusal), name
        assert refusal.exit_status == 3
    assert len(list(tmp_path.rglob("*"))) == 5


def test_d18_a_file_of_the_system_does_not_hang() -> None:
    """What the kernel makes up while it is read is text, or refused, at once."""
    for path in (Path("/proc/self/environ"), Path("/proc/self/status"), Path("/dev/null")):
        if path.exists():
            (found,) = read_documents([path])
            assert isinstance(found, Document | Refusal)


NAMES: Final = (
    "<img src=x onerror=alert(1)>.txt",
    "n" * 251 + ".txt",
    "--out.txt",
    "a'b\"c`d$(e).txt",
    "%2e%2e%2f.txt",
    "> <http:evil> .txt",
)


def test_d19_names_of_files_are_only_text(tmp_path: Path) -> None:
    """They reach the report, the records and the graph as they are, and are never markup."""
    (tmp_path / "in").mkdir()
    for number, name in enumerate(NAMES):
        (tmp_path / "in" / name).write_text(PAGE.replace("900", f"90{number}"))
    options = BuildOptions()
    publish_build(make_graph(read_sources([tmp_path / "in"], options), options), tmp_path / "out")
    assert "<img" not in (tmp_path / "out" / "report.html").read_text()
    assert "<img" not in (tmp_path / "out" / "network.html").read_text()
    report: dict[str, Any] = json.loads((tmp_path / "out" / "report.json").read_text())
    assert {document["name"] for document in report["documents"]} == set(NAMES)
    evidence = (tmp_path / "out" / "evidence.ttl").read_bytes()
    literals = {getattr(quad.object, "value", "") for quad in parse(evidence, RdfFormat.TURTLE)}
    assert set(NAMES) <= literals


MARKUP: Final = {
    "html": "<html><body><h1>Payers:</h1><p>Cigna</p><script>alert(1)</script></body></html>",
    "rtf": "{\\rtf1\\ansi{\\fonttbl\\f0 Arial;}\\b Payers:\\b0\\par Cigna\\par}",
    "json": '{"title": "X", "Payers": ["Cigna"], "lives": 5000, "lives": 6000, "x": NaN}',
    "json lines": '{"Payers": "Cigna"}\n{"Payers": "Aetna"}\n' * 3,
    "yaml": "!!python/object/apply:os.system ['touch owned']\npayers: &a [Cigna]\nother: *a\n",
    "yaml bomb": "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(20)),
    "csv": 'title,payers,lives\n"A Program","Cigna","5,000"\n=cmd|calc,Aetna,6\n',
    "xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b; Cigna</a>',
}


@pytest.mark.parametrize("kind", MARKUP)
def test_d20_markup_and_data_are_read_as_plain_text(
    kind: str, lexicon: Lexicon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is run, followed or expanded, and no party has markup in its name."""
    monkeypatch.chdir(tmp_path)
    for text in (MARKUP[kind], f"{PAGE}\n{MARKUP[kind]}\n"):
        extraction = read(text, lexicon)
        for name in parties(extraction):
            assert name in text
            assert not set(name) & set("<>{}\\|="), name
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["html", "rtf", "json", "jsonl", "yaml", "csv", "md", "docx"])
def test_d20_other_kinds_of_file_in_a_folder_stay_out(ending: str, tmp_path: Path) -> None:
    """A folder gives its .txt files; what else lies in it is not taken for a description."""
    (tmp_path / "a.txt").write_text(PAGE)
    (tmp_path / f"b.{ending}").write_text(PAGE + "x")
    assert list(find_files([tmp_path])) == [("a.txt", tmp_path / "a.txt")]


Proof = str | Callable[..., None]
_BAD: Final = "test_bad_input.test_each_bad_source_leaves_the_seeds_whole"

PROOFS: Final[dict[str, tuple[Proof, ...]]] = {
    "D1": (
        f"{_BAD}[empty]",
        f"{_BAD}[blank]",
        f"{_BAD}[invisible]",
        "test_bad_input.test_nothing_to_build_leaves_the_old_build",
    ),
    "D2": (
        f"{_BAD}[folder]",
        "test_bad_input.test_nothing_to_build_leaves_the_old_build",
        "test_read.test_folders_without_descriptions_are_a_mistake_only_alone",
    ),
    "D3": (
        f"{_BAD}[missing]",
        f"{_BAD}[closed]",
        "test_read.test_a_file_that_may_not_be_read_is_told",
        "test_read.test_an_impossible_path_is_a_missing_file",
    ),
    "D4": (test_d4_a_binary_file_is_no_text, f"{_BAD}[binary]"),
    "D5": (
        test_d5_an_encoding_changes_no_fact_and_no_offset,
        f"{_BAD}[latin-1]",
        "test_read.test_marked_encodings_give_the_same_text",
        "test_read.test_declared_encodings_are_read",
    ),
    "D6": (test_d6_an_invalid_byte_is_replaced_only_when_asked, f"{_BAD}[invalid byte]"),
    "D7": (test_d7_mojibake_is_matched_and_quoted_as_it_is,),
    "D8": (
        test_d8_d9_ways_of_writing_change_no_fact,
        "test_properties.test_line_ends_do_not_matter",
        "test_properties.test_blanks_do_not_matter",
    ),
    "D9": (
        test_d8_d9_ways_of_writing_change_no_fact,
        "test_properties.test_composition_does_not_matter",
        "test_fold.test_what_does_not_matter_to_meaning_is_folded",
    ),
    "D10": (
        test_d10_a_direction_mark_stays_in_the_text_alone,
        f"{_BAD}[control]",
        "test_read.test_what_is_no_text_is_refused",
        "test_read.test_halves_of_characters_are_refused",
        "test_terminal.test_only_harmless_characters_are_shown",
        "test_report.test_hostile_text_is_only_text",
    ),
    "D11": (
        test_d11_many_files_are_read_one_at_a_time,
        test_d11_a_file_that_grows_is_read_as_it_was,
        f"{_BAD}[huge]",
        f"{_BAD}[long line]",
        "test_bad_input.test_a_raised_limit_reads_a_larger_file",
        "test_pipeline.test_reading_tells_its_progress_and_its_status",
    ),
    "D12": (
        "test_hostile_text.test_e17_a_line_of_a_megabyte_takes_no_second",
        "test_hostile_text.test_e17_time_is_linear_for_hostile_texts",
    ),
    "D13": (
        f"{_BAD}[copy]",
        "test_read.test_a_copy_is_read_once_and_reported",
        "test_hostile_text.test_e16_contradictions_across_documents_are_kept_and_reported",
    ),
    "D14": (
        test_d14_a_missing_field_leaves_its_facts_out,
        test_d14_a_repeated_field_gives_all_its_values,
        test_d14_an_unknown_field_is_kept_and_reported,
        test_d14_a_misspelt_label_comes_with_a_suggestion,
    ),
    "D15": (test_d15_words_like_a_field_are_no_field,),
    "D16": (
        test_d16_two_pages_in_one_file_are_told,
        test_d16_a_line_that_separates_is_no_content,
    ),
    "D17": (test_d17_archives_are_refused_and_not_unpacked,),
    "D18": (
        test_d18_a_file_of_the_system_does_not_hang,
        f"{_BAD}[pipe]",
        f"{_BAD}[device]",
        "test_read.test_standard_input_is_a_source",
        "test_read.test_closed_standard_input_is_empty",
    ),
    "D19": (
        test_d19_names_of_files_are_only_text,
        f"{_BAD}[link to itself]",
        f"{_BAD}[folder in itself]",
        f"{_BAD}[line end in the name]",
        f"{_BAD}[emoji in the name]",
        f"{_BAD}[dash before the name]",
        f"{_BAD}[command in the name]",
        "test_read.test_a_name_that_is_not_utf_8_can_be_written",
    ),
    "D20": (
        test_d20_markup_and_data_are_read_as_plain_text,
        test_d20_other_kinds_of_file_in_a_folder_stay_out,
    ),
}
"""The tests of each case; those that other files hold by their name, with the case in brackets."""


def test_every_case_has_a_test() -> None:
    """D1 to D20, each with a test here or one that exists elsewhere."""
    assert list(PROOFS) == [f"D{number}" for number in range(1, 21)]
    for case, proofs in PROOFS.items():
        for proof in proofs:
            if isinstance(proof, str):
                path, _, parameter = proof.rstrip("]").partition("[")
                name, _, test = path.partition(".")
                module = importlib.import_module(f"tests.{name}")
                assert callable(getattr(module, test)), proof
                assert not parameter or parameter in module.CASES, proof
            else:
                assert f"_{case.lower()}_" in proof.__name__
