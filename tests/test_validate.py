"""Tests of `kg.validate`: findings lead to file, line and words, and strangers' RDF is harmless."""

import gzip
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NoReturn

import pytest
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from kg.errors import InputError, UsageError
from kg.foreign import FORMATS, MAX_JSON_DEPTH, read_rdf
from kg.resources import read_resource
from kg.terms import ACP, RDF, SHAPES, concept, prefixes
from kg.trace import SourceQuote
from kg.validate import SHAPES_FILE, ValidationReport, Violation, validate_dataset, validate_files
from tests.small_graph import FACTS, HEADER, ID, NAME, TEXT, small_graph

SHAPES_BYTES: Final = read_resource(SHAPES_FILE)
TEXTS: Final = {NAME: TEXT}
TITLE: Final = SourceQuote(NAME, 0, 5, "Alder", 1, 1)
COMMERCIAL: Final = SourceQuote(NAME, 27, 37, "Commercial", 4, 1)


def changed(update: str) -> Store:
    """Return the good graph after a SPARQL update."""
    data = small_graph()
    data.update(update, prefixes=prefixes())
    return data


def finding(data: Store, shape: str) -> Violation:
    """Return what one shape finds in a graph."""
    report = validate_dataset(data, SHAPES_BYTES, texts=TEXTS)
    [found, *_] = [v for v in report.violations if v.shape == f"{SHAPES}#{shape}"]
    return found


def turtle(folder: Path, text: str, name: str = "data.ttl") -> Path:
    """Write a Turtle file with our prefixes and return its path."""
    path = folder / name
    path.write_text(HEADER + text, encoding="utf-8")
    return path


