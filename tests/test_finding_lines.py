"""Tests of `kg.finding_lines`: lines of many batches give the report that memory would."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kg import lines
from kg.finding_lines import FindingWriter, finding_lines
from kg.shacl import Result
from kg.terms import ACP, DEFAULT_BASE, SH
from kg.trace import SourceQuote
from kg.validate import TracedResult, ValidationReport, make_report

TEXTS: Final = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\v"))
THINGS: Final = tuple(NamedNode(f"https://example.org/{name}") for name in ("a", "ab", "b"))


@st.composite
def traced_results(draw: st.DrawFn) -> TracedResult:
    """Draw a finding about one of a few things, with any words."""
    result = Result(
        draw(st.sampled_from([SH.Violation, SH.Warning, SH.Info, ACP.Program])),
        draw(st.sampled_from(THINGS)),
        draw(st.sampled_from([None, ACP.hasPayer])),
        draw(st.one_of(st.none(), st.builds(Literal, TEXTS))),
        Literal(draw(TEXTS), language=draw(st.sampled_from(["en", "es"]))),
        NamedNode("https://example.org/shape"),
        NamedNode(f"{SH.iri}MinCountConstraintComponent"),
    )
    quote = SourceQuote(draw(TEXTS), 0, 9, draw(TEXTS), *draw(st.sampled_from([(1, 2), ()])))
    return TracedResult(result, (THINGS[0],), (quote,))


def written(parts: Sequence[Sequence[TracedResult]], folder: Path | None) -> ValidationReport:
    """Return the report that lines of some parts give."""
    writer = FindingWriter(DEFAULT_BASE, folder)
    for part in parts:
        writer.add(finding_lines(part, DEFAULT_BASE))
    return writer.finish()


@pytest.mark.parametrize("on_disk", [False, True])
@given(found=st.lists(traced_results(), max_size=8))
def test_lines_of_parts_give_the_report_of_the_whole(
    on_disk: bool,  # noqa: FBT001 - pytest gives it by name
    found: list[TracedResult],
) -> None:
    """Whatever findings say, and however often, their order, words and triples are the same."""
    parts = [[each for each in found if each.result.focus == thing] for thing in THINGS]
    expected = make_report(found, DEFAULT_BASE)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_MOST_BYTES", 1)  # each part is sorted in a file of its own
        report = written(parts, Path(folder) if on_disk else None)
        assert tuple(report.graph) == expected.graph
    assert report.severities == expected.severities
    assert (report.conforms, report.has_violations) == (
        expected.conforms,
        expected.has_violations,
    )
    texts = [str(each.result) for each in found]
    if len(set(texts)) == len(texts):
        assert tuple(report.violations) == expected.violations  # whose folder is gone
    else:  # what says the same stands together, in any order
        assert sorted(report.violations, key=repr) == sorted(expected.violations, key=repr)


def test_what_is_said_twice_is_two_findings(tmp_path: Path) -> None:
    """A shape that says the same of a node for each of two languages is told twice."""
    words = Literal("A thing has one label for each language.", language="en")
    result = Result(
        SH.Violation,
        THINGS[0],
        ACP.hasPayer,
        None,
        words,
        THINGS[1],
        NamedNode(f"{SH.iri}UniqueLangConstraintComponent"),
    )
    report = written([[TracedResult(result, (), ())] * 2], tmp_path)
    assert len(report.violations) == report.severities["Violation"] == 2
    assert len({triple.object for triple in report.graph if triple.predicate == SH.result}) == 2


def test_nothing_found_conforms() -> None:
    """Parts without findings make a report that says so."""
    report = written([[], []], None)
    assert report.conforms
    assert not report.has_violations
    assert tuple(report.graph) == make_report([], DEFAULT_BASE).graph
