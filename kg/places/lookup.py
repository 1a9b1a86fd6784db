"""Lookup to say which place a name means within one state.

The order of the rules, and why:

1. A name with the word for its kind ("Loudoun County", "City of Reno") is that kind.
2. A city of 5,000 people or more. Directories write "City, ST", so the city is meant where a
   county has its name too; that county is often elsewhere (Houston and Austin in Texas, Lincoln
   in Nebraska).
3. The state itself ("Utah, UT"), which would otherwise become the county of that name.
4. A county without the word ("Loudoun, VA"; "Nassau, NY", although a village has that name).
5. A curated region, and only then the smaller cities, where chance namesakes are common.
6. Names by rule: "Greater X", "X area", "Eastern <state>".
7. A misspelling of exactly one name of that state. Names of small places take part, so that a
   second reading is seen, but are never the outcome.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from rapidfuzz.distance import DamerauLevenshtein

from kg.iris import slug
from kg.places import gazetteer
from kg.places.gazetteer import Entry, Key, Place, fold

Basis: TypeAlias = Literal["stated", "normalized", "inferred"]

NAME_LIMIT: Final = 100
_COUNTY_WORDS: Final = (
    "city & borough",
    "census area",
    "municipality",
    "municipio",
    "borough",
    "county",
    "parish",
)
_TOWN_WORDS: Final = ("city", "town", "township", "village", "borough")
_AREA_WORDS: Final = ("metropolitan area", "metro area", "metroplex", "region", "metro", "area")
_GREATER_WORDS: Final = ("greater", "metropolitan", "metro")
_SIDES: Final = ("north", "south", "east", "west")
_DIRECTIONS: Final = frozenset(
    [
        *(f"{side}{ending}" for side in _SIDES for ending in ("", "ern", " central", "central")),
        *(
            f"{first}{gap}{second}{ending}"
            for first in _SIDES[:2]
            for second in _SIDES[2:]
            for gap in ("", " ")
            for ending in ("", "ern")
        ),
        *("central", "middle", "upstate", "downstate"),
    ]
)
_SHORTEST_MISSPELT: Final = 5
_LONG_NAME: Final = 8
"""From this length two slips still leave a name recognizable; below it one slip is the limit."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a name means: the place, and the name as the source would have it."""

    place: Place
    name: str
    basis: Basis
    confidence: float
    typo_of: str | None = None
    note: str = ""


def match(name: str, state: str) -> Match | None:
    """Return what a name means in a state, misspellings allowed, or None.

    >>> match("Leigh Valley", "PA").place.key
    ('place', 'us', 'pa', 'region', 'lehigh-valley')
    >>> match("Lehigh Valley", "VA") is None
    True
    """
    return exact(name, state) or _misspelt(name, state)


def exact(name: str, state: str) -> Match | None:
    """Return what a correctly written name means in a state, or None.

    >>> exact("Loudoun", "VA").place.name, exact("Houston", "TX").place.kind
    ('Loudoun County', 'city')
    """
    folded = fold(name) if len(name) <= NAME_LIMIT else ""
    if not folded or gazetteer.state_by_code(state) is None:
        return None
    return (
        _with_kind(name, folded, state)
        or _by_name(name, folded, state)
        or _around_city(name, folded, state)
        or _direction(name, folded, state)
    )


def _with_kind(name: str, folded: str, state: str) -> Match | None:
    bare, kind = _without_kind(folded)
    entry = gazetteer.counties(state).get(bare)
    if kind and entry:
        real = fold(entry.row[3])
        if kind in {real, "county"}:
            basis: Basis = "stated" if kind == real else "normalized"
            return Match(entry.place(), name, basis, 1.0 if kind == real else 0.95)
    if folded in gazetteer.cities(state):
        return None  # "Kansas City", "Oklahoma City"
    town = next((t for t in _town_names(folded) if t in gazetteer.cities(state)), None)
    if town is None or (
        folded.endswith(" city") and town not in gazetteer.independent_cities(state)
    ):
        return None
    return Match(gazetteer.cities(state)[town].place(), name, "normalized", 0.95)


def _without_kind(folded: str) -> tuple[str, str]:
    """Return a county name without the word for its kind, and that word."""
    if folded.startswith("county of "):
        return folded.removeprefix("county of "), "county"
    for word in _COUNTY_WORDS:
        if folded.endswith(f" {word}"):
            return folded.removesuffix(f" {word}"), word
    return folded, ""


def _town_names(folded: str) -> Iterator[str]:
    for word in _TOWN_WORDS:
        if folded.startswith(f"{word} of "):
            yield folded.removeprefix(f"{word} of ")
        if folded.endswith(f" {word}"):
            yield folded.removesuffix(f" {word}")


def _by_name(name: str, folded: str, state: str) -> Match | None:
    city = gazetteer.cities(state).get(folded)
    county = gazetteer.counties(state).get(folded)
    region = gazetteer.regions(state).get(folded)
    if city and city.common:
        return _plain(city, name, f"also the name of {county.place().name}" if county else "")
    whole = gazetteer.state(state)
    if folded == fold(whole.name):
        return Match(whole, whole.name, "stated", 1.0)
    if county:
        note = "a county is meant: the tables have no city of 5,000 people of this name"
        confidence = 0.8 if city else 0.95
        return Match(county.place(), name, "normalized", confidence, note=note)
    entry = region or city
    return _plain(entry, name, "") if entry else None


