"""Gazetteer to look up states, counties, cities and regions of the United States by name.

The tables in `kg/data/places` are read on first use and indexed one state at a time, so that a
command that needs no places pays nothing and a build pays for the states that it meets.
"""

import csv
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias

from kg.iris import slug

PlaceKind: TypeAlias = Literal["country", "state", "county", "region", "city", "unknown"]
Key: TypeAlias = tuple[str, ...]

_ALIKE: Final = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt", "and": "&"}
_SILENT: Final = "'’‘ʻʼ`."
_PLAIN: Final = {
    ord(c): " & " if c == "&" else None if c in _SILENT else " "
    for c in map(chr, range(128))
    if not c.isalnum()
}
COUNTRY: Final = ("place", "us")


@dataclass(frozen=True, slots=True)
class Place:
    """A place, with its key (the path of its IRI) and what identifies it elsewhere.

    The statistical area of a region is the *nearest* one (`cbsa`), never an equal one; `covers`
    holds county codes and is empty where the bounds of a region are not settled.
    """

    kind: PlaceKind
    name: str
    state: str | None
    key: Key
    within: Key
    fips: str | None = None
    iso: str | None = None
    geonames: int | None = None
    cbsa: str | None = None
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A name of a place in one state; `common` if a misspelling may be taken to mean it."""

    name: str
    kind: Literal["city", "county", "region"]
    row: tuple[str, ...]
    common: bool = True

    def place(self) -> Place:
        """Return the place, made only now: a state has hundreds of names and few are met."""
        if self.kind == "city":
            return _city(*self.row)
        return _county(*self.row) if self.kind == "county" else _region(*self.row)


def fold(name: str) -> str:
    """Return a name as it is compared: no case, accents, points, article or long prefix.

    >>> fold("The Saint-Paul’s"), fold("St. Paul's"), fold("Cañon City")
    ('st pauls', 'st pauls', 'canon city')
    """
    plain = name if name.isascii() else _ascii(name)
    words = [_ALIKE.get(word, word) for word in plain.casefold().translate(_PLAIN).split()]
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def _ascii(name: str) -> str:
    return "".join(
        c if c.isalnum() or c.isascii() else " "
        for c in unicodedata.normalize("NFKD", name)
        if c not in _SILENT and not unicodedata.combining(c)
    )


@cache
def _rows(table: str) -> list[tuple[str, ...]]:
    text = (files("kg") / "data" / "places" / f"{table}.csv").read_text(encoding="utf-8")
    return list(map(tuple, csv.reader(text.splitlines())))[1:]


@cache
def _rows_of(table: str, column: int) -> dict[str, list[tuple[str, ...]]]:
    grouped: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for row in _rows(table):
        for state in row[column].split("|"):
            grouped[state].append(row)
    return dict(grouped)


@cache
def country() -> Place:
    """Return the United States, the only country of the tables."""
    return Place("country", "United States", None, COUNTRY, (), iso="US", geonames=6252001)


@cache
def _states() -> dict[str, Place]:
    return {
        code: Place(
            "state",
            name,
            code,
            (*COUNTRY, code.lower()),
            COUNTRY,
            fips=fips,
            iso=iso,
            geonames=int(geonames),
        )
        for code, name, _, _, fips, iso, geonames in _rows("states")
    }


def state_by_code(code: str) -> Place | None:
    """Return the state, district or territory with a USPS code in capital letters.

    >>> state_by_code("VA").name, state_by_code("XX")
    ('Virginia', None)
    """
    return _states().get(code)


def codes() -> tuple[str, ...]:
    """Return the codes of all states, sorted."""
    return tuple(_states())


def state(code: str) -> Place:
    """Return the state of a code that came from these tables."""
    return _states()[code]


def state_names() -> tuple[tuple[str, str], ...]:
    """Return the full names with their codes, the longest first."""
    named = [(place.name, code) for code, place in _states().items()]
    return tuple(sorted([*named, ("Virgin Islands", "VI")], key=lambda n: (-len(n[0]), n[0])))


@cache
def state_spellings() -> dict[str, str]:
    """Return every spelling of a state without spaces, points and case, with its code."""
    return {
        fold(spelling).replace(" ", ""): code
        for code, name, _, abbreviations, *_ in _rows("states")
        for spelling in (code, name, *filter(None, abbreviations.split("|")))
    }


@cache
def counties(state: str) -> dict[str, Entry]:
    """Return the counties of a state by folded name without the word for their kind.

    A city that is its own county ("Fairfax city") is found among the cities; here it would hide
    the county of that name.
    """
    return {
        fold(row[2]): Entry(row[2], "county", row)
        for row in _rows_of("counties", 1).get(state, ())
        if row[3] not in {"", "city"}
    }


@cache
def independent_cities(state: str) -> frozenset[str]:
    """Return the folded names of the cities of a state that are their own county."""
    rows = _rows_of("counties", 1).get(state, ())
    return frozenset(fold(row[2]) for row in rows if row[3] == "city")


@cache
def _counties_by_fips() -> dict[str, tuple[str, ...]]:
    return {row[0]: row for row in _rows("counties")}


def county_by_fips(fips: str) -> Place | None:
    """Return the county, or what stands in its place, with a five-digit code.

    >>> county_by_fips("51107").name, county_by_fips("22071").name, county_by_fips("51600").name
    ('Loudoun County', 'Orleans Parish', 'Fairfax city')
    """
    row = _counties_by_fips().get(fips)
    return _county(*row) if row else None


def _county(fips: str, state: str, name: str, kind: str, geonames: str) -> Place:
    within = (*COUNTRY, state.lower())
    return Place(
        "county",
        f"{name} {kind}".strip(),
        state,
        (*within, "county", fips),
        within,
        fips=fips,
        geonames=int(geonames) if geonames else None,
    )


@cache
def cities(state: str) -> dict[str, Entry]:
    """Return the cities and towns of a state by folded name."""
    found: dict[str, Entry] = {}
    named: dict[str, tuple[str, ...]] = {}
    for row in _rows_of("cities", 0).get(state, ()):
        first = named.setdefault(row[2], row) if row[2] else row  # a place may have two names
        found.setdefault(fold(row[1]), Entry(row[1], "city", first, common=bool(row[3])))
    return found


def _city(state: str, name: str, geonames: str, _people: str) -> Place:
    within = (*COUNTRY, state.lower())
    key = (*within, "city", slug(name))
    return Place("city", name, state, key, within, geonames=int(geonames) if geonames else None)


@cache
def regions(state: str) -> dict[str, Entry]:
    """Return the curated regions that lie in a state, wholly or in part, by folded name."""
    return {
        fold(name): Entry(name, "region", row)
        for row in _rows_of("regions", 2).get(state, ())
        for name in (row[0], *filter(None, row[1].split("|")))
    }


@cache
def regions_anywhere() -> dict[str, tuple[Entry, ...]]:
    """Return the regions of all states by folded name; a name may have several meanings."""
    found: dict[str, dict[tuple[str, ...], Entry]] = defaultdict(dict)
    for state in _rows_of("regions", 2):
        for name, entry in regions(state).items():
            found[name][entry.row] = entry
    return {name: tuple(entries.values()) for name, entries in found.items()}


def _region(name: str, _aliases: str, states: str, _kind: str, cbsa: str, *rest: str) -> Place:
    state = None if "|" in states else states
    within = COUNTRY if state is None else (*COUNTRY, state.lower())
    covers = tuple(filter(None, rest[0].split("|")))
    key = (*within, "region", slug(name))
    return Place("region", name, state, key, within, cbsa=cbsa or None, covers=covers)


def unsettled_region(name: str, state: str) -> Place:
    """Return a region that a general rule names, such as the surroundings of a city."""
    within = (*COUNTRY, state.lower())
    return Place("region", name, state, (*within, "region", slug(name)), within)
