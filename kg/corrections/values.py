"""Read the words of a curator as a value: a concept, a number, a date, an organization, a place."""

from typing import Final

import re2

from kg.corrections.find import Finder
from kg.corrections.form import Correction, plain, suggest
from kg.corrections.known import Names, nodes_of
from kg.extract.dates import StatedDate, find_dates
from kg.fold import fold
from kg.places import PlaceReading, read_place
from kg.records import Concept, Fact, Node, Object, Value
from kg.resolve import Resolved

_NUMBER: Final = {
    "integer": re2.compile(r"-?[0-9]{1,15}"),
    "decimal": re2.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?"),
    "boolean": re2.compile(r"true|false"),
}
_DATES: Final = ("date", "gYearMonth", "gYear")


def read_concept(finder: Finder, item: Correction, scheme: str, words: str) -> Concept:
    """Return the concept of a scheme that words name by a label or a notation."""
    wanted = plain(words)
    named = {c for c in finder.vocabulary.labels if c.scheme == scheme}
    wordings = finder.vocabulary.wordings
    found = {c for c in named if wanted in {c.notation, plain(finder.vocabulary.labels[c])}}
    for text in {fold(words).text, wanted}:
        found = found or {c for c in wordings.get(text, ()) if c.scheme == scheme}
    if not found:
        found = {
            c
            for text, concepts in wordings.items()
            if text.lower() == wanted
            for c in concepts
            if c.scheme == scheme
        }
    if len(found) == 1:
        return min(found)
    hint = suggest(words, (finder.vocabulary.labels[c] for c in named), otherwise="there are")
    raise finder.corrections.error(item, f"the vocabulary has no {scheme} called “{words}”{hint}")


def read_date(finder: Finder, item: Correction, words: str) -> StatedDate:
    """Return the date that words are, to the day, the month or the year."""
    text = fold(words).text.strip()
    for day in find_dates(text):
        if (day.start, day.end) == (0, len(text)):
            return day
        break
    message = f"“{words}” is no date: write 2013-07-01, 2013-07, 2013 or July 1, 2013"
    raise finder.corrections.error(item, message)


def read_literal(finder: Finder, item: Correction, like: Value, words: str) -> Value:
    """Return words as a literal of the datatype of another one."""
    if like.datatype in _DATES:
        day = read_date(finder, item, words)
        if item.predicate.endswith(("Earliest", "Latest")) and day.datatype != "date":
            raise finder.corrections.error(item, f"“{words}” is not a day")
        return Value(day.lexical, day.datatype)
    pattern = _NUMBER.get(like.datatype)
    if pattern is None:
        return Value(" ".join(words.split()), like.datatype)
    lexical = words.replace(",", "").lower()
    if not pattern.fullmatch(lexical):
        raise finder.corrections.error(item, f"“{words}” is not of the datatype {like.datatype}")
    return Value(str(int(lexical)) if like.datatype == "integer" else lexical, like.datatype)


def read_place_of(finder: Finder, item: Correction, words: str) -> PlaceReading:
    """Return the place that words name for certain."""
    reading = read_place(words)
    if reading.place.kind == "unknown" or reading.typo_of:
        meant = f"; did you mean “{reading.typo_of}”?" if reading.typo_of else ""
        message = f"the gazetteer does not know “{words}”{meant or '; name it with its state'}"
        raise finder.corrections.error(item, message)
    return reading


def read_value(
    finder: Finder, names: Names, resolved: Resolved, item: Correction, fact: Fact
) -> Object:
    """Return the new value of a fact, of the kind of the old one."""
    old = fact.value
    if isinstance(old, Concept):
        return read_concept(finder, item, old.scheme, item.to)
    if isinstance(old, Value):
        return read_literal(finder, item, old, item.to)
    known = [n for n in nodes_of(resolved.extraction) if plain(n.label) == plain(item.to)]
    alike = [n for n in known if n.kind == old.kind or n.key[0] == old.key[0] == "org"]
    if alike:
        return alike[0]
    if old.key[0] == "place":
        place = read_place_of(finder, item, item.to).place
        return Node("Place", place.key, place.name)
    if old.key[0] == "org" and len(old.key) == 2:
        return Node(old.kind, names.organization(item.to), item.to)
    labels = {n.label for n in nodes_of(resolved.extraction) if n.kind == old.kind}
    hint = suggest(item.to, labels - {old.label}, otherwise="there are")
    message = f"{item.document} has no {old.kind} called “{item.to}”{hint}"
    raise finder.corrections.error(item, f"{message}; or correct a fact of “{old.label}”")
