"""Gather what is said about things into a small dataset: their parts, names and quotations.

Four rounds of queries do it, however much is said. The queries filter classes instead of joining
them with a list of values, and follow evidence by one path: either way the engine walks from the
things at hand, and not through all data.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Final

from pyoxigraph import NamedNode, Quad, Store

from kg.show import BOOKKEEPING
from kg.terms import ACP, DCTERMS, OA, OWL, RDF, RDFS, SKOS
from kg.things import INNER_PARTS, OTHER_NAMES, PARTS
from kg.website.fetch import Asker
from kg.website.incoming import Stretch, incoming_query

_MOST_LINKS: Final = 2_000
"""Facts that have a program as their value."""
_MOST_ASSERTIONS: Final = 4_000
_BATCH: Final = 500
"""Things asked for at once, well within the limit on a query's length."""
_NAMES: Final = (
    *(RDF.type, RDFS.label, SKOS.prefLabel, SKOS.inScheme, SKOS.definition),
    *(DCTERMS.title, DCTERMS.identifier),
)
"""What says how a thing is called and what it is."""
_EVIDENCE: Final = (
    *(RDF.subject, RDF.predicate, RDF.object, ACP.hasEvidence, ACP.basis, ACP.confidence),
    *(ACP.extractionRule, ACP.asWritten, OA.hasSource, OA.hasSelector, OA.exact, OA.start, OA.end),
    *(ACP.inPassage, ACP.passageText, ACP.passageStart, ACP.passageKind),
)
"""What says how a fact was read, and from which words."""
_INWARD: Final = "(acp:hasRate|acp:hasPaymentCondition|acp:hasTarget)+"
"""The way from parts to the parts that only parts have."""


async def gather_thing(asker: Asker, node: NamedNode, stretches: Collection[Stretch]) -> Store:
    """Return all that is needed to describe a thing, with some of what has it as its value.

    The dataset has the same base.

    Raises:
        Fault: there is no answer, or it is too large for a page.
    """
    links = [incoming_query(node, stretches)] if stretches else []
    return await _gather(asker, [node], links)


async def _gather(asker: Asker, nodes: Collection[NamedNode], links: Iterable[str]) -> Store:
    store = empty_dataset(asker)
    await asker.fill(store, _facts_query(nodes), *links)
    linked = _subjects_of(store, nodes)
    await asker.fill(store, *_part_queries(linked))
    parts = set(_parts(store))
    evidence = (
        *_evidence_queries(RDF.subject, {*nodes, *parts}),
        *_evidence_queries(RDF.object, parts.difference(nodes)),
        *(query for node in nodes for query in _link_evidence_queries(linked, node)),
    )
    named = _mentioned(store)
    await asker.fill(store, *evidence, *_name_queries(named))
    await asker.fill(store, *_name_queries(_sources(store) - named))
    return store


async def gather_programs(asker: Asker, programs: Collection[NamedNode]) -> Store:
    """Return all that is needed to compare programs: also what is said of the things they name.

    Raises:
        Fault: there is no answer, or it is too large for a page.
    """
    store = await _gather(asker, programs, [_links_query(programs)])
    quads = (
        quad
        for part in (*programs, *_parts(store))
        for quad in store.quads_for_pattern(part, None, None)
    )
    things = {quad.object for quad in quads if isinstance(quad.object, NamedNode)}
    named, known = _mentioned(store), set(_parts(store))
    wider = "CONSTRUCT { ?s rdfs:subPropertyOf ?o } WHERE { ?s rdfs:subPropertyOf ?o }"
    queries = (query for batch in _batches(things) for query in _around_queries(batch))
    await asker.fill(store, wider, *queries, *_evidence_queries(RDF.subject, things))
    more = set(_parts(store)) - known
    evidence = (*_evidence_queries(RDF.subject, more), *_own_evidence_queries(more))
    await asker.fill(store, *evidence, *_name_queries(_mentioned(store) - named))
    await asker.fill(store, *_name_queries(_sources(store) - named))
    return store


