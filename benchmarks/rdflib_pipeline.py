"""Build with rdflib and pySHACL alone what a build of ours holds, to measure against."""

import csv
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import pyshacl
import rdflib
from pyoxigraph import Triple
from rdflib.query import ResultRow
from table_queries import EVIDENCE, RECORD_TABLES, further_queries

from kg.lines import make_lines
from kg.pipeline import BuildOptions, map_reading, read_sources
from kg.tables import _NAMES
from kg.terms import ACP, prefixes

SYNTAXES: Final = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "pretty-xml"}


class RdflibPipeline:
    """The pipeline, step by step.

    It is given what was read and mapped, and the queries of the tables; it makes no network, no
    reports and no description, which would take it longer still.
    """

    def __init__(self, corpus: Path, out: Path) -> None:
        self.out = out
        options = BuildOptions()
        started = time.process_time()
        self.contents = map_reading(read_sources([corpus], options), options)
        self.spent = {"read, map": time.process_time() - started}
        self.facts, self.data, self.dataset = rdflib.Graph(), rdflib.Graph(), rdflib.Dataset()
        self.model = rdflib.Graph()

    def run(self) -> dict[str, float]:
        """Do everything; return the CPU seconds of each step."""
        self.out.mkdir(parents=True)
        for step in (self.load, self.validate, self.write, self.tables):
            self._timed(step)
        return self.spent

    def _timed(self, step: Callable[[], None]) -> None:
        started = time.process_time()
        step()
        self.spent[step.__name__] = time.process_time() - started

    def load(self) -> None:
        """Put the triples into graphs, the parsing as quick as rdflib has it."""
        contents = self.contents
        facts, evidence = _text(contents.facts), _text(contents.evidence)
        self.facts.parse(data=facts, format="nt")
        for text in (facts, evidence):
            self.data.parse(data=text, format="nt")
        for turtle in (contents.ontology, contents.vocabulary):
            self.model.parse(data=turtle, format="turtle")
        for name, triples in contents.documents.items():
            graph = self.dataset.graph(rdflib.URIRef(name))
            graph.parse(data=_text(triples), format="nt")
        for graph in (self.facts, self.data):
            for prefix, iri in contents.prefixes.items():
                graph.bind(prefix, iri)

    def validate(self) -> None:
        """Validate with all shapes."""
        shapes = rdflib.Graph().parse(data=self.contents.shapes, format="turtle")
        data = self.data + self.model
        pyshacl.validate(data, shacl_graph=shapes, advanced=True, inference="none")

    def write(self) -> None:
        """Write facts, evidence and dataset in our syntaxes."""
        for ending, syntax in SYNTAXES.items():
            self.facts.serialize(self.out / f"graph.{ending}", format=syntax)
        self.data.serialize(self.out / "evidence.ttl", format="turtle")
        for ending, syntax in (("trig", "trig"), ("nq", "nquads")):
            self.dataset.serialize(self.out / f"dataset.{ending}", format=syntax)

    def tables(self) -> None:
        """Ask the queries of the tables, and write what comes as it comes."""
        self.data += self.model
        for kind in sorted(_NAMES):
            given, table = f"<{ACP[kind].value}>", _NAMES[kind]
            self._table(f"{table}", "SELECT * WHERE { ?row a $given ; ?p ?value }", given)
            for _, query in further_queries(table):
                self._table(f"{table}-more", query, given)
            self._table(f"{table}-evidence", EVIDENCE, given)
        documents = self.data.subjects(rdflib.RDF.type, rdflib.URIRef(ACP.SourceDocument.value))
        for document in sorted(documents, key=str):
            for table, query in RECORD_TABLES.items():
                self._table(table, query, document.n3())

    def _table(self, name: str, query: str, given: str) -> None:
        found = self.data.query(query.replace("$given", given), initNs=prefixes())
        with (self.out / f"{name}.csv").open("a", encoding="utf-8") as file:
            csv.writer(file).writerows(list(row) for row in found if isinstance(row, ResultRow))


def _text(triples: Iterable[Triple]) -> bytes:
    return b"".join(make_lines(triples).lines())
