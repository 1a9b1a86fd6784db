"""Write of a build what a comparison reads, without the validation and the views."""

from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kg import __version__
from kg.export import GraphContents, write_exports
from kg.pipeline import BuildOptions, map_reading, read_sources
from kg.terms import DCAT, VOID


def build(sources: Path, folder: Path, options: BuildOptions | None = None) -> Path:
    """Read the sources and write their graph into a new folder; return the folder."""
    options = options or BuildOptions()
    reading = read_sources([sources], options)
    assert not reading.refusals
    return write_build(folder, map_reading(reading, options))


def write_build(folder: Path, contents: GraphContents) -> Path:
    """Write a graph, and a description as short as a description can be, into a new folder."""
    folder.mkdir(parents=True)
    write_exports(folder, contents)
    dataset = NamedNode(f"{contents.base}dataset")
    description = [
        Triple(dataset, VOID.uriSpace, Literal(f"{contents.base}id/")),
        Triple(dataset, DCAT.version, Literal(__version__)),
    ]
    serialize(description, str(folder / "void.ttl"), format=RdfFormat.TURTLE)
    return folder
