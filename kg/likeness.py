"""Judge whether two different names may be one organization's, and whether a word forbids it.

No score tells "Northside" from "Southside" or Minnesota from Michigan, so a word that makes two
names two decides before any score does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from kg.places import state_by_code
from kg.places.gazetteer import codes, fold
from kg.places.lookup import is_known_anywhere

SMALL: Final = frozenset("a an and at by de for in of on or the to with".split())
GENERIC: Final = frozenset(
    """academy accountable administrators alliance associates association authority blue care
    center centers clinic clinics collaborative commercial community company connected
    cooperative cross department doctors family foundation group groups health healthcare hospital
    hospitals initiative institute insurance integrated ipa managed medicaid medical medicare
    medicine mutual national network office organization organizations partners partnership pho
    physician physicians plan plans practice practices primary program programs project provider
    providers public quality regional service services shield society solutions state system
    systems university""".split()
)
"""Words that half the field bears: alone they make no name, and one for another makes two."""
_SIDES: Final = ("north", "south", "east", "west")
_TELLING: Final = frozenset(
    """central upper lower middle greater inner outer new old upstate downstate first second third
    fourth one two three four five ii iii iv medicare medicaid chip tricare commercial advantage
    marketplace pediatric pediatrics childrens children adult womens women mens veterans""".split()
)
LEAST_SCORE: Final = 88
_LEAST_SCORE_OF_REST: Final = 75
"""How alike must be what is left of two names once the words that they share are gone."""
_SHORTEST_SHORT_FORM: Final = 4
_SHORTEST_MISSPELT: Final = 5
_LONG: Final = 8


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, from 0 to 100, and in what."""

    score: float
    reason: str


def compare_names(one: str, other: str, states: Iterable[str] = ()) -> Likeness | None:
    """Return how two normal forms are alike, or nothing where no person need look.

    `states` are slugs of the states that the documents of the shorter name are about.

    >>> compare_names("capital-blue-cross", "capitol-blue-cross").reason
    'capital and capitol differ by a slip of the pen'
    >>> compare_names("northside-clinic", "southside-clinic")
    >>> compare_names("medica-of-minnesota", "medica-of-michigan")
    """
    left, right = one.split("-"), other.split("-")
    only_left, only_right = _differences(left, right)
    state = _difference_in_states(one, other)
    if state:
        is_there = state in set(states) and not (only_left and only_right)
        reason = f"a document with the shorter name is about {state.replace('-', ' ').title()}"
        return Likeness(90, reason) if is_there else None
    if not only_left and not only_right:
        return Likeness(99, "they have the same words")
    if only_left and only_right:
        found = _misspelling(only_left, only_right) or _by_score(left, right, only_left, only_right)
    else:
        found = _with_more_words(left, right, only_left or only_right)
    return None if found and (_is_telling(only_left) or _is_telling(only_right)) else found


def _with_more_words(
    left: Sequence[str], right: Sequence[str], more: Sequence[str]
) -> Likeness | None:
    shared = {word for word in left if word in right} - SMALL
    if shared <= GENERIC:
        return None
    return Likeness(92 - min(len(more), 6), f"one has {' '.join(more)} besides")


def _differences(left: Sequence[str], right: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words that only one name has, small ones apart, in order."""

    def beyond(these: Sequence[str], those: Sequence[str]) -> list[str]:
        rest = dict.fromkeys(these).keys() - set(those) - SMALL
        return [word for word in these if word in rest] if rest else []

    return beyond(left, right), beyond(right, left)


def _difference_in_states(one: str, other: str) -> str:
    """Return the states that only one of two names has, as one slug."""
    return "+".join(sorted(states_in(one) ^ states_in(other)))


@lru_cache(maxsize=1 << 16)
def states_in(key: str) -> frozenset[str]:
    """Return the slugs of the states that a normal form names.

    >>> sorted(states_in("blue-cross-of-west-virginia"))
    ['west-virginia']
    """
    found, rest = set(), f"-{key}-"
    for state in _state_slugs():
        if f"-{state}-" in rest:
            found.add(state)
            rest = rest.replace(f"-{state}-", "--")
    return frozenset(found)


@cache
def _state_slugs() -> tuple[str, ...]:
    """Return the slugs of the states, longest first, so that West Virginia hides Virginia."""
    places = (state_by_code(code) for code in codes())
    slugs = {place.name.lower().replace(" ", "-") for place in places if place is not None}
    return tuple(sorted(slugs, key=lambda name: (-len(name), name)))


def _is_telling(words: Sequence[str]) -> bool:
    """Say whether words that only one name has make it another name: where, which, for whom."""
    return any(
        word in _TELLING or word.startswith(_SIDES) or any(c.isdigit() for c in word)
        for word in words
    ) or (bool(words) and _is_place(" ".join(words)))


@lru_cache(maxsize=1 << 14)
def _is_place(words: str) -> bool:
    return is_known_anywhere(fold(words))


def _misspelling(left: Sequence[str], right: Sequence[str]) -> Likeness | None:
    if len(left) != len(right):
        return None
    if len(left) == 1 and (found := _begins(left[0], right[0])):
        return found
    for one, other in zip(left, right, strict=True):
        shorter = min(len(one), len(other))
        limit = 1 if shorter < _LONG else 2
        distance = DamerauLevenshtein.distance(one, other, score_cutoff=limit)
        if shorter < _SHORTEST_MISSPELT or distance > limit or {one, other} <= GENERIC:
            return None
    pairs = (sorted(pair) for pair in zip(left, right, strict=True))
    words = ", ".join(f"{one} and {other}" for one, other in pairs)
    return Likeness(96, f"{words} differ by a slip of the pen")


def _begins(one: str, other: str) -> Likeness | None:
    """Return the likeness of a word and the same with a common word written on to it."""
    short, long = sorted((one, other), key=len)
    if len(short) >= _SHORTEST_MISSPELT and long.removeprefix(short) in GENERIC:
        return Likeness(88, f"{long} begins with {short}")
    return None


def _by_score(
    left: Sequence[str], right: Sequence[str], only_left: Sequence[str], only_right: Sequence[str]
) -> Likeness | None:
    """Return the likeness of names that differ in words which may be one word, written twice."""
    if set(only_left) <= GENERIC and set(only_right) <= GENERIC:
        return None
    score = fuzz.token_set_ratio(" ".join(left), " ".join(right))
    if score < LEAST_SCORE or not _may_be_one("".join(only_left), "".join(only_right)):
        return None
    return Likeness(score - 20, f"{score:.0f} of 100 alike")


def _may_be_one(one: str, other: str) -> bool:
    """Say whether a word may be another one misspelt or shortened."""
    short, long = sorted((one, other), key=len)
    is_short_form = len(short) >= _SHORTEST_SHORT_FORM and long.startswith(short)
    return is_short_form or fuzz.ratio(one, other) >= _LEAST_SCORE_OF_REST
