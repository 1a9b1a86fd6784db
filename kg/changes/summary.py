"""Say in a few lines what was counted, the same for a terminal, a page and a notebook."""

from collections.abc import Iterable, Iterator
from typing import Final

from kg.changes.tally import Tally
from kg.terminal import counted, printable

_FATES: Final = (
    ("same", "the same"),
    ("same text", "read otherwise"),
    ("text changed", "with another text"),
    ("added", "added"),
    ("removed", "removed"),
    ("renamed", "under another name"),
)
_KINDS: Final = ("added", "removed", "changed", "renamed")


def summary_lines(tally: Tally) -> Iterator[str]:
    """Yield the lines: what was compared, then what differs."""
    yield from (f"{printable(heading):10} {printable(text)}" for heading, text in summary(tally))


def summary(tally: Tally) -> Iterator[tuple[str, str]]:
    """Yield headings, each with what is to say under it."""
    for name, build in (("Old", tally.old), ("New", tally.new)):
        yield name, f"{build.path}, made by kg {build.version}"
    if tally.old.base != tally.new.base:
        yield "Base", f"{tally.old.base} → {tally.new.base}; compared as if it were the same"
    documents = _joined((tally.documents[fate], words) for fate, words in _FATES)
    yield "Documents", documents or "none"
    yield "Facts", _facts(tally)
    if tally.things:
        yield "Things", f"{tally.things:,} told otherwise"
    for name in sorted({*(model for model, _ in tally.terms), *tally.graphs}):
        terms = _joined((tally.terms[name, kind], kind) for kind in _KINDS)
        added, removed = tally.graphs.get(name, (0, 0))
        statements = _joined(((added, "statements added"), (removed, "statements removed")))
        yield name.capitalize(), "; ".join(filter(None, (terms, statements)))


def _facts(tally: Tally) -> str:
    counts = [_joined((tally.facts[kind], kind) for kind in _KINDS)]
    counts.extend(
        f"{tally.in_documents[fate]:,} in documents {fate}"
        for fate in ("added", "removed")
        if tally.documents[fate]
    )
    if tally.evidence:
        counts.append(f"{tally.evidence:,} the same on other evidence")
    if tally.other_evidence:
        counts.append(f"evidence of no fact differs in {counted(tally.other_evidence, 'document')}")
    return "; ".join(filter(None, counts)) or "none differs"


def _joined(counts: Iterable[tuple[int, str]]) -> str:
    """Return counts in words, without those of which there are none.

    >>> _joined([(2, "added"), (0, "removed"), (1, "changed")])
    '2 added, 1 changed'
    """
    return ", ".join(f"{number:,} {words}" for number, words in counts if number)
