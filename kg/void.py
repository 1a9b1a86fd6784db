"""Describe a build in VoID and DCAT, with counts that match its files.

No date stands in it, since the same input and version give the same bytes whenever they are built;
and no licence, since the rights in the source texts are not ours to give.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from kg.checksums import digest_files, files_below
from kg.lines import Sorter, make_lines
from kg.terms import (
    DCAT,
    DCTERMS,
    ONTOLOGY,
    OWL_RL,
    PROV,
    RDF,
    RDFS,
    SPDX,
    VOCABULARY,
    VOID,
    XSD,
    local_name,
)
from kg.workers import batched

MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "gz": "application/n-quads",
    "html": "text/html",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "ttl": "text/turtle",
}
"""The types that IANA has registered; the others go without."""
ABOUT: Final = {
    "graph.ttl": "the facts, as Turtle",
    "graph.nt": "the facts, as N-Triples",
    "graph.jsonld": "the facts, as JSON-LD",
    "graph.rdf": "the facts, as RDF/XML",
    "graph.graphml": "the facts as a network, for graph tools",
    "evidence.ttl": "one assertion for each fact, with the words behind it",
    "ontology.ttl": "the classes and properties",
    "vocabulary.ttl": "the concepts and their wordings",
    "shapes.ttl": "the shapes that the data conform to",
    "alignments.ttl": "what the terms correspond to in other vocabularies, and how surely",
    "inferred.ttl": "what follows from the facts by the ontology; no text states it",
    "axioms.ttl": "what other vocabularies say of the terms that ours build on",
    "dataset.trig": "everything, one named graph for each document, as TriG",
    "dataset.nq.gz": "everything, one named graph for each document, as compressed N-Quads",
    "network.html": "the facts as a picture to explore",
    "records.jsonl": "one record for each document",
    "tables/csv-metadata.json": "what the columns of the tables hold, as CSV on the Web",
    "validation.ttl": "the SHACL validation report",
    "report.html": "what was read, what was not understood and what to check",
    "recipe.json": "what the build was made of, as a digest, and how it ended",
    "report.json": "the same report for programs",
}
"""What the files of a build are."""
_TYPE: Final = str(RDF.type).encode()
_AT_ONCE: Final = 1000
"""Statements whose objects are counted together."""
_MANY: Final = 100_000
"""Values that are told apart before they are sorted: most are in many statements."""
_UNDESCRIBED: Final = ("void.ttl", "SHA256SUMS")
_IANA: Final = "https://www.iana.org/assignments/media-types/"
_DUMPS: Final = ("graph.ttl", "graph.nt", "graph.jsonld", "graph.rdf")
"""Files that each hold exactly the described facts."""


@dataclass(slots=True)
class Counts:
    """What there is in some triples; an entity is a subject that has a type."""

    triples: int = 0
    subjects: int = 0
    entities: int = 0
    objects: int = 0
    properties: Counter[bytes] = field(default_factory=Counter)
    classes: Counter[bytes] = field(default_factory=Counter)
    examples: dict[bytes, bytes] = field(default_factory=dict)
    """The first entity of each class."""


def count_statements(triples: Iterable[Triple], work: Path | None = None) -> Counts:
    """Count in one pass: all statements about a subject stand together.

    `work` is a folder of its own for what is too large to count in memory.
    """
    counts, objects = Counts(), Sorter(work, "objects")
    last, last_entity, values = b"", b"", set[bytes]()
    for lines in batched(make_lines(triples).lines(), _AT_ONCE):
        statements = [line.split(b" ", 2) for line in lines]
        values.update([value for *_, value in statements])
        if len(values) > _MANY:
            objects.add(values)
            values = set()
        for subject, predicate, value in statements:
            counts.triples += 1
            counts.properties[predicate] += 1
            if subject != last:
                counts.subjects += 1
                last = subject
            if predicate == _TYPE:
                counts.classes[value[:-3]] += 1
                counts.examples.setdefault(value[:-3], subject)
                counts.entities += subject != last_entity
                last_entity = subject
    objects.add(values)
    counts.objects = objects.count()
    return counts


@dataclass(frozen=True, slots=True)
class DatasetDescription:
    """What the description of a build is made from.

    `facts` counts the triples of graph.ttl; `version` is that of the software; `documents` counts
    the sources.
    """

    facts: Counts
    evidence: Counts
    base: str
    version: str
    documents: int
    inferred: Counts | None = None


def describe_dataset(folder: Path, description: DatasetDescription) -> tuple[Triple, ...]:
    """Return the description of the files in a folder: write every other file before.

    The caller writes the triples to `void.ttl`; neither that file nor the checksums are in them,
    since no file can hold its own digest.
    """
    dataset = NamedNode(f"{description.base}dataset")
    triples = {
        *_general(dataset, description),
        *_statistics(dataset, description.facts),
        *_partitions(dataset, description.facts),
        *_part(dataset, "evidence", description.evidence),
        *_inferred(dataset, description),
        *_distributions(dataset, folder),
    }
    return tuple(sorted(triples, key=str))


def _general(dataset: NamedNode, description: DatasetDescription) -> Iterator[Triple]:
    yield Triple(dataset, RDF.type, VOID.Dataset)
    yield Triple(dataset, RDF.type, DCAT.Dataset)
    yield Triple(dataset, DCTERMS.title, _english("Accountable care programs"))
    text = (
        "Facts about accountable care programs, each with the words of the program description "
        "that it was read from. Rights in the descriptions stay with their publishers."
    )
    yield Triple(dataset, DCTERMS.description, _english(text))
    yield Triple(dataset, DCAT.version, Literal(description.version))
    for word in ("accountable care", "payer", "provider group", "value-based payment"):
        yield Triple(dataset, DCAT.keyword, _english(word))
    yield Triple(dataset, VOID.documents, _integer(description.documents))
    yield Triple(dataset, VOID.uriSpace, Literal(f"{description.base}id/"))
    for vocabulary in (f"{ONTOLOGY}#", VOCABULARY):
        yield Triple(dataset, VOID.vocabulary, NamedNode(vocabulary))
    for name in _DUMPS:
        yield Triple(dataset, VOID.dataDump, _file(dataset, name))


def _statistics(subject: NamedNode, counts: Counts) -> Iterator[Triple]:
    for predicate, number in (
        (VOID.triples, counts.triples),
        (VOID.entities, counts.entities),
        (VOID.distinctSubjects, counts.subjects),
        (VOID.distinctObjects, counts.objects),
        (VOID.properties, len(counts.properties)),
        (VOID.classes, len(counts.classes)),
    ):
        yield Triple(subject, predicate, _integer(number))


def _partitions(dataset: NamedNode, counts: Counts) -> Iterator[Triple]:
    """Yield how many things each class and how many triples each property has."""
    for text, number in counts.classes.items():
        term = _named(text)
        part = name_part(dataset, "class", term)
        yield Triple(dataset, VOID.classPartition, part)
        yield Triple(part, VOID["class"], term)
        yield Triple(part, VOID.entities, _integer(number))
        yield Triple(dataset, VOID.exampleResource, _named(counts.examples[text]))
    for text, number in counts.properties.items():
        term = _named(text)
        part = name_part(dataset, "property", term)
        yield Triple(dataset, VOID.propertyPartition, part)
        yield Triple(part, VOID.property, term)
        yield Triple(part, VOID.triples, _integer(number))


def _named(text: bytes) -> NamedNode:
    """Return the term of an IRI as N-Triples writes it."""
    return NamedNode(text.decode()[1:-1])


def _part(dataset: NamedNode, name: str, counts: Counts) -> Iterator[Triple]:
    """Yield a part of the data that is published in a file of its own."""
    part = NamedNode(f"{dataset.value}_{name}")
    yield Triple(dataset, VOID.subset, part)
    yield Triple(part, RDF.type, VOID.Dataset)
    yield Triple(part, DCTERMS.title, _english(f"Accountable care programs: {name}"))
    yield Triple(part, VOID.dataDump, _file(dataset, f"{name}.ttl"))
    yield from _statistics(part, counts)


def _inferred(dataset: NamedNode, description: DatasetDescription) -> Iterator[Triple]:
    """Yield the part that no text states, marked as derived from the rest; often there is none."""
    if description.inferred is None:
        return
    part = NamedNode(f"{dataset.value}_inferred")
    yield from _part(dataset, "inferred", description.inferred)
    yield Triple(part, PROV.wasDerivedFrom, dataset)
    yield Triple(part, DCTERMS.conformsTo, OWL_RL)
    yield Triple(part, RDFS.seeAlso, NamedNode(f"{description.base}graph/inferred"))


def _distributions(dataset: NamedNode, folder: Path) -> Iterator[Triple]:
    """Yield each file with its type, size and digest."""
    names = (path.relative_to(folder).as_posix() for path in sorted(files_below(folder)))
    described = {name: folder / name for name in names if name not in _UNDESCRIBED}
    digests = digest_files(described.values())
    for (name, path), digest in zip(described.items(), digests, strict=True):
        distribution = NamedNode(f"{dataset.value}_file_{quote(name.replace('/', '_'))}")
        yield Triple(dataset, DCAT.distribution, distribution)
        yield Triple(distribution, RDF.type, DCAT.Distribution)
        about = ABOUT.get(name, f"a table of {path.stem.replace('_', ' ')}")
        yield Triple(distribution, DCTERMS.title, _english(f"{name}: {about}"))
        yield Triple(distribution, DCAT.downloadURL, _file(dataset, name))
        if media_type := MEDIA_TYPES.get(name.rpartition(".")[2]):
            yield Triple(distribution, DCAT.mediaType, NamedNode(_IANA + media_type))
        if name.endswith(".gz"):
            yield Triple(distribution, DCAT.compressFormat, NamedNode(f"{_IANA}application/gzip"))
        size = Literal(str(path.stat().st_size), datatype=XSD.nonNegativeInteger)
        yield Triple(distribution, DCAT.byteSize, size)
        yield from _checksum(distribution, digest)


def _checksum(distribution: NamedNode, digest: str) -> Iterator[Triple]:
    checksum = NamedNode(f"{distribution.value}_sha256")
    value = Literal(digest, datatype=NamedNode(f"{XSD.iri}hexBinary"))
    yield Triple(distribution, SPDX.checksum, checksum)
    yield Triple(checksum, RDF.type, SPDX.Checksum)
    yield Triple(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    yield Triple(checksum, SPDX.checksumValue, value)


def _file(dataset: NamedNode, name: str) -> NamedNode:
    """Return where a file is found once the folder is published at the base.

    >>> _file(NamedNode("https://w3id.org/acp/dataset"), "graph.ttl").value
    'https://w3id.org/acp/data/graph.ttl'
    """
    return NamedNode(f"{dataset.value.removesuffix('set')}/{quote(name)}")


def name_part(dataset: NamedNode, kind: str, term: NamedNode) -> NamedNode:
    """Return a name for a partition: the words of the term, and a digest, as two may share them."""
    word = local_name(term)
    digest = hashlib.sha256(term.value.encode()).hexdigest()[:8]
    return NamedNode(f"{dataset.value}_{kind}_{quote(word, safe='')}-{digest}")


def _english(text: str) -> Literal:
    return Literal(text, language="en")


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)
