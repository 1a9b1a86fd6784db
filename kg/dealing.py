"""Deal lines about things to groups on disk, so that no more than one group is in memory."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from kg.lines import Lines, Sorter

_DIGITS: Final = 8
_END: Final = b"\xff"
"""What comes after every line."""


def dealt(groups: Iterable[int], lines: Iterable[bytes]) -> list[bytes]:
    r"""Return lines as those of groups, whose numbers they then begin with.

    >>> dealt([7], [b"<e:a> <e:p> <e:b> .\n"])
    [b'00000007 <e:a> <e:p> <e:b> .\n']
    """
    kept = list(lines)
    return [b"%0*d %b" % (_DIGITS, group, line) for group in groups for line in kept]


def hands(*dealt: Lines) -> Iterator[tuple[int, Iterator[bytes]]]:
    """Yield each group with its lines, which have to be read before the next group."""
    lines = merge(*(each.lines() for each in dealt))
    for group, found in groupby(lines, lambda line: int(line[:_DIGITS])):
        yield group, (line[_DIGITS + 1 :] for line in found)


def asked(group: int, things: Iterable[bytes]) -> set[bytes]:
    r"""Return as lines that a group asks for things.

    >>> asked(7, [b"<e:b>"])
    {b'<e:b> 00000007\n'}
    """
    return {b"%b %0*d\n" % (thing, _DIGITS, group) for thing in things}


def answered(questions: Lines, source: Lines) -> Iterator[tuple[list[int], list[bytes]]]:
    """Yield the statements about each thing that is asked for, with the groups that ask.

    Both are sorted, so that each is read once, and of what nobody asks for no more is looked at
    than that it comes before what is asked for next.
    """
    lines = source.lines()
    line = next(lines, _END)
    for thing, asking in groupby(questions.lines(), lambda line: line[: -_DIGITS - 1]):
        if line < thing:
            line = next((each for each in lines if each >= thing), _END)
        found = []
        while line.startswith(thing):
            found.append(line)
            line = next(lines, _END)
        if found:
            yield [_asking(each) for each in asking], found


def followed(
    questions: Lines,
    facts: Lines,
    *,
    but: AbstractSet[bytes],
    known: AbstractSet[bytes],
    work: Path | None = None,
) -> tuple[Lines, Lines]:
    r"""Return what groups ask for, one a line, and the facts about that, both dealt to them.

    They also ask for what these facts lead to, if it is not known. Some properties are left out.

    >>> ask, facts = Lines(b"<e:a> 00000007\n"), Lines(b"<e:a> <e:p> <e:b> .\n")
    >>> things, told = followed(ask, facts, but=set(), known=set())
    >>> [line for line in things.lines()]
    [b'00000007 <e:a>\n', b'00000007 <e:b>\n']
    """
    told, rounds = Sorter(work, "told"), [questions]
    while len(rounds[-1]):
        found, new = (Sorter(work, f"{name}-{len(rounds)}") for name in ("found", "new"))
        for groups, lines in answered(rounds[-1], facts):
            kept = list(not_saying(lines, but))
            told.add(dealt(groups, kept))
            things = led_to(kept) - known
            found.add({line for group in groups for line in asked(group, things)})
        for line in _without(found.finish(), rounds):
            new.add({line})
        rounds.append(new.finish())
    names = Sorter(work, "names")
    for line in merge(*(each.lines() for each in rounds)):
        names.add(dealt([_asking(line)], [line.split(b" ", 1)[0] + b"\n"]))
    return names.finish(), told.finish()


def _without(lines: Lines, others: Iterable[Lines]) -> Iterator[bytes]:
    """Yield the lines that no others have."""
    known = ((line, True) for line in merge(*(each.lines() for each in others)))
    marked = merge(((line, False) for line in lines.lines()), known)
    for line, marks in groupby(marked, itemgetter(0)):
        if not any(is_known for _, is_known in marks):
            yield line


def _asking(line: bytes) -> int:
    return int(line[-_DIGITS - 1 :])


def saying(lines: Iterable[bytes], predicates: AbstractSet[bytes]) -> Iterator[bytes]:
    r"""Return the statements with some properties.

    >>> list(saying([b"<e:a> <e:p> <e:b> .\n"], {b"<e:p>"}))
    [b'<e:a> <e:p> <e:b> .\n']
    """
    return (line for line in lines if line.split(b" ", 2)[1] in predicates)


def not_saying(lines: Iterable[bytes], predicates: AbstractSet[bytes]) -> Iterator[bytes]:
    r"""Return the statements with other properties.

    >>> list(not_saying([b"<e:a> <e:p> <e:b> .\n"], {b"<e:p>"}))
    []
    """
    return (line for line in lines if line.split(b" ", 2)[1] not in predicates)


def led_to(lines: Iterable[bytes]) -> set[bytes]:
    r"""Return the things that are values of statements.

    >>> led_to([b"<e:a> <e:p> <e:b> .\n", b'<e:a> <e:q> "c" .\n'])
    {b'<e:b>'}
    """
    values = (line.split(b" ", 2)[2] for line in lines)
    return {value[:-3] for value in values if value.startswith(b"<")}


def mentioned(lines: Iterable[bytes]) -> set[bytes]:
    """Return the things that statements are about or lead to."""
    found = set()
    for line in lines:
        subject, _, value = line.split(b" ", 2)
        found.add(subject)
        if value.startswith(b"<"):
            found.add(value[:-3])
    return found


def subjects(lines: Iterable[bytes]) -> Iterator[tuple[bytes, list[bytes]]]:
    """Yield each subject of sorted lines, with the lines about it."""
    start = b"\n"  # which no line begins with
    group: list[bytes] = []
    for line in lines:
        if not line.startswith(start):
            if group:
                yield start[:-1], group
            start, group = line[: line.index(b" ") + 1], []
        group.append(line)
    if group:
        yield start[:-1], group
