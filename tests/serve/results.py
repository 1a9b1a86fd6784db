"""Compare what queries find, whatever the order, the blank nodes' names, the numbers' spelling."""

import csv
import io
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

Found: TypeAlias = str
"""Solutions, a graph, or a yes or no, in a form that is equal when they mean the same."""

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

ROW_FORMATS = {
    ".srx": QueryResultsFormat.XML,
    ".srj": QueryResultsFormat.JSON,
    ".tsv": QueryResultsFormat.TSV,
    ".csv": QueryResultsFormat.CSV,
}
_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS: dict[NamedNode, Callable[[str], Decimal]] = {
    **{NamedNode(_XSD + name): Decimal for name in ("integer", "decimal")},
    **{NamedNode(_XSD + name): lambda text: Decimal(float(text)) for name in ("double", "float")},
}
_IN_RDF = """
PREFIX rs: <http://www.w3.org/2001/sw/DataAccess/tests/result-set#>
SELECT ?row ?name ?value {
  ?row rs:binding [ rs:variable ?name ; rs:value ?value ]
}
"""
_OURS = "http://example.org/"


def read_rows(text: bytes, form: QueryResultsFormat) -> Found:
    """Return rows, or a yes or no."""
    if form == QueryResultsFormat.CSV:
        head, *lines = csv.reader(io.StringIO(text.decode()))
        return _canonical_rows(dict(zip(head, map(_csv_term, line), strict=True)) for line in lines)
    found = parse_query_results(text, format=form)
    if isinstance(found, QueryBoolean):
        return str(bool(found))
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    rows = ({name: row[name] for name in names if row[name] is not None} for row in found)
    return _canonical_rows(rows)


def read_rows_in_rdf(path: Path) -> Found:
    """Return rows from a file in the vocabulary of result sets; nothing where it holds none."""
    store = Store()
    store.load(path=str(path), base_iri=path.as_uri())
    found = store.query(_IN_RDF)
    assert isinstance(found, QuerySolutions)
    rows: dict[Term, dict[str, Term]] = {}
    for binding in found:
        rows.setdefault(binding["row"], {})[binding["name"].value] = binding["value"]
    return _canonical_rows(rows.values())


def read_graph(text: bytes, form: RdfFormat, base: str | None = None) -> Found:
    """Return a graph."""
    return canonical_graph(parse(text, format=form, base_iri=base))


def canonical_graph(quads: Iterable[Quad]) -> Found:
    """Return a graph in canonical form."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, dataset)))


def _csv_term(text: str) -> Term:
    if text.startswith("_:"):
        return BlankNode(text[2:])
    try:
        return _with_plain_value(Literal(text, datatype=NamedNode(f"{_XSD}decimal")))
    except ArithmeticError:
        return Literal(text)


def _canonical_rows(rows: Iterable[dict[str, Term]]) -> Found:
    """Return rows as a graph with a blank node for each."""
    quads = []
    for number, row in enumerate(rows):
        node = BlankNode(f"row{number}")
        quads.append(Quad(node, NamedNode(f"{_OURS}row"), Literal("")))
        for name, term in row.items():
            variable = NamedNode(f"{_OURS}variable/{name}")
            quads.append(Quad(node, variable, _with_plain_value(term)))
    return canonical_graph(quads)


def _with_plain_value(term: Term) -> Term:
    """Return a number in one spelling of its value."""
    if not isinstance(term, Literal) or term.datatype not in _NUMBERS:
        return term
    value = _NUMBERS[term.datatype](term.value)
    return Literal(str(value.normalize()), datatype=term.datatype)