def ntriples(graph: Iterable[Triple]) -> bytes:
    """Return triples as they come, a line each."""
    return serialize(graph, format=RdfFormat.N_TRIPLES) or b""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every attempt to reach the network fail the test."""

    def refuse(*_: object) -> NoReturn:
        pytest.fail("something tried to reach the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


# Findings and the words behind them


def test_wrong_value_is_traced_to_its_words() -> None:
    """A value that is stated but wrong leads to the line, column and words that state it."""
    wrong = concept("approach", "accountable-care")
    data = changed(
        f"DELETE {{ ?s ?p acpv:payer-type_commercial }} INSERT {{ ?s ?p {wrong} }}"
        " WHERE { ?s ?p acpv:payer-type_commercial . FILTER (?s = acpid:p || ?p = rdf:object) }"
    )
    found = finding(data, "Scheme-payerType")
    assert found.focus == f"{ID}p"
    assert (found.path, found.value) == (ACP.payerType.value, wrong.value)
    assert found.sources == (COMMERCIAL,)
    assert TEXT[found.sources[0].start : found.sources[0].end] == found.sources[0].quotation


@pytest.mark.parametrize(
    ("update", "shape", "source"),
    [
        pytest.param(
            "DELETE WHERE { acpid:fee acp:paymentMethod ?o }",
            "PaymentArrangement-paymentMethod-min",
            TITLE,
            id="a fact that is gone, by what was said of it",
        ),
        pytest.param(
            "DELETE WHERE { acpid:claim acp:claimKind ?o } ;"
            "DELETE WHERE { ?a rdf:subject acpid:claim }",
            "PrecedenceClaim-claimKind-min",
            TITLE,
            id="a part without any statement, by what leads to it",
        ),
        pytest.param(
            "DELETE WHERE { acpid:p dcterms:title ?o } ;"
            "DELETE WHERE { ?a acp:hasEvidence acpid:words-1 }",
            "Program-title-min",
            COMMERCIAL,
            id="a property nobody stated, by the first statement about the thing",
        ),
        pytest.param(
            "DELETE WHERE { acpid:position-2 oa:end ?o } ;"
            " INSERT DATA { acpid:position-2 oa:end 26 }",
            "TextPositionSelector-start-order",
            SourceQuote(NAME, 27, 26, "Commercial", 4, 1),
            id="a selector, by the evidence that has it",
        ),
        pytest.param(
            "DELETE WHERE { acpid:passage-2 acp:passageModelled ?o } ;"
            " INSERT DATA { acpid:passage-2 acp:passageModelled false }",
            "Passage-passageModelled-value",
            COMMERCIAL,
            id="a passage, by itself",
        ),
        pytest.param(
            "DELETE WHERE { acpid:anomaly acp:anomalyType ?o }",
            "SourceAnomaly-anomalyType-min",
            TITLE,
            id="an anomaly, by its place",
        ),
        pytest.param(
            "DELETE WHERE { acpid:doc acp:sha256 ?o } ; INSERT DATA { acpid:doc acp:sha256 'x' }",
            "SourceDocument-sha256-pattern",
            SourceQuote(NAME, 0, 0, ""),
            id="a document, by its name",
        ),
    ],
)
def test_findings_are_traced(update: str, shape: str, source: SourceQuote) -> None:
    """Whatever is wrong, the nearest words of a text are found."""
    assert finding(changed(update), shape).sources == (source,)


def test_statement_of_two_texts_has_two_sources() -> None:
    """A wrong value that two places state is traced to both, in the order of the text."""
    data = small_graph()
    data.update(
        "INSERT { ?a acp:hasEvidence acpid:words-2 } WHERE { ?a rdf:predicate acp:fipsCode } ;"
        "INSERT { ?a acp:hasEvidence acpid:words-2 } WHERE { ?a rdf:predicate acp:countValue } ;"
        'DELETE { ?s ?p 90 } INSERT { ?s ?p "ninety" } WHERE { ?s ?p 90 }',
        prefixes=prefixes(),
    )
    assert finding(data, "CountStatement-countValue-datatype").sources == (TITLE, COMMERCIAL)


def test_text_is_optional() -> None:
    """Without the text of a document its name, offsets and words are known, the line is not."""
    data = changed("DELETE WHERE { acpid:anomaly acp:anomalyType ?o }")
    [found] = validate_dataset(data, SHAPES_BYTES).violations
    assert found.sources == (SourceQuote(NAME, 0, 5, "Alder"),)
    assert (found.sources[0].line, found.sources[0].column) == (None, None)


def test_broken_evidence_is_not_an_error() -> None:
    """Evidence whose links lead nowhere gives no quotation, and still a finding."""
    data = changed(
        "DELETE WHERE { acpid:words-1 oa:hasSource ?o } ;"
        "DELETE WHERE { acpid:position-2 oa:start ?o } ;"
        ' INSERT DATA { acpid:position-2 oa:start "first" . acpid:words-1 oa:hasSource "here" }'
    )
    assert finding(data, "TextEvidence-hasSource-class").sources == ()
    assert finding(data, "TextPositionSelector-start-pattern").sources == ()


def test_warnings_do_not_fail_a_build() -> None:
    """What a source may leave unsaid is a warning, and comes after what is wrong."""
    unread = "DELETE WHERE { acpid:passage-2 acp:passageModelled ?o }"
    unsaid = validate_dataset(changed(unread), SHAPES_BYTES)
    assert [found.severity for found in unsaid.violations] == ["Warning"]
    assert (unsaid.conforms, unsaid.has_violations) == (False, False)
    wrong = validate_dataset(
        changed("DELETE WHERE { ?s acp:hasPaymentCondition ?o }"), SHAPES_BYTES
    )
    assert {found.severity for found in wrong.violations} == {"Violation", "Warning"}
    assert [found.severity for found in wrong.violations][-1] == "Warning"
    assert wrong.has_violations


# The report as a graph


def test_report_is_the_same_bytes_every_time() -> None:
    """The report graph has no blank node and does not depend on the order of the input."""
    update = "DELETE WHERE { ?s acp:hasAim ?o } ; DELETE WHERE { ?s acp:paidTo ?o }"
    first = changed(update)
    second = Store()
    second.extend(sorted(first, key=str, reverse=True))
    one, other = (validate_dataset(data, SHAPES_BYTES).graph for data in (first, second))
    assert ntriples(one) == ntriples(other)
    assert b"_:" not in ntriples(one)
    assert list(one) == sorted(one, key=str)


def test_report_names_the_evidence() -> None:
    """Each result of the report graph points at the evidence that was found for it."""
    data = changed("DELETE WHERE { acpid:anomaly acp:anomalyType ?o }")
    report = validate_dataset(data, SHAPES_BYTES, base="https://example.org/")
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in report.graph)
    query = """
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT ?focus ?words ?path ?shape WHERE {
            <https://example.org/id/validation> a sh:ValidationReport ;
                sh:conforms false ;
                sh:result ?result .
            ?result a sh:ValidationResult ;
                sh:focusNode ?focus ;
                sh:resultPath ?path ;
                sh:resultSeverity sh:Violation ;
                sh:sourceConstraintComponent sh:MinCountConstraintComponent ;
                sh:sourceShape ?shape ;
                acp:hasEvidence ?words
        }"""
    found = store.query(query, prefixes=prefixes())
    assert isinstance(found, QuerySolutions)
    rows = [tuple(map(str, row)) for row in found]
    shape = f"<{SHAPES}#SourceAnomaly-anomalyType-min>"
    assert rows == [(f"<{ID}anomaly>", f"<{ID}words-1>", str(ACP.anomalyType), shape)]


def test_conforming_report_says_so() -> None:
    """A report without findings still is a report."""
    report = validate_dataset(small_graph(), SHAPES_BYTES)
    assert isinstance(report, ValidationReport)
    assert report.conforms
    assert len(report.graph) == 2


def test_named_graphs_are_left_alone() -> None:
    """Facts that named graphs repeat, or that only they hold, are not looked at."""
    data = small_graph()
    graph = NamedNode("https://w3id.org/acp/graph/doc_1")
    data.extend([Quad(q.subject, q.predicate, q.object, graph) for q in data])
    data.add(Quad(NamedNode(f"{ID}x"), RDF.type, ACP.Program, graph))
    assert validate_dataset(data, SHAPES_BYTES).conforms


# RDF of others


def test_every_format_is_read(tmp_path: Path) -> None:
    """The same graph in each syntax, also packed, is read into the same triples."""
    triples = [quad.triple for quad in small_graph()]
    found = {}
    for suffix, syntax in FORMATS.items():
        path = tmp_path / f"data{suffix}"
        path.write_bytes(serialize(triples, format=syntax) or b"")
        found[suffix] = {quad.triple for quad in read_rdf(path)}
    packed = tmp_path / "data.NT.gz"
    packed.write_bytes(gzip.compress(ntriples(triples)))
    found[".gz"] = {quad.triple for quad in read_rdf(packed)}
    assert len(found) == 10
    assert [suffix for suffix, read in found.items() if read != set(triples)] == []


def test_all_graphs_of_a_file_are_one(tmp_path: Path) -> None:
    """What a TriG file says in named graphs is validated like the rest."""
    path = turtle(tmp_path, "acpid:g { acpid:x a acp:Place } acpid:x rdfs:label 'x' .", "data.trig")
    shapes = {found.shape.rpartition("#")[2] for found in validate_files([path]).violations}
    assert shapes == {"Place-label-datatype", "Place-placeType-min"}


def test_files_are_taken_together(tmp_path: Path) -> None:
    """Facts in one file find their evidence in another, and their schemes in our vocabulary."""
    data = list(small_graph())
    is_evidence = {q.subject for q in data if "assertion-" in str(q.subject)}
    paths = [tmp_path / "graph.nt", tmp_path / "evidence.nt"]
    for path, wanted in zip(paths, (False, True), strict=True):
        triples = [q.triple for q in data if (q.subject in is_evidence) == wanted]
        path.write_bytes(ntriples(triples))
    assert validate_files(paths).conforms
    assert not validate_files(paths[:1]).conforms
    assert not validate_files(paths[1:]).conforms


def test_strangers_graph_is_explained(tmp_path: Path) -> None:
    """A short graph by somebody who knows only the class names is answered with what to do."""
    path = turtle(
        tmp_path, '[] a acp:Program ; acp:hasPayer "Birch" ; acp:payerType "Commercial" .'
    )
    report = validate_files([path])
    messages = {(v.focus, v.value): v.message for v in report.violations}
    assert "acpv:payer-type_" in messages["_:f1b1", "Commercial"]
    assert "give the thing the type acp:Payer" in messages["_:f1b1", "Birch"]
    assert b"genid/f1b1" in ntriples(report.graph)


def test_new_concepts_are_welcome(tmp_path: Path) -> None:
    """A concept that the same file puts into our scheme is a good value; another is not."""
    text = "acpid:p acp:payerType acpv:payer-type_veterans . "
    scheme = "acpv:payer-type_veterans a skos:Concept ; skos:inScheme acpv:payer-type ."
    known = validate_files([turtle(tmp_path, text + scheme)])
    unknown = validate_files([turtle(tmp_path, text)])
    assert [found.path for found in unknown.violations] == [ACP.payerType.value]
    assert known.conforms


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    """The same label in two files means two nodes, numbered as they appear."""
    paths = [
        turtle(tmp_path, f'_:x a acp:Place ; rdfs:label "{name}"@en .', f"{name}.ttl")
        for name in ("one", "two")
    ]
    assert {v.focus for v in validate_files(paths).violations} == {"_:f1b1", "_:f2b1"}


# X13 of the list of hostile inputs

DEEP: Final = 50_000


def test_hostile_files_are_refused(tmp_path: Path) -> None:
    """What would read files, reach the network or eat the memory is refused with its place."""
    doctype = '<?xml version="1.0"?>\n<!DOCTYPE r [%s]>\n<rdf:RDF xmlns:rdf="%s"/>'
    laugh = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 30))
    context = '{"@context": %s, "@id": "http://example.org/s", "name": "x"}'
    cases = {
        "xxe.rdf": doctype % ('<!ENTITY x SYSTEM "file:///etc/hostname">', RDF.iri),
        "laughs.xml": doctype % (laugh, RDF.iri),
        "quiet.owl": (doctype % ("", RDF.iri)).replace("DOCTYPE", "doctype"),
        "remote.jsonld": context % '"http://127.0.0.1:9/context"',
        "import.jsonld": context % '{"@version": 1.1, "@import": "http://127.0.0.1:9/context"}',
        "deep.jsonld": '{"a":' * DEEP + "1" + "}" * DEEP,
        "deep.json": "\n" + "[" * (MAX_JSON_DEPTH + 1) + "]" * (MAX_JSON_DEPTH + 1),
        "triple.ttl": "<http://e/s> <http://e/p> <<( <http://e/a> <http://e/b> <http://e/c> )>> .",
        "bad.ttl": "@prefix e: <http://e/> .\ne:s e:p 1 ;\n  e:q 'x .\n",
        "latin.ttl": "<http://e/s> <http://e/p> 'x' .\n# caf\udce9",
        "binary.nt": "\udcff\udcfe\x00\x01",
        "empty.ttl": "",
        "cut.nq.gz": "\x1f",
        "table.csv": "a,b\n",
        "noname": "",
    }
    said = {}
    for name, text in cases.items():
        (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
        with pytest.raises(InputError) as caught:
            validate_files([tmp_path / name])
        said[name] = str(caught.value).removeprefix(f"{tmp_path}/")
    assert said == {
        "xxe.rdf": "xxe.rdf:2: holds a DOCTYPE, which is never read: remove it",
        "laughs.xml": "laughs.xml:2: holds a DOCTYPE, which is never read: remove it",
        "quiet.owl": "quiet.owl:2: holds a DOCTYPE, which is never read: remove it",
        "remote.jsonld": (
            "remote.jsonld: asks for a context on the network, which is never read: inline it"
        ),
        "import.jsonld": (
            "import.jsonld: asks for a context on the network, which is never read: inline it"
        ),
        "deep.jsonld": "deep.jsonld:1: nested deeper than 200 levels",
        "deep.json": "deep.json:2: nested deeper than 200 levels",
        "triple.ttl": "triple.ttl: holds a triple in a triple: write it in RDF 1.1",
        "bad.ttl": "bad.ttl:3:7: Unexpected end of file",
        "latin.ttl": "latin.ttl:2: not UTF-8 text: convert it first",
        "binary.nt": "binary.nt:1: not UTF-8 text: convert it first",
        "empty.ttl": "empty.ttl: holds no statement, so there is nothing to validate",
        "cut.nq.gz": "cut.nq.gz: not a complete gzip file",
        "table.csv": f"table.csv: not the name of an RDF file: use {', '.join(FORMATS)}",
        "noname": f"noname: not the name of an RDF file: use {', '.join(FORMATS)}",
    }


def test_missing_files_are_named(tmp_path: Path) -> None:
    """A path that does not exist, or is a folder, or none at all, is told in one line."""
    (tmp_path / "folder.ttl").mkdir()
    with pytest.raises(InputError, match=r"none\.ttl: no such file"):
        validate_files([tmp_path / "none.ttl"])
    with pytest.raises(InputError, match=r"folder\.ttl: is a directory"):
        validate_files([tmp_path / "folder.ttl"])
    with pytest.raises(UsageError, match="at least one file"):
        validate_files([])


def test_too_large_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit counts what a packed file unpacks to."""
    monkeypatch.setattr("kg.foreign.MAX_BYTES", 1 << 20)
    path = tmp_path / "bomb.nt.gz"
    path.write_bytes(gzip.compress(b"#" * (2 << 20)))
    assert path.stat().st_size < 1 << 14
    with pytest.raises(InputError, match="larger than 1 MB"):
        validate_files([path])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "acpid:s acp:asWritten " + "[ acp:readAs " * DEEP + "1" + "]" * DEEP, id="nodes"
        ),
        pytest.param("acpid:s acp:asWritten " + "( " * DEEP + ")" * DEEP, id="lists"),
    ],
)
def test_deep_turtle_is_read(tmp_path: Path, text: str) -> None:
    """Nesting as deep as anybody writes it neither crashes nor confuses."""
    assert validate_files([turtle(tmp_path, f"{text} .")]).conforms


