"""Tests that a second SHACL engine, Apache Jena, finds in the same data what pySHACL finds.

`make engines` fetches it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from pyoxigraph import DefaultGraph, RdfFormat, Store, Triple

from kg.pipeline import Graph
from kg.resources import read_resource
from kg.shacl import judge
from kg.terms import local_name
from kg.validate import MODEL_FILES
from tests.conftest import ROOT, SHARED
from tests.jena import Findings, ask_jena, findings, need_jena
from tests.mutants import MutantFactory

pytestmark = pytest.mark.slow

SHAPES: Final = ROOT / "shapes" / "acp-shapes.ttl"

ONLY_JENA: Final = {"Program-effectiveDateLatest-datatype": "Program-effectiveDateEarliest-order"}
"""Shapes whose mutant has one more fault for Jena, by the shape that finds it: a date that is no
date cannot be compared, which `sh:lessThanOrEquals` calls a fault and pySHACL passes over."""


@pytest.fixture(scope="module", autouse=True)
def _fetched() -> None:
    need_jena()


@pytest.fixture(scope="module")
def model() -> Store:
    """Ontology and vocabulary, which every graph is judged with."""
    store = Store()
    for name in MODEL_FILES:
        store.load(input=read_resource(name), format=RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="module")
def jena(factory: MutantFactory, seed_graph: Graph, model: Store) -> dict[str, Findings]:
    """What Jena finds in each graph, with one start of Java for all of them."""
    graphs = {
        "good": own(factory.data, model),
        "seeds": own(seed_graph.dataset, model),
        **dict(mutated(factory, model)),
    }
    if SHARED.is_dir():
        graphs["demonstration"] = own(demonstration(SHARED, model), model)
    return ask_jena(SHAPES, [quad.triple for quad in model], graphs)


def mutated(factory: MutantFactory, model: Store) -> Iterator[tuple[str, list[Triple]]]:
    """Yield mutants by their number.

    All faults in one graph are not asked about: there Jena did not end in a quarter of an hour.
    """
    for number, mutant in enumerate(factory.mutants.values()):
        with factory.mutated(mutant) as data:
            yield f"mutant-{number}", own(data, model)


def demonstration(shared: Path, model: Store) -> Store:
    """Return the two graphs that people made by hand, with our model."""
    data = Store()
    data.extend(model)
    for name in ("loudoun", "valley-preferred"):
        data.load(path=str(shared / "model" / f"{name}.ttl"), format=RdfFormat.TURTLE)
    return data


def own(data: Store, model: Store) -> list[Triple]:
    """Return what a graph has beyond the model, all of which it has."""
    triples = [quad.triple for quad in data.quads_for_pattern(None, None, None, DefaultGraph())]
    known = {quad.triple for quad in model}
    new = [triple for triple in triples if triple not in known]
    assert len(new) == len(triples) - len(known)
    return new


def test_both_find_the_same_fault_in_mutants(
    factory: MutantFactory, jena: dict[str, Findings]
) -> None:
    """In each mutant Jena finds the fault, and nothing else, that pySHACL finds."""
    asked = {
        f"mutant-{number}": findings(mutant.results)
        for number, mutant in enumerate(factory.mutants.values())
    }
    assert len(asked) > 400
    differ = {n: (asked[n] - jena[n], jena[n] - asked[n]) for n in asked if jena[n] != asked[n]}
    names = {f"mutant-{n}": local_name(each.shape) for n, each in enumerate(factory.mutants)}
    assert {name for name, (ours, _) in differ.items() if ours} == set()
    assert {
        names[name]: "; ".join(found.shape.rpartition("#")[2].rstrip(">") for found in more)
        for name, (_, more) in differ.items()
    } == ONLY_JENA


@pytest.mark.parametrize("name", ["good", "seeds"])
def test_neither_finds_anything_in_good_data(name: str, jena: dict[str, Findings]) -> None:
    """The graph that uses every term, and that of the seeds, conform for Jena as for pySHACL."""
    assert not jena[name]


def test_both_find_the_same_in_the_demonstration_graphs(
    shared: Path, model: Store, jena: dict[str, Findings]
) -> None:
    """So it is for the graphs that people made by hand."""
    found = judge(demonstration(shared, model), SHAPES.read_bytes())
    assert findings(found) == jena["demonstration"]
