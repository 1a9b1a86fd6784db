"""What differs between two builds is told document by document, completely and for anybody.

`KG_UPDATE_DIFFS=1 pytest tests/test_diff.py` writes what the cases give anew; read it before you
commit it.
"""

import csv
import gzip
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import rdflib

import kg as package
from kg import __version__
from kg.changes import (
    Change,
    Csv,
    DocumentChange,
    FactChange,
    GraphChange,
    Json,
    Page,
    Scope,
    Side,
    Table,
    TermChange,
    ThingChange,
    open_folder,
    write_changes,
)
from kg.errors import InputError, UsageError
from kg.pipeline import BuildOptions
from kg.things import Support

from .build_folder import build
from .command import kg
from .differences import (
    asserted,
    by_rows,
    by_update,
    changes,
    facts_within,
    graph,
    in_order,
    patch,
    reversed_change,
)

CASES: Final = Path(__file__).with_name("diffs")
NAMES: Final = sorted(path.name for path in CASES.iterdir())
UPDATE: Final = "KG_UPDATE_DIFFS"

Builds = Callable[[str], tuple[Path, Path]]


@pytest.fixture(scope="session")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    """What builds both sides of a case, once."""

    @cache
    def build_case(name: str) -> tuple[Path, Path]:
        folder = tmp_path_factory.mktemp(name)
        for side in ("old", "new"):
            build(CASES / name / side, folder / side, _options(CASES / name / side))
        return folder / "old", folder / "new"

    return build_case


def _options(side: Path) -> BuildOptions:
    """Return the options that stand beside the sources of a side."""
    base, vocabulary, corrections = (side.with_suffix(end) for end in (".base", ".ttl", ".toml"))
    options = BuildOptions()
    if base.exists():
        options = replace(options, base=base.read_text().strip())
    if vocabulary.exists():
        options = replace(options, vocabularies=(vocabulary,))
    return replace(options, corrections=corrections) if corrections.exists() else options


def table(old: Path, new: Path, **options: bool) -> str:
    """Return what differs as a table."""
    stream = io.BytesIO()
    write_changes((open_folder(old), open_folder(new)), Scope(), Table(**options), stream)
    return stream.getvalue().decode()


