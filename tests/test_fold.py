import unicodedata

import pytest

from kg.fold import fold

SAME = {
    "no-break space": ("Valley\xa0Preferred", "Valley Preferred"),
    "blanks": ("a \t\u2003 b", "a b"),
    "blanks at both ends of a line": (" a \n b ", "a\nb"),
    "windows line end": ("a\r\nb", "a\nb"),
    "old line end": ("a\rb", "a\nb"),
    "unicode line ends": ("a\u2028b\x85c\u2029d", "a\nb\nc\nd"),
    "quotation marks": ("“a” ‘b’ „c‟ «d»", '"a" \'b\' "c" "d"'),
    "dashes": ("a–b—c‐d−e", "a-b-c-d-e"),
    "full-width digits": ("５，５００", "5,500"),
    "ligature": ("beneﬁt", "benefit"),
    "decomposed letter": ("Cafe\u0301", "Café"),
    "soft hyphen": ("affil\xadiation", "affiliation"),
    "zero-width characters": ("a\u200bb\u2060c\ufeffd\u200d", "abcd"),
    "marks of direction": ("\u202ea\u202c\u200eb", "ab"),
    "variation selector": ("a\ufe0fb", "ab"),
    "exponent": ("10³ patients", "10³ patients"),
    "ellipsis": ("a … b", "a ... b"),
    "empty": ("", ""),
    "only blanks": (" \t\xa0", ""),
    "blank lines": ("a\n \n\nb", "a\n\n\nb"),
}


@pytest.mark.parametrize("case", SAME)
def test_what_does_not_matter_to_meaning_is_folded(case: str) -> None:
    """A source and what rules see of it."""
    source, folded = SAME[case]
    assert fold(source).text == folded


@pytest.mark.parametrize("case", SAME)
def test_folding_a_folded_text_changes_nothing(case: str) -> None:
    """The folded form is its own folded form."""
    text = fold(SAME[case][0]).text
    assert fold(text).text == text


def test_every_case_is_run() -> None:
    """No two cases have one name."""
    assert len(SAME) == 20


def test_spans_lead_back_to_the_source() -> None:
    """A span of the folded text is the words of the source that it came from, marks included."""
    source = "\ufeff “Cafe\u0301”\xa0\xa0beneﬁts\r\n５００ people"
    folded = fold(source)
    for word, original in (
        ("Café", "Cafe\u0301"),
        (" ", "\xa0\xa0"),
        ("benefits", "beneﬁts"),
        ("fi", "ﬁ"),
        ("\n", "\r\n"),
        ("500 people", "５００ people"),
    ):
        start = folded.text.index(word)
        first, last = folded.source_span(start, start + len(word))
        assert source[first:last] == original


def test_lower_case_has_the_same_length() -> None:
    """Spans in the lower-case text are spans in the text, even where a capital grows."""
    folded = fold("İİ ẞ Σ DŽ ΐ")
    assert len(folded.lower) == len(folded.text) == len(folded.starts) == len(folded.ends)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_normal_forms_fold_to_one(form: str) -> None:
    """It does not matter how a text was composed."""
    text = "Hôpital Señor Łódź Ångström ﬃ é\u0323"
    folded = fold(unicodedata.normalize(form, text)).text  # type: ignore[arg-type]  # a form
    assert folded == fold(text).text


def test_a_mark_after_a_plain_letter_belongs_to_it() -> None:
    """A combining mark that follows ASCII is not cut off."""
    source = "abc\u0301 d"
    folded = fold(source)
    start, end = folded.source_span(2, 3)
    assert source[start:end] == "c\u0301"
