"""Measure how long each named question takes on 1,000 and 10,000 programs, and what rdflib takes.

The descriptions are those of corpus.py. A question is asked as it stands, with its defaults, and
with what it requires; then with each parameter's value, the most frequent of its column. rdflib
gets the same triples and the same query text; it answers in a process of its own, which is ended
when it takes too long. Times are the best of three, rdflib's are single.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from corpus import write_corpus
from pyoxigraph import Quad, RdfFormat, Store

from kg.iris import Minter
from kg.mapping import ONTOLOGY_FILE
from kg.pipeline import VOCABULARY_FILE, BuildOptions, read_sources
from kg.resolve import choose_labels
from kg.resources import read_resource
from kg.sparql import Value
from kg.terms import DEFAULT_BASE
from kg.triples import Mapper, evidence_triples, fact_triples, place_triples

RUNS: Final = 3
LIMIT: Final = 20.0
"""Seconds after which rdflib is given up on a question."""

Bindings = Mapping[str, Value]


def make_store(count: int) -> Store:
    """Return facts, evidence and model of so many invented programs in the default graph."""
    with tempfile.TemporaryDirectory() as folder:
        write_corpus(count, Path(folder))
        reading = read_sources([Path(folder)], BuildOptions())
    extractions = [resolved.extraction for resolved in reading.documents]
    mapper = Mapper(Minter(DEFAULT_BASE), choose_labels(extractions, reading.also_named), "run")
    store = Store()
    for name in (ONTOLOGY_FILE, VOCABULARY_FILE):
        store.load(input=read_resource(name), format=RdfFormat.TURTLE)
    for resolved in reading.documents:
        places = place_triples(mapper, (found.place for found in resolved.readings))
        for triples in (
            fact_triples(mapper, resolved.extraction),
            evidence_triples(mapper, resolved.extraction),
            places,
        ):
            store.extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    return store
