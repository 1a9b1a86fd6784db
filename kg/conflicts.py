"""Find what documents about one program cannot mean both, and show the words of each.

Nothing is decided here and nothing removed: every value stays in the graph with its evidence. What
can be true together is no contradiction: "2013" and "July 2013", "nearly 70" and 70, a count of
practices and one of sites, two counts in one sentence or of two years.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import itemgetter
from typing import Final

from kg.counts import Count, read_counts
from kg.places import find_states, place_by_key, state_by_code
from kg.quotation import Quotation, quote
from kg.records import Concept, Extraction, Fact, Node, Object
from kg.resolve import Resolved

_Key = tuple[str, ...]
_PUBLIC_PAYERS: Final = ("medicaid", "medicare", "tricare", "chip")
_NAMED_AS_PLACE: Final = ("in", "across", "throughout", "within", "around", "serving")
_PROSE: Final = frozenset({"", "description"})


@dataclass(frozen=True, slots=True)
class ConflictValue:
    """One of the values, with the words that state it."""

    value: str
    quotation: Quotation


@dataclass(frozen=True, slots=True)
class Conflict:
    """Statements about one thing that cannot all be true, or not as they stand."""

    subject: str
    predicate: str
    """The property of the ontology that has these values."""
    problem: str
    values: tuple[ConflictValue, ...]

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents that contradict each other, or the one that contradicts itself."""
        return tuple(dict.fromkeys(value.quotation.document for value in self.values))


Finder = Callable[[Sequence[Extraction]], Iterator[Conflict]]


@dataclass(frozen=True, slots=True)
class Alone:
    """What one document contradicts itself in, each with the number of the finder."""

    program: _Key
    conflicts: tuple[tuple[int, Conflict], ...]


def read_alone(extraction: Extraction) -> Alone:
    """Return what a document contradicts itself in."""
    return Alone(extraction.program.key, tuple(_about([extraction])))


def find_conflicts(
    documents: Iterable[Resolved], alone: Iterable[Alone] | None = None
) -> tuple[Conflict, ...]:
    """Return the contradictions about each program, those that matter most first.

    `alone` is what each document contradicts itself in, in their order, where it has been read
    already; then only documents about programs that have several are looked at.
    """
    documents = documents if isinstance(documents, Sequence) else tuple(documents)
    if alone is None:
        alone = (read_alone(found.extraction) for found in documents)
    first: dict[_Key, int] = {}
    several: dict[_Key, list[int]] = {}
    found: dict[_Key, list[tuple[int, Conflict]]] = {}
    for number, one in enumerate(alone):
        if first.setdefault(one.program, number) != number:
            several.setdefault(one.program, [first[one.program]]).append(number)
        elif one.conflicts:
            found[one.program] = [*one.conflicts]
    for program, numbers in several.items():
        extractions = (documents[number].extraction for number in numbers)
        ordered = sorted(extractions, key=lambda e: (e.document.name, e.document.sha256))
        found[program] = [*_about(ordered)]
    by_program = (one for program in sorted(found) for one in found[program])
    return tuple(conflict for _, conflict in sorted(by_program, key=itemgetter(0)))


def _about(extractions: Sequence[Extraction]) -> Iterator[tuple[int, Conflict]]:
    """Yield the contradictions of documents about one program, with the finder of each."""
    for number, finder in enumerate(_FINDERS):
        for conflict in finder(extractions):
            yield number, conflict


def _dates(extractions: Sequence[Extraction]) -> Iterator[Conflict]:
    """Yield starts of which neither is the other, stated less precisely."""
    yield from _one_value(
        extractions,
        "effectiveDate",
        "the program starts on different dates",
        lambda one, other: one.startswith(other) or other.startswith(one),
    )


def _statuses(extractions: Sequence[Extraction]) -> Iterator[Conflict]:
    """Yield states of launch of which one document gives two."""
    for extraction in extractions:
        yield from _one_value([extraction], "launchStatus", "the text gives two states of launch")


def _titles(extractions: Sequence[Extraction]) -> Iterator[Conflict]:
    yield from _one_value(extractions, "dcterms:title", "the title is written in several ways")


def _updates(extractions: Sequence[Extraction]) -> Iterator[Conflict]:
    for extraction in extractions:
        problem = "one description has two dates of its last update"
        yield from _one_value([extraction], "dcterms:modified", problem)


def _one_value(
    extractions: Sequence[Extraction],
    predicate: str,
    problem: str,
    agree: Callable[[str, str], bool] = lambda one, other: one == other,
) -> Iterator[Conflict]:
    """Yield a conflict where a property that has one value has several."""
    first: dict[str, tuple[Extraction, Fact]] = {}
    for extraction in extractions:
        for fact in _facts(extraction, predicate):
            first.setdefault(_words(fact.value), (extraction, fact))
    if any(not agree(one, other) for one, other in combinations(sorted(first), 2)):
        values = (_value(words, *found) for words, found in first.items())
        yield _conflict(extractions, predicate, problem, values)


def _parties_and_places(extractions: Sequence[Extraction]) -> Iterator[Conflict]:
    """Yield documents of one title that share no payer, or no state: perhaps two programs."""
    for predicate, name in (("hasPayer", "payers"), ("serviceArea", "states")):
        stated = [(e, list(_facts(e, predicate))) for e in extractions]
        with_any = [(e, facts) for e, facts in stated if facts]
        for (one, ours), (other, theirs) in combinations(with_any, 2):
            if _owners(ours, predicate).isdisjoint(_owners(theirs, predicate)):
                problem = f"two documents of this title name different {name}"
                values = [_value(_words(f.value), one, f) for f in _first_of_each(ours)]
                values += [_value(_words(f.value), other, f) for f in _first_of_each(theirs)]
                yield _conflict(extractions, predicate, problem, values)
                break


