"""A wording taught in a user's own Turtle file is read on the next build."""

from pathlib import Path

import pytest

from kg.errors import InputError
from kg.pipeline import BuildOptions, make_graph, read_sources

_MINE = """
@prefix acpv: <https://w3id.org/acp/vocab/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
acpv:condition_heart-disease skos:altLabel "cardiovascular trouble"@en .
"""
_PAGE = "Oak Medical Home Program\n\nDescription:\n\nIt helps people with cardiovascular trouble.\n"


def _conditions(folder: Path, *vocabularies: Path) -> list[str]:
    options = BuildOptions(vocabularies=vocabularies)
    [record] = read_sources([folder / "oak.txt"], options).records()
    return list(record["conditions"])


def test_one_line_of_turtle_teaches_a_wording(tmp_path: Path) -> None:
    """The wording is found with the file and not without it; the quotation is the text's."""
    (tmp_path / "oak.txt").write_text(_PAGE, "utf-8")
    mine = tmp_path / "mine.ttl"
    mine.write_text(_MINE, "utf-8")
    assert _conditions(tmp_path) == []
    assert _conditions(tmp_path, mine) == ["cardiovascular trouble"]


def test_the_published_vocabulary_holds_what_was_taught(tmp_path: Path) -> None:
    """A build with a vocabulary of one's own stands alone, and still conforms."""
    (tmp_path / "oak.txt").write_text(_PAGE, "utf-8")
    mine = tmp_path / "mine.ttl"
    mine.write_text(_MINE, "utf-8")
    options = BuildOptions(vocabularies=(mine,))
    graph = make_graph(read_sources([tmp_path / "oak.txt"], options), options)
    assert b"cardiovascular trouble" in graph.contents.vocabulary
    assert not graph.validation.has_violations


def test_a_fault_in_the_file_names_file_and_line(tmp_path: Path) -> None:
    """Malformed Turtle stops the build before anything is read."""
    mine = tmp_path / "mine.ttl"
    mine.write_text("acpv:x a b c .", "utf-8")
    with pytest.raises(InputError, match=r"mine\.ttl:1"):
        read_sources([tmp_path], BuildOptions(vocabularies=(mine,)))
