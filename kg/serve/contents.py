"""Load what is to be served, and sum it up for those who describe it."""

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote

from pyoxigraph import QuerySolutions, RdfFormat, Store

from kg.errors import InputError, UsageError
from kg.sparql import dataset_prefixes, open_dataset
from kg.terminal import printable

MOST_GRAPHS: Final = 1_000
"""Named graphs that are named one by one."""

_FORMATS: Final = {
    ".nq": RdfFormat.N_QUADS,
    ".nt": RdfFormat.N_TRIPLES,
    ".trig": RdfFormat.TRIG,
    ".ttl": RdfFormat.TURTLE,
}
COUNT_DEFAULT: Final = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED: Final = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"


@dataclass(frozen=True, slots=True)
class Contents:
    """How much a dataset holds, and under which names.

    `graphs` are the first named graphs with their number of triples, in the order of their names;
    `graph_count` counts all of them. `base` is where the IRIs of instances begin.
    """

    triples: int
    graph_count: int
    graphs: tuple[tuple[str, int], ...]
    prefixes: dict[str, str]

    @property
    def base(self) -> str:
        """Where the IRIs that the dataset mints begin."""
        return self.prefixes["acpid"].removesuffix("id/")

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can carry."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Contents":
        """Return what `to_json` gave."""
        graphs = tuple((name, count) for name, count in data["graphs"])
        return cls(data["triples"], data["graph_count"], graphs, data["prefixes"])


def load_dataset(sources: Sequence[Path]) -> tuple[Store, dict[str, str]]:
    """Return the dataset of a build, or of RDF files as they are, and the prefixes known to it.

    Raises:
        UsageError: a folder is named along with other sources, or a file that is no RDF.
        InputError: something cannot be read.
    """
    if len(sources) == 1 and not _is_rdf(sources[0]):
        store = open_dataset(sources[0])
    else:
        store = Store()
        for path in sources:
            _load_file(store, path)
    return store, dataset_prefixes(store)


def _is_rdf(path: Path) -> bool:
    return path.with_suffix("" if path.suffix == ".gz" else path.suffix).suffix in _FORMATS


def _load_file(store: Store, path: Path) -> None:
    if not _is_rdf(path):
        names = ", ".join(_FORMATS)
        raise UsageError(f"{path}: serve one build, or RDF files ({names}; also with .gz)")
    packed = path.suffix == ".gz"
    form = _FORMATS[path.with_suffix("").suffix if packed else path.suffix]
    try:
        with BufferedReader(gzip.open(path)) if packed else path.open("rb") as file:
            # Relative IRIs must not tell where the file lies.
            store.bulk_load(input=file, format=form, base_iri=f"file:///{quote(path.name)}")
    except SyntaxError as error:
        raise InputError(path, error.msg, line=error.lineno, column=error.offset) from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(path, f"not readable ({printable(str(error))})") from error


def read_contents(store: Store, prefixes: dict[str, str]) -> Contents:
    """Count what a dataset holds."""
    total, named = (
        cast("QuerySolutions", store.query(query)) for query in (COUNT_DEFAULT, COUNT_NAMED)
    )
    return sum_up(total, named, prefixes)


def sum_up(total: QuerySolutions, named: QuerySolutions, prefixes: dict[str, str]) -> Contents:
    """Return the contents of a dataset that found this when it was asked to count them."""
    (triples,) = (int(row["n"].value) for row in total)
    graphs = tuple((row["g"].value, int(row["n"].value)) for row in named)
    return Contents(triples, len(graphs), graphs[:MOST_GRAPHS], prefixes)
