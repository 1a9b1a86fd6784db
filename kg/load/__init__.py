"""Send a build to a triple store, part by part, and go on where an attempt stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.load.journal import Journal
from kg.load.parts import PART_BYTES, read_parts
from kg.load.server import GraphStore

__all__ = ["PART_BYTES", "GraphStore", "LoadOptions", "LoadSummary", "load_build"]

Progress = Callable[[str], None]

DEFAULT_GRAPH: Final = ""
"""The graph without a name."""


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """Where in a store a build goes, and in which parts."""

    graph: str | None = DEFAULT_GRAPH
    """IRI of the graph that takes everything; None keeps a graph for each source document."""
    replace: bool = False
    """Whether what the graph held goes; a graph of a source document is always replaced."""
    part_bytes: int = PART_BYTES
    restart: bool = False
    """Whether to forget an attempt that stopped."""


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What was sent, and what an earlier attempt had sent."""

    parts: int
    triples: int
    graphs: int
    parts_before: int


def load_build(
    build: Path, store: GraphStore, options: LoadOptions, progress: Progress = lambda _: None
) -> LoadSummary:
    """Send all facts and evidence of a build, with the model, to a store.

    A part that was sent twice changes nothing: a graph holds each triple once. So an attempt that
    stopped goes on with the part after the last that the store took.

    Raises:
        InputError: the folder holds no build.
        ServiceError: the store refuses a part, or does not answer.
    """
    journal = Journal.open(build, f"{store.url} {options.graph} {options.replace}")
    done = 0 if options.restart else journal.parts_done
    sent = triples = 0
    graphs: set[str] = set()
    for part in read_parts(build, options.graph, options.part_bytes):
        graphs.add(part.graph)
        triples += part.triples
        if part.number <= done:
            continue
        progress(f"part {part.number:,}, {triples:,} triples")
        # Only the first part of a graph may replace it: the others add to what the first began.
        whole = options.graph is None or options.replace
        store.send(part, replace=whole and part.is_first)
        journal.note(part.number)
        sent += 1
    journal.close()
    return LoadSummary(sent, triples, len(graphs), done)
