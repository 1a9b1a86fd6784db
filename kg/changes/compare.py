"""Compare what two versions of a document state, fact by fact.

Facts are compared by subject, property and value, as the IRI of an assertion depends on the bytes
of its document. A pair of facts is one change where the words are the same and are read otherwise,
where a part is about the same (a count of the same people), and where one value has given way to
another; everything else is one fact removed and one added. What is paired does not depend on which
build is called the old one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from kg.changes.change import FactChange, Kind, Side
from kg.changes.pairing import pair_by_words, pair_single, rest, split
from kg.changes.renaming import Renamed, Renaming, find_renamed
from kg.changes.statements import StatedDocument, Statement, Subject
from kg.terms import model_place
from kg.things import Support


@dataclass(frozen=True, slots=True)
class ComparedFacts:
    """What became of the facts of one document."""

    facts: tuple[FactChange, ...]
    """Added, removed, changed or renamed."""
    evidence: tuple[FactChange, ...]
    """The same on other evidence."""


def compare_documents(
    old: StatedDocument, new: StatedDocument, *, is_same_text: bool
) -> ComparedFacts:
    """Return what became of the facts; offsets count as evidence where the text is the same."""
    renaming, renamed = find_renamed(old, new)
    comparer = _Comparer(renaming, is_same_text=is_same_text)
    found = [_renamed_fact(one) for one in renamed]
    pairs, gone, come = _pair_subjects(old, new, renaming)
    for one, other in pairs:
        found += comparer.changes(other, one.statements, other.statements)
    for one in gone:
        found += (_alone("removed", one, statement) for statement in one.statements)
    for other in come:
        found += (_alone("added", other, statement) for statement in other.statements)
    facts = tuple(change for change in found if change.kind != "evidence")
    return ComparedFacts(facts, tuple(change for change in found if change.kind == "evidence"))


def list_facts(document: StatedDocument, kind: Kind) -> tuple[FactChange, ...]:
    """Return every fact of a document that is only in one build, as added or removed."""
    return tuple(
        _alone(kind, subject, one)
        for subject in document.subjects.values()
        for one in subject.statements
    )


def _pair_subjects(
    old: StatedDocument, new: StatedDocument, renaming: Renaming
) -> tuple[list[tuple[Subject, Subject]], list[Subject], list[Subject]]:
    """Return subjects of both versions in the order of the new, of the old alone, of the new."""
    olds = {renaming.iri(iri): subject for iri, subject in old.subjects.items()}
    pairs = [(olds[iri], subject) for iri, subject in new.subjects.items() if iri in olds]
    gone = [subject for iri, subject in olds.items() if iri not in new.subjects]
    return pairs, gone, [new.subjects[iri] for iri in new.subjects if iri not in olds]


class _Comparer:
    """Compares the statements of one thing under a renaming."""

    def __init__(self, renaming: Renaming, *, is_same_text: bool) -> None:
        self._renaming = renaming
        self._is_same_text = is_same_text

    def changes(
        self, subject: Subject, olds: Sequence[Statement], news: Sequence[Statement]
    ) -> Iterator[FactChange]:
        """Yield what became of the statements of a thing, in the order of the model."""
        kept, gone, come = split(olds, news, self._renaming.term)
        found = [(other, self._kept(subject, one, other)) for one, other in kept]
        pairs = pair_by_words(*([o for o in side if not o.is_part] for side in (gone, come)))
        gone, come = rest(gone, come, pairs)
        pairs += pair_single(olds, news, gone, come)
        gone, come = rest(gone, come, pairs)
        for one, other in pairs:
            inner = tuple(self.changes(subject, one.parts, other.parts))
            found.append((other, _both("changed", subject, one, other, inner)))
        found += ((one, _alone("removed", subject, one)) for one in gone)
        found += ((one, _alone("added", subject, one)) for one in come)
        found.sort(key=lambda entry: _place(entry[0]))
        return (change for _, change in found if change)

    def _kept(self, subject: Subject, one: Statement, other: Statement) -> FactChange | None:
        """Return what became of a fact that both versions state, if anything."""
        inner = tuple(self.changes(subject, one.parts, other.parts))
        if any(change.kind != "evidence" for change in inner):
            return _both("changed", subject, one, other, inner)
        is_same_label = one.label == other.label or not one.is_part
        if inner or not is_same_label or self._evidence(one) != self._evidence(other):
            return _both("evidence", subject, one, other, inner)
        return None

    def _evidence(self, one: Statement) -> list[Support]:
        """Return what a fact rests on, without what moves when a file or its text changes."""
        supports = (replace(found, document="") for found in one.supports)
        if not self._is_same_text:
            supports = (replace(found, start=0, end=0) for found in supports)
        return sorted(supports, key=repr)


def _place(statement: Statement) -> tuple[int, str]:
    return model_place(statement.predicate), statement.predicate.value


def _alone(kind: Kind, subject: Subject, one: Statement) -> FactChange:
    """Return a fact that one version states, with all its parts."""
    parts = tuple(_alone(kind, subject, part) for part in one.parts)
    sides = (None, _side(one)) if kind == "added" else (_side(one), None)
    return _fact(kind, subject, one, sides, parts)


def _both(
    kind: Kind,
    subject: Subject,
    old: Statement,
    new: Statement,
    parts: tuple[FactChange, ...] = (),
) -> FactChange:
    return _fact(kind, subject, new, (_side(old), _side(new)), parts)


def _fact(
    kind: Kind,
    subject: Subject,
    said: Statement,
    sides: tuple[Side | None, Side | None],
    parts: tuple[FactChange, ...],
) -> FactChange:
    about = (subject.label, subject.iri, said.name, said.predicate.value)
    return FactChange(kind, *about, *sides, parts)


def _side(statement: Statement) -> Side:
    iri = statement.value.value if isinstance(statement.value, NamedNode) else None
    return Side(statement.label, iri, statement.supports)


def _renamed_fact(renamed: Renamed) -> FactChange:
    old, new = (_named(thing) for thing in (renamed.old, renamed.new))
    return FactChange("renamed", new.value, new.iri or "", "IRI", "", old, new)


def _named(thing: Statement | Subject) -> Side:
    if isinstance(thing, Subject):
        return Side(thing.label, thing.iri)
    return _side(thing)
