"""Network graph to one HTML page that opens from disk, offline, and runs no text as script.

pyvis holds nodes, edges and options and ships vis-network, which draws them; its own template is
not used, because it links to the web and runs script that hides in a label.
"""

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import networkx as nx
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from pyvis.network import Network

from kg.facts import Evidence, Fact
from kg.layout import Positions, column_positions, column_titles, force_positions

LOOKS: Final = {
    "Program": ("card", "ink"),
    "Payer": ("hexagon", "blue"),
    "Initiative": ("card", "slate"),
    "ProviderOrganization": ("house", "teal"),
    "Organization": ("house", "slate"),
    "PractitionerGroup": ("circle", "teal"),
    "Place": ("pin", "green"),
    "PaymentArrangement": ("diamond", "amber"),
    "CareRoleAssignment": ("person", "violet"),
    "CareTeam": ("people", "violet"),
    "CareActivity": ("chevron", "pink"),
    "approach": ("octagon", "slate"),
    "payer-type": ("tag", "blue"),
    "condition": ("cross", "red"),
    "aim": ("star", "cyan"),
}
"""Shape and hue of each type, never the hue alone; network.css defines the hues, light and dark."""

_OPTIONS: Final = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {"hover": True, "multiselect": False},
    "nodes": {"shape": "custom"},
}
_VENDORED: Final = ("templates", "lib", "vis-9.1.2", "vis-network.min.js")
_SCRIPTS: Final = (
    *("data", "state", "address", "shapes", "labels", "nodes", "edges", "panel", "overview"),
    *("tables", "update", "window", "hands", "search", "network"),
)
"""Our scripts in the order in which they need each other; the last one begins."""
_MOST_ROWS: Final = 5000
"""Rows of the table for readers without script; a longer one would only make the page heavy."""


def write_page(graph: "nx.MultiDiGraph[str]", path: Path, *, title: str) -> None:
    """Write the page as UTF-8 with LF on every platform."""
    path.write_bytes(render_page(graph, title=title).encode())


