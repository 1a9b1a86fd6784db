"""Tests of `kg.table_queries`: every query is SPARQL that uses terms of the model alone."""

import re

from pyoxigraph import NamedNode, Store

from kg.table_queries import (
    COUNTS,
    DECLARED,
    EVIDENCE,
    LINK_EVIDENCE,
    MORE_COLUMNS,
    RECORD_TABLES,
    USED,
    further_queries,
)
from kg.terms import ACP, prefixes


def every_query() -> list[str]:
    """Return all queries behind the tables."""
    tables = {*COUNTS, *MORE_COLUMNS}
    further = [query for table in sorted(tables) for _, query in further_queries(table)]
    records = [query for _, query in RECORD_TABLES.values()]
    return [DECLARED, USED, EVIDENCE, LINK_EVIDENCE, *records, *further]


def test_every_query_runs() -> None:
    """Each query parses, and asks a store without data in vain."""
    queries = every_query()
    assert len(queries) >= 40
    given = str(NamedNode("http://example.org/x"))
    for query in queries:
        Store().query(query.replace("$given", given), prefixes=prefixes())


def test_queries_use_terms_that_the_ontology_has() -> None:
    """A misspelt property would give an empty column for ever."""
    names = {name for query in every_query() for name in re.findall(r"\bacp:(\w+)", query)}
    assert len(names) > 20
    assert all(name in ACP for name in names)


def test_every_column_of_a_record_table_has_a_variable() -> None:
    """Each header of the evidence, passage and anomaly tables names a variable of its query."""
    for columns, query in RECORD_TABLES.values():
        for column in columns:
            variable = "file" if column == "document" else column.removesuffix("_iri")
            assert re.search(rf"\?{variable}\b", query), column
