"""Apply corrections to what was read: names first, then facts in the order of the file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kg.corrections.add import add
from kg.corrections.change import retract, set_value
from kg.corrections.find import Finder
from kg.corrections.form import IDENTITY_ACTIONS, Correction, Corrections, plain
from kg.corrections.identity import settle_names
from kg.corrections.known import Names, read_names
from kg.errors import InputError
from kg.lexicon import Vocabulary
from kg.records import Curation
from kg.resolve import Resolved, collect_labels
from kg.spool import change_each


@dataclass(frozen=True, slots=True)
class AppliedCorrection:
    """A decision with the documents that it touched, for a report."""

    curation: Curation
    documents: tuple[str, ...]
    line: int | None


def apply_corrections(
    documents: Sequence[Resolved], corrections: Corrections, vocabulary: Vocabulary
) -> tuple[Sequence[Resolved], tuple[AppliedCorrection, ...]]:
    """Return the documents as the curators left them, and what was applied.

    Each fact that a correction made or changed has the basis `curated` and the decision behind it.
    Applying the same corrections again changes nothing.

    Raises:
        InputError: a correction matches nothing, is not clear or contradicts another; of facts,
            every such correction is told.
    """
    if not corrections.items:
        return documents, ()
    _check_contradictions(corrections)
    noted = {c.key for resolved in documents for c in resolved.extraction.curations}
    pending = tuple(item for item in corrections.items if item.key not in noted)
    todo = replace(corrections, items=pending)
    found = settle_names(documents, todo)
    found = _with_facts(found, todo, Finder(corrections, vocabulary, {}))
    return found, tuple(_applied(found, corrections))


def _with_facts(
    documents: Sequence[Resolved], todo: Corrections, finder: Finder
) -> Sequence[Resolved]:
    """Return the documents with the facts that curators changed; few documents are touched."""
    items = [item for item in todo.items if item.action not in IDENTITY_ACTIONS]
    if not items:
        return documents
    names, labels = read_names(documents), collect_labels(documents)
    places = {each.extraction.document.name: n for n, each in enumerate(documents)}
    finders: dict[int, Finder] = {}
    changed: dict[str, Resolved] = {}
    problems: list[InputError] = []
    for item in items:
        try:
            place = finder.document(places, item)
            resolved = changed.get(item.document) or documents[place]
            if place not in finders:
                finders[place] = replace(finder, labels=labels.within(resolved.extraction))
            changed[item.document] = _corrected(resolved, finders[place], names, item)
        except InputError as problem:
            problems.append(problem)
    if problems:
        raise _together(problems)
    return change_each(documents, lambda each: changed.get(each.extraction.document.name, each))


def _corrected(resolved: Resolved, finder: Finder, names: Names, item: Correction) -> Resolved:
    if any(curation.key == item.key for curation in resolved.extraction.curations):
        return resolved  # said twice in the file
    if item.action == "set":
        return set_value(finder, names, resolved, item)
    if item.action == "add":
        return add(finder, names, resolved, item)
    return retract(finder, resolved, item)


def _together(problems: Sequence[InputError]) -> InputError:
    """Return one error that tells of each correction that does not fit."""
    first, *rest = problems
    message = "\n".join((first.message, *(str(problem) for problem in rest[:20])))
    if len(rest) > 20:
        message += f"\nand {len(rest) - 20} more"
    return InputError(first.path, message, line=first.line)


def _check_contradictions(corrections: Corrections) -> None:
    """Refuse to change one value into two, or to withdraw what is also added or changed."""
    seen: dict[tuple[str, ...], list[Correction]] = {}
    for item in corrections.of("set", "add", "retract"):
        others = seen.setdefault((item.document, item.predicate, plain(item.value)), [])
        for other in others:
            if (other.action, other.to) != (item.action, item.to) and _may_meet(item, other):
                message = f"contradicts {corrections.path}:{other.line} ({other.summary})"
                raise corrections.error(item, message)
        others.append(item)


def _may_meet(one: Correction, other: Correction) -> bool:
    """Say whether two corrections of one value may mean the same statement."""
    return all(
        not mine or not theirs or plain(mine) == plain(theirs)
        for mine, theirs in ((one.quotation, other.quotation), (one.about, other.about))
    )


def _applied(found: Iterable[Resolved], corrections: Corrections) -> Iterable[AppliedCorrection]:
    """Yield the corrections in the order of the file."""
    touched: dict[str, list[str]] = {}
    curations: dict[str, Curation] = {}
    for resolved in found:
        for curation in resolved.extraction.curations:
            touched.setdefault(curation.key, []).append(resolved.extraction.document.name)
            curations[curation.key] = replace(curation, spans=())
    for item in corrections.items:
        if item.key in curations:
            documents = tuple(sorted(touched[item.key]))
            yield AppliedCorrection(curations[item.key], documents, item.line)
