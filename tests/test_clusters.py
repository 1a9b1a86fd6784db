"""Tests of `kg.spark` without a cluster; `make spark` runs those that need one."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg.cli import app
from kg.errors import UsageError
from kg.mapping import make_mapper, map_document
from kg.pipeline import Graph
from kg.read import ReadOptions
from kg.resolve import collect_labels
from kg.spark.parts import quads_of, statements_of
from kg.spark.session import open_session
from kg.spark.texts import read_text
from kg.terms import DEFAULT_BASE
from tests.conftest import SEEDS


def test_without_pyspark_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library is very large, so it is installed on request; the command ends with status 2."""
    monkeypatch.setitem(sys.modules, "pyspark", None)
    advice = r"pip install 'accountable-care-kg\[spark\]'"
    with pytest.raises(UsageError, match=advice), open_session():
        pass
    arguments = ["build", str(SEEDS), "--master", "yarn", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--engine spark needs PySpark" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "option", [["--strict"], ["--infer"], ["--again"], ["--workers", "2"], ["--cache", "c"]]
)
def test_options_of_one_machine_are_refused(option: list[str], tmp_path: Path) -> None:
    """What has no meaning on a cluster is not silently left out."""
    out = str(tmp_path / "out")
    result = CliRunner().invoke(app, ["build", "x", "--engine", "spark", "--out", out, *option])
    assert result.exit_code == 2
    assert f"--engine spark goes without {option[0]}" in result.stderr


def test_a_source_is_to_be_named() -> None:
    """The seeds beside the user are not on the machines of a cluster."""
    result = CliRunner().invoke(app, ["build", "--engine", "spark"])
    assert result.exit_code == 2
    assert "name a folder of program descriptions" in result.stderr


def test_texts_are_read_as_on_one_machine() -> None:
    """Bytes that are no text are refused in the same words, odd characters told of."""
    name, document, refusals = read_text(("a.txt", b"A\x00program"), ReadOptions())
    assert (name, document) == ("a.txt", None)
    assert [str(refusal) for refusal in refusals] == [
        "a.txt: it is not text (it holds NUL bytes); save it as plain text"
    ]
    _, document, refusals = read_text(("b.txt", "Caf\ufffd".encode()), ReadOptions())
    assert document is not None
    assert [refusal.exit_status for refusal in refusals] == [0]


def test_parts_say_what_a_build_says(seed_graph: Graph) -> None:
    """A document's lines and rows are those of its graph, and quote the text."""
    reading = seed_graph.reading
    labels = collect_labels(reading.documents, reading.also_named)
    for resolved in reading.documents:
        mapper = make_mapper(reading.vocabulary, DEFAULT_BASE)
        mapper = replace(mapper, labels=labels.within(resolved.extraction))
        mapped = map_document(mapper, resolved)
        triples = seed_graph.contents.documents[mapped[0]]
        assert len(list(quads_of(mapped))) == len(triples)
        rows = list(statements_of([mapped], reading.vocabulary))
        assert len(rows) > 100
        text = resolved.extraction.document.text
        for row in rows:
            quotation, name, start, end = row[5], row[6], row[8], row[9]
            assert name == resolved.extraction.document.name
            assert isinstance(start, int)
            assert isinstance(end, int)
            assert text[start:end] == quotation