def test_there_are_cases_of_every_kind() -> None:
    """The cases are there, and each has an answer."""
    assert len(NAMES) == 13
    assert all((CASES / name / "expected.txt").exists() for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_case_gives_its_answer(
    name: str, builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two folders of sources, built, differ as the case says, line by line."""
    old, _ = builds(name)
    monkeypatch.chdir(old.parent)
    told = table(Path("old"), Path("new"), evidence=True, whole=True)
    told = told.replace(f"made by kg {__version__}", "made by kg")
    expected = CASES / name / "expected.txt"
    if os.environ.get(UPDATE):
        expected.write_text(told, "utf-8")
    assert expected.read_text("utf-8") == told


@pytest.mark.parametrize("name", NAMES)
def test_a_build_does_not_differ_from_itself(name: str, builds: Builds) -> None:
    """There is nothing to tell of a build and itself."""
    for build_folder in builds(name):
        assert changes(build_folder, build_folder) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_case_read_backwards_is_reversed(name: str, builds: Builds) -> None:
    """What was added is removed, what was old is new; nothing else differs."""
    old, new = builds(name)
    assert sorted(map(reversed_change, changes(old, new)), key=repr) == sorted(
        map(in_order, changes(new, old)), key=repr
    )


@pytest.mark.parametrize("evidence", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_a_patch_turns_the_old_graph_into_the_new(
    name: str, builds: Builds, *, evidence: bool
) -> None:
    """Applied by pyoxigraph or by rdflib, it gives exactly the new graph."""
    old, new = builds(name)
    expected = graph(new, evidence=evidence)
    assert by_update(old, patch(old, new, "sparql-update", evidence=evidence), evidence) == expected
    if not evidence:
        assert by_rows(old, patch(old, new, "rdf-patch", evidence=False)) == expected


def test_every_fact_that_differs_is_told(builds: Builds) -> None:
    """A fact of one build alone is added or removed, or stands on its side of another change."""
    told = 0
    for name in set(NAMES) - {"another-base"}:
        old, new = builds(name)
        sides = {"old": set[tuple[str, str]](), "new": set[tuple[str, str]]()}
        for change in changes(old, new):
            if isinstance(change, DocumentChange):
                for fact in facts_within(change.facts + change.evidence):
                    for key, side in (("old", fact.old), ("new", fact.new)):
                        if side:
                            sides[key].add((fact.property_iri, side.iri or side.value))
        for key, (one, other) in {"old": (old, new), "new": (new, old)}.items():
            moved = renamed(changes(one, other))
            for predicate, value in asserted(one) - asserted(other):
                assert (predicate, value) in sides[key] or is_moved(value, moved)
                told += 1
    assert told > 80


def renamed(found: list[Change]) -> list[str]:
    """Return the IRIs of what is the same thing under another IRI."""
    return [
        fact.old.iri or ""
        for change in found
        if isinstance(change, DocumentChange)
        for fact in change.facts
        if fact.kind == "renamed" and fact.old
    ]


def is_moved(value: str, moved: list[str]) -> bool:
    """Tell whether a value is a thing that moved, or a part of one."""
    return any(value == iri or value.startswith(f"{iri}_") for iri in moved)


def test_an_unknown_name_is_refused_and_a_known_one_chooses(builds: Builds) -> None:
    """`--document` and `--program` choose; what no document is called is an error."""
    old, new = builds("files-move")
    found = changes(old, new, Scope(documents=frozenset({"elm.txt"})))
    assert [change.name for change in found if isinstance(change, DocumentChange)] == [
        "2014/elm-physicians.txt"
    ]
    program = "BIRCH HEALTH accountable care program - cedar medical group"
    (change,) = changes(old, new, Scope(programs=frozenset({program})))
    assert isinstance(change, DocumentChange)
    assert change.former_name == "cedar.txt"
    with pytest.raises(UsageError, match=r"'oak\.txt'"):
        changes(old, new, Scope(documents=frozenset({"elm.txt", "oak.txt"})))


def test_facts_only_leaves_everything_else_aside(builds: Builds) -> None:
    """A text that says the same in other words, and a taught wording, are no differences then."""
    old, new = builds("only-other-words")
    assert changes(old, new, Scope(facts_only=True)) == []
    old, new = builds("a-wording-is-taught")
    (change,) = changes(old, new, Scope(facts_only=True))
    assert isinstance(change, DocumentChange)
    assert [fact.kind for fact in change.facts] == ["added"]


def test_another_version_alone_is_no_difference(builds: Builds, tmp_path: Path) -> None:
    """The version and the run that it gives are told, and all else is compared as it stands."""
    old, _ = builds("nothing-changes")
    new = tmp_path / "new"
    shutil.copytree(old, new)
    text = (new / "void.ttl").read_text().replace(f'"{__version__}"', '"9.9"')
    (new / "void.ttl").write_text(text)
    rewrite(new, lambda lines: [line.replace(b"id/run_", b"id/run_9") for line in lines])
    done = kg("diff", old, new)
    assert b"made by kg 9.9" in done.stdout
    assert done.returncode == 0


def rewrite(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Write the dataset of a build anew."""
    path = folder / "dataset.nq.gz"
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(change(lines))))


def test_evidence_of_no_fact_is_counted(builds: Builds, tmp_path: Path) -> None:
    """What differs in passages or corrections is not lost, though no fact tells it."""
    old, _ = builds("nothing-changes")
    new = tmp_path / "new"
    shutil.copytree(old, new)
    wanted = b'passageModelled> "true"'
    rewrite(new, lambda lines: [line.replace(wanted, wanted[:-5] + b'false"') for line in lines])
    found = changes(old, new)
    assert len(found) == 2
    assert all(isinstance(one, DocumentChange) and one.other_evidence > 0 for one in found)
    assert changes(old, new, Scope(facts_only=True)) == []


