"""Read RDF that somebody else wrote, refusing what could reach the network or eat the memory."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

import re2
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.errors import InputError
from kg.terms import RDF

FORMATS: Final = {
    ".json": RdfFormat.JSON_LD,
    ".jsonld": RdfFormat.JSON_LD,
    ".nq": RdfFormat.N_QUADS,
    ".nt": RdfFormat.N_TRIPLES,
    ".owl": RdfFormat.RDF_XML,
    ".rdf": RdfFormat.RDF_XML,
    ".trig": RdfFormat.TRIG,
    ".ttl": RdfFormat.TURTLE,
    ".xml": RdfFormat.RDF_XML,
}
MAX_BYTES: Final = 1 << 30
"""Largest file that is read, counted after unpacking: a small .gz can hold any number of bytes."""

MAX_JSON_DEPTH: Final = 200
"""Deepest nesting of JSON-LD that is read: the parser's memory grows with its square."""

MARKUP: Final = (NamedNode(f"{RDF.iri}XMLLiteral"), NamedNode(f"{RDF.iri}HTML"))
"""Datatypes that are read as plain text, because rdflib runs a parser over them."""

_DOCTYPE = re2.compile(r"(?i)<!DOCTYPE")
_JSON_TOKEN = re2.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


def read_rdf(path: Path, *, label: str = "b") -> Iterator[Quad]:
    """Yield what a file states, all graphs as one, with blank nodes numbered as they appear.

    Nothing is fetched: entities, remote contexts and imports are refused or left alone.
    `label` keeps the blank nodes of several files apart.
    """
    syntax = _syntax(path)
    text = _decode(path, _read_bytes(path))
    if syntax is RdfFormat.RDF_XML:
        _refuse_doctype(path, text)
    if syntax is RdfFormat.JSON_LD:
        _refuse_depth(path, text)
    base = f"file:///{quote(path.name)}"  # relative IRIs must not tell where the file lies
    names: dict[BlankNode, BlankNode] = {}

    def rename(node: BlankNode) -> BlankNode:
        return names.setdefault(node, BlankNode(f"{label}{len(names) + 1}"))

    try:
        for quad in parse(input=text, format=syntax, base_iri=base):
            subject, object_ = quad.subject, quad.object
            if isinstance(subject, Triple) or isinstance(object_, Triple):
                raise InputError(path, "holds a triple in a triple: write it in RDF 1.1")
            if isinstance(subject, BlankNode):
                subject = rename(subject)
            if isinstance(object_, BlankNode):
                object_ = rename(object_)
            elif isinstance(object_, Literal) and object_.datatype in MARKUP:
                object_ = Literal(object_.value)
            yield Quad(subject, quad.predicate, object_)
    except SyntaxError as error:
        raise _malformed(path, error) from error


def _syntax(path: Path) -> RdfFormat:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    syntax = FORMATS.get(suffixes[-1]) if suffixes else None
    if syntax is None:
        raise InputError(path, f"not the name of an RDF file: use {', '.join(FORMATS)}")
    return syntax


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            if path.suffix.lower() == ".gz":
                with gzip.open(file) as unpacked:
                    data = unpacked.read(MAX_BYTES + 1)
            else:
                data = file.read(MAX_BYTES + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(path, "not a complete gzip file") from error
    except OSError as error:
        raise InputError(path, (error.strerror or "cannot be read").lower()) from error
    if len(data) > MAX_BYTES:
        raise InputError(path, f"larger than {MAX_BYTES >> 20} MB: split it")
    return data


def _decode(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(path, "not UTF-8 text: convert it first", line=line) from error


def _refuse_doctype(path: Path, text: str) -> None:
    """Refuse any document type, even in a comment: entities read files and grow without end."""
    found = _DOCTYPE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise InputError(path, "holds a DOCTYPE, which is never read: remove it", line=line)


def _refuse_depth(path: Path, text: str) -> None:
    depth = 0
    for token in _JSON_TOKEN.finditer(text):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token.group(), 0)
        if depth > MAX_JSON_DEPTH:
            line = text.count("\n", 0, token.start()) + 1
            raise InputError(path, f"nested deeper than {MAX_JSON_DEPTH} levels", line=line)


def _malformed(path: Path, error: SyntaxError) -> InputError:
    message = error.msg or str(error)
    if "LoadDocumentCallback" in message:
        return InputError(path, "asks for a context on the network, which is never read: inline it")
    place, _, fault = message.partition(": ")  # the place is told by line and column already
    fault = fault if fault and place.startswith("Parser error") else message
    return InputError(path, fault, line=error.lineno, column=error.offset)


def skolem_iri(node: NamedNode | BlankNode, base: str) -> NamedNode:
    """Return an IRI to speak of a node by, where blank nodes have no name outside their file.

    >>> skolem_iri(BlankNode("b1"), "https://example.org/").value
    'https://example.org/.well-known/genid/b1'
    """
    if isinstance(node, NamedNode):
        return node
    return NamedNode(f"{base}.well-known/genid/{node.value}")
