"""Write the graph in every syntax that a triple store takes, the same bytes in every build.

Triples are sorted as N-Triples lines: an order of bytes that is total and knows nothing of hashes,
locales or the order of documents, and that costs a third of a microsecond a triple. Sorted lines
also keep each subject together, which is what the engine's streaming writers need to group them.
"""

import gzip
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import BufferedWriter, FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import re2
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from kg.clean import clean_literal
from kg.errors import OutputError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer  # collections.abc.Buffer is Python 3.12

_ESCAPED_UNPRINTABLE: Final = re2.compile(
    rb"(?i)\\u(?:00(?:0[0-8bcef]|1[0-9a-f])|fff[ef])"  # as the engine's N-Triples writes them
)
_BEYOND_RDF_1_1: Final = re2.compile(
    rb"(?m)^(?:_:|<[^>\n]*> <[^>\n]*> (?:_:|<<)).*$|^.*--(?:ltr|rtl) \.$"
)
_TYPED: Final = re2.compile(
    rb'(?m)"((?:[^"\\\n]|\\.)*)"\^\^<http://www\.w3\.org/2001/XMLSchema#([A-Za-z]+)> \.$'
)
_XML_NAME_AT_END: Final = re2.compile(r"[\pL_][\pL\pN_.\-]*$")
_RDF_XML_SYNTAX: Final = re2.compile(
    r"^http://www\.w3\.org/1999/02/22-rdf-syntax-ns#"
    r"(?:RDF|ID|about|parseType|resource|nodeID|datatype|Description|aboutEach(?:Prefix)?|bagID|li)$"
)
_GZIP_LEVEL: Final = 6  # 9 makes all exports a quarter slower, and the file 3 % smaller
_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_LEXICAL_FORMS: Final = {
    "integer": re2.compile(r"[+-]?[0-9]+"),
    "nonNegativeInteger": re2.compile(r"\+?[0-9]+|-0+"),
    "decimal": re2.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"),
    "boolean": re2.compile(r"true|false|1|0"),
    "gYear": re2.compile(r"[0-9]{4}"),
    "gYearMonth": re2.compile(rf"[0-9]{{4}}-{_MONTH}"),
    "date": re2.compile(rf"[0-9]{{4}}-{_MONTH}-[0-9]{{2}}"),
}
"""What a value of each datatype of ours may look like; others are left to the parsers."""


@dataclass(frozen=True, slots=True)
class GraphContents:
    """Everything that a build publishes as RDF.

    `documents` maps the IRI of a named graph to the facts and evidence of one source document.
    The Turtle files are the packaged ones, published byte for byte; in the two dataset files those
    of the model are the graphs `{base}graph/ontology`, `.../vocabulary`, `.../shapes` and
    `.../alignments`. What was inferred is the graph `{base}graph/inferred`; `axioms` is what other
    vocabularies say of their terms, published only beside what follows from it.
    """

    facts: tuple[Triple, ...]
    evidence: tuple[Triple, ...]
    documents: Mapping[str, tuple[Triple, ...]]
    ontology: bytes
    vocabulary: bytes
    shapes: bytes
    alignments: bytes
    prefixes: Mapping[str, str]
    base: str
    inferred: tuple[Triple, ...] = ()
    axioms: bytes = b""

    @property
    def named(self) -> dict[str, tuple[Triple, ...]]:
        """The named graphs of triples: one for each document, and one of what was inferred."""
        inferred = {f"{self.base}graph/inferred": self.inferred} if self.inferred else {}
        return {**self.documents, **inferred}


def write_exports(folder: Path, contents: GraphContents) -> None:
    """Write the RDF files of a build into a folder that exists.

    Raises:
        OutputError: a term has no place in RDF 1.1, XML or its datatype. Nothing of ours makes
            such terms, so the build stops rather than publish a file that some store refuses.
    """
    facts, evidence = sorted_lines(contents.facts), sorted_lines(contents.evidence)
    _write_turtle(folder / "graph.ttl", facts, contents.prefixes)
    _write_turtle(folder / "evidence.ttl", evidence, contents.prefixes)
    (folder / "graph.nt").write_bytes(b"".join(facts))
    with (folder / "graph.jsonld").open("wb") as file:
        serialize(_triples(facts), file, format=RdfFormat.JSON_LD)
        file.write(b"\n")
    _write_rdf_xml(folder / "graph.rdf", facts, contents.prefixes)
    (folder / "ontology.ttl").write_bytes(contents.ontology)
    (folder / "vocabulary.ttl").write_bytes(contents.vocabulary)
    (folder / "shapes.ttl").write_bytes(contents.shapes)
    (folder / "alignments.ttl").write_bytes(contents.alignments)
    if contents.inferred:
        inferred = sorted_lines(contents.inferred)
        _write_turtle(folder / "inferred.ttl", inferred, contents.prefixes)
        (folder / "axioms.ttl").write_bytes(contents.axioms)
    _write_dataset(folder, contents)


