"""Settle who a description is about: its program, its payers, its provider groups and partners.

Labelled fields decide. Where a page has lost its payer field, a payer's name under "Payer Type" is
a payer; where there is none at all, the payer that the title, or else the prose, plainly names.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import re2
from ahocorasick_rs import AhoCorasick, MatchKind

from kg.extract.page import OrganizationMention, Party, Span, Unit
from kg.fold import Folded
from kg.iris import slug
from kg.names import is_name, organization_key
from kg.records import Document, Node

_LENGTH_LIMIT: Final = 160
_NOBODY: Final = frozenset(
    {"none", "n/a", "na", "unknown", "not applicable", "not available", "tbd"}
)
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
    r"|Physicians Group|Physicians|Clinic|Hospitals?|Healthcare)(?: of(?: [A-Z][a-z]+)+)?)\b"
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


def read_program(document: Document, units: Sequence[Unit]) -> Node:
    """Return the program, named by the title or, without one, by the file."""
    title = next((unit for unit in units if unit.block.kind == "title"), None)
    name = title.text if title else document.slug
    return Node("Program", ("program", slug(name)), name)


def read_parties(units: Sequence[Unit]) -> tuple[Party, ...]:
    """Return the parties of a description, each named party once for each part that it plays."""
    reader = _PartyReader(units)
    payers = list(reader.payers_in_fields()) or list(reader.payers_in_text())
    groups = list(reader.groups_in_title(payers)) or list(reader.groups_in_prose(payers))
    found = (*payers, *groups, *reader.partners())
    first = {(p.predicate, p.node.key): p for p in reversed(found)}
    return tuple(sorted(first.values(), key=lambda party: party.span))


@dataclass(frozen=True, slots=True)
class _PartyReader:
    units: Sequence[Unit]

    def payers_in_fields(self) -> Iterator[Party]:
        """Values under "Payers", and those under "Payer Type" that are no type of payer."""
        for unit in self._values("payers"):
            yield _party("Payer", "hasPayer", unit, unit.span, "header.payer")
        for unit in self._values("payer type"):
            types = unit.of("payer-type")
            if not any(m.end - m.start >= 0.6 * len(unit.text) for m in types):
                yield _party("Payer", "hasPayer", unit, unit.span, "header.payer-under-type")

    def payers_in_text(self) -> Iterator[Party]:
        """The payer brand that the title, or else the first sentence with one, names."""
        for kind in ("title", "sentence"):
            for unit in self.units:
                if unit.block.kind != kind or unit.block.field not in {"", "description"}:
                    continue
                brands = unit.of("payer-brand")
                for brand in brands:
                    span, rule = (brand.start, brand.end), f"parties.payer-in-{kind}"
                    yield _party("Payer", "hasPayer", unit, span, rule)
                if brands:
                    return
        yield from self._public_payer()

    def _public_payer(self) -> Iterator[Party]:
        """A program for "Medicaid recipients" without another payer is paid by Medicaid."""
        for unit in self._prose():
            match = _PUBLIC_PAYER.search(unit.text)
            if match:
                span = (unit.start + match.start(1), unit.start + match.end(1))
                yield _party("Payer", "hasPayer", unit, span, "parties.public-payer")
                return

    def groups_in_title(self, payers: Sequence[Party]) -> Iterator[Party]:
        """The name that a title ends in behind "Program -", or begins with, if a provider's."""
        title = next((unit for unit in self.units if unit.block.kind == "title"), None)
        if title is None:
            return
        payer_keys = {party.node.key[1] for party in payers}
        if tail := _TITLE_TAIL.search(title.text):
            yield from _groups_of(title, *tail.span(1))
        elif (both := _PAYER_AND_GROUP.match(title.text)) and (
            organization_key(both.group(1)) in payer_keys
        ):
            yield from _groups_of(title, *both.span(2))
        elif (start := _TITLE_START.match(title.text)) and (
            organization_key(start.group(1)) not in payer_keys
        ):
            yield from _groups_of(title, *start.span(1))
        elif joint := next(self._before_payer(title, payers), None):
            yield from _groups_of(title, *joint)

    def _before_payer(self, title: Unit, payers: Sequence[Party]) -> Iterator[Span]:
        """ "GROUP and PAYER …" as a title names the group first."""
        for party in payers:
            joint = title.text.find(f" and {party.node.label}")
            if joint > 0 and _ENDS_LIKE_A_GROUP.search(title.text[:joint]):
                yield 0, joint

    def groups_in_prose(self, payers: Sequence[Party]) -> Iterator[Party]:
        """ "GROUP and PAYER have launched …" names the group, in either order."""
        payer_keys = {party.node.key[1] for party in payers}
        for unit in self._prose():
            match = _LAUNCHERS.match(unit.text)
            if match is None:
                continue
            for one, other in _around_and(unit.text, *match.span(1)):
                for name, rest in ((one, other), (other, one)):
                    if organization_key(unit.text[slice(*rest)]) in payer_keys:
                        span = (unit.start + name[0], unit.start + name[1])
                        kind, rule = "ProviderOrganization", "parties.group-in-prose"
                        yield _party(kind, "hasProviderGroup", unit, span, rule)
                        return

    def partners(self) -> Iterator[Party]:
        """Values under "Partner Organizations"."""
        for unit in self._values("partners"):
            yield _party("Organization", "hasPartner", unit, unit.span, "header.partner")

    def _values(self, field: str) -> Iterator[Unit]:
        """Yield the values of a field that can be names."""
        return (
            unit
            for unit in self.units
            if unit.block.kind == "value" and unit.block.field == field
            if is_name(unit.text) and unit.lower.strip(" .") not in _NOBODY
        )

    def _prose(self) -> Iterator[Unit]:
        return (
            u for u in self.units if u.block.kind == "sentence" and u.block.field == "description"
        )


