"""Find stated quantities: a number, however written, with its qualifier."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import re2

_UNITS: Final = {
    word: value
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen""".split()
    )
}
_TENS: Final = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALES: Final = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "k": 1_000,
    "m": 1_000_000,
}
_WORD = "|".join([*_UNITS, *_TENS, "hundred", "thousand", "million"])
_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+(?:\.[0-9]+)?"
_NUMBER = re2.compile(
    rf"(?i)\b(?:(?P<digits>{_DIGITS})(?: ?(?P<scale>thousand|million|k|m))?"
    rf"|(?P<words>(?:{_WORD})(?:(?:-| and | )(?:{_WORD}))*))\b"
)
_NOT_BEFORE: Final = frozenset("$€£#/-.:+,")
_NOT_AFTER: Final = frozenset("%°/:²³¹")
_LIMIT: Final = 10**12
_DIGITS_LIMIT: Final = 15
"""Longer runs of digits are codes; a double holds fifteen exactly."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A whole number at a span; years, money, percentages and codes are none."""

    value: int
    start: int
    end: int


def find_quantities(text: str) -> Iterator[Quantity]:
    """Yield the quantities of a folded text.

    >>> [q.value for q in find_quantities("some 168,000 members, 1.18 million, thirteen sites")]
    [168000, 1180000, 13]
    >>> list(find_quantities("in 2012, $3.5 million, 43 percent, 133%, Level 3, ages 19-64"))
    []
    """
    return iter(_quantities(text))


@lru_cache(maxsize=32)
def _quantities(text: str) -> tuple[Quantity, ...]:
    return tuple(_find(text))


def _find(text: str) -> Iterator[Quantity]:
    phones = [match.span() for match in _PHONE.finditer(text)]
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if any(first <= start < last for first, last in phones):
            continue
        value = _value_of(*match.groups())
        if value is None or value > _LIMIT or _is_something_else(text, start, end, value):
            continue
        yield Quantity(value, start, end)


_RANGE_WORDS = re2.compile(
    r"(?i)(?:\bbetween ([0-9][0-9,]*) and |\b([0-9][0-9,]*) ?(?:to|-) ?)([0-9][0-9,]*)\b"
)


@dataclass(frozen=True, slots=True)
class Range:
    """Two numbers between which a quantity lies, at a span."""

    low: int
    high: int
    start: int
    end: int


def find_ranges(text: str) -> Iterator[Range]:
    """Yield the ranges of a folded text that are written in digits; years are none.

    >>> text = "between 45 and 60 sites, 1,000-1,200 beds, 2012-2015"
    >>> [(found.low, found.high) for found in find_ranges(text)]
    [(45, 60), (1000, 1200)]
    """
    for match in _RANGE_WORDS.finditer(text):
        words = [word.replace(",", "") for word in match.groups() if word]
        if max(map(len, words)) > _DIGITS_LIMIT:
            continue
        low, high = map(int, words)
        before = text[max(0, match.start() - 2) : match.start()]
        years = 1900 <= low <= 2100 and 1900 <= high <= 2100
        if low < high <= _LIMIT and not years and "$" not in before and "-" not in before:
            yield Range(low, high, *match.span())


def _value_of(digits: str | None, scale: str | None, words: str | None) -> int | None:
    if words is not None:
        return _read_words(words.lower())
    if digits is None or len(digits) > _DIGITS_LIMIT:
        return None
    number = float(digits.replace(",", "").replace(" ", ""))
    total = number * _SCALES[scale.lower()] if scale else number
    return round(total) if abs(total - round(total)) < 1e-6 else None


def _read_words(words: str) -> int | None:
    """Read number words; a lone "one" is more often a pronoun than a count.

    >>> _read_words("two thousand five hundred"), _read_words("twenty-one"), _read_words("one")
    (2500, 21, None)
    """
    tokens = [t for t in words.replace("-", " ").split() if t != "and"]
    if tokens == ["one"] or tokens[0] in _SCALES:
        return None
    total = group = 0
    for token in tokens:
        if token in _UNITS:
            group += _UNITS[token]
        elif token in _TENS:
            group += _TENS[token]
        elif token == "hundred":
            group *= 100
        else:
            total += group * _SCALES[token]
            group = 0
    return total + group


_RANGE = re2.compile(r"(?i)(?:between [0-9,]+ and|[0-9][0-9,]* ?to) $")
"""A range is no number: 45 to 60 is neither 45 nor 60 nor 52.5."""
_OTHER_UNITS = re2.compile(r"(?i)^ ?(?:percent|per cent|st|nd|rd|th|am|pm|a\.m|p\.m)\b")
_NAMED = re2.compile(
    r"(?i)(?:level|section|part|phase|track|wave|stage|tier|title|chapter|figure|table|page|act|year"
    r"|age|ages|aged|top|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|fiscal|suite|box|no\.|number|npi|id|tin|zip|code|phone|call) $"
)
_YEAR_BEFORE = re2.compile(
    r"(?i)(?:\b(?:in|since|by|until|through|during|from|of|for|early|late|mid|and|to"
    r"|spring|summer|fall|autumn|winter|[a-z]{3,9} [0-9]{1,2},|january,?|february,?|march,?"
    r"|april,?|may,?|june,?|july,?|august,?|september,?|october,?|november,?|december,?)|\() ?$"
)


_TO_NUMBER = re2.compile(r"(?i)^ ?to [0-9]")


_ZIP = re2.compile(r", [A-Z]{2} $")
_PHONE = re2.compile(r"\b[0-9]{3}[ .-][0-9]{3}[ .-][0-9]{4}\b")
_LONGEST_PLAIN: Final = 7
"""Digits of a number that nobody would write without commas: an identifier."""


def _is_code(words: str, before: str) -> bool:
    """Tell identifiers and postal codes from quantities."""
    if not words.isdigit():
        return False
    is_padded = words.startswith("0") and len(words) > 1
    is_zip = len(words) == 5 and bool(_ZIP.search(before))
    return is_padded or is_zip or len(words) > _LONGEST_PLAIN


def _is_something_else(text: str, start: int, end: int, value: int) -> bool:
    """Tell money, percentages, ordinals, dates, years, ranges and codes from quantities."""
    before, after = text[max(0, start - 20) : start], text[end : end + 12]
    if before[-1:] in _NOT_BEFORE or after[:1] in _NOT_AFTER or _OTHER_UNITS.match(after):
        return True
    if _TO_NUMBER.match(after) or _is_code(text[start:end], before):
        return True
    if before.endswith("$ ") or _NAMED.search(before):
        return True
    if (after[:1] == "-" and after[1:2].isdigit()) or _RANGE.search(before):
        return True
    is_year = end - start == 4 and text[start:end].isdigit() and 1900 <= value <= 2100
    return is_year and (bool(_YEAR_BEFORE.search(before)) or after[:1] in ",.);" or not after)
