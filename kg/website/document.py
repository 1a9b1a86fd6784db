"""Show a source document: its text, with every span that facts were read from marked."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

from pyoxigraph import NamedNode, Store
from starlette.responses import Response

from kg.terms import ACP, DCTERMS, OA, RDF, local_name
from kg.things import GraphReader, Term
from kg.website.gather import gather_document
from kg.website.negotiate import SYNTAXES
from kg.website.visit import Visit

_MOST_PASSAGES: Final = 2_000


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the document; offsets count from its beginning."""

    start: int
    end: int

    @property
    def anchor(self) -> str:
        """What the span is called in the address of its page.

        >>> Span(84, 93).anchor
        'c84-93'
        """
        return f"c{self.start}-{self.end}"


@dataclass(frozen=True, slots=True, order=True)
class ReadFact:
    """A fact that was read from a span, in words.

    A fault of the source is no statement: it is only a subject.
    """

    subject: str
    subject_iri: str
    property: str
    value: str
    value_iri: str
    basis: str


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of a passage that the same spans cover; `begins` are those that begin with them."""

    text: str
    spans: tuple[Span, ...]
    begins: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage in segments, with the facts read from each of the spans that begin in it."""

    kind: str
    segments: tuple[Segment, ...]
    facts: tuple[tuple[Span, str, tuple[tuple[str, str, tuple[ReadFact, ...]], ...]], ...]
    """For each span its words, and what was read from them: of each subject, named with its IRI."""


async def show_document(visit: Visit, node: NamedNode) -> Response:
    """Return the page of a document."""
    store = await gather_document(visit.asker, node)
    return await asyncio.to_thread(_make_page, visit, store, node)


def _make_page(visit: Visit, store: Store, node: NamedNode) -> Response:
    reader = GraphReader(store)
    passages = read_passages(store, node)
    return visit.page(
        "document.html.j2",
        iri=node.value,
        title=reader.text(node, DCTERMS.title) or reader.label(node),
        file=reader.document_name(node),
        modified=reader.text(node, DCTERMS.modified),
        programs=_programs(reader, node),
        passages=passages[:_MOST_PASSAGES],
        is_cut=len(passages) > _MOST_PASSAGES,
        facts=sum(len(found) for passage in passages for _, _, found in passage.facts),
        syntaxes=SYNTAXES,
    )


def _programs(reader: GraphReader, document: NamedNode) -> dict[str, str]:
    """Return the programs that a document describes, by IRI; of their facts it is all about."""
    found = {node for node, predicate in reader.links(document) if predicate == ACP.describedIn}
    programs = found.intersection(reader.instances(ACP.Program))
    return {node.value: reader.label(node) for node in sorted(programs, key=str)}


def read_passages(store: Store, document: NamedNode) -> list[ShownPassage]:
    """Return the passages of a document in their order, marked."""
    reader = GraphReader(store)
    facts = _facts(reader, store, document)
    found = []
    for passage in reader.objects(document, ACP.hasPassage):
        start = _number(reader, passage, ACP.passageStart)
        text = reader.text(passage, ACP.passageText) or ""
        kinds = list(reader.objects(passage, ACP.passageKind))
        kind = local_name(kinds[0]) if kinds and isinstance(kinds[0], NamedNode) else ""
        if start is not None:
            found.append((start, text, kind.removeprefix("passage-kind_")))
    return [_show(*passage, facts) for passage in sorted(found)]


def _show(
    start: int, text: str, kind: str, facts: Mapping[Span, Sequence[ReadFact]]
) -> ShownPassage:
    end = start + len(text)
    spans = sorted(span for span in facts if span.start < end and start < span.end)
    return ShownPassage(
        kind,
        tuple(split_segments(start, text, spans)),
        tuple(
            (span, text[span.start - start : span.end - start], tuple(_by_subject(facts[span])))
            for span in spans
            if span.start >= start
        ),
    )


def _by_subject(
    facts: Sequence[ReadFact],
) -> Iterator[tuple[str, str, tuple[ReadFact, ...]]]:
    for (name, iri), same in groupby(facts, lambda fact: (fact.subject, fact.subject_iri)):
        yield name, iri, tuple(same)


def split_segments(start: int, text: str, spans: Iterable[Span]) -> Iterator[Segment]:
    """Yield a text in pieces, each of which the same spans cover from end to end.

    >>> pieces = split_segments(10, "a triple aim", [Span(12, 18), Span(12, 22)])
    >>> [(piece.text, len(piece.spans), len(piece.begins)) for piece in pieces]
    [('a ', 0, 0), ('triple', 2, 2), (' aim', 1, 0)]
    """
    spans = tuple(spans)
    end = start + len(text)
    cuts = {start, end, *(cut for span in spans for cut in (span.start, span.end))}
    places = sorted(cut for cut in cuts if start <= cut <= end)
    for first, last in pairwise(places):
        covering = tuple(span for span in spans if span.start <= first and last <= span.end)
        begins = tuple(span for span in covering if span.start == first)
        yield Segment(text[first - start : last - start], covering, begins)


def _facts(reader: GraphReader, store: Store, document: NamedNode) -> dict[Span, list[ReadFact]]:
    facts: dict[Span, set[ReadFact]] = defaultdict(set)
    for quad in store.quads_for_pattern(None, ACP.hasEvidence, None):
        evidence = quad.object
        if document not in reader.objects(evidence, OA.hasSource):
            continue
        for selector in reader.objects(evidence, OA.hasSelector):
            start, end = (_number(reader, selector, part) for part in (OA.start, OA.end))
            if start is not None and end is not None and isinstance(quad.subject, NamedNode):
                facts[Span(start, end)].update(_read(reader, quad.subject))
    return {span: sorted(found) for span, found in facts.items()}


def _read(reader: GraphReader, assertion: NamedNode) -> Iterator[ReadFact]:
    """Yield what an assertion says; of anything else that has evidence, that it is there."""
    if not reader.objects(assertion, RDF.subject):
        yield ReadFact(reader.label(assertion), assertion.value, "", "", "", "")
    basis = next((reader.label(found) for found in reader.objects(assertion, ACP.basis)), "")
    for subject in reader.objects(assertion, RDF.subject):
        for predicate in reader.objects(assertion, RDF.predicate):
            for value in reader.objects(assertion, RDF.object):
                yield ReadFact(
                    *(reader.label(subject), _iri(subject), reader.property_name(predicate)),
                    *(reader.label(value), _iri(value), "" if basis == "stated" else basis),
                )


def _iri(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _number(reader: GraphReader, node: Term, predicate: NamedNode) -> int | None:
    text = reader.text(node, predicate) or ""
    return int(text) if text.isdecimal() else None
