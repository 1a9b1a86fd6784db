"""Turn the facts of one document into its record: the flat form that analysts and scores use.

The fields are those of the gold records, plus `slug` and `evidence`. Under `evidence` each field
has the spans of its values, in the same order. A record holds nothing that is not a fact.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kg.lexicon import Vocabulary
from kg.places import PlaceReading
from kg.records import Concept, Extraction, Fact, Node

Json = Any
"""What json.dumps takes."""

_QUALIFIERS: Final = {
    "approximately": "about",
    "nearly": "about",
    "more-than": "at_least",
    "at-least": "at_least",
    "up-to": "at_most",
    "fewer-than": "at_most",
}
_KINDS: Final = {
    "care-coordination-payment": "care_coordination_fee",
    "compensation-for-services": "other",
    "global-budget": "capitation",
    "enhanced-fee": "other",
    "infrastructure-payment": "other",
}
"""Payment methods that records call by another name; the rest by their notation."""
_PEOPLE: Final = "covered-individuals"


@dataclass(frozen=True, slots=True)
class _Reader:
    """One document's facts by predicate, subject and value."""

    extraction: Extraction
    vocabulary: Vocabulary
    places: Mapping[str, PlaceReading]
    """How each place name of the document was read."""

    def all(self, predicate: str) -> Iterator[Fact]:
        return (f for f in self.extraction.facts if f.predicate == predicate)

    def of(self, subject: object, predicate: str) -> Iterator[Fact]:
        return (f for f in self.all(predicate) if f.subject == subject)

    def about_program(self, predicate: str) -> list[Fact]:
        """Return the first fact for each value, in the order of the text."""
        facts: dict[object, Fact] = {}
        for fact in self.of(self.extraction.program, predicate):
            facts.setdefault(fact.value, fact)
        return list(facts.values())

    def counts(self, *, in_header: bool) -> list[Fact]:
        """Return the first fact for each count of the header's field, or of the text."""
        facts: dict[object, Fact] = {}
        for fact in self.of(self.extraction.program, "hasCount"):
            has_number = self.one(fact.value, "countValue") is not None  # a range has none
            if has_number and (fact.rule == "header.practices") == in_header:
                facts.setdefault(fact.value, fact)
        return list(facts.values())

    def one(self, subject: object, predicate: str) -> str | None:
        """Return the words of the first value that a thing has for a property."""
        return next((self.words(fact.value) for fact in self.of(subject, predicate)), None)

    def words(self, value: object) -> str:
        if isinstance(value, Concept):
            return self.vocabulary.labels.get(value, value.notation)
        return value.label if isinstance(value, Node) else str(getattr(value, "lexical", value))

    def quotation(self, fact: Fact) -> str:
        return " ".join(self.extraction.document.text[fact.start : fact.end].split())


def make_record(
    extraction: Extraction, vocabulary: Vocabulary, readings: Iterable[PlaceReading]
) -> dict[str, Json]:
    """Return the record of a document, ready for JSON."""
    reader = _Reader(extraction, vocabulary, {r.as_written: r for r in readings})
    fields = dict(_fields(reader))
    evidence = {
        name: [_span(extraction, fact) for _, fact in found] for name, found in fields.items()
    }
    values: dict[str, Json] = {
        name: [value for value, _ in found] for name, found in fields.items()
    }
    for name in _SINGLE:
        values[name] = values[name][0] if values[name] else None
    return {
        "slug": extraction.document.slug,
        "document": extraction.document.name,
        **values,
        "other_labels_seen": _other_labels(extraction),
        "evidence": {name: spans for name, spans in evidence.items() if spans},
    }


def _other_labels(extraction: Extraction) -> list[str]:
    """Return the labels of a document beyond those of the header, in the order of the text."""
    text = extraction.document.text
    labels = [text[p.start : p.end].rstrip(": ") for p in extraction.passages if p.kind == "label"]
    return [label for label in labels if " ".join(label.lower().split()) not in _HEADER_LABELS]


_HEADER_LABELS: Final = frozenset(
    """program location|payer type|payers|description|payment model|number of practices
    |partner organizations|accreditation/recognition""".replace("\n    ", "").split("|")
)
_SINGLE: Final = ("title", "effective_date", "last_updated", "number_of_practices")


def _span(extraction: Extraction, fact: Fact) -> dict[str, Json]:
    return {
        "start": fact.start,
        "end": fact.end,
        "quotation": extraction.document.text[fact.start : fact.end],
        "rule": fact.rule,
        "basis": fact.basis,
    }


