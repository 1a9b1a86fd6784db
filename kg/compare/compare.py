"""Compare programs of a graph: what they share, what they say in other words, where they differ."""

from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode, Store

from kg.compare.gather import Portrait, StatementReader, gather_program
from kg.compare.records import ComparedProgram, ProgramComparison, Row, Section
from kg.compare.rows import RowMaker
from kg.terms import ACP


def compare_programs(store: Store, iris: Sequence[str]) -> ProgramComparison:
    """Return what programs of a dataset share and where they differ, in the model's order.

    Parts are compared with parts of the same kind, values by what they mean; the order of the
    programs is that of the columns and changes nothing else.
    """
    reader = StatementReader(store)
    programs = [gather_program(reader, NamedNode(iri)) for iri in iris]
    found = (Section(name, tuple(rows)) for name, rows in _sections(reader, programs))
    return ProgramComparison(
        tuple(_column(reader, program) for program in programs),
        tuple(section for section in found if section.rows),
    )


def _column(reader: StatementReader, program: Portrait) -> ComparedProgram:
    graph = reader.graph
    files = tuple(map(graph.document_name, program.documents))
    return ComparedProgram(program.node.value, graph.label(program.node), files)


def _sections(
    reader: StatementReader, programs: Sequence[Portrait]
) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield the programs themselves, then what they name and consist of, then the sources."""
    maker, graph = RowMaker(reader, programs), reader.graph
    yield graph.property_name(ACP.Program), maker.program_rows()
    for family in maker.properties:
        columns = [program.things.get(family, ()) for program in programs]
        yield maker.name(family), maker.rows_about((), columns)
        yield maker.name(family), maker.part_rows(family)
    yield graph.property_name(ACP.PractitionerGroup), maker.people_rows()
    documents = [program.documents for program in programs]
    yield graph.property_name(ACP.SourceDocument), maker.rows_about((), documents)
