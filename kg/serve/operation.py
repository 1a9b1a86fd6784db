"""Read from a request which query it asks, as the SPARQL 1.1 Protocol has it (section 2.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode

from kg.serve.faults import Fault
from kg.serve.formats import GRAPHS, ROWS, Form, Kind, Offers, choose_form, list_types
from kg.serve.query import Query

FORM_TYPE: Final = "application/x-www-form-urlencoded"
QUERY_TYPE: Final = "application/sparql-query"
UPDATE_TYPE: Final = "application/sparql-update"
_MOST_PARAMETERS: Final = 1_000

Parameters = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Operation:
    """A query, and the formats that the client takes for rows and for graphs."""

    query: Query
    rows: Form | None
    graph: Form | None

    def form_of(self, kind: Kind) -> Form:
        """Return the format of an answer.

        Raises:
            Fault: the client takes none that holds such an answer.
        """
        form = self.graph if kind == "graph" else self.rows
        if form is None:
            raise Fault("unacceptable", f"the answer comes as {list_types(kind)}")
        return form


def read_parameters(encoded: bytes) -> Parameters:
    """Return the parameters of a URL or of a form, in order.

    >>> read_parameters(b"query=ASK%20%7B%7D&format=csv")
    [('query', 'ASK {}'), ('format', 'csv')]

    Raises:
        Fault: there are too many, or they are not UTF-8.
    """
    try:
        return parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except UnicodeError:
        raise Fault("refused", "the parameters are not percent-encoded UTF-8") from None
    except ValueError:
        raise Fault("refused", f"there are more than {_MOST_PARAMETERS:,} parameters") from None


def read_posted(content_type: str | None, body: bytes) -> Parameters:
    """Return what a request's body says, as parameters.

    >>> read_posted("application/sparql-query; charset=UTF-8", b"ASK {}")
    [('query', 'ASK {}')]

    Raises:
        Fault: it is of no type that the protocol knows, or not UTF-8.
    """
    media_type, _, rest = (content_type or "").partition(";")
    charset = rest.lower().replace(" ", "").replace('"', "")
    if charset not in ("", "charset=utf-8"):
        raise Fault("unsupported", "a query is sent as UTF-8")
    match media_type.strip().lower():
        case "application/x-www-form-urlencoded":
            return read_parameters(body)
        case "application/sparql-query":
            name = "query"
        case "application/sparql-update":
            name = "update"
        case _:
            raise Fault("unsupported", f"a query is sent as {FORM_TYPE} or as {QUERY_TYPE}")
    try:
        return [(name, body.decode("utf-8"))]
    except UnicodeError:
        raise Fault("refused", "the query is not UTF-8 text") from None


def read_operation(
    parameters: Parameters, accept: str, *, base: str | None = None, is_head: bool = False
) -> Operation | None:
    """Return what the parameters ask for; nothing where they name no query.

    >>> read_operation([("query", "ASK {}")], "text/csv").rows.name
    'csv'
    >>> read_operation([("update", "CLEAR ALL")], "")
    Traceback (most recent call last):
    kg.serve.faults.Fault: this service only answers queries; it changes nothing

    Raises:
        Fault: they ask for a change, for two things, or for a graph that has no IRI.
    """
    values: dict[str, list[str]] = {}
    for name, value in parameters:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise Fault("forbidden", "this service only answers queries; it changes nothing")
    queries = values.get("query", [])
    if not queries:
        return None
    if len(queries) > 1:
        raise Fault("refused", "there is more than one query")
    rows, graph = choose_forms(values.get("format", []), accept)
    default, named = (_graphs(values.get(f"{kind}-graph-uri")) for kind in ("default", "named"))
    if default is not None or named is not None:  # one of them makes the other empty
        default, named = default or (), named or ()
    query = Query(
        text=queries[0],
        rows=rows.name if rows else None,
        graph=graph.name if graph else None,
        default_graphs=default,
        named_graphs=named,
        base=base,
        head=is_head,
    )
    return Operation(query, rows, graph)


def choose_forms(names: Sequence[str], accept: str) -> tuple[Form | None, Form | None]:
    """Return the formats for rows and for graphs: those named, or else those accepted.

    >>> choose_forms(["csv"], "text/html")
    (Form(name='csv', media_type='text/csv'), None)

    Raises:
        Fault: no format is called so.
    """
    if not names:
        return choose_form(accept, "rows"), choose_form(accept, "graph")
    name = names[-1]
    if name not in ROWS and name not in GRAPHS:
        raise Fault("refused", f"the formats are {', '.join((*ROWS, *GRAPHS))}")
    return _named(name, ROWS), _named(name, GRAPHS)


def _named(name: str, offers: Offers) -> Form | None:
    return Form(name, offers[name][0]) if name in offers else None


def _graphs(names: list[str] | None) -> tuple[str, ...] | None:
    for name in names or ():
        check_iri(name)
    return None if names is None else tuple(names)


def check_iri(name: str) -> NamedNode:
    """Return the name of a graph.

    Raises:
        Fault: it is no absolute IRI.
    """
    try:
        return NamedNode(name)
    except ValueError:
        raise Fault("refused", "a graph is named by an absolute IRI") from None
