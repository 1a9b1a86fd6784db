"""Tests of `kg.table_queries`: every query is SPARQL that uses terms of the model alone."""

import re

from pyoxigraph import NamedNode, Store

from kg.table_queries import COUNTS, DECLARED, MORE_COLUMNS
from kg.terms import ACP, prefixes


def every_query() -> list[str]:
    """Return all queries behind the tables."""
    patterns = [
        text
        for found in (COUNTS, MORE_COLUMNS)
        for each in found.values()
        for text in each.values()
    ]
    return [
        DECLARED,
        *(f"SELECT ?row ?value WHERE {{ ?row a $given . {text} }}" for text in patterns),
    ]


def test_every_query_runs() -> None:
    """Each query parses, and asks a store without data in vain."""
    queries = every_query()
    assert len(queries) == 11
    given = str(NamedNode("http://example.org/x"))
    for query in queries:
        Store().query(query.replace("$given", given), prefixes=prefixes())


def test_queries_use_terms_that_the_ontology_has() -> None:
    """A misspelt property would give an empty column for ever."""
    names = {name for query in every_query() for name in re.findall(r"\bacp:(\w+)", query)}
    assert len(names) == 13
    assert all(name in ACP for name in names)
