"""Tests of the shapes by mutation: each constraint finds a fault that no other one finds.

`KG_UPDATE_MUTANTS=1 pytest tests/test_mutants.py` writes docs/shapes-mutants.md anew.
"""

import os
from collections.abc import Iterable
from typing import Final, TypeVar, cast

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store

from kg.engine import DefaultGraphView, run_pyshacl
from kg.resources import read_resource
from kg.screens import Flagged, compile_screens
from kg.shacl import Result, _result, judge
from kg.shapes import read_shapes
from kg.spelling import Spellings
from kg.terms import SH, local_name
from kg.validate import MODEL_FILES
from tests.faults import Constraint
from tests.mutants import Mutant, MutantFactory, show
from tests.small_graph import ID, ROOT

T = TypeVar("T")

PARTS: Final = 10
"""Graphs that the mutants are put into side by side, so that memory stays small."""

SHAPES: Final = read_resource("shapes/acp-shapes.ttl")
TABLE: Final = ROOT / "docs" / "shapes-mutants.md"


def test_every_constraint_finds_a_fault_alone(factory: MutantFactory) -> None:
    """Each constraint that a report can name has a mutant that it finds and no other does."""
    outer = [each for each in factory.constraints if not factory.is_inner(each)]
    assert len(outer) > 400
    assert [each for each in outer if each not in factory.mutants] == []


def test_every_inner_constraint_matters(factory: MutantFactory) -> None:
    """Without a constraint that is part of a condition, a fault is missed or good data refused."""
    inner = [each for each in factory.constraints if factory.is_inner(each)]
    assert len(inner) > 60
    assert [each for each, effects in factory.effects.items() if not effects] == []


def test_findings_say_what_their_shape_says(factory: MutantFactory) -> None:
    """Each fault is told with the message of its shape, or its query, and with its severity."""
    graph, wrong = read_shapes(SHAPES), []
    for constraint, mutant in factory.mutants.items():
        queries = graph.values(constraint.shape, SH.sparql)
        nodes = (constraint.shape, *queries)
        messages = {message for node in nodes for message in graph.values(node, SH.message)}
        severity = severity_of(factory, constraint)
        said = ((found.message, found.severity) for found in mutant.results)
        wrong += [each for each in said if each[0] not in messages or each[1] != severity]
    assert wrong == []


def test_the_table_is_current(factory: MutantFactory) -> None:
    """The table lists every constraint with its fault, as the test finds them."""
    text = table(factory)
    if os.environ.get("KG_UPDATE_MUTANTS"):
        TABLE.write_text(text, "utf-8")
    assert text == TABLE.read_text("utf-8")


# Screens and pySHACL against pySHACL alone


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_screens_change_nothing_for_any_mutant(factory: MutantFactory, part: int) -> None:
    """What pySHACL finds in each mutant by itself is what it finds where screens flag."""
    mutants = list(factory.mutants.values())[part::PARTS]
    data = side_by_side(factory, mutants)
    found = judge(data, SHAPES)
    assert len(found) >= len(mutants)
    assert found == judged_without_screens(data)


def test_screens_change_nothing_for_good_data(factory: MutantFactory) -> None:
    """In good data pySHACL by itself finds nothing either."""
    assert judge(factory.data, SHAPES) == judged_without_screens(factory.data) == []


def test_screens_change_nothing_for_all_faults_at_once(factory: MutantFactory) -> None:
    """In one graph with all faults, which meet in the same nodes, both find the same."""
    data = factory.together()
    found = judge(data, SHAPES)
    shapes = {constraint.shape for constraint in factory.mutants}
    assert len({result.shape for result in found}) > len(shapes) * 0.6
    assert found == judged_without_screens(data)


