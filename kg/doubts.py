"""Find names that may be one organization's, or one name that may be several's, for people.

Nothing here is merged or parted, and nothing of it enters the graph: a doubt is a question, and
`skos:closeMatch`, which relates concepts, would state an answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import re2

from kg.acronyms import spells
from kg.identity import brand_keys
from kg.iris import slug
from kg.lexicon import Vocabulary
from kg.likeness import GENERIC, SMALL, compare_names
from kg.names import joined_key, organization_key
from kg.naming import DocumentNames, read_names
from kg.places import place_by_key
from kg.quotation import Quotation, quote
from kg.records import Extraction, Node
from kg.resolve import Resolved

_LARGEST_BLOCK: Final = 24
"""Names that share a word more common than this are compared by their rarer words."""
_NEIGHBOURS: Final = 3
_SHORTEST_MISSPELT: Final = 5
_MOST_QUOTATIONS: Final = 6
_PARENTHESES = re2.compile(r" ?\([^()]*\)")
_KINDS_OF_PROGRAM: Final = frozenset({"program", "initiative", "pilot", "project", "model"})


@dataclass(frozen=True, slots=True)
class PossibleMerge:
    """Names that may mean one thing, or, with a single key, one that may mean several."""

    names: tuple[str, ...]
    keys: tuple[str, ...]
    score: float
    """From 0 to 100; for sorting, not for deciding."""
    reason: str
    documents: tuple[str, ...]
    quotations: tuple[Quotation, ...]

    @property
    def decision(self) -> str:
        """What was done in doubt."""
        return "kept apart" if len(self.keys) > 1 else "kept as one"


@dataclass(slots=True)
class _Organization:
    """One organization with what tells it from others."""

    key: str
    names: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """For each name the number of the document that has it first, and where."""
    documents: list[int] = field(default_factory=list)
    lists: set[tuple[int, str]] = field(default_factory=set)
    """The fields that name it: two values of one field are not one organization."""
    known: set[str] = field(default_factory=set)
    """Normal forms of the names that the vocabulary has for it."""

    @property
    def forms(self) -> list[str]:
        return sorted({organization_key(name) for name in self.names} | self.known)

    @property
    def name(self) -> str:
        """The name that it has first, or has in the vocabulary."""
        if not self.names:
            return self.key.replace("-", " ").title()
        return min(self.names, key=lambda name: (self.names[name], name))


def find_doubts(
    documents: Sequence[Resolved],
    vocabulary: Vocabulary,
    settled: Collection[frozenset[str]] = frozenset(),
) -> tuple[PossibleMerge, ...]:
    """Return what a person should look at in resolved documents, the likeliest first.

    Payers of the vocabulary are compared with, too. `settled` are pairs of normal forms of names
    that a curator has decided about.
    """
    finder = _Finder([found.extraction for found in documents])
    finder.add_known(vocabulary)
    found = {
        (doubt.keys, doubt.reason): doubt
        for doubts in (*finder.about_organizations(), finder.programs())
        for doubt in doubts
        if frozenset(map(organization_key, doubt.names)) not in settled
    }
    return tuple(
        sorted(found.values(), key=lambda doubt: (-doubt.score, doubt.names, doubt.reason))
    )


class _Finder:
    """What is known of all organizations of a collection."""

    def __init__(self, extractions: Sequence[Extraction]) -> None:
        self.extractions = sorted(extractions, key=lambda e: (e.document.name, e.document.sha256))
        self.here: list[DocumentNames] = [read_names(e) for e in self.extractions]
        self.organizations: dict[str, _Organization] = {}
        self.keys_of_form: dict[str, str] = {}
        for number, names in enumerate(self.here):
            for naming in names.namings:
                found = self.organizations.setdefault(naming.key, _Organization(naming.key))
                found.names.setdefault(naming.name, (number, naming.start, naming.end))
                if not found.documents or found.documents[-1] != number:
                    found.documents.append(number)
                found.lists.update((number, part) for part in naming.parts)
                self.keys_of_form.setdefault(organization_key(naming.name), naming.key)

    def about_organizations(self) -> tuple[Iterator[PossibleMerge], ...]:
        """Return every kind of doubt about names of organizations."""
        return self.acronyms(), self.unexplained(), self.alike(), self.shared()

    def programs(self) -> Iterator[PossibleMerge]:
        """Yield titles that are one but for words such as "pilot", or for parentheses."""
        titles: dict[str, dict[tuple[str, ...], tuple[int, Node]]] = defaultdict(dict)
        for number, extraction in enumerate(self.extractions):
            program = extraction.program
            words = organization_key(_PARENTHESES.sub("", program.label)).split("-")
            form = "-".join(word for word in words if word not in _KINDS_OF_PROGRAM)
            titles[form].setdefault(program.key, (number, program))
        for form, found in sorted(titles.items()):
            if form and len(found) > 1:
                programs = [found[key] for key in sorted(found)]
                spans = [(number, *self._title(number)) for number, _ in programs]
                names = [program.label for _, program in programs]
                keys = tuple(program.key[1] for _, program in programs)
                yield self._doubt(names, keys, 95, "the titles of the programs are alike", spans)

    def _title(self, number: int) -> tuple[int, int]:
        passages = self.extractions[number].passages
        return next(((p.start, p.end) for p in passages if p.kind == "title"), (0, 1))

    def add_known(self, vocabulary: Vocabulary) -> None:
        """Add the names of payers that the vocabulary knows, whether or not a text has them."""
        for form, key in brand_keys(vocabulary).items():
            self.organizations.setdefault(key, _Organization(key)).known.add(form)

    def acronyms(self) -> Iterator[PossibleMerge]:
        """Yield each acronym that texts explain in several ways."""
        uses: dict[str, dict[str, list[tuple[int, int, int, str]]]] = {}
        for number, here in enumerate(self.here):
            for acronym in here.acronyms:
                form = organization_key(acronym.name)
                own = self.keys_of_form.get(form, form)
                place = (number, acronym.start, acronym.end, acronym.name)
                uses.setdefault(acronym.letters, {}).setdefault(own, []).append(place)
        for letters, meanings in sorted(uses.items()):
            known = self.organizations.keys() & {*meanings, organization_key(letters)}
            if len(meanings) > 1 and known:
                places = [min(meanings[own]) for own in sorted(meanings)]
                names = dict.fromkeys((letters, *(name for *_, name in places)))
                reason = f"texts explain {letters} in {len(meanings)} ways"
                keys = (organization_key(letters), *sorted(meanings))
                yield self._doubt(names, keys, 100, reason, [place[:3] for place in places])

    def unexplained(self) -> Iterator[PossibleMerge]:
        """Yield names whose letters are the initials of another one, though no text says so."""
        by_first: dict[str, list[_Organization]] = defaultdict(list)
        for found in self.organizations.values():
            for form in found.forms:
                if "-" in form:
                    by_first[_initials(form)].append(found)
        for found in self.organizations.values():
            for name in sorted(found.names):
                if not (name.isalpha() and name.isupper() and 2 < len(name) < 10):
                    continue
                for other in by_first.get(name.lower(), ())[:5]:
                    spelt = any(spells(name, full) for full in other.names)
                    if spelt and other.key != found.key:
                        reason = f"{name} are the initials, but no text says so"
                        yield self._pair(found, other, 85, reason)

    def alike(self) -> Iterator[PossibleMerge]:
        """Yield names that differ little, and in no word that makes them two."""
        forms = {key: found.forms for key, found in self.organizations.items()}
        for one, other in sorted(self._candidates()):
            left, right = self.organizations[one], self.organizations[other]
            if left.lists & right.lists or not (left.names or right.names):
                continue
            found = (
                compare_names(a, b, self._states_of(left if len(a) < len(b) else right))
                for a in forms[one]
                for b in forms[other]
            )
            best = max((f for f in found if f), key=lambda f: (f.score, f.reason), default=None)
            if best:
                yield self._pair(left, right, best.score, best.reason)

    def shared(self) -> Iterator[PossibleMerge]:
        """Yield names without a word of their own that documents about several states have."""
        for found in self.organizations.values():
            words = {word for form in found.forms for word in form.split("-")} - SMALL
            states = {n: self._states(n) for n in found.documents} if words <= GENERIC else {}
            distinct = sorted({state for here in states.values() for state in here})
            if len(distinct) > 1 and "medicare" not in words:
                places = ", ".join(state.replace("-", " ").title() for state in distinct)
                reason = f"documents about {places} have it; it may be one in each state"
                spans = [self._first(found, n) for n in found.documents[:_MOST_QUOTATIONS]]
                yield self._doubt(found.names, (found.key,), 70, reason, spans)

    def _candidates(self) -> set[tuple[str, str]]:
        """Return pairs that share a rare word, or nearly, or that the alphabet puts together."""
        blocks: dict[str, set[str]] = defaultdict(set)
        spellings: dict[str, str] = {}
        for found in self.organizations.values():
            for form in found.forms:
                spellings[joined_key(form)] = found.key
                for word in set(form.split("-")) - SMALL:
                    blocks[word].add(found.key)
        near = _near_words(blocks)
        groups = [blocks[word] for word in blocks]
        groups += [blocks[one] | blocks[other] for one, other in near]
        pairs = {
            pair
            for group in groups
            if len(group) <= _LARGEST_BLOCK
            for pair in combinations(sorted(group), 2)
        }
        ordered = [spellings[name] for name in sorted(spellings)]
        for distance in range(1, _NEIGHBOURS + 1):
            pairs |= {(min(p), max(p)) for p in zip(ordered, ordered[distance:], strict=False)}
        return {(one, other) for one, other in pairs if one != other}

    def _states(self, number: int) -> frozenset[str]:
        """Return the slugs of the states that the header of a document names."""
        found = set()
        for fact in self.extractions[number].facts:
            value = fact.value
            if fact.predicate == "serviceArea" and isinstance(value, Node):
                state = place_by_key(value.key[:3]) if len(value.key) > 2 else None
                if state:
                    found.add(slug(state.name))
        return frozenset(found)

    def _states_of(self, found: _Organization) -> Iterator[str]:
        return (state for n in found.documents for state in self._states(n))

    def _first(self, found: _Organization, number: int) -> tuple[int, int, int]:
        spans = [(n.start, n.end) for n in self.here[number].namings if n.key == found.key]
        return (number, *min(spans))

    def _pair(
        self, one: _Organization, other: _Organization, score: float, reason: str
    ) -> PossibleMerge:
        both = sorted((one, other), key=lambda found: found.key)
        spans = [min(found.names.values()) for found in both if found.names]
        names = [found.name for found in both]
        if not all(found.names for found in both):
            reason = f"{reason}; the vocabulary knows the other"
        return self._doubt(names, tuple(found.key for found in both), score, reason, spans)

    def _doubt(
        self,
        names: Iterable[str],
        keys: tuple[str, ...],
        score: float,
        reason: str,
        spans: Iterable[tuple[int, int, int]],
    ) -> PossibleMerge:
        quotations = tuple(
            quote(self.extractions[n], start, end) for n, start, end in sorted(set(spans))
        )
        documents = tuple(dict.fromkeys(q.document for q in quotations))
        return PossibleMerge(tuple(names), keys, score, reason, documents, quotations)


def _initials(form: str) -> str:
    return "".join(word[0] for word in form.split("-") if word not in SMALL)


def _near_words(words: Mapping[str, object]) -> set[tuple[str, str]]:
    """Return the pairs of words that one letter, left out of either, makes the same."""
    by_stem: dict[str, set[str]] = defaultdict(set)
    for word in words:
        if len(word) >= _SHORTEST_MISSPELT and word.isalpha():
            for place in range(len(word)):
                by_stem[word[:place] + word[place + 1 :]].add(word)
            by_stem[word].add(word)
    return {
        pair
        for group in by_stem.values()
        if 1 < len(group) <= _LARGEST_BLOCK
        for pair in combinations(sorted(group), 2)
    }
