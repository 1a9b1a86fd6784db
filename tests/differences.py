"""Find, reverse and apply what differs between two builds, for the tests."""

import io
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import rdflib
from pyoxigraph import QuerySolutions, RdfFormat, Store

from kg.changes import (
    Change,
    DocumentChange,
    FactChange,
    GraphChange,
    PatchForm,
    Scope,
    Side,
    TermChange,
    ThingChange,
    Unchanged,
    find_changes,
    open_folder,
    write_patch,
)

from .small_graph import text_of


def changes(old: Path, new: Path, scope: Scope | None = None) -> list[Change]:
    """Return what differs, without the documents that are the same."""
    found = find_changes(open_folder(old), open_folder(new), scope or Scope())
    return [change for change in found if not isinstance(change, Unchanged)]


def in_order(change: Change) -> Change:
    """Return a change without the order of its facts and without what only one side names."""
    if isinstance(change, DocumentChange):
        facts, evidence = (tuple(map(_unnamed, some)) for some in (change.facts, change.evidence))
        change = replace(change, name="", former_name="", program="", program_iri="")
        return replace(
            change,
            facts=tuple(sorted(facts, key=repr)),
            evidence=tuple(sorted(evidence, key=repr)),
        )
    if isinstance(change, ThingChange):
        facts = tuple(sorted(map(_unnamed, change.facts), key=repr))
        return replace(change, name="", facts=facts)
    return change


def _unnamed(fact: FactChange) -> FactChange:
    """Return a fact without the names of its subject, which each side has its own for."""
    sides = [_based(side) for side in (fact.old, fact.new)]
    parts = tuple(sorted(map(_unnamed, fact.parts), key=repr))
    return replace(fact, about="", about_iri="", old=sides[0], new=sides[1], parts=parts)


def _based(side: Side | None) -> Side | None:
    """Return a side without the base of its IRI: both builds are told under that of the new one."""
    return replace(side, iri=(side.iri or "").rpartition("/")[2]) if side else None


def reversed_change(change: Change) -> Change:
    """Return what a change is if the builds are called the other way round."""
    if isinstance(change, DocumentChange):
        fates: dict[str, Any] = {"added": "removed", "removed": "added"}
        change = replace(
            change,
            fate=fates.get(change.fate, change.fate),
            facts=tuple(map(_reversed, change.facts)),
            evidence=tuple(map(_reversed, change.evidence)),
        )
    elif isinstance(change, ThingChange):
        change = replace(change, facts=tuple(map(_reversed, change.facts)))
    elif isinstance(change, TermChange):
        kinds: dict[str, Any] = {"added": "removed", "removed": "added", "changed": "changed"}
        change = replace(
            change, kind=kinds[change.kind], added=change.removed, removed=change.added
        )
    elif isinstance(change, GraphChange):
        change = replace(change, added=change.removed, removed=change.added)
    return in_order(change)


def _reversed(fact: FactChange) -> FactChange:
    kinds: dict[str, Any] = {"added": "removed", "removed": "added"}
    kind = kinds.get(fact.kind, fact.kind)
    parts = tuple(map(_reversed, fact.parts))
    return replace(fact, kind=kind, old=fact.new, new=fact.old, parts=parts)


def graph(folder: Path, *, evidence: bool) -> set[str]:
    """Return the graph of a build as lines."""
    return {str(quad.triple) for quad in load(folder, evidence=evidence)}


def load(folder: Path, *, evidence: bool) -> Store:
    """Return the graph of a build in a store."""
    store = Store()
    store.load(path=str(folder / "graph.nt"))
    if evidence:
        store.load(path=str(folder / "evidence.ttl"))
    return store


def patch(old: Path, new: Path, form: PatchForm, *, evidence: bool) -> str:
    """Return a patch."""
    stream = io.BytesIO()
    write_patch(open_folder(old), open_folder(new), form, stream, evidence=evidence)
    return stream.getvalue().decode()


def by_update(old: Path, text: str, evidence: bool) -> set[str]:  # noqa: FBT001 - read by its place
    """Return the old graph after a SPARQL update."""
    store = load(old, evidence=evidence)
    store.update(text)
    return {str(quad.triple) for quad in store}


def by_rows(old: Path, text: str) -> set[str]:
    """Return the old graph after an RDF Patch."""
    dataset = rdflib.Dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib uses old names of its own
        dataset.parse(old / "graph.nt", format="nt")
        dataset.parse(data=text, format="patch")
        written = dataset.serialize(format="nquads", encoding="utf-8")
    store = Store()
    store.load(input=written, format=RdfFormat.N_QUADS, to_graph=None)
    return {str(quad.triple) for quad in store}


def facts_within(facts: tuple[FactChange, ...]) -> Iterator[FactChange]:
    """Yield facts with the facts that they lead to."""
    for fact in facts:
        yield fact
        yield from facts_within(fact.parts)


def asserted(folder: Path) -> set[tuple[str, str]]:
    """Return the properties and values of all assertions, but for what only links a part."""
    store = load(folder, evidence=True)
    query = (
        "SELECT ?p ?o WHERE { ?a rdf:predicate ?p ; rdf:object ?o"
        " FILTER(?p NOT IN (org:organization, org:member)) }"
    )
    known = {
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "org": "http://www.w3.org/ns/org#",
    }
    found = store.query(query, prefixes=known)
    assert isinstance(found, QuerySolutions)
    return {(text_of(row["p"]), text_of(row["o"])) for row in found}
