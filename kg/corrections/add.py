"""Add a fact to a program, on the words that a curator quotes."""

from collections.abc import Iterator

from kg.corrections.change import PARTIES, with_facts
from kg.corrections.find import Finder
from kg.corrections.follow import count_bounds, date_bounds
from kg.corrections.form import ADDABLE, Correction, plain, suggest
from kg.corrections.known import Names
from kg.corrections.values import read_concept, read_date, read_literal, read_place_of
from kg.fold import fold
from kg.iris import slug
from kg.places import PlaceReading
from kg.records import Concept, Document, Fact, Node, Value
from kg.resolve import Resolved

Span = tuple[int, int]


def add(finder: Finder, names: Names, resolved: Resolved, item: Correction) -> Resolved:
    """Return a document with one more fact, and what goes with it.

    Raises:
        InputError: the words are not there, or more than once, or the fact is known already.
    """
    span = _span(finder, resolved, item)
    adder = _Adder(finder, names, resolved, item, span)
    kind, reading = ADDABLE[item.predicate], None
    if kind == "Place":
        reading = adder.reading()
        facts = [adder.fact(item.predicate, Node("Place", reading.place.key, reading.place.name))]
    elif kind == "date":
        facts = list(adder.date())
    elif kind == "CountStatement":
        facts = list(adder.count())
    elif item.predicate in PARTIES:
        facts = list(adder.party(kind))
    else:
        facts = [adder.fact(item.predicate, read_concept(finder, item, kind, item.value))]
    _check_new(finder, resolved, item, facts[0])
    more = (*resolved.extraction.facts, *facts)
    return with_facts(resolved, more, item.curation(), reading)


def _check_new(finder: Finder, resolved: Resolved, item: Correction, fact: Fact) -> None:
    for known in resolved.extraction.facts:
        if (known.subject, known.predicate) != (fact.subject, fact.predicate):
            continue
        if known.value == fact.value and known.start < fact.end and fact.start < known.end:
            message = f"{known.rule} already reads this from these words"
            raise finder.corrections.error(item, f"{message}; remove the correction")
        if fact.predicate == "effectiveDate" and known.value != fact.value:
            message = f"the program has the date {finder.words(known.value)}"
            raise finder.corrections.error(item, f"{message}; correct it with `set`")


def _span(finder: Finder, resolved: Resolved, item: Correction) -> Span:
    """Return where the quoted words stand, which must be within one passage."""
    document = resolved.extraction.document
    spans = list(_exact(document, item.quotation)) or list(_folded(document, item.quotation))
    if not spans:
        passages = resolved.extraction.passages
        known = [document.text[p.start : p.end] for p in passages[:2000]]
        hint = suggest(item.quotation, known)
        message = f"{document.name} does not say “{item.quotation}”{hint}"
        raise finder.corrections.error(item, message)
    if item.occurrence > len(spans) or (len(spans) > 1 and not item.occurrence):
        lines = ", ".join(str(document.position(start)[0]) for start, _ in spans[:5])
        message = f"the words stand {len(spans)} times in {document.name} (lines {lines})"
        raise finder.corrections.error(item, f"{message}; say which: occurrence = 1, 2, …")
    start, end = spans[max(item.occurrence, 1) - 1]
    if not any(p.start <= start and end <= p.end for p in resolved.extraction.passages):
        message = "the quotation runs over the end of a sentence or field; quote within one"
        raise finder.corrections.error(item, message)
    return start, end


def _exact(document: Document, words: str) -> Iterator[Span]:
    start = document.text.find(words)
    while start >= 0:
        yield start, start + len(words)
        start = document.text.find(words, start + len(words))


def _folded(document: Document, words: str) -> Iterator[Span]:
    """Find words whatever their blanks and kinds of quotation marks."""
    text, wanted = fold(document.text), fold(words).text.strip()
    start = text.text.find(wanted) if wanted else -1
    while start >= 0:
        yield text.source_span(start, start + len(wanted))
        start = text.text.find(wanted, start + len(wanted))


class _Adder:
    """Makes the facts of one correction."""

    def __init__(
        self, finder: Finder, names: Names, resolved: Resolved, item: Correction, span: Span
    ) -> None:
        self._finder, self._names, self._item = finder, names, item
        self._program, self._span = resolved.extraction.program, span
        self._words = resolved.extraction.document.text[slice(*span)]

    def fact(
        self, predicate: str, value: Node | Concept | Value, subject: Node | None = None
    ) -> Fact:
        """Return a fact on the quoted words, which are kept where they differ from the value."""
        said = plain(self._finder.words(value))
        written = None if plain(self._words) == said else self._words
        return Fact(
            subject or self._program,
            predicate,
            value,
            *self._span,
            rule="curator.add",
            basis="curated",
            as_written=written,
            curation=self._item.curation(),
        )

    def reading(self) -> PlaceReading:
        """Return the quoted words as the place that they name."""
        found = read_place_of(self._finder, self._item, self._item.value)
        return PlaceReading(
            found.place, self._words, found.short_name, found.state, "normalized", 1.0
        )

    def date(self) -> Iterator[Fact]:
        """Yield the effective date and the days that it can mean."""
        day = read_date(self._finder, self._item, self._item.value)
        fact = self.fact("effectiveDate", Value(day.lexical, day.datatype))
        yield fact
        yield from date_bounds(fact, day)

    def party(self, kind: str) -> Iterator[Fact]:
        """Yield that an organization takes part, and in which role."""
        item, program = self._item, self._program
        node = Node(kind, self._names.organization(item.value), item.value)
        yield self.fact(item.predicate, node)
        label = f"{node.label} in {program.label}"
        part = program.part("Participation", "participation", *node.key[1:], label=label)
        role = Concept("participation-role", PARTIES[item.predicate])
        for predicate, value in (
            ("org:organization", program),
            ("org:member", node),
            ("org:role", role),
        ):
            yield self.fact(predicate, value, part).with_changes(as_written=None)
        if kind == "Payer":
            payer = Concept("org-type", "payer")
            yield self.fact("organizationType", payer, node).with_changes(as_written=None)

    def count(self) -> Iterator[Fact]:
        """Yield a count with its number, its qualifier, its bounds and what it counts."""
        finder, item = self._finder, self._item
        if not item.counted:
            known = (c for c in finder.vocabulary.labels if c.scheme == "count")
            hint = suggest("", (finder.vocabulary.labels[c] for c in known), otherwise="there are")
            raise finder.corrections.error(item, f"say what is counted: counted = …{hint}")
        kind = read_concept(finder, item, "count", item.counted)
        level = read_concept(finder, item, "qualifier", item.qualifier or "exact")
        number = read_literal(finder, item, Value("0", "integer"), item.value)
        key = ("count", kind.notation, f"{level.notation}-{slug(number.lexical)}")
        count = self._program.part("CountStatement", *key, label=" ".join(self._words.split()))
        yield self.fact("hasCount", count)
        found = self.fact("countValue", number, count).with_changes(as_written=None)
        yield found
        yield found.with_changes(predicate="countOf", value=kind)
        yield found.with_changes(predicate="countQualifier", value=level)
        unit = Value(finder.words(kind))
        yield found.with_changes(predicate="countUnitText", value=unit)
        yield from count_bounds(found, level.notation, int(number.lexical))
