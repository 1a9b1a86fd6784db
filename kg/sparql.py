"""Answer questions, named or free, from the dataset of a build.

Nothing heavy is imported here: `kg query` starts, loads a small build and answers in a fraction
of a second.
"""

import gzip
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final, Literal, TypeAlias

from pyoxigraph import (
    BlankNode,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    Variable,
    serialize,
)
from pyoxigraph import Literal as RdfLiteral

from kg.errors import InputError, UsageError
from kg.guard import explain_fault, refuse_unsafe
from kg.terminal import is_plain, printable, render
from kg.terms import APART_GRAPHS, DEFAULT_BASE, XSD, prefixes

_ONTOLOGY_GRAPH: Final = "graph/ontology"
UNITE: Final = (
    "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(!("
    + " || ".join(f"STRENDS(STR(?g), '{name}')" for name in APART_GRAPHS)
    + ")) }"
)
"""Puts what the graphs of a build say into the default graph, which queries ask.

The engine's own union of graphs repeats what several documents say, which spoils counts.
"""

Value: TypeAlias = NamedNode | RdfLiteral
"""What a variable may be bound to before a query is asked."""
Format: TypeAlias = Literal["table", "json", "csv", "tsv", "xml", "turtle", "nt"]
_ROW_FORMATS: Final[Mapping[str, QueryResultsFormat]] = {
    "json": QueryResultsFormat.JSON,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "xml": QueryResultsFormat.XML,
}
_GRAPH_FORMATS: Final[Mapping[str, RdfFormat]] = {
    "turtle": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
}
MEDIA_TYPES: Final[Mapping[str, str]] = {
    **{name: form.media_type for name, form in _ROW_FORMATS.items()},
    **{name: form.media_type for name, form in _GRAPH_FORMATS.items()},
}


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What the engine found; it can be written once, as it is computed while it is written."""

    found: QuerySolutions | QueryBoolean | QueryTriples
    prefixes: Mapping[str, str]
    echoes: frozenset[str] = frozenset()
    """Columns that only repeat what was asked; people are not shown them."""

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the columns; none for a yes, a no or a graph."""
        if isinstance(self.found, QuerySolutions):
            return tuple(variable.value for variable in self.found.variables)
        return ()


def open_dataset(build: Path) -> Store:
    """Load a build: all its facts and evidence with the model, also by source document.

    Raises:
        InputError: the folder is not there, is no build, or its dataset is damaged.
    """
    path = build / "dataset.nq.gz"
    store = Store()
    try:
        with BufferedReader(gzip.open(path)) as file:
            _refuse_nothing(file)
            store.bulk_load(input=file, format=RdfFormat.N_QUADS)
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(build, "no build is here; run `kg build` first") from None
    except (OSError, EOFError, zlib.error, SyntaxError) as error:
        problem = printable(str(error))
        raise InputError(path, f"not readable ({problem}); run `kg build` again") from error
    store.update(UNITE)
    return store


def _refuse_nothing(file: "BufferedReader[gzip.GzipFile]") -> None:
    """Raise an EOFError for a file that was never written, which unpacks to nothing at all."""
    if not file.peek(1):
        raise EOFError("it is empty")


def dataset_prefixes(store: Store) -> dict[str, str]:
    """Return the prefixes for the base that a dataset was built with."""
    names = (graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode))
    bases = (name.removesuffix(_ONTOLOGY_GRAPH) for name in names if name.endswith(_ONTOLOGY_GRAPH))
    return prefixes(next(bases, DEFAULT_BASE))


def run_query(
    store: Store,
    text: str,
    bindings: Mapping[str, Value] | None = None,
    *,
    echoes: frozenset[str] = frozenset(),
) -> QueryResult:
    """Ask a dataset; our prefixes need no PREFIX line, and a PREFIX line of the query's own wins.

    Variables that are selected may be bound to terms beforehand; no term ever becomes query text.

    Raises:
        UsageError: the text is not a SPARQL query, would harm the machine, or would leave it.
    """
    known = dataset_prefixes(store)
    refuse_unsafe(text, known)
    bound: dict[Variable, NamedNode | BlankNode | RdfLiteral | Triple] = {
        Variable(name): term for name, term in (bindings or {}).items()
    }
    try:
        found = store.query(text, prefixes=known, substitutions=bound)
        return QueryResult(found, known, echoes)
    except SyntaxError:
        raise explain_fault(text, known) from None
    except RuntimeError as error:  # a function that is neither SPARQL's nor ours
        raise UsageError(printable(str(error))) from error


