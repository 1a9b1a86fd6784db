"""Move what a document says from some things to others, parts and all."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from kg.corrections.known import Key, is_named
from kg.places import Place, PlaceReading
from kg.records import Curation, Fact, Node, Object
from kg.resolve import Resolved

Move = Callable[[Node], tuple[Key, Curation] | None]
"""Tells where a node goes and who decided it, or nothing where it stays."""


def moved_key(key: Key, moves: Mapping[Key, Key]) -> tuple[Key, Key] | None:
    """Return what a key becomes once things are others, and which of them makes it so.

    A part moves with its whole, and a participation with its member.

    >>> moves = {("org", "acme-inc"): ("org", "acme")}
    >>> moved_key(("org", "acme-inc", "physicians"), moves)
    (('org', 'acme', 'physicians'), ('org', 'acme-inc'))
    >>> moved_key(("program", "p", "participation", "acme-inc"), moves)
    (('program', 'p', 'participation', 'acme'), ('org', 'acme-inc'))
    """
    whole = key if key[0] == "place" else key[:2]  # a county is no part of its state in this
    mover = whole if whole in moves else None
    if mover is not None:
        key = (*moves[mover], *key[len(mover) :])
    member = ("org", *key[3:])
    if key[2:3] == ("participation",) and member in moves:
        key, mover = (*key[:3], *moves[member][1:]), mover or member
    return None if mover is None else (key, mover)


def moving(moves: Mapping[Key, Key], curation_of: Callable[[Key], Curation]) -> Move:
    """Return a move by key."""

    def move(node: Node) -> tuple[Key, Curation] | None:
        found = moved_key(node.key, moves)
        return (found[0], curation_of(found[1])) if found else None

    return move


def move_things(resolved: Resolved, move: Move, places: Mapping[Key, Place]) -> Resolved:
    """Return a document in which some things are others; labels stay as the text has them.

    `places` holds, by the key of each place that moves, the place that it is.
    """
    extraction = resolved.extraction
    touched: list[Curation] = []
    facts = []
    for fact in extraction.facts:
        changed = _moved_fact(fact, move)
        if changed.curation and changed is not fact:
            touched.append(changed.curation)
        facts.append(changed)
    program = extraction.program
    if gone := move(program):
        program = replace(program, key=gone[0])
        touched.append(gone[1])
    if not touched:
        return resolved
    extraction = replace(
        extraction,
        program=program,
        facts=tuple(dict.fromkeys(facts)),
        curations=with_curations(extraction.curations, *touched),
    )
    readings = (_moved_reading(reading, places) for reading in resolved.readings)
    return Resolved(extraction, tuple(readings))


def _moved_fact(fact: Fact, move: Move) -> Fact:
    """Keep the rule that read the fact: it read the name well, the curator says whose it is."""
    subject, value = move(fact.subject), None
    if isinstance(fact.value, Node):
        value = move(fact.value)
    gone = value or subject
    if gone is None:
        return fact
    node: Object = fact.value
    written = fact.as_written
    if value is not None and isinstance(node, Node):
        written = written or (node.label if is_named(node.key) else None)
        node = replace(node, key=value[0])
    return fact.with_changes(
        subject=replace(fact.subject, key=subject[0]) if subject else fact.subject,
        value=node,
        basis="curated",
        as_written=written,
        curation=gone[1],
    )


def _moved_reading(reading: PlaceReading, places: Mapping[Key, Place]) -> PlaceReading:
    place = places.get(reading.place.key)
    if place is None:
        return reading
    return replace(reading, place=place, short_name=place.name, state=place.state)


def with_curations(known: tuple[Curation, ...], *more: Curation) -> tuple[Curation, ...]:
    """Return decisions, each once, in the order of their keys; what came last says most."""
    by_key = {curation.key: curation for curation in (*known, *more)}
    return tuple(by_key[key] for key in sorted(by_key))
