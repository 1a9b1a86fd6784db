"""Hold what rules may ask about one description: its units, its parties and its roles."""

import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

import re2

from kg.extract.dates import StatedDate
from kg.extract.passages import Block
from kg.fold import Folded
from kg.lexicon import Lexicon, Mention
from kg.records import Basis, Concept, Document, Node, Object

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found, at a span of the folded text."""

    subject: Node
    predicate: str
    value: Object
    span: Span
    basis: Basis = "stated"
    confidence: float = 1.0
    as_written: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A match of a pattern within a unit, with offsets into the whole folded text."""

    groups: Mapping[str, str]
    spans: Mapping[str, Span]
    start: int
    end: int

    @property
    def span(self) -> Span:
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class OrganizationMention:
    """A name of a party, or words that can only mean it."""

    party: Node
    start: int
    end: int
    is_name: bool
    """False for a reference such as "the medical group"."""


@dataclass(frozen=True, slots=True)
class Party:
    """An organization that takes part, where the text says so, and by which rule that is read."""

    node: Node
    predicate: str
    """`hasPayer`, `hasProviderGroup` or `hasPartner`."""
    span: Span
    rule: str


@dataclass(frozen=True, slots=True)
class StartDate:
    """The date on which a program took effect, as written, and the words that say so."""

    date: StatedDate
    words: str
    span: Span


@dataclass(frozen=True, slots=True)
class Unit:
    """One title, value or sentence, as rules read it."""

    block: Block
    text: str
    lower: str
    mentions: tuple[Mention, ...]
    organizations: tuple[OrganizationMention, ...] = ()
    by_scheme: Mapping[str, tuple[Mention, ...]] = field(default_factory=dict, compare=False)

    @property
    def start(self) -> int:
        return self.block.start

    @property
    def span(self) -> Span:
        return self.block.start, self.block.end

    @property
    def content_span(self) -> Span:
        """The span without the final full stop."""
        return self.block.start, self.block.end - self.text.endswith(".")

    def of(self, scheme: str, *notations: str) -> tuple[Mention, ...]:
        """Return the mentions of a scheme's concepts, all of them or the named ones."""
        found = self.by_scheme.get(scheme, ())
        if notations:
            return tuple(m for m in found if m.concept.notation in notations)
        return found

    def words(self, start: int, end: int) -> str:
        """Return the folded text of a span of the whole text."""
        return self.text[start - self.start : end - self.start]

    def before(self, position: int) -> str:
        return self.text[: position - self.start]

    def after(self, position: int) -> str:
        return self.text[position - self.start : position - self.start + 400]

    def search(self, pattern: "re2._Regexp[str]") -> Iterator[Hit]:
        """Yield the matches of a pattern."""
        for match in pattern.finditer(self.text):
            named = {k: n for k, n in _names_of(pattern) if match.span(n)[0] >= 0}
            yield Hit(
                {name: match.group(number) for name, number in named.items()},
                {name: self._shift(match.span(number)) for name, number in named.items()},
                *self._shift(match.span()),
            )

    def _shift(self, span: Span) -> Span:
        return span[0] + self.start, span[1] + self.start

    def organization_at(self, start: int, end: int | None = None) -> OrganizationMention | None:
        """Return the party named at an offset, or, given an end, the first one within a span."""
        place = bisect.bisect_left(self.organizations, start, key=_start_of)
        if place < len(self.organizations):
            mention = self.organizations[place]
            if mention.start == start or (end is not None and mention.start < end):
                return mention
        return None

    def organization_before(self, position: int, slack: int = 1) -> OrganizationMention | None:
        """Return the party whose mention ends at most `slack` characters before an offset."""
        for mention in reversed(self.organizations):
            if position - slack <= mention.end <= position:
                return mention
        return None


