"""Decide which thing each name means: organizations by what `identity` finds, places offline.

A name's key is a function of the name alone, so the same name in two documents is one node without
looking at both. What is left for the whole collection is to move the keys that are one
organization's to its own key, and to choose one label for each node.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import is_
from typing import Final

from kg.identity import Identity, Reason, identify
from kg.labels import Called, Labels, LabelsByKey, choose_labels, read_called
from kg.lexicon import Vocabulary
from kg.names import organization_key
from kg.naming import CollectedNames, Mention, collect_names, is_organization, read_names
from kg.places import PlaceReading, read_place
from kg.quotation import Quotation, quote
from kg.records import Anomaly, Extraction, Fact, Node, Value
from kg.spool import change_each

_SAME_FORM: Final = Reason("they have the same normal form")


@dataclass(frozen=True, slots=True)
class Resolved:
    """An extraction whose place names are places, with the readings that made them so."""

    extraction: Extraction
    readings: tuple[PlaceReading, ...]


def resolve_places(extraction: Extraction) -> Resolved:
    """Return the extraction with each place name read by the gazetteer.

    A misspelt name is read as the one place of the state that it can mean, and reported.
    """
    readings: dict[str, PlaceReading] = {}
    anomalies = list(extraction.anomalies)
    facts = []
    for fact in extraction.facts:
        value = fact.value
        if isinstance(value, Node) and value.key[:2] == ("place", "text"):
            reading = readings.setdefault(value.label, read_place(value.label))
            facts.append(_with_place(fact, reading))
            anomalies.extend(_misspelling(extraction, fact, reading))
        else:
            facts.append(fact)
    resolved = replace(
        extraction,
        facts=tuple(dict.fromkeys(facts)),
        anomalies=tuple(sorted(set(anomalies))),
    )
    return Resolved(resolved, tuple(readings[name] for name in sorted(readings)))


def _with_place(fact: Fact, reading: PlaceReading) -> Fact:
    place = reading.place
    node = Node("Place", place.key, place.name)
    written = reading.as_written if reading.basis != "stated" else None
    confidence = min(fact.confidence, reading.confidence)
    return replace(fact, value=node, basis=reading.basis, confidence=confidence, as_written=written)


def _misspelling(extraction: Extraction, fact: Fact, reading: PlaceReading) -> Iterable[Anomaly]:
    if reading.typo_of is None:
        return
    text = extraction.document.text[fact.start : fact.end]
    name = text.split(",", 1)[0].rstrip()
    yield Anomaly(fact.start, fact.start + len(name), "misspelling", name, reading.typo_of)


@dataclass(frozen=True, slots=True)
class Merge:
    """Several names that are one organization, why, and where each of them stands."""

    key: str
    names: tuple[str, ...]
    reasons: tuple[str, ...]
    quotations: tuple[Quotation, ...]
    """For each name its first mention, then the words that explain an acronym."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """Documents in which each organization has one key, with what was merged."""

    documents: Sequence[Resolved]
    also_named: Mapping[str, tuple[str, ...]]
    """Names by key that no fact uses, such as an acronym in parentheses."""
    merges: tuple[Merge, ...]

    def labels(self) -> LabelsByKey:
        """Return the names of each node, the one to show first."""
        return choose_labels((found.extraction for found in self.documents), self.also_named)


def resolve_organizations(
    documents: Sequence[Resolved], vocabulary: Vocabulary, names: CollectedNames | None = None
) -> Resolution:
    """Return the documents with the keys that mean one organization made one.

    `names` are those of the documents, where they have been collected already.
    """
    if names is None:
        names = collect_names(read_names(found.extraction) for found in documents)
    identity = identify(names, vocabulary)
    merges = tuple(_merges(documents, names, identity))
    return Resolution(move_keys(documents, identity), identity.also_named, merges)


def move_keys(documents: Sequence[Resolved], identity: Identity) -> Sequence[Resolved]:
    """Return the documents with each organization under its own key."""

    def move(found: Resolved) -> Resolved:
        return replace(found, extraction=with_own_keys(found.extraction, identity))

    return change_each(documents, move)


def with_own_keys(extraction: Extraction, identity: Identity) -> Extraction:
    """Return the extraction with each organization, and what is part of one, under its own key."""
    document = extraction.document.name

    def move(fact: Fact) -> Fact:
        subject, value = _moved(fact.subject, document, identity), fact.value
        if isinstance(value, Node):
            value = _moved(value, document, identity)
        is_moved = subject is not fact.subject or value is not fact.value
        return replace(fact, subject=subject, value=value) if is_moved else fact

    facts = tuple(map(move, extraction.facts))
    if all(map(is_, facts, extraction.facts)):  # as in most documents; to compare takes longer
        return extraction
    return replace(extraction, facts=tuple(dict.fromkeys(facts)))


def _moved(node: Node, document: str, identity: Identity) -> Node:
    """Return a node under its own key; a part's begins, a participation's ends with its owner's."""
    place = {"org": 1, "program": 3 if node.kind == "Participation" else len(node.key)}
    index = place.get(node.key[0], len(node.key))
    if index >= len(node.key):
        return node
    own = identity.key_of(document, node.key[index])
    if own == node.key[index]:
        return node
    return replace(node, key=(*node.key[:index], own, *node.key[index + 1 :]))


