"""Write a build as a property graph: two files for `neo4j-admin database import`, with its options.

Every thing, source document and concept is a node with the literals about it as properties; every
link between two of them is a relationship with the words behind it. The words behind a property
are on a relationship `STATED_IN` from its node to the document. Nothing is escaped for
spreadsheets; what stands in a list is separated by U+001F, which no text of a build holds.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import re2
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple

from kg.columns import TableModel, read_model
from kg.interchange.words import Words, read_statements, reading
from kg.publish import work_folder
from kg.terms import RDF, RDFS, SKOS, local_name
from kg.things import GraphReader

NODES: Final = "nodes.csv"
RELATIONSHIPS: Final = "relationships.csv"
ARGUMENTS: Final = "import.args"
DELIMITER: Final = "\x1f"
_ARGUMENTS: Final = (
    f"--nodes={NODES}",
    f"--relationships={RELATIONSHIPS}",
    f"--array-delimiter=U+{ord(DELIMITER):04X}",
    "--multiline-fields=true",
)
_TYPES: Final = {
    "boolean": "boolean",
    "date": "date",
    "decimal": "double",
    "gYear": "long",
    "integer": "long",
}
"""Neo4j's types by those of CSVW; all else is a string."""
_RELATIONSHIP: Final = (
    *(":START_ID", ":END_ID", ":TYPE", "property:string", "value:string"),
    *("quotation:string[]", "document:string[]", "start:long[]", "end:long[]", "basis:string[]"),
    *("confidence:double[]", "rule:string[]"),
)
_OF_CONCEPTS: Final = {
    "label": SKOS.prefLabel,
    "notation": SKOS.notation,
    "definition": SKOS.definition,
}
_HUMP: Final = re2.compile(r"([a-z0-9])([A-Z])")


def write_neo4j(build: Path, folder: Path, progress: Callable[[str], None]) -> None:
    """Write nodes and relationships of a build.

    Raises:
        InputError: the build is not there, or damaged.
    """
    model, concepts = read_model(build), _read_concepts(build / "vocabulary.ttl")
    (folder / ARGUMENTS).write_text("".join(f"{line}\n" for line in _ARGUMENTS), "utf-8")
    progress("statements")
    statements = read_statements(build, work_folder(folder))
    columns = _columns(statements.triples(), model)
    progress(NODES)
    with (
        (folder / NODES).open("w", encoding="utf-8", newline="") as nodes,
        (folder / RELATIONSHIPS).open("w", encoding="utf-8", newline="") as relationships,
    ):
        graph = _Graph(csv.writer(nodes, lineterminator="\n"), columns, concepts)
        to = csv.writer(relationships, lineterminator="\n")
        to.writerow(_RELATIONSHIP)
        for iri, said in groupby(statements, key=lambda pair: _iri(pair[0])):
            to.writerows(graph.add(iri, said))
        graph.add_concepts()


def _columns(triples: Iterable[Triple], model: TableModel) -> dict[str, str]:
    """Return the types of the properties of nodes; a list where a node may have several values.

    It may where the model allows it, and where the data have it nevertheless.
    """
    found: dict[str, str] = dict.fromkeys(_OF_CONCEPTS, "string")
    for (_, predicate), same in groupby(triples, key=lambda t: (t.subject, t.predicate)):
        several = sum(isinstance(triple.object, Literal) for triple in same)
        if not several:
            continue
        name = local_name(predicate)
        kind = _TYPES.get(model.datatype(predicate), "string")
        is_single = predicate == RDFS.label or model.is_single(predicate)
        if several > 1 or not is_single or found.get(name, "").endswith("[]"):
            kind += "[]"
        found[name] = kind
    return dict(sorted(found.items()))


def _iri(triple: Triple) -> str:
    """Return the name of a subject; a build has no blank nodes among its statements."""
    return triple.subject.value if isinstance(triple.subject, NamedNode) else str(triple.subject)


class _Graph:
    """Turns what is said of one subject after another into rows."""

    def __init__(
        self, nodes: Any, columns: Mapping[str, str], concepts: Mapping[str, Mapping[str, str]]
    ) -> None:
        self._nodes, self._columns, self._concepts = nodes, columns, concepts
        self._used: set[str] = set()
        self._nodes.writerow(
            ["iri:ID", ":LABEL", *(f"{name}:{kind}" for name, kind in columns.items())]
        )

    def add(
        self, iri: str, said: Iterable[tuple[Triple, Sequence[Words]]]
    ) -> Iterator[Sequence[str]]:
        """Write the node of a subject, and yield the rows of what leads away from it."""
        labels: list[str] = []
        values: dict[str, list[str]] = {}
        for triple, words in said:
            name, value = local_name(triple.predicate), triple.object
            if isinstance(value, NamedNode) and triple.predicate != RDF.type:
                if value.value in self._concepts:
                    self._used.add(value.value)
                yield _row(iri, value.value, relationship_type(name), (name, ""), words)
                continue
            if isinstance(value, NamedNode):
                text = local_name(value)
                labels.append(text)
            else:
                text = value.value if isinstance(value, Literal) else str(value)
                values.setdefault(name, []).append(text)
            for document, here in groupby(words, key=lambda each: each.document_iri):
                yield _row(iri, document, "STATED_IN", (name, text), tuple(here))
        self._write(iri, labels, values)

    def add_concepts(self) -> None:
        """Write the nodes of the concepts that something leads to."""
        for iri in sorted(self._used):
            told = dict(self._concepts[iri])
            labels = ["Concept", told.pop("scheme")]
            self._write(iri, labels, {name: [text] for name, text in told.items() if text})

    def _write(self, iri: str, labels: Sequence[str], values: Mapping[str, Sequence[str]]) -> None:
        cells = (DELIMITER.join(values.get(name, ())) for name in self._columns)
        self._nodes.writerow([iri, DELIMITER.join(labels), *cells])


def relationship_type(name: str) -> str:
    """Return the type of the relationships of a property, as Neo4j's users spell types.

    >>> relationship_type("hasPayer"), relationship_type("paidBy")
    ('HAS_PAYER', 'PAID_BY')
    """
    return str(_HUMP.sub(r"\1_\2", name)).upper()


def _row(
    start: str, end: str, kind: str, said: tuple[str, str], words: Sequence[Words]
) -> Sequence[str]:
    return (
        *(start, end, kind, *said),
        *(
            DELIMITER.join(str(getattr(each, name.partition(":")[0])) for each in words)
            for name in _RELATIONSHIP[5:]
        ),
    )


def _read_concepts(path: Path) -> dict[str, dict[str, str]]:
    """Return label, notation, definition and scheme of each concept of the vocabulary."""
    store = Store()
    with reading(path):
        store.load(path=str(path), format=RdfFormat.TURTLE)
    reader = GraphReader(store)
    found = {}
    for concept in reader.instances(SKOS.Concept):
        told = {name: reader.text(concept, term) or "" for name, term in _OF_CONCEPTS.items()}
        schemes = reader.objects(concept, SKOS.inScheme)
        words = local_name(schemes[0]).split("-") if schemes else []  # type: ignore[arg-type]  # IRIs
        scheme = "".join(word.capitalize() for word in words)
        found[concept.value] = {**told, "label": reader.label(concept), "scheme": scheme}
    return found
