"""Turn the labels of the SKOS vocabulary into a matcher of wordings.

The vocabulary is the lexicon: a concept is found through its preferred, alternative and hidden
labels, and teaching a wording is one line of Turtle. Labels match as whole words; case counts only
for acronyms; a regular plural is found without being listed. An ellipsis in a label (`continue to …
their current physician`) stands for a few words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ahocorasick_rs import AhoCorasick
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.fold import Folded, fold
from kg.records import Concept
from kg.terms import SKOS, VOCABULARY

_GAP_LIMIT: Final = 120
"""Most characters that an ellipsis stands for; it never crosses the end of a sentence."""
_ARTICLES: Final = frozenset({"a", "an", "the"})
_GLUED_AFTER: Final = frozenset("a an and by for from in of on that the to with".split())
_STATE_CODES: Final = frozenset(
    """AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ
    NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY""".split()
)
"""Labels such as PA (physician assistant) or MA (Medicare Advantage) that are states in most
program descriptions, so that two letters alone decide nothing."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A wording of a concept at a span of the folded text."""

    concept: Concept
    start: int
    end: int
    glued: bool = False
    """A missing space ties it to the word before (`acollaborative`) or after (`costsby`)."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What rules need to know of the concept schemes."""

    labels: Mapping[Concept, str]
    wordings: Mapping[str, tuple[Concept, ...]]
    """Every label, folded, with the concepts that bear it."""
    broader: Mapping[Concept, Concept]
    broad_matches: Mapping[Concept, Concept]
    """Concepts of the APM Framework that a payment method falls under."""

    def has_ancestor(self, concept: Concept, ancestor: Concept) -> bool:
        """Say whether a concept is another one or narrower than it."""
        seen: set[Concept] = set()
        current: Concept | None = concept
        while current is not None and current not in seen:
            if current == ancestor:
                return True
            seen.add(current)
            current = self.broader.get(current)
        return False


def read_vocabulary(*turtle: bytes) -> Vocabulary:
    """Read concept schemes, a user's own after ours, from Turtle."""
    labels: dict[Concept, str] = {}
    wordings: dict[str, set[Concept]] = {}
    links: dict[NamedNode, dict[Concept, Concept]] = {SKOS.broader: {}, SKOS.broadMatch: {}}
    for text in turtle:
        for triple in parse(text, format=RdfFormat.TURTLE):
            subject = _concept_of(triple.subject)
            if subject is None:
                continue
            predicate, value = triple.predicate, triple.object
            if isinstance(value, Literal) and predicate in _LABELS:
                wordings.setdefault(fold(value.value).text, set()).add(subject)
                if predicate == SKOS.prefLabel:
                    labels[subject] = value.value
            elif predicate in links and (target := _concept_of(value)):
                links[predicate][subject] = target
    return Vocabulary(
        labels,
        {text: tuple(sorted(concepts)) for text, concepts in sorted(wordings.items())},
        links[SKOS.broader],
        links[SKOS.broadMatch],
    )


_LABELS: Final = frozenset({SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel})


def _concept_of(term: object) -> Concept | None:
    if isinstance(term, NamedNode) and term.value.startswith(VOCABULARY):
        scheme, separator, notation = term.value.removeprefix(VOCABULARY).partition("_")
        if separator:
            return Concept(scheme, notation)
    return None


