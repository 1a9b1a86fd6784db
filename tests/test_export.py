"""Tests of `kg.export`: every syntax holds the same graph, in the same bytes, with hostile text."""

import gzip
import os
import random
import subprocess
import sys
import xml.parsers.expat
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
import rdflib.compare
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from kg.errors import OutputError
from kg.export import GraphContents, write_exports
from kg.lines import sorted_lines
from kg.terms import DEFAULT_BASE, XSD, prefixes

pytestmark = pytest.mark.filterwarnings(
    # rdflib's own parsers for JSON-LD and TriG use what rdflib has deprecated.
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning",
    "ignore:Dataset.default_context is deprecated:DeprecationWarning",
)

EX = "http://example.org/"
SYNTAXES = {
    "graph.ttl": (RdfFormat.TURTLE, "turtle"),
    "graph.nt": (RdfFormat.N_TRIPLES, "nt"),
    "graph.jsonld": (RdfFormat.JSON_LD, "json-ld"),
    "graph.rdf": (RdfFormat.RDF_XML, "xml"),
}
EVIDENCE_CLASSES = ("Assertion", "TextEvidence", "Passage", "SourceDocument", "SourceAnomaly")
SHAPES = b"""@prefix sh: <http://www.w3.org/ns/shacl#> .
<http://example.org/shape> sh:property [ sh:path <http://example.org/p> ; sh:in ( 1 2 ) ] ,
  [ sh:path <http://example.org/q> ; sh:minCount 1 ] .
"""
ONTOLOGY = b"<http://example.org/o> a <http://example.org/Ontology> ; <http://example.org/x> [] ."


def contents_of(facts: Iterable[Triple], evidence: Iterable[Triple] = ()) -> GraphContents:
    """Return contents with two documents that share the facts."""
    facts, evidence = tuple(facts), tuple(evidence)
    return GraphContents(
        facts=facts,
        evidence=evidence,
        documents={f"{DEFAULT_BASE}graph/doc_{n}": facts + evidence for n in ("b", "a")},
        ontology=ONTOLOGY,
        vocabulary=b"",
        shapes=SHAPES,
        alignments=b"",
        prefixes=prefixes(),
        base=DEFAULT_BASE,
    )


Parts = tuple[list[Triple], list[Triple]]


@pytest.fixture(scope="module")
def parts(shared: Path) -> Parts:
    """Return facts and evidence of the two hand-made graphs."""
    triples = [
        quad.triple
        for name in ("loudoun.ttl", "valley-preferred.ttl")
        for quad in pyoxigraph.parse(path=str(shared / "model" / name))
    ]
    records = {t.subject for t in triples if t.object.value.endswith(EVIDENCE_CLASSES)}
    facts = [t for t in triples if t.subject not in records]
    return facts, [t for t in triples if t.subject in records]


def hostile() -> list[Triple]:
    """Return triples whose terms try to break each syntax."""
    texts = (
        *('"""', "'''", "\\", "a\nb\r\nc\rd\te", "@en", '"^^<http://x/y>', "]]>", "<!--", "&lt;"),
        *("</rdf:RDF>", "\x00\x0b\x1b\ufffe\uffff", "\\u0000", "\u2028\x85\x7f\xa0", "😀e\u0301"),
        *("\u202egnp.exe", "a> <http://evil/p> <http://evil/o> . <http://x/b", " ", ""),
    )
    names = ("s", "a%3E%20b", "a.b", "a,b(c)", "a'b", "a#b/c", "é", "-", "9", "a:b", "..")
    triples = [
        Triple(NamedNode(EX + "s"), NamedNode(f"{EX}p{n}"), Literal(text))
        for n, text in enumerate(texts)
    ]
    triples += [
        Triple(NamedNode(EX + name), NamedNode(EX + "label"), Literal(name, language="en-US"))
        for name in names
    ]
    triples += [Triple(NamedNode(EX + "s"), NamedNode(EX + "to"), NamedNode(EX + n)) for n in names]
    return triples


def as_set(path: Path, syntax: RdfFormat) -> set[Triple]:
    """Return the triples of a file as the engine reads them."""
    return {quad.triple for quad in pyoxigraph.parse(path=str(path), format=syntax)}


def cleaned(triples: Iterable[Triple]) -> set[Triple]:
    """Return triples with the cleaning that the exports promise."""
    return {
        quad.triple
        for line in sorted_lines(triples)
        for quad in pyoxigraph.parse(line, format=RdfFormat.N_TRIPLES)
    }


def in_rdflib(path: Path, syntax: str) -> set[tuple[str, ...]]:
    """Return the triples of a file as rdflib reads them, in plain strings."""
    graph = rdflib.Graph()
    graph.parse(path, format=syntax)
    return {tuple(term.n3() for term in triple) for triple in graph}


def expected_in_rdflib(triples: Iterable[Triple]) -> set[tuple[str, ...]]:
    """Return triples in rdflib's plain strings."""
    return {tuple(in_n3(term) for term in triple) for triple in triples}


