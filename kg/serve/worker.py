"""Answer queries, one after another, in a process that can do nothing else."""

import contextlib
import json
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from kg.errors import UsageError
from kg.export import has_xml_name
from kg.guard import explain_fault, refuse_unsafe
from kg.serve.confine import deny_descriptors, find_leaks, limit_memory
from kg.serve.faults import Fault
from kg.serve.formats import GRAPH_SYNTAXES, ROW_SYNTAXES, list_types
from kg.serve.frames import Kind, Unpacker, pack
from kg.serve.output import Output
from kg.serve.query import Query
from kg.terminal import printable

RETIRE_AFTER: Final = 5_000
"""Answers after which a worker makes room for a fresh one."""

_GRACE: Final = 2.0
"""Seconds of computing that the front has to end a query, before the system does."""

_READ: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Dataset:
    """What every worker answers from, and under which limits."""

    store: Store
    prefixes: dict[str, str]
    seconds: float
    megabytes: int
    size: int = 0
    """Bytes of addresses that the dataset takes; 0 where nobody can tell."""
    no_paths: bool = False
    """Whether this process is cut off from paths already."""


def work(connection: socket.socket, dataset: Dataset) -> None:
    """Answer what comes over a connection, until it closes or the worker is spent."""
    confined = _confine(dataset)
    connection.sendall(pack("ready", json.dumps(confined).encode()))
    if confined["leaks"]:
        return
    at_rest = _peak_megabytes()
    for count, query in enumerate(_queries(connection), start=1):
        out = Output(connection)
        signal.setitimer(signal.ITIMER_PROF, dataset.seconds + _GRACE)
        fault = _answer(query, dataset, out)
        signal.setitimer(signal.ITIMER_PROF, 0)
        grown = _peak_megabytes() - at_rest
        is_spent = count == RETIRE_AFTER or grown > dataset.megabytes / 4
        last: Kind = "retire" if is_spent else "end"
        if fault is None:
            out.end(last)
        else:
            out.fail(fault, last)
        if is_spent:
            return


def rehearse(dataset: Dataset) -> None:
    """Load what Python loads only when it is needed: a worker cannot open a file any more."""
    for text in ("ASK {}", "ASK { \x1b }", "SELECT (1 AS ?x) (2 AS ?x) {}"):
        with contextlib.suppress(UsageError):
            _ask(Query(text), dataset)


def _confine(dataset: Dataset) -> dict[str, object]:
    has_limit = bool(dataset.size) and limit_memory(dataset.size + (dataset.megabytes << 20))
    deny_descriptors()
    return {"memory": has_limit, "paths": dataset.no_paths, "leaks": find_leaks()}


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 10 if sys.platform == "linux" else 1 << 20)  # macOS counts in bytes


def _queries(connection: socket.socket) -> Iterator[Query]:
    unpacker = Unpacker()
    while data := connection.recv(_READ):
        for _, payload in unpacker.feed(data):
            yield Query.from_bytes(payload)


def _answer(query: Query, dataset: Dataset, out: Output) -> Fault | None:
    """Write an answer; return what kept it from being written to its end."""
    try:
        _write(_ask(query, dataset), query, dataset.prefixes, out)
    except Fault as fault:
        return fault
    except UsageError as error:
        return Fault("refused", str(error))
    except MemoryError:
        return Fault("memory", f"the query takes more than {dataset.megabytes} MB")
    except (RuntimeError, ValueError) as error:  # an unknown function, a graph name that is no IRI
        return Fault("refused", printable(str(error)))
    except OSError as error:
        if not out.is_broken:
            return Fault("crashed", printable(str(error)))
    if out.is_broken:
        raise BrokenPipeError
    return out.fault


def _ask(query: Query, dataset: Dataset) -> QuerySolutions | QueryBoolean | QueryTriples:
    refuse_unsafe(query.text, dataset.prefixes, query.base)
    default, named = query.default_graphs, query.named_graphs
    try:
        return dataset.store.query(
            query.text,
            prefixes=dataset.prefixes,
            base_iri=query.base,
            default_graph=None if default is None else [*map(NamedNode, default)],
            named_graphs=None if named is None else [*map(NamedNode, named)],
        )
    except SyntaxError:
        raise explain_fault(query.text, dataset.prefixes, query.base) from None


def _write(
    found: QuerySolutions | QueryBoolean | QueryTriples,
    query: Query,
    prefixes: dict[str, str],
    out: Output,
) -> None:
    file = cast("BinaryIO", out)  # the engine does no more than write and flush
    if isinstance(found, QueryTriples):
        out.begin("graph", is_xml=query.graph == "rdf")
        if query.graph is None:
            raise Fault("unacceptable", f"the answer is a graph; it comes as {list_types('graph')}")
        if not query.head:
            _write_graph(found, GRAPH_SYNTAXES[query.graph], prefixes, file)
    else:
        out.begin("rows", is_xml=query.rows == "xml")
        if query.rows is None:
            raise Fault("unacceptable", f"the answer is rows; they come as {list_types('rows')}")
        if not query.head:
            found.serialize(file, format=ROW_SYNTAXES[query.rows])


def _write_graph(
    found: QueryTriples, form: RdfFormat, prefixes: dict[str, str], file: BinaryIO
) -> None:
    if form is RdfFormat.RDF_XML:
        serialize(_with_xml_names(found), file, format=form)
    elif form in (RdfFormat.TURTLE, RdfFormat.TRIG):
        serialize(found, file, format=form, prefixes=prefixes)
    else:
        found.serialize(file, format=form)


def _with_xml_names(triples: QueryTriples) -> Iterator[Triple]:
    for triple in triples:
        if not has_xml_name(triple.predicate.value):
            name = printable(triple.predicate.value)
            raise Fault("unacceptable", f"RDF/XML cannot hold the property {name}; take Turtle")
        yield triple
