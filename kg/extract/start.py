"""Find the date that a verb of starting governs: when a program took effect."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

import re2
from rapidfuzz.distance import DamerauLevenshtein

from kg.extract.dates import StatedDate, find_dates
from kg.extract.page import Page, Span, StartDate, Unit

_VERBS: Final = frozenset(
    """launched launches piloted
    established establishes started starts began begins begun beginning opened
    implemented introduced initiated inaugurated commenced created formed unveiled debuted
    instituted""".split()
)
_MISSPELT: Final = tuple(verb for verb in sorted(_VERBS) if len(verb) >= 7)
_PHRASES = re2.compile(
    r"(?i)\b(?:(?:was|is|were|became|becomes|became) effective|took effect|takes effect|effective"
    r"|went live|went into effect|set up|kicked off|rolled out|put|got under way|got underway)\b"
)
_WORD = re2.compile(r"[A-Za-z]+")
_JOINT = re2.compile(
    r"(?i)(?:^|[ (])(?:in|on|since|as of|effective|beginning|from|of|during)? ?\"?$"
)
_BLOCKED = re2.compile(
    r"(?i)\b(?:until|through|expired?|ended|ends?|concluded|passed|approved|approval|enacted|signed"
    r"|announced|selected|chosen|awarded|joined|published|reported|report|expects?|expected|will"
    r"|plans?|planned|expand(?:ed|s)?|extended|renewed|founded|payments? (?:began|started|came))\b"
)
_LASTING = re2.compile(
    r"(?i)\b(?:has|have) (?:been [a-z -]{2,40}|had [a-z -]{2,60}|operated|run|offered|existed"
    r"|worked [a-z -]{2,40}) since $"
)
_TO_START = re2.compile(
    r"(?i)^,? to (?:start|launch|begin|form|create|establish|develop|implement)\b"
)
_FROM_THEN_ON = re2.compile(r"(?i)^(?:beginning|starting|effective)(?: in| on)? $")
_OPENING = re2.compile(r"(?i)^(?:in|on|since)(?: early| late| mid)? $")
_NOT_YET = re2.compile(
    r"(?i)\b(?:not|never|(?:would|may|might|could|should) have been|would be|may be|might be) $"
)
_MOST_DATES: Final = 24
"""Dates of one sentence that are looked at: more are a table, not a statement."""
_REACH: Final = 160
"""How many characters a verb may stand before the date that it governs."""


def find_start(page: Page) -> StartDate | None:
    """Return the first stated start of a program, from its description or else its payment model.

    Approvals, laws, later payers, ends and dates of reports are no starts.
    """
    for field in ("description", "other", "payment"):
        for unit in page.sentences:
            if unit.block.field == field:
                found = next(_starts_in(unit), None)
                if found:
                    return found
    return None


def _starts_in(unit: Unit) -> Iterator[StartDate]:
    previous = 0
    for day in islice(find_dates(unit.text), _MOST_DATES):
        span = _governed(unit, day, previous)
        if span:
            words = unit.text[day.start : day.end]
            yield StartDate(day, words, (unit.start + span[0], unit.start + span[1]))
        previous = day.end


def _governed(unit: Unit, day: StatedDate, previous: int) -> Span | None:
    """Return the span from the verb to the date (or from the date on), within the sentence."""
    base = max(0, day.start - _REACH - 100)
    before, after = unit.text[base : day.start], unit.text[day.end : day.end + 100]
    reach = max(previous, day.start - _REACH) - base
    verb = _last_verb(before, reach)
    if verb and _JOINT.search(before) and not _is_about_something_else(before, verb):
        return base + verb[0], day.end
    lasting = _LASTING.search(before)
    if lasting:
        return base + lasting.start(), day.end
    if _TO_START.match(after):
        return day.start, day.end
    if _FROM_THEN_ON.match(before):
        return 0, day.end
    if _OPENING.match(before):
        return _opened_by(unit, day)
    return None


def _is_about_something_else(before: str, verb: Span) -> bool:
    """Tell a start that did not happen, and one whose date belongs to another verb."""
    taken_back = _NOT_YET.search(before[max(0, verb[0] - 24) : verb[0]])
    if " if " in before:
        return True
    return bool(taken_back or _BLOCKED.search(before[verb[1] :]))


def _opened_by(unit: Unit, day: StatedDate) -> Span | None:
    """ "In July 2010 GROUP and PAYER opened …": the verb behind the date is one of starting."""
    after = unit.text[day.end : day.end + 140]
    verb = _first_verb(after)
    blocked = _BLOCKED.search(after)
    if verb and (blocked is None or verb[1] <= blocked.start()):
        return 0, day.end
    if unit.lower.startswith("since ") and " have had " in after:
        return 0, day.end
    return None


def _first_verb(text: str) -> Span | None:
    words = (m.span() for m in _WORD.finditer(text) if _is_verb(m.group()))
    phrases = (m.span() for m in _PHRASES.finditer(text))
    return min((*words, *phrases), default=None)


def _last_verb(text: str, start: int) -> Span | None:
    words = (m.span() for m in _WORD.finditer(text) if m.start() >= start and _is_verb(m.group()))
    phrases = (m.span() for m in _PHRASES.finditer(text) if m.start() >= start)
    return max((*words, *phrases), default=None)


def _is_verb(word: str) -> bool:
    """Tell a verb of starting, also with one slip of the pen ("luanched", "Launced")."""
    word = word.lower()
    if word in _VERBS:
        return True
    return (
        len(word) >= 7
        and word.endswith("ed")
        and any(
            word[0] == verb[0] and DamerauLevenshtein.distance(word, verb, score_cutoff=1) <= 1
            for verb in _MISSPELT
        )
    )
