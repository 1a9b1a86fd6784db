"""Find names that may be one organization's, or one name that may be several's, for people.

Nothing here is merged or parted, and nothing of it enters the graph: a doubt is a question, and
`skos:closeMatch`, which relates concepts, would state an answer.
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from kg.acronyms import spells
from kg.gist import Gathering, Gist, Organization, gather_gists, read_gist
from kg.identity import brand_keys
from kg.lexicon import Vocabulary
from kg.likeness import GENERIC, SMALL, compare_names
from kg.names import joined_key, organization_key
from kg.naming import read_names
from kg.quotation import Quotation, quote
from kg.records import Extraction
from kg.resolve import Resolved

_LARGEST_BLOCK: Final = 24
"""Names that share a word more common than this are compared by their rarer words."""
_NEIGHBOURS: Final = 3
_SHORTEST_MISSPELT: Final = 5
_MOST_QUOTATIONS: Final = 6


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


def find_doubts(
    documents: Sequence[Resolved],
    vocabulary: Vocabulary,
    settled: Collection[frozenset[str]] = frozenset(),
    gists: Iterable[Gist] | None = None,
) -> tuple[PossibleMerge, ...]:
    """Return what a person should look at in resolved documents, the likeliest first.

    Payers of the vocabulary are compared with, too. `settled` are pairs of normal forms of names
    that a curator has decided about. `gists` are what the documents contribute, where that has been
    read already; documents and gists are then in the order of the documents' names.
    """
    if gists is None:
        documents = sorted(documents, key=_in_order)
        gists = (read_gist(found.extraction) for found in documents)
    known = gather_gists(gists)
    known.add_brands(brand_keys(vocabulary))
    finder = _Finder(documents, known)
    found = {
        (doubt.keys, doubt.reason): doubt
        for doubts in (*finder.about_organizations(), finder.programs())
        for doubt in doubts
        if frozenset(map(organization_key, doubt.names)) not in settled
    }
    return tuple(
        sorted(found.values(), key=lambda doubt: (-doubt.score, doubt.names, doubt.reason))
    )


@dataclass(frozen=True, slots=True)
class _Finder:
    """Looks for doubts among what is known of a collection; reads documents again to quote them."""

    documents: Sequence[Resolved]
    known: Gathering

    def about_organizations(self) -> tuple[Iterator[PossibleMerge], ...]:
        """Return every kind of doubt about names of organizations."""
        return self.acronyms(), self.unexplained(), self.alike(), self.shared()

    def programs(self) -> Iterator[PossibleMerge]:
        """Yield titles that are one but for words such as "pilot", or for parentheses."""
        for form, found in sorted(self.known.titles.alike.items()):
            if form:
                extractions = [self.documents[found[key]].extraction for key in sorted(found)]
                names = [extraction.program.label for extraction in extractions]
                keys = tuple(extraction.program.key[1] for extraction in extractions)
                titles = map(_title_of, extractions)
                spans = [
                    (found[key], *span) for key, span in zip(sorted(found), titles, strict=True)
                ]
                yield self._doubt(names, keys, 95, "the titles of the programs are alike", spans)

    def acronyms(self) -> Iterator[PossibleMerge]:
        """Yield each acronym that texts explain in several ways."""
        uses: dict[str, dict[str, list[tuple[int, int, int, str]]]] = {}
        for number, acronym in self.known.explained:
            form = organization_key(acronym.name)
            own = self.known.keys_of_form.get(form, form)
            place = (number, acronym.start, acronym.end, acronym.name)
            uses.setdefault(acronym.letters, {}).setdefault(own, []).append(place)
        for letters, meanings in sorted(uses.items()):
            known = self.known.organizations.keys() & {*meanings, organization_key(letters)}
            if len(meanings) > 1 and known:
                places = [min(meanings[own]) for own in sorted(meanings)]
                names = dict.fromkeys((letters, *(name for *_, name in places)))
                reason = f"texts explain {letters} in {len(meanings)} ways"
                keys = (organization_key(letters), *sorted(meanings))
                yield self._doubt(names, keys, 100, reason, [place[:3] for place in places])

    def unexplained(self) -> Iterator[PossibleMerge]:
        """Yield names whose letters are the initials of another one, though no text says so."""
        by_first: dict[str, list[Organization]] = defaultdict(list)
        for found in self.known.organizations.values():
            for form in found.forms:
                if "-" in form:
                    by_first[_initials(form)].append(found)
        for found in self.known.organizations.values():
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
        forms = {key: found.forms for key, found in self.known.organizations.items()}
        for one, other in sorted(self._candidates()):
            left, right = self.known.organizations[one], self.known.organizations[other]
            if not (left.names or right.names) or _share(left.lists, right.lists):
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
        for found in self.known.organizations.values():
            words = {word for form in found.forms for word in form.split("-")} - SMALL
            documents = found.documents if words <= GENERIC else ()
            distinct = sorted({state for n in documents for state in self.known.states[n]})
            if len(distinct) > 1 and "medicare" not in words:
                places = ", ".join(state.replace("-", " ").title() for state in distinct)
                reason = f"documents about {places} have it; it may be one in each state"
                spans = [self._first(found, n) for n in found.documents[:_MOST_QUOTATIONS]]
                yield self._doubt(found.names, (found.key,), 70, reason, spans)

    def _candidates(self) -> set[tuple[str, str]]:
        """Return pairs that share a rare word, or nearly, or that the alphabet puts together."""
        blocks: dict[str, set[str]] = defaultdict(set)
        spellings: dict[str, str] = {}
        for found in self.known.organizations.values():
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

    def _states_of(self, found: Organization) -> Iterator[str]:
        return (state for n in found.documents for state in self.known.states[n])

    def _first(self, found: Organization, number: int) -> tuple[int, int, int]:
        namings = read_names(self.documents[number].extraction).namings
        return (number, *min((n.start, n.end) for n in namings if n.key == found.key))

    def _pair(
        self, one: Organization, other: Organization, score: float, reason: str
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
            quote(self.documents[n].extraction, start, end) for n, start, end in sorted(set(spans))
        )
        documents = tuple(dict.fromkeys(q.document for q in quotations))
        return PossibleMerge(tuple(names), keys, score, reason, documents, quotations)


def _in_order(found: Resolved) -> tuple[str, str]:
    document = found.extraction.document
    return document.name, document.sha256


def _title_of(extraction: Extraction) -> tuple[int, int]:
    return next(((p.start, p.end) for p in extraction.passages if p.kind == "title"), (0, 1))


def _share(one: "array[int]", other: "array[int]") -> bool:
    return not set(one).isdisjoint(other)


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
