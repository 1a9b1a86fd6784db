"""Hold a query as it travels from the front to a worker."""

import json
from dataclasses import dataclass
from typing import Final

from kg.serve.formats import GRAPHS, ROWS

WHOLE_DATASET: Final = None


@dataclass(frozen=True, slots=True)
class Query:
    """SPARQL, the dataset to ask, and how to write what is found.

    `default_graphs` and `named_graphs` replace the dataset, and what FROM says, where they are
    given. A client that takes no format of rows, or none of graphs, leaves that out.

    >>> Query.from_bytes(Query("ASK {}").to_bytes()) == Query("ASK {}")
    True
    """

    text: str
    rows: str | None = next(iter(ROWS))
    graph: str | None = next(iter(GRAPHS))
    default_graphs: tuple[str, ...] | None = WHOLE_DATASET
    named_graphs: tuple[str, ...] | None = WHOLE_DATASET
    base: str | None = None
    """What relative IRIs are relative to."""
    head: bool = False
    """Only find out what kind of answer there is."""

    def to_bytes(self) -> bytes:
        """Return the query as the front writes it."""
        graphs = (self.default_graphs, self.named_graphs)
        return json.dumps((self.text, self.rows, self.graph, graphs, self.base, self.head)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Query":
        """Return the query as a worker reads it."""
        text, rows, graph, (default, named), base, head = json.loads(data)
        return cls(text, rows, graph, _graphs(default), _graphs(named), base, head)


def _graphs(names: list[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)
