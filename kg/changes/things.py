"""Compare what things are called, what they are and where they lie, over all documents at once.

A thing's label is chosen from all documents and a place is described by the gazetteer, so these are
facts of no document; a label that changes would show in each.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.changes.change import FactChange, Kind, Side, ThingChange
from kg.changes.folder import BuildFolder, damaged, predicate_of, read_facts, rebased
from kg.changes.merge import merge_sorted
from kg.changes.statements import ALL_PARTS
from kg.terms import ACP, RDF, RDFS
from kg.things import GraphReader, Term

_TOLD: Final = (
    *(RDFS.label, RDF.type),
    *(ACP.placeType, ACP.withinPlace, ACP.coversPlace),
    *(ACP.fipsCode, ACP.isoCode, ACP.cbsaCode, ACP.geonamesId),
)
"""What is said of things without any words of a document."""
_PREDICATES: Final = frozenset(str(predicate).encode() for predicate in _TOLD)

_Said: TypeAlias = dict[NamedNode, list[Term]]


def compare_things(old: BuildFolder, new: BuildFolder, model: GraphReader) -> Iterator[ThingChange]:
    """Yield the things that both builds know and tell otherwise, in the order of their IRIs.

    Raises:
        InputError: a file of a build cannot be read.
    """
    with closing(read_facts(old)) as here, closing(read_facts(new)) as there:
        olds, news = groupby(rebased(here, old, new), _subject), groupby(there, _subject)
        for one, other in merge_sorted(olds, news, key=lambda group: group[0]):
            if one and other:
                before, after = _told(one[1]), _told(other[1])
                if before != after:
                    said = _read(before, old), _read(after, new)
                    yield from _compare(*said, other[0], model)


def _subject(statement: bytes) -> bytes:
    return statement.partition(b" ")[0]


def _told(statements: Iterable[bytes]) -> frozenset[bytes]:
    """Return the few statements that count; a payer may be described in any number of documents."""
    return frozenset(one for one in statements if predicate_of(one) in _PREDICATES)


def _read(statements: Iterable[bytes], folder: BuildFolder) -> _Said:
    said: _Said = {}
    try:
        for quad in parse(b" .\n".join((*sorted(statements), b"")), format=RdfFormat.N_TRIPLES):
            said.setdefault(quad.predicate, []).append(quad.object)
    except SyntaxError as error:
        raise damaged(folder.path / "graph.nt", error) from error
    return said


def _compare(old: _Said, new: _Said, subject: bytes, model: GraphReader) -> Iterator[ThingChange]:
    """Yield what became of a thing, unless it is a part of another."""
    if any(not ALL_PARTS.isdisjoint(said.get(RDF.type, ())) for said in (old, new)):
        return
    iri = subject.decode()[1:-1]
    labels = (term.value for term in new.get(RDFS.label, ()) if isinstance(term, Literal))
    name = next(labels, iri)
    facts = []
    for predicate in _TOLD:
        gone, come = (
            [term for term in one.get(predicate, ()) if term not in other.get(predicate, ())]
            for one, other in ((old, new), (new, old))
        )
        for kind, was, now in _pairs(gone, come):
            old_side, new_side = (_side(term, model) if term else None for term in (was, now))
            told = model.property_name(predicate), predicate.value
            facts.append(FactChange(kind, name, iri, *told, old_side, new_side))
    if facts:
        yield ThingChange(name, iri, tuple(facts))


def _pairs(gone: list[Term], come: list[Term]) -> list[tuple[Kind, Term | None, Term | None]]:
    """Return one change where one value gave way to one, else all removed and added."""
    if len(gone) == len(come) == 1:
        return [("changed", gone[0], come[0])]
    return [*(("removed", term, None) for term in gone), *(("added", None, term) for term in come)]


def _side(term: Term, model: GraphReader) -> Side:
    return Side(model.label(term), term.value if isinstance(term, NamedNode) else None)
