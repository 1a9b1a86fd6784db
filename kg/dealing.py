"""Deal lines about things to groups of these on disk, so that one group at a time is in memory."""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby

from kg.lines import Lines

_DIGITS = 8


def dealt(groups: Iterable[int], lines: Iterable[bytes]) -> list[bytes]:
    r"""Return lines as those of groups, whose numbers they then begin with.

    >>> dealt([7], [b"<e:a> <e:p> <e:b> .\n"])
    [b'00000007 <e:a> <e:p> <e:b> .\n']
    """
    kept = list(lines)
    return [b"%0*d %b" % (_DIGITS, group, line) for group in groups for line in kept]


def hands(lines: Iterable[bytes]) -> Iterator[tuple[int, Iterator[bytes]]]:
    """Yield each group with its lines, to be read before the next; what is dealt comes sorted."""
    for group, found in groupby(lines, lambda line: int(line[:_DIGITS])):
        yield group, (line[_DIGITS + 1 :] for line in found)


def asked(group: int, things: Iterable[bytes]) -> set[bytes]:
    r"""Return as lines that a group asks for things.

    >>> asked(7, [b"<e:b>"])
    {b'<e:b> 00000007\n'}
    """
    return {b"%b %0*d\n" % (thing, _DIGITS, group) for thing in things}


def answered(questions: Lines, *sources: Lines) -> Iterator[tuple[list[int], list[bytes]]]:
    """Yield the lines about each thing that is asked for, with the groups that ask.

    Everything is sorted, so that all of it is read once and together.
    """
    for _, found in subjects(merge(*(lines.lines() for lines in (questions, *sources)))):
        if not found[0].endswith(b".\n"):  # as a triple does; what asks sorts before
            lines = [line for line in found if line.endswith(b".\n")]
            yield [int(line[-_DIGITS - 1 :]) for line in found[: len(found) - len(lines)]], lines


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
