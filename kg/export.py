"""Write the graph in every syntax that a triple store takes, the same bytes in every build.

Every file is written as a stream from sorted lines (`kg.lines`), so that memory does not grow with
the graph.
"""

import gzip
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from io import BufferedWriter, FileIO
from itertools import chain
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, Final

import re2
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from kg.errors import OutputError
from kg.lines import Lines, make_lines, split_lines, written

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer  # collections.abc.Buffer is Python 3.12

_XML_NAME_AT_END: Final = re2.compile(r"[\pL_][\pL\pN_.\-]*$")
_RDF_XML_SYNTAX: Final = re2.compile(
    r"^http://www\.w3\.org/1999/02/22-rdf-syntax-ns#"
    r"(?:RDF|ID|about|parseType|resource|nodeID|datatype|Description|aboutEach(?:Prefix)?|bagID|li)$"
)
_GZIP_LEVEL: Final = 6  # 9 makes all exports a quarter slower, and the file 3 % smaller


@dataclass(frozen=True, slots=True)
class GraphContents:
    """Everything that a build publishes as RDF.

    `documents` maps the IRI of a named graph to the facts and evidence of one source document.
    The Turtle files are the packaged ones, published byte for byte; in the two dataset files those
    of the model are the graphs `{base}graph/ontology`, `.../vocabulary`, `.../shapes` and
    `.../alignments`. What was inferred is the graph `{base}graph/inferred`; `axioms` is what other
    vocabularies say of their terms, published only beside what follows from it.
    """

    facts: Collection[Triple]
    evidence: Collection[Triple]
    documents: Mapping[str, Collection[Triple]]
    ontology: bytes
    vocabulary: bytes
    shapes: bytes
    alignments: bytes
    prefixes: Mapping[str, str]
    base: str
    inferred: Collection[Triple] = ()
    axioms: bytes = b""

    @property
    def names(self) -> list[str]:
        """The named graphs of triples: one for each document, and one of what was inferred."""
        return [*self.documents, *([f"{self.base}graph/inferred"] if self.inferred else [])]

    def named(self, name: str) -> Collection[Triple]:
        """Return one of the named graphs."""
        return self.documents.get(name, self.inferred)


def write_exports(folder: Path, contents: GraphContents) -> None:
    """Write the RDF files of a build into a folder that exists.

    Raises:
        OutputError: a term has no place in RDF 1.1, XML or its datatype. Nothing of ours makes
            such terms, so the build stops rather than publish a file that some store refuses.
    """
    for write in exporters(folder, contents):
        write()


def exporters(folder: Path, contents: GraphContents) -> tuple[Callable[[], None], ...]:
    """Return what writes the RDF files, each apart from the others, slow ones first."""
    facts, evidence = make_lines(contents.facts), make_lines(contents.evidence)
    prefixes = contents.prefixes
    return (
        lambda: _write_trig(folder / "dataset.trig", contents),
        lambda: _write_quads(folder / "dataset.nq.gz", contents),
        lambda: _write_turtle(folder / "evidence.ttl", evidence, prefixes),
        lambda: _write_rdf_xml(folder / "graph.rdf", facts, prefixes),
        lambda: _write_json_ld(folder / "graph.jsonld", facts),
        lambda: _write_turtle(folder / "graph.ttl", facts, prefixes),
        lambda: _write_lines(folder / "graph.nt", facts),
        lambda: _write_model(folder, contents),
    )


def _write_lines(path: Path, triples: Lines) -> None:
    with triples.open() as lines, path.open("wb") as file:
        copyfileobj(lines, file)


def _write_json_ld(path: Path, triples: Lines) -> None:
    with path.open("wb") as file:
        serialize(triples, file, format=RdfFormat.JSON_LD)
        file.write(b"\n")


