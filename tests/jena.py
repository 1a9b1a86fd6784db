"""Have Apache Jena judge graphs by shapes, many of them in one start of Java."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from kg.shacl import Result
from kg.terms import SH
from tests.conftest import ROOT
from tests.outside import need, need_java

FOLDER: Final = ROOT / "tests" / "java" / "jena"
JARS: Final = FOLDER / "target" / "lib"

_NAME: Final = "urn:graph:"
_VALUELESS: Final = {"UniqueLangConstraintComponent"}


class Finding(NamedTuple):
    """What SHACL says of a result whatever the engine; "" where there is no such thing.

    Of a message the words are told, not the language, which the standard leaves open for queries;
    of a blank node that it is one, since its label is nobody's but the engine's. Of what has no
    value of its own (`sh:uniqueLang`, a query about a property) Jena names one nevertheless.
    """

    focus: str
    path: str
    value: str
    shape: str
    component: str
    severity: str
    message: str

    def comparable(self) -> "Finding":
        """Return the finding without a value that only Jena names."""
        component = self.component.rpartition("#")[2].rstrip(">")
        of_query = component == "SPARQLConstraintComponent" and self.path
        return self._replace(value="") if of_query or component in _VALUELESS else self


Findings = frozenset[Finding]
"""Without their number: for a query about a property Jena tells of each value, pySHACL once."""


def need_jena() -> None:
    """Skip the test where Jena was not fetched."""
    need_java()
    need("Apache Jena: run `make engines`", is_there=any(JARS.glob("jena-shacl-*.jar")))


def findings(results: Iterable[Result]) -> Findings:
    """Return our results in the terms that both engines have in common."""
    return frozenset(
        Finding(
            focus=_told(found.focus),
            path=_told(found.path),
            value=_told(found.value),
            shape=_told(found.shape),
            component=_told(found.component),
            severity=_told(found.severity),
            message=found.message.value,
        ).comparable()
        for found in results
    )


def ask_jena(
    shapes: Path, shared: Iterable[Triple], graphs: Mapping[str, Iterable[Triple]]
) -> dict[str, Findings]:
    """Return what Jena finds in each graph, taken together with what all of them share."""
    quads = [Quad(t.subject, t.predicate, t.object) for t in shared]
    for name, triples in graphs.items():
        graph = NamedNode(_NAME + name)
        quads += (Quad(t.subject, t.predicate, t.object, graph) for t in triples)
    java = shutil.which("java")
    assert java is not None
    done = subprocess.run(
        [java, "-cp", f"{JARS}{os.sep}*", str(FOLDER / "Judge.java"), str(shapes)],
        input=serialize(quads, format=RdfFormat.N_QUADS),
        capture_output=True,
        timeout=3600,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    reports = Store()
    reports.load(input=done.stdout, format=RdfFormat.N_QUADS)
    return {name: _findings(reports, NamedNode(_NAME + name)) for name in graphs}


def _findings(reports: Store, report: NamedNode) -> Findings:
    """Return the results of one report; it must be there even if it has none."""
    assert any(reports.quads_for_pattern(None, SH.conforms, None, report))
    return frozenset(
        _finding(reports, quad.object, report)
        for quad in reports.quads_for_pattern(None, SH.result, None, report)
    )


def _finding(reports: Store, result: object, report: NamedNode) -> Finding:
    assert isinstance(result, NamedNode | BlankNode)
    quads = reports.quads_for_pattern(result, None, None, report)
    said = {quad.predicate: quad.object for quad in quads}
    message = said[SH.resultMessage]
    assert isinstance(message, Literal)
    return Finding(
        focus=_told(said.get(SH.focusNode)),
        path=_told(said.get(SH.resultPath)),
        value=_told(said.get(SH.value)),
        shape=_told(said.get(SH.sourceShape)),
        component=_told(said.get(SH.sourceConstraintComponent)),
        severity=_told(said.get(SH.resultSeverity)),
        message=message.value,
    ).comparable()


def _told(term: object) -> str:
    return "_:" if isinstance(term, BlankNode) else str(term or "")
