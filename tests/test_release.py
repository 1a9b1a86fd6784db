"""Tests of releases: a released file never changes, and what changed since says so.

At a release each file of `ontology/` is copied to `tests/releases/{version}/`.
"""

from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest
import re2
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.resources import list_resources, read_resource
from kg.terms import OWL, SKOS
from tests.conftest import ROOT
from tests.small_graph import text_of

RELEASES: Final = ROOT / "tests" / "releases"
HISTORY: Final = NamedNode(f"{SKOS.iri}historyNote")
LABEL: Final = 'rdfs:label "has payer"@en'
CHANGE: Final = {LABEL: 'rdfs:label "has a payer"@en'}
RAISE: Final = {'owl:versionInfo "0.1.0"': 'owl:versionInfo "0.2.0"'}
NOTE: Final = ' ; skos:historyNote "0.2.0: has another label."@en'


def read(turtle: bytes) -> set[Triple]:
    """Return the triples of a file."""
    return {quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)}


def version_of(triples: set[Triple]) -> tuple[int, ...]:
    """Return the version of a file as numbers."""
    [version] = {text_of(t.object) for t in triples if t.predicate == OWL.versionInfo}
    return tuple(map(int, version.split(".")))


def unnoted(old: set[Triple], new: set[Triple]) -> set[str]:
    """Return the terms that changed since a release without a note that is new as well."""
    changed: dict[str, set[Triple]] = defaultdict(set)
    for triple in old ^ new:
        changed[text_of(triple.subject)].add(triple)
    notes = {text_of(t.subject) for t in new - old if t.predicate == HISTORY}
    header = {text_of(t.subject) for t in new if t.predicate == OWL.versionInfo}
    added = {text_of(t.subject) for t in new} - {text_of(t.subject) for t in old}
    return changed.keys() - notes - header - added


def faults(old: bytes, new: bytes) -> set[str]:
    """Return what is wrong with a file beside its last release: terms, or `version`."""
    before, after = read(old), read(new)
    if before == after:
        return set()
    late = set() if version_of(after) > version_of(before) else {"version"}
    return unnoted(before, after) | late


def test_each_release_is_stored() -> None:
    """The folder of releases has the versions that the changelog has, and no other."""
    headings = re2.findall(r"(?m)^## \[([0-9.]+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"))
    stored = [path.name for path in RELEASES.iterdir() if path.is_dir()]
    assert sorted(stored) == sorted(headings)


def test_what_changed_since_the_last_release_says_so() -> None:
    """The version is higher and each changed term has a new note, for every file released."""
    releases = sorted(path for path in RELEASES.iterdir() if path.is_dir())
    for name in list_resources("ontology", ".ttl"):
        for path in releases[-1:]:
            released = path / Path(name).name
            if released.exists():
                assert faults(released.read_bytes(), read_resource(name)) == set(), name


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        (CHANGE, {"hasPayer", "version"}),
        (CHANGE | RAISE, {"hasPayer"}),
        ({LABEL: CHANGE[LABEL] + NOTE} | RAISE, set()),
        ({'owl:versionInfo "0.1.0"': 'owl:versionInfo "0.0.9"'}, {"version"}),
    ],
)
def test_a_silent_change_is_found(changes: dict[str, str], expected: set[str]) -> None:
    """Were the present file released: a change needs a higher version and a note on the term."""
    released = read_resource("ontology/acp.ttl").decode()
    text = released
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    found = faults(released.encode(), text.encode())
    assert {name.rpartition("#")[2] for name in found} == expected
