"""Give Python users and notebooks a graph: build or open it, ask it, look at it, save it.

Heavy libraries are imported by the method that needs them.
"""

import json
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from kg.answers import Comparison, Description, NetworkPage, Rows, read_rows
from kg.errors import InputError, UsageError
from kg.parameters import ask_question
from kg.questions import find_question
from kg.show import describe_thing, find_things, suggest_names
from kg.sparql import dataset_prefixes, open_dataset, run_query
from kg.terminal import counted
from kg.terms import ACP, DEFAULT_BASE, RDF

if TYPE_CHECKING:
    from datetime import date

    import networkx as nx
    import rdflib
    from matplotlib.axes import Axes

    from kg.pipeline import Graph
    from kg.records import Refusal
    from kg.validate import ValidationReport


class KnowledgeGraph:
    """A build, in memory or opened from its folder; `build` and `open_build` make one.

    Its length is the number of facts that rest on a quotation.
    """

    def __init__(self, dataset: Store, origin: "Graph | Path") -> None:
        self.dataset = dataset
        """Facts, evidence and model in the default graph; see `kg.sparql.open_dataset`."""
        self._origin = origin

    def __len__(self) -> int:
        return self._count(ACP.Assertion)

    def __repr__(self) -> str:
        programs, documents = self._count(ACP.Program), self._count(ACP.SourceDocument)
        told = (
            f"{counted(len(self), 'quoted fact')} on {counted(programs, 'program')}"
            f" from {counted(documents, 'document')}"
        )
        refused = f", {counted(len(self.refusals), 'source')} refused" if self.refusals else ""
        return f"<KnowledgeGraph: {told}{refused}>"

    def _count(self, kind: NamedNode) -> int:
        return sum(1 for _ in self.dataset.quads_for_pattern(None, RDF.type, kind, DefaultGraph()))

    def query(self, question: str, **parameters: "str | float | date") -> Rows:
        """Answer a question by its name (`kg query --list` tells them), or any SPARQL query.

        What a named question may be told is given as names and values:
        `graph.query("programs-by-condition", condition="obesity")`. A yes or no is one row with the
        column `answer`; a graph has a row for each triple.

        Raises:
            UsageError: no question has that name, a parameter is not one of its own or its value
                is not known, or the query is not one we answer.
        """
        if len(question.split()) > 1 or "{" in question:
            if parameters:
                raise UsageError("only named questions have parameters; write values into a query")
            return read_rows(run_query(self.dataset, question))
        found = find_question(question.strip())
        result = ask_question(self.dataset, found, parameters)
        return read_rows(result, found.explain_empty(parameters))

    @overload
    def show(self) -> NetworkPage: ...
    @overload
    def show(self, thing: str) -> Description: ...
    def show(self, thing: str | None = None) -> NetworkPage | Description:
        """Return the interactive network graph, as `show_network` does; of a thing, every fact.

        A thing is named by one of its names or by its IRI.

        Raises:
            UsageError: the name means nothing, or several things.
        """
        if thing is None:
            return self.show_network()
        return Description(describe_thing(self.dataset, self._find(thing)))

    def _find(self, thing: str, among: "nx.MultiDiGraph[str] | None" = None) -> str:
        """Return the IRI of the one thing that a name means, of those in a network if given."""
        found = find_things(self.dataset, thing)
        things = [one for one in found if among is None or one.iri in among]
        if found and not things:
            raise UsageError(f"{thing!r} is not a thing of the picture; `kg show` tells of it")
        if len(things) == 1:
            return things[0].iri
        if things:
            which = "; ".join(f"{one.kind} {one.label} {one.iri}" for one in things)
            raise UsageError(f"{thing!r} names {len(things)} things, name one by its IRI: {which}")
        near = " or ".join(map(repr, suggest_names(self.dataset, thing)))
        raise UsageError(f"nothing is called {thing!r}{near and f'; did you mean {near}?'}")

    def compare(self, *programs: str) -> Comparison:
        """Return what programs share and where they differ, each value with its words.

        Each is named by its slug, its IRI, its name, its file, or a part of its name that no other
        program has.

        Raises:
            UsageError: a name means no program, or several, or there are not two programs.
        """
        from kg.compare import compare_programs
        from kg.programs import find_programs

        if len(programs) < 2:
            raise UsageError("name two programs or more")
        return Comparison(compare_programs(self.dataset, find_programs(self.dataset, programs)))

    def show_network(
        self,
        *,
        title: str = "Accountable care programs",
        height: int = 720,
        focus: str | None = None,
        depth: int = 2,
        types: Collection[str] = (),
    ) -> NetworkPage:
        """Return the interactive network graph, the `network.html` of a build, or a part of it.

        With a focus, named by one of its names or by its IRI, only what lies within `depth` links
        of it is shown; with types (`Program`, `Payer`) only things of these.

        Raises:
            UsageError: the focus means nothing, several things or nothing in the picture, or there
                is no such type.
        """
        from kg.network import known_types, take_part
        from kg.page import render_page

        network = self.to_networkx()
        if focus is not None or types:
            iri = None if focus is None else self._find(focus, among=network)
            network = take_part(network, focus=iri, depth=depth, types=known_types(types))
        return NetworkPage(render_page(network, title=title), height)

    def draw_network(self, axes: "Axes | None" = None) -> "Axes":
        """Draw the network for print, on axes of matplotlib or on new ones, and return them.

        Raises:
            UsageError: matplotlib is not installed.
        """
        try:
            from matplotlib import pyplot as plt
        except ImportError as error:
            raise UsageError(
                "draw_network() needs matplotlib: pip install 'accountable-care-kg[notebook]'"
            ) from error
        from kg.picture import draw_network

        drawn = axes or plt.subplots(figsize=(13, 7.5), layout="constrained")[1]
        draw_network(self.to_networkx(), drawn)
        return drawn

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """Return the things and links of the network graph; see `kg.network.read_network`."""
        from kg.network import read_network

        return read_network(self.dataset)

    def to_rdflib(self) -> "rdflib.Graph":
        """Return what `query` asks, facts with evidence and model, with our prefixes."""
        import rdflib

        lines = self.dataset.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
        graph = rdflib.Graph(bind_namespaces="none")
        for prefix, iri in dataset_prefixes(self.dataset).items():
            graph.bind(prefix, iri)
        return graph.parse(data=lines, format="nt")

    @cached_property
    def records(self) -> tuple[dict[str, Any], ...]:
        """One record a document, with its values by field and the words behind each."""
        if not isinstance(self._origin, Path):
            return tuple(self._origin.reading.records())
        path = self._origin / "records.jsonl"
        try:
            lines = path.read_text("utf-8").splitlines()
            return tuple(json.loads(line) for line in lines)
        except (OSError, ValueError) as error:
            raise InputError(path, f"not readable ({error}); run `kg build` again") from error

    @cached_property
    def validation(self) -> "ValidationReport":
        """What the SHACL shapes find; lines and columns are known to a graph in memory only."""
        if not isinstance(self._origin, Path):
            return self._origin.validation
        from kg.resources import read_resource
        from kg.validate import SHAPES_FILE, validate_dataset

        base = dataset_prefixes(self.dataset)["acpid"].removesuffix("id/")
        return validate_dataset(self.dataset, read_resource(SHAPES_FILE), base=base)

    @property
    def refusals(self) -> "tuple[Refusal, ...]":
        """Sources that could not be read, and why; a folder holds none of them."""
        return () if isinstance(self._origin, Path) else self._origin.reading.refusals

    def save(self, folder: str | Path) -> None:
        """Write every file of a build, in place of an older build.

        Raises:
            UsageError: the graph was opened from a folder, which is such a build already.
            OutputError: the folder cannot be written, or another build holds it.
        """
        if isinstance(self._origin, Path):
            raise UsageError(f"this graph is saved already; copy the folder {self._origin}")
        from kg.assemble import publish_build

        publish_build(self._origin, Path(folder))


