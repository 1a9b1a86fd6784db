"""Reduce the name of an organization to the normal form under which spellings are one."""

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import re2

from kg.acronyms import is_state_code, spells
from kg.fold import fold
from kg.iris import slug

_LEGAL_FORM = re2.compile(
    r"(?i)(?:,? +(?:inc|incorporated|llc|corp|corporation|co|ltd|limited|llp|lp|pllc|plc|pc)\.?)+$"
)
_ARTICLE = re2.compile(r"(?i)^the +")
_MARKS: Final = dict.fromkeys(map(ord, "®™©℠*†‡"))
_CARRIED = re2.compile(r" *\(([A-Z][A-Za-z&.]{1,11})\)")
_INITIALS = re2.compile(r"\b(?:[A-Za-z]\.){2,}")
_DOTTED_FORM = re2.compile(r"(?i),? +p\.a\.?$")
"""Without dots PA is Pennsylvania."""
_SHORTENED = re2.compile(r"(?i)\b(hosp|ctr|assn|dept|univ|natl|intl)\.")
_LONG: Final = {
    "hosp": "hospital",
    "ctr": "center",
    "assn": "association",
    "dept": "department",
    "univ": "university",
    "natl": "national",
    "intl": "international",
}
"""Abbreviations that can mean one word only, if a full stop follows them."""
_BEFORE_A_NAME: Final = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_BLUE_CROSS: Final = ("blue", "cross")
_BLUE_SHIELD: Final = ("blue", "shield")
_COMPOUNDS: Final = {
    "bluecross": _BLUE_CROSS,
    "blueshield": _BLUE_SHIELD,
    "bluecrossblueshield": (*_BLUE_CROSS, *_BLUE_SHIELD),
    "bcbs": (*_BLUE_CROSS, *_BLUE_SHIELD),
}
_PLAIN_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_TOKEN = re2.compile(r"[\p{L}\p{N}]+")


@lru_cache(maxsize=1 << 16)
def organization_key(name: str) -> str:
    """Return the slug that all spellings of one name share; never merges different words.

    Case, punctuation, hyphens, a leading article, a trailing legal form and an acronym that the
    name carries do not make a difference; nor does how common words are shortened ("&", "St.",
    "BCBS"). Any other word does ("of Minnesota", "North").

    >>> organization_key("The Polyclinic, Inc.") == organization_key("Polyclinic")
    True
    >>> organization_key("BlueCross BlueShield of Ohio")
    'blue-cross-blue-shield-of-ohio'
    >>> organization_key("St. Mary's Hosp. (SMH)")
    'saint-marys-hospital'
    >>> organization_key("Blue Cross of Minnesota") == organization_key("Blue Cross of Michigan")
    False
    """
    words = _without_frame(split_acronym(name)[0])
    tokens = tuple(_common_words(_tokens(words)))
    return slug(" ".join(tokens) if tokens else name)


def is_name(words: str) -> bool:
    """Say whether words can name anybody: punctuation alone is nobody.

    >>> is_name("C++"), is_name("---"), is_name("\N{BULLET}")
    (True, False, False)
    """
    return any(character.isalnum() for character in words)


def split_acronym(name: str) -> tuple[str, str | None]:
    """Return a name without the acronym that it carries, and the acronym.

    >>> split_acronym("Geisinger Health Plan (GHP)")
    ('Geisinger Health Plan', 'GHP')
    >>> split_acronym("Tufts Health Plan (MA)")
    ('Tufts Health Plan (MA)', None)
    """
    plain = fold(name.translate(_MARKS)).text.strip()
    for match in _CARRIED.finditer(plain):
        before, letters = plain[: match.start()], match.group(1)
        if spells(letters, before) and not is_state_code(letters):
            return before + plain[match.end() :], letters
    return plain, None


def joined_key(key: str) -> str:
    """Return a normal form without its word breaks, for spellings that differ in them only.

    >>> joined_key(organization_key("Care First")) == joined_key(organization_key("CareFirst"))
    True
    """
    return key.replace("-", "")


def _without_frame(name: str) -> str:
    """Return a name without article and legal form, unless nothing would be left."""
    plain = str(_DOTTED_FORM.sub("", name))
    plain = str(_SHORTENED.sub(lambda m: f"{_LONG[m.group(1).lower()]} ", plain))
    plain = str(_INITIALS.sub(lambda m: m.group().replace(".", ""), plain))
    for frame in (_ARTICLE, _LEGAL_FORM):
        plain = str(frame.sub("", plain)).strip() or plain
    return plain


def _tokens(name: str) -> list[str]:
    """Return the words of a name in plain letters; letters of other scripts become a digest."""
    text = name.replace("&", " and ").replace("+", " plus ").replace("'", "")
    text = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN_LETTERS)
    text = "".join(character for character in text if not unicodedata.combining(character))
    return [token if token.isascii() else _digest(token) for token in _TOKEN.findall(text)]


def _digest(token: str) -> str:
    digest = hashlib.sha1(token.encode("utf-8", "surrogatepass"), usedforsecurity=False)
    return f"x{digest.hexdigest()[:8]}"


def _common_words(tokens: Sequence[str]) -> Iterator[str]:
    """Spell out abbreviations and the many forms of "Blue Cross and Blue Shield"."""
    words: list[str] = []
    for place, token in enumerate(tokens):
        following = tokens[place + 1 : place + 2]
        if token in _BEFORE_A_NAME and following:
            words.append(_BEFORE_A_NAME[token])
        elif token == "bc" and following == ["bs"]:
            words.extend(_BLUE_CROSS)
        elif token == "bs" and place and tokens[place - 1] == "bc":
            words.extend(_BLUE_SHIELD)
        else:
            words.extend(_COMPOUNDS.get(token, (token,)))
    for place, word in enumerate(words):
        around = (*words[max(place - 2, 0) : place], *words[place + 1 : place + 3])
        if word != "and" or around != (*_BLUE_CROSS, *_BLUE_SHIELD):
            yield word
