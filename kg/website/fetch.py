"""Ask a store for what a page shows, and hold the answer as a small graph.

Terms enter a query only as the engine itself writes them, so that no name or address can become
a part of its grammar.
"""

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import islice
from typing import Final, TypeAlias, cast

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

from kg.serve.query import Query
from kg.serve.respond import Service
from kg.terms import ACP, DCTERMS, OA, RDF, RDFS, SKOS
from kg.things import INNER_PARTS, PARTS

Row: TypeAlias = Mapping[str, NamedNode | BlankNode | Literal]

MOST_BYTES: Final = 32 << 20
"""Of an answer that a page is made of."""
MOST_LINKS: Final = 2_000
"""Facts that have a thing as their value, on one page."""

_BATCH: Final = 200
"""Things asked for at once, well within the limit on a query's length."""
_NAMES: Final = (
    *(RDF.type, RDFS.label, SKOS.prefLabel, SKOS.inScheme, SKOS.definition),
    *(DCTERMS.title, DCTERMS.identifier),
)
"""What says how a thing is called and what it is."""
_UNSAID: Final = (RDF.subject, RDF.object, ACP.hasEvidence, ACP.inPassage, OA.hasSource)
"""Properties of evidence, which a page comes to from the facts."""


async def fetch_rows(service: Service, query: str, client: str) -> list[Row]:
    """Return the solutions of a SELECT query.

    Raises:
        Fault: there is no answer, or it is too large for a page.
    """
    async with service.backend.answer(Query(query, rows="json", graph=None), client) as answer:
        found = await answer.read(MOST_BYTES)
    solutions = cast(
        "QuerySolutions", parse_query_results(BytesIO(found), format=QueryResultsFormat.JSON)
    )
    names = [variable.value for variable in solutions.variables]
    return [{name: term for name in names if (term := row[name]) is not None} for row in solutions]


async def fetch_triples(service: Service, query: str, client: str) -> list[Triple]:
    """Return the triples of a CONSTRUCT query.

    Raises:
        Fault: there is no answer, or it is too large for a page.
    """
    async with service.backend.answer(Query(query, rows=None, graph="nt"), client) as answer:
        found = await answer.read(MOST_BYTES)
    return [quad.triple for quad in parse(found, format=RdfFormat.N_TRIPLES)]


async def fetch_thing(service: Service, node: NamedNode, client: str) -> Store:
    """Return all that `describe_thing` needs to tell everything about a thing, as a small dataset.

    Raises:
        Fault: there is no answer, or it is too large for a page.
    """
    gathering = _Gathering(service, client)
    await gathering.take(_around(node))
    await gathering.take_names()
    for parts in (PARTS | INNER_PARTS, INNER_PARTS):
        nodes = gathering.of_class(parts)
        await gathering.take_each(nodes, "?s ?p ?o")
        await gathering.take_each(nodes, "?owner ?p ?s . ?owner a acp:Program", "?owner ?p ?s")
        await gathering.take_names()
    facts = {node, *gathering.of_class(PARTS | INNER_PARTS)}
    await gathering.take_each(facts, "?a rdf:subject ?s ; ?p ?o", "?a ?p ?o")
    await gathering.take_each({node}, "?a rdf:object ?s ; ?p ?o", "?a ?p ?o")
    for predicate in (ACP.hasEvidence, OA.hasSelector, ACP.inPassage):
        await gathering.take_each(gathering.values_of(predicate), "?s ?p ?o")
    await gathering.take_names()
    return gathering.dataset()


def _around(node: NamedNode) -> str:
    """Return a query for what is said of a thing, and what has it as its value."""
    unsaid = ", ".join(map(str, _UNSAID))
    return (
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {{ BIND({node} AS ?s) ?s ?p ?o }} UNION {{"
        f" SELECT ?s ?p ?o {{ ?s ?p {node} BIND({node} AS ?o) FILTER(?p NOT IN ({unsaid})) }}"
        f" ORDER BY ?p ?s LIMIT {MOST_LINKS} }} }}"
    )


class _Gathering:
    """A graph that grows by asking for more of what it mentions."""

    def __init__(self, service: Service, client: str) -> None:
        self._service = service
        self._client = client
        self._store = Store()
        self._named: set[NamedNode] = set()

    async def take(self, query: str) -> None:
        """Add what a query finds."""
        triples = await fetch_triples(self._service, query, self._client)
        self._store.extend(Quad(t.subject, t.predicate, t.object) for t in triples)

    async def take_each(
        self, nodes: Iterable[NamedNode], pattern: str, template: str | None = None
    ) -> None:
        """Add what a pattern finds with each of the nodes as its ?s."""
        known = "PREFIX acp: <https://w3id.org/acp/ontology#>"
        known += " PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>"
        for batch in _batches(nodes):
            values = " ".join(map(str, batch))
            where = f"VALUES ?s {{ {values} }} {pattern}"
            await self.take(f"{known} CONSTRUCT {{ {template or pattern} }} WHERE {{ {where} }}")

    async def take_names(self) -> None:
        """Add what everything that is mentioned, and was not yet named, is called."""
        mentioned = {
            term
            for quad in self._store
            for term in (quad.subject, quad.predicate, quad.object)
            if isinstance(term, NamedNode)
        }
        unnamed = mentioned - self._named
        self._named |= unnamed
        names = " ".join(map(str, _NAMES))
        await self.take_each(unnamed, f"?s ?p ?o VALUES ?p {{ {names} }}", "?s ?p ?o")

    def of_class(self, classes: frozenset[NamedNode]) -> set[NamedNode]:
        """Return the things of some classes."""
        return {
            quad.subject
            for kind in classes
            for quad in self._store.quads_for_pattern(None, RDF.type, kind)
            if isinstance(quad.subject, NamedNode)
        }

    def values_of(self, predicate: NamedNode) -> set[NamedNode]:
        """Return the things that are values of a property."""
        return {
            quad.object
            for quad in self._store.quads_for_pattern(None, predicate, None)
            if isinstance(quad.object, NamedNode)
        }

    def dataset(self) -> Store:
        """Return the graph, as a dataset of the same base."""
        base = self._service.backend.contents.base
        graph = NamedNode(f"{base}graph/ontology")  # by which a dataset tells its base
        self._store.add(Quad(graph, RDF.type, ACP.Program, graph))
        return self._store


def _batches(nodes: Iterable[NamedNode]) -> Iterator[list[NamedNode]]:
    waiting = iter(sorted(nodes, key=str))
    while batch := list(islice(waiting, _BATCH)):
        yield batch
