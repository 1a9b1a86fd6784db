"""Find what the rules left unread: numbers, dates, amounts and names that no fact quotes.

A passage with a fact can still hold a number that nobody understood. What is listed here is text,
not statement: a reader decides whether something is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import re2

from kg.records import Extraction, Passage

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_PATTERNS: Final = (
    ("money", re2.compile(r"\$ ?[0-9][0-9,.]*(?: ?(?:million|billion|thousand|[KMB])\b)?")),
    (
        "date",
        re2.compile(
            rf"\b{_MONTH}(?: [0-9]{{1,2}},?)? [0-9]{{4}}\b|\b(?:FY|fiscal year) ?[0-9]{{2,4}}\b"
            r"|\b(?:19|20)[0-9]{2}\b"
        ),
    ),
    (
        "number",
        re2.compile(
            r"(?i)\b[0-9][0-9,.]*(?:e[0-9]+|[0-9])\b ?%?|\b[0-9]\b ?%?"
            r"|\b(?:(?:an? |two |three )?dozens?|hundreds|thousands|millions|half a million)\b"
        ),
    ),
    ("name", re2.compile(r"\b[A-Z][\w&’'-]*[a-z][\w&’'-]*(?:[ \xa0]+[A-Z][\w&’'-]*)*")),
)
"""Tried in this order; what one has taken the next does not see."""
_WHOLE_SHARE: Final = 0.9
"""A fact that quotes a whole sentence does not show that each word of it was understood."""


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """Words of a passage that no fact quotes, with what they look like."""

    start: int
    end: int
    kind: str
    text: str


def find_unread(extraction: Extraction) -> tuple[Unread, ...]:
    """Return the telling words of a document that no fact quotes, in the order of the text."""
    return tuple(
        sorted(
            unread
            for passage in extraction.passages
            if passage.kind in {"value", "sentence"}
            for unread in _unread_in(extraction, passage)
        )
    )


def _unread_in(extraction: Extraction, passage: Passage) -> Iterator[Unread]:
    text = extraction.document.text[passage.start : passage.end]
    taken = bytearray(len(text))
    for fact in extraction.facts:
        start, end = fact.start - passage.start, fact.end - passage.start
        is_whole = end - start >= _WHOLE_SHARE * len(text) and passage.kind == "sentence"
        if start < len(text) and end > 0 and not is_whole:
            start, end = max(start, 0), min(end, len(text))
            taken[start:end] = b"\x01" * (end - start)
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]) or (kind == "name" and _opens_sentence(text, start)):
                continue
            taken[start:end] = b"\x01" * (end - start)
            words = text[start:end]
            yield Unread(passage.start + start, passage.start + end, kind, words)


def _opens_sentence(text: str, start: int) -> bool:
    """One capitalised word at the start of a sentence need not be a name."""
    return start == 0 and not text.partition(" ")[2][:1].isupper()
