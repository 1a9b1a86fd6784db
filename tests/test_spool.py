"""Tests of `kg.spool` and `kg.freeze`: what is kept on disk comes back as it was."""

import contextlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import OutputError
from kg.freeze import freeze, thaw, thaw_text
from kg.pipeline import BuildOptions, Reading, find_inputs, read_inputs, read_sources
from kg.records import Curation, Node
from kg.spool import Spool, Spooled, change_each
from kg.workers import Workshop

from .conftest import ROOT, SEEDS
from .test_corrections import MERGE, applied, fact_body
from .test_seeds import LOUDOUN


@pytest.fixture(scope="module")
def reading() -> Reading:
    """The golden cases, the seeds among them, read and resolved."""
    return read_sources([ROOT / "tests" / "cases"], BuildOptions())


@given(st.lists(st.binary(max_size=9)))
def test_a_file_keeps_what_memory_keeps(
    tmp_path_factory: pytest.TempPathFactory, texts: list[bytes]
) -> None:
    """Every byte string comes back under its number, the empty one too, from the end as well."""
    folder = tmp_path_factory.mktemp("spool")
    for spool in (Spool(), Spool(folder)):
        assert [spool.append(text) for text in texts] == [*range(len(texts))]
        found: Spooled[bytes] = Spooled(spool, bytes)
        assert [*found] == texts
        assert len(found) == len(texts)
        assert [*found[1:]] == texts[1:]
        assert [found[-number] for number in range(1, len(texts) + 1)] == texts[::-1]
        with pytest.raises(IndexError):
            found[len(texts)]
    assert [*folder.iterdir()] == []  # whatever kills us leaves nothing behind


def test_changes_are_made_in_their_order() -> None:
    """A sequence from a spool stays lazy, any other becomes a tuple; both say the same."""
    spool, made = Spool(), list[str]()
    spool.append(b"a")
    kept: Spooled[str] = Spooled(spool, bytes.decode)

    def change(word: str) -> str:
        made.append(word)
        return f"{word}b"

    twice = change_each(change_each(kept, change), str.upper)
    assert made == []
    assert [*twice] == [*change_each(change_each(["a"], change), str.upper)] == ["AB"]
    assert [*kept] == ["a"]


def test_a_folder_that_refuses_is_an_error_of_the_output(tmp_path: Path) -> None:
    """No folder to write in: one line that names it."""
    options = BuildOptions()
    inputs = find_inputs([SEEDS], options)
    with pytest.raises(OutputError, match="what was read cannot be kept there: no such file"):
        read_inputs(inputs, options, workshop=Workshop(folder=tmp_path / "none"))


def test_what_is_frozen_comes_back(reading: Reading) -> None:
    """Documents are equal in all that can be seen of them, labels of equal nodes too."""
    for resolved in reading.documents:
        again = thaw(freeze(resolved))
        assert again == resolved
        assert repr(again) == repr(resolved)  # labels, which no comparison looks at
        assert freeze(again) == freeze(resolved)
        assert thaw_text(freeze(resolved)) == resolved.extraction.document.text
    assert len(reading.documents) == 7
    assert any(resolved.readings for resolved in reading.documents)
    assert any(resolved.extraction.anomalies for resolved in reading.documents)


def test_what_curators_decided_comes_back() -> None:
    """Decisions are in the facts and in the document, each with the name and spans it gives."""
    seeds = read_sources([SEEDS], BuildOptions())
    retract = fact_body("retract", LOUDOUN, "targetsCondition", "obesity")
    documents, _ = applied(seeds, MERGE, retract)
    assert [thaw(freeze(each)) for each in documents] == [*documents]
    said = [repr(each) for each in documents]
    assert [repr(thaw(freeze(each))) for each in documents] == said
    assert any(c.spans for each in documents for c in each.extraction.curations)
    assert any(c.calls for each in documents for c in each.extraction.curations)


def test_a_decision_that_no_fact_has_comes_back(reading: Reading) -> None:
    """A curation only the document holds, whose thing no fact names, is kept with its label."""
    resolved = reading.documents[0]
    curation = Curation("k", "rename", "s", "b", "w", "2026", Node("Thing", ("org", "x"), "X"))
    extraction = replace(resolved.extraction, curations=(curation,))
    again = thaw(freeze(replace(resolved, extraction=extraction)))
    assert repr(again.extraction.curations) == repr((curation,))


@settings(deadline=None)  # a busy machine is no fault
@given(
    place=st.integers(0, 7),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5
    ),
)
def test_no_bytes_do_more_than_fail(reading: Reading, place: int, value: object) -> None:
    """Bytes that are not what `freeze` gives are refused in the ways that a caller expects."""
    head, body = freeze(reading.documents[0]).splitlines()
    values = json.loads(body)
    assert len(values) == 8
    values[place] = value
    with contextlib.suppress(ValueError, TypeError, LookupError):
        thaw(head + b"\n" + json.dumps(values).encode())
