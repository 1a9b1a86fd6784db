"""Lay programs side by side that somebody chose, as a page, as CSV or as JSON."""

import asyncio
from io import BytesIO
from typing import Any, Final, Literal, TypeAlias, cast
from urllib.parse import urlencode

from pyoxigraph import NamedNode, Store
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.compare import compare_programs
from kg.iris import Minter
from kg.programs import slug_of
from kg.serve.faults import Fault
from kg.serve.operation import check_iri
from kg.serve.respond import Service
from kg.sidebyside import write_comparison
from kg.sidebyside.page import comparison_values
from kg.terms import ACP, RDF
from kg.website.gather import gather_programs
from kg.website.visit import Page, Visit

MOST_COMPARED: Final = 6
"""Programs that a page has room for."""
_MOST_OFFERED: Final = 500
_PROGRAMS: Final = """\
SELECT ?program (SAMPLE(?name) AS ?label) WHERE { ?program a acp:Program ; rdfs:label ?name }
GROUP BY ?program ORDER BY LCASE(STR(?label)) ?program LIMIT %d"""

_File: TypeAlias = Literal["csv", "json"]
_TYPES: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


async def show_comparison(visit: Visit) -> Response:
    """Return the page to choose programs on, with the comparison of those chosen.

    Raises:
        Fault: a name is no program's, or there are too many.
    """
    base = visit.service.backend.contents.base
    names = list(dict.fromkeys(visit.request.query_params.getlist("program")))
    if len(names) > MOST_COMPARED:
        raise Fault("refused", f"up to {MOST_COMPARED} programs fit side by side")
    chosen = [_program(name, base) for name in names]
    if len(chosen) < 2:
        return await _offer(visit, {node.value for node in chosen}, {"comparison": None})
    store = await gather_programs(visit.asker, chosen)
    for node in chosen:
        if not any(store.quads_for_pattern(node, RDF.type, ACP.Program)):
            raise Fault("missing", f"no program is called {node.value}")
    form = visit.parameter("format")
    if form in _TYPES:
        return await asyncio.to_thread(_write, store, chosen, cast("_File", form))
    values = await asyncio.to_thread(_values, store, chosen)
    return await _offer(visit, {node.value for node in chosen}, values)


async def _offer(visit: Visit, chosen: set[str], values: dict[str, Any]) -> Response:
    base = visit.service.backend.contents.base
    rows = await visit.asker.rows(_PROGRAMS % _MOST_OFFERED)
    programs = [(row["program"].value, row["label"].value) for row in rows]
    address = urlencode([("program", _name(iri, base)) for iri in sorted(chosen)])
    return visit.page(
        "compare.html.j2",
        programs=[(_name(iri, base), label, iri in chosen) for iri, label in programs],
        most=MOST_COMPARED,
        address=address,
        **values,
    )


def _name(iri: str, base: str) -> str:
    """Return what the address of a page calls a program: its slug, where it has one of ours."""
    slug = slug_of(NamedNode(iri))
    return slug if Minter(base).instance("program", slug).value == iri else iri


def _program(name: str, base: str) -> NamedNode:
    return check_iri(name if ":" in name else f"{base}id/program_{name}")


def _values(store: Store, programs: list[NamedNode]) -> dict[str, Any]:
    return comparison_values(compare_programs(store, [node.value for node in programs]))


def _write(store: Store, programs: list[NamedNode], form: _File) -> Response:
    stream = BytesIO()
    write_comparison(compare_programs(store, [node.value for node in programs]), form, stream)
    headers = {"Content-Disposition": f'attachment; filename="comparison.{form}"'}
    return Response(stream.getvalue(), media_type=_TYPES[form], headers=headers)


def compare_routes(service: Service) -> list[BaseRoute]:
    """Return the comparison."""
    return [Route("/compare", Page(service, show_comparison))]