def in_n3(term: Triple | NamedNode | BlankNode | Literal) -> str:
    """Return a term of the engine as rdflib prints it."""
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value).n3()
    assert isinstance(term, Literal)
    plain = term.language is not None or term.datatype == XSD.string
    datatype = None if plain else term.datatype.value
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False).n3()


@pytest.mark.parametrize("name", SYNTAXES)
def test_every_syntax_reads_back_equal_in_both_engines(
    name: str, parts: Parts, tmp_path: Path
) -> None:
    """The demonstration facts come back as they were from each syntax, in pyoxigraph and rdflib."""
    facts, evidence = parts
    assert len(facts) > 400
    write_exports(tmp_path, contents_of(facts, evidence))
    mine, theirs = SYNTAXES[name]
    assert as_set(tmp_path / name, mine) == set(facts)
    assert in_rdflib(tmp_path / name, theirs) == expected_in_rdflib(facts)


@pytest.mark.parametrize("name", SYNTAXES)
def test_hostile_terms_survive_every_syntax(name: str, tmp_path: Path) -> None:
    """Quotes, markup, line ends, escapes and odd names neither break nor forge a triple."""
    triples = hostile()
    write_exports(tmp_path, contents_of(triples))
    mine, theirs = SYNTAXES[name]
    intended = cleaned(triples)
    assert len(intended) == len(triples) == 40
    assert as_set(tmp_path / name, mine) == intended
    assert in_rdflib(tmp_path / name, theirs) == expected_in_rdflib(intended)


def test_evidence_reads_back_equal_in_both_engines(parts: Parts, tmp_path: Path) -> None:
    """evidence.ttl holds the evidence triples, no more and no fewer."""
    _, evidence = parts
    write_exports(tmp_path, contents_of([], evidence))
    assert as_set(tmp_path / "evidence.ttl", RdfFormat.TURTLE) == set(evidence)
    read = in_rdflib(tmp_path / "evidence.ttl", "turtle")
    assert read == expected_in_rdflib(evidence)


def test_rdf_xml_is_well_formed_for_expat(tmp_path: Path) -> None:
    """A strict XML parser accepts graph.rdf even when the literals held control characters."""
    write_exports(tmp_path, contents_of(hostile()))
    text = (tmp_path / "graph.rdf").read_bytes()
    xml.parsers.expat.ParserCreate().Parse(text, True)
    assert b"\x00" not in text
    assert b"\xef\xbf\xbe" not in text


@pytest.mark.parametrize("end", ["", "9", "a/", "123", "x#7", "a%20", "?a=", "\u0301"])
def test_property_without_xml_name_is_refused(end: str, tmp_path: Path) -> None:
    """A property whose IRI ends in no XML name stops the export and is named in the message."""
    triple = Triple(NamedNode(EX + "s"), NamedNode(EX + end), Literal("x"))
    with pytest.raises(OutputError, match="RDF/XML has no way to write the property <http"):
        write_exports(tmp_path, contents_of([triple]))


@pytest.mark.parametrize("end", ["p1", "icd10", "é9", "a-b.c", "_1", "x/9a"])
def test_property_ending_in_digits_after_a_letter_is_written(end: str, tmp_path: Path) -> None:
    """RDF/XML needs only the last part of the IRI to start with a letter."""
    triple = Triple(NamedNode(EX + "s"), NamedNode(EX + end), Literal("x"))
    write_exports(tmp_path, contents_of([triple]))
    assert as_set(tmp_path / "graph.rdf", RdfFormat.RDF_XML) == {triple}
    assert in_rdflib(tmp_path / "graph.rdf", "xml") == expected_in_rdflib([triple])


@pytest.mark.parametrize(
    ("value", "datatype"),
    [
        *(("abc", "integer"), ("1.0", "integer"), ("-1", "nonNegativeInteger"), ("", "decimal")),
        *(
            ("201", "gYear"),
            ("2013-13", "gYearMonth"),
            ("2013-07-32", "date"),
            ("2013-02-30", "date"),
            ("ja", "boolean"),
        ),
        *(("1e6", "decimal"), ("2013-7-1", "date"), ('1"', "integer")),
    ],
)
def test_value_that_is_none_of_its_datatype_is_refused(value: str, datatype: str) -> None:
    """No store has to decide what an ill-formed number or date means."""
    literal = Literal(value, datatype=NamedNode(f"http://www.w3.org/2001/XMLSchema#{datatype}"))
    with pytest.raises(OutputError, match=f"is no value of xsd:{datatype}"):
        sorted_lines([Triple(NamedNode(EX + "s"), NamedNode(EX + "p"), literal)])


@pytest.mark.parametrize(
    "triple",
    [
        Triple(BlankNode("b"), NamedNode(EX + "p"), Literal("x")),
        Triple(NamedNode(EX + "s"), NamedNode(EX + "p"), BlankNode("b")),
        Triple(
            NamedNode(EX + "s"),
            NamedNode(EX + "p"),
            Triple(NamedNode(EX + "s"), NamedNode(EX + "p"), NamedNode(EX + "o")),
        ),
    ],
)
def test_terms_beyond_named_rdf_1_1_are_refused(triple: Triple) -> None:
    """Blank nodes and triple terms are refused; a literal that looks like one is not."""
    with pytest.raises(OutputError, match="is no plain RDF"):
        sorted_lines([triple])
    text = Literal("_:b> <p> _:c <<--ltr .")
    assert sorted_lines([Triple(NamedNode(EX + "s"), NamedNode(EX + "p"), text)])


