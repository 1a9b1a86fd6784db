"""Tests of `kg.tables`: every fact is in a flat table, with its words, and safe to open."""

import csv
import random
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.tables import safe_cell, write_tables
from kg.terms import ACP, ACP_CLASSES, ACP_PROPERTIES, DCTERMS, OA, RDF, RDFS

ROOT = Path(__file__).parents[1]
EX = "http://example.org/"


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def with_model(store: Store) -> Store:
    """Add the ontology and the vocabulary to a store."""
    for name in ("acp.ttl", "vocabulary.ttl"):
        store.load(path=str(ROOT / "ontology" / name))
    return store


@pytest.fixture(scope="module")
def demo(shared: Path) -> Store:
    """Return the two hand-made graphs as a dataset."""
    store = Store()
    for name in ("loudoun.ttl", "valley-preferred.ttl"):
        store.load(path=str(shared / "model" / name))
    return with_model(store)


@pytest.fixture(scope="module")
def tables(demo: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tables of the two hand-made graphs."""
    folder = tmp_path_factory.mktemp("build") / "tables"
    write_tables(folder, demo)
    return folder


def test_every_class_has_a_table_with_a_row_for_each_thing(demo: Store, tables: Path) -> None:
    """The rows over all tables are the instances in the graph, none more and none fewer."""
    shown = {
        path.stem: {row["iri"] for row in read(path)}
        for path in tables.glob("*.csv")
        if "iri" in path.read_text(encoding="utf-8").partition("\n")[0].split(",")
    }
    found = set().union(*shown.values())
    records = ("Assertion", "TextEvidence", "Passage", "SourceAnomaly", "ExtractionRun")
    things = [name for name in ACP_CLASSES if name not in records]
    expected = {
        quad.subject.value
        for name in things
        for quad in demo.quads_for_pattern(None, RDF.type, ACP[name])
        if isinstance(quad.subject, NamedNode)
    }
    assert len(things) == len(shown) == 25
    assert found == expected


def test_every_property_is_a_column(tables: Path) -> None:
    """Each property that the ontology gives to a class of things is in some header."""
    headers = {
        column
        for path in tables.glob("*.csv")
        for column in path.read_text(encoding="utf-8").partition("\n")[0].split(",")
    }
    elsewhere = {
        *("hasEvidence", "hasPassage", "hasAnomaly", "asWritten", "readAs", "anomalyType"),
        *("inPassage", "passageText", "passageOrder", "passageStart", "passageEnd"),
        *("passageModelled", "passageKind", "extractionRule", "basis", "confidence"),
        *("closeMatchCode", "exactMatchCode"),  # of concepts, in the vocabulary
        *("coveredBy", "receivingCareFrom", "formerName"),  # no domain, and not in those graphs
        "hasCorrection",  # of assertions
    }
    for name in set(ACP_PROPERTIES) - elsewhere:
        column = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
        assert column.removeprefix("has_") in headers, name


def test_program_row_reads_well(tables: Path) -> None:
    """An analyst finds payer, group, state, date and aims of a program in one row."""
    (row,) = [r for r in read(tables / "programs.csv") if "Loudoun" in r["label"]]
    assert row["payer"] == "Cigna"
    assert row["payer_iri"] == "https://w3id.org/acp/id/org_cigna"
    assert row["provider_group"] == "Loudoun Medical Group"
    assert row["service_area"] == "Loudoun County"
    assert row["state"] == "Virginia"
    assert row["effective_date"] == "2013-10-01"
    assert row["targets_condition"] == "chronic condition; diabetes; heart disease; obesity"
    assert row["targets_condition_iri"].split("; ")[3].endswith("condition_obesity")
    assert row["quotation"] == row["label"]


def test_payment_row_holds_its_condition(tables: Path) -> None:
    """Pay for performance is one row with operator and targets, its program and its words."""
    rows = [r for r in read(tables / "payments.csv") if r["label"] == "pay for performance"]
    assert len(rows) == 2
    for row in rows:
        assert row["condition_operator"] == "all of"
        assert row["target_domain"] == "medical cost; quality"
        assert row["payment_certainty"] == "contingent"
        assert row["program"].startswith("Cigna Collaborative Accountable Care Program")
        assert "if it meets targets for improving quality" in row["quotation"]
        assert row["document"] == row["program"]


def test_count_rows_keep_number_and_qualifier(tables: Path) -> None:
    """Numbers, qualifiers and bounds are columns of their own."""
    rows = read(tables / "counts.csv")
    found = {(r["count_qualifier"], r["count_value"], r["count_lower_bound"]) for r in rows}
    assert found == {
        ("approximately", "5500", ""),
        ("more than", "13000", "13001"),
        ("more than", "200", "201"),
    }


def test_concepts_of_programs_are_rows(tables: Path) -> None:
    """conditions.csv and aims.csv have one row a program and concept, each quoted."""
    conditions, aims = read(tables / "conditions.csv"), read(tables / "aims.csv")
    assert (len(conditions), len(aims)) == (7, 13)
    assert all(row["quotation"] and row["document"] for row in conditions + aims)
    obesity = [row for row in conditions if row["condition"] == "obesity"]
    assert [row["program"][-21:] for row in obesity] == ["Loudoun Medical Group"]


def test_every_assertion_is_in_the_evidence_table(demo: Store, tables: Path) -> None:
    """evidence.csv has each assertion with quotation, offsets, sentence and basis."""
    rows = read(tables / "evidence.csv")
    assertions = {
        q.subject.value
        for q in demo.quads_for_pattern(None, RDF.type, ACP.Assertion)
        if isinstance(q.subject, NamedNode)
    }
    assert len(assertions) == 242
    assert {row["assertion_iri"] for row in rows} == assertions
    for row in rows:
        assert int(row["end"]) - int(row["start"]) == len(row["quotation"])
        assert row["basis"]
        assert row["document_iri"].startswith("https://w3id.org/acp/id/doc_")
    starts = [(row["document_iri"], int(row["start"])) for row in rows]
    assert starts == sorted(starts)


def test_passages_documents_and_anomalies(tables: Path) -> None:
    """Documents come with counts, passages in reading order, faults with what was read."""
    documents = {row["sha256"][:4]: row for row in read(tables / "documents.csv")}
    assert {key: row["passages"] for key, row in documents.items()} == {"7de2": "24", "830d": "26"}
    assert documents["7de2"]["anomalies"] == "5"
    assert documents["830d"]["anomalies"] == "0"
    passages = read(tables / "passages.csv")
    assert [int(row["order"]) for row in passages] == [*range(1, 25), *range(1, 27)]
    misspelt = [r for r in read(tables / "anomalies.csv") if r["type"] == "misspelling"]
    assert [(r["as_written"], r["read_as"]) for r in misspelt] == [
        ("Leigh Valley", "Lehigh Valley")
    ]


def test_dialect(tables: Path) -> None:
    """Line feeds, UTF-8 without a byte order mark, and as many cells in each row as columns."""
    for path in tables.glob("*.csv"):
        raw = path.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in raw
        assert raw.endswith(b"\n")
        with path.open(encoding="utf-8", newline="") as file:
            widths = {len(row) for row in csv.reader(file, strict=True)}
        assert len(widths) == 1, path.name


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x"),
        *("=", "-", "+1;=1", "-cmd|' /C calc'!A0"),
    ],
)
def test_formulas_are_defused(text: str) -> None:
    """A cell that a spreadsheet would run starts with an apostrophe instead."""
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["-5", "+5", "-0.25", "5", "Cigna", "'=1", " =1", "a=b", "", "“x”"]
)
def test_harmless_cells_stay(text: str) -> None:
    """Numbers and plain text are left alone."""
    assert safe_cell(text) == text


def test_hostile_names_stay_in_their_cells(tmp_path: Path) -> None:
    """Formulas, quotes, commas, line ends and control characters neither run nor move a cell."""
    names = [
        '=HYPERLINK("http://evil/")',
        'a","b',
        "a\r\nb",
        "a\x00b\x1b",
        "x" * 40_000,
        "@x",
        "𝒳;y",
    ]
    store = Store()
    for number, name in enumerate(names):
        node = NamedNode(f"{EX}program{number}")
        store.add(Quad(node, RDF.type, ACP.Program))
        store.add(Quad(node, RDFS.label, Literal(name, language="en")))
    write_tables(tmp_path, with_model(store))
    labels = {row["label"] for row in read(tmp_path / "programs.csv")}
    defused = {'\'=HYPERLINK("http://evil/")', "a\ufffdb\ufffd", "'@x"}
    assert labels == {names[1], names[2], names[4], names[6]} | defused


def test_long_lists_end_in_a_count(tmp_path: Path) -> None:
    """A payer of 25 programs lists 20 and says how many more; the number has its own column."""
    store = Store()
    payer = NamedNode(EX + "payer")
    store.add(Quad(payer, RDF.type, ACP.Payer))
    for number in range(25):
        program = NamedNode(f"{EX}p{number:02}")
        store.add(Quad(program, RDF.type, ACP.Program))
        store.add(Quad(program, RDFS.label, Literal(f"Program {number:02}", language="en")))
        store.add(Quad(program, ACP.hasPayer, payer))
    write_tables(tmp_path, with_model(store))
    (row,) = read(tmp_path / "payers.csv")
    assert row["programs"] == "25"
    cells = row["program"].split("; ")
    assert cells == [*(f"Program {n:02}" for n in range(20)), "and 5 more"]


def test_new_property_of_the_ontology_becomes_a_column(tmp_path: Path) -> None:
    """Whoever extends the ontology, or uses a term of another, sees it without touching code."""
    store = Store()
    program, domain = NamedNode(EX + "p"), NamedNode("http://www.w3.org/2000/01/rdf-schema#domain")
    store.add(Quad(program, RDF.type, ACP.Program))
    store.add(Quad(program, NamedNode(EX + "hasSponsor"), NamedNode(EX + "sponsor")))
    store.add(Quad(NamedNode(EX + "sponsor"), RDFS.label, Literal("State of Maine", language="en")))
    store.add(Quad(NamedNode(ACP.iri + "motto"), domain, ACP.Program))
    write_tables(tmp_path, with_model(store))
    (row,) = read(tmp_path / "programs.csv")
    assert row["sponsor"] == "State of Maine"
    assert row["sponsor_iri"] == EX + "sponsor"
    assert row["motto"] == ""


def test_quotation_is_the_longest_of_those_that_overlap(tmp_path: Path) -> None:
    """A row does not repeat words that a longer quotation of it holds."""
    store = Store()
    document, payment = NamedNode(EX + "doc"), NamedNode(EX + "pay")
    store.add(Quad(payment, RDF.type, ACP.PaymentArrangement))
    store.add(Quad(document, DCTERMS.identifier, Literal("a/b.txt")))
    for number, text in enumerate(("Cigna will pay", "will pay", "monthly")):
        assertion, span = NamedNode(f"{EX}a{number}"), NamedNode(f"{EX}e{number}")
        store.add(Quad(assertion, RDF.subject, payment))
        store.add(Quad(assertion, RDF.predicate, ACP.paidBy))
        store.add(Quad(assertion, ACP.hasEvidence, span))
        store.add(Quad(span, OA.hasSource, document))
        store.add(Quad(span, OA.hasSelector, NamedNode(f"{EX}s{number}")))
        store.add(Quad(NamedNode(f"{EX}s{number}"), OA.exact, Literal(text)))
    write_tables(tmp_path, with_model(store))
    (row,) = read(tmp_path / "payments.csv")
    assert (row["quotation"], row["document"]) == ("Cigna will pay | monthly", "a/b.txt")


def test_bytes_do_not_depend_on_the_order_of_loading(
    demo: Store, tables: Path, tmp_path: Path
) -> None:
    """The same triples put in another order give the same tables."""
    quads = list(demo)
    random.Random(3).shuffle(quads)  # noqa: S311 - an order, not a secret
    again = Store()
    for quad in quads:
        again.add(quad)
    write_tables(tmp_path, again)
    names = sorted(path.name for path in tables.iterdir())
    assert len(names) == 30
    for name in names:
        assert (tmp_path / name).read_bytes() == (tables / name).read_bytes(), name


def test_empty_dataset_gives_headers_only(tmp_path: Path) -> None:
    """No documents: every table is there, with its header and no rows."""
    write_tables(tmp_path, with_model(Store()))
    assert len(list(tmp_path.iterdir())) == 30
    for path in tmp_path.iterdir():
        assert path.read_text(encoding="utf-8").count("\n") == 1
