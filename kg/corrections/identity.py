"""Settle which names are one thing, which are not, and what a thing is called.

The order of the file does not matter here: names that must stay apart are parted first, then
merges lead, through any number of steps, to one last thing each, then labels are given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.corrections.form import IDENTITY_ACTIONS, Correction, Corrections, plain
from kg.corrections.known import Key, Names, nodes_of, read_names
from kg.corrections.rename import Move, move_things, moving, with_curations
from kg.iris import slug
from kg.places import Place, read_place
from kg.records import Curation, Node
from kg.resolve import Resolved
from kg.spool import change_each


def settle_names(documents: Sequence[Resolved], corrections: Corrections) -> Sequence[Resolved]:
    """Return the documents with every decision about names applied.

    Raises:
        InputError: a name means nothing or several things, or two decisions contradict each other.
    """
    if not corrections.of(*IDENTITY_ACTIONS):
        return documents
    parted = _keep_apart(documents, corrections)
    names = read_names(parted)
    merges = _read_merges(names, corrections)
    _check_apart(names, merges, corrections)
    places = merges.places(names)
    if merges.ends:
        parted = change_each(parted, lambda resolved: merges.apply(resolved, places))
    return _rename(parted, merges, corrections)


def _keep_apart(documents: Sequence[Resolved], corrections: Corrections) -> Sequence[Resolved]:
    """Part the names that a rule has made one, and note the decisions where they stand."""
    items, waiting = corrections.of("keep-apart"), _Partings()
    names = read_names(documents if items else ())
    for item in items:
        first, parted = _own_keys(names, corrections, item)
        waiting.add(_Parting(parted, item.curation(), frozenset(first)))
        if parted:
            documents, waiting = change_each(documents, waiting.apply), _Partings()
            names = read_names(documents)
    return change_each(documents, waiting.apply) if waiting.items else documents


def _own_keys(
    names: Names, corrections: Corrections, item: Correction
) -> tuple[Mapping[Key, str], Mapping[str, Key]]:
    """Return the keys of names that stay apart, and the new keys of those that shared one."""
    first: dict[Key, str] = {}
    parted: dict[str, Key] = {}
    for name in item.names:
        key = names.one(corrections, item, name)
        if key not in first:
            first[key] = name
            continue
        own = ("org", slug(name))
        if key[0] != "org" or own in first:
            message = f"“{first[key]}” and “{name}” are one name, but for case and punctuation"
            raise corrections.error(item, message)
        first[own] = name
        parted[plain(name)] = own
    return first, parted


@dataclass(frozen=True, slots=True)
class _Parting:
    """A decision that things are apart: their keys, and the new keys of names that shared one."""

    parted: Mapping[str, Key]
    curation: Curation
    keys: frozenset[Key]


@dataclass(frozen=True, slots=True)
class _Partings:
    """Decisions that do not touch each other, found by the keys that a document has."""

    items: list[_Parting] = field(default_factory=list)
    by_key: dict[Key, list[int]] = field(default_factory=dict)

    def add(self, parting: _Parting) -> None:
        for key in parting.keys:
            self.by_key.setdefault(key, []).append(len(self.items))
        self.items.append(parting)

    def apply(self, resolved: Resolved) -> Resolved:
        """Return a document in which things are apart, with the decisions noted."""
        keys = {node.key for node in nodes_of(resolved.extraction)}
        for number in sorted({n for key in keys for n in self.by_key.get(key, ())}):
            resolved = _parted(resolved, self.items[number])
        return resolved


def _parted(resolved: Resolved, parting: _Parting) -> Resolved:
    """Move the names that are another's; their parts too, where only they are in the document."""
    parted, curation = parting.parted, parting.curation
    nodes = [node for node in nodes_of(resolved.extraction) if node.key in parting.keys]
    moves = {node.key: parted[plain(node.label)] for node in nodes if plain(node.label) in parted}
    moves = {old: new for old, new in moves.items() if old != new}
    if any(node.key in moves and plain(node.label) not in parted for node in nodes):
        move = _by_label(parted, curation)
    else:
        move = moving(moves, lambda _: curation)
    return _noted(move_things(resolved, move, {}), curation)


def _by_label(parted: Mapping[str, Key], curation: Curation) -> Move:
    def move(node: Node) -> tuple[Key, Curation] | None:
        name, _, _ = plain(node.label).partition(" in ")
        if node.key[0] == "org" and len(node.key) == 2 and plain(node.label) in parted:
            own = parted[plain(node.label)]
        elif node.key[2:3] == ("participation",) and name in parted:
            own = (*node.key[:3], *parted[name][1:])
        else:
            return None
        return None if own == node.key else (own, curation)

    return move


