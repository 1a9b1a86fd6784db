"""Settle who a description is about: its program, its payers, its provider groups and partners.

Labelled fields decide. Where a page has lost its payer field, a payer's name under "Payer Type" is
a payer; where there is none at all, the payer that the title, or else the prose, plainly names.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import re2
from ahocorasick_rs import AhoCorasick, MatchKind

from kg.extract.page import OrganizationMention, Party, Span, Unit
from kg.extract.passages import Block
from kg.fold import Folded
from kg.iris import slug
from kg.lexicon import Mention
from kg.names import organization_key
from kg.records import Document, Node

_LENGTH_LIMIT: Final = 160
_HEAD = (
    r"(?:Health System|Health Network|Health Partners|Health Care|Healthcare|Medical Group"
    r"|Medical Center|Medical Associates|Physicians? Group|Physicians|Physician Network|Clinics?"
    r"|Hospitals?|Associates|Connected Care|Care|Health|Group|IPA|PHO|ACO|Partners)"
)
"""What the name of a provider group ends in, where it says what it is."""
_NAME = r"[A-Z][\w.&'/-]*(?: (?:[A-Z][\w.&'/-]*|of|the|for|and|&))*"
_TITLE_TAIL = re2.compile(
    r"(?i)\b(?:program|initiative|pilot|project|collaborative care|accountable care)\b"
    r"(?: \([A-Z]+\))? ?- ?([^-\s].*)$"
)
_PAYER_AND_GROUP = re2.compile(rf"^(.+?) ?- ?((?:[A-Z][\w.&'-]* )*{_HEAD})$")
_TITLE_START = re2.compile(
    r"^((?:[A-Z][\w.&'-]* ){1,5}?(?:Health System|Health Network|Medical Group|Medical Center"
    r"|Physicians Group|Physicians|Clinic|Hospitals?|Healthcare))\b"
)
_LAUNCHERS = re2.compile(
    rf"^(?:In [A-Za-z]+(?: \d{{1,2}},)? \d{{4}},? |Since [A-Z][a-z]+(?: \d{{1,2}},)? \d{{4}},? )?"
    rf"({_NAME})(?: ?,[^,]{{3,120}},)? (?:have|has|are|is|opened|launched|began|started|announced"
    rf"|joined|formed|established|created)\b"
)
_STATES: Final = frozenset(
    """alabama alaska arizona arkansas california colorado connecticut delaware florida georgia
    hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts
    michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon
    pennsylvania tennessee texas utah vermont virginia washington wisconsin wyoming""".split()
) | {
    *("new hampshire", "new jersey", "new mexico", "new york", "north carolina", "north dakota"),
    *("rhode island", "south carolina", "south dakota", "west virginia", "california"),
}
_ENDS_LIKE_A_GROUP = re2.compile(rf"{_HEAD}$")
_PUBLIC_PAYER = re2.compile(
    r"\b(Medicaid|Medicare) (?:recipients|beneficiaries|members|enrollees|patients|clients)"
)


def read_program(document: Document, folded: Folded, blocks: Sequence[Block]) -> Node:
    """Return the program, named by the title or, without one, by the file."""
    title = next((b for b in blocks if b.kind == "title"), None)
    name = folded.text[title.start : title.end] if title else document.slug
    return Node("Program", ("program", slug(name)), name)


def read_parties(
    folded: Folded, blocks: Sequence[Block], mentions: Sequence[Mention]
) -> tuple[Party, ...]:
    """Return the parties of a description, each named party once for each part that it plays."""
    reader = _PartyReader(folded, blocks, mentions)
    payers = list(reader.payers_in_fields()) or list(reader.payers_in_text())
    groups = list(reader.groups_in_title(payers)) or list(reader.groups_in_prose(payers))
    found = (*payers, *groups, *reader.partners())
    return tuple({(p.predicate, p.node.key): p for p in reversed(found)}.values())[::-1]


@dataclass(frozen=True, slots=True)
class _PartyReader:
    folded: Folded
    blocks: Sequence[Block]
    mentions: Sequence[Mention]

    def payers_in_fields(self) -> Iterator[Party]:
        """Values under "Payers", and those under "Payer Type" that are no type of payer."""
        for block in self._values("payers"):
            yield self._party("Payer", "hasPayer", (block.start, block.end), "header.payer")
        for block in self._values("payer type"):
            if not self._is_payer_type(block):
                span = (block.start, block.end)
                yield self._party("Payer", "hasPayer", span, "header.payer-under-type")

    def _is_payer_type(self, block: Block) -> bool:
        return any(
            m.concept.scheme == "payer-type"
            and block.start <= m.start
            and m.end <= block.end
            and m.end - m.start >= 0.6 * (block.end - block.start)
            for m in self.mentions
        )

    def payers_in_text(self) -> Iterator[Party]:
        """The payer brand that the title, or else the first sentence with one, names."""
        for kind in ("title", "sentence"):
            for block in self.blocks:
                if block.kind != kind or block.field not in {"", "description"}:
                    continue
                brands = self._brands_in(block)
                for span in brands:
                    rule = f"parties.payer-in-{kind}"
                    yield self._party("Payer", "hasPayer", span, rule)
                if brands:
                    return
        yield from self._public_payer()

    def _brands_in(self, block: Block) -> list[Span]:
        return [
            (m.start, m.end)
            for m in self.mentions
            if m.concept.scheme == "payer-brand" and block.start <= m.start and m.end <= block.end
        ]

    def _public_payer(self) -> Iterator[Party]:
        """A program for "Medicaid recipients" without another payer is paid by Medicaid."""
        for block in self.blocks:
            if block.kind == "sentence" and block.field == "description":
                match = _PUBLIC_PAYER.search(self._text(block))
                if match:
                    span = (block.start + match.start(1), block.start + match.end(1))
                    yield self._party("Payer", "hasPayer", span, "parties.public-payer")
                    return

    def groups_in_title(self, payers: Sequence[Party]) -> Iterator[Party]:
        """The name that a title ends in behind "Program -", or begins with, if a provider's."""
        for block in self.blocks:
            if block.kind != "title":
                continue
            tail = _TITLE_TAIL.search(self._text(block))
            if tail is None and (both := _PAYER_AND_GROUP.match(self._text(block))):
                payer_keys = {party.node.key[1] for party in payers}
                tail = both if organization_key(both.group(1)) in payer_keys else None
            start = None if tail else _TITLE_START.match(self._text(block))
            if tail:
                group = 2 if tail.re is _PAYER_AND_GROUP else 1
                yield from self._groups_of(block.start, *tail.span(group))
            elif start and organization_key(start.group(1)) not in {
                party.node.key[1] for party in payers
            }:
                yield from self._groups_of(block.start, *start.span(1))

    def _groups_of(self, base: int, start: int, end: int) -> Iterator[Party]:
        """One name, or two joined by "and" where each ends like the name of a group."""
        text = self.folded.text[base + start : base + end]
        if text.strip().lower() in _STATES:
            return
        first, joint, second = text.partition(" and ")
        spans = [(base + start, base + end)]
        if joint and _ENDS_LIKE_A_GROUP.search(first) and _ENDS_LIKE_A_GROUP.search(second):
            middle = base + start + len(first)
            spans = [(base + start, middle), (middle + len(joint), base + end)]
        for span in spans:
            yield self._party("ProviderOrganization", "hasProviderGroup", span, "header.group")

    def groups_in_prose(self, payers: Sequence[Party]) -> Iterator[Party]:
        """ "GROUP and PAYER have launched …" names the group, in either order."""
        for block in self.blocks:
            if block.kind != "sentence" or block.field != "description":
                continue
            match = _LAUNCHERS.match(self._text(block))
            if match is None:
                continue
            start = match.start(1)
            for left, right in _around_and(match.group(1)):
                parts = [match.group(1)[slice(*left)], match.group(1)[slice(*right)]]
                keys = [organization_key(part) for part in parts]
                for party in payers:
                    if party.node.key[1] in keys:
                        span = right if keys[0] == party.node.key[1] else left
                        yield self._party(
                            "ProviderOrganization",
                            "hasProviderGroup",
                            (block.start + start + span[0], block.start + start + span[1]),
                            "parties.group-in-prose",
                        )
                        return

    def partners(self) -> Iterator[Party]:
        """Values under "Partner Organizations"."""
        for block in self._values("partners"):
            span = (block.start, block.end)
            yield self._party("Organization", "hasPartner", span, "header.partner")

    def _values(self, field: str) -> Iterator[Block]:
        return (b for b in self.blocks if b.kind == "value" and b.field == field)

    def _text(self, block: Block) -> str:
        return self.folded.text[block.start : block.end]

    def _party(self, kind: str, predicate: str, span: Span, rule: str) -> Party:
        return Party(organization(kind, self.folded.text[slice(*span)]), predicate, span, rule)