def test_dataset_files_hold_every_graph(parts: Parts, tmp_path: Path) -> None:
    """TriG and N-Quads hold the same quads: each document, and the model with named blank nodes."""
    facts, evidence = parts
    write_exports(tmp_path, contents_of(facts, evidence))
    packed = (tmp_path / "dataset.nq.gz").read_bytes()
    quads = set(pyoxigraph.parse(gzip.decompress(packed), format=RdfFormat.N_QUADS))
    trig = pyoxigraph.parse(path=str(tmp_path / "dataset.trig"), rename_blank_nodes=False)
    assert set(trig) == quads
    by_graph = {
        name: {quad.triple for quad in quads if quad.graph_name.value == DEFAULT_BASE + name}
        for name in ("graph/doc_a", "graph/doc_b", "graph/ontology", "graph/shapes")
    }
    assert by_graph["graph/doc_a"] == by_graph["graph/doc_b"] == set(facts + evidence)
    assert len(quads) == sum(map(len, by_graph.values()))
    blank = {
        key: {t.subject for t in by_graph[key] if isinstance(t.subject, BlankNode)}
        for key in ("graph/ontology", "graph/shapes")
    }
    assert len(blank["graph/shapes"]) == 4
    assert packed[3:8] == bytes(5), "a name or a time in the gzip header"


def test_dataset_in_rdflib_has_the_same_graphs(tmp_path: Path) -> None:
    """The shapes graph of the TriG file is, for rdflib, the one that was handed in."""
    write_exports(tmp_path, contents_of(hostile()))
    dataset = rdflib.Dataset()
    dataset.parse(tmp_path / "dataset.trig", format="trig")
    shapes = rdflib.Graph().parse(data=SHAPES, format="turtle")
    found = dataset.graph(rdflib.URIRef(f"{DEFAULT_BASE}graph/shapes"))
    assert rdflib.compare.isomorphic(shapes, found)
    document = dataset.graph(rdflib.URIRef(f"{DEFAULT_BASE}graph/doc_a"))
    assert len(document) == len(hostile())


def test_model_files_are_byte_copies(tmp_path: Path) -> None:
    """The Turtle of the model is published as packaged, comments and all."""
    write_exports(tmp_path, contents_of([]))
    copies = [(tmp_path / f"{n}.ttl").read_bytes() for n in ("ontology", "vocabulary", "shapes")]
    assert copies == [ONTOLOGY, b"", SHAPES]


def test_turtle_is_grouped_and_prefixed(parts: Parts, tmp_path: Path) -> None:
    """Each subject of graph.ttl is written once, with short names."""
    facts, _ = parts
    write_exports(tmp_path, contents_of(facts))
    text = (tmp_path / "graph.ttl").read_text(encoding="utf-8")
    heads = [line for line in text.splitlines() if line and line[0] not in "\t@"]
    assert len(heads) == len({fact.subject for fact in facts})
    assert all(line.startswith("acpid:") for line in heads)
    body = "".join(line for line in text.splitlines() if not line.startswith("@"))
    assert "<http" not in body


def test_bytes_depend_on_the_triples_alone(parts: Parts, tmp_path: Path) -> None:
    """Another order, repeated triples and another hash seed give the same eleven files."""
    facts, evidence = parts
    source = tmp_path / "facts.nt"
    source.write_bytes(b"".join(sorted_lines(facts + evidence)))
    script = (
        "import sys, random, pathlib, pyoxigraph\n"
        "from test_export import contents_of\n"
        "from kg.export import write_exports\n"
        "triples = [q.triple for q in pyoxigraph.parse(path=sys.argv[1])]\n"
        "triples = list(dict.fromkeys(set(triples))) + triples[:50]\n"
        "random.Random(sys.argv[3]).shuffle(triples)\n"
        "write_exports(pathlib.Path(sys.argv[2]), contents_of(triples, triples))\n"
    )
    path = os.pathsep.join([str(Path(__file__).parents[1]), str(Path(__file__).parent)])
    found = []
    for seed, locale, zone in (("1", "C", "UTC"), ("77", "tr_TR.UTF-8", "Asia/Tokyo")):
        folder = tmp_path / seed
        folder.mkdir()
        settings = {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone, "PYTHONPATH": path}
        subprocess.run(
            [sys.executable, "-c", script, str(source), str(folder), seed],
            check=True,
            env={**os.environ, **settings},
        )
        found.append({file.name: file.read_bytes() for file in folder.iterdir()})
    assert len(found[0]) == 11
    assert found[0] == found[1]


def test_sorted_lines_ignore_order_and_repetition() -> None:
    """The same triples in any order give the same lines."""
    triples = hostile()
    shuffled = triples * 2
    random.Random(7).shuffle(shuffled)  # noqa: S311 - an order, not a secret
    assert sorted_lines(triples) == sorted_lines(shuffled)