def write_result(result: QueryResult, form: Format, stream: BinaryIO) -> int | None:
    """Write a result as a table to read, or in a standard format for other programs.

    Returns the number of rows of a table; other formats are for programs that count themselves.

    Raises:
        UsageError: rows cannot be written as a graph, nor a graph as rows.
    """
    found = result.found
    try:
        if form == "table":
            return _write_table(result, stream)
        if isinstance(found, QueryTriples):
            _write_graph(found, result.prefixes, form, stream)
        elif form in _ROW_FORMATS:
            found.serialize(stream, format=_ROW_FORMATS[form])
            if form in {"json", "xml"} or isinstance(found, QueryBoolean):
                stream.write(b"\n")
        else:
            raise _wrong_format(form, "rows", _ROW_FORMATS)
    except RuntimeError as error:
        raise UsageError(printable(str(error))) from error
    return None


def _wrong_format(form: str, kind: str, formats: Iterable[str]) -> UsageError:
    choices = ", ".join(("table", *formats))
    return UsageError(f"this question gives {kind}, which {form} cannot hold; choose {choices}")


def _write_graph(
    found: QueryTriples, known: Mapping[str, str], form: str, stream: BinaryIO
) -> None:
    if form not in _GRAPH_FORMATS:
        raise _wrong_format(form, "a graph", _GRAPH_FORMATS)
    triples = sorted(set(found), key=str)
    used = {name: iri for name, iri in known.items() if _is_used(iri, triples)}
    serialize(triples, stream, format=_GRAPH_FORMATS[form], prefixes=used)


def _is_used(iri: str, triples: Iterable[Triple]) -> bool:
    return any(f"<{iri}" in str(triple) for triple in triples)


def _write_table(result: QueryResult, stream: BinaryIO) -> int:
    found = result.found
    if isinstance(found, QueryBoolean):
        stream.write(b"yes\n" if found else b"no\n")
        return 1
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    plain = is_plain(stream)
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, safe_box=plain)
    names = result.variables if isinstance(found, QuerySolutions) else _TRIPLE
    shown = [place for place, name in enumerate(names) if name not in result.echoes]
    for place in shown:
        table.add_column(printable(names[place]), overflow="fold", no_wrap=plain)
    for row in found:
        terms = (row.subject, row.predicate, row.object) if isinstance(row, Triple) else tuple(row)
        table.add_row(*(Text(show_term(terms[place], result.prefixes)) for place in shown))
    render(table, stream)
    return table.row_count


_TRIPLE: Final = ("subject", "predicate", "object")


def show_term(term: object, known: Mapping[str, str]) -> str:
    """Return a term as a person reads it: a literal's text, an IRI by its prefix.

    >>> show_term(NamedNode("https://w3id.org/acp/vocab/condition_obesity"), prefixes())
    'acpv:condition_obesity'
    >>> show_term(RdfLiteral("Loudoun County", language="en"), prefixes())
    'Loudoun County'
    """
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return printable(shorten(term.value, known))
    if isinstance(term, RdfLiteral):
        # SPARQL's yes and no are the only values whose lexical form is not what one would say.
        said = {"true": "yes", "false": "no"} if term.datatype == XSD.boolean else {}
        return printable(said.get(term.value, term.value))
    return printable(str(term))


def shorten(iri: str, known: Mapping[str, str]) -> str:
    """Return an IRI by the longest prefix that fits it, or in angle brackets.

    >>> shorten("https://w3id.org/acp/id/org_cigna", prefixes())
    'acpid:org_cigna'
    >>> shorten("https://example.org/", prefixes())
    '<https://example.org/>'
    """
    fitting = ((len(space), name) for name, space in known.items() if iri.startswith(space))
    length, name = max(fitting, default=(0, ""))
    rest = iri[length:]
    return f"{name}:{rest}" if length and not set(rest) & set("/#?:<>") else f"<{iri}>"
