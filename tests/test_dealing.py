"""Tests of `kg.dealing`: what groups are dealt is what each would find by itself."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import lines
from kg.dealing import answered, asked, followed, hands
from kg.lines import Lines

THINGS = [f"<e:{name}>".encode() for name in ("a", "b", "b/c", "c", "d", "known")]
KNOWN = frozenset(THINGS[-1:])
BUT = frozenset({b"<e:but>"})

facts = st.sets(
    st.builds(
        lambda *terms: b" ".join((*terms, b".\n")),
        st.sampled_from(THINGS),
        st.sampled_from([b"<e:to>", *BUT]),
        st.sampled_from([*THINGS, b'"a text"']),
    )
)
groups = st.dictionaries(st.integers(0, 3), st.sets(st.sampled_from(THINGS[:-1]), min_size=1))


def sorted_text(found: set[bytes]) -> Lines:
    """Return lines in order, in memory."""
    return Lines(b"".join(sorted(found)))


def reached(things: set[bytes], known: set[bytes]) -> tuple[set[bytes], set[bytes]]:
    """Return what one group asks for, one thing after another, and what it is told."""
    names: set[bytes] = set()
    told: set[bytes] = set()
    waiting = list(things)
    while waiting:
        thing = waiting.pop()
        names.add(thing)
        said = {line for line in known if line.startswith(thing + b" ")}
        said = {line for line in said if line.split(b" ")[1] not in BUT}
        told |= said
        values = {line.split(b" ", 2)[2][:-3] for line in said}
        waiting += {value for value in values if value.startswith(b"<")} - names - KNOWN
    return names, told


def dealt_to(found: Lines) -> dict[int, set[bytes]]:
    """Return the lines of each group."""
    return {group: set(some) for group, some in hands(found)}


@given(known=facts, wanted=groups)
def test_groups_are_told_what_each_would_reach(
    known: set[bytes], wanted: Mapping[int, set[bytes]]
) -> None:
    """All groups together, in memory or on disk, reach what one by itself reaches."""
    questions = sorted_text({q for group, some in wanted.items() for q in asked(group, some)})
    expected = {group: reached(some, known) for group, some in wanted.items()}
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_MOST_BYTES", 1)
        for work in (None, Path(folder)):
            names, told = followed(questions, sorted_text(known), but=BUT, known=KNOWN, work=work)
            found = {
                group: {name + b"\n" for name in names} for group, (names, _) in expected.items()
            }
            assert dealt_to(names) == found
            assert dealt_to(told) == {group: said for group, (_, said) in expected.items() if said}


@given(known=facts, wanted=groups)
def test_only_what_is_asked_for_is_answered(
    known: set[bytes], wanted: Mapping[int, set[bytes]]
) -> None:
    """Each thing that has statements comes once, with all of them and all groups that ask."""
    questions = sorted_text({q for group, some in wanted.items() for q in asked(group, some)})
    expected = []
    for thing in sorted({thing for some in wanted.values() for thing in some}):
        said = sorted(line for line in known if line.startswith(thing + b" "))
        if said:
            expected.append((sorted(g for g, some in wanted.items() if thing in some), said))
    found = list(answered(questions, sorted_text(known)))
    assert sorted(found) == sorted(expected)