async def gather_document(asker: Asker, document: NamedNode) -> Store:
    """Return a document with its passages, and what was read from it.

    Raises:
        Fault: there is no answer, or it is too large for a page.
    """
    store = empty_dataset(asker)
    await asker.fill(
        store,
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ BIND({document} AS ?s) ?s ?p ?o }}",
        f"CONSTRUCT {{ ?s acp:describedIn {document} }} WHERE {{ ?s acp:describedIn {document} }}",
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {document} acp:hasPassage ?s . ?s ?p ?o"
        f" FILTER(?p IN ({_list(_EVIDENCE, ', ')})) }}",
        f"""CONSTRUCT {{ ?x ?p ?o }} WHERE {{
  {{ SELECT DISTINCT ?x {{ ?e oa:hasSource {document} . ?e oa:hasSelector?|^acp:hasEvidence ?x }} }}
  ?x ?p ?o FILTER(?p IN ({_list(_EVIDENCE, ", ")}))
}}""",
    )
    evident = {
        quad.subject
        for quad in store.quads_for_pattern(None, ACP.hasEvidence, None)
        if isinstance(quad.subject, NamedNode)
    }
    described = _subjects_of(store, [document])
    await asker.fill(store, *_name_queries({document, *described, *evident, *_sources(store)}))
    return store


async def gather_apart(asker: Asker, node: NamedNode, graph: str) -> Store:
    """Return what is said about something in a named graph, as in that of the shapes.

    Raises:
        Fault: there is no answer, or it is too large for a page.
    """
    store = empty_dataset(asker)
    await asker.fill(
        store,
        f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  GRAPH <{graph}> {{
    {{ BIND({node} AS ?s) ?s ?p ?o }} UNION {{ BIND({node} AS ?o) ?s ?p ?o }}
  }}
}}""",
    )
    await asker.fill(store, *_name_queries(_mentioned(store)))
    return store


def empty_dataset(asker: Asker) -> Store:
    """Return a dataset with nothing in it but its base."""
    graph = NamedNode(f"{asker.service.backend.contents.base}graph/ontology")
    store = Store()
    store.add(Quad(graph, RDF.type, OWL.Ontology, graph))  # by which a dataset tells its base
    return store


def _facts_query(nodes: Collection[NamedNode]) -> str:
    """Return a query for what is said of things, of their parts and of the parts of these.

    The passages of a document are left out: they are no facts about it, and many.
    """
    given = f"VALUES ?n {{ {_list(nodes)} }}"
    return f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ VALUES ?s {{ {_list(nodes)} }} ?s ?p ?o FILTER(?p NOT IN (acp:hasPassage)) }}
  UNION {{ {given} ?n ?q ?s . ?s a ?c . {_is_part("?c")} ?s ?p ?o }}
  UNION {{ {given} ?n ?q ?m . ?m a ?c . {_is_part("?c")} ?m {_INWARD} ?s . ?s ?p ?o }}
}}"""


def _links_query(nodes: Collection[NamedNode]) -> str:
    """Return a query for what has things as values."""
    return f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {{ SELECT ?s ?p ?o {{
  VALUES ?o {{ {_list(nodes)} }} ?s ?p ?o FILTER(?p NOT IN ({_list(BOOKKEEPING, ", ")}))
}} ORDER BY ?p ?s LIMIT {_MOST_LINKS * len(nodes)} }} }}"""


def _part_queries(subjects: Iterable[NamedNode]) -> Iterator[str]:
    """Yield queries for all that those say which are parts, and whose parts they are."""
    for batch in _batches(subjects):
        given = f"VALUES ?n {{ {_list(batch)} }} ?n a ?c . {_is_part('?c')}"
        yield f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ {given} ?n ?p ?o BIND(?n AS ?s) }}
  UNION {{ {given} ?s ?p ?n . ?s a acp:Program BIND(?n AS ?o) }}
  UNION {{ {given} ?n {_INWARD} ?s . ?s ?p ?o }}
}}"""


