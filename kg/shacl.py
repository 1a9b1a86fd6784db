"""Judge a graph by shapes: screens flag what may be at fault, pySHACL says what is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Store

from kg.screens import compile_screens, flag_nodes
from kg.shapes import ShapesGraph, read_shapes
from kg.spelling import Spellings
from kg.terms import SH

Term: TypeAlias = NamedNode | BlankNode | Literal

_SEVERITIES: Final = (SH.Violation, SH.Warning, SH.Info)


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that a shape finds wrong."""

    severity: NamedNode
    focus: Term
    path: NamedNode | None
    value: Term | None
    message: Literal
    shape: NamedNode | BlankNode
    component: NamedNode

    def __str__(self) -> str:
        terms = (self.focus, self.path, self.value, self.shape, self.component)
        known = self.severity in _SEVERITIES
        order = _SEVERITIES.index(self.severity) if known else len(_SEVERITIES)
        return "\n".join((str(order), *(str(term or "") for term in terms), self.message.value))


def judge(
    data: Store,
    shapes: bytes,
    spellings: Spellings | None = None,
    *,
    by_value: bool = True,
    among: Callable[[Term], bool] = lambda _: True,
) -> list[Result]:
    """Return what shapes in Turtle find in the default graph of a store, worst first.

    `spellings` are the literals of the source, where the store keeps others. SPARQL constraints see
    what the store keeps, or, if not `by_value`, what the source has. Nodes that are not `among`
    those asked for are left out where a screen can tell. Nothing is imported, inferred or run,
    whatever shapes and data ask for.
    """
    spelt, graph = spellings or Spellings(), read_shapes(shapes)
    flagged = flag_nodes(compile_screens(graph), data, spelt.changes, by_value=by_value)
    flagged = flagged.among(among)
    results: list[Result] = []
    if flagged.nodes or flagged.whole:
        from kg.engine import DefaultGraphView, run_pyshacl

        found = run_pyshacl(DefaultGraphView(data, spelt), flagged.focus(graph))
        results += (_result(said, graph) for said in found)
    if flagged.queries:
        from kg.engine import make_graph, run_pyshacl

        found = run_pyshacl(make_graph(spelt.respell(data)), flagged.focus_queries(graph))
        results += (_result(said, graph) for said in found)
    return sorted(results, key=str)


def _result(said: Mapping[str, Any], graph: ShapesGraph) -> Result:
    path, shape = said.get("resultPath"), said["sourceShape"]
    message = said.get("resultMessage") or Literal(f"The shape {shape} finds a fault.")
    return Result(
        severity=said["resultSeverity"],
        focus=said["focusNode"],
        path=path if isinstance(path, NamedNode) else None,
        value=said.get("value"),
        # pySHACL forgets the language of what a query says.
        message=graph.messages.get(message.value, message),
        shape=shape,
        component=said["sourceConstraintComponent"],
    )
