"""Header to read the value of a location field, such as "Leigh Valley, PA", as a place."""

from dataclasses import dataclass, replace
from typing import Final

from kg.iris import slug
from kg.places import gazetteer, lookup
from kg.places.gazetteer import COUNTRY, Place, fold
from kg.places.lookup import Basis, Match

_VALUE_LIMIT: Final = 200
_COUNTRY_NAMES: Final = frozenset({"united states", "united states of america", "usa", "us"})
_COUNTRY_WIDE: Final = frozenset({"nationwide", "national"})
_MARKS: Final = ("\n", ";", "/", " and ", " & ", ",")
"""What stands between places in one value, the plainest mark first."""
_MOST_PLACES: Final = 60
_STATE_PREFIXES: Final = ("state of ", "commonwealth of ", "statewide ")
_STATE_SUFFIXES: Final = (" statewide", " state")


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """A place with the words behind it.

    `short_name` is the name as the source has it once a misspelling is put right (`typo_of`), and
    `state` the one that the text names, which a region across states does not tell.
    """

    place: Place
    as_written: str
    short_name: str
    state: str | None
    basis: Basis
    confidence: float
    typo_of: str | None = None
    note: str = ""


def read_place(text: str, *, states_nearby: frozenset[str] = frozenset()) -> PlaceReading:
    """Return the place that a header value names, of kind `unknown` where that is not certain.

    `states_nearby` are the codes of the states that the rest of the document names. They settle
    a value without a state and stop the correction of a value that disagrees with them.

    >>> reading = read_place("Leigh Valley, PA")
    >>> reading.place.name, reading.typo_of, reading.basis, reading.confidence
    ('Lehigh Valley', 'Lehigh Valley', 'normalized', 0.9)
    >>> read_place("Loudoun, VA").place.name, read_place("Nowhere in Particular").place.kind
    ('Loudoun County', 'unknown')
    """
    written = text.strip()
    value = _tidy(written)
    if len(value) > _VALUE_LIMIT:
        return _unresolved(written, value, None, "too long for the name of a place")
    return (
        _country(written, value)
        or _whole_state(written, value, states_nearby)
        or _with_state(written, value, states_nearby)
        or _without_state(written, value, states_nearby)
    )


def read_places(
    text: str, *, states_nearby: frozenset[str] = frozenset()
) -> tuple[PlaceReading, ...]:
    """Return the places that a header value names: one, or several where each is certain.

    >>> [r.place.name for r in read_places("Ohio and Kentucky")]
    ['Ohio', 'Kentucky']
    >>> [r.place.name for r in read_places("Rock and Roll, OH")]
    ['Rock and Roll']
    """
    whole = read_place(text, states_nearby=states_nearby)
    if whole.place.kind != "unknown":
        return (whole,)
    for mark in _MARKS:
        parts = [part.strip(" ,") for part in text.split(mark)]
        if 1 < len(parts) <= _MOST_PLACES:
            named = frozenset(r.state for part in parts if (r := read_place(part)).state)
            readings = [read_place(part, states_nearby=named) for part in parts]
            if all(reading.place.kind != "unknown" for reading in readings):
                return tuple(readings)
    return (whole,)


def _tidy(text: str) -> str:
    """Return a value on one line without control characters, ZIP code and country at its end."""
    words = "".join(c if c.isprintable() else " " for c in text).split()
    if len(words) > 1 and words[-1][:5].isdecimal() and len(words[-1]) in {5, 10}:
        words.pop()
    value = " ".join(words).strip(" ,;:")
    head, comma, tail = value.rpartition(",")
    return head.strip(" ,;:") if comma and fold(tail) in _COUNTRY_NAMES else value


def _country(written: str, value: str) -> PlaceReading | None:
    folded = fold(value)
    squeezed = folded.replace(" ", "")
    if folded not in _COUNTRY_NAMES | _COUNTRY_WIDE and squeezed not in {"us", "usa"}:
        return None
    place = gazetteer.country()
    if folded.startswith("united"):
        return PlaceReading(place, written, place.name, None, "stated", 1.0)
    return PlaceReading(place, written, place.name, None, "normalized", 0.95)


def _whole_state(written: str, value: str, nearby: frozenset[str]) -> PlaceReading | None:
    folded = fold(value)
    if folded == "statewide":
        return _of_only_state(written, value, nearby)
    bare = folded
    for prefix in _STATE_PREFIXES:
        bare = bare.removeprefix(prefix)
    for suffix in _STATE_SUFFIXES:
        bare = bare.removesuffix(suffix)
    code = gazetteer.state_spellings().get(bare.replace(" ", ""))
    if code is None:
        return _misspelt_state(written, folded)
    place = gazetteer.state(code)
    if bare == fold(place.name):
        if bare == folded == "washington" and nearby & {"WA", "DC"} != {"WA"}:
            note = "the state or the District of Columbia"
            return _unresolved(written, value, None, note)
        confidence = 0.9 if bare == folded and code in {"NY", "WA"} else 1.0
        return PlaceReading(place, written, place.name, code, "stated", confidence)
    # "NJ", "N.J.", "Virgin Islands", "State of Ohio"; but "Or" and "Miss" are words.
    if value == code or "." in value or bare != folded or len(bare) > 5:
        return PlaceReading(place, written, place.name, code, "normalized", 1.0)
    return None


