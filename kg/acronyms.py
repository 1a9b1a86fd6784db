"""Find where a text says what an acronym stands for, and judge whether letters spell a name."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import re2

from kg.fold import fold
from kg.places import state_by_code
from kg.places.gazetteer import codes

_WORD = re2.compile(r"[\p{L}\p{N}]+(?:['.][\p{L}\p{N}]+)*|&")
_SMALL: Final = frozenset("& a an and at by de for in of on or the to with".split())
_BRACKETED = re2.compile(r" ?\(([A-Z][A-Za-z&.]{1,11})\)")
_WITH_NAME = re2.compile(r"\b([A-Z][A-Za-z&]{1,11}) \(([A-Z][^()\n]{4,120})\)")
_WORDS_BEFORE = re2.compile(r"[\p{L}\p{N}&'./+-]+")
_REACH: Final = 160
"""Characters before a parenthesis among which the name must begin."""
_MOST_WORDS: Final = 12


@dataclass(frozen=True, slots=True, order=True)
class Acronym:
    """Words of a text that give a name and, in parentheses, its acronym; or the reverse."""

    start: int
    end: int
    letters: str
    name: str
    is_spelt: bool
    """Whether the letters are the initials; else a known name stands before them, no more."""


def spells(letters: str, name: str) -> bool:
    """Say whether letters are the initials of a name.

    Small words may be left out, inner capitals count, and a state may give its postal code.

    >>> spells("AHCPII", "Arkansas Health Care Payment Improvement Initiative")
    True
    >>> spells("BCBSMA", "Blue Cross and Blue Shield of Massachusetts")
    True
    >>> spells("MA", "Tufts Health Plan"), spells("BCM", "Blue Care of Ohio")
    (False, False)
    """
    wanted = "".join(character for character in letters if character.isalpha()).upper()
    reached = {0}
    for word in _WORD.findall(name):
        ends = {at + len(p) for p in _initials(word) for at in reached if wanted.startswith(p, at)}
        reached = ends | reached if word.lower() in _SMALL else ends
    return len(wanted) > 1 and len(wanted) in reached


def _initials(word: str) -> tuple[str, ...]:
    """Return what one word may give to an acronym."""
    capitals = "".join(character for character in word if character.isupper())
    code = _codes_of_states().get(word.lower(), "")
    return tuple({word[0].upper(), capitals, code} - {""})


@cache
def _codes_of_states() -> dict[str, str]:
    found = ((state_by_code(code), code) for code in codes())
    return {place.name.lower(): code for place, code in found if place is not None}


def is_state_code(letters: str) -> bool:
    """Say whether letters are a state's postal code, which tells where, not what.

    >>> is_state_code("MA"), is_state_code("MVP")
    (True, False)
    """
    return letters in codes()


def find_acronyms(text: str, known: Collection[str] = ()) -> Iterator[Acronym]:
    """Yield the acronyms that a text explains; a known name needs only the letters in order.

    >>> [(a.letters, a.name) for a in find_acronyms("In 2013 Geisinger Health Plan (GHP) grew.")]
    [('GHP', 'Geisinger Health Plan')]
    >>> list(find_acronyms("Members of the plan (GHP) grew."))
    []
    """
    if "(" not in text:
        return
    folded = fold(text)
    for match in _BRACKETED.finditer(folded.text):
        letters = match.group(1)
        found = _name_before(folded.text, match.start(), letters, known)
        if found:
            start, is_spelt = found
            name = folded.text[start : match.start()]
            yield Acronym(*folded.source_span(start, match.end()), letters, name, is_spelt)
    for match in _WITH_NAME.finditer(folded.text):
        letters, name = match.groups()
        if _is_acronym(letters) and spells(letters, name):
            yield Acronym(*folded.source_span(*match.span()), letters, name, is_spelt=True)


def _is_acronym(letters: str) -> bool:
    return sum(character.isupper() for character in letters) > 1


def _name_before(
    text: str, end: int, letters: str, known: Collection[str]
) -> tuple[int, bool] | None:
    """Return where the shortest name begins that ends at an offset and has these initials."""
    if not _is_acronym(letters):
        return None
    begin = max(text.rfind("\n", 0, end) + 1, end - _REACH)
    starts = [begin + m.start() for m in _WORDS_BEFORE.finditer(text[begin:end])]
    for start in starts[: -_MOST_WORDS - 1 : -1]:
        name = text[start:end]
        if not name[0].isupper():
            continue
        if spells(letters, name):
            return start, True
        if name in known and _stand_in_order(letters.lower(), name.lower()):
            return start, False
    return None


def _stand_in_order(letters: str, name: str) -> bool:
    """Say whether a name begins with the first letter and has the others after it, in order.

    >>> _stand_in_order("uhc", "unitedhealthcare"), _stand_in_order("aco", "aetna")
    (True, False)
    """
    rest = iter(name)
    return name[:1] == letters[:1] and all(c in rest for c in letters if c.isalpha())