def test_endless_class_trees_are_no_trouble(tmp_path: Path) -> None:
    """Classes in a circle, or in a chain deeper than Python can follow, are judged as others."""
    circle = "acpid:a rdfs:subClassOf acp:Place . acp:Place rdfs:subClassOf acpid:a . "
    assert not validate_files([turtle(tmp_path, circle + "acpid:x a acpid:a .")]).conforms
    chain = "".join(f"acpid:a{i} rdfs:subClassOf acpid:a{i + 1} . " for i in range(5000))
    chain += "acpid:a5000 rdfs:subClassOf acp:Place . acpid:x a acpid:a5000 ."
    assert not validate_files([turtle(tmp_path, chain)]).conforms


def test_what_a_graph_asks_to_be_run_is_not_run(tmp_path: Path) -> None:
    """Imports, scripts, queries and rules in somebody's data are data: nothing comes of them."""
    path = turtle(
        tmp_path,
        """
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <http://127.0.0.1:9/o> a owl:Ontology ; owl:imports <http://127.0.0.1:9/i> ;
            sh:shapesGraph <http://127.0.0.1:9/s> .
        acpid:shape a sh:NodeShape ; sh:targetSubjectsOf owl:imports ; sh:maxCount 0 ;
            sh:js [ sh:jsFunctionName "f" ;
                sh:jsLibrary [ sh:jsLibraryURL "http://127.0.0.1:9/" ] ] ;
            sh:sparql [ sh:message "m" ;
                sh:select "SELECT $this WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }" ] ;
            sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate rdf:type ;
                sh:object acp:Program ] .
        """,
    )
    assert validate_files([path]).conforms


