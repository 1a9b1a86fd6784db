"""Tests of `kg.csvw` and `kg.columns`: others' library reads the tables by their description."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from csvw import CSVW
from pyoxigraph import Literal, NamedNode, Store

from kg.columns import describe_tables, read_model
from kg.csvw import TABLE_DESCRIPTION
from kg.errors import InputError
from kg.sparql import open_dataset
from kg.terms import ACP, ACP_PROPERTIES, DCTERMS

DESCRIPTION = f"tables/{TABLE_DESCRIPTION}"


@pytest.fixture(scope="module")
def described(seed_build: Path) -> Any:
    """Return the tables of the seeds as the library has them, by name."""
    group = CSVW(str(seed_build / DESCRIPTION), validate=True)
    assert group.is_valid
    return {table.url.string.removesuffix(".csv"): table for table in group.tables}


@pytest.fixture(scope="module")
def dataset(seed_build: Path) -> Store:
    """Return the seeds as RDF."""
    return open_dataset(seed_build)


def test_every_table_is_described_and_reads_as_described(described: Any, seed_build: Path) -> None:
    """All cells are of their datatypes, keys are unique, and references lead somewhere."""
    assert set(described) == {path.stem for path in (seed_build / "tables").glob("*.csv")}
    assert len(described) == 30
    rows = {name: list(table.iterdicts(strict=True)) for name, table in described.items()}
    assert rows["counts"][0]["count_value"] == 5500
    assert rows["evidence"][0]["start"] == 0
    assert rows["passages"][0]["modelled"] is True
    (loudoun,) = [row for row in rows["programs"] if "Loudoun" in row["label"]]
    assert loudoun["effective_date_earliest"] == datetime(2013, 10, 1)  # noqa: DTZ001 - a date
    assert loudoun["targets_condition"] == [
        *("chronic condition", "diabetes", "heart disease", "obesity")
    ]
    assert len(loudoun["targets_condition_iri"]) == 4


def said(described: Any) -> Iterator[tuple[str, str, str]]:
    """Yield what the tables say by the properties of their columns."""
    for table in described.values():
        about = table.tableSchema.aboutUrl.uri.removeprefix("{+").removesuffix("}")
        columns = [c for c in table.tableSchema.columns if c.propertyUrl]
        for row in table.iterdicts(strict=True):
            for column in columns:
                cell = row[column.name]
                values = cell if isinstance(cell, list) else [cell]
                for value in values:
                    if value is not None:
                        text = value.unsplit() if hasattr(value, "unsplit") else value
                        yield row[about].unsplit(), column.propertyUrl.uri, spelled(text)


def spelled(value: object) -> str:
    """Return a value as the graph spells it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else str(value)


def test_properties_say_what_the_graph_says(described: Any, dataset: Store) -> None:
    """Each statement that a column makes of a row is a triple of the build."""
    triples = {
        (q.subject.value, q.predicate.value, q.object.value)
        for q in dataset
        if isinstance(q.subject, NamedNode) and isinstance(q.object, NamedNode | Literal)
    }
    numbers = {(s, p, f"{float(o)}") for s, p, o in triples if p == ACP.confidence.value}
    found = set(said(described))
    assert len(found) > 1000
    assert found - triples - numbers == set()


def test_the_columns_of_our_properties_name_them(described: Any) -> None:
    """Every property of the model that has a column is named by it."""
    named = {
        column.propertyUrl.uri
        for table in described.values()
        for column in table.tableSchema.columns
        if column.propertyUrl
    }
    ours = {ACP[name].value for name in ACP_PROPERTIES} & named
    assert len(ours) > 80
    assert {DCTERMS.title.value, DCTERMS.modified.value} < named


def test_a_wrong_cell_is_found(seed_build: Path, tmp_path: Path) -> None:
    """The library does check: a number that is none makes the tables invalid."""
    folder = tmp_path / "tables"
    shutil.copytree(seed_build / "tables", folder)
    text = (folder / "counts.csv").read_text("utf-8")
    (folder / "counts.csv").write_text(text.replace(",5500,", ",many,"), "utf-8")
    with pytest.raises((UserWarning, ValueError), match="many"):
        _ = CSVW(str(folder / TABLE_DESCRIPTION), validate=True).is_valid


def test_columns_do_not_depend_on_rows(seed_build: Path, tmp_path: Path) -> None:
    """Tables with their headers alone are described alike."""
    for name in ("ontology.ttl", "shapes.ttl"):
        shutil.copyfile(seed_build / name, tmp_path / name)
    (tmp_path / "tables").mkdir()
    for path in (seed_build / "tables").glob("*.csv"):
        header = path.read_text("utf-8").partition("\n")[0]
        (tmp_path / "tables" / path.name).write_text(f"{header}\n", "utf-8")
    assert describe_tables(tmp_path) == describe_tables(seed_build)


def test_a_label_may_begin_like_a_comment(seed_build: Path) -> None:
    """CSVW leaves out lines that begin with a sign; ours has none."""
    description = json.loads((seed_build / DESCRIPTION).read_bytes())
    assert description["dialect"]["commentPrefix"] is None


def test_a_column_means_what_its_class_says(seed_build: Path) -> None:
    """The care roles of a program are things; that of one of them is a concept."""
    tables = {table.name: table for table in describe_tables(seed_build)}
    found = [
        next(column.property for column in tables[name].columns if column.name == "care_role_iri")
        for name in ("programs", "care_roles")
    ]
    assert found == [ACP.hasCareRole.value, ACP.careRole.value]


def test_datatypes_follow_the_model(seed_build: Path) -> None:
    """The ontology's ranges, and for dates the shapes, decide; a date of any precision is text."""
    model = read_model(seed_build)
    found = {name: model.datatype(ACP[name]) for name in ("countValue", "rateAmount", "goalYear")}
    assert found == {"countValue": "integer", "rateAmount": "decimal", "goalYear": "gYear"}
    assert model.datatype(ACP.effectiveDateEarliest) == "date"
    assert model.datatype(ACP.effectiveDate) == "string"
    assert model.is_single(ACP.countValue)
    assert not model.is_single(ACP.hasPayer)


def test_what_is_no_build_is_refused(tmp_path: Path, seed_build: Path) -> None:
    """The message says what to do."""
    with pytest.raises(InputError, match="no build is here; run `kg build` first"):
        describe_tables(tmp_path)
    for name in ("ontology.ttl", "shapes.ttl"):
        shutil.copyfile(seed_build / name, tmp_path / name)
    with pytest.raises(InputError, match="no tables; run `kg build` again"):
        describe_tables(tmp_path)
    (tmp_path / "shapes.ttl").write_text("<a> <b", "utf-8")
    with pytest.raises(InputError, match="its model is damaged"):
        describe_tables(tmp_path)
