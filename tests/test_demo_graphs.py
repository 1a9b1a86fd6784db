"""Our graph of the seeds against two graphs of them that people made by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from kg.pipeline import Graph
from kg.terms import ACP, ONTOLOGY, RDF, VOCABULARY

_DEMOS = {"valley-preferred.ttl": ("7de2fe4e", 102), "loudoun.ttl": ("830db964", 140)}
"""The demonstration graphs, with the key of the document and the number of assertions of each."""

_KEYS = {
    "PaymentArrangement": "paymentMethod",
    "PerformanceTarget": "targetDomain",
    "CareRoleAssignment": "careRole",
    "CareActivity": "activityType",
    "EnrollmentRule": "ruleType",
    "CountStatement": "countOf",
    "PrecedenceClaim": "claimKind",
    "BenefitStatement": "benefitKind",
    "DataSharing": "dataKind",
    "PractitionerGroup": "groupOf",
}
"""Parts have other IRIs in the two graphs; they are the same if their class and this value are."""


def _signatures(store: Store) -> dict[str, str]:
    """Return for each node a name that does not depend on how IRIs of parts are made."""
    names: dict[str, str] = {}
    for quad in store.quads_for_pattern(None, RDF.type, None, DefaultGraph()):
        if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, NamedNode):
            continue
        kind = quad.object.value.removeprefix(f"{ONTOLOGY}#")
        if kind in _KEYS:
            key = store.quads_for_pattern(quad.subject, ACP[_KEYS[kind]], None, DefaultGraph())
            values = sorted(str(q.object) for q in key)
            names[quad.subject.value] = f"{kind}({'|'.join(values)})"
        elif kind in {"PaymentCondition", "CareTeam", "Participation"}:
            names[quad.subject.value] = kind
    return names


def _assertions(store: Store, document: str) -> Iterator[tuple[str, str, str, str]]:
    names = _signatures(store)
    for quad in store.quads_for_pattern(None, RDF.type, ACP.Assertion, DefaultGraph()):
        if f"/assertion_{document}-" not in str(quad.subject):
            continue
        parts = []
        for term in (RDF.subject, RDF.predicate, RDF.object):
            value = next(store.quads_for_pattern(quad.subject, term, None, DefaultGraph())).object
            iri = value.value if isinstance(value, NamedNode) else str(value)
            parts.append(names.get(iri, iri))
        basis = next(store.quads_for_pattern(quad.subject, ACP.basis, None, DefaultGraph())).object
        yield parts[0], parts[1], parts[2], str(basis).strip("<>").removeprefix(VOCABULARY)


@pytest.mark.parametrize("name", _DEMOS)
def test_every_demonstrated_assertion_is_ours(name: str, shared: Path, seed_graph: Graph) -> None:
    """Each assertion of the hand-made graph is in ours."""
    document, count = _DEMOS[name]
    demo = Store()
    demo.load(path=str(shared / "model" / name), format=RdfFormat.TURTLE)
    theirs = {triple[:3] for triple in _assertions(demo, document)}
    ours = {triple[:3] for triple in _assertions(seed_graph.dataset, document)}
    assert count == len(list(_assertions(demo, document)))
    assert sorted(theirs - ours) == []


def test_what_is_only_implied_is_marked_as_inferred(seed_graph: Graph) -> None:
    """Payees meant by reference, an implied payer, bounds and the days of a date are inferred."""
    inferred = {
        predicate.removeprefix(f"{ONTOLOGY}#")
        for document, _ in _DEMOS.values()
        for _, predicate, _, basis in _assertions(seed_graph.dataset, document)
        if basis == "basis_inferred"
    }
    assert {"paidTo", "paidBy", "countLowerBound", "effectiveDateEarliest"} <= inferred
