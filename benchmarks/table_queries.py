"""Hold the SPARQL that gives a rival the cells of our CSV tables.

`$given` stands for the class, property or document that is asked about.
"""

from collections.abc import Iterator
from typing import Final

from kg.table_queries import COUNTS, MORE_COLUMNS

PROGRAMS: Final = tuple(
    f"SELECT DISTINCT ?row ?value WHERE {{ ?value a acp:Program . {link} ?row a $given }}"
    for link in (
        "?value ?p ?row .",
        "?value acp:hasPaymentArrangement/acp:hasRate ?row .",
        "?value acp:hasPaymentArrangement/acp:hasPaymentCondition ?row .",
        "?value acp:hasPaymentArrangement/acp:hasPaymentCondition/acp:hasTarget ?row .",
        "?row org:organization ?value .",
    )
)
OWNERS: Final = """SELECT DISTINCT ?row ?value WHERE {
  ?value ?p ?row . ?row a $given . FILTER(STRSTARTS(STR(?p), CONCAT(STR(acp:), "has")))
  FILTER NOT EXISTS { ?value a acp:Program } }"""
_FILE: Final = """OPTIONAL { ?document dcterms:identifier ?name }
  OPTIONAL { ?document dcterms:title ?title }
  BIND(STR(COALESCE(?name, ?title, ?document)) AS ?file)"""
_WORDS: Final = f"""?evidence oa:hasSource ?document ; oa:hasSelector/oa:exact ?quotation .
  OPTIONAL {{ ?evidence oa:hasSelector/oa:start ?start }}
  {_FILE}"""
# What a source says of a program is nearly all of it: its row quotes what it is called.
EVIDENCE: Final = f"""SELECT DISTINCT ?row ?file ?start ?quotation WHERE {{
  ?row a $given . ?assertion rdf:subject|rdf:object ?row ; rdf:predicate ?p .
  FILTER(?p IN (rdf:type, rdfs:label, dcterms:title) || $given != acp:Program)
  ?assertion acp:hasEvidence ?evidence . {_WORDS} }}"""
LINK_EVIDENCE: Final = f"""SELECT DISTINCT ?row ?value ?file ?start ?quotation WHERE {{
  ?row $given ?value . OPTIONAL {{
    ?assertion rdf:subject ?row ; rdf:predicate $given ; rdf:object ?value ;
      acp:hasEvidence ?evidence .
    {_WORDS} }} }}"""
# One OPTIONAL a property: the engine looks each up, but would join two over the whole store.
RECORD_TABLES: Final = {
    "evidence": f"""SELECT * WHERE {{
          VALUES ?document {{ $given }}
          ?evidence oa:hasSource ?document . ?assertion acp:hasEvidence ?evidence ;
            rdf:subject ?subject ; rdf:predicate ?property ; rdf:object ?value .
          OPTIONAL {{ ?assertion acp:basis ?basis }}
          OPTIONAL {{ ?assertion acp:confidence ?confidence }}
          OPTIONAL {{ ?assertion acp:extractionRule ?rule }}
          OPTIONAL {{ ?assertion acp:asWritten ?as_written }}
          OPTIONAL {{ ?evidence acp:inPassage/acp:passageText ?sentence }}
          OPTIONAL {{ ?evidence oa:hasSelector/oa:exact ?quotation }}
          OPTIONAL {{ ?evidence oa:hasSelector/oa:start ?start }}
          OPTIONAL {{ ?evidence oa:hasSelector/oa:end ?end }}
          {_FILE} }}""",
    "passages": f"""SELECT * WHERE {{
          VALUES ?document {{ $given }} ?document acp:hasPassage ?passage .
          ?passage acp:passageText ?text .
          OPTIONAL {{ ?passage acp:passageOrder ?order }}
          OPTIONAL {{ ?passage acp:passageStart ?start }}
          OPTIONAL {{ ?passage acp:passageEnd ?end }}
          OPTIONAL {{ ?passage acp:passageKind ?kind }}
          OPTIONAL {{ ?passage acp:passageModelled ?modelled }} {_FILE} }}""",
    "anomalies": f"""SELECT * WHERE {{
          VALUES ?document {{ $given }} ?document acp:hasAnomaly ?anomaly .
          ?anomaly acp:anomalyType ?type .
          OPTIONAL {{ ?anomaly acp:asWritten ?as_written }}
          OPTIONAL {{ ?anomaly acp:readAs ?read_as }}
          OPTIONAL {{ ?anomaly acp:hasEvidence ?evidence .
            OPTIONAL {{ ?evidence acp:inPassage/acp:passageText ?sentence }}
            OPTIONAL {{ ?evidence oa:hasSelector/oa:exact ?quotation }}
            OPTIONAL {{ ?evidence oa:hasSelector/oa:start ?start }}
          OPTIONAL {{ ?evidence oa:hasSelector/oa:end ?end }} }}
          {_FILE} }}""",
}


def further_queries(table: str) -> Iterator[tuple[str, str]]:
    """Yield the columns of a table that one property does not give, each with its query."""
    yield from (("program", query) for query in PROGRAMS)
    yield "part_of", OWNERS
    for column, pattern in MORE_COLUMNS.get(table, {}).items():
        yield column, f"SELECT ?row ?value WHERE {{ ?row a $given . {pattern} }}"
    for column, pattern in COUNTS.get(table, {}).items():
        counted = f"?row a $given . OPTIONAL {{ {pattern} }}"
        count = "(COUNT(DISTINCT ?value) AS ?number)"
        yield column, f"SELECT ?row {count} WHERE {{ {counted} }} GROUP BY ?row"