def _noted(resolved: Resolved, curation: Curation) -> Resolved:
    extraction = resolved.extraction
    curations = with_curations(extraction.curations, curation)
    return replace(resolved, extraction=replace(extraction, curations=curations))


@dataclass(frozen=True, slots=True)
class _Merges:
    """Where each merged thing goes in the end, and by which correction it goes."""

    ends: Mapping[Key, Key]
    items: Mapping[Key, Correction]
    calls: Mapping[Key, Correction]
    """The correction that names the last thing."""

    def places(self, names: Names) -> Mapping[Key, Place]:
        """Return for each place that moves the place that it is."""
        return {
            old: names.places.get(new) or read_place(self.calls[new].into).place
            for old, new in self.ends.items()
            if old != new and old[0] == "place"
        }

    def apply(self, resolved: Resolved, places: Mapping[Key, Place]) -> Resolved:
        """Return a document with its things merged, and the decisions noted that name them."""
        moves = {old: new for old, new in self.ends.items() if old != new}
        keys = {node.key for node in nodes_of(resolved.extraction)}
        moved = move_things(resolved, moving(moves, self._curation), places)
        for key in sorted(keys & self.ends.keys()):
            moved = _noted(moved, self._curation(key))
        return moved

    def _curation(self, key: Key) -> Curation:
        item, end = self.items[key], self.ends[key]
        calls = Node("Thing", end, self.calls[end].into) if end[0] != "place" else None
        return item.curation(calls=calls)


def _read_merges(names: Names, corrections: Corrections) -> _Merges:
    links: dict[Key, dict[Key, Correction]] = {}
    for item in corrections.of("merge"):
        keys = [names.one(corrections, item, name) for name in item.names]
        if len({key[0] for key in keys}) > 1:
            raise corrections.error(item, "things of different kinds cannot be one")
        target = names.target(corrections, item, keys[0])
        for key in (*keys, target):
            links.setdefault(key, {}).setdefault(target, item)
    ends = {key: _end(key, links, corrections) for key in sorted(links)}
    items = {}
    for key, targets in links.items():
        others = [item for target, item in targets.items() if target != key]
        items[key] = (others or list(targets.values()))[0]
    calls = {end: links[end][end] for end in ends.values()}
    return _Merges(ends, items, calls)


def _end(key: Key, links: Mapping[Key, Mapping[Key, Correction]], corrections: Corrections) -> Key:
    """Return the one thing that merges lead to from a thing."""
    ends: dict[Key, Correction] = {}
    waiting, seen = [(key, item) for item in links[key].values()], {key}
    while waiting:
        here, item = waiting.pop()
        others = [(to, by) for to, by in links[here].items() if to != here]
        if not others:
            ends.setdefault(here, item)
        for to, by in others:
            if to not in seen:
                seen.add(to)
                waiting.append((to, by))
    if len(ends) == 1:
        return next(iter(ends))
    used = {by for here in seen for to, by in links[here].items() if to != here}
    first, *rest = sorted(used, key=corrections.items.index)
    lines = ", ".join(f"{corrections.path}:{by.line} ({by.summary})" for by in rest)
    problem = "lead to several names" if ends else "lead in a circle"
    raise corrections.error(first, f"together with {lines} it would {problem}; choose one `into`")


def _check_apart(names: Names, merges: _Merges, corrections: Corrections) -> None:
    for item in corrections.of("keep-apart"):
        ends: dict[Key, str] = {}
        for name in item.names:
            key = names.one(corrections, item, name)
            end = merges.ends.get(key, key)
            if end in ends:
                by = merges.items.get(key) or merges.items[end]
                message = f"contradicts {corrections.path}:{by.line} ({by.summary})"
                raise corrections.error(item, message)
            ends[end] = name


def _rename(
    documents: Sequence[Resolved], merges: _Merges, corrections: Corrections
) -> Sequence[Resolved]:
    items = corrections.of("rename")
    names = read_names(documents if items else ())
    called: dict[Key, tuple[str, Correction]] = {
        key: (item.into, item) for key, item in merges.calls.items()
    }
    curations: dict[Key, Curation] = {}
    for item in items:
        key = names.one(corrections, item, item.name)
        if key[0] == "place":
            message = "the gazetteer names places; put a place right with `set`"
            raise corrections.error(item, message)
        label, by = called.setdefault(key, (item.to, item))
        if label != item.to:
            message = f"contradicts {corrections.path}:{by.line} ({by.summary})"
            raise corrections.error(item, message)
        curations[key] = item.curation(calls=Node("Thing", key, item.to))

    def note(resolved: Resolved) -> Resolved:
        keys = {node.key for node in nodes_of(resolved.extraction)}
        for key in sorted(keys & curations.keys()):
            resolved = _noted(resolved, curations[key])
        return resolved

    return change_each(documents, note) if curations else documents
