"""Tell what the columns of the CSV tables hold: types, keys and properties.

That follows from the ontology and the shapes, never from the rows, so that every build has the
same columns.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode, RdfFormat, Store

from kg.errors import InputError
from kg.table_queries import COUNTS, MORE_COLUMNS, RECORD_TABLES
from kg.tables import CONCEPT_TABLES, MOST_LISTED, column_name, table_name
from kg.terms import (
    ACP,
    ACP_CLASSES,
    ACP_PROPERTIES,
    DCTERMS,
    ORG,
    RDF,
    RDFS,
    SH,
    SKOS,
    local_name,
    prefixes,
)
from kg.things import INNER_PARTS, PARTS

_VALUES, _QUOTATIONS = "; ", " | "
_LISTED: Final = f"At most {MOST_LISTED} are listed, then how many more there are."
_PROGRAMS: Final = f"The programs that it is part of or takes part in. {_LISTED}"
_FURTHER: Final = "What lies one record further on."
_INTEGERS: Final = frozenset(("start", "end", "order"))
_MODEL_FILES: Final = ("ontology.ttl", "shapes.ttl")
_RECORD_PROPERTIES: Final[Mapping[str, Mapping[str, NamedNode]]] = {
    "evidence": {
        "subject_iri": RDF.subject,
        "property_iri": RDF.predicate,
        "value_iri": RDF.object,
        "confidence": ACP.confidence,
        "rule": ACP.extractionRule,
        "as_written": ACP.asWritten,
    },
    "passages": {
        "order": ACP.passageOrder,
        "start": ACP.passageStart,
        "end": ACP.passageEnd,
        "modelled": ACP.passageModelled,
        "text": ACP.passageText,
    },
    "anomalies": {
        "type_iri": ACP.anomalyType,
        "as_written": ACP.asWritten,
        "read_as": ACP.readAs,
    },
}
"""What the columns of tables of records say of the thing that a row is about."""
_RECORD_KEYS: Final = {
    "evidence": "assertion_iri",
    "passages": "passage_iri",
    "anomalies": "anomaly_iri",
}
_NAMED_OTHERWISE: Final = (
    *(RDFS.label, DCTERMS.title, DCTERMS.identifier, DCTERMS.modified, SKOS.altLabel),
    *(ORG.member, ORG.organization, ORG.role),
)
"""Properties of other vocabularies that tables have."""
_PROPERTIES: Final = (*(ACP[name] for name in ACP_PROPERTIES), *_NAMED_OTHERWISE)
_CLASS_OF: Final = {table_name(name): ACP[name] for name in ACP_CLASSES}
_TYPES: Final = frozenset(("boolean", "date", "decimal", "gYear", "integer"))
_MODEL: Final = """SELECT ?property ?type ?functional ?comment WHERE {
  { ?property a owl:DatatypeProperty } UNION { ?property a owl:ObjectProperty }
  OPTIONAL { ?property rdfs:comment ?comment }
  OPTIONAL { { ?property rdfs:range ?type } UNION
    { ?shape sh:path ?property ; sh:datatype ?type }
    FILTER(STRSTARTS(STR(?type), STR(xsd:))) }
  BIND(EXISTS { ?property a owl:FunctionalProperty } AS ?functional) }"""
_LIMITED: Final = """SELECT ?class ?property WHERE {
  ?shape sh:targetClass ?class ; sh:property ?limit . ?limit sh:path ?property ; sh:maxCount 1 }"""
_DECLARED: Final = """SELECT ?class ?property WHERE {
  ?property rdfs:domain ?super . ?class rdfs:subClassOf* ?super }"""
_CLASSES: Final = "SELECT ?class ?comment WHERE { ?class a owl:Class ; rdfs:comment ?comment }"


@dataclass(frozen=True, slots=True)
class Column:
    """What the cells of a column hold."""

    name: str
    datatype: str = "string"
    """A datatype of CSVW, which has those of XML Schema under their local names."""
    separator: str | None = None
    """What stands between several values; nothing where the model allows one."""
    property: str | None = None
    """IRI of what the column says of the thing that its row is about."""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a table and what tells its rows apart."""

    name: str
    columns: tuple[Column, ...]
    about: str
    """The column with the IRI of the thing that a row is about."""
    key: tuple[str, ...] = ()
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By column, the table and the column that hold every value of it."""
    comment: str = ""


_PLAIN: Final = {
    column.name: column
    for column in (
        Column("label", property=RDFS.label.value, comment="What it is called."),
        Column("iri", "anyURI", comment="Its IRI."),
        Column("quotation", separator=_QUOTATIONS, comment=f"The words behind the row. {_LISTED}"),
        Column("document", separator=_VALUES, comment=f"The files that are quoted. {_LISTED}"),
    )
}
"""Columns that mean the same in every table of things."""


def describe_tables(build: Path) -> tuple[Table, ...]:
    """Return what each table of a build holds, by name.

    Raises:
        InputError: the folder holds no build.
    """
    model = read_model(build)
    headers = {path.stem: _header(path) for path in sorted((build / "tables").glob("*.csv"))}
    if "programs" not in headers:
        raise InputError(build, "this build has no tables; run `kg build` again")
    return tuple(model.describe(name, header) for name, header in headers.items())


def _header(path: Path) -> tuple[str, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(next(csv.reader(file), ()))


def read_model(build: Path) -> "TableModel":
    """Return what the ontology and the shapes of a build say of columns.

    Raises:
        InputError: the folder holds no build, or a file of it is damaged.
    """
    try:
        return TableModel(*((build / name).read_bytes() for name in _MODEL_FILES))
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(build, "no build is here; run `kg build` first") from None
    except SyntaxError as error:
        raise InputError(build, f"its model is damaged ({error}); run `kg build` again") from error


@dataclass(frozen=True, slots=True)
class _Term:
    """What the model says of a property."""

    types: frozenset[str] = frozenset()
    functional: bool = False
    comment: str = ""


class TableModel:
    """What ontology and shapes say of the columns of tables."""

    def __init__(self, ontology: bytes, shapes: bytes) -> None:
        store = Store()
        for turtle in (ontology, shapes):
            store.load(input=turtle, format=RdfFormat.TURTLE)
        known = {**prefixes(), "sh": SH.iri}

        def select(query: str) -> Any:
            return store.query(query, prefixes=known)

        self._terms: dict[str, _Term] = {}
        for row in select(_MODEL):
            before = self._terms.get(row["property"].value, _Term())
            self._terms[row["property"].value] = _Term(
                before.types | ({local_name(row["type"])} if row["type"] else set()),
                row["functional"].value == "true",
                before.comment or (row["comment"].value if row["comment"] else ""),
            )
        self._declared = {(row["class"], row["property"]) for row in select(_DECLARED)}
        self._limited = {(row["class"], row["property"]) for row in select(_LIMITED)}
        self._classes = {row["class"]: row["comment"].value for row in select(_CLASSES)}

    def datatype(self, term: NamedNode) -> str:
        """Return the one datatype of a property, as CSVW names it; else `string`."""
        return _one_type(self._terms.get(term.value, _Term()))

    def is_single(self, term: NamedNode, kind: NamedNode | None = None) -> bool:
        """Say whether the model allows one value for each thing: of a class, or of any."""
        if self._terms.get(term.value, _Term()).functional:
            return True
        return any(term == one and kind in {None, of} for of, one in self._limited)

    def describe(self, name: str, header: Sequence[str]) -> Table:
        """Return what a table holds whose columns have these names."""
        if name in RECORD_TABLES:
            return self._records(name, header)
        if name in CONCEPT_TABLES:
            return self._concepts(name, header)
        kind = _CLASS_OF.get(name)
        columns = tuple(self._column(name, column, header) for column in header)
        references = {"program_iri": ("programs", "iri")} if _is_part(name) else {}
        comment = self._classes.get(kind, "") if kind else ""
        return Table(name, columns, "iri", ("iri",), references, comment)

    def _column(self, table: str, name: str, header: Sequence[str]) -> Column:
        if name in _PLAIN:
            return _PLAIN[name]
        base = name.removesuffix("_iri")
        if name in COUNTS.get(table, {}):
            return Column(name, "integer", comment=f"How many {name.replace('_', ' ')}.")
        if base == "program":
            separator = None if _is_part(table) else _VALUES
            return Column(name, _kind(name), separator, comment=_PROGRAMS)
        is_link = f"{base}_iri" in header
        if base == "part_of" or base in MORE_COLUMNS.get(table, {}):
            return Column(name, _kind(name), _VALUES, comment=_FURTHER)
        kind = _CLASS_OF.get(table)
        term = self._property_of(base, kind)
        said = self._terms.get(term.value, _Term()) if term else _Term()
        is_single = term is not None and kind is not None and self.is_single(term, kind)
        datatype = _kind(name) if is_link else _one_type(said)
        says = term if name != base or not is_link else None  # labels only repeat what IRIs say
        separator = None if is_single else _VALUES
        return Column(name, datatype, separator, says.value if says else None, said.comment)

    def _property_of(self, column: str, kind: NamedNode | None) -> NamedNode | None:
        """Return the property of a column: a program's `care_role` is not that of an assignment."""
        found = [term for term in _PROPERTIES if column_name(local_name(term)) == column]
        return next(
            (term for term in found if (kind, term) in self._declared), next(iter(found), None)
        )

    def _concepts(self, name: str, header: Sequence[str]) -> Table:
        term = CONCEPT_TABLES[name].value
        program, concept = "program_iri", f"{name.removesuffix('s')}_iri"
        columns = tuple(
            _PLAIN.get(column)
            or Column(column, _kind(column), property=term if column == concept else None)
            for column in header
        )
        comment = self._terms.get(term, _Term()).comment
        references = {program: ("programs", "iri")}
        return Table(name, columns, program, (program, concept), references, comment)

    def _records(self, name: str, header: Sequence[str]) -> Table:
        columns = tuple(self._record_column(column, _RECORD_PROPERTIES[name]) for column in header)
        about = _RECORD_KEYS[name]
        # An assertion has a row for each of its spans and rules.
        key = () if name == "evidence" else (about,)
        return Table(name, columns, about, key, {"document_iri": ("documents", "iri")})

    def _record_column(self, name: str, properties: Mapping[str, NamedNode]) -> Column:
        term = properties.get(name)
        said = self._terms.get(term.value, _Term()) if term else _Term()
        datatype = "integer" if name in _INTEGERS else _kind(name, said)
        return Column(name, datatype, None, term.value if term else None, said.comment)


def _is_part(table: str) -> bool:
    """Say whether the things of a table belong to one program each, as their IRIs do."""
    return _CLASS_OF.get(table) in (PARTS | INNER_PARTS) - {ACP.PrecedenceClaim}


def _kind(column: str, said: _Term = _Term()) -> str:
    return "anyURI" if column.endswith("_iri") else _one_type(said)


def _one_type(said: _Term) -> str:
    """Return the datatype of a property; a text where the model allows several, as for dates."""
    known = said.types
    return next(iter(known)) if len(known) == 1 and known <= _TYPES else "string"