@dataclass(frozen=True, slots=True)
class Page:
    """One description and what has been settled about it before the rules read its prose."""

    document: Document
    folded: Folded
    lexicon: Lexicon
    program: Node
    units: tuple[Unit, ...]
    parties: tuple[Party, ...] = ()
    """In the order of the text."""
    roles: Mapping[Mention, Node] = field(default_factory=dict)
    """The care role assignment that each mention of a role means."""
    arrangements: tuple[tuple[int, Node], ...] = ()
    """The payment arrangements with the offset of the sentence that introduces each."""
    start: StartDate | None = None

    @property
    def title(self) -> Unit | None:
        return next((u for u in self.units if u.block.kind == "title"), None)

    @property
    def sentences(self) -> Iterator[Unit]:
        return (u for u in self.units if u.block.kind == "sentence")

    @property
    def document_node(self) -> Node:
        """The document as a thing that facts can be about."""
        label = self.title.text if self.title else self.document.slug
        return Node("SourceDocument", ("doc", self.document.key), label)

    def parties_in(self, unit: Unit) -> tuple[Party, ...]:
        """Return the parties that a unit names first."""
        first = bisect.bisect_left(self.parties, unit.start, key=_party_start)
        last = bisect.bisect_left(self.parties, unit.block.end, key=_party_start)
        return self.parties[first:last]

    @property
    def payers(self) -> tuple[Node, ...]:
        return tuple(p.node for p in self.parties if p.predicate == "hasPayer")

    @property
    def groups(self) -> tuple[Node, ...]:
        return tuple(p.node for p in self.parties if p.predicate == "hasProviderGroup")

    @property
    def only_group(self) -> Node | None:
        """The provider group, where there is exactly one to mean."""
        groups = self.groups
        return groups[0] if len(groups) == 1 else None

    @property
    def only_payer(self) -> Node | None:
        """The payer, where there is exactly one to mean."""
        payers = self.payers
        return payers[0] if len(payers) == 1 else None

    def label_of(self, concept: Concept) -> str:
        """Return the preferred label of a concept, or its notation where it has none."""
        return self.lexicon.vocabulary.labels.get(concept, concept.notation.replace("-", " "))


def _party_start(party: Party) -> int:
    return party.span[0]


def make_units(
    folded: Folded, blocks: Iterable[Block], mentions: tuple[Mention, ...]
) -> Iterator[Unit]:
    """Yield the blocks with the mentions that lie within each."""
    starts = [mention.start for mention in mentions]
    for block in blocks:
        first = bisect.bisect_left(starts, block.start)
        last = bisect.bisect_left(starts, block.end)
        yield Unit(
            block,
            folded.text[block.start : block.end],
            folded.lower[block.start : block.end],
            (found := tuple(m for m in mentions[first:last] if m.end <= block.end)),
            by_scheme=_by_scheme(found),
        )


def with_organizations(unit: Unit, organizations: tuple[OrganizationMention, ...]) -> Unit:
    """Return the unit with its parties; words within a name mean nothing but the name."""
    names = [party for party in organizations if party.is_name]
    starts = [party.start for party in names]

    def is_free(mention: Mention) -> bool:
        place = bisect.bisect_right(starts, mention.start) - 1
        return place < 0 or mention.end > names[place].end

    mentions = tuple(filter(is_free, unit.mentions)) if names else unit.mentions
    return replace(
        unit, organizations=organizations, mentions=mentions, by_scheme=_by_scheme(mentions)
    )


def _by_scheme(mentions: tuple[Mention, ...]) -> Mapping[str, tuple[Mention, ...]]:
    found: dict[str, list[Mention]] = {}
    for mention in mentions:
        found.setdefault(mention.concept.scheme, []).append(mention)
    return {scheme: tuple(group) for scheme, group in found.items()}


def _start_of(mention: OrganizationMention) -> int:
    return mention.start


@cache
def _names_of(pattern: "re2._Regexp[str]") -> tuple[tuple[str, int], ...]:
    return tuple(pattern.groupindex.items())


NEGATION: Final = re2.compile(
    r"(?i)\b(?:no|not|never|without|nor|neither|exclud\w+|except|other than|rather than|outside"
    r"|instead of|past|beyond|away from|replac\w+|(?:does|do|did|is|are) not"
    r"|(?:isn|aren|doesn|don|didn)'t)\b|\bnon-$"
)
"""Words that take back what follows them, or set it aside for something else."""