def _around_and(text: str) -> Iterator[tuple[Span, Span]]:
    """Yield the spans on both sides of each "and"."""
    position = text.find(" and ")
    while position >= 0:
        yield (0, position), (position + 5, len(text))
        position = text.find(" and ", position + 1)


def organization(kind: str, name: str) -> Node:
    """Return the node of an organization as it is named.

    >>> organization("Payer", "Cigna").key
    ('org', 'cigna')
    """
    name = name.strip()[:_LENGTH_LIMIT]
    return Node(kind, ("org", organization_key(name)), name)


_REFERENCE = re2.compile(
    r"(?i)\bthe (?:medical |physician |physicians |group )?(?:group|practice)(?: practice)?\b"
)
_ACRONYM = re2.compile(r"^ ?\(([A-Z][A-Za-z]{1,7})\)")


class PartyFinder:
    """Finds where the parties of one description are named or meant."""

    def __init__(self, folded: Folded, parties: Iterable[Party]) -> None:
        named = {party.node.label: party.node for party in parties}
        self._groups = [n for n in named.values() if n.kind == "ProviderOrganization"]
        for name, node in list(named.items()):
            acronym = _acronym_of(folded.text, name)
            if acronym and acronym not in named:
                named[acronym] = node
        self._nodes = tuple(named.values())
        self._matcher = AhoCorasick(list(named), matchkind=MatchKind.LeftmostLongest)

    def find(self, unit: Unit) -> Iterator[OrganizationMention]:
        """Yield the mentions in a unit, in order."""
        found = [
            OrganizationMention(self._nodes[index], unit.start + start, unit.start + end, True)
            for index, start, end in self._matcher.find_matches_as_indexes(unit.text)
            if _is_word(unit.text, start, end)
        ]
        if len(self._groups) == 1:
            found.extend(
                OrganizationMention(self._groups[0], hit.start, hit.end, False)
                for hit in unit.search(_REFERENCE)
            )
        yield from sorted(found, key=lambda mention: mention.start)


def _acronym_of(text: str, name: str) -> str | None:
    """Return the acronym that the text puts in parentheses behind a name."""
    place = text.find(name)
    match = _ACRONYM.match(text[place + len(name) : place + len(name) + 12]) if place >= 0 else None
    return str(match.group(1)) if match else None


def _is_word(text: str, start: int, end: int) -> bool:
    return not text[max(0, start - 1) : start].isalnum() and not text[end : end + 1].isalnum()
