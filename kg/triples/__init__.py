"""Turn what one document says into triples: the whole mapping, evidence included."""

from kg.triples.evidence import evidence_triples
from kg.triples.facts import fact_triples, place_triples
from kg.triples.mapper import Mapper, run_key

__all__ = ["Mapper", "evidence_triples", "fact_triples", "place_triples", "run_key"]
