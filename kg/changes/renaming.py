"""Tell which thing of the new build a thing of the old one is, where its IRI is another.

An IRI is made of what a thing is called, so a new title or a merge of two names moves it, and with
it the IRI of every part. What is the same thing under another name must not look like one fact
removed and one added for each of its properties.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import NamedNode

from kg.changes.pairing import pair_by_words, pair_parts, split
from kg.changes.statements import StatedDocument, Statement, Subject
from kg.terms import ACP
from kg.things import Term

_PARTIES: Final = frozenset(
    ACP[name] for name in ("Organization", "Payer", "ProviderOrganization", "Initiative")
)


@dataclass(slots=True)
class Renaming:
    """The IRIs in the new build of things of the old one, whose parts follow them.

    >>> renaming = Renaming({"https://example.org/id/org_a": "https://example.org/id/org_b"})
    >>> renaming.iri("https://example.org/id/org_a_claim_first")
    'https://example.org/id/org_b_claim_first'
    >>> renaming.iri("https://example.org/id/org_ab")
    'https://example.org/id/org_ab'
    """

    moved: dict[str, str] = field(default_factory=dict)

    def iri(self, old: str) -> str:
        """Return the IRI in the new build."""
        end = len(old)
        while end > 0:
            if old[:end] in self.moved:
                return self.moved[old[:end]] + old[end:]
            end = old.rfind("_", 0, end)
        return old

    def term(self, old: Term) -> Term:
        """Return the term in the new build."""
        if isinstance(old, NamedNode):
            moved = self.iri(old.value)
            return old if moved == old.value else NamedNode(moved)
        return old

    def __len__(self) -> int:
        return len(self.moved)


@dataclass(frozen=True, slots=True)
class Renamed:
    """A thing that both builds read from the same words but know by different IRIs."""

    old: Statement | Subject
    new: Statement | Subject


def find_renamed(old: StatedDocument, new: StatedDocument) -> tuple[Renaming, list[Renamed]]:
    """Return the renaming from one version of a document to the other.

    The list holds the things that a person would name; the renaming also their parts.
    """
    renaming = Renaming({} if old.iri == new.iri else {old.iri: new.iri})
    renamed: list[Renamed] = []
    if old.program != new.program and old.program in old.subjects and new.program in new.subjects:
        renaming.moved[old.program] = new.program
        renamed.append(Renamed(old.subjects[old.program], new.subjects[new.program]))
    for one, other in _same_subjects(old, new, renaming):
        for was, now in _renamed_parties(one.statements, other.statements, old, new):
            if _iri(was) not in renaming.moved:
                renaming.moved[_iri(was)] = _iri(now)
                renamed.append(Renamed(was, now))
    for one, other in _same_subjects(old, new, renaming):
        _pair_parts(one.statements, other.statements, renaming)
    return renaming, renamed


def _same_subjects(
    old: StatedDocument, new: StatedDocument, renaming: Renaming
) -> list[tuple[Subject, Subject]]:
    pairs = ((one, new.subjects.get(renaming.iri(iri))) for iri, one in old.subjects.items())
    return [(one, other) for one, other in pairs if other is not None]


def _renamed_parties(
    olds: Sequence[Statement],
    news: Sequence[Statement],
    old: StatedDocument,
    new: StatedDocument,
) -> Iterator[tuple[Statement, Statement]]:
    """Yield parties of which each build knows one only, in the same place by the same words."""
    here, there = _parties(old), _parties(new)
    gone = [one for one in olds if _is_party(one) and _iri(one) not in there]
    come = [one for one in news if _is_party(one) and _iri(one) not in here]
    for one, other in pair_by_words(gone, come):
        if one.kinds == other.kinds:
            yield one, other


def _is_party(statement: Statement) -> bool:
    return not statement.kinds.isdisjoint(_PARTIES)


def _parties(document: StatedDocument) -> set[str]:
    statements = (one for subject in document.subjects.values() for one in subject.statements)
    return {_iri(one) for one in statements if _is_party(one)}


def _iri(statement: Statement) -> str:
    return statement.value.value if isinstance(statement.value, NamedNode) else ""


def _pair_parts(olds: Sequence[Statement], news: Sequence[Statement], renaming: Renaming) -> None:
    """Note the parts that are the same, and do so for theirs."""
    kept, gone, come = split(olds, news, renaming.term)
    for one, other in kept:
        _pair_parts(one.parts, other.parts, renaming)
    for one, other in pair_parts([o for o in gone if o.is_part], [o for o in come if o.is_part]):
        renaming.moved[_iri(one)] = _iri(other)
        _pair_parts(one.parts, other.parts, renaming)
