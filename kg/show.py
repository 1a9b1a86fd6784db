"""Tell everything that a graph says about one thing, each fact with the words behind it."""

import difflib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import BinaryIO, Final, Literal, TypeAlias

from pyoxigraph import NamedNode, Store

from kg.terminal import printable, render
from kg.terms import ACP, OA, ORG, PROV, RDF, RDFS, SKOS
from kg.things import INNER_PARTS, LABELS, OTHER_NAMES, PARTS, GraphReader, Support, Term

Match: TypeAlias = Literal["IRI", "label", "other name", "part of a label"]
_OTHER_NAMES: Final = (*OTHER_NAMES, ACP.formerName, ACP.isoCode, ACP.fipsCode)
_HEADING: Final = frozenset(
    {
        *(RDF.type, RDFS.label, RDFS.isDefinedBy, *OTHER_NAMES),
        *(SKOS.prefLabel, SKOS.definition, SKOS.inScheme, SKOS.topConceptOf),
    }
)
"""What the heading tells, so that it is no fact below."""
_EVIDENCE_CLASSES: Final = frozenset(
    {
        *(RDF.Statement, ACP.Assertion, ACP.TextEvidence, ACP.Passage, ACP.Correction),
        *(OA.TextQuoteSelector, OA.TextPositionSelector),
    }
)
BOOKKEEPING: Final = frozenset(
    {
        *(RDF.type, RDF.subject, RDF.predicate, RDF.object, PROV.used, PROV.wasGeneratedBy),
        *(ACP.hasEvidence, ACP.inPassage, ACP.hasPassage, OA.hasSource, OA.hasSelector),
        *(SKOS.inScheme, SKOS.topConceptOf, SKOS.hasTopConcept, SKOS.broader, SKOS.narrower),
        *(RDFS.isDefinedBy, RDFS.subClassOf),
    }
)
"""Properties that say nothing about the thing that is their value."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that the graph speaks of, and how it was found."""

    iri: str
    label: str
    kind: str
    matched: Match


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A value of a property, with its supports and, for a part, the facts that it consists of."""

    value: str
    iri: str | None
    supports: tuple[Support, ...]
    parts: "tuple[FactGroup, ...]" = ()


@dataclass(frozen=True, slots=True)
class FactGroup:
    """The facts of one property, read from the thing's side."""

    property: str
    facts: tuple[ShownFact, ...]


@dataclass(frozen=True, slots=True)
class ThingDescription:
    """Everything that the graph says about one thing."""

    iri: str
    label: str
    kind: str
    definition: str | None
    other_names: tuple[str, ...]
    groups: tuple[FactGroup, ...]


def find_things(
    store: Store, words: str, among: Collection[NamedNode] | None = None
) -> tuple[Thing, ...]:
    """Return the things that words may mean: all of them, for the best kind of match.

    An IRI or a CURIE is best, then a label, another name or a code, and a part of a label. Case is
    ignored. With `among`, only some things are looked at.
    """
    reader = GraphReader(store)
    node = _named(words, reader.prefixes)
    if node and (reader.is_known(node) if among is None else node in among):
        return (_thing(reader, node, "IRI"),)
    wanted = " ".join(words.split()).casefold()
    if not wanted:
        return ()
    labels = [(node, label.casefold()) for node, label in reader.names(LABELS, among)]
    names = ((node, name.casefold()) for node, name in reader.names(_OTHER_NAMES, among))
    matches: tuple[tuple[Match, Iterable[NamedNode]], ...] = (
        ("label", (node for node, label in labels if label == wanted)),
        ("other name", (node for node, name in names if name == wanted)),
        ("part of a label", (node for node, label in labels if wanted in label)),
    )
    found = (_things(reader, nodes, matched) for matched, nodes in matches)
    return _without_descriptions(next((things for things in found if things), ()))


def _without_descriptions(things: tuple[Thing, ...]) -> tuple[Thing, ...]:
    """Leave out descriptions, which have the title of their program: it is the program meant."""
    described = tuple(thing for thing in things if thing.kind != "source document")
    return described or things


def suggest_names(
    store: Store, words: str, among: Collection[NamedNode] | None = None
) -> tuple[str, ...]:
    """Return up to three names like words that name nothing, or nothing `among` some things."""
    reader = GraphReader(store)
    names = {
        name.casefold(): name
        for node, name in reader.names((*LABELS, *OTHER_NAMES), among)
        if not _is_evidence(reader, node)
    }
    near = difflib.get_close_matches(words.casefold(), sorted(names), n=3)
    return tuple(names[name] for name in near)


def _named(words: str, known: Mapping[str, str]) -> NamedNode | None:
    words = words.strip().removeprefix("<").removesuffix(">")
    prefix, colon, name = words.partition(":")
    try:
        return NamedNode(known[prefix] + name if prefix in known else words) if colon else None
    except ValueError:  # a title with a colon in it
        return None


def _things(reader: GraphReader, nodes: Iterable[NamedNode], matched: Match) -> tuple[Thing, ...]:
    found = (_thing(reader, node, matched) for node in set(nodes) if not _is_evidence(reader, node))
    return tuple(sorted(found, key=lambda thing: (thing.label, thing.iri)))


def _thing(reader: GraphReader, node: NamedNode, matched: Match) -> Thing:
    return Thing(node.value, reader.label(node), reader.kind(node), matched)