def _around_queries(things: Collection[NamedNode]) -> Iterator[str]:
    """Yield queries for what is said of things, and of the places that they lie in."""
    yield _facts_query(things)
    yield f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  VALUES ?n {{ {_list(things)} }} ?n acp:withinPlace+ ?s . ?s ?p ?o
}}"""


def _is_part(variable: str) -> str:
    return f"FILTER({variable} IN ({_list(PARTS | INNER_PARTS, ', ')}))"


def _evidence_queries(predicate: NamedNode, nodes: Iterable[NamedNode]) -> Iterator[str]:
    """Yield queries for the assertions about things, with their quotations and passages."""
    for batch in _batches(nodes):
        yield _evidence_query(f"VALUES ?f {{ {_list(batch)} }} ?a {predicate} ?f")


def _link_evidence_queries(subjects: Iterable[NamedNode], value: NamedNode) -> Iterator[str]:
    """Yield queries for the assertions by which some things have a value, and for no others."""
    for batch in _batches(subjects):
        yield _evidence_query(
            f"VALUES ?f {{ {_list(batch)} }} ?a rdf:subject ?f ; rdf:object {value}"
        )


def _evidence_query(assertions: str) -> str:
    return f"""CONSTRUCT {{ ?x ?p ?o }} WHERE {{
  {{ SELECT DISTINCT ?x {{
    {{ SELECT ?a {{ {assertions} }} LIMIT {_MOST_ASSERTIONS} }}
    ?a acp:hasEvidence?/(oa:hasSelector|acp:inPassage)? ?x
  }} }}
  ?x ?p ?o FILTER(?p IN ({_list(_EVIDENCE, ", ")}))
}}"""


def _own_evidence_queries(nodes: Iterable[NamedNode]) -> Iterator[str]:
    """Yield queries for what things rest on that no assertion speaks of: faults of a source."""
    for batch in _batches(nodes):
        yield f"""CONSTRUCT {{ ?x ?p ?o }} WHERE {{
  {{ SELECT DISTINCT ?x {{
    VALUES ?a {{ {_list(batch)} }} ?a acp:hasEvidence/(oa:hasSelector|acp:inPassage)? ?x
  }} }}
  ?x ?p ?o FILTER(?p IN ({_list(_EVIDENCE, ", ")}))
}}"""


def _name_queries(nodes: Iterable[NamedNode]) -> Iterator[str]:
    for batch in _batches(nodes):
        yield (
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ {_list(batch)} }} ?s ?p ?o"
            f" FILTER(?p IN ({_list((*_NAMES, *OTHER_NAMES), ', ')})) }}"
        )


def _batches(nodes: Iterable[NamedNode]) -> Iterator[list[NamedNode]]:
    waiting = iter(sorted(nodes, key=str))
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def _list(nodes: Iterable[NamedNode], separator: str = " ") -> str:
    """Return nodes as a query has them; the engine writes IRIs and refuses what is none."""
    return separator.join(sorted(map(str, nodes)))


def _subjects_of(store: Store, values: Iterable[NamedNode]) -> set[NamedNode]:
    """Return what has one of some things as its value."""
    quads = (quad for value in values for quad in store.quads_for_pattern(None, None, value))
    return {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}


def _parts(store: Store) -> Iterator[NamedNode]:
    for kind in PARTS | INNER_PARTS:
        yield from _subjects_of(store, [kind])


def _mentioned(store: Store) -> set[NamedNode]:
    return {
        term
        for quad in store
        for term in (quad.subject, quad.predicate, quad.object)
        if isinstance(term, NamedNode)
    }


def _sources(store: Store) -> set[NamedNode]:
    """Return what assertions and quotations mention that has a name."""
    quads = (
        quad
        for predicate in (RDF.subject, RDF.predicate, RDF.object, ACP.basis, OA.hasSource)
        for quad in store.quads_for_pattern(None, predicate, None)
    )
    return {quad.object for quad in quads if isinstance(quad.object, NamedNode)}