def _fields(reader: _Reader) -> Iterator[tuple[str, list[tuple[Json, Fact]]]]:
    about, words = reader.about_program, reader.words

    def plain(predicate: str) -> list[tuple[Json, Fact]]:
        return [(words(fact.value), fact) for fact in about(predicate)]

    yield "title", plain("dcterms:title")
    yield "locations", [(_location(reader, fact), fact) for fact in about("serviceArea")]
    yield "payer_types", [(reader.quotation(fact), fact) for fact in about("payerType")]
    yield "payers", plain("hasPayer")
    yield "partner_organizations", plain("hasPartner")
    yield "provider_groups", plain("hasProviderGroup")
    yield "effective_date", plain("effectiveDate")
    yield "last_updated", [(words(f.value), f) for f in reader.all("dcterms:modified")]
    yield from _count_fields(reader)
    yield "conditions", [(reader.quotation(f), f) for f in about("targetsCondition")]
    yield "care_roles", [(_role(reader, fact), fact) for fact in about("hasCareRole")]
    yield "care_activities", plain("hasActivity")
    payments = about("hasPaymentArrangement")
    yield "payment_components", [(_payment(reader, fact), fact) for fact in payments]
    yield "aims", plain("hasAim")
    yield "outcomes", [(reader.quotation(fact), fact) for fact in about("hasOutcome")]
    yield from _further_fields(reader)


def _further_fields(reader: _Reader) -> Iterator[tuple[str, list[tuple[Json, Fact]]]]:
    """Yield what gold records do not have."""
    for name, predicate in (
        ("recognition", "recognition"),
        ("goals", "hasGoal"),
        ("phases", "hasPhase"),
        ("end_dates", "endDate"),
        ("former_names", "formerName"),
    ):
        facts = reader.about_program(predicate)
        yield name, [(reader.words(fact.value), fact) for fact in facts]
    rates = reader.all("hasRate")
    yield "payment_rates", [(reader.quotation(fact), fact) for fact in rates]


def _count_fields(reader: _Reader) -> Iterator[tuple[str, list[tuple[Json, Fact]]]]:
    """Keep the header's number of practices apart from the counts of the text that repeat it."""
    header = reader.counts(in_header=True)
    yield "number_of_practices", [(_value(reader, fact), fact) for fact in header]
    text = reader.counts(in_header=False)
    people = [fact for fact in text if _counts_people(reader, fact)]
    yield "covered_lives", [(_count(reader, fact), fact) for fact in people]
    yield (
        "providers",
        [
            (_count(reader, fact) | {"kind": reader.one(fact.value, "countUnitText")}, fact)
            for fact in text
            if fact not in people
        ],
    )


def _location(reader: _Reader, fact: Fact) -> dict[str, Json]:
    written = reader.quotation(fact)
    reading = reader.places.get(written)
    if reading is None:
        return {"as_written": written, "place": reader.words(fact.value), "state": None}
    return {"as_written": written, "place": reading.short_name, "state": reading.state}


def _counts_people(reader: _Reader, fact: Fact) -> bool:
    return any(
        isinstance(kind.value, Concept) and kind.value.notation == _PEOPLE
        for kind in reader.of(fact.value, "countOf")
    )


def _value(reader: _Reader, fact: Fact) -> int:
    return int(reader.one(fact.value, "countValue") or 0)


def _count(reader: _Reader, fact: Fact) -> dict[str, Json]:
    qualifier = next((f.value for f in reader.of(fact.value, "countQualifier")), None)
    notation = qualifier.notation if isinstance(qualifier, Concept) else "exact"
    return {
        "value": _value(reader, fact),
        "qualifier": _QUALIFIERS.get(notation, "exact"),
    }


def _role(reader: _Reader, fact: Fact) -> dict[str, Json]:
    others = [f.value for f in reader.of(fact.value, "alignedWith")]
    others += [f.subject for f in reader.all("alignedWith") if f.value == fact.value]
    return {
        "role": reader.one(fact.value, "careRole"),
        "held_by": reader.one(fact.value, "credential"),
        "employer": reader.one(fact.value, "employedBy"),
        "affiliation": reader.one(fact.value, "affiliatedWith"),
        "aligned_with": reader.words(others[0]) if others else None,
    }


def _payment(reader: _Reader, fact: Fact) -> dict[str, Json]:
    method = next((f.value for f in reader.of(fact.value, "paymentMethod")), None)
    notation = method.notation if isinstance(method, Concept) else ""
    condition = next(reader.of(fact.value, "hasPaymentCondition"), None)
    return {
        "kind": _KINDS.get(notation, notation.replace("-", "_")) or "other",
        "condition": reader.quotation(condition) if condition else None,
        "text": reader.quotation(fact),
    }
