"""Show the ontology: every class and every property with its definition, at its fragment."""

from itertools import groupby
from typing import Final

from starlette.responses import Response

from kg.terms import ACP
from kg.website.fetch import Row
from kg.website.negotiate import SYNTAXES
from kg.website.visit import Visit

_TERMS: Final = """\
SELECT ?term ?label ?definition ?kind ?domain ?range ?wider WHERE {
  ?term rdfs:isDefinedBy <https://w3id.org/acp/ontology> ; rdfs:label ?label .
  OPTIONAL { ?term skos:definition ?definition }
  OPTIONAL { ?term a owl:Class BIND("class" AS ?class) }
  BIND(COALESCE(?class, "property") AS ?kind)
  OPTIONAL { ?term rdfs:domain ?domain }
  OPTIONAL { ?term rdfs:range ?range }
  OPTIONAL { ?term rdfs:subClassOf|rdfs:subPropertyOf ?wider FILTER(isIRI(?wider)) }
}"""
_OF_TERM: Final = ("domain", "range", "wider")


async def show_ontology(visit: Visit) -> Response:
    """Return the page of the ontology."""
    rows = await visit.asker.rows(_TERMS)
    return visit.page(
        "ontology.html.j2",
        kinds=[
            (kind, [_term(list(same)) for _, same in groupby(of_kind, _iri)])
            for kind, of_kind in groupby(sorted(rows, key=_order), _kind)
        ],
        syntaxes=SYNTAXES,
    )


def _kind(row: Row) -> str:
    return row["kind"].value


def _iri(row: Row) -> str:
    return row["term"].value


def _order(row: Row) -> tuple[str, int, str]:
    name = _iri(row).rpartition("#")[2]
    places = list(ACP)
    return _kind(row), places.index(name) if name in ACP else len(places), name


def _term(rows: list[Row]) -> dict[str, object]:
    """Return one term: the rows about it differ in what it is related to."""
    first = rows[0]
    return {
        "iri": _iri(first),
        "name": _iri(first).rpartition("#")[2],
        "label": first["label"].value,
        "definition": first["definition"].value if "definition" in first else "",
        **{
            relation: sorted({row[relation].value for row in rows if relation in row})
            for relation in _OF_TERM
        },
    }