def test_a_graph_of_neither_documents_nor_model_is_counted(builds: Builds, tmp_path: Path) -> None:
    """Such as what was inferred, which is in a graph of its own."""
    old, _ = builds("nothing-changes")
    new = tmp_path / "new"
    shutil.copytree(old, new)
    base = b"<https://w3id.org/acp/"
    inferred = [
        base + b"id/%d> " % n + base + b"p> %b .\n" % (base + b"graph/inferred>") for n in (1, 2)
    ]

    def with_inferred(lines: list[bytes]) -> list[bytes]:
        place = next(n for n, line in enumerate(lines) if b"graph/ontology>" in line)
        return [*lines[:place], *inferred, *lines[place:]]

    rewrite(new, with_inferred)
    assert changes(old, new) == [GraphChange("inferred", 2, 0)]
    assert "inferred: 2 statements added, 0 removed" in table(old, new)


HOSTILE: Final = "Ev\x1b[2Jil\u202e\r\n<script>alert(1)</script>"


def hostile_change() -> DocumentChange:
    """Return a change in which every text wants to do harm."""
    support = Support(HOSTILE, HOSTILE, 0, 5, HOSTILE, 0.5, HOSTILE, HOSTILE)
    side = Side(f"=HYPERLINK(A1) {HOSTILE}", HOSTILE, (support,))
    facts = tuple(
        FactChange(kind, HOSTILE, HOSTILE, HOSTILE, HOSTILE, side, side)
        for kind in ("changed", "renamed", "evidence")
    )
    names = (f"=1+1 {HOSTILE}", HOSTILE, HOSTILE, HOSTILE)
    return DocumentChange("text changed", *names, facts, facts)


@pytest.mark.parametrize(
    "change",
    [
        hostile_change(),
        ThingChange(HOSTILE, HOSTILE, hostile_change().facts),
        TermChange("vocabulary", "changed", HOSTILE, HOSTILE, (HOSTILE,), (HOSTILE,)),
    ],
    ids=lambda change: type(change).__name__,
)
def test_hostile_text_stays_text(change: Change) -> None:
    """No format lets a text act: on a terminal, in a browser or in a spreadsheet."""
    lines = Table(evidence=True, whole=True).render(change).decode()
    assert not {"\x1b", "\r", "\u202e"} & set(lines)
    assert "\\x1b[2Jil\\u202e" in lines
    page = Page().render(change).decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert Json().render(change).isascii()
    rows = list(csv.reader(io.StringIO(Csv(evidence=True).render(change).decode())))
    assert rows
    assert not any(
        cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row
    )


def _without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def _cut(name: str) -> Callable[[Path], None]:
    def cut(folder: Path) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: len(data) // 2])

    return cut


def _swapped(name: str) -> Callable[[Path], None]:
    def swap(folder: Path) -> None:
        lines = (folder / name).read_bytes().splitlines(keepends=True)
        (folder / name).write_bytes(b"".join(reversed(lines)))

    return swap


def _dataset(*lines: bytes) -> Callable[[Path], None]:
    return lambda folder: rewrite(folder, lambda _: list(lines))


