"""Make the pages that the network page is measured against, and what tells that each is drawn."""

import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

import networkx as nx
from pyvis.network import Network

from kg.page import render_page

Positions: TypeAlias = dict[str, tuple[int, int]]
Builder: TypeAlias = Callable[["nx.MultiDiGraph[str]", Positions], str]

PACKAGES: Final = ("cytoscape", "graphology", "sigma")

# Notes the time when two frames have been shown after a page is ready.
_DRAWN: Final = """
window.drawn = () => requestAnimationFrame(() => requestAnimationFrame(() => {
  document.documentElement.dataset.drawn = performance.now();
}));
"""
# Ours says that it is ready in an attribute.
_OURS: Final = """
addEventListener("DOMContentLoaded", () => {
  const look = () => {
    if (document.documentElement.dataset.state === "ready") drawn();
    else setTimeout(look, 10);
  };
  look();
});
"""
# A page of pyvis can be used when its physics have come to rest; with positions at once.
_PYVIS: Final = """
addEventListener("DOMContentLoaded", () => network.once("stabilizationIterationsDone", drawn));
"""
_PYVIS_WITH_POSITIONS: Final = """
addEventListener("DOMContentLoaded", () => {
  network.once("afterDrawing", drawn);
  network.redraw();
});
"""
_WATCHES: Final = {
    "ours": _OURS,
    "ours, all drawn": _OURS,
    "pyvis as it comes": _PYVIS,
    "pyvis with positions": _PYVIS_WITH_POSITIONS,
}
"""What to run in pages whose own script does not say when it has drawn."""
CYTOSCAPE: Final = """
const cy = cytoscape({
  container: document.getElementById("picture"),
  elements: data.elements,
  layout: { name: "preset" },
  style: [
    { selector: "node", style: { label: "data(label)", "font-size": 12 } },
    { selector: "edge", style: { "target-arrow-shape": "triangle", width: 1 } },
  ],
});
cy.ready(drawn);
"""
SIGMA: Final = """
const graph = new graphology.MultiDirectedGraph();
graph.import(data);
const renderer = new Sigma(graph, document.getElementById("picture"));
drawn();
"""


def watch_script(name: str) -> str:
    """Return what to run before a page's own scripts, so that one can tell when it is drawn."""
    return _DRAWN + _WATCHES.get(name, "")


def fetch_libraries(folder: Path) -> dict[str, str]:
    """Return the scripts of others by the name of their package, the newest of each."""
    npm = shutil.which("npm")
    if npm is None:
        print("no npm: Cytoscape.js and sigma.js are left out")
        return {}
    subprocess.run(
        [npm, "pack", "--silent", *PACKAGES], cwd=folder, check=True, capture_output=True
    )
    scripts = {}
    for archive in sorted(folder.glob("*.tgz")):
        name, _, version = archive.stem.rpartition("-")
        with tarfile.open(archive) as packed:
            members = {member.name: member for member in packed.getmembers()}
            wanted = next(
                members[f"package/dist/{name}{end}"]
                for end in (".umd.min.js", ".min.js")
                if f"package/dist/{name}{end}" in members
            )
            file = packed.extractfile(wanted)
            assert file is not None  # noqa: S101  # it is a file, as its name says
            scripts[name] = file.read().decode()
        print(f"{name} {version}")
    return scripts


def make_builders(scripts: dict[str, str]) -> dict[str, Builder]:
    """Return what makes the page of each competitor, ours first."""
    builders: dict[str, Builder] = {
        "ours": lambda graph, _: render_page(graph, title="Programs"),
        "ours, all drawn": lambda graph, _: render_page(graph, title="Programs"),
        "pyvis as it comes": lambda graph, _: pyvis_page(graph, None),
        "pyvis with positions": pyvis_page,
    }
    if scripts:
        builders["Cytoscape.js"] = partial(cytoscape_page, scripts)
        builders["sigma.js"] = partial(sigma_page, scripts)
    return builders


def pyvis_page(graph: "nx.MultiDiGraph[str]", positions: Positions | None) -> str:
    """Return the page that pyvis makes, with its own template."""
    network = Network(directed=True, cdn_resources="in_line")
    known = dict(graph.nodes(data="label"))
    network.nodes = [
        {"id": node, "label": label, "shape": "dot", **_place(positions, node)}
        for node, label in known.items()
    ]
    network.edges = [
        {"from": source, "to": target, "arrows": "to"} for source, target in graph.edges()
    ]
    if positions is not None:
        network.set_options('{"physics": {"enabled": false}}')
    return str(network.generate_html())


def _place(positions: Positions | None, node: str) -> dict[str, int]:
    return dict(zip("xy", positions[node], strict=True)) if positions else {}


def cytoscape_page(
    scripts: dict[str, str], graph: "nx.MultiDiGraph[str]", positions: Positions
) -> str:
    """Return a page of Cytoscape.js with positions."""
    nodes = [
        {"data": {"id": node, "label": label}, "position": _place(positions, node)}
        for node, label in graph.nodes(data="label")
    ]
    edges = [
        {"data": {"id": f"e{number}", "source": source, "target": target}}
        for number, (source, target) in enumerate(graph.edges())
    ]
    return plain_page({"elements": [*nodes, *edges]}, scripts["cytoscape"], CYTOSCAPE)


def sigma_page(scripts: dict[str, str], graph: "nx.MultiDiGraph[str]", positions: Positions) -> str:
    """Return a page of sigma.js with positions."""
    nodes = [
        {"key": node, "attributes": {"label": label, "size": 4, **_place(positions, node)}}
        for node, label in graph.nodes(data="label")
    ]
    edges = [{"source": source, "target": target} for source, target in graph.edges()]
    libraries = scripts["graphology"] + "\n" + scripts["sigma"]
    return plain_page({"nodes": nodes, "edges": edges}, libraries, SIGMA)


def plain_page(data: Any, library: str, script: str) -> str:
    """Return a page with a picture as large as the window."""
    text = json.dumps(data).replace("<", "\\u003c")
    style = "html, body, #picture { margin: 0; height: 100%; }"
    return (
        f"<!doctype html><meta charset=utf-8><title>Programs</title>"
        f"<style>{style}</style><div id=picture></div><script>{library}</script>"
        f"<script>const data = {text};\n{script}</script>"
    )