def _of_only_state(written: str, value: str, nearby: frozenset[str]) -> PlaceReading:
    if len(nearby) != 1 or (place := gazetteer.state_by_code(next(iter(nearby)))) is None:
        return _unresolved(written, value, None, "no state is named")
    note = "the only state that the document names"
    return PlaceReading(place, written, place.name, place.state, "inferred", 0.8, note=note)


def _misspelt_state(written: str, folded: str) -> PlaceReading | None:
    code = _misspelt_code(folded)
    # "Montara" is a town, "Washingon" as doubtful as what it stands for.
    if code in {None, "WA"} or lookup.is_known_anywhere(folded):
        return None
    place = gazetteer.state(str(code))
    name = place.name
    return PlaceReading(place, written, name, code, "normalized", 0.9, typo_of=name)


def _misspelt_code(folded: str) -> str | None:
    names = {fold(name): code for name, code in gazetteer.state_names()}
    found = lookup.nearest(folded, set(names))
    return names[found[0]] if found else None


@dataclass(frozen=True, slots=True)
class _Parts:
    """A name and the code of its state, `apart` if a comma or bracket stands between them."""

    name: str
    code: str
    apart: bool = True
    misspelt: bool = False


def _with_state(written: str, value: str, nearby: frozenset[str]) -> PlaceReading | None:
    parts = _parted(value)
    if parts is None:
        return None
    whole = gazetteer.state(parts.code)
    if not parts.name or fold(parts.name) == "statewide":
        return PlaceReading(whole, written, whole.name, parts.code, "stated", 1.0)
    if parts.apart and not parts.misspelt:
        found = lookup.match(parts.name, parts.code)
    else:  # without a comma the state may be a part of the name: "Eastern Pennsylvania"
        found = None if parts.apart else lookup.exact(value, parts.code)
        found = found or lookup.exact(parts.name, parts.code)
    if found is None:
        certain = parts.apart and not parts.misspelt and ";" not in parts.name
        note = "no such name in this state"
        return _unresolved(written, parts.name, parts.code, note) if certain else None
    reading = _reading(written, found, parts.code)
    if parts.misspelt:
        reading = replace(reading, basis="normalized", confidence=0.9, typo_of=whole.name)
    return _agreeing(reading, parts.name, nearby)


def _parted(value: str) -> _Parts | None:
    spellings = gazetteer.state_spellings()
    head, comma, tail = value.rpartition(",")
    if not comma and value.endswith(")"):
        head, comma, tail = value.rpartition("(")
    if comma:
        name, last = head.strip(" ,;:"), fold(tail)
        if code := spellings.get(last.replace(" ", "")):
            return _Parts(name, code)
        meant = _misspelt_code(last)
        return _Parts(name, meant, misspelt=True) if meant else None
    words = value.split()
    for count in (3, 2, 1):
        tail = " ".join(words[-count:])
        code = spellings.get(fold(tail).replace(" ", ""))
        if len(words) > count and code and tail in {code, gazetteer.state(code).name}:
            return _Parts(" ".join(words[:-count]), code, apart=False)
    return None


def _agreeing(reading: PlaceReading, name: str, nearby: frozenset[str]) -> PlaceReading:
    """Return a reading, doubted where the rest of the document names other states only."""
    if not nearby or reading.state in nearby:
        return reading
    others = f"the document names {', '.join(sorted(nearby))}"
    if reading.typo_of:
        note = f"perhaps {reading.typo_of}, but {others}"
        return _unresolved(reading.as_written, name, reading.state, note)
    note = f"{reading.note}; {others}" if reading.note else others
    return replace(reading, confidence=min(reading.confidence, 0.9), note=note)


def _without_state(written: str, value: str, nearby: frozenset[str]) -> PlaceReading:
    regions = gazetteer.regions_anywhere().get(fold(value), ())
    if len(regions) == 1:
        place = regions[0].place()
        note = "no state is named; only one region has this name"
        return PlaceReading(place, written, value, place.state, "inferred", 0.85, note=note)
    found = [(code, m) for code in sorted(nearby) if (m := lookup.exact(value, code))]
    if len(found) != 1:
        note = "fits several states" if found else "no state is named"
        return _unresolved(written, value, None, note)
    code, meant = found[0]
    note = "the state is taken from the rest of the document"
    return replace(_reading(written, meant, code), basis="inferred", confidence=0.8, note=note)


def _reading(written: str, found: Match, state: str) -> PlaceReading:
    return PlaceReading(
        found.place,
        written,
        found.name,
        state,
        found.basis,
        found.confidence,
        typo_of=found.typo_of,
        note=found.note,
    )


def _unresolved(written: str, name: str, state: str | None, note: str) -> PlaceReading:
    """Return a place that is only its text, and the state it lies in where that is named."""
    short = name if len(name) <= _VALUE_LIMIT else f"{name[:_VALUE_LIMIT]}…"
    key = ("place", "text", slug(f"{name}, {state}" if state else name))
    within = (*COUNTRY, state.lower()) if state else ()
    place = Place("unknown", short, state, key, within)
    return PlaceReading(place, written, short, state, "stated", 0.5, note=note)