_DOC: Final = b"<https://w3id.org/acp/graph/doc_1> .\n"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (shutil.rmtree, "no build is here"),
        (_without("dataset.nq.gz"), "dataset.nq.gz: is missing"),
        (_without("graph.nt"), "graph.nt: is missing"),
        (_without("void.ttl"), "void.ttl: is missing"),
        (lambda folder: (folder / "void.ttl").write_text(""), "void.ttl: does not say"),
        (lambda folder: (folder / "void.ttl").write_text("<a"), "void.ttl:1"),
        (_cut("dataset.nq.gz"), "dataset.nq.gz: not readable"),
        (_cut("graph.nt"), "graph.nt:"),
        (_swapped("graph.nt"), "graph.nt:2: its lines are not as"),
        (_cut("vocabulary.ttl"), "vocabulary.ttl:"),
        (lambda folder: (folder / "dataset.nq.gz").write_text("no gzip"), "dataset.nq.gz: not"),
        (lambda folder: rewrite(folder, lambda lines: lines[::-1]), "graphs are not as"),
        (_dataset(b"what is this?\n"), "its lines are not as"),
        (_dataset(b"<a> <b> <c> <http://elsewhere/> .\n"), "its graphs are not as"),
        (_dataset(b"<a> <b> <c> " + _DOC[:-1]), "ends within a line"),
        (_dataset(b"<a> <b> <c " + _DOC), "graph doc_1 of the dataset"),
        (_dataset(b"x " + _DOC), "graph doc_1 of the dataset"),
        (lambda folder: (folder / "graph.nt").write_text("x .\n"), "graph.nt:1: its lines"),
        (_dataset(b"<a:a> <b:b> <c:c> " + _DOC), "graph doc_1 of the dataset"),
    ],
)
@pytest.mark.parametrize("side", ["old", "new"])
def test_a_damaged_build_is_told_in_one_line(
    damage: Callable[[Path], object], words: str, side: str, builds: Builds, tmp_path: Path
) -> None:
    """Whichever of the two it is; nothing is printed of a comparison that was not made."""
    whole, _ = builds("nothing-changes")
    spoilt = tmp_path / "spoilt"
    shutil.copytree(whole, spoilt)
    damage(spoilt)
    pair = (spoilt, whole) if side == "old" else (whole, spoilt)
    with pytest.raises(InputError) as caught:
        table(*pair)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_patch_of_strange_builds_is_refused(builds: Builds, tmp_path: Path) -> None:
    """Blank nodes have no names, a broken line is no statement, and disorder is no order."""
    whole, _ = builds("nothing-changes")
    for lines, words in (
        (b"_:a <b:b> <c:c> .\n", "its lines are not as"),
        (b"<a:a> <b:b> _:c .\n", "blank nodes"),
        (b'<a:a> <b:b> "c .\n', "not readable"),
    ):
        strange = tmp_path / "strange"
        shutil.copytree(whole, strange)
        (strange / "graph.nt").write_bytes(lines)
        with pytest.raises(InputError, match=words):
            patch(whole, strange, "sparql-update", evidence=False)
        shutil.rmtree(strange)
    shutil.copytree(whole, strange)
    (strange / "evidence.ttl").write_text("<b:b> <p:p> 1 . <a:a> <p:p> 1 .")
    with pytest.raises(InputError, match="its triples are not as"):
        patch(whole, strange, "sparql-update", evidence=True)
    (strange / "evidence.ttl").write_text("<b:b> <p:p")
    with pytest.raises(InputError, match="not readable"):
        patch(whole, strange, "sparql-update", evidence=True)


def test_an_escape_cannot_smuggle_an_operation_into_an_update(
    builds: Builds, tmp_path: Path
) -> None:
    r"""SPARQL reads `\u0022` before it reads strings, so a quotation mark must not come as one."""
    whole, _ = builds("nothing-changes")
    strange = tmp_path / "strange"
    shutil.copytree(whole, strange)
    smuggled = rb'<a:a> <b:b> "x\u0022 } ; CLEAR ALL ; INSERT DATA { <c:c> <d:d> \u0022y" .'
    doubled = rb'<a:a> <b:c> "x\\u0022 } ; CLEAR ALL ; INSERT DATA { <c:c> <d:d> \\u0022y" .'
    (strange / "graph.nt").write_bytes(smuggled + b"\n" + doubled + b"\n")
    text = patch(whole, strange, "sparql-update", evidence=False)
    assert by_update(whole, text, evidence=False) == graph(strange, evidence=False)
    dataset = rdflib.Graph()
    dataset.parse(whole / "graph.nt", format="nt")
    dataset.update(text)
    assert len(dataset) == 2
    assert by_rows(whole, patch(whole, strange, "rdf-patch", evidence=False)) == graph(
        strange, evidence=False
    )