@dataclass(frozen=True, slots=True)
class _Label:
    """One wording, cut at its ellipses."""

    first: str
    rest: tuple[str, ...]
    exact: str | None
    """The case that the text must have, for acronyms."""
    concepts: tuple[Concept, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Finds every wording of a vocabulary in one pass over a text."""

    vocabulary: Vocabulary
    _labels: tuple[_Label, ...] = field(repr=False)
    _matcher: AhoCorasick = field(repr=False)

    def find_mentions(self, folded: Folded) -> tuple[Mention, ...]:
        """Return the mentions in a text; in each scheme the longest wins where two overlap.

        >>> lexicon = make_lexicon(read_vocabulary(_EXAMPLE))
        >>> found = lexicon.find_mentions(fold("Diabetes and asthmas; no RNA"))
        >>> [mention.concept.notation for mention in found]
        ['diabetes', 'asthma']
        """
        found: list[Mention] = []
        matches = self._matcher.find_matches_as_indexes(folded.lower, overlapping=True)
        for index, start, end in matches:
            label = self._labels[index]
            span = _match_label(label, folded, start, end)
            if span is not None:
                found.extend(Mention(concept, *span) for concept in label.concepts)
        return _without_overlaps(found)


def make_lexicon(vocabulary: Vocabulary) -> Lexicon:
    """Return the matcher of a vocabulary's wordings."""
    labels = tuple(_labels_of(vocabulary.wordings))
    return Lexicon(vocabulary, labels, AhoCorasick([label.first for label in labels]))


def _labels_of(wordings: Mapping[str, tuple[Concept, ...]]) -> Iterable[_Label]:
    for text, concepts in wordings.items():
        if text in _STATE_CODES:
            continue
        first, *rest = (part.strip() for part in text.lower().replace("...", "…").split("…"))
        acronym = text if text.isupper() and len(text) <= 6 else None
        if first:
            yield _Label(first, tuple(rest), acronym, concepts)
        if not rest and first.endswith("y") and len(first) > 4 and first[-2] not in "aeiou":
            yield _Label(f"{first[:-1]}ies", (), None, concepts)


def _match_label(
    label: _Label, folded: Folded, start: int, end: int
) -> tuple[int, int, bool] | None:
    """Return the whole span of a label whose first part stands at start-end, if it does."""
    text = folded.lower
    if label.exact is not None and not folded.text.startswith(label.exact, start):
        return None
    for part in label.rest:
        place = text.find(part, end, end + _GAP_LIMIT + len(part))
        if place < 0 or any(stop in text[end:place] for stop in (". ", "\n", ";")):
            return None
        end = place + len(part)
    begin = _left_edge(text, start, len(label.first))
    finish = _right_edge(text, end, len(label.first))
    if begin is None or finish is None:
        return None
    glued = begin < start or (finish < len(text) and text[finish].isalnum())
    return begin, finish, glued


def _left_edge(text: str, start: int, length: int) -> int | None:
    """Return where a label begins, an article that is glued to it included."""
    begin = start
    while begin > 0 and text[begin - 1].isalnum():
        begin -= 1
        if start - begin > 3:
            return None
    if begin == start or (length >= 8 and text[begin:start] in _ARTICLES):
        return begin
    return None


def _right_edge(text: str, end: int, length: int) -> int | None:
    """Return where a label ends, with its plural; a short word may be glued to it."""
    if text.startswith("s", end) and not text[end + 1 : end + 2].isalnum():
        return end + 1
    after = end
    while after < len(text) and text[after].isalnum():
        after += 1
        if after - end > 4:
            return None
    if after == end or (length >= 8 and text[end:after] in _GLUED_AFTER):
        return end
    return None


def _without_overlaps(found: list[Mention]) -> tuple[Mention, ...]:
    """Keep, in each scheme, the leftmost longest of overlapping mentions."""
    kept: list[Mention] = []
    ends: dict[str, tuple[int, int]] = {}
    for mention in sorted(set(found), key=lambda m: (m.start, -m.end, m.concept)):
        last = ends.get(mention.concept.scheme, (-1, 0))
        if mention.start >= last[1] or (mention.start, mention.end) == last:
            kept.append(mention)
            ends[mention.concept.scheme] = (mention.start, mention.end)
    return tuple(kept)


_EXAMPLE: Final = b"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix v: <https://w3id.org/acp/vocab/> .
v:condition_diabetes skos:prefLabel "diabetes"@en .
v:condition_asthma skos:prefLabel "asthma"@en .
v:credential_registered-nurse skos:altLabel "RN"@en .
"""