def _write_model(folder: Path, contents: GraphContents) -> None:
    """Write the packaged Turtle files, and what follows from them."""
    (folder / "ontology.ttl").write_bytes(contents.ontology)
    (folder / "vocabulary.ttl").write_bytes(contents.vocabulary)
    (folder / "shapes.ttl").write_bytes(contents.shapes)
    (folder / "alignments.ttl").write_bytes(contents.alignments)
    if contents.inferred:
        inferred = make_lines(contents.inferred)
        _write_turtle(folder / "inferred.ttl", inferred, contents.prefixes)
        (folder / "axioms.ttl").write_bytes(contents.axioms)


def _write_turtle(path: Path, triples: Lines, prefixes: Mapping[str, str]) -> None:
    with path.open("wb") as file:
        serialize(triples, file, format=RdfFormat.TURTLE, prefixes=dict(prefixes))


def has_xml_name(iri: str) -> bool:
    """Say whether RDF/XML can write a property, as an element with the end of its IRI for a name.

    >>> has_xml_name("http://ex.org/label"), has_xml_name("http://ex.org/2012")
    (True, False)
    """
    return bool(_XML_NAME_AT_END.search(iri)) and not _RDF_XML_SYNTAX.search(iri)


def _write_rdf_xml(path: Path, triples: Lines, prefixes: Mapping[str, str]) -> None:
    for name in sorted({line.split(b" ", 2)[1].decode() for line in triples.lines()}):
        if not has_xml_name(name[1:-1]):
            raise OutputError(f"{path.name}: RDF/XML has no way to write the property {name}")
    with _XmlFile(FileIO(path, "w")) as file:
        serialize(triples, file, format=RdfFormat.RDF_XML, prefixes=dict(prefixes))
        file.write(b"\n")


class _XmlFile(BufferedWriter):
    """A file that keeps carriage returns, which an XML parser would read as line feeds.

    The engine writes them raw, and only literals can hold them.
    """

    def write(self, data: "Buffer", /) -> int:
        raw = bytes(data)
        super().write(raw.replace(b"\r", b"&#xD;"))
        return len(raw)


def _write_quads(path: Path, contents: GraphContents) -> None:
    """Write each document's graph and the model's, in the order of the graphs' names."""
    # No name and no time in the header: they would differ from build to build.
    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0) as packed,
    ):
        for text in _graphs(contents):
            packed.write(text)


def _write_trig(path: Path, contents: GraphContents) -> None:
    """Write the same graphs."""
    with path.open("wb") as file:
        quads = chain.from_iterable(
            parse(text, format=RdfFormat.N_QUADS, lenient=True) for text in _graphs(contents)
        )
        serialize(quads, file, format=RdfFormat.TRIG, prefixes=dict(contents.prefixes))


def _graphs(contents: GraphContents) -> Iterator[bytes]:
    """Yield the N-Quads of each graph, one graph at a time."""
    model = dict(_model_graphs(contents))
    for iri in sorted({*model, *contents.names}):
        if iri in model:
            yield b"".join(model[iri])
        else:
            end = b" " + str(NamedNode(iri)).encode() + b" .\n"
            text = make_lines(contents.named(iri)).text()
            yield text.replace(b" .\n", end)  # literals have no line feed, but escapes of it


def _model_graphs(contents: GraphContents) -> Iterator[tuple[str, list[bytes]]]:
    """Yield the model's graphs as sorted N-Quads lines.

    Shapes and lists may hold blank nodes. They are named together, by RDF Dataset
    Canonicalization, so that the names depend on the graphs alone and no two graphs share one.
    """
    turtle = {"ontology": contents.ontology, "vocabulary": contents.vocabulary}
    turtle |= {"shapes": contents.shapes, "alignments": contents.alignments}
    dataset = Dataset()
    for key, text in turtle.items():
        graph = NamedNode(f"{contents.base}graph/{key}")
        for quad in parse(text, format=RdfFormat.TURTLE):
            dataset.add(Quad(quad.subject, quad.predicate, quad.object, graph))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    for key in turtle:
        graph = NamedNode(f"{contents.base}graph/{key}")
        lines = written(dataset.quads_for_graph_name(graph), RdfFormat.N_QUADS)
        yield graph.value, sorted(split_lines(lines))