def _plain(entry: Entry, name: str, note: str) -> Match:
    place = entry.place()
    if _letters(name) == _letters(place.name):
        return Match(place, name, "stated", 0.95 if note else 1.0, note=note)
    return Match(place, name, "normalized", 0.95, note=note)


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _around_city(name: str, folded: str, state: str) -> Match | None:
    """Read "Greater Tulsa", "Metro Tulsa", "the Tulsa area" as the surroundings of a city."""
    core = folded
    for word in _AREA_WORDS:
        core = core.removesuffix(f" {word}")
    for word in _GREATER_WORDS:
        core = core.removeprefix(f"{word} ")
    if core == folded:
        return None
    region = gazetteer.regions(state).get(f"greater {core}") or gazetteer.regions(state).get(core)
    if region:
        return Match(region.place(), name, "normalized", 0.95)
    city = gazetteer.cities(state).get(core)
    if city is None:
        return None
    place = gazetteer.unsettled_region(f"Greater {city.place().name}", state)
    note = f"the surroundings of {city.place().name}, bounds not settled"
    return Match(place, name, "normalized", 0.9, note=note)


def _direction(name: str, folded: str, state: str) -> Match | None:
    """Read "Eastern Pennsylvania" as a part of a state, "West Virginia" never."""
    whole = gazetteer.state(state)
    if folded.replace(" ", "") in gazetteer.state_spellings():
        return None
    direction = folded.removesuffix(f" {fold(whole.name)}")
    if direction not in _DIRECTIONS:
        return None
    full = f"{direction.title()} {whole.name}"
    short = full if direction == folded else name
    if curated := gazetteer.regions(state).get(fold(full)):
        return Match(curated.place(), short, "normalized", 0.95)
    place = gazetteer.unsettled_region(full, state)
    return Match(place, short, "normalized", 0.9, note="a part of the state, bounds not settled")


def _misspelt(name: str, state: str) -> Match | None:
    folded = fold(name) if len(name) <= NAME_LIMIT else ""
    if gazetteer.state_by_code(state) is None or any(c.isdigit() for c in folded):
        return None
    bare, kind = _without_kind(folded)
    tables = [gazetteer.counties(state)]
    if not kind:
        tables += [gazetteer.cities(state), gazetteer.regions(state)]
    found = nearest(bare, {known for table in tables for known in table})
    if found is None:
        return None
    known, slips = found
    entry = next((t[known] for t in tables[::-1] if known in t and t[known].common), None)
    meant = exact(f"{entry.name} {kind}" if kind else entry.name, state) if entry else None
    if entry is None or meant is None:
        return None
    written = f"{entry.name} {kind.title()}" if kind else entry.name
    confidence = 0.9 if slips == 1 else 0.85
    return replace(meant, name=written, basis="normalized", confidence=confidence, typo_of=written)


def nearest(word: str, names: set[str]) -> tuple[str, int] | None:
    """Return the one name that a word may be a misspelling of, with the number of slips.

    The first letter must agree, and no second name may be as near.

    >>> nearest("tuscon", {"tucson", "tubac", "phoenix"}), nearest("salen", {"salem", "sales"})
    (('tucson', 1), None)
    """
    if len(word) < _SHORTEST_MISSPELT:
        return None
    limit = 1 if len(word) < _LONG_NAME else 2
    near = [
        (slips, name)
        for name in names
        if name[:1] == word[:1] and len(name) >= _SHORTEST_MISSPELT
        if abs(len(name) - len(word)) <= limit
        if (slips := DamerauLevenshtein.distance(word, name, score_cutoff=limit)) <= limit
    ]
    best = min((slips for slips, _ in near), default=0)
    named = [name for slips, name in near if slips == best]
    return (named[0], best) if len(named) == 1 and best else None


def is_known_anywhere(folded: str) -> bool:
    """Say whether any state has a place of a folded name."""
    return any(
        folded in table
        for code in gazetteer.codes()
        for table in (gazetteer.cities(code), gazetteer.counties(code), gazetteer.regions(code))
    )


def place_parents(place: Place) -> tuple[Place, ...]:
    """Return what a place lies in, the smallest first.

    >>> [p.name for p in place_parents(gazetteer.county_by_fips("51107"))]
    ['Virginia', 'United States']
    """
    parents: list[Place] = []
    within = place.within
    while within and (parent := place_by_key(within)):
        parents.append(parent)
        within = parent.within
    return tuple(parents)


def place_by_key(key: Key) -> Place | None:
    """Return the place that a key of the tables or of a rule names; an unknown one has none.

    >>> place_by_key(("place", "us", "pa", "region", "greater-pittsburgh")).name
    'Greater Pittsburgh'
    """
    match key:
        case ("place", "us"):
            return gazetteer.country()
        case ("place", "us", state):
            return gazetteer.state_by_code(state.upper())
        case ("place", "us", _, "county", fips):
            found = gazetteer.county_by_fips(fips)
        case ("place", "us", "region", name):
            entries = gazetteer.regions_anywhere().get(fold(name), ())
            found = next((p for e in entries if (p := e.place()).key == key), None)
        case ("place", "us", state, "region" | "city", name):
            found = _named(name, state.upper(), key)
        case _:
            found = None
    return found if found and found.key == key else None


def _named(name: str, state: str, key: Key) -> Place | None:
    """Return the place of a state whose key ends in a slug, which mostly folds like its name."""
    table = gazetteer.cities(state) if key[3] == "city" else gazetteer.regions(state)
    entry = table.get(fold(name)) or next((e for e in table.values() if slug(e.name) == name), None)
    if entry and (place := entry.place()).key == key:
        return place
    meant = exact(name, state)
    return meant.place if meant else None