def build(
    *sources: str | Path, base: str = DEFAULT_BASE, encoding: str = "utf-8", infer: bool = False
) -> KnowledgeGraph:
    """Build a graph in memory from text files and folders of them; nothing is written.

    Sources that cannot be read do not stop the others: see `refusals`. With `infer`, what follows
    from the facts by the ontology is there in a named graph of its own.

    Raises:
        UsageError: no source is named or holds a document, or the base cannot carry IRIs.
        InputError: not one document could be read.
    """
    from kg.pipeline import BuildOptions, make_graph, read_sources
    from kg.read import ReadOptions

    if not sources:
        raise UsageError("name a folder of program descriptions, or files")
    options = BuildOptions(base, ReadOptions(encoding), infer=infer)
    reading = read_sources(map(Path, sources), options)
    if not reading.documents:
        refused = "; ".join(map(str, reading.refusals)) or "no document"
        raise InputError(", ".join(map(str, sources)), f"there is nothing to build ({refused})")
    graph = make_graph(reading, options)
    return KnowledgeGraph(graph.dataset, graph)


def open_build(folder: str | Path) -> KnowledgeGraph:
    """Open a folder that `kg build`, or `save`, wrote.

    Raises:
        InputError: the folder is not there, is no build, or is damaged.
    """
    return KnowledgeGraph(open_dataset(Path(folder)), Path(folder))
