"""Find in a build of the seeds, for each term, a piece of Turtle and the words that it rests on."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from kg.facts import FactReader
from kg.terms import ACP, OA, RDF, RDFS, model_place, prefixes
from kg.things import Term

_MOST_TRIPLES: Final = 16
"""Of a thing, in an example: more would hide what the example is for."""
_MOST_VALUES: Final = 2
"""Of one property of a thing."""


@dataclass(frozen=True, slots=True)
class Words:
    """A quotation within its sentence: `sentence[start:end]`, from a place in a document."""

    sentence: str
    start: int
    end: int
    document: str
    offset: int
    """Where the quotation starts in the document, in code points."""
    basis: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """Triples of the graph, and the words behind them where there are any."""

    triples: tuple[Triple, ...]
    left_out: int
    """How many further triples the graph has about the same thing."""
    words: Words | None

    @property
    def turtle(self) -> str:
        """The triples without prefixes, each thing on a line of its own."""
        return to_turtle(self.triples)


_Found: TypeAlias = tuple[Quad, Words | None]


def to_turtle(triples: Iterable[Triple]) -> str:
    """Return triples as Turtle that takes our prefixes for granted.

    >>> from pyoxigraph import Literal
    >>> print(to_turtle([Triple(ACP.Payer, RDFS.label, Literal("payer", language="en"))]))
    acp:Payer
        rdfs:label "payer"@en .
    """
    written = serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes()) or b""
    lines = [line for line in written.decode().splitlines() if not line.startswith("@prefix")]
    starts = (line if line[:1].isspace() else line.replace(" ", "\n\t", 1) for line in lines)
    return "\n".join(starts).replace("\t", "    ")


class Examples:
    """What the seeds' graph holds of each term; things are known by their IRIs."""

    def __init__(self, dataset: Store) -> None:
        self.reader = FactReader(dataset)
        """Reads the graph itself."""
        self._space = prefixes()["acpid"]
        quads = dataset.quads_for_pattern(None, None, None, DefaultGraph())
        data = [quad for quad in quads if self._is_data(quad.subject)]
        self._by_predicate = _grouped((quad.predicate, quad) for quad in data)
        self._by_subject = _grouped((quad.subject, quad) for quad in data)
        self._by_value = _grouped((quad.object, quad) for quad in data)
        self.uses: Mapping[str, int] = {
            node.value: len(quads)
            for groups in (self._by_predicate, self._by_value)
            for node, quads in groups.items()
            if isinstance(node, NamedNode)
        }
        """How often each property, class (as a type) and concept stands in the graph."""

    def _is_data(self, node: object) -> bool:
        return isinstance(node, NamedNode) and node.value.startswith(self._space)

    def instance(self, iri: str) -> str | None:
        """Return the IRI of one thing of a class."""
        kinds = self._by_value.get(NamedNode(iri), ())
        things = (quad.subject for quad in kinds if quad.predicate == RDF.type)
        iris = (thing.value for thing in things if isinstance(thing, NamedNode))
        return min(iris, key=lambda iri: (len(iri), iri), default=None)

    def of_property(self, iri: str) -> Example | None:
        """Return one triple with a property."""
        return _example(self._best(self._by_predicate.get(NamedNode(iri), ())))

    def of_values(self, iris: Iterable[str]) -> Example | None:
        """Return one triple that has one of some concepts as its value."""
        quads = (quad for iri in iris for quad in self._by_value.get(NamedNode(iri), ()))
        return _example(self._best(quads))

    def of_class(self, iri: str) -> Example | None:
        """Return what is said about one thing of a class."""
        kinds = self._by_value.get(NamedNode(iri), ())
        things = {quad.subject for quad in kinds if quad.predicate == RDF.type}
        links = (quad for thing in things for quad in self._by_value.get(thing, ()))
        own = (quad for thing in things for quad in self._by_subject[thing])
        found = self._best(quad for quad in links if quad.predicate.value.startswith(ACP.iri))
        if found is None or found[1] is None:  # nothing with words leads to such a thing
            found = self._best(own)
        if found is None:
            return None
        thing = found[0].object if found[0].object in things else found[0].subject
        triples = [quad.triple for quad in self._by_subject[thing]]
        shown = _telling(triples)
        return Example(shown, len(triples) - len(shown), found[1])

    def _best(self, quads: Iterable[Quad]) -> _Found | None:
        """Return the quad that reads best: words that state it, early in the first document."""
        found = ((quad, self.words(quad.triple)) for quad in quads)
        return min(found, key=_rank, default=None)

    def words(self, triple: Triple) -> Words | None:
        """Return the words behind a triple, or behind the record of evidence that it describes."""
        subject = triple.subject
        if not isinstance(subject, NamedNode):
            raise TypeError(f"a build has no blank nodes, but here is {subject}")
        for found in self.reader.supports(subject, triple.predicate, triple.object):
            if found.sentence:
                start = found.start - found.sentence_start
                place = (start, start + len(found.quotation), found.document, found.start)
                return Words(found.sentence, *place, basis=found.basis, rule=found.rule or "")
        return next(self._own_words(subject), None)

    def _own_words(self, node: Term) -> Iterator[Words]:
        """Yield the words of a span, a sentence, or a record that has its evidence itself."""
        for span in (node, *self.reader.objects(node, ACP.hasEvidence)):
            exact, start = self._selected(span)
            for passage in self.reader.objects(span, ACP.inPassage) if exact else ():
                text, first, document = self._passage(passage)
                yield Words(text, start - first, start - first + len(exact), document, start)
        if self.reader.objects(node, ACP.passageText):
            text, first, document = self._passage(node)
            yield Words(text, 0, len(text), document, first)

    def _selected(self, span: Term) -> tuple[str, int]:
        selectors = self.reader.objects(span, OA.hasSelector) or [span]
        texts = [text for one in selectors for text in self.reader.texts(one, OA.exact)]
        starts = [place for one in selectors for place in self.reader.texts(one, OA.start)]
        return (texts[0], int(starts[0])) if texts and starts else ("", 0)

    def _passage(self, passage: Term) -> tuple[str, int, str]:
        (text,) = self.reader.texts(passage, ACP.passageText)
        (start,) = self.reader.texts(passage, ACP.passageStart)
        if not isinstance(passage, NamedNode):
            raise TypeError(f"a build has no blank nodes, but here is {passage}")
        documents = self.reader.having(ACP.hasPassage, passage)
        return text, int(start), ", ".join(map(self.reader.label, documents))


def _grouped(pairs: Iterable[tuple[object, Quad]]) -> dict[object, list[Quad]]:
    groups: dict[object, list[Quad]] = {}
    for key, quad in pairs:
        groups.setdefault(key, []).append(quad)
    return groups


def _telling(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    """Return the first triples about a thing in the model's order, few of each property."""
    seen: Counter[NamedNode] = Counter()
    shown = []
    for triple in sorted(triples, key=_order):
        seen[triple.predicate] += 1
        if seen[triple.predicate] <= _MOST_VALUES:
            shown.append(triple)
    return tuple(shown[:_MOST_TRIPLES])


def _rank(found: _Found) -> tuple[bool, bool, str, int, str]:
    quad, words = found
    if words is None:
        return True, True, "", 0, str(quad)
    is_long = words.end - words.start > 200
    return is_long, words.basis != "stated", words.document, words.offset, str(quad)


def _order(triple: Triple) -> tuple[bool, bool, int, str]:
    predicate = triple.predicate
    return predicate != RDF.type, predicate != RDFS.label, model_place(predicate), str(triple)


def _example(found: _Found | None) -> Example | None:
    return found and Example((found[0].triple,), 0, found[1])