def test_odd_literals_are_findings(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Numbers without end, markup, backslashes and nonsense dates are found, not fallen over."""
    path = turtle(
        tmp_path,
        f"""
        acpid:c a acp:CountStatement ; acp:countValue {"9" * 6000} , "x"^^xsd:integer ;
            acp:countUnitText "\\\\1 \\\\g<9>" ; acp:countLowerBound "2013-99-99"^^xsd:date ;
            acp:countUpperBound 3 , "<a>&b;"^^rdf:XMLLiteral , "<b"^^rdf:HTML .
        """,
    )
    report = validate_files([path])
    paths = {found.path for found in report.violations}
    assert {ACP.countValue.value, ACP.countUnitText.value, ACP.countUpperBound.value} <= paths
    assert caplog.records == []


def test_relative_iris_do_not_tell_where_the_file_lies(tmp_path: Path) -> None:
    """A relative IRI is resolved against the file's name alone."""
    path = turtle(tmp_path, "<#x> a acp:Place .", "my data.ttl")
    [quad] = read_rdf(path)
    assert quad == Quad(NamedNode("file:///my%20data.ttl#x"), RDF.type, ACP.Place)


def test_markup_is_read_as_plain_text(tmp_path: Path) -> None:
    """Markup literals lose their type, because a parser would be run over them."""
    path = turtle(tmp_path, 'acpid:x rdfs:label "<a/>"^^rdf:XMLLiteral , _:y .')
    assert [quad.object for quad in read_rdf(path)] == [Literal("<a/>"), BlankNode("b1")]


def test_facts_of_the_good_graph_are_turtle(tmp_path: Path) -> None:
    """The good graph without its assertions is what a stranger would send: readable, unproven."""
    report = validate_files([turtle(tmp_path, FACTS)])
    assert {found.shape.rpartition("#")[2] for found in report.violations} == {
        "EveryFactHasEvidence"
    }