def _is_evidence(reader: GraphReader, node: NamedNode) -> bool:
    return not _EVIDENCE_CLASSES.isdisjoint(reader.objects(node, RDF.type))


def describe_thing(store: Store, iri: str) -> ThingDescription:
    """Return everything about a thing, as subject and as object, with the words behind it."""
    reader, node = GraphReader(store), NamedNode(iri)
    return ThingDescription(
        iri=iri,
        label=reader.label(node),
        kind=reader.kind(node),
        definition=reader.text(node, SKOS.definition),
        other_names=tuple(sorted({*reader.texts(node, *OTHER_NAMES)} - {reader.label(node)})),
        groups=(*_grouped(_facts(reader, node)), *_grouped(_inverse_facts(reader, node))),
    )


_Named: TypeAlias = tuple[str, ShownFact]


def _grouped(facts: Iterable[_Named]) -> tuple[FactGroup, ...]:
    groups: dict[str, list[ShownFact]] = defaultdict(list)
    for name, fact in facts:
        groups[name].append(fact)
    return tuple(
        FactGroup(name, tuple(sorted(groups[name], key=lambda fact: (fact.value, fact.iri or ""))))
        for name in sorted(groups)
    )


def _facts(
    reader: GraphReader, node: NamedNode, parts: frozenset[NamedNode] = PARTS
) -> Iterator[_Named]:
    """Yield what is said about a thing; of its values, those that are parts with their facts."""
    for predicate, value in reader.pairs(node):
        if predicate not in _HEADING and not _is_evidence_of(reader, value):
            inner: tuple[FactGroup, ...] = ()
            if isinstance(value, NamedNode) and _is_part(reader, value, parts):
                inner = _grouped(_facts(reader, value, INNER_PARTS))
            supports = tuple(reader.supports(node, predicate, value))
            fact = ShownFact(reader.label(value), _iri(value), supports, inner)
            yield reader.property_name(predicate), fact


def _inverse_facts(reader: GraphReader, node: NamedNode) -> Iterator[_Named]:
    """Yield what is said with a thing as value, read from its side."""
    for subject, predicate in reader.links(node):
        if predicate in BOOKKEEPING or _is_evidence(reader, subject):
            continue
        inner: tuple[FactGroup, ...] = ()
        if _is_part(reader, subject, PARTS | INNER_PARTS):
            own = (
                pair for pair in _facts(reader, subject, INNER_PARTS) if pair[1].iri != node.value
            )
            inner = _grouped((*_owners(reader, subject), *own))
        supports = tuple(reader.supports(subject, predicate, node))
        reading = reader.inverse_name(predicate)
        yield reading, ShownFact(reader.label(subject), subject.value, supports, inner)


def _owners(reader: GraphReader, part: NamedNode) -> Iterator[_Named]:
    for owner, predicate in reader.links(part):
        if ACP.Program in reader.objects(owner, RDF.type) and predicate != ORG.organization:
            supports = tuple(reader.supports(owner, predicate, part))
            yield "of program", ShownFact(reader.label(owner), owner.value, supports)


def _is_part(reader: GraphReader, node: NamedNode, parts: frozenset[NamedNode]) -> bool:
    return not parts.isdisjoint(reader.objects(node, RDF.type))


def _is_evidence_of(reader: GraphReader, value: Term) -> bool:
    return isinstance(value, NamedNode) and _is_evidence(reader, value)


def _iri(value: Term) -> str | None:
    return value.value if isinstance(value, NamedNode) else None


def write_description(
    description: ThingDescription, form: Literal["table", "json"], stream: BinaryIO
) -> None:
    """Write a description for a person to read, or as JSON."""
    if form == "json":
        stream.write(json.dumps(asdict(description), indent=2).encode() + b"\n")
        return
    from rich.text import Text

    text = Text()
    for words, style in _lines(description):
        text.append(f"{printable(words)}\n", style)
    text.rstrip()
    render(text, stream)


_Line: TypeAlias = tuple[str, str]


def _lines(description: ThingDescription) -> Iterator[_Line]:
    """Yield the lines of a description with their styles."""
    yield description.label, "bold"
    yield f"{description.kind}  {description.iri}", "dim"
    if description.definition:
        yield description.definition, ""
    if description.other_names:
        yield f"also: {'; '.join(description.other_names)}", ""
    for group in description.groups:
        yield "", ""
        yield from _group_lines(group, "")


def _group_lines(group: FactGroup, indent: str) -> Iterator[_Line]:
    yield f"{indent}{group.property}", "bold cyan"
    for fact in group.facts:
        yield f"{indent}  {fact.value}", "bold"
        for support in fact.supports:
            yield f"{indent}    “{support.quotation}”", "italic"
            yield f"{indent}      {_origin(support)}", "dim"
        for part in fact.parts:
            yield from _group_lines(part, f"{indent}    ")


def _origin(support: Support) -> str:
    """Return where words stand and, unless they say the fact outright, how it was read.

    >>> _origin(Support("2C", "lmg.txt", 5, 7, "mapped", 0.7, "payments.category", None))
    'lmg.txt, characters 5-7; mapped, confidence 0.7; rule payments.category'
    """
    origin = [f"{support.document}, characters {support.start}-{support.end}"]
    if support.basis not in {"", "stated"} or support.confidence < 1:
        origin.append(f"{support.basis}, confidence {support.confidence:g}")
    if support.rule:
        origin.append(f"rule {support.rule}")
    return "; ".join(origin)
