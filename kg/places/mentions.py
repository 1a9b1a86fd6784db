"""Mentions to find the states that prose names, and to leave alone what only looks like one."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

import re2

from kg.places import gazetteer, lookup

_GAP: Final = r"[\s\x{00A0}\x{202F}]+"
_NEAR: Final = 60
"""Characters before and after a name that decide what it is; more would not change it."""

_REMEMBERED: Final = 4096
"""Surroundings whose judgement is kept: names repeat, above all in text made to slow us down."""

_PART_OF_NAME: Final = re2.compile(
    rf"^{_GAP}(?:City|County|Parish|Beach|Springs|Heights|Falls|Rapids|River|Valley|Avenue|Ave\.|"
    r"Street|St\.|Road|Boulevard|Times|Post|Presbyterian|Giants|Yankees|Water Gap|Park|Jones|"
    rf"Nightingale)\b|^(?:{_GAP}[A-Z][\w.&’'-]*){{0,3}}{_GAP}(?:University|College|Univ\.)|"
    r"^[-‐–]Presbyterian"
)
"""Words after a state's name that make it the name of something else: "Kansas City"."""
_OTHER_THING: Final = re2.compile(
    rf"\b(?:Lake|Port|Fort|Ft\.|Mount|Mt\.|Universit(?:y|ies) of|College of|(?:George|Booker T\.)|"
    rf"Gulf of|Little|Street of)(?: the)?{_GAP}$"
)
"""Words before a state's name that make it the name of something else: "Lake Michigan"."""
_FIRST_NAMES: Final = frozenset({"VA", "GA"})
_AFTER_FIRST_NAME: Final = re2.compile(rf"^{_GAP}([A-Z][a-z]+)")
_STATE_BUSINESS: Final = frozenset(
    "Academy Association Blue Board Care Center Chamber Chapter Collaborative Community Department "
    "Employers Family General Governor Health Healthcare Hospital Hospitals Legislature Medicaid "
    "Medical Medicare Medicine Office Partnership Physicians Premier Primary Quality Rural State "
    "Statewide".split()
)
"""What follows "Virginia" where it is the state; other capitalized words make it a person."""
_CITY_OF: Final = re2.compile(
    rf"^,{_GAP}(?:([A-Z]{{2}})\b|((?:(?:New|North|South|West|Rhode){_GAP})?[A-Z][a-z]+)\b)"
)
_CODE: Final = re2.compile(
    rf"(?:[\p{{Ll}}.)]|\p{{Lu}}{{3}}),{_GAP}([A-Z]{{2}})\b|Washington,?{_GAP}(D\.{_GAP}?C\.|D\.C\.)"
)
_DISTRICT: Final = re2.compile(rf"^,?{_GAP}D\.?(?:{_GAP})?C\b")
_WORD: Final = r"(?:\p{Lu}[\p{L}\p{M}\w.’'‘-]*|of|the|du|de|la)"
_NAME_BEFORE: Final = re2.compile(rf"({_WORD}(?:[ \x{{00A0}}]+{_WORD})*)$")
_DEGREES: Final = frozenset({"DC", "MA", "MD", "MS", "ND", "PA"})
"""Codes that are titles after a person's name as well: the whole name before must be a place."""
_LEADING: Final = frozenset({"At", "From", "In", "Near", "Of", "The", "To", "of", "the"})
_JOINS: Final = re2.compile(rf"^(?:,?{_GAP}(?:and|or|&){_GAP}|,{_GAP}|[/‐–-]|{_GAP}&{_GAP})$")
_STATE_WORD: Final = re2.compile(rf"^{_GAP}[Ss]tate\b")
_STATE_OF: Final = re2.compile(
    rf"(?:[Ss]tate of|[Ee]astern|[Ww]estern|[Cc]entral|[Nn]orthern|[Ss]outhern){_GAP}$"
)


@dataclass(frozen=True, slots=True)
class StateMention:
    """The code of a state and where the text names it, in code points from 0."""

    code: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    code: str
    start: int
    end: int
    certain: bool


def find_states(text: str) -> tuple[StateMention, ...]:
    """Return the states that a text names, in order; cities, people and schools are not states.

    A code counts only after a comma and a place of that state, so that the titles of "Ann Lee, MD"
    do not. "Washington" counts where the text tells it from the city and the person.

    >>> [m.code for m in find_states("From West Virginia to Kansas City, KS, with Ann Lee, MD")]
    ['WV', 'KS']
    """
    # A lone surrogate is no character and cannot be encoded; its substitute keeps the offsets.
    text = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    found = sorted([*_names(text), *_codes(text)], key=lambda c: c.start)
    found = [c for i, c in enumerate(found) if c.certain or _in_company(text, found, i)]
    return tuple(StateMention(c.code, c.start, c.end) for c in found)


