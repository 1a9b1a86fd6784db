"""Cut a folded text into its title, field labels, values, sentences and page furniture.

A description is a title, then fields: a label on a line of its own, its values on the next lines,
or prose. Pages lose labels, leave fields empty or put prose where a value should be, so what a line
is depends on the line as well as on the label above it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import re2

from kg.fold import Folded
from kg.records import PassageKind


class FieldKind(NamedTuple):
    """A field of a description: what it is called and whether it holds values or prose."""

    name: str
    is_prose: bool


_FIELDS: Final = {
    "program location": FieldKind("location", False),
    "location": FieldKind("location", False),
    "number of practices": FieldKind("practices", False),
    "payer type": FieldKind("payer type", False),
    "payer types": FieldKind("payer type", False),
    "payer": FieldKind("payers", False),
    "payers": FieldKind("payers", False),
    "partner organization": FieldKind("partners", False),
    "partner organizations": FieldKind("partners", False),
    "accreditation": FieldKind("accreditation", False),
    "accreditation/recognition": FieldKind("accreditation", False),
    "parent program": FieldKind("parent", False),
    "description": FieldKind("description", True),
    "payment model": FieldKind("payment", True),
    # Two headings that stand above nothing of their own: what follows them is description.
    "reported outcomes": FieldKind("description", True),
    "related news & resources": FieldKind("description", True),
    "fewer ed / hospital visits": FieldKind("outcomes", True),
    "cost savings": FieldKind("outcomes", True),
    "improved health": FieldKind("outcomes", True),
    "increased preventive services": FieldKind("outcomes", True),
    "other outcomes": FieldKind("outcomes", True),
    "improved patient/clinician satisfaction": FieldKind("outcomes", True),
}
"""The labels of the directory's pages, folded, with the field that each one opens."""
_BARE_HEADINGS: Final = frozenset({"reported outcomes", "related news & resources"})
_FURNITURE = re2.compile(r"(?i)^(go to top|back to top|print this page|share this page)$")
_BANNER = re2.compile(r"(?i)^(you are (looking at|viewing) an archived|this is an archived)")
_UPDATED = re2.compile(r"(?i)^last (updated|modified|reviewed):? .{4,40}$")
_BULLET = re2.compile(r"^(?:[•◦▪*·o-]|\(?[0-9]{1,2}[.)]|[a-z][.)]) +")
_UNKNOWN_LABEL = re2.compile(r"^[A-Z][\w&/,' -]{1,48}:$")
_SENTENCE_END = re2.compile(r"""[.!?]["')\]]*(?: +|$)|[a-z)]\.["')]*(?:[A-Z][a-z])""")
_ABBREVIATIONS: Final = frozenset(
    """dr mr mrs ms prof st ft mt jr sr inc corp co ltd no nos vs etc e.g i.e u.s u.s.a m.d d.o r.n
    ph.d dept univ hosp assn approx jan feb mar apr jun jul aug sep sept oct nov dec fig""".split()
)
_VALUE_LIMIT: Final = 110
"""Longest line, in characters, that can still be a value and not prose."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the folded text with the part that it plays."""

    kind: PassageKind
    field: str
    """Name of the field that it belongs to; empty for the title."""
    label: str
    """The label that it stands under, as written, without its colon."""
    start: int
    end: int


def read_blocks(folded: Folded) -> tuple[Block, ...]:
    r"""Return the blocks of a text in order.

    >>> from kg.fold import fold
    >>> page = "Blue KC medical home\n\nPayers:\nBlue KC\nDescription:\n\nIt began. Dr. Ito led it."
    >>> [(b.field, page[b.start:b.end]) for b in read_blocks(fold(page)) if b.kind == "sentence"]
    [('description', 'It began.'), ('description', 'Dr. Ito led it.')]
    """
    return tuple(_Reader(folded.text).blocks())


