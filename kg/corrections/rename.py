"""Move what a document says from some things to others, parts and all."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from kg.corrections.known import Key
from kg.places import Place
from kg.records import Curation, Fact, Node, Object
from kg.resolve import Resolved


def moved_key(key: Key, moves: Mapping[Key, Key]) -> Key:
    """Return the key of a thing once other things are what others are.

    A part moves with its whole, and a participation with its member.

    >>> moves = {("org", "acme-inc"): ("org", "acme")}
    >>> moved_key(("org", "acme-inc", "physicians"), moves)
    ('org', 'acme', 'physicians')
    >>> moved_key(("program", "p", "participation", "acme-inc"), moves)
    ('program', 'p', 'participation', 'acme')
    """
    for old, new in moves.items():
        if key[: len(old)] == old and (key[0] != "place" or key == old):
            key = (*new, *key[len(old) :])
            break
    if key[2:3] == ("participation",):
        member = moves.get(("org", *key[3:]))
        return (*key[:3], *member[1:]) if member else key
    return key


def move_things(
    resolved: Resolved,
    moves: Mapping[Key, Key],
    curation_of: Callable[[Key], Curation],
    places: Mapping[Key, Place],
) -> Resolved:
    """Return a document in which some things are others; labels stay as the text has them.

    `curation_of` tells which decision moves a thing that is a key of `moves`.
    """
    extraction = resolved.extraction
    touched: dict[str, Curation] = {}
    facts = []
    for fact in extraction.facts:
        subject = _moved(fact.subject, moves)
        value = _moved(fact.value, moves) if isinstance(fact.value, Node) else fact.value
        changed = [
            node
            for node, after in ((fact.value, value), (fact.subject, subject))
            if isinstance(node, Node) and node != after
        ]
        if changed:
            curation = curation_of(_mover(changed[0].key, moves))
            touched[curation.key] = curation
            facts.append(_curated(fact, subject, value, curation))
        else:
            facts.append(fact)
    program = _moved(extraction.program, moves)
    if program != extraction.program:
        curation = curation_of(_mover(extraction.program.key, moves))
        touched[curation.key] = curation
    if not touched:
        return resolved
    extraction = replace(
        extraction,
        program=program,
        facts=tuple(dict.fromkeys(facts)),
        curations=with_curations(extraction.curations, *touched.values()),
    )
    readings = tuple(
        replace(reading, place=places[moves[reading.place.key]])
        if reading.place.key in moves
        else reading
        for reading in resolved.readings
    )
    return Resolved(extraction, readings)


def with_curations(known: tuple[Curation, ...], *more: Curation) -> tuple[Curation, ...]:
    """Return decisions, each once, in the order of their keys; what came last says most."""
    by_key = {curation.key: curation for curation in (*known, *more)}
    return tuple(by_key[key] for key in sorted(by_key))


def _moved(node: Node, moves: Mapping[Key, Key]) -> Node:
    key = moved_key(node.key, moves)
    return node if key == node.key else replace(node, key=key)


def _mover(key: Key, moves: Mapping[Key, Key]) -> Key:
    """Return which of the moved things made a key another."""
    for old in moves:
        if key[: len(old)] == old or (key[2:3] == ("participation",) and key[3:] == old[1:]):
            return old
    raise KeyError(key)


def _curated(fact: Fact, subject: Node, value: Object, curation: Curation) -> Fact:
    """Keep the rule that read the fact: it read the name well, the curator says whose it is."""
    written = fact.as_written
    if isinstance(fact.value, Node) and fact.value != value and len(fact.value.key) == 2:
        written = written or fact.value.label
    return fact.with_changes(
        subject=subject, value=value, basis="curated", as_written=written, curation=curation
    )