def _merges(
    documents: Sequence[Resolved], names: CollectedNames, identity: Identity
) -> Iterator[Merge]:
    """Yield each organization that has several names, with the first mention of each name."""
    numbers = {here.document: number for number, here in names.explaining}
    for own, mentions in sorted(_mentions(names, identity).items()):
        if len(mentions) < 2:
            continue
        keys = sorted({key for _, key, *_ in mentions.values()})
        reasons = {identity.reasons[k] for k in keys if k != own and k in identity.reasons}
        reasons |= {_SAME_FORM} if len(keys) < len(mentions) else set()
        ordered = sorted(reasons, key=lambda reason: (reason.words, reason.document))
        places = [mentions[name][2:] for name in sorted(mentions)]
        places += [(numbers[r.document], r.start, r.end) for r in ordered if r.document]
        yield Merge(
            own,
            tuple(sorted(mentions)),
            tuple(dict.fromkeys(reason.words for reason in ordered)),
            tuple(quote(documents[n].extraction, start, end) for n, start, end in places),
        )


def _mentions(names: CollectedNames, identity: Identity) -> dict[str, dict[str, Mention]]:
    """Return the first mention of each name of each organization."""
    found: dict[str, dict[str, Mention]] = {}

    def add(own: str, name: str, mention: Mention) -> None:
        mentions = found.setdefault(own, {})
        mentions[name] = min(mentions.get(name, mention), mention)

    for (key, name), mention in names.first.items():
        add(identity.key_of(mention[0], key), name, mention)
    for number, here in names.explaining:
        for naming in here.namings:
            mention = (here.document, naming.key, number, naming.start, naming.end)
            add(identity.key_of(here.document, naming.key), naming.name, mention)
    return found


def collect_labels(
    documents: Sequence[Resolved],
    also_named: Mapping[str, tuple[str, ...]] | None = None,
    called: Iterable[Called] | None = None,
) -> Labels:
    """Return the labels of all things in documents, to be asked for by document.

    `called` is what each document calls things, in their order, where it has been read already.
    """
    if called is None:
        called = (read_called(found.extraction) for found in documents)
    labels = Labels(lambda number: read_called(documents[number].extraction), also_named or {})
    for number, each in enumerate(called):
        labels.add(number, each)
    return labels


def with_aliases(found: Resolved, labels: LabelsByKey) -> Resolved:
    """Return a document that also says by which other names it knows organizations.

    Without these facts an alternative label would be the one statement without words behind it.
    """
    facts = (*found.extraction.facts, *alias_facts(found, labels))
    return replace(found, extraction=replace(found.extraction, facts=facts))


def alias_facts(found: Resolved, labels: LabelsByKey) -> Iterator[Fact]:
    """Yield a fact for each name of an organization that is not the one to show."""
    things = (x for f in found.extraction.facts for x in (f.subject, f.value))
    nodes = {node.key[1]: node for node in things if is_organization(node)}
    here = read_names(found.extraction)
    said = [(naming.key, naming.name, naming.start, naming.end) for naming in here.namings]
    for acronym in here.acronyms:
        for key, node in sorted(nodes.items()):
            if acronym.letters in labels[node.key] and (
                organization_key(acronym.name) == key or acronym.name in labels[node.key]
            ):
                said.append((key, acronym.letters, acronym.start, acronym.end))
    for key, name, start, end in sorted(set(said)):
        if name != labels[nodes[key].key][0]:
            yield Fact(nodes[key], "skos:altLabel", Value(name, "en"), start, end, "resolve.alias")