def sorted_lines(triples: Iterable[Triple]) -> list[bytes]:
    r"""Return the N-Triples lines of triples: each once, cleaned, in the order of their bytes.

    >>> cigna, label = NamedNode("http://ex.org/cigna"), NamedNode("http://ex.org/label")
    >>> lines = sorted_lines([Triple(cigna, label, Literal(name)) for name in ("b", "a", "b")])
    >>> b"".join(lines).decode().splitlines()[0]
    '<http://ex.org/cigna> <http://ex.org/label> "a" .'

    Raises:
        OutputError: a blank node, a term of RDF 1.2 or a value that is none of its datatype.
    """
    text = _written(triples, RdfFormat.N_TRIPLES)
    if strange := _BEYOND_RDF_1_1.search(text):
        shown = strange.group().decode(errors="replace")[:200]
        raise OutputError(f"not written, because it is no plain RDF 1.1 with names: {shown}")
    _check_values(text)
    lines = _split(text)
    if _ESCAPED_UNPRINTABLE.search(text):
        lines = {_cleaned(line) for line in lines}
    return sorted(lines)


def _written(statements: Iterable[Triple] | Iterable[Quad], syntax: RdfFormat) -> bytes:
    return serialize(statements, format=syntax) or b""  # None only when given a file


def _split(text: bytes) -> set[bytes]:
    """Return the distinct lines; the writer escapes the line feeds inside literals."""
    return {line + b"\n" for line in text.split(b"\n") if line}


def _check_values(lines: bytes) -> None:
    for value, datatype in sorted(set(_TYPED.findall(lines))):
        if not _is_value(value.decode(), datatype.decode()):
            shown = value.decode()[:80]
            raise OutputError(f'not written: "{shown}" is no value of xsd:{datatype.decode()}')


def _is_value(text: str, datatype: str) -> bool:
    form = _LEXICAL_FORMS.get(datatype)
    if form is not None and not form.fullmatch(text):
        return False
    if datatype == "date":
        try:
            date.fromisoformat(text)
        except ValueError:  # no such day, such as 30 February
            return False
    return True


def _cleaned(line: bytes) -> bytes:
    """Clean the object of one line; subjects and properties are IRIs, which cannot need it."""
    (quad,) = parse(line, format=RdfFormat.N_TRIPLES)
    old = quad.object
    if not isinstance(old, Literal):
        return line
    if old.language is not None:
        new = Literal(clean_literal(old.value), language=old.language)
    else:
        new = Literal(clean_literal(old.value), datatype=old.datatype)
    triple = Triple(quad.subject, quad.predicate, new)
    return _written([triple], RdfFormat.N_TRIPLES)


def _triples(lines: Iterable[bytes]) -> Iterator[Triple]:
    text = b"".join(lines)  # lenient: these lines come from the engine's own writer
    return (quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES, lenient=True))


def _write_turtle(path: Path, lines: list[bytes], prefixes: Mapping[str, str]) -> None:
    with path.open("wb") as file:
        serialize(_triples(lines), file, format=RdfFormat.TURTLE, prefixes=dict(prefixes))


def has_xml_name(iri: str) -> bool:
    """Say whether RDF/XML can write a property, as an element with the end of its IRI for a name.

    >>> has_xml_name("http://ex.org/label"), has_xml_name("http://ex.org/2012")
    (True, False)
    """
    return bool(_XML_NAME_AT_END.search(iri)) and not _RDF_XML_SYNTAX.search(iri)


def _write_rdf_xml(path: Path, lines: list[bytes], prefixes: Mapping[str, str]) -> None:
    for name in sorted({line.split(b" ", 2)[1].decode() for line in lines}):
        if not has_xml_name(name[1:-1]):
            raise OutputError(f"{path.name}: RDF/XML has no way to write the property {name}")
    with _XmlFile(FileIO(path, "w")) as file:
        serialize(_triples(lines), file, format=RdfFormat.RDF_XML, prefixes=dict(prefixes))
        file.write(b"\n")


class _XmlFile(BufferedWriter):
    """A file that keeps carriage returns, which an XML parser would read as line feeds.

    The engine writes them raw, and only literals can hold them.
    """

    def write(self, data: "Buffer", /) -> int:
        raw = bytes(data)
        super().write(raw.replace(b"\r", b"&#xD;"))
        return len(raw)


def _write_dataset(folder: Path, contents: GraphContents) -> None:
    """Write each document's graph and the model's, in the order of the graphs' names."""
    graphs = dict(_model_graphs(contents))
    for iri, triples in contents.named.items():
        name = str(NamedNode(iri)).encode()
        graphs[iri] = [line[:-2] + name + b" .\n" for line in sorted_lines(triples)]
    # No name and no time in the header: they would differ from build to build.
    with (
        (folder / "dataset.nq.gz").open("wb") as file,
        gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0) as packed,
    ):
        for iri in sorted(graphs):
            packed.write(b"".join(graphs[iri]))
    with (folder / "dataset.trig").open("wb") as file:
        quads = _quads(graphs[iri] for iri in sorted(graphs))
        serialize(quads, file, format=RdfFormat.TRIG, prefixes=dict(contents.prefixes))


def _quads(graphs: Iterable[list[bytes]]) -> Iterator[Quad]:
    for lines in graphs:
        yield from parse(b"".join(lines), format=RdfFormat.N_QUADS, lenient=True)


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
        lines = _written(dataset.quads_for_graph_name(graph), RdfFormat.N_QUADS)
        yield graph.value, sorted(_split(lines))
