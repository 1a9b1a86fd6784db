"""Write changes for a person to read: counts, then each change with the words behind it."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO, Final, TypeAlias

from kg.changes.change import (
    Change,
    DocumentChange,
    FactChange,
    GraphChange,
    TermChange,
    ThingChange,
    Unchanged,
)
from kg.changes.summary import summary_lines
from kg.changes.tally import Tally
from kg.changes.writing import SECTIONS, Pieces, Section
from kg.terminal import counted, is_plain, printable, render
from kg.things import Support

Line: TypeAlias = tuple[str, str]
"""Words of a line, and their style."""

_STYLES: Final = {
    "added": "green",
    "removed": "red",
    "changed": "yellow",
    "renamed": "cyan",
    "evidence": "dim",
}
_AT_ONCE: Final = 500
"""Lines that are laid out at once."""


class Table:
    """Lines to read."""

    def __init__(self, *, evidence: bool = False, whole: bool = False) -> None:
        self._evidence = evidence
        """Whether to list the facts that are the same on other evidence."""
        self._whole = whole
        """Whether to list the facts of documents that only one build has."""

    def render(self, change: Change) -> bytes:
        """Return the lines of a change, each with its style before a tab."""
        lines = (f"{style}\t{printable(words)}\n" for words, style in self.lines(change))
        return "".join(lines).encode("utf-8", "backslashreplace")

    def write(self, tally: Tally, pieces: Pieces, stream: BinaryIO) -> None:
        """Write the counts and the changes."""
        write_lines(((line, "") for line in summary_lines(tally)), stream)
        titles: dict[Section, str] = {"things": "Things", "model": "Model"}
        for section in SECTIONS:
            if section in titles and pieces.count(section):
                write_lines([("", ""), (titles[section], "bold")], stream)
            write_lines(_read(pieces.of(section)), stream)

    def lines(self, change: Change) -> Iterator[Line]:
        """Yield the lines of a change."""
        match change:
            case DocumentChange():
                yield from self._document_lines(change)
            case ThingChange():
                yield f"  {change.name}  {change.iri}", "bold"
                for fact in change.facts:
                    yield from self._fact_lines(fact, "    ")
            case TermChange():
                yield f"  {change.model}: {change.label} {change.kind}", _STYLES[change.kind]
                if change.kind == "changed":
                    yield from ((f"    now also {words}", "") for words in change.added)
                    yield from ((f"    no longer {words}", "") for words in change.removed)
            case GraphChange():
                counts = f"{change.added:,} statements added, {change.removed:,} removed"
                yield f"  {change.name}: {counts}", ""
            case Unchanged():
                return

    def _document_lines(self, change: DocumentChange) -> Iterator[Line]:
        yield "", ""
        former = f", formerly {change.former_name}" if change.former_name else ""
        yield f"{change.name}: {change.fate}{former}", "bold"
        yield change.program, "dim"
        if change.fate in ("added", "removed") and not self._whole:
            yield f"  {counted(len(change.facts), 'fact')}; --document lists them", ""
            return
        shown = (*change.facts, *(change.evidence if self._evidence else ()))
        for fact in shown:
            is_own = fact.about_iri == change.program_iri or fact.about == change.name
            yield from self._fact_lines(fact, "  ", "" if is_own else f"{fact.about}, ")
        if change.evidence and not self._evidence:
            facts = counted(len(change.evidence), "fact")
            yield f"  {facts} the same on other evidence; --evidence lists them", ""
        if change.other_evidence:
            yield f"  {counted(change.other_evidence, 'other statement')} of evidence", ""
        if change.fate == "text changed" and not change.is_otherwise:
            yield "  the same facts in the same words", ""

    def _fact_lines(self, fact: FactChange, indent: str, told: str = "") -> Iterator[Line]:
        """Yield a fact with its words, and what changed inside of what it leads to."""
        style = _STYLES[fact.kind]
        if fact.kind == "renamed":
            yield f"{indent}{fact.kind:8} {_values(fact)}", style
            yield f"{indent}    {fact.old and fact.old.iri} → {fact.new and fact.new.iri}", "dim"
            return
        yield f"{indent}{fact.kind:8} {told}{fact.property}: {_values(fact)}", style
        yield from _words(fact, f"{indent}    ")
        if fact.old and fact.new:
            for part in fact.parts:
                if self._shows(part, fact):
                    yield from self._fact_lines(part, f"{indent}    ")

    def _shows(self, part: FactChange, fact: FactChange) -> bool:
        """Leave out what follows from the change of the fact itself."""
        if part.kind == "evidence" and not self._evidence:
            return False
        follows = all(side.is_inferred for side in (part.old, part.new) if side)
        return not (follows and fact.kind == "changed" and _differ(fact))


def _differ(fact: FactChange) -> bool:
    return not (fact.old and fact.new) or fact.old.value != fact.new.value


def _values(fact: FactChange) -> str:
    """Return the value of a fact, or both where they differ.

    >>> from kg.changes.change import Side
    >>> north, south = Side("North"), Side("South")
    >>> _values(FactChange("changed", "", "", "name", "", north, south))
    'North → South'
    >>> _values(FactChange("evidence", "", "", "name", "", north, north))
    'North'
    """
    return " → ".join(dict.fromkeys(side.value for side in (fact.old, fact.new) if side))


def _words(fact: FactChange, indent: str) -> Iterator[Line]:
    """Yield the quotations of a fact, once where both builds quote the same."""
    old, new = (side.supports if side else () for side in (fact.old, fact.new))
    is_both = fact.old is not None and fact.new is not None
    has_rule = is_both and {one.rule for one in old} != {one.rule for one in new}
    has_place = fact.kind == "evidence" and not fact.parts  # else a place may move with the text
    telling = [
        [(_how(one, has_rule=has_rule), one.quotation, has_place and one.start) for one in side]
        for side in (old, new)
    ]
    if is_both and telling[0] != telling[1]:
        yield from (_quotation(one, f"{indent}was ", has_rule=has_rule) for one in old)
        yield from (_quotation(one, f"{indent}now ", has_rule=has_rule) for one in new)
    else:
        said = new if fact.new else old
        yield from (_quotation(one, indent, has_rule=has_rule) for one in said)


def _how(support: Support, *, has_rule: bool) -> str:
    """Return how a fact was obtained, unless the words say it outright."""
    basis = "" if support.basis in {"", "stated"} else f"; {support.basis}"
    confidence = "" if support.confidence == 1 else f"; confidence {support.confidence:g}"
    return f"{basis}{confidence}{f'; rule {support.rule}' if has_rule else ''}"


def _quotation(support: Support, indent: str, *, has_rule: bool) -> Line:
    """Return the line of a quotation, with where it stands."""
    place = f"characters {support.start}-{support.end}{_how(support, has_rule=has_rule)}"
    return f"{indent}“{' '.join(support.quotation.split())}” {place}", "italic"


def _read(pieces: Iterable[bytes]) -> Iterator[Line]:
    """Yield the lines that were rendered."""
    for piece in pieces:
        for line in piece.decode().split("\n")[:-1]:
            style, _, words = line.partition("\t")
            yield words, style


def write_lines(lines: Iterable[Line], stream: BinaryIO) -> None:
    """Write lines that are safe to print, with their styles where somebody sees them."""
    if is_plain(stream):
        stream.writelines(f"{words}\n".encode("utf-8", "backslashreplace") for words, _ in lines)
        return
    from rich.text import Text

    remaining = iter(lines)
    while some := list(islice(remaining, _AT_ONCE)):
        text = Text()
        for number, (words, style) in enumerate(some):
            text.append("\n" if number else "")
            text.append(words, style)
        render(text, stream)