def side_by_side(factory: MutantFactory, mutants: Iterable[Mutant]) -> Store:
    """Return mutants in one graph, each with names of its own."""
    model, data = Store(), Store()
    for name in MODEL_FILES:
        model.load(input=read_resource(name), format=RdfFormat.TURTLE)
    data.extend(model)
    for number, mutant in enumerate(mutants):
        with factory.mutated(mutant) as mutated:
            own = [quad for quad in mutated if quad not in model]
        data.extend(
            Quad(renamed(q.subject, number), q.predicate, renamed(q.object, number)) for q in own
        )
    return data


def renamed(term: T, number: int) -> T:
    """Return a term with a number, if it names a thing."""
    if isinstance(term, BlankNode):
        return cast("T", BlankNode(f"{term.value}{number}"))
    if isinstance(term, NamedNode) and term.value.startswith(ID):
        return cast("T", NamedNode(term.value.replace(ID, f"{ID}{number}-")))
    return term


def judged_without_screens(data: Store) -> list[Result]:
    """Return what pySHACL finds with all shapes at all that they are aimed at."""
    graph = read_shapes(SHAPES)
    aims = {screen.shape: screen.aims for group in compile_screens(graph) for screen in group}
    shapes = Flagged(nodes={}, whole=aims, queries={}).focus(graph)
    found = run_pyshacl(DefaultGraphView(data, Spellings()), shapes)
    return sorted((_result(said, graph) for said in found), key=str)


# The table

HEAD: Final = """\
# Mutation testing of the shapes

`tests/test_mutants.py` takes every constraint out of `shapes/acp-shapes.ttl` by machine and looks
for a fault in good data (`tests/small_graph.py`) that this constraint finds and no other does. A
fault follows from its constraint: what must be there is taken away, what may be there once is there
twice, and so on; for rules across several properties it is written by hand. Facts come and go with
their evidence. A constraint that is part of a condition, such as "none of these", is never named by
a report; there the test takes the constraint away, and a fault is missed or good data is refused.

| constraints | with a fault of their own | within a condition, and it matters | without a mutant |
|---|---|---|---|
| {all} | {outer} | {inner} | {none} |

Mutation score: {score:.0%}. `KG_UPDATE_MUTANTS=1 pytest tests/test_mutants.py` writes this file;
without that, the test holds it to what the shapes say.

## Constraints with a fault of their own

`-` is taken away, `+` is put in. A copy of a thing has all that the thing has but for what follows.

| constraint | severity | fault |
|---|---|---|
"""
MIDDLE: Final = """
## Constraints within a condition

| constraint | without it |
|---|---|
"""


def table(factory: MutantFactory) -> str:
    """Return the document that lists all constraints."""
    inner = {each: effects for each, effects in factory.effects.items() if effects}
    killed = len(factory.mutants) + len(inner)
    head = HEAD.format(
        all=len(factory.constraints),
        outer=len(factory.mutants),
        inner=len(inner),
        none=len(factory.constraints) - killed,
        score=killed / len(factory.constraints),
    )
    rows = [
        f"| {title(constraint)} | {local_name(severity_of(factory, constraint))} | {code(mutant)} |"
        for constraint, mutant in factory.mutants.items()
    ]
    others = [f"| {title(each)} | {'; '.join(effects)} |" for each, effects in inner.items()]
    return head + "\n".join(rows) + "\n" + MIDDLE + "\n".join(others) + "\n"


def title(constraint: Constraint) -> str:
    """Return a constraint as a row begins."""
    wanted = "" if constraint.asked == SH.sparql else f" `{show(constraint.wanted)}`"
    return f"`{local_name(constraint.shape)}` {show(constraint.asked)}{wanted}".replace("|", "\\|")


def code(mutant: Mutant) -> str:
    """Return a fault as a cell can hold it."""
    return "; ".join(f"`{line}`" for line in mutant.lines()).replace("|", "\\|")


def severity_of(factory: MutantFactory, constraint: Constraint) -> NamedNode:
    """Return how bad it is where a constraint does not hold."""
    graph = read_shapes(factory.shapes)
    return cast("NamedNode", next(iter(graph.values(constraint.shape, SH.severity)), SH.Violation))
