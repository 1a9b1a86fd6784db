"""Decide which thing each name means: organizations by normal form, places by the gazetteer.

A name's key is a function of the name alone, so the same name in two documents is one node without
looking at both; what is left for the whole collection is to choose one label for each node.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kg.places import PlaceReading, read_place
from kg.records import Anomaly, Extraction, Fact, Node


@dataclass(frozen=True, slots=True)
class Resolved:
    """An extraction whose place names are places, with the readings that made them so."""

    extraction: Extraction
    readings: tuple[PlaceReading, ...]


def resolve_places(extraction: Extraction) -> Resolved:
    """Return the extraction with each place name read by the gazetteer.

    A misspelt name is read as the one place of the state that it can mean, and reported.
    """
    readings: dict[str, PlaceReading] = {}
    anomalies = list(extraction.anomalies)
    facts = []
    for fact in extraction.facts:
        value = fact.value
        if isinstance(value, Node) and value.key[:2] == ("place", "text"):
            reading = readings.setdefault(value.label, read_place(value.label))
            facts.append(_with_place(fact, reading))
            anomalies.extend(_misspelling(extraction, fact, reading))
        else:
            facts.append(fact)
    resolved = replace(extraction, facts=tuple(facts), anomalies=tuple(sorted(set(anomalies))))
    return Resolved(resolved, tuple(readings[name] for name in sorted(readings)))


def _with_place(fact: Fact, reading: PlaceReading) -> Fact:
    place = reading.place
    node = Node("Place", place.key, place.name)
    written = reading.as_written if reading.basis != "stated" else None
    confidence = min(fact.confidence, reading.confidence)
    return replace(fact, value=node, basis=reading.basis, confidence=confidence, as_written=written)


def _misspelling(extraction: Extraction, fact: Fact, reading: PlaceReading) -> Iterable[Anomaly]:
    if reading.typo_of is None:
        return
    text = extraction.document.text[fact.start : fact.end]
    name = text.split(",", 1)[0].rstrip()
    yield Anomaly(fact.start, fact.start + len(name), "misspelling", name, reading.typo_of)


def choose_labels(extractions: Iterable[Extraction]) -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """Return for each key its label, then the other spellings met, whatever the order of reading.

    The spelling that most documents use comes first; of equally frequent ones the first in the
    alphabet.
    """
    spellings: dict[tuple[str, ...], Counter[str]] = {}
    for extraction in extractions:
        nodes = {extraction.program, *_nodes_of(extraction.facts)}
        for key, label in sorted({(node.key, node.label) for node in nodes}):
            spellings.setdefault(key, Counter())[label] += 1
    return {
        key: tuple(sorted(found, key=lambda label: (-found[label], label)))
        for key, found in sorted(spellings.items())
    }


def _nodes_of(facts: Iterable[Fact]) -> Iterable[Node]:
    for fact in facts:
        yield fact.subject
        if isinstance(fact.value, Node):
            yield fact.value
