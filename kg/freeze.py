"""Write a resolved document as bytes that tell all of it, and read it again.

Two lines of JSON: the document with its text, then what was read in it. Things and curators'
decisions stand once each and are meant by number.
"""

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

from kg.places import Place, PlaceReading
from kg.records import (
    Anomaly,
    Concept,
    Curation,
    Document,
    Extraction,
    Fact,
    Node,
    Object,
    Passage,
    Value,
)
from kg.resolve import Resolved

Json = Any
"""What json.loads gives."""

_CONCEPT, _VALUE = "concept", "value"
_PLACE: Final = tuple(field.name for field in fields(Place))
_READING: Final = tuple(field.name for field in fields(PlaceReading))[1:]


def freeze(resolved: Resolved) -> bytes:
    """Return all that `thaw` needs to make an equal one.

    >>> tree = Node("Program", ("program", "elm"), "Elm")
    >>> fact = Fact(tree, "hasAim", Concept("aim", "cost"), 0, 3, "prose.aim")
    >>> extraction = Extraction(Document("a.txt", "Elm", "7d" * 32), tree, (), (fact,), ())
    >>> thaw(freeze(Resolved(extraction, ()))).extraction == extraction
    True
    """
    extraction = resolved.extraction
    document = extraction.document
    nodes: dict[tuple[object, ...], int] = {}
    curations: dict[Curation, int] = {}
    program = _number(nodes, extraction.program)
    facts = [_fact_data(fact, nodes, curations) for fact in extraction.facts]
    of_document = [curations.setdefault(each, len(curations)) for each in extraction.curations]
    told = [_curation_data(each, nodes) for each in tuple(curations)]
    data = [
        program,
        [[p.order, p.start, p.end, p.kind, p.label] for p in extraction.passages],
        facts,
        [[a.start, a.end, a.kind, a.as_written, a.read_as] for a in extraction.anomalies],
        of_document,
        told,
        [_reading_data(reading) for reading in resolved.readings],
        list(nodes),
    ]
    head = [document.name, document.sha256, document.encoding, document.text]
    return _line(head) + _line(data)


def thaw(data: bytes) -> Resolved:
    """Return the document that was frozen.

    Raises:
        ValueError, TypeError, LookupError: the bytes are not what `freeze` gives.
    """
    head, _, body = data.partition(b"\n")
    name, sha256, encoding, text = json.loads(head)
    program, passages, facts, anomalies, of_document, told, readings, found = json.loads(body)
    nodes = [Node(kind, tuple(key), label) for kind, key, label in found]
    curations = [_curation(each, nodes) for each in told]
    extraction = Extraction(
        Document(name, text, sha256, encoding),
        nodes[program],
        tuple(Passage(*each) for each in passages),
        tuple(_fact(each, nodes, curations) for each in facts),
        tuple(Anomaly(*each) for each in anomalies),
        tuple(curations[number] for number in of_document),
    )
    return Resolved(extraction, tuple(map(_reading, readings)))


def thaw_text(data: bytes) -> str:
    """Return only the text of a frozen document."""
    text: str = json.loads(data.partition(b"\n")[0])[3]
    return text


def _line(data: Json) -> bytes:
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _number(nodes: dict[tuple[object, ...], int], node: Node) -> int:
    """Return the place of a node in the list of all; nodes of one key may differ in their label."""
    return nodes.setdefault((node.kind, node.key, node.label), len(nodes))


def _fact_data(
    fact: Fact, nodes: dict[tuple[object, ...], int], curations: dict[Curation, int]
) -> list[Json]:
    subject, curation = _number(nodes, fact.subject), fact.curation
    data = [subject, fact.predicate, _value_data(fact.value, nodes), fact.start, fact.end]
    by = None if curation is None else curations.setdefault(curation, len(curations))
    return [*data, fact.rule, fact.basis, fact.confidence, fact.as_written, by]


def _value_data(value: Object, nodes: dict[tuple[object, ...], int]) -> Json:
    if isinstance(value, Node):
        return _number(nodes, value)
    if isinstance(value, Concept):
        return [_CONCEPT, value.scheme, value.notation]
    return [_VALUE, value.lexical, value.datatype]


def _fact(data: Sequence[Json], nodes: Sequence[Node], curations: Sequence[Curation]) -> Fact:
    subject, predicate, value, start, end, rule, basis, confidence, as_written, by = data
    return Fact(
        nodes[subject],
        predicate,
        nodes[value] if isinstance(value, int) else _literal(*value),
        start,
        end,
        rule,
        basis,
        confidence,
        as_written,
        None if by is None else curations[by],
    )


def _literal(kind: str, *parts: str) -> Concept | Value:
    return Concept(*parts) if kind == _CONCEPT else Value(*parts)


def _curation_data(curation: Curation, nodes: dict[tuple[object, ...], int]) -> list[Json]:
    calls = None if curation.calls is None else _number(nodes, curation.calls)
    said = (curation.key, curation.action, curation.summary, curation.by, curation.why)
    return [*said, curation.date, calls, curation.spans]


def _curation(data: Sequence[Json], nodes: Sequence[Node]) -> Curation:
    key, action, summary, by, why, date, calls, spans = data
    thing = None if calls is None else nodes[calls]
    pairs = tuple((start, end) for start, end in spans)
    return Curation(key, action, summary, by, why, date, thing, pairs)


def _reading_data(reading: PlaceReading) -> list[Json]:
    place = [getattr(reading.place, name) for name in _PLACE]
    return [place, *(getattr(reading, name) for name in _READING)]


def _reading(data: Sequence[Json]) -> PlaceReading:
    place, *said = data
    return PlaceReading(Place(*map(_tuples, place)), *said)


def _tuples(value: Json) -> Json:
    """Return a list as the tuple that it was; keys and codes are the only lists of a place."""
    return tuple(value) if isinstance(value, list) else value
