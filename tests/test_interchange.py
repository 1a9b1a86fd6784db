"""Tests of `kg.interchange`: what other tools read of a build is what the build says."""

import csv
import re
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse
from typer.testing import CliRunner

import kg.lines
from kg.cli import app
from kg.errors import InputError, OutputError, UsageError
from kg.interchange import FORMATS, export_build
from kg.interchange.neo4j import DELIMITER, relationship_type
from kg.network import NODE_SCHEMES, read_network
from kg.sparql import open_dataset
from kg.tables import safe_cell
from kg.terms import ACP, RDF, RDFS, SKOS, local_name
from kg.things import GraphReader
from tests.command import kg as run_kg
from tests.conftest import SEEDS

FIELD = re.compile(
    r"(?P<name>[A-Za-z0-9]*):(?P<kind>ID|LABEL|START_ID|END_ID|TYPE"
    r"|(?:string|long|double|boolean|date)(?P<many>\[\])?)"
)
"""A field of a header, by the grammar of the manual as far as we use it."""

Row = dict[str, Any]
"""Cells by field; a list where the header says so, and none where the cell is empty."""


@pytest.fixture(scope="module")
def exports(seed_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the seeds in every form."""
    folder = tmp_path_factory.mktemp("exports")
    for form in FORMATS:
        export_build(seed_build, folder / form, form)
    return folder


@pytest.fixture(scope="module")
def dataset(seed_build: Path) -> Store:
    """Return the seeds as RDF."""
    return open_dataset(seed_build)


def read(path: Path) -> Iterator[Row]:
    """Yield the rows of a file for Neo4j; its array delimiter is that of its options."""
    options = (path.parent / "import.args").read_text("utf-8").splitlines()
    assert "--array-delimiter=U+001F" in options
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, strict=True)
    fields = [FIELD.fullmatch(field) for field in header]
    assert all(fields), header
    for row in rows:
        assert len(row) == len(header)
        found: Row = {}
        for field, cell in zip(fields, row, strict=True):
            assert field is not None
            many = field["many"] or field["kind"] == "LABEL"
            if cell:
                found[field["name"] or field["kind"]] = cell.split(DELIMITER) if many else cell
        yield found


@pytest.fixture(scope="module")
def nodes(exports: Path) -> dict[str, Row]:
    """Return the nodes for Neo4j by IRI."""
    rows = list(read(exports / "neo4j" / "nodes.csv"))
    found = {str(row["iri"]): row for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.fixture(scope="module")
def relationships(exports: Path) -> list[Row]:
    """Return the relationships for Neo4j."""
    return list(read(exports / "neo4j" / "relationships.csv"))


def test_relationships_lead_from_node_to_node(
    nodes: dict[str, Row], relationships: list[Row]
) -> None:
    """Each end is a node, each node has a label, and no relationship is there twice."""
    assert len(nodes) > 60
    assert {row[end] for row in relationships for end in ("START_ID", "END_ID")} <= set(nodes)
    assert all(row["LABEL"] for row in nodes.values())
    links = [
        (row["START_ID"], row["END_ID"], row["TYPE"], row["property"], row.get("value"))
        for row in relationships
    ]
    assert len(links) == len(set(links)) > 280


def test_the_property_graph_holds_the_network(
    dataset: Store, nodes: dict[str, Row], relationships: list[Row]
) -> None:
    """The nodes and links of the picture are there; among its nodes there are no others."""
    network = read_network(dataset)
    for iri, data in network.nodes(data=True):
        assert nodes[iri]["label"] == data["label"]
        labels = nodes[iri]["LABEL"]
        assert data["type"] in labels or (data["type"] in NODE_SCHEMES and "Concept" in labels)
    links = {
        (start, end, relationship_type(local_name(NamedNode(key))))
        for start, end, key in network.edges(keys=True)
    }
    ours = {
        (row["START_ID"], row["END_ID"], row["TYPE"])
        for row in relationships
        if row["START_ID"] in network and row["END_ID"] in network
    }
    assert len(links) > 60
    assert ours == links


def test_the_property_graph_holds_every_fact(
    seed_build: Path,
    nodes: dict[str, Row],
    relationships: list[Row],
) -> None:
    """Each triple of graph.ttl is a label, a property or a relationship; nothing else is."""
    facts = set()
    for quad in parse(path=str(seed_build / "graph.ttl"), format=RdfFormat.TURTLE):
        assert isinstance(quad.subject, NamedNode)
        assert isinstance(quad.object, NamedNode | Literal)
        name = "LABEL" if quad.predicate == RDF.type else local_name(quad.predicate)
        is_local = quad.predicate == RDF.type and isinstance(quad.object, NamedNode)
        value = local_name(quad.object) if is_local else quad.object.value  # type: ignore[arg-type]  # an IRI
        facts.add((quad.subject.value, name, value))
    found = {
        (row["START_ID"], row["property"], row["END_ID"])
        for row in relationships
        if row["TYPE"] != "STATED_IN"
    }
    for iri, row in nodes.items():
        if "Concept" in row["LABEL"] or "SourceDocument" in row["LABEL"]:
            continue
        for name, cell in row.items():
            values = cell if isinstance(cell, list) else [cell]
            found.update((iri, name, value) for value in values if name != "iri")
    assert len(facts) == 434
    assert found == facts


def test_the_words_behind_every_fact_are_there(dataset: Store, relationships: list[Row]) -> None:
    """Each span of each assertion is on the relationship of its fact, and is what the text says."""
    texts = {path.name: path.read_bytes().decode() for path in SEEDS.glob("*.txt")}
    found = set()
    for row in relationships:
        spans = list(
            zip(
                *(row.get(name, []) for name in ("document", "start", "end", "quotation")),
                strict=True,
            )
        )
        for name, start, end, quotation in spans:
            assert texts[name][int(start) : int(end)] == quotation
            value = row["value"] if row["TYPE"] == "STATED_IN" else row["END_ID"]
            found.add((row["START_ID"], row["property"], value, name, int(start), int(end)))
        assert len(row.get("basis", [])) == len(row.get("confidence", [])) == len(spans)
    reader = GraphReader(dataset)
    expected: set[tuple[Any, ...]] = set()
    for assertion in reader.instances(ACP.Assertion):
        parts: Any = (
            reader.objects(assertion, term) for term in (RDF.subject, RDF.predicate, RDF.object)
        )
        (subject,), (predicate,), (said,) = parts
        text = local_name(said) if predicate == RDF.type else said.value
        for span in reader.own_supports(assertion):
            place = (span.document, span.start, span.end)
            expected.add((subject.value, local_name(predicate), text, *place))
    assert len(expected) > 250
    assert found == expected


def test_types_of_neo4j_follow_the_model(exports: Path) -> None:
    """Numbers, dates and truth values are typed; what a thing may have several of is a list."""
    with (exports / "neo4j" / "nodes.csv").open(encoding="utf-8", newline="") as file:
        fields = dict(field.split(":") for field in next(csv.reader(file)) if field[0] != ":")
    assert fields["countValue"] == "long"
    assert fields["effectiveDateEarliest"] == "date"
    assert fields["underAgreement"] == "boolean"
    assert fields["label"] == "string"


def test_files_for_neo4j_do_not_depend_on_memory(
    seed_build: Path, exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sorted on disk in many runs, the files are the same bytes."""
    monkeypatch.setattr(kg.lines, "_MOST_BYTES", 1)
    export_build(seed_build, tmp_path / "neo4j", "neo4j")
    for name in ("nodes.csv", "relationships.csv"):
        again = (tmp_path / "neo4j" / name).read_bytes()
        assert again == (exports / "neo4j" / name).read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["neo4j"]


def test_contradicting_values_become_a_list(seed_build: Path, tmp_path: Path) -> None:
    """Two numbers where the model allows one stay two numbers, in Neo4j and in Parquet."""
    build = tmp_path / "build"
    shutil.copytree(seed_build, build)
    facts = (build / "graph.nt").read_text("utf-8")
    (line,) = re.findall(r"(?m)^.*#countValue> \"5500\".*\n", facts)
    (build / "graph.nt").write_text(facts.replace(line, line.replace('"5500"', '"5499"') + line))
    export_build(build, tmp_path / "neo4j", "neo4j")
    counts = [
        row["countValue"] for row in read(tmp_path / "neo4j" / "nodes.csv") if "countValue" in row
    ]
    assert sorted(counts) == [["13000"], ["200"], ["5499", "5500"]]
    table = build / "tables" / "counts.csv"
    table.write_text(table.read_text("utf-8").replace(",5500,", ",5499; 5500,"), "utf-8")
    export_build(build, tmp_path / "parquet", "parquet")
    read_back = pq.read_table(tmp_path / "parquet" / "counts.parquet")
    assert [5499, 5500] in read_back.column("count_value").to_pylist()


def unescaped(cell: str) -> str:
    """Return a cell as it was before it was made safe for spreadsheets."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {*"=+-@\t\r\n"} else cell


def test_parquet_holds_the_tables(seed_build: Path, exports: Path) -> None:
    """Every cell of every table comes back, typed."""
    cells = 0
    for path in sorted((seed_build / "tables").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        table = pq.read_table(exports / "parquet" / f"{path.stem}.parquet")
        assert table.num_rows == len(rows)
        for row, found in zip(rows, table.to_pylist(), strict=True):
            for name, cell in row.items():
                value = found[name]
                cells += 1
                if isinstance(value, list):
                    joined = " | " if name == "quotation" else "; "
                    assert joined.join(map(str, value)) == unescaped(cell)
                elif isinstance(value, bool):
                    assert str(value).lower() == cell
                elif isinstance(value, float):
                    assert value == float(cell)
                else:
                    assert ("" if value is None else str(value)) == unescaped(cell)
    assert cells > 5000


def test_parquet_is_typed_and_described(exports: Path) -> None:
    """Types follow the model; fields carry the IRIs of their properties."""
    schema = pq.read_schema(exports / "parquet" / "programs.parquet")
    assert schema.field("effective_date_earliest").type == pa.date32()
    assert schema.field("payer_iri").type == pa.list_(pa.string())
    assert schema.field("payer_iri").metadata[b"iri"] == ACP.hasPayer.value.encode()
    assert b"csvw" in schema.metadata
    schema = pq.read_schema(exports / "parquet" / "counts.parquet")
    assert schema.field("count_value").type == pa.int64()


def test_duckdb_asks_parquet(exports: Path) -> None:
    """The tables join by their IRIs, lists can be searched, dates compared."""
    rows = ask(
        f"""SELECT p.label, c.count_value, p.effective_date_earliest
        FROM '{exports}/parquet/programs.parquet' p
        JOIN '{exports}/parquet/counts.parquet' c ON c.program_iri = p.iri
        WHERE list_contains(p.targets_condition, 'obesity')
          AND p.effective_date_earliest > DATE '2013-07-01' AND c.count_of = 'covered individuals'
        """  # noqa: S608 - our own folder
    )
    ((label, people, since),) = rows
    assert label.endswith("Loudoun Medical Group")
    assert (people, since) == (13000, date(2013, 10, 1))
    evidence = exports / "parquet" / "evidence.parquet"
    query = f"""SELECT * FROM '{evidence}' WHERE "end" - start = length(quotation)"""  # noqa: S608 - our own folder
    assert len(ask(query)) == pq.read_metadata(evidence).num_rows


def ask(query: str) -> list[tuple[Any, ...]]:
    """Return the rows that DuckDB finds."""
    found = duckdb.sql(query)
    assert found is not None
    return found.fetchall()


HOSTILE = (
    '=HYPERLINK("http://evil/")',
    'a","b\\',
    "a\nb",
    "it's -5; or more | less",
    "'; DROP TABLE programs; --",
    "-5",
    "\u202ereversed",
)


def test_hostile_labels_stay_in_their_cells(seed_build: Path, tmp_path: Path) -> None:
    """Quotes, delimiters, line ends and formulas come back as they were."""
    build = tmp_path / "build"
    shutil.copytree(seed_build, build)
    kept = (build / "graph.nt").read_text("utf-8")
    store = Store()
    for number, name in enumerate(HOSTILE):
        store.add(quad(number, RDF.type, ACP.Program))
        store.add(quad(number, RDFS.label, Literal(name)))
        store.add(quad(number, SKOS.altLabel, Literal(name)))
        store.add(quad(number, SKOS.altLabel, Literal("other")))
    lines = (store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b"").decode()
    (build / "graph.nt").write_text(
        "".join(sorted(f"{line}\n" for line in (kept + lines).split("\n") if line)), "utf-8"
    )
    export_build(build, tmp_path / "neo4j", "neo4j")
    rows = [row for row in read(tmp_path / "neo4j" / "nodes.csv") if "hostile" in row["iri"]]
    assert [row["label"] for row in rows] == list(HOSTILE)
    assert [sorted(row["altLabel"]) for row in rows] == [sorted([n, "other"]) for n in HOSTILE]
    table = build / "tables" / "payers.csv"
    with table.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows({"label": safe_cell(name), "iri": "http://e/x"} for name in HOSTILE)
    export_build(build, tmp_path / "parquet", "parquet")
    read_back = pq.read_table(tmp_path / "parquet" / "payers.parquet")
    assert read_back.column("label").to_pylist() == list(HOSTILE)


def quad(number: int, predicate: NamedNode, value: NamedNode | Literal) -> Quad:
    """Return a statement about a program of no build."""
    return Quad(NamedNode(f"https://w3id.org/acp/id/hostile{number}"), predicate, value)


def test_an_export_takes_the_place_of_an_older_one_only(
    seed_build: Path, exports: Path, tmp_path: Path
) -> None:
    """A user's folder, a build and an export of another form are left alone; notes are kept."""
    out = tmp_path / "out"
    shutil.copytree(exports / "neo4j", out)
    (out / "notes.txt").write_text("mine")
    assert export_build(seed_build, out, "neo4j") == (
        *("import.args", "nodes.csv", "relationships.csv"),
    )
    assert (out / "notes.txt").read_text() == "mine"
    for folder in (out, seed_build):
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        with pytest.raises(OutputError, match="holds files but no parquet export of ours"):
            export_build(seed_build, folder, "parquet")
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_no_build_is_refused(form: str, tmp_path: Path) -> None:
    """Nothing is written, and the message says what to do."""
    with pytest.raises(InputError, match="no build is here; run `kg build` first"):
        export_build(tmp_path / "none", tmp_path / "out", form)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_build_is_named(seed_build: Path, tmp_path: Path) -> None:
    """The message names the file and what is wrong in it; nothing is written."""
    build = tmp_path / "build"
    shutil.copytree(seed_build, build)
    counts = build / "tables" / "counts.csv"
    counts.write_text(counts.read_text("utf-8").replace(",5500,", ",many,"), "utf-8")
    (build / "dataset.nq.gz").write_bytes((build / "dataset.nq.gz").read_bytes()[:1000])
    with pytest.raises(InputError, match=r"counts\.csv: .*count_value holds no integer.*many"):
        export_build(build, tmp_path / "out", "parquet")
    with pytest.raises(InputError, match=r"dataset\.nq\.gz: not readable"):
        export_build(build, tmp_path / "out", "neo4j")
    assert [path.name for path in tmp_path.iterdir()] == ["build"]


def test_without_pyarrow_the_message_says_what_to_install(
    seed_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library is large, so it is installed on request."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"pip install 'accountable-care-kg\[parquet\]'"):
        export_build(seed_build, tmp_path / "out", "parquet")


def test_the_command_exports(seed_build: Path, tmp_path: Path) -> None:
    """It says what it wrote, and where; data go to the folder, nothing to standard output."""
    result = run_kg("export", seed_build, "--format", "neo4j", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (0, b"")
    said = result.stderr.decode()
    assert "3 files: neo4j" in said
    assert "neo4j-admin database import full @import.args neo4j" in said
    assert (tmp_path / "neo4j" / "SHA256SUMS").is_file()
    result = run_kg("export", tmp_path / "none", "--format", "csvw", cwd=tmp_path)
    assert result.returncode == 4
    wrong = CliRunner().invoke(app, ["export", "--format", "xml"])
    assert wrong.exit_code == 2
    assert "'xml' is not one of" in wrong.stderr