@dataclass(slots=True)
class _Reader:
    """The state of reading: the field that is open."""

    text: str
    field: str = ""
    label: str = ""
    is_prose: bool = True
    titled: bool = False

    def blocks(self) -> Iterator[Block]:
        for start, end in _lines(self.text):
            yield from self._read_line(start, end)

    def _read_line(self, start: int, end: int) -> Iterator[Block]:
        line = self.text[start:end]
        if _FURNITURE.match(line) or (not self.titled and _BANNER.match(line)):
            yield Block("boilerplate", "", "", start, end)
        elif _UPDATED.match(line):
            self.field, self.label, self.is_prose = "updated", "", True
            yield Block("value", "updated", "Last updated", start, end)
        elif known := _known_label(line):
            yield from self._open(start, end, *known)
        elif not self.titled and not self.field:
            yield from self._read_first(start, end)
        elif _UNKNOWN_LABEL.match(line) and not self._is_heading_in_prose(end):
            self.titled, self.field, self.is_prose = True, "other", True
            self.label = line.rstrip(":")
            yield Block("label", "other", self.label, start, end)
        elif self.is_prose or _looks_like_prose(line):
            if not self.is_prose:
                self.field, self.label, self.is_prose = "description", "", True
            yield from self._sentences(start, end)
        else:
            bullet = _BULLET.match(line)
            yield Block("value", self.field, self.label, start + _length(bullet), end)

    def _open(
        self, start: int, end: int, label: str, kind: FieldKind, value: int
    ) -> Iterator[Block]:
        """Open a field; a value may follow its label on the same line, at offset `value`."""
        self.titled, self.field, self.is_prose, self.label = True, kind.name, kind.is_prose, label
        if not value:
            yield Block("label", self.field, label, start, end)
            return
        colon = start + self.text[start:end].index(":") + 1
        yield Block("label", self.field, label, start, colon)
        if self.is_prose:
            yield from self._sentences(start + value, end)
        else:
            yield Block("value", self.field, label, start + value, end)

    def _read_first(self, start: int, end: int) -> Iterator[Block]:
        """The first line is the title unless it is prose already."""
        self.titled = True
        if _looks_like_prose(self.text[start:end]):
            self.field = "description"
            yield from self._sentences(start, end)
        else:
            yield Block("title", "", "", start, end)
            self.field, self.is_prose = "description", True

    def _is_heading_in_prose(self, end: int) -> bool:
        """A heading within prose is followed by prose on the next line, not by a value."""
        return self.field in {"outcomes", "payment"} and self.is_prose and end > 0

    def _sentences(self, start: int, end: int) -> Iterator[Block]:
        start += _length(_BULLET.match(self.text[start:end]))
        for first, last in split_sentences(self.text, start, end):
            yield Block("sentence", self.field, self.label, first, last)


def _length(match: "re2._Match[str] | None") -> int:
    return match.end() if match else 0


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the lines that hold something, without blanks around them."""
    start = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            first = start + line.index(stripped[0])
            yield first, first + len(stripped)
        start += len(line) + 1


def known_labels() -> Iterable[str]:
    """Return the labels of the directory's pages, in lower case."""
    return _FIELDS.keys()


def _known_label(line: str) -> tuple[str, FieldKind, int] | None:
    """Return label, field and offset of a value on the same line (0 for none)."""
    label, colon, value = line.partition(":")
    kind = _FIELDS.get(label.strip().lower())
    if kind is None or (not colon and label.strip().lower() not in _BARE_HEADINGS):
        return None
    offset = len(line) - len(value.lstrip()) if value.strip() else 0
    return label.strip(), kind, offset


def _looks_like_prose(line: str) -> bool:
    """A long line, or one that ends like a sentence and goes on in lower case like one."""
    if len(line) > _VALUE_LIMIT:
        return True
    words = line.split(" ")
    is_sentence = len(words) >= 4 and sum(word.islower() for word in words) >= len(words) / 2
    return line.endswith((".", "!", "?")) and (is_sentence or len(words) >= 7)


def split_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of a line.

    >>> line = "Dr. Ito of St. Mary's Inc. pays $2.50 PMPM. It began.Then U.S. plans came."
    >>> [line[a:b] for a, b in split_sentences(line, 0, len(line))]
    ["Dr. Ito of St. Mary's Inc. pays $2.50 PMPM.", 'It began.', 'Then U.S. plans came.']
    """
    begin = seen = start
    has_word = False
    for match in _SENTENCE_END.finditer(text[start:end]):
        mark = start + match.start()
        if text[mark] not in ".!?":
            mark += 1  # the letter before a full stop that no space follows
        last = mark + 1
        while last < end and text[last] in "\"')]":
            last += 1
        has_word = has_word or any(map(str.isalnum, text[seen:mark]))
        seen = mark
        if last >= end or not has_word or not _ends_sentence(text, begin, mark, last, end):
            continue
        yield begin, last
        begin, has_word = last + (text[last] == " "), False
    if begin < end:
        yield begin, end


def _ends_sentence(text: str, begin: int, mark: int, last: int, end: int) -> bool:
    """Tell a full stop from the point of an abbreviation or an initial."""
    following = text[last : min(end, last + 16)].lstrip(" \"'([")[:1]
    if following.islower():
        return False
    if text[mark] != ".":
        return True
    word = text[max(begin, mark - 60) : mark].rsplit(" ", 1)[-1].lstrip("(\"'").lower()
    if "." in word or word in {"inc", "co", "corp", "ltd", "etc"}:  # U.S., M.D., R.I.
        return text[last : last + 1] == " " and _starts_anew(text[last + 1 : min(end, last + 12)])
    return not (word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()))


def _starts_anew(rest: str) -> bool:
    """After an abbreviation that may end a sentence, a pronoun or article begins a new one."""
    return rest.split(" ", 1)[0] in {"The", "It", "This", "These", "In", "A", "An", "Under", "As"}