def render_page(graph: "nx.MultiDiGraph[str]", *, title: str) -> str:
    """Return the page for a graph of `kg.network.read_network`."""
    environment = Environment(
        loader=PackageLoader("kg"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    templates = files("kg") / "templates"
    style = _clean((templates / "network.css").read_text("utf-8"))
    scripts = [vis_network(), _own_script()]
    rows = list(_rows(graph))
    return environment.get_template(
        "network.html.j2"
    ).render(
        title=title,
        summary=summary(graph),
        style=Markup(style),  # noqa: S704  # our own file
        scripts=[Markup(script) for script in scripts],  # noqa: S704  # our own file and pyvis's
        style_hash=_csp_hash(style),
        script_hashes=[_csp_hash(script) for script in scripts],
        data=Markup(_json(_payload(graph))),  # noqa: S704  # _json leaves nothing to interpret
        rows=rows[:_MOST_ROWS],
        left_out=max(0, len(rows) - _MOST_ROWS),
    )


def vis_network() -> str:
    """Return vis-network as pyvis ships it, without the pointer to a source map on the web."""
    text = files("pyvis").joinpath(*_VENDORED).read_text("utf-8")
    return _clean(text.partition("//# sourceMappingURL")[0])


def _own_script() -> str:
    """Return our scripts as one, in a scope of their own."""
    folder = files("kg") / "templates" / "network"
    parts = [(folder / f"{name}.js").read_text("utf-8") for name in _SCRIPTS]
    return _clean("\n".join(['(() => {\n"use strict";', *parts, "})();"]))


def _clean(text: str) -> str:
    """Return text as an HTML parser will see it, so that its hash is the browser's."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _csp_hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _json(value: object) -> str:
    r"""Return JSON that no HTML parser and no JavaScript parser can mistake for anything else.

    >>> print(_json("</script>&\u2028"))
    "\u003c/script\u003e\u0026\u2028"
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate({ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def summary(graph: "nx.MultiDiGraph[str]") -> str:
    """Say in plain words how much of the main kinds of thing there is.

    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node("north", type="Program", type_label="program", facts=())
    >>> summary(graph)
    '1 program · 0 quoted facts from 0 documents'
    """
    counts = Counter(data["type"] for data in graph.nodes.values())
    names = {data["type"]: data["type_label"] for data in graph.nodes.values()}
    main = ("Program", "Payer", "ProviderOrganization", "Place")
    parts = [_counted(counts[name], names[name]) for name in main if counts[name]]
    evidence = [piece for fact in _all_facts(graph) for piece in fact.evidence]
    quoted = sum(1 for fact in _all_facts(graph) if fact.evidence)
    documents = _counted(len({piece.document for piece in evidence}), "document")
    return " · ".join([*parts, f"{_counted(quoted, 'quoted fact')} from {documents}"])


def _counted(number: int, name: str) -> str:
    return f"{number:,} {name if number == 1 else plural(name)}"


def plural(name: str) -> str:
    """Return the English plural of a label of the model.

    >>> plural("care activity"), plural("payer"), plural("Program aims")
    ('care activities', 'payers', 'Program aims')
    """
    if name.endswith("s"):
        return name
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


def _all_facts(graph: "nx.MultiDiGraph[str]") -> Iterable[Fact]:
    for data in graph.nodes.values():
        yield from _flat(data["facts"])
    for _, _, data in graph.edges(data=True):
        yield Fact(data["label"], "", data["evidence"])


def _flat(facts: Iterable[Fact]) -> Iterable[Fact]:
    for fact in facts:
        yield fact
        yield from _flat(fact.parts)


def _rows(graph: "nx.MultiDiGraph[str]") -> Iterable[dict[str, str]]:
    """Yield the facts as flat rows: the page's content for readers without script."""
    labels = dict(graph.nodes(data="label"))
    for node, data in graph.nodes(data=True):
        for fact in _flat(data["facts"]):
            yield _row(labels[node], fact)
    for subject, target, data in graph.edges(data=True):
        yield _row(labels[subject], Fact(data["label"], labels[target], data["evidence"]))


def _row(subject: str, fact: Fact) -> dict[str, str]:
    return {
        "subject": subject,
        "relation": fact.label,
        "value": fact.value,
        "quotation": " / ".join(piece.quotation for piece in fact.evidence),
        "document": ", ".join(dict.fromkeys(piece.document for piece in fact.evidence)),
    }


class _Pool:
    """Strings told once and referred to by number: a sentence stands behind many facts."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers))


def _payload(graph: "nx.MultiDiGraph[str]") -> dict[str, Any]:
    pool = _Pool()
    for label in graph.graph.get("relations", ()):  # so that their numbers tell their order
        pool.number(label)
    columns = column_positions(graph)
    network = _network(graph, columns, pool)
    titles = column_titles(graph, columns)
    return {
        "types": _types(graph),
        "columns": [{"x": x, "title": titles[x]} for x in sorted(titles)],
        "nodes": network.nodes,
        "edges": network.edges,
        "options": network.options,
        "strings": list(pool.numbers),
    }


def _network(graph: "nx.MultiDiGraph[str]", columns: Positions, pool: _Pool) -> Network:
    network = Network(directed=True, cdn_resources="in_line")
    force = force_positions(graph)
    numbers = {node: number for number, node in enumerate(graph)}
    for node, data in graph.nodes(data=True):
        network.add_node(
            numbers[node],
            label=data["label"] or " ",  # pyvis would show the number instead of nothing
            shape="custom",
            iri=node,
            type=data["type"],
            kind=data["kind"],
            shared=data["shared"],
            programs=[numbers[program] for program in data["programs"]],
            facts=[_fact(fact, pool) for fact in data["facts"]],
            places={"columns": columns[node], "force": force[node]},
        )
    for subject, target, key, data in graph.edges(keys=True, data=True):
        network.add_edge(
            numbers[subject],
            numbers[target],
            id=len(network.edges),
            iri=key,
            relation=pool.number(data["label"]),
            inner=data["inner"],
            evidence=[_evidence(piece, pool) for piece in data["evidence"]],
        )
    network.set_options(json.dumps(_OPTIONS))
    return network


def _types(graph: "nx.MultiDiGraph[str]") -> list[dict[str, Any]]:
    counts = Counter(data["type"] for data in graph.nodes.values())
    names = {data["type"]: data["type_label"] for data in graph.nodes.values()}
    return [
        {
            "key": name,
            "one": names[name],
            "many": plural(names[name]),
            "count": counts[name],
            "shape": shape,
            "hue": hue,
        }
        for name, (shape, hue) in LOOKS.items()
        if counts[name]
    ]


def _fact(fact: Fact, pool: _Pool) -> dict[str, Any]:
    return {
        "relation": pool.number(fact.label),
        "value": pool.number(fact.value),
        "evidence": [_evidence(piece, pool) for piece in fact.evidence],
        "parts": [_fact(part, pool) for part in fact.parts],
    }


def _evidence(piece: Evidence, pool: _Pool) -> dict[str, Any]:
    """Return where the quotation is in its sentence, or the quotation itself without one.

    Offsets are told in UTF-16 units, which is what JavaScript counts.
    """
    text = piece.sentence or piece.quotation
    start = len(text[: piece.start].encode("utf-16-le")) // 2
    end = start + len(piece.quotation.encode("utf-16-le")) // 2
    return {
        "text": pool.number(text),
        "span": [start, end],
        "document": pool.number(piece.document),
        "offset": piece.offset,
        "basis": "" if piece.is_stated else piece.basis,
        "confidence": piece.confidence,
        "rule": piece.rule,
    }
