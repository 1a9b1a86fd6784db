"""Laws that hold for any text: hypothesis looks for one that breaks them."""

import json
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kg.extract import extract_document
from kg.fold import fold
from kg.iris import slug
from kg.lexicon import Lexicon
from kg.names import organization_key
from kg.pipeline import record_line
from kg.read import decode_document
from kg.record import make_record
from kg.records import Concept, Document, Node, Object
from kg.resolve import Resolved, resolve_places

from .conftest import SEEDS

settings.register_profile(
    "quick",
    deadline=None,  # the machine may be busy
    derandomize=True,  # a failure is there again on the next run, and no examples are stored
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("quick")

SEED_TEXTS = tuple(path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt")))
LINES = tuple(sorted({line for text in SEED_TEXTS for line in text.split("\n")}))
ODD = (
    "\U0001f3e5\U0001f468\u200d\u2695\ufe0f",
    "e\u0301\u0323\u0301",
    "\u0301",
    "שלום \u202eabc\u202c",
    "Cigna\xa0\xa0Health",
    "\u2028",
    "İstanbul ẞ ﬁ ３００",
    "9" * 40,
    "one hundred thousand million",
    "between 45 and 60 hospitals and 45–60 nurses",
    "February 30, 2013; 13/13/2013; July 1, 0000; Q3 2013",
    "$3.5M, $.5, 12%, 5.500, ³, ٣, 1e6",
    "Payers:\nPayers:\nCigna\nCigna",
    "Program Location:\nNowhere, ZZ\n, VA\n,\nVA\n;",
    "[[]](((,,,;;;:::“““",
    "Last updated July 2014\nLast updated",
    "A. B. C. D. St. Dr. Inc. U.S.",
)
READABLE = st.characters(
    exclude_categories=["Cc", "Cs"],
    exclude_characters="\ufffe\uffff",
    include_characters="\t\n\r\x85",
)
"""What `decode_document` lets in."""

line = st.one_of(
    st.sampled_from(LINES),
    st.sampled_from(ODD),
    st.text(READABLE, max_size=30),
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Return a seed with lines lost, moved, doubled or made up, cut anywhere."""
    kept = draw(st.lists(line, max_size=12))
    if draw(st.booleans()):
        seed = draw(st.sampled_from(SEED_TEXTS)).split("\n")
        place = draw(st.integers(0, len(seed)))
        kept = [*seed[:place], *kept, *seed[place + draw(st.integers(0, 3)) :]]
    text = draw(st.sampled_from(["\n", "\n\n", "\r\n", " "])).join(kept)
    if draw(st.booleans()):
        start = draw(st.integers(0, len(text)))
        text = text[start : start + draw(st.integers(1, 4000))]
    return text


@pytest.fixture(scope="module")
def read(lexicon: Lexicon) -> Callable[[str], Resolved]:
    """What turns a text into facts."""

    def read_text(text: str) -> Resolved:
        return resolve_places(extract_document(Document("any.txt", text, "0" * 64), lexicon))

    return read_text


@pytest.fixture(scope="module")
def record_of(lexicon: Lexicon, read: Callable[[str], Resolved]) -> Callable[[str], Any]:
    """What turns a text into its record."""

    def make(text: str) -> Any:
        resolved = read(text)
        return make_record(resolved.extraction, lexicon.vocabulary, resolved.readings)

    return make


def meaning(resolved: Resolved) -> set[tuple[object, ...]]:
    """Return what the facts say, without where they say it."""
    return {
        (*_said(fact.subject), fact.predicate, *_said(fact.value), fact.rule, fact.basis)
        for fact in resolved.extraction.facts
    }


def _said(value: Object) -> tuple[object, ...]:
    if isinstance(value, Node):
        return value.kind, value.key, value.label
    return (value.notation,) if isinstance(value, Concept) else (value.lexical, value.datatype)


@given(text=texts())
@example(text="9" * 400)
@example(text="\u200b")
@example(text="a\u0301")
def test_every_fact_rests_on_words_of_a_passage(text: str, read: Callable[[str], Resolved]) -> None:
    """No text is too odd; spans are not empty, lie in a passage, and passages are in order."""
    extraction = read(text).extraction
    passages = extraction.passages
    assert [p.order for p in passages] == list(range(1, len(passages) + 1))
    for passage in passages:
        assert text[passage.start : passage.end].strip()
    for before, after in pairwise(passages):
        assert before.end <= after.start
    for fact in extraction.facts:
        assert text[fact.start : fact.end].strip()
        assert any(p.start <= fact.start < fact.end <= p.end for p in passages), fact
    for anomaly in extraction.anomalies:
        assert text[anomaly.start : anomaly.end] == anomaly.as_written


@given(text=texts())
@example(text=SEED_TEXTS[0])
@example(text=SEED_TEXTS[1])
def test_line_ends_do_not_matter(text: str, read: Callable[[str], Resolved]) -> None:
    """Unix, Windows and old Macintosh files say the same."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    expected = meaning(read(unix))
    assert meaning(read(unix.replace("\n", "\r\n"))) == expected
    assert meaning(read(unix.replace("\n", "\r"))) == expected


@given(text=texts())
@example(text=SEED_TEXTS[0])
@example(text=SEED_TEXTS[1].replace("Loudoun", "Zürich").replace("Cigna", "Éé Plan"))
def test_composition_does_not_matter(text: str, read: Callable[[str], Resolved]) -> None:
    """Composed and decomposed letters say the same (Hangul, which has no marks, aside)."""
    text = "".join(c for c in text if not unicodedata.name(c, "").startswith("HANGUL"))
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert meaning(read(composed)) == meaning(read(decomposed))


@given(text=texts(), blanks=st.sampled_from(["\xa0", "  ", " \t", "\u2003", "\xad ", "\u200b "]))
def test_blanks_do_not_matter(text: str, blanks: str, read: Callable[[str], Resolved]) -> None:
    """No-break spaces, tabs, runs of blanks and what cannot be seen say nothing."""
    assert meaning(read(text.replace(" ", blanks))) == meaning(read(text))


@given(text=texts())
def test_a_second_reading_is_the_first(text: str, read: Callable[[str], Resolved]) -> None:
    """Reading has no memory."""
    assert read(text) == read(text)


@given(text=texts())
@example(text="\ud800")
def test_any_bytes_are_a_document_or_a_refusal(text: str) -> None:
    """Decoding never fails, and what it lets in has the text of the bytes."""
    data = text.encode("utf-8", "surrogatepass")
    found = decode_document("any.txt", data)
    if isinstance(found, Document):
        assert found.text.encode() == data.removeprefix(b"\xef\xbb\xbf")


@given(data=st.binary(max_size=200), encoding=st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_bytes_of_any_kind_do_not_fail(data: bytes, encoding: str) -> None:
    """Neither do bytes that are no text at all, in whatever encoding they are declared."""
    found = decode_document("any.txt", data, encoding)
    assert str(found).isprintable() or isinstance(found, Document)


@given(text=texts())
def test_a_record_survives_json_and_quotes_the_text(
    text: str, record_of: Callable[[str], Any]
) -> None:
    """A record is plain JSON in one line of ASCII; each quotation stands at its offsets."""
    record = record_of(text)
    written = record_line(record)
    assert json.loads(written) == record
    assert written.isascii()
    assert len(written.splitlines()) == 1
    for name, spans in record["evidence"].items():
        values: Any = record[name]
        assert len(spans) == len(values) if isinstance(values, list) else spans
        for span in spans:
            assert text[span["start"] : span["end"]] == span["quotation"] != ""


@given(text=texts())
def test_folding_keeps_the_way_back(text: str) -> None:
    """Spans grow with the folded text, do not overlap, lie in the source; folding is idempotent."""
    folded = fold(text)
    length = len(folded.text)
    assert len(folded.lower) == len(folded.starts) == len(folded.ends) == length
    spans = [folded.source_span(place, place + 1) for place in range(length)]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before == after or before[1] <= after[0] for before, after in pairwise(spans))
    if length:
        assert folded.source_span(0, length) == (spans[0][0], spans[-1][1])
    assert fold(folded.text).text == folded.text


@given(text=texts())
def test_folding_loses_nothing_that_can_be_seen(text: str) -> None:
    """Every letter and digit of the source is in the span of a folded character."""
    folded = fold(text)
    covered: set[int] = set()
    for place in range(len(folded.text)):
        covered.update(range(*folded.source_span(place, place + 1)))
    assert [c for i, c in enumerate(text) if c.isalnum() and i not in covered] == []


@given(text=st.text(max_size=200))
@example(text="../../etc/passwd")
@example(text="a> <http://evil/p> <http://evil/o> . <http://x/b")
@example(text="")
@example(text="con")
@example(text="é" * 100)
def test_slugs_are_safe_names(text: str) -> None:
    """ASCII, never empty, no slash, colon or dot, not too long, always the same."""
    for make in (slug, organization_key):
        name = make(text)
        assert name
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert len(name) <= 90
        assert make(text) == name
    if len(slug(text)) <= 80:  # a longer name is cut, and ends in a digest of what it was
        assert slug(slug(text)) == slug(text)
    assert slug(unicodedata.normalize("NFD", text)) == slug(unicodedata.normalize("NFC", text))


@given(name=st.text(alphabet="abc XYZ,.&'-", min_size=1, max_size=30).filter(str.strip))
def test_a_name_does_not_depend_on_its_spelling(name: str) -> None:
    """Case, blanks around, an article and a legal form make no other organization."""
    key = organization_key(f"{name}x")
    assert organization_key(f" {name}X ") == key
    assert organization_key(f"The {name}x, Inc.") == key