@pytest.mark.parametrize("form", ["table", "csv", "json", "html", "sparql-update", "rdf-patch"])
def test_the_command_ends_in_a_status_that_says_whether_builds_differ(
    form: str, builds: Builds
) -> None:
    """0 for no difference, 3 for any; a second run gives the same bytes whatever Python hashes."""
    old, new = builds("two-names-become-one")
    same = kg("diff", old, old, "--format", form)
    assert (same.returncode, b"Traceback" in same.stderr) == (0, False)
    runs = [
        kg("diff", old, new, "--format", form, "--evidence", env={"PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    ]
    assert [run.returncode for run in runs] == [3, 3]
    assert runs[0].stdout == runs[1].stdout
    assert len(runs[0].stdout) > len(same.stdout)


def test_the_command_refuses_what_has_no_meaning(builds: Builds, tmp_path: Path) -> None:
    """Usage ends in 2, a folder that is no build in 4, each in one line."""
    old, new = (str(folder) for folder in builds("files-move"))
    for arguments, status in (
        ((old, new, "--evidence", "--facts-only"), 2),
        ((old, new, "--format", "rdf-patch", "--document", "elm.txt"), 2),
        ((old, new, "--document", "oak.txt"), 2),
        ((old, str(tmp_path)), 4),
        ((old, str(CASES / "files-move" / "expected.txt")), 4),
    ):
        done = kg("diff", *arguments)
        assert done.returncode == status
        assert done.stdout == b""
        assert done.stderr.startswith(b"kg: error: ")
        assert done.stderr.count(b"\n") == 1


def test_json_and_csv_hold_the_same_facts(builds: Builds) -> None:
    """Every fact of the JSON, those inside of others too, is a row of the CSV."""
    old, new = builds("a-payment-becomes-certain")
    found = json.loads(kg("diff", old, new, "--format", "json").stdout)
    assert found["differs"] is True
    assert found["counts"]["facts"]["changed"] == 1

    def values(facts: list[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
        for fact in facts:
            sides = ((fact[side] and fact[side]["value"]) or "" for side in ("old", "new"))
            yield (fact["kind"], *sides)
            yield from values(fact["parts"])

    (document,) = found["documents"]
    done = kg("diff", old, new, "--format", "csv", "--evidence")
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode())))
    assert [(row["change"], row["old_value"], row["new_value"]) for row in rows] == list(
        values(document["facts"] + document["evidence"])
    )
    assert any(row["property"].count(" > ") == 2 for row in rows)


def test_documents_of_one_build_alone_are_counted_unless_asked_for(builds: Builds) -> None:
    """A month's fifty new documents must not hide what changed in the others."""
    old, new = builds("documents-come-and-go")
    assert "9 facts; --document lists them" in table(old, new)
    done = kg("diff", old, new, "--document", "elm.txt")
    assert b"added    has payer: Birch Health" in done.stdout
    assert b"cedar" not in done.stdout


def test_python_users_get_a_value_that_is_true_if_anything_differs(builds: Builds) -> None:
    """It can be asked, printed, shown in a notebook and made a data frame."""
    old, new = builds("two-names-become-one")
    assert not package.diff(old, old)
    difference = package.diff(str(old), str(new))
    assert difference
    assert [change.name for change in difference.documents] == ["cedar.txt", "elm.txt"]
    assert difference.counts["facts"]["renamed"] == 2
    assert "renamed  Birch Health → Birch Mutual" in repr(difference)
    assert '<b dir="auto">Birch Mutual</b>' in difference._repr_html_()
    assert {row["change"] for row in difference.rows} == {"added", "removed", "renamed", "evidence"}
    assert len(package.diff(old, new, documents=("elm.txt",)).documents) == 1


def test_the_page_needs_nothing_and_runs_nothing(builds: Builds) -> None:
    """It is one file with a policy that forbids scripts and the network, and says what differs."""
    old, new = builds("hostile-words")
    page = kg("diff", old, new, "--format", "html").stdout.decode()
    assert page.startswith("<!doctype html>")
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "src=" not in page.replace("default-src", "")
    assert "over 13,000 people" in page
    assert page.count("<section>") == page.count("</section>") > 0
    empty = kg("diff", old, old, "--format", "html").stdout.decode()
    assert "The two builds say the same." in empty