def _groups_of(title: Unit, start: int, end: int) -> Iterator[Party]:
    """One name, or two joined by "and" where each ends like the name of a group."""
    text = title.text[start:end]
    if text.strip().lower() in _STATES:
        return
    first, joint, second = text.partition(" and ")
    spans = [(start, end)]
    if joint and _ENDS_LIKE_A_GROUP.search(first) and _ENDS_LIKE_A_GROUP.search(second):
        middle = start + len(first)
        spans = [(start, middle), (middle + len(joint), end)]
    for left, right in spans:
        span = (title.start + left, title.start + right)
        yield _party("ProviderOrganization", "hasProviderGroup", title, span, "header.group")


def _party(kind: str, predicate: str, unit: Unit, span: Span, rule: str) -> Party:
    return Party(organization(kind, unit.words(*span)), predicate, span, rule)


def _around_and(text: str, start: int, end: int) -> Iterator[tuple[Span, Span]]:
    """Yield the spans on both sides of each "and"."""
    position = text.find(" and ", start, end)
    while position >= 0:
        yield (start, position), (position + len(" and "), end)
        position = text.find(" and ", position + 1, end)


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
_LEGAL_FORM = re2.compile(r"(?i),? (?:inc|llc|corp|corporation|co|ltd|pllc|p\.c|p\.a)\.?$")
_ACRONYM = re2.compile(r"^ ?\(([A-Z][A-Za-z]{1,7})\)")


class PartyFinder:
    """Finds where the parties of one description are named or meant."""

    def __init__(self, folded: Folded, parties: Iterable[Party]) -> None:
        named = {party.node.label: party.node for party in parties}
        self._groups = [n for n in named.values() if n.kind == "ProviderOrganization"]
        for name, node in [*_short_names(named), *_acronyms(folded.text, named)]:
            named.setdefault(name, node)
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


def _short_names(named: Mapping[str, Node]) -> Iterator[tuple[str, Node]]:
    """Yield names without the legal form that prose leaves out."""
    for name, node in named.items():
        short = _LEGAL_FORM.sub("", name)
        if len(short) > 3 and short != name:
            yield short, node


def _acronyms(text: str, named: Mapping[str, Node]) -> list[tuple[str, Node]]:
    """Return the acronyms that the text puts in parentheses behind names."""
    nodes = tuple(named.values())
    matcher = AhoCorasick(list(named), matchkind=MatchKind.LeftmostLongest)
    found = []
    for index, _, end in matcher.find_matches_as_indexes(text):
        acronym = _ACRONYM.match(text[end : end + 12])
        if acronym:
            found.append((str(acronym.group(1)), nodes[index]))
    return found


def _is_word(text: str, start: int, end: int) -> bool:
    return not text[max(0, start - 1) : start].isalnum() and not text[end : end + 1].isalnum()
