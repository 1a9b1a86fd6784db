"""Decide, over a whole collection, which keys of organizations are one, and say why.

Only what is certain makes two keys one: both are labels of one payer brand, they differ in word
breaks only or in "of" before a state, or a text gives one as the acronym of the other. An acronym
that texts explain in two ways holds inside each of these texts and nowhere else.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Final

from kg.acronyms import Acronym
from kg.lexicon import Vocabulary
from kg.names import joined_key, organization_key
from kg.naming import CollectedNames, DocumentNames
from kg.places import state_by_code
from kg.places.gazetteer import codes

_BRANDS: Final = "payer-brand"
_SURE_LETTERS: Final = 3
"""An acronym of two letters holds only in texts that explain it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two keys are one: in words, and where a text says so."""

    words: str
    document: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Identity:
    """For each key that is not its organization's own, that key; and why."""

    everywhere: Mapping[str, str]
    within: Mapping[str, Mapping[str, str]]
    """By document: acronyms that mean something in it which they do not mean everywhere."""
    reasons: Mapping[str, Reason]
    also_named: Mapping[str, tuple[str, ...]]
    """Names that the texts explain but that no fact uses, by key."""

    def key_of(self, document: str, key: str) -> str:
        """Return the key of the organization that a key means in a document."""
        inside = self.within.get(document, {})
        return inside.get(key) or self.everywhere.get(key, key)


def identify(collected: CollectedNames, vocabulary: Vocabulary) -> Identity:
    """Return which keys of a collection are one."""
    brands = brand_keys(vocabulary)
    keys = frozenset(collected.keys)
    groups = _Groups(brands)
    for key, brand in brands.items():
        groups.join(brand, key, Reason("both are names of one payer in the vocabulary"))
    known = sorted(keys | brands.keys())
    _join_alike(groups, known, without_of, Reason('they differ only in "of" before a state'))
    _join_alike(groups, known, joined_key, Reason("they differ only in where words break"))
    explained = _Explained([names for _, names in collected.explaining], groups, keys)
    explained.join_unambiguous()
    return Identity(
        {key: own for key in sorted(keys) if (own := groups.own_key(key)) != key},
        explained.within(),
        groups.reasons,
        explained.also_named(),
    )


def brand_keys(vocabulary: Vocabulary) -> dict[str, str]:
    """Return for each label of one payer brand only, as a key, the key of the brand."""
    found: dict[str, set[str]] = {}
    for wording, concepts in vocabulary.wordings.items():
        for concept in concepts:
            if concept.scheme == _BRANDS and concept in vocabulary.labels:
                own = organization_key(vocabulary.labels[concept])
                found.setdefault(organization_key(wording), set()).add(own)
    return {key: min(owners) for key, owners in sorted(found.items()) if len(owners) == 1}


@cache
def _state_slugs() -> frozenset[str]:
    places = (state_by_code(code) for code in codes())
    return frozenset(organization_key(place.name) for place in places if place is not None)


def without_of(key: str) -> str:
    """Return a key without the "of" before the state that it ends in.

    >>> without_of("blue-cross-blue-shield-of-texas"), without_of("university-of-chicago")
    ('blue-cross-blue-shield-texas', 'university-of-chicago')
    """
    name, of, state = key.rpartition("-of-")
    return f"{name}-{state}" if of and state in _state_slugs() else key


@dataclass(slots=True)
class _Groups:
    """Keys that are one; a group never spans two brands."""

    brands: Mapping[str, str]
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)
    short: set[str] = field(default_factory=set)
    """Acronyms, which never stand for their group."""

    def group(self, key: str) -> frozenset[str]:
        return self.members.get(key, frozenset({key}))

    def join(self, one: str, other: str, reason: Reason) -> bool:
        """Make two groups one unless two brands forbid it; say whether they are one now."""
        if other in self.group(one):
            return True
        both = self.group(one) | self.group(other)
        owners = {self.brands[key] for key in both if key in self.brands}
        if len(owners) > 1:
            return False
        for key in both:
            self.members[key] = both
        for key in (one, other):
            self.reasons.setdefault(key, reason)
        return True

    def own_key(self, key: str) -> str:
        """Return the key that stands for a group, whatever the order in which it grew."""
        group = self.group(key)
        owners = sorted({self.brands[k] for k in group if k in self.brands})
        if owners:
            return owners[0]
        return min(group, key=lambda k: (k in self.short, "-of-" not in k, k.count("-"), k))


