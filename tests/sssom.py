"""Write the alignments as SSSOM/TSV, the table that people who keep mappings exchange.

`python -m tests.sssom` writes `ontology/alignments.sssom.tsv` anew after `alignments.ttl` changed.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import re2
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from kg.resources import read_resource

TURTLE: Final = "ontology/alignments.ttl"
SET_IRI: Final = "https://w3id.org/acp/alignments"
TABLE: Final = Path(__file__).parents[1] / "ontology" / "alignments.sssom.tsv"

OWL: Final = "http://www.w3.org/2002/07/owl#"
SSSOM: Final = "https://w3id.org/sssom/"
SLOTS: Final = {
    "record_id": "",
    "subject_id": f"{OWL}annotatedSource",
    "predicate_id": f"{OWL}annotatedProperty",
    "object_id": f"{OWL}annotatedTarget",
    "object_label": f"{SSSOM}object_label",
    "mapping_justification": f"{SSSOM}mapping_justification",
    "confidence": f"{SSSOM}confidence",
    "object_source": f"{SSSOM}object_source",
    "object_source_version": f"{SSSOM}object_source_version",
    "author_label": f"{SSSOM}author_label",
    "mapping_date": "http://purl.org/pav/authoredOn",
    "comment": "http://www.w3.org/2000/01/rdf-schema#comment",
}
"""The columns and the properties that SSSOM/RDF writes them with; a record's id is its IRI."""
SET: Final = {
    "mapping_set_title": "http://purl.org/dc/terms/title",
    "mapping_set_description": "http://purl.org/dc/terms/description",
    "mapping_set_version": f"{OWL}versionInfo",
    "license": "http://purl.org/dc/terms/license",
}
ENTITIES: Final = {
    *("record_id", "subject_id", "predicate_id", "object_id"),
    *("mapping_justification", "object_source"),
}


def read_alignments() -> list[Quad]:
    """Return the triples of the alignments."""
    return list(parse(read_resource(TURTLE), format=RdfFormat.TURTLE))


def prefixes_of(turtle: str) -> dict[str, str]:
    """Return the prefixes that a Turtle file declares."""
    return dict(re2.findall(r"(?m)^@prefix ([a-z-]+): <([^>]+)> \.$", turtle))


def records() -> Iterator[dict[str, str]]:
    """Yield each mapping as its slots, in the order of their IRIs."""
    values: dict[str, dict[str, str]] = defaultdict(dict)
    mappings = set()
    for quad in read_alignments():
        assert isinstance(quad.subject, NamedNode)
        values[quad.subject.value][quad.predicate.value] = getattr(quad.object, "value", "")
        if quad.predicate.value == f"{SSSOM}mappings":
            mappings.add(getattr(quad.object, "value", ""))
    for iri in sorted(mappings):
        yield {
            slot: iri if slot == "record_id" else values[iri].get(property_, "")
            for slot, property_ in SLOTS.items()
        }


def render() -> str:
    """Return the table: what holds of the whole set above, then a line for each mapping."""
    known = prefixes_of(read_resource(TURTLE).decode())
    about = {
        quad.predicate.value: getattr(quad.object, "value", "")
        for quad in read_alignments()
        if getattr(quad.subject, "value", "") == SET_IRI
    }
    rows = [
        [_compact(row[slot], known) if slot in ENTITIES else row[slot] for slot in SLOTS]
        for row in records()
    ]
    used = {cell.partition(":")[0] for row in rows for cell in row if ":" in cell}
    head = [
        *("curie_map:", *(f"  {name}: {known[name]}" for name in sorted(used & known.keys()))),
        f"mapping_set_id: {SET_IRI}",
        *(f"{slot}: {about[iri]}" for slot, iri in SET.items()),
    ]
    lines = [f"#{line}" for line in head]
    lines += ["\t".join(cells) for cells in ([*SLOTS], *rows)]
    return "\n".join(lines) + "\n"


def _compact(iri: str, known: dict[str, str]) -> str:
    """Return an IRI by the longest prefix that fits it."""
    fitting = [(len(space), name) for name, space in known.items() if iri.startswith(space)]
    if not fitting:
        return iri
    length, name = max(fitting)
    return f"{name}:{iri[length:]}"


if __name__ == "__main__":
    TABLE.write_text(render(), encoding="utf-8")
