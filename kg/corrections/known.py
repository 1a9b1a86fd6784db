"""Know what everything is called in all documents together, to find what a curator names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.corrections.form import Correction, Corrections, plain, suggest
from kg.iris import slug
from kg.labels import choose_labels
from kg.names import organization_key
from kg.places import Place, read_place
from kg.records import Extraction, Node
from kg.resolve import Resolved

Key = tuple[str, ...]
_FAMILIES: Final[Mapping[str, str]] = {
    "organization": "org",
    "place": "place",
    "program": "program",
}


def is_named(key: Key) -> bool:
    """Say whether a key is that of an organization, a program or a place, not of a part of one.

    >>> is_named(("org", "cigna")), is_named(("org", "cigna", "claim", "first"))
    (True, False)
    """
    return key[0] == "place" or (len(key) == 2 and key[0] in {"org", "program"})


def nodes_of(extraction: Extraction) -> Iterable[Node]:
    """Return the nodes of a document, one for each way of naming one."""
    found = {(extraction.program.key, extraction.program.label): extraction.program}
    for fact in extraction.facts:
        found.setdefault((fact.subject.key, fact.subject.label), fact.subject)
        if isinstance(fact.value, Node):
            found.setdefault((fact.value.key, fact.value.label), fact.value)
    return found.values()


@dataclass(frozen=True, slots=True)
class Names:
    """Which things bear which names."""

    exact: Mapping[str, frozenset[Key]]
    """By label as it is, but for case and blanks."""
    normal: Mapping[str, frozenset[Key]]
    """By normal form."""
    labels: Mapping[Key, tuple[str, ...]]
    places: Mapping[Key, Place]

    def keys(self, name: str, kind: str = "") -> frozenset[Key]:
        """Return the things that a name means, the closest reading that there is."""
        start = _FAMILIES.get(kind)
        forms = ((self.exact, plain(name)), (self.normal, organization_key(name)))
        for index, form in forms:
            found = index.get(form, frozenset())
            found = frozenset(key for key in found if start in {None, key[0]})
            if found:
                return found
        return frozenset()

    def organization(self, name: str) -> Key:
        """Return the key of the organization of a name, known or not."""
        found = self.keys(name, "organization")
        return min(found) if len(found) == 1 else ("org", organization_key(name))

    def one(self, corrections: Corrections, item: Correction, name: str) -> Key:
        """Return the thing that a name means.

        Raises:
            InputError: no document speaks of it, or several things are called so.
        """
        found = self.keys(name, item.kind)
        if len(found) == 1:
            return min(found)
        if not found:
            known = (label for labels in self.labels.values() for label in labels)
            hint = suggest(name, known)
            raise corrections.error(item, f"no document speaks of “{name}”{hint}")
        families = {key[0] for key in found}
        said = ", ".join("_".join(key) for key in sorted(found))
        kinds = " | ".join(kind for kind, family in _FAMILIES.items() if family in families)
        advice = f"; say which: kind = {kinds}" if len(families) > 1 else ""
        raise corrections.error(item, f"“{name}” is the name of several things: {said}{advice}")

    def target(self, corrections: Corrections, item: Correction, like: Key) -> Key:
        """Return what a merge leads to: something known, or new of the kind of the others."""
        start = {"org": "organization", "program": "program"}.get(like[0], "place")
        found = self.keys(item.into, start)
        if len(found) == 1:
            return min(found)
        if like[0] == "org":
            return ("org", organization_key(item.into))
        if like[0] == "program":
            return ("program", slug(item.into))
        place = read_place(item.into).place
        if place.kind == "unknown":
            message = f"the gazetteer does not know “{item.into}”; name a place with its state"
            raise corrections.error(item, message)
        return place.key


def read_names(documents: Sequence[Resolved]) -> Names:
    """Return the names of all documents."""
    exact: dict[str, set[Key]] = {}
    normal: dict[str, set[Key]] = {}
    labels: dict[Key, set[str]] = {}
    places: dict[Key, Place] = {}

    def add(name: str, key: Key) -> None:
        exact.setdefault(plain(name), set()).add(key)
        normal.setdefault(organization_key(name), set()).add(key)
        labels.setdefault(key, set()).add(name)

    extractions = (resolved.extraction for resolved in documents)
    for key, names in choose_labels(extractions, only=is_named).items():
        for name in names:
            add(name, key)
    for resolved in documents:
        for reading in resolved.readings:
            places[reading.place.key] = reading.place
            for name in (reading.short_name, reading.as_written):
                add(name, reading.place.key)
    return Names(
        {name: frozenset(keys) for name, keys in exact.items()},
        {name: frozenset(keys) for name, keys in normal.items()},
        {key: tuple(sorted(found)) for key, found in labels.items()},
        places,
    )
