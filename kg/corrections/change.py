"""Replace the value of a fact, or withdraw a fact, with all that follows from it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from kg.corrections.find import Finder, quotation
from kg.corrections.follow import fit_bounds, implied_by, is_implied
from kg.corrections.form import Correction
from kg.corrections.known import Key, Names
from kg.corrections.rename import move_things, moving, with_curations
from kg.corrections.values import read_place_of, read_value
from kg.places import PlaceReading
from kg.records import Concept, Curation, Fact, Node, Object
from kg.resolve import Resolved

PARTIES: Final = {
    "hasPayer": "paying",
    "hasProviderGroup": "providing",
    "hasPartner": "partnering",
}
"""What organizations do in a program, with the role of their participation."""


def set_value(finder: Finder, names: Names, resolved: Resolved, item: Correction) -> Resolved:
    """Return a document with another value of a fact, which keeps its words."""
    curation = item.curation()
    if item.predicate == "hasCount":
        item = _number_of(finder, resolved, item)
    facts = finder.facts(resolved, item)
    old, new = facts[0].value, read_value(finder, names, resolved, item, facts[0])
    if item.predicate in PARTIES and isinstance(old, Node) and isinstance(new, Node):
        return _with_party(resolved, old, new, curation)
    changed = {fact: _set(fact, new, curation) for fact in facts}
    kept: list[Fact] = []
    implied = []
    for fact in resolved.extraction.facts:
        if any(is_implied(fact, one) for one in facts):
            implied.append(fact)
        else:
            kept.append(changed.get(fact, fact))
    if implied:
        kept += [more for fact in changed.values() for more in implied_by(finder, fact)]
    if item.predicate in {"countValue", "countQualifier"}:
        kept = fit_bounds(kept, facts[0].subject, curation)
        kept = _called(kept, facts[0].subject, _count_label(finder, resolved, facts[0], new))
    if isinstance(new, Node) and new.key[0] == "place":
        resolved = _with_place(finder, resolved, item, facts)
    return with_facts(resolved, kept, curation)


def retract(finder: Finder, resolved: Resolved, item: Correction) -> Resolved:
    """Return a document without a fact and what exists only through it."""
    gone = finder.facts(resolved, item)
    fact = gone[0]
    kept = [f for f in resolved.extraction.facts if f not in gone]
    if not any(_says_same(f, fact) for f in kept):
        kept = [f for f in kept if not is_implied(f, fact)]
        if isinstance(fact.value, Node):
            kept = _without(kept, fact, fact.value)
    spans = tuple(sorted({(f.start, f.end) for f in gone}))
    return with_facts(resolved, kept, item.curation(spans=spans))


def with_facts(
    resolved: Resolved,
    facts: Iterable[Fact],
    curation: Curation,
    reading: PlaceReading | None = None,
) -> Resolved:
    """Return a document with other facts, in the order of the text, and the places they need."""
    in_order = sorted(dict.fromkeys(facts), key=lambda fact: (fact.start, fact.end))
    curations = with_curations(resolved.extraction.curations, curation)
    extraction = replace(resolved.extraction, facts=tuple(in_order), curations=curations)
    used = {fact.value.key for fact in in_order if isinstance(fact.value, Node)}
    readings = (*resolved.readings, *([reading] if reading else []))
    return Resolved(extraction, tuple(r for r in readings if r.place.key in used))


def _set(fact: Fact, value: Object, curation: Curation) -> Fact:
    return fact.with_changes(
        value=value, rule="curator.set", basis="curated", confidence=1.0, curation=curation
    )


def _says_same(fact: Fact, other: Fact) -> bool:
    return (fact.subject, fact.predicate, fact.value) == (
        other.subject,
        other.predicate,
        other.value,
    )


def _number_of(finder: Finder, resolved: Resolved, item: Correction) -> Correction:
    """Read "set hasCount from 5,500 to 5,600" as about the number of that count."""
    count = finder.facts(resolved, item)[0].value
    for fact in resolved.extraction.facts:
        if fact.subject == count and fact.predicate == "countValue":
            about, value = finder.words(fact.subject), finder.words(fact.value)
            return replace(item, predicate="countValue", value=value, about=about, quotation="")
    raise finder.corrections.error(item, "the count has no number")


def _count_label(finder: Finder, resolved: Resolved, fact: Fact, new: Object) -> str:
    """Return what a count is called once its number or qualifier is another."""
    label, written = fact.subject.label, quotation(resolved, fact)
    words = finder.words(new)
    if isinstance(new, Concept) and fact.basis == "inferred":
        return f"{words} {label}"  # nothing stood before the number
    return label.replace(written, words if isinstance(new, Concept) else f"{int(words):,}", 1)


def _called(facts: Iterable[Fact], thing: Node, label: str) -> list[Fact]:
    """Return facts that call a thing by another name."""

    def called(value: Object) -> Object:
        if isinstance(value, Node) and value == thing:
            return replace(value, label=label)
        return value

    return [
        fact.with_changes(subject=called(fact.subject), value=called(fact.value)) for fact in facts
    ]


def _with_party(resolved: Resolved, old: Node, new: Node, curation: Curation) -> Resolved:
    """Put one organization in another's place throughout a document."""
    moved = move_things(resolved, moving({old.key: new.key}, lambda _: curation), {})
    facts = [
        _relabelled(fact, old, new) if fact.curation == curation else fact
        for fact in moved.extraction.facts
    ]
    return with_facts(moved, facts, curation)


