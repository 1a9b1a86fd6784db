"""Write the network as a stream of GraphML, for Gephi, Cytoscape, igraph and networkx.

GraphML knows numbers, truth values and strings: a fact becomes a line `label: value`, words of a
document a line with the file in brackets, and several of them lines of one string.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TextIO
from xml.sax.saxutils import escape, quoteattr

from kg.clean import clean_literal
from kg.facts import Fact
from kg.network import Edge, Node
from kg.things import Support

_NODE_COLUMNS: Final = (
    *("iri", "type", "type_label", "label", "kind", "facts", "programs", "shared", "states"),
)
_EDGE_COLUMNS: Final = ("property", "label", "evidence", "inner")
_TRUTHS: Final = frozenset(("shared", "inner"))
"""Columns that are true or false; all others are text."""
_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns \
http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
_TAIL: Final = "</graph>\n</graphml>\n"


def write_graphml(nodes: Iterable[Node], edges: Iterable[Edge], path: Path) -> None:
    """Write nodes and edges as they come; an edge's key is its `property`.

    Every node has every attribute of nodes, and every edge of edges, because readers make columns
    of them. Edges are numbered: their keys are properties, and GraphML wants names used once.

    networkx writes only graphs that it holds, which takes ten times the memory of the text.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD)
        for kind, columns in (("node", _NODE_COLUMNS), ("edge", _EDGE_COLUMNS)):
            file.writelines(_key(kind, column) for column in columns)
        file.write('<graph edgedefault="directed">\n')
        for iri, data in nodes:
            _write(file, f"node id={_quoted(iri)}", _NODE_COLUMNS, {"iri": iri, **data})
        for number, (source, target, key, data) in enumerate(edges, start=1):
            ends = f"source={_quoted(source)} target={_quoted(target)}"
            told = {"property": key, **data}
            _write(file, f'edge id="e{number}" {ends}', _EDGE_COLUMNS, told)
        file.write(_TAIL)


def _key(kind: str, column: str) -> str:
    form = "boolean" if column in _TRUTHS else "string"
    name = f'attr.name="{column}" attr.type="{form}"'
    return f'  <key id="{kind}-{column}" for="{kind}" {name}/>\n'


def _write(file: TextIO, tag: str, columns: Iterable[str], data: Mapping[str, Any]) -> None:
    kind = tag.partition(" ")[0]
    cells = (
        f'      <data key="{kind}-{column}">{_escaped(flatten(data.get(column)))}</data>\n'
        for column in columns
    )
    file.write(f"    <{tag}>\n{''.join(cells)}    </{kind}>\n")


def _quoted(text: str) -> str:
    return quoteattr(clean_literal(text))


def _escaped(text: str) -> str:
    return escape(text, {"\r": "&#13;"})  # else readers would take it for a line feed


def flatten(value: Any) -> str:
    r"""Return the value of an attribute as text that XML can hold.

    >>> flatten(("diabetes", "obesity")), flatten(True), flatten(None)
    ('diabetes\nobesity', 'true', '')
    >>> flatten([Fact("effective date", "2013-10-01")])
    'effective date: 2013-10-01'
    """
    if isinstance(value, bool):
        return str(value).lower()
    return clean_literal("\n".join(_lines(value)))


def _lines(value: Any, indent: str = "") -> list[str]:
    if value is None:
        return []
    if isinstance(value, Fact):
        return [
            f"{indent}{value.label}: {value.value}",
            *(line for part in value.parts for line in _lines(part, f"{indent}  ")),
        ]
    if isinstance(value, Support):
        return [f"{indent}“{value.quotation}” ({value.document})"]
    if isinstance(value, list | tuple):
        return [line for item in value for line in _lines(item, indent)]
    return [f"{indent}{value}"]
