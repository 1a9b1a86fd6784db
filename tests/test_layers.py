"""The import rules of the package, as data, and a reader of imports that holds modules to them."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kg"

RINGS = (
    "errors terms records iris resources index spool",
    (
        "fold names lexicon read extract places resolve triples foreign trace validate record"
        " shapes screens spelling engine shacl foreign_shapes terminal guard access"
        " coverage corrections infer"
        " acronyms naming identity labels freeze gist quotation likeness doubts counts conflicts"
    ),
    (
        "assertions clean lines shelf dealing templating workers checksums facts export dataset"
        " batches judging survey table_queries thing_cells record_tables tables columns csvw"
        " interchange void inverses cache graphml publish recipe report sparql questions parameters"
        " things show network network_lines layout inline page picture explorer"
        " findings finding_lines compare programs sidebyside evaluate serve changes website load"
    ),
    (
        "mapping gathering pipeline spark reporting assemble answers difference graph cli"
        " __init__ __main__"
    ),
)
"""Foundation, stages, publishers, top. A module imports from rings further in."""

SHARED = {
    *("fold", "names", "clean", "terminal", "assertions", "facts", "lines", "shelf", "dealing"),
    *("templating", "workers", "checksums"),
}
"""What the rest of their ring stands on: forms of text, of names, of triples and of pages, facts in
a store, processes, and what makes a folder a build."""

BESIDE = {
    "extract": {"lexicon"},  # finds the lexicon's labels
    "record": {"lexicon", "places"},  # spells facts in the vocabulary's notations
    "acronyms": {"places"},  # a state may stand for its postal code
    "names": {"acronyms"},  # leaves out an acronym that a name carries
    "naming": {"acronyms"},
    "identity": {"acronyms", "lexicon", "naming", "places"},  # who is who, by names and brands
    "resolve": {"identity", "labels", "lexicon", "naming", "places", "quotation"},  # who is who
    "freeze": {"places", "resolve"},  # writes resolved documents
    "likeness": {"places"},  # a place in a name tells two apart
    "gist": {"acronyms", "naming", "places"},  # what doubts need to know of a document
    "doubts": {  # what resolution left to people
        *("acronyms", "gist", "identity", "lexicon", "likeness", "naming", "places"),
        *("quotation", "resolve"),
    },
    "conflicts": {"counts", "places", "quotation", "resolve"},  # reads resolved documents
    # moves names and facts of resolved documents, in the vocabulary's words; reads dates
    "corrections": {"extract", "labels", "lexicon", "places", "resolve"},
    "triples": {"places"},  # describes the places that the facts name
    # reads strangers' RDF and shapes, judges the one by the other, traces what it finds
    "validate": {"foreign", "foreign_shapes", "shacl", "spelling", "trace"},
    "screens": {"guard", "shapes", "spelling"},  # compiles shapes; reads the words of their queries
    "shacl": {"engine", "screens", "shapes", "spelling"},  # lets pySHACL judge what screens flag
    "engine": {"spelling"},
    "foreign_shapes": {"foreign", "guard", "shapes"},  # asks whether their queries are harmless
    "cache": {"recipe"},  # names what it keeps by a digest of what it was made of
    "things": {"inverses", "sparql"},
    "thing_cells": {"table_queries", "things"},
    "record_tables": {"thing_cells", "things"},  # calls documents as the other tables do
    "tables": {"record_tables", "table_queries", "thing_cells", "things"},
    "batches": {"export"},  # loads what is exported
    "judging": {"batches"},  # validates one batch after another
    # reads all that batches tell
    "survey": {"batches", "finding_lines", "judging", "network", "network_lines", "tables"},
    # tell what tables hold
    "columns": {"record_tables", "table_queries", "tables", "thing_cells", "things"},
    "csvw": {"columns"},
    "interchange": {"columns", "csvw", "publish", "tables", "things"},  # writes builds for others
    "workers": {"serve"},  # end with their parent, as those of the service do
    "dataset": {"export"},  # loads what is exported
    "facts": {"things"},  # reads things with their words
    "network_lines": {"network", "things"},  # keeps what network projects
    "graphml": {"network", "network_lines", "things"},  # writes what network projects
    "evaluate": {"tables"},  # writes cells that no spreadsheet runs
    # draws what network projects where layout puts it
    "page": {"inline", "network", "network_lines", "layout", "things"},
    "explorer": {
        "inline",
        "page",
        "parameters",
        "questions",
        "sparql",
        "things",
    },  # asks them in a browser
    "picture": {"page"},  # draws for print with the looks of the page
    "parameters": {"questions", "show", "sparql", "things"},  # finds what values name
    "show": {"sparql", "things"},
    "website": {  # asks the service, and shows what it finds with the means of the others
        *("compare", "network", "page", "parameters", "programs", "questions", "serve"),
        *("show", "sidebyside", "sparql", "things", "void"),
    },
    "compare": {"things"},  # knows nothing of how a comparison looks
    "programs": {"sparql", "things"},
    "sidebyside": {"compare", "inline", "tables", "things"},  # shows what compare found
    "serve": {"export", "sparql"},  # opens a build, writes XML as the exports do
    "changes": {"things", "tables"},  # reads things with their words; writes safe cells
}
"""Other imports within a ring: the exceptions, each a use of another module's result."""

ORDER = [ring.split() for ring in RINGS]

INNERMOST, OUTERMOST = 0, len(RINGS) - 1

ANYWHERE = frozenset(name for ring in ORDER for name in ring)