def _relabelled(fact: Fact, old: Node, new: Node) -> Fact:
    """Call what was moved by its new name: the text's name was another's."""

    def called(node: Object) -> Object:
        if not isinstance(node, Node):
            return node
        if node.key == new.key:
            return Node(node.kind, node.key, new.label)
        if node.key[: len(new.key)] == new.key or node.key[2:3] == ("participation",):
            return replace(node, label=node.label.replace(old.label, new.label, 1))
        return node

    subject, value = called(fact.subject), called(fact.value)
    return fact.with_changes(subject=subject, value=value, rule="curator.set", confidence=1.0)


def _with_place(
    finder: Finder, resolved: Resolved, item: Correction, facts: Iterable[Fact]
) -> Resolved:
    """Return a document in which the words of facts are read as the new place."""
    place = read_place_of(finder, item, item.to)
    spans = [(fact.start, fact.end) for fact in facts]
    written = {fact.as_written or quotation(resolved, fact) for fact in facts}
    written |= {quotation(resolved, fact) for fact in facts}
    readings = [r for r in resolved.readings if r.as_written not in written]
    readings += [replace(place, as_written=words, basis="normalized") for words in sorted(written)]
    anomalies = tuple(
        anomaly
        for anomaly in resolved.extraction.anomalies
        if anomaly.kind != "misspelling"
        or not any(start <= anomaly.start and anomaly.end <= end for start, end in spans)
    )
    return Resolved(replace(resolved.extraction, anomalies=anomalies), tuple(readings))


def _without(facts: Iterable[Fact], fact: Fact, value: Node) -> list[Fact]:
    """Leave out what was said of a thing that existed only as the value of a retracted fact."""
    key = value.key
    if len(key) > 2 and key[0] == "program":
        return [f for f in facts if not (_is_of(f.subject, key) or _is_of(f.value, key))]
    if fact.predicate not in PARTIES:
        return list(facts)
    part = (*fact.subject.key, "participation", *key[1:])
    role = Concept("participation-role", PARTIES[fact.predicate])
    roles = [f for f in facts if f.subject.key == part and f.predicate == "org:role"]
    if any(f.value != role for f in roles):  # it also takes part in another role
        return [f for f in facts if f.subject.key != part or f.value != role]
    return [
        f
        for f in facts
        if f.subject.key != part and not (fact.predicate == "hasPayer" and _is_type_of(f, value))
    ]


def _is_of(value: Object, key: Key) -> bool:
    return isinstance(value, Node) and value.key[: len(key)] == key


def _is_type_of(fact: Fact, payer: Node) -> bool:
    return fact.subject == payer and fact.predicate == "organizationType"