def _owners(facts: Iterable[Fact], predicate: str) -> set[object]:
    """Return what must overlap: the payers themselves, or the states of the places."""
    keys = [fact.value.key for fact in facts if isinstance(fact.value, Node)]
    return {key[:3] if predicate == "serviceArea" else key for key in keys}


def _counts(extractions: Sequence[Extraction]) -> Iterator[Conflict]:
    """Yield numbers of the same things that exclude each other."""
    counts = [count for extraction in extractions for count in read_counts(extraction)]
    yield from _header_counts(extractions, counts)
    groups: dict[object, list[Count]] = {}
    for count in counts:
        groups.setdefault((count.is_header, *count.things), []).append(count)
    for same in groups.values():
        pairs = (pair for pair in combinations(same, 2) if pair[0].excludes(pair[1]))
        against = {id(count) for pair in pairs for count in pair}
        stated = [count for count in same if id(count) in against]
        if stated:
            problem = "there are different numbers of the same things"
            yield _conflict(extractions, "hasCount", problem, map(_count_value, stated))


def _header_counts(extractions: Sequence[Extraction], counts: list[Count]) -> Iterator[Conflict]:
    """Yield a header's number of practices that no number in the text agrees with."""
    for extraction in extractions:
        here = [count for count in counts if count.extraction is extraction]
        text = [c for c in here if not c.is_header and c.kind == "practices" and not c.counted_for]
        for header in (count for count in here if count.is_header):
            if text and all(header.excludes(count) for count in text):
                problem = "the header and the text give different numbers of practices"
                values = map(_count_value, (header, *text))
                yield _conflict(extractions, "hasCount", problem, values)


def _count_value(count: Count) -> ConflictValue:
    return _value(count.label, count.extraction, count.fact)


def _payer_types(extractions: Sequence[Extraction]) -> Iterator[Conflict]:
    """Yield a payer type of commercial beside a payer that is a public program."""
    for extraction in extractions:
        types = list(_first_of_each(_facts(extraction, "payerType")))
        if {_words(fact.value) for fact in types} != {"commercial"}:
            continue
        payers = list(_first_of_each(_facts(extraction, "hasPayer")))
        public = [f for f in payers if set(f.value.key[1].split("-")) & set(_PUBLIC_PAYERS)]  # type: ignore[union-attr]  # a payer is a node
        if public:
            values = (_value(_words(fact.value), extraction, fact) for fact in (*types, *public))
            problem = "the payer type is commercial, but a public payer is named"
            yield _conflict(extractions, "payerType", problem, values)


def _states(extractions: Sequence[Extraction]) -> Iterator[Conflict]:
    """Yield a header's place whose state the text never names, while it names another."""
    for extraction in extractions:
        header = [f for f in _facts(extraction, "serviceArea") if f.rule.startswith("header.")]
        ours = {state for fact in header if (state := _state_of(fact.value))}
        named = list(_states_named(extraction))
        if not ours or ours & {code for code, *_ in named}:
            continue
        elsewhere = [found for found in named if found[3]]
        if elsewhere:
            code, start, end, _ = elsewhere[0]
            place = state_by_code(code)
            other = ConflictValue(place.name if place else code, quote(extraction, start, end))
            values = (_value(_words(header[0].value), extraction, header[0]), other)
            problem = "the header's place is not in the state that the text names"
            yield _conflict(extractions, "serviceArea", problem, values)


def _state_of(value: Object) -> str | None:
    if not isinstance(value, Node) or len(value.key) < 3:
        return None
    place = place_by_key(value.key[:3])
    return place.key[2].upper() if place else None


def _states_named(extraction: Extraction) -> Iterator[tuple[str, int, int, bool]]:
    """Yield the states that title and description name, and whether as a place to be in."""
    for passage in extraction.passages:
        if passage.kind != "title" and (
            passage.kind != "sentence" or passage.label.lower() not in _PROSE
        ):
            continue
        text = extraction.document.text[passage.start : passage.end]
        for found in find_states(text):
            before = text[: found.start].split()[-1:]
            is_place = passage.kind == "title" or before in [[word] for word in _NAMED_AS_PLACE]
            yield found.code, passage.start + found.start, passage.start + found.end, is_place


def _facts(extraction: Extraction, predicate: str) -> Iterator[Fact]:
    return (fact for fact in extraction.facts if fact.predicate == predicate)


def _first_of_each(facts: Iterable[Fact]) -> Iterable[Fact]:
    first: dict[Object, Fact] = {}
    for fact in facts:
        first.setdefault(fact.value, fact)
    return first.values()


def _words(value: Object) -> str:
    if isinstance(value, Node):
        return value.label
    return value.notation if isinstance(value, Concept) else value.lexical


def _value(words: str, extraction: Extraction, fact: Fact) -> ConflictValue:
    return ConflictValue(words, quote(extraction, fact.start, fact.end))


def _conflict(
    extractions: Sequence[Extraction],
    predicate: str,
    problem: str,
    values: Iterable[ConflictValue],
) -> Conflict:
    ordered = tuple(dict.fromkeys(values))
    return Conflict(extractions[0].program.label, predicate, problem, ordered)


_FINDERS: Final[tuple[Finder, ...]] = (
    _parties_and_places,
    _dates,
    _counts,
    _payer_types,
    _states,
    _statuses,
    _updates,
    _titles,
)
"""In the order of how much it matters to get it right."""