@cache
def _name_pattern() -> tuple[Any, dict[str, str]]:
    codes = {"".join(name.upper().split()): code for name, code in gazetteer.state_names()}
    spellings = [
        re2.escape(form).replace(r"\ ", _GAP)
        for name, _ in gazetteer.state_names()
        for form in (name, name.upper())
    ]
    return re2.compile(rf"\b(?:{'|'.join(spellings)})(?:\b|$)"), codes


def _names(text: str) -> Iterator[_Candidate]:
    pattern, codes = _name_pattern()
    for hit in pattern.finditer(text):
        start, end = hit.span()
        code = codes["".join(hit.group().upper().split())]
        before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
        if _is_word_part(before, after) or _is_other(code, hit.group(), before, after):
            continue
        certain = code != "WA" or _is_washington_state(before, after)
        yield _Candidate(code, start, end, certain)


def _is_word_part(before: str, after: str) -> bool:
    """Say whether letters that the engine's word boundary does not know touch the name."""
    return before[-1:].isalnum() or after[:1].isalnum()


@lru_cache(_REMEMBERED)
def _is_other(code: str, name: str, before: str, after: str) -> bool:
    if _PART_OF_NAME.search(after) or _OTHER_THING.search(before):
        return True
    if code == "WA" and _DISTRICT.match(after):
        return True
    if code in _FIRST_NAMES and (person := _AFTER_FIRST_NAME.match(after)):
        return person.group(1) not in _STATE_BUSINESS
    return _is_city(code, name, before, after)


def _is_city(code: str, name: str, before: str, after: str) -> bool:
    """Say whether a state's name is that of a city: "Delaware, OH", "Indiana, Pennsylvania"."""
    follows = _CITY_OF.match(after)
    if follows is None:
        return False
    spelled = "".join((follows.group(1) or follows.group(2)).split()).casefold()
    other = gazetteer.state_spellings().get(spelled)
    if other is None:
        return False
    if follows.group(1):
        return True
    rest = after[follows.end() :]
    listed = before.rstrip().endswith((",", "and")) or rest.lstrip().startswith((",", "and "))
    city = gazetteer.cities(other).get(gazetteer.fold(name))
    return city is not None and city.common and (not listed or other == code)


@lru_cache(_REMEMBERED)
def _is_washington_state(before: str, after: str) -> bool:
    if _STATE_WORD.match(after) or _STATE_OF.search(before):
        return True
    return before.rstrip().endswith(",") and _follows_place(before.rstrip()[:-1], "WA")


def _in_company(text: str, found: list[_Candidate], index: int) -> bool:
    """Say whether a doubtful name stands in a list with a certain one: "Oregon and Washington"."""
    here = found[index]
    for other in found[max(0, index - 1) : index + 2]:
        first, second = sorted((here, other), key=lambda c: c.start)
        between = text[first.end : second.start]
        if other.certain and len(between) <= 10 and _JOINS.match(between):
            return True
    return False


def _codes(text: str) -> Iterator[_Candidate]:
    for hit in _CODE.finditer(text):
        group = 1 if hit.group(1) else 2
        code = hit.group(1) or "DC"
        start, end = hit.span(group)
        if gazetteer.state_by_code(code) is None or text[end : end + 1].isalnum():
            continue
        before = text[max(0, start - _NEAR) : start].rstrip().removesuffix(",")
        if _follows_place(before, code):
            yield _Candidate(code, start, end, certain=True)


@lru_cache(_REMEMBERED)
def _follows_place(before: str, code: str) -> bool:
    """Say whether the capitalized words right before a code name a place of that state."""
    run = _NAME_BEFORE.search(before.rsplit("\n", maxsplit=1)[-1])
    if run is None:
        return False
    words = run.group(1).split()
    while words and words[0] in _LEADING:
        words.pop(0)
    starts = range(1 if code in _DEGREES else len(words))
    for start in starts:
        name = " ".join(words[start:])
        if name and lookup.exact(name, code):
            return True
    return code not in _DEGREES and lookup.match(" ".join(words), code) is not None
