"""Compare what was read from documents with their gold records, value by value."""

from collections.abc import Iterable
from dataclasses import dataclass

from kg.errors import InputError
from kg.evaluate.figures import Tally, add_up
from kg.evaluate.forms import Form, Item, Record, Words, scored_items
from kg.evaluate.gold import Gold
from kg.records import Extraction


@dataclass(frozen=True, slots=True)
class Answer:
    """What we say of one document: all facts, and the record made of them."""

    extraction: Extraction
    record: Record


@dataclass(frozen=True, slots=True)
class Comparison:
    """One gold record beside our answer."""

    slug: str
    gold: Record
    answer: Answer | None
    """None if the document is not among the sources: all its values are missed."""
    matches: tuple[tuple[Item, Item], ...]
    """Values on which both agree: the gold record's, ours."""
    missed: tuple[Item, ...]
    wrong: tuple[Item, ...]

    def tally(self, field: str | None = None) -> Tally:
        """Count the values of one field, or of all."""
        counts = (
            sum(1 for item in items if field in (None, item.field))
            for items in ((ours for _, ours in self.matches), self.wrong, self.missed)
        )
        return Tally(*counts)

    @property
    def misplaced(self) -> tuple[Item, ...]:
        """Gold values whose quotation does not stand at their offsets: the text has moved."""
        if self.answer is None:
            return ()
        text = self.answer.extraction.document.text
        gold = (*(gold for gold, _ in self.matches), *self.missed)
        return tuple(item for item in gold if item.words and not _stands_at(item.words, text))


def _stands_at(words: Words, text: str) -> bool:
    written = text[words.start : words.end]
    return words.quotation in (None, written) and words.end <= len(text)


def compare(slug: str, gold: Record, answer: Answer | None) -> Comparison:
    """Pair equal values, each with one at most; what stays alone is missed or wrong."""
    waiting: dict[tuple[str, Form], list[Item]] = {}
    wanted = list(scored_items(gold))
    for item in wanted:
        waiting.setdefault((item.field, item.form), []).append(item)
    matches, wrong = [], []
    for item in scored_items(answer.record) if answer else ():
        same = waiting.get((item.field, item.form))
        if same:
            matches.append((same.pop(0), item))
        else:
            wrong.append(item)
    missed = [item for items in waiting.values() for item in items]
    return Comparison(slug, gold, answer, tuple(matches), tuple(missed), tuple(wrong))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every gold record beside our answer, by slug."""

    comparisons: tuple[Comparison, ...]
    unjudged: int
    """How many documents were read that no gold record speaks of."""

    @property
    def total(self) -> Tally:
        """All values of all documents, each with the same weight."""
        return add_up(comparison.tally() for comparison in self.comparisons)

    @property
    def absent(self) -> tuple[str, ...]:
        """Slugs of gold records whose document is not among the sources."""
        return tuple(one.slug for one in self.comparisons if one.answer is None)

    @property
    def misplaced(self) -> tuple[str, ...]:
        """Slugs of gold records with offsets that do not fit their document."""
        return tuple(one.slug for one in self.comparisons if one.misplaced)


def evaluate(gold: Gold, answers: Iterable[Answer]) -> Evaluation:
    """Compare our answers with gold; answers that no gold record speaks of are left aside.

    Raises:
        InputError: two documents have the slug of one gold record.
    """
    by_slug: dict[str, Answer] = {}
    unjudged = 0
    for answer in answers:
        document = answer.extraction.document
        if document.slug not in gold.records:
            unjudged += 1
        elif document.slug in by_slug:
            other = by_slug[document.slug].extraction.document.name
            problem = f"its gold record could as well be of {other}; rename one of them"
            raise InputError(document.name, problem)
        else:
            by_slug[document.slug] = answer
    comparisons = (compare(s, record, by_slug.get(s)) for s, record in sorted(gold.records.items()))
    return Evaluation(tuple(comparisons), unjudged)
