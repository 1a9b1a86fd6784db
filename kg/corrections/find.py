"""Find the facts that a curator means by document, property, value and quotation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.corrections.form import Correction, Corrections, plain, suggest
from kg.corrections.known import Key
from kg.lexicon import Vocabulary
from kg.names import organization_key
from kg.records import Concept, Fact, Node, Object
from kg.resolve import Resolved


@dataclass(frozen=True, slots=True)
class Finder:
    """What finding needs to know: whose corrections, and what things are called."""

    corrections: Corrections
    vocabulary: Vocabulary
    labels: Mapping[Key, tuple[str, ...]]
    """For each thing its label and other names in all documents."""

    def document(self, places: Mapping[str, int], item: Correction) -> int:
        """Return the position of the document that a correction is about."""
        if item.document in places:
            return places[item.document]
        hint = suggest(item.document, places, otherwise="there are")
        raise self.corrections.error(item, f"no document is called “{item.document}”{hint}")

    def facts(self, resolved: Resolved, item: Correction) -> tuple[Fact, ...]:
        """Return the facts that a correction means: one statement, with each of its quotations.

        Raises:
            InputError: there is none, or there are several.
        """
        facts = [f for f in resolved.extraction.facts if f.predicate == item.predicate]
        if not facts:
            others = {fact.predicate for fact in resolved.extraction.facts}
            hint = suggest(item.predicate, others, otherwise="there are")
            raise self.corrections.error(item, f"{item.document} has no such fact{hint}")
        facts = self._with_value(resolved, item, facts)
        facts = self._quoted(resolved, item, facts)
        return self._about(item, facts)

    def words(self, value: Object) -> str:
        """Return a value as a person reads it."""
        if isinstance(value, Concept):
            return self.vocabulary.labels.get(value, value.notation)
        if isinstance(value, Node):
            return next(iter(self.labels.get(value.key, ())), value.label)
        return value.lexical

    def _with_value(self, resolved: Resolved, item: Correction, facts: list[Fact]) -> list[Fact]:
        """Keep those whose value is called so, or else those that are written so in the text."""
        wanted = _forms(item.value)
        named = [f for f in facts if wanted & {*self._names(resolved, f)}]
        found = named or [f for f in facts if wanted & {*_wordings(resolved, f)}]
        if found:
            return found
        known = (self.words(fact.value) for fact in facts)
        hint = suggest(item.value, known, otherwise="it has")
        raise self.corrections.error(item, f"{item.document} has no such value{hint}")

    def _names(self, resolved: Resolved, fact: Fact) -> Iterator[str]:
        value = fact.value
        yield plain(self.words(value))
        if isinstance(value, Concept):
            yield value.notation
        if not isinstance(value, Node):
            return
        for label in (value.label, *self.labels.get(value.key, ())):
            yield plain(label)
            if value.key[0] == "org" and len(value.key) == 2:
                yield f"key {organization_key(label)}"
        for reading in resolved.readings:
            if reading.place.key == value.key:
                yield plain(reading.short_name)
        if value.kind == "CountStatement":
            for other in resolved.extraction.facts:
                if other.subject == value and other.predicate == "countValue":
                    yield self.words(other.value)

    def _quoted(self, resolved: Resolved, item: Correction, facts: list[Fact]) -> list[Fact]:
        if not item.quotation:
            return facts
        wanted = plain(item.quotation)
        quotations = [plain(quotation(resolved, fact)) for fact in facts]
        pairs = list(zip(facts, quotations, strict=True))
        found = [f for f, words in pairs if words == wanted]
        found = found or [f for f, words in pairs if wanted in words]
        if found:
            return found
        hint = suggest(item.quotation, quotations, otherwise="it rests on")
        raise self.corrections.error(item, f"the fact does not rest on “{item.quotation}”{hint}")

    def _about(self, item: Correction, facts: list[Fact]) -> tuple[Fact, ...]:
        labels = {self.words(fact.subject) for fact in facts}
        if item.about:
            wanted = plain(item.about)
            subjects = [plain(self.words(fact.subject)) for fact in facts]
            pairs = list(zip(facts, subjects, strict=True))
            found = [f for f, label in pairs if label == wanted]
            found = found or [f for f, label in pairs if label.startswith(wanted)]
            if not found:
                hint = suggest(item.about, labels, otherwise="there are")
                raise self.corrections.error(item, f"nothing called “{item.about}” has it{hint}")
            facts = found
        if len({(fact.subject.key, _identity(fact.value)) for fact in facts}) > 1:
            hint = suggest("", labels, otherwise="about =")
            raise self.corrections.error(item, f"several facts are meant; give more words{hint}")
        return tuple(facts)


def quotation(resolved: Resolved, fact: Fact) -> str:
    """Return the words that a fact rests on."""
    return resolved.extraction.document.text[fact.start : fact.end]


def _identity(value: Object) -> object:
    return value.key if isinstance(value, Node) else value


def _forms(words: str) -> set[str]:
    """Return what a value may look like: as given, as a number, as a name."""
    forms = {plain(words), f"key {organization_key(words)}"}
    digits = words.replace(",", "")
    return forms | {digits} if digits.isdecimal() else forms


def _wordings(resolved: Resolved, fact: Fact) -> Iterator[str]:
    yield plain(quotation(resolved, fact))
    if fact.as_written:
        yield plain(fact.as_written)
