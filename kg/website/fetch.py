"""Ask a store for what a page shows.

Terms enter a query only as the engine itself writes them, so that no name and no address can
become a part of its grammar.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final, TypeAlias, cast

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse_query_results,
)

from kg.serve.faults import Fault
from kg.serve.query import Query
from kg.serve.respond import Service
from kg.terms import prefixes

Row: TypeAlias = Mapping[str, NamedNode | BlankNode | Literal]

MOST_BYTES: Final = 32 << 20
"""Of an answer that a page is made of."""
_PREFIXES: Final = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes().items())


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks a service: the queries of a page count as those of who wants the page."""

    service: Service
    client: str

    async def rows(self, query: str) -> list[Row]:
        """Return the solutions of a SELECT query, which may use our prefixes.

        Raises:
            Fault: there is no answer, or it is too large for a page.
        """
        found = await self._read(Query(_PREFIXES + query, rows="json", graph=None))
        solutions = cast(
            "QuerySolutions", parse_query_results(BytesIO(found), format=QueryResultsFormat.JSON)
        )
        names = [variable.value for variable in solutions.variables]
        return [
            {name: term for name in names if (term := row[name]) is not None} for row in solutions
        ]

    async def says(self, query: str) -> bool:
        """Return the answer to an ASK query.

        Raises:
            Fault: there is no answer.
        """
        return b"true" in await self._read(Query(_PREFIXES + query, rows="json", graph=None))

    async def fill(self, store: Store, *queries: str) -> None:
        """Add what CONSTRUCT queries find to a store; they are asked at the same time.

        Raises:
            Fault: there is no answer, or it is too large for a page.
        """
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self._read(Query(_PREFIXES + query, rows=None, graph="nt")))
                    for query in queries
                ]
        except* Fault as faults:
            raise first_fault(faults) from None
        for task in tasks:
            store.load(task.result(), format=RdfFormat.N_TRIPLES)

    async def _read(self, query: Query) -> bytes:
        async with self.service.backend.answer(query, self.client) as answer:
            return await answer.read(MOST_BYTES)


def first_fault(faults: BaseExceptionGroup[Fault]) -> Fault:
    """Return one fault of several that came together."""
    found = faults.exceptions[0]
    return found if isinstance(found, Fault) else first_fault(found)
