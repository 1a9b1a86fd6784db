"""Find faults of the source that a reader should know of: what is written wrongly or is no text."""

import itertools
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import re2
from rapidfuzz.distance import DamerauLevenshtein

from kg.extract.page import Page, Unit
from kg.extract.passages import known_labels
from kg.records import Anomaly

_GLUED_QUOTE = re2.compile(r'(?P<before>[A-Za-z]+)"(?P<after>[A-Za-z]+)')
_GLUED_STOP = re2.compile(r"(?P<before>[a-z]{3,})\.(?P<after>[A-Z][a-z]+)")
_STRAY_SPACE = re2.compile(r"(?P<before>\w+) (?P<mark>[,;])(?: |$)")
_AGREEMENT = re2.compile(
    r"(?i)\b(?P<who>physicians|doctors|practices|providers)\b[^.;,]{0,80}\bservices? it provides\b"
)


def find_faults(page: Page) -> Iterator[Anomaly]:
    """Yield the faults of a description, quoted as written, with what each was read as."""
    for unit in page.units:
        if unit.block.kind == "boilerplate":
            yield _anomaly(page, "boilerplate", unit.span)
        elif unit.block.kind in {"sentence", "title", "value"}:
            yield from _missing_spaces(page, unit)
        if unit.block.kind == "sentence":
            yield from _grammar(page, unit)
    yield from _unfinished(page)
    yield from _fields(page)
    yield from _second_page(page)


def _anomaly(page: Page, kind: str, span: tuple[int, int], read_as: str | None = None) -> Anomaly:
    start, end = page.folded.source_span(*span)
    return Anomaly(start, end, kind, page.document.text[start:end], read_as)


def _missing_spaces(page: Page, unit: Unit) -> Iterator[Anomaly]:
    for mention in unit.mentions:
        if mention.glued:
            words = unit.words(mention.start, mention.end)
            label_start = _label_start(words)
            if label_start:
                end = mention.start + label_start + len(words[label_start:].split(" ")[0])
                read = f"{words[:label_start]} {unit.words(mention.start + label_start, end)}"
                yield _anomaly(page, "missing-space", (mention.start, end), read)
    for pattern, join in ((_GLUED_QUOTE, '"'), (_GLUED_STOP, ".")):
        for hit in unit.search(pattern):
            opening = join == '"' and unit.before(hit.spans["before"][1]).count('"') % 2 == 0
            gap = f" {join}" if opening else f"{join} "
            read = f"{hit.groups['before']}{gap}{hit.groups['after']}"
            yield _anomaly(page, "missing-space", hit.span, read)
    for hit in unit.search(_STRAY_SPACE):
        end = hit.spans["mark"][1]
        read = hit.groups["before"] + hit.groups["mark"]
        yield _anomaly(page, "stray-space", (hit.start, end), read)


def _label_start(words: str) -> int:
    """Return the length of the article that is glued to a wording."""
    return next((len(a) for a in ("the", "an", "a") if words.lower().startswith(a)), 0)


def _grammar(page: Page, unit: Unit) -> Iterator[Anomaly]:
    for hit in unit.search(_AGREEMENT):
        read = unit.words(*hit.span).removesuffix("it provides") + "they provide"
        yield _anomaly(page, "agreement-error", hit.span, read)


def _unfinished(page: Page) -> Iterator[Anomaly]:
    """The last sentence of a prose field should end; one that the page cuts off is not judged."""
    units = page.units
    for unit, following in itertools.pairwise(units):
        is_last = following.block.kind in {"label", "value", "boilerplate"}
        is_prose = unit.block.kind == "sentence" and unit.text.count(" ") >= 6
        if is_prose and is_last and unit.text[-1].isalnum():
            words = unit.text.split(" ")[-3:]
            start = unit.block.end - len(" ".join(words))
            span = (start, unit.block.end)
            yield _anomaly(page, "missing-punctuation", span, " ".join(words) + ".")


_HOLDS_NOTHING: Final = frozenset({"reported outcomes", "related news & resources"})
"""Headings that stand above nothing of their own on any page."""


def _fields(page: Page) -> Iterator[Anomaly]:
    """Labels that the reader does not know, that have lost their value, or hold another's."""
    for unit, following in pairwise([*page.units, None]):
        if unit is None or unit.block.kind != "label":
            continue
        if unit.block.field == "other":
            yield _anomaly(page, "unknown-label", unit.span, _meant(unit.block.label))
        elif _is_empty(unit, following):
            yield _anomaly(page, "empty-field", unit.span)
    for party in page.parties:
        if party.rule == "header.payer-under-type":
            yield _anomaly(page, "misplaced-value", party.span, "a value of “Payers:”")


def _meant(label: str) -> str | None:
    """Return the label that a slip of the pen has spoilt: at most two letters are wrong."""
    folded = label.lower()
    near = [
        (DamerauLevenshtein.distance(folded, known, score_cutoff=2), known)
        for known in known_labels()
    ]
    distance, known = min(near)
    if len(folded) < 5 or not 0 < distance <= 2:
        return None
    return " ".join(word.capitalize() for word in known.split(" ")) + ":"


def _second_page(page: Page) -> Iterator[Anomaly]:
    """A location field after prose means that another description begins in the file."""
    prose_seen = False
    for unit in page.units:
        prose_seen = prose_seen or unit.block.kind == "sentence"
        if prose_seen and unit.block.kind == "label" and unit.block.field == "location":
            yield _anomaly(page, "second-page", unit.span)


def _is_empty(unit: Unit, following: Unit | None) -> bool:
    """Tell whether a label has no value.

    Prose below the label of a value belongs to a description whose own label is lost.
    """
    if unit.block.label.lower() in _HOLDS_NOTHING:
        return False
    if following is None or following.block.kind == "label":
        return True
    holds_value = unit.block.field in {"location", "practices", "payer type", "payers", "partners"}
    return holds_value and following.block.kind == "sentence"