def _join_alike(
    groups: _Groups, keys: Iterable[str], form: Callable[[str], str], reason: Reason
) -> None:
    first: dict[str, str] = {}
    for key in keys:
        groups.join(first.setdefault(form(key), key), key, reason)


@dataclass(frozen=True, slots=True)
class _Use:
    """One acronym as one document explains it, by keys."""

    document: str
    letters: str
    name: str
    acronym: Acronym

    @property
    def reason(self) -> Reason:
        words = f"the text explains {self.acronym.letters} as {self.acronym.name}"
        return Reason(words, self.document, self.acronym.start, self.acronym.end)


@dataclass(slots=True)
class _Explained:
    """The acronyms that a collection explains."""

    explaining: Sequence[DocumentNames]
    groups: _Groups
    keys: frozenset[str]

    def uses(self) -> dict[str, list[_Use]]:
        """Return the explanations of each acronym that is or explains a known name."""
        found: dict[str, list[_Use]] = {}
        for names in self.explaining:
            for acronym in names.acronyms:
                letters, name = organization_key(acronym.letters), organization_key(acronym.name)
                if letters != name and (letters in self.keys or self._is_known(name)):
                    found.setdefault(letters, []).append(
                        _Use(names.document, letters, name, acronym)
                    )
        return dict(sorted(found.items()))

    def join_unambiguous(self) -> None:
        """Join acronym and name where all texts that explain it agree, and the letters spell it."""
        for letters, uses in self.uses().items():
            spelt = min((u for u in uses if u.acronym.is_spelt), key=_where, default=None)
            if (
                spelt is not None
                and len(letters) >= _SURE_LETTERS
                and letters in self.keys
                and self._is_known(spelt.name)
                and len(self._meanings(uses)) == 1
            ):
                self.groups.short.add(letters)
                self.groups.join(spelt.name, letters, spelt.reason)

    def within(self) -> dict[str, dict[str, str]]:
        """Return what acronyms mean in the documents that explain them in one way."""
        found: dict[str, dict[str, str]] = {}
        for letters, uses in self.uses().items():
            for document, same in groupby(sorted(uses, key=_where), lambda use: use.document):
                here = list(same)
                meanings = self._meanings(here)
                if len(meanings) > 1 or letters not in self.keys:
                    continue
                if self._is_known(here[0].name):
                    found.setdefault(document, {})[letters] = min(meanings)
                    self.groups.reasons.setdefault(letters, here[0].reason)
        return found

    def also_named(self) -> dict[str, tuple[str, ...]]:
        """Return for each organization the acronyms, or full names, that only texts give it."""
        found: dict[str, set[str]] = {}
        for letters, uses in self.uses().items():
            for use in uses:
                if self._is_known(use.name):
                    found.setdefault(self.groups.own_key(use.name), set()).add(use.acronym.letters)
                elif use.acronym.is_spelt and len(self._meanings(uses)) == 1:
                    found.setdefault(self.groups.own_key(letters), set()).add(use.acronym.name)
        return {key: tuple(sorted(names)) for key, names in sorted(found.items())}

    def _meanings(self, uses: Iterable[_Use]) -> set[str]:
        return {self.groups.own_key(use.name) for use in uses}

    def _is_known(self, name: str) -> bool:
        return not self.groups.group(name).isdisjoint(self.keys)


def _where(use: _Use) -> tuple[str, int]:
    return use.document, use.acronym.start
