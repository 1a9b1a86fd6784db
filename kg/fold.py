r"""Fold a text into one plain form for matching, keeping where each character came from.

The folded text differs from the source in what does not matter to meaning: runs of blanks
(no-break spaces among them) are one space, line ends are `\n`, quotation marks and dashes are
straight, full-width forms, ligatures and decomposed letters are composed (NFKC), and characters
that cannot be seen are gone. Rules match the folded text; quotations come from the source.
"""

import unicodedata
from array import array
from dataclasses import dataclass
from typing import Final

import re2

_PLAIN = re2.compile(r"[!-~]+(?: [!-~]+)*\n?")
"""Runs that fold to themselves: ASCII words with single spaces between them."""
_BLANK: Final = frozenset(
    " \t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
)
_UNSEEN: Final = frozenset(
    "\xad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2066\u2067\u2068\u2069\ufe0f"
)
_BREAKS: Final = frozenset("\n\r\x0b\x0c\x85\u2028\u2029")
_SAME: Final = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bb\u02bc\u0060\u00b4\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text with, for each of its characters, the span of the source it stands for."""

    text: str
    lower: str
    """The same in lower case, of the same length."""
    starts: "array[int]"
    ends: "array[int]"

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        r"""Return the source's span of a non-empty folded span.

        >>> source = "Valley\xa0Preferred\xa0\xa0are"
        >>> start, end = fold(source).source_span(7, 20)
        >>> source[start:end]
        'Preferred\xa0\xa0are'
        """
        return self.starts[start], self.ends[end - 1]


def fold(source: str) -> Folded:
    r"""Return the folded form of a text.

    >>> fold("acollaborative  “triple\xa0aim”of\r\nhealth ").text
    'acollaborative "triple aim"of\nhealth'
    """
    builder = _Builder()
    position = 0
    for match in _PLAIN.finditer(source):
        start, end = match.span()
        if end < len(source) and unicodedata.combining(source[end]):
            end -= 1  # the last letter belongs to the mark that follows it
        if start < end:
            _fold_odd(source, position, start, builder)
            builder.add_plain(source[start:end], start)
            position = end
    _fold_odd(source, position, len(source), builder)
    return builder.finish()


class _Builder:
    """Collects folded characters; blanks wait until something that can be seen follows."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.starts: array[int] = array("L")
        self.ends: array[int] = array("L")
        self.blank: tuple[int, int] | None = None
        self.at_line_start = True

    def add_plain(self, text: str, start: int) -> None:
        self._settle_blank()
        self.pieces.append(text)
        self.starts.extend(range(start, start + len(text)))
        self.ends.extend(range(start + 1, start + len(text) + 1))
        self.at_line_start = text.endswith("\n")

    def add(self, text: str, start: int, end: int) -> None:
        self._settle_blank()
        for character in text:
            self.pieces.append(character)
            self.starts.append(start)
            self.ends.append(end)
        self.at_line_start = False

    def add_blank(self, start: int, end: int) -> None:
        self.blank = (self.blank[0] if self.blank else start, end)

    def add_break(self, start: int, end: int) -> None:
        self.blank = None
        self.pieces.append("\n")
        self.starts.append(start)
        self.ends.append(end)
        self.at_line_start = True

    def _settle_blank(self) -> None:
        if self.blank and not self.at_line_start:
            self.pieces.append(" ")
            self.starts.append(self.blank[0])
            self.ends.append(self.blank[1])
        self.blank = None

    def finish(self) -> Folded:
        text = "".join(self.pieces)
        lower = text.lower()
        if len(lower) != len(text):  # a few capitals, such as U+0130, grow when lowered
            lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        return Folded(text, lower, self.starts, self.ends)


def _fold_odd(source: str, start: int, end: int, builder: _Builder) -> None:
    """Fold a stretch that is not plain, one cluster (letter with its marks) at a time."""
    position = start
    while position < end:
        after = position + 1
        if source[position] in _SPOILT_BY:
            mended, after = _mend(source, position, end)
            if mended:
                builder.add(_fold_cluster(mended), position, after)
                position = after
                continue
            after = position + 1
        character = source[position]
        if character in _BREAKS:
            if character == "\r" and after < end and source[after] == "\n":
                after += 1
            builder.add_break(position, after)
        elif character in _BLANK:
            builder.add_blank(position, after)
        elif character not in _UNSEEN:
            while after < end and unicodedata.combining(source[after]):
                after += 1
            builder.add(_fold_cluster(source[position:after]), position, after)
        position = after


_SPOILT_BY: Final = frozenset("âÂÃ")
"""What UTF-8 read as Windows-1252 begins with: “â€™” is a spoilt apostrophe."""
_SPOILT_LENGTH: Final = 4


def _mend(source: str, start: int, end: int) -> tuple[str, int]:
    """Return the one character that a stretch of mojibake stands for, and where it ends."""
    from ftfy import fix_encoding  # heavy, and seldom needed

    for length in range(2, _SPOILT_LENGTH + 1):
        spoilt = source[start : min(start + length, end)]
        mended = fix_encoding(spoilt)
        if len(spoilt) == length and mended != spoilt and len(mended) == 1:
            return mended, start + length
    return "", start + 1


def _fold_cluster(cluster: str) -> str:
    if cluster in _SAME:
        return _SAME[cluster]
    if unicodedata.category(cluster[0]) in {"No", "Sk"}:
        return cluster  # NFKC would read the exponent of 10³ as a digit of 103
    folded = unicodedata.normalize("NFKC", cluster)
    return "".join(_SAME.get(c, " " if c.isspace() else c) for c in folded)