DOORS = {
    "pyoxigraph": ANYWHERE,  # the RDF engine
    "_typeshed": ANYWHERE,  # types of the standard library; there for the type checker only
    "re2": ANYWHERE,  # patterns that take linear time, whatever the text
    "rdflib": {"engine", "graph"},
    "pyshacl": {"engine"},
    "networkx": {"network", "network_lines", "layout", "page", "picture", "graph"},
    "matplotlib": {"picture", "graph"},
    "pandas": {"answers"},
    "igraph": {"layout"},
    "pyvis": {"page"},
    "ahocorasick_rs": {"lexicon", "extract"},
    "rapidfuzz": {"places", "extract", "likeness"},
    "ftfy": {"fold"},
    "jinja2": {"templating"},
    "markupsafe": {"page", "explorer", "report", "sidebyside"},  # what Jinja escapes with
    "mimeparse": {"serve"},
    "prometheus_client": {"serve"},
    "starlette": {"serve", "website"},
    "uvicorn": {"serve"},
    "httpx": {"access", "load", "serve"},  # clients of stores that the user runs
    "platformdirs": {"load"},
    "pyarrow": {"interchange"},
    "pyspark": {"spark"},
    "py4j": {"spark"},
    "typer": {"cli"},
    "rich": {"cli", "terminal", "sparql", "show", "evaluate", "sidebyside", "changes"},
}
"""Who may import a library. One that is not named here may not be imported at all."""

NOWHERE = {"re": "backtracks on hostile text; use re2"}
"""Modules of the standard library that we do without."""

FUNCTION_LINES, MODULE_LINES = 40, 300

MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] != "data"
)
"""Every module; `kg/data` holds tables, and scripts that are no part of the package."""


def place_of(module: Path) -> str:
    """Return the name that the tables know a module by: a package in `kg` is one module."""
    return module.relative_to(PACKAGE).with_suffix("").parts[0]


def ring_of(place: str) -> int:
    """Return how far out a module stands."""
    return next(number for number, ring in enumerate(ORDER) if place in ring)


def may_import(place: str, imported: str) -> bool:
    """Tell whether the rings let one module of ours import another."""
    here, there = ring_of(place), ring_of(imported)
    if here == there == INNERMOST:
        return ORDER[here].index(imported) < ORDER[here].index(place)
    if here == there == OUTERMOST:
        return True
    if here == there:
        return place == imported or imported in SHARED | BESIDE.get(place, set())
    return there < here


def imported_names(source: str) -> Iterator[str]:
    """Yield the dotted name of each thing imported, wherever in the source the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def breaches(place: str, source: str) -> list[str]:
    """Return what a module imports against the rules."""
    return [name for name in imported_names(source) if not _is_allowed(place, name)]


def _is_allowed(place: str, name: str) -> bool:
    library, _, rest = name.partition(".")
    if name == "kg.__version__":
        return True  # set before the package imports anything
    if library == "kg":
        imported = rest.partition(".")[0]
        return may_import(place, imported if imported in ANYWHERE else "__init__")
    if library in sys.stdlib_module_names:
        return library not in NOWHERE
    return place in DOORS.get(library, ())


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_placed_and_keeps_the_import_rules(module: Path) -> None:
    """Each module stands in one ring, imports inward only, and uses a library by its door."""
    place = place_of(module)
    assert place in ANYWHERE, f"say in RINGS where {place} stands"
    assert breaches(place, module.read_text("utf-8")) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_fits_in_the_head_and_a_function_on_the_screen(module: Path) -> None:
    """Modules keep to 300 lines, and functions to 40 without their docstring."""
    source = module.read_text("utf-8")
    assert len(source.splitlines()) <= MODULE_LINES
    too_long = {
        node.name: length
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := _lines_without_docstring(node)) > FUNCTION_LINES
    }
    assert too_long == {}


def _lines_without_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first, last = node.body[0], node.end_lineno
    assert last is not None
    assert first.end_lineno is not None
    docstring = first.end_lineno - first.lineno + 1 if ast.get_docstring(node) else 0
    return last - node.lineno + 1 - docstring


def test_the_package_was_found() -> None:
    """The tests above run over the package, not over an empty folder."""
    assert {"__init__", "errors", "terms", "records", "iris", "resources"} <= set(
        map(place_of, MODULES)
    )


def test_every_module_stands_in_one_ring() -> None:
    """No name is placed twice, and the exceptions name placed modules of the same ring."""
    assert sum(map(len, ORDER)) == len(ANYWHERE)
    assert SHARED <= ANYWHERE
    for place, others in BESIDE.items():
        assert {ring_of(other) for other in others} == {ring_of(place)}


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("read", "from kg.export import write_turtle"),  # outward
        ("read", "def f():\n    from kg.pipeline import build"),  # outward, lazily
        ("read", "import kg.resolve"),  # stage to stage
        ("read", "from kg import resolve"),
        ("export", "from kg import build_graph"),  # the root stands furthest out
        ("export", "import kg"),
        ("errors", "from kg.records import Document"),  # not above it in ring 0
        ("export", "import rdflib.graph"),  # not its door
        ("network", "import pyvis"),
        ("read", "import requests"),  # no door at all
        ("read", "import re"),
    ],
)
def test_a_forbidden_import_is_seen(place: str, source: str) -> None:
    """The reader of imports finds each kind of breach; a test that cannot fail proves nothing."""
    assert len(breaches(place, source)) == 1


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("iris", "from kg.errors import UsageError"),
        ("triples", "from kg import __version__"),
        ("extract", "from kg.extract.layout import Block"),
        ("cli", "from kg import graph, pipeline"),
        ("engine", "def f():\n    from pyshacl import validate"),
        ("read", "import os.path, re2\nfrom pathlib import Path"),
    ],
)
def test_a_rightful_import_passes(place: str, source: str) -> None:
    """What the rules allow is not reported."""
    assert breaches(place, source) == []
