"""Tests of `kg validate` with the W3C's test suite for SHACL, in ../shared/w3c/shacl.

Every approved test is run as a user would run it: its data checked by its own shapes. pySHACL
judges, so what it fails itself is listed here by name; a name that starts to pass fails the test.
"""

from collections import Counter
from pathlib import Path
from typing import Final, TypeAlias

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.errors import InputError
from kg.foreign import read_rdf
from kg.terms import DEFAULT_BASE, SH
from kg.validate import validate_files
from tests.conftest import SHARED

Term: TypeAlias = NamedNode | BlankNode | Literal
Results: TypeAlias = Counter[tuple[str, ...]]

SUITE: Final = SHARED / "w3c" / "shacl"
TESTS: Final = sorted(path for path in SUITE.rglob("*.ttl") if b"sht:Validate" in path.read_bytes())
MANIFEST: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
TEST: Final = "http://www.w3.org/ns/shacl-test#"

FAILS: Final = {
    "sparql/pre-binding/shapesGraph-001.ttl": "pySHACL cannot bind $shapesGraph, which is optional",
}
"""Tests that pySHACL 0.40.1 fails itself, and why."""

FIELDS: Final = (
    *(SH.focusNode, SH.resultPath, SH.value, SH.resultSeverity),
    *(SH.sourceShape, SH.sourceConstraintComponent),
)
GENID: Final = f"{DEFAULT_BASE}.well-known/genid/"
"""Where reports put blank nodes: f1b1 is the first of the data, shape1 the first of the shapes."""


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(SUITE)))
def test_w3c_case(path: Path) -> None:
    """The findings are those that the test expects, or the name is on the list."""
    fails = FAILS.get(str(path.relative_to(SUITE)))
    test = list(read_rdf(path, label="f1b"))
    assert (findings(path, test) == expected(test)) is (fails is None), fails


def test_the_suite_is_whole(shared: Path) -> None:
    """All 98 tests of SHACL core and all 23 of SHACL-SPARQL ran; each exception names one."""
    names = [str(path.relative_to(shared / "w3c" / "shacl")) for path in TESTS]
    assert Counter(name.partition("/")[0] for name in names) == {"core": 98, "sparql": 23}
    assert FAILS.keys() <= set(names)


def findings(path: Path, test: list[Quad]) -> Results | None:
    """Return what we find, or nothing where we say that the shapes cannot be judged by."""
    [action] = values(test, f"{MANIFEST}action")
    data, shapes = (
        path.parent / values(test, TEST + name, action)[0].value.rpartition("/")[2]
        for name in ("dataGraph", "shapesGraph")
    )
    try:
        report = validate_files([data], shapes=[shapes])
    except InputError:
        return None
    return results([Quad(t.subject, t.predicate, t.object) for t in report.graph])


def expected(test: list[Quad]) -> Results | None:
    """Return what a test expects to be found, or nothing where it expects a failure."""
    [wanted] = values(test, f"{MANIFEST}result")
    return None if wanted == NamedNode(f"{TEST}Failure") else results(test)


def results(quads: list[Quad]) -> Results:
    """Return the results of a report, each as its fields; a path is told if it is a property."""
    found: Results = Counter()
    for quad in quads:
        if quad.predicate == SH.result:
            found[tuple(field(quads, quad.object, name) for name in FIELDS)] += 1
    return found


def field(quads: list[Quad], node: object, name: NamedNode) -> str:
    """Return one field of a result, with blank nodes by the number that they have in their file."""
    found = values(quads, name.value, node)
    if not found or (name == SH.resultPath and isinstance(found[0], BlankNode)):
        return ""
    label = found[0].value.removeprefix(GENID)
    if isinstance(found[0], BlankNode) or label != found[0].value:
        return "_:" + label.removeprefix("f1b").removeprefix("shape")
    return str(found[0])


def values(quads: list[Quad], predicate: str, subject: object = None) -> list[Term]:
    """Return the values of a property, of one node or of any."""
    return [
        quad.object
        for quad in quads
        if quad.predicate.value == predicate and subject in (None, quad.subject)
        if not isinstance(quad.object, Triple)
    ]
