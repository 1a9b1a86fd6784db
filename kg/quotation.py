"""Quote words of a document inside the passage that holds them, for people to judge."""

from dataclasses import dataclass

from kg.records import Extraction

_CONTEXT = 160
"""Characters of context on each side where no passage holds the words, or a huge one does."""


@dataclass(frozen=True, slots=True, order=True)
class Quotation:
    """Words of a document with what stands around them; offsets count from its beginning."""

    document: str
    start: int
    end: int
    line: int
    column: int
    before: str
    words: str
    after: str


def quote(extraction: Extraction, start: int, end: int) -> Quotation:
    """Return the words of a span with the rest of their passage, at most a few lines of it."""
    document = extraction.document
    around = next(
        (p for p in extraction.passages if p.start <= start and end <= p.end),
        None,
    )
    first, last = (around.start, around.end) if around else (start, end)
    first, last = max(first, start - _CONTEXT), min(last, end + _CONTEXT)
    line, column = document.position(start)
    text = document.text
    return Quotation(
        *(document.name, start, end, line, column),
        *(text[first:start], text[start:end], text[end:last]),
    )


def split_sentence(sentence: str, start: int, quotation: str) -> tuple[str, str, str] | None:
    """Return a sentence in three: before a quotation that starts there, the quotation, after it.

    None if the sentence does not hold it there, or says no more.

    >>> split_sentence("Over 5,500.", 5, "5,500")
    ('Over ', '5,500', '.')
    """
    end = start + len(quotation)
    if start < 0 or sentence[start:end] != quotation or sentence == quotation:
        return None
    return sentence[:start], quotation, sentence[end:]
