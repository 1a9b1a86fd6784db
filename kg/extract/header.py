"""Read the title and the labelled fields of a description, and who takes part in its program."""

from collections.abc import Iterator
from typing import Final

from kg.extract.dates import find_dates
from kg.extract.numbers import find_quantities
from kg.extract.page import Found, Page, Unit
from kg.extract.rule import rule
from kg.records import Concept, Node, Value


@rule("header.title", kind="title", fields=[""], finds=["Acme Health Medical Home Program"])
def title(page: Page, unit: Unit) -> Iterator[Found]:
    """The first line is the title of the program."""
    yield Found(page.program, "dcterms:title", Value(unit.text, "en"), unit.span)
    for mention in unit.of("approach"):
        yield Found(page.program, "approach", mention.concept, (mention.start, mention.end))


@rule(
    "header.location",
    kind="value",
    fields=["location"],
    finds=["Leigh Valley, PA", "NJ"],
    ignores=["Commercial"],
)
def location(page: Page, unit: Unit) -> Iterator[Found]:
    """A value under "Program Location" is the place in which the program operates."""
    if any(_coverage(page, unit, 1.0)):
        return
    place = Node("Place", ("place", "text", unit.text), unit.text)
    yield Found(page.program, "serviceArea", place, unit.span)


@rule("header.payer-type", kind="value", fields=["payer type"], finds=["Commercial", "Multi-Payer"])
def payer_type(page: Page, unit: Unit) -> Iterator[Found]:
    """A value under "Payer Type" that the vocabulary knows is a kind of coverage."""
    yield from _coverage(page, unit, 0.6)


@rule(
    "header.payer-type-under-location",
    kind="value",
    fields=["location"],
    finds=["Commercial"],
    ignores=["Commercial Point, OH", "Commercial, PA"],
)
def payer_type_under_location(page: Page, unit: Unit) -> Iterator[Found]:
    """A value under "Program Location" that is a kind of coverage is one that lost its label."""
    yield from _coverage(page, unit, 1.0)


def _coverage(page: Page, unit: Unit, least: float) -> Iterator[Found]:
    """Say the kinds of coverage whose names are at least such a share of a value."""
    for mention in unit.of("payer-type"):
        if mention.end - mention.start >= least * len(unit.text):
            yield Found(page.program, "payerType", mention.concept, (mention.start, mention.end))


@rule("header.payer", kind="value", fields=["payers"], finds=["Cigna", "MVP Healthcare"])
def payer(page: Page, unit: Unit) -> Iterator[Found]:
    """A value under "Payers" is an organization that pays under the program."""
    yield from _named_party(page, unit, "header.payer")


@rule(
    "header.payer-under-type",
    kind="value",
    fields=["payer type"],
    finds=["Blue Cross Blue Shield of Kansas City"],
    ignores=["Commercial"],
)
def payer_under_type(page: Page, unit: Unit) -> Iterator[Found]:
    """A value under "Payer Type" that is no type is a payer whose label the page has lost."""
    yield from _named_party(page, unit, "header.payer-under-type")


@rule("header.partner", kind="value", fields=["partners"], finds=["Ohio Department of Health"])
def partner(page: Page, unit: Unit) -> Iterator[Found]:
    """A value under "Partner Organizations" is a partner, whatever it does."""
    yield from _named_party(page, unit, "header.partner")


@rule("header.group", kind="title", fields=[""], finds=["Cigna Collaborative Care Program - Elm"])
def group(page: Page, unit: Unit) -> Iterator[Found]:
    """A provider group stands at the end of a title, behind "Program -", or at its beginning."""
    yield from _named_party(page, unit, "header.group")


@rule(
    "parties.payer-in-title",
    kind="title",
    fields=[""],
    finds=["Aetna Patient-Centered Medical Home Program"],
    ignores=["Rural Medical Home Program"],
)
def payer_in_title(page: Page, unit: Unit) -> Iterator[Found]:
    """A payer brand in the title pays, where no field names a payer."""
    yield from _named_party(page, unit, "parties.payer-in-title")


@rule(
    "parties.in-prose",
    fields=["description"],
    finds=["Elm Medical Group and Aetna have launched a medical home program."],
    ignores=["Elm Medical Group and Oak Clinic have launched a medical home program."],
)
def in_prose(page: Page, unit: Unit) -> Iterator[Found]:
    """Parties that the prose plainly names take part, where neither field nor title names any."""
    rules = ("parties.payer-in-sentence", "parties.public-payer", "parties.group-in-prose")
    yield from _named_party(page, unit, *rules)


_ROLES: Final = {
    "hasPayer": "paying",
    "hasProviderGroup": "providing",
    "hasPartner": "partnering",
}


def _named_party(page: Page, unit: Unit, *rules: str) -> Iterator[Found]:
    """Say that the parties named in a unit take part, and in which role."""
    for party in page.parties_in(unit):
        if party.rule not in rules:
            continue
        node, span = party.node, party.span
        yield Found(page.program, party.predicate, node, span)
        label = f"{node.label} in {page.program.label}"
        key = ("participation", *node.key[1:])
        part = page.program.part("Participation", *key, label=label)
        yield Found(part, "org:organization", page.program, span)
        yield Found(part, "org:member", node, span)
        role = Concept("participation-role", _ROLES[party.predicate])
        yield Found(part, "org:role", role, span)
        if party.predicate == "hasPayer":
            yield Found(node, "organizationType", Concept("org-type", "payer"), span, "inferred")


@rule(
    "header.practices",
    kind="value",
    fields=["practices"],
    finds=["39", "1,179"],
    ignores=["several"],
)
def practices(page: Page, unit: Unit) -> Iterator[Found]:
    """A number under "Number of Practices" counts the practices that take part."""
    numbers = list(find_quantities(unit.text))
    if len(numbers) != 1 or numbers[0].end - numbers[0].start < 0.5 * len(unit.text):
        return
    number = numbers[0]
    span = (unit.start + number.start, unit.start + number.end)
    key = ("count", "practices", f"exact-{number.value}")
    count = page.program.part("CountStatement", *key, label=f"{unit.text} practices")
    yield Found(page.program, "hasCount", count, unit.span)
    yield Found(count, "countOf", Concept("count", "practices"), unit.span, "inferred")
    yield Found(count, "countValue", Value(str(number.value), "integer"), span)
    yield Found(count, "countQualifier", Concept("qualifier", "exact"), span, "inferred")


@rule(
    "header.updated",
    kind="value",
    fields=["updated"],
    finds=["Last updated April 2014"],
    ignores=["Last updated May"],
)
def updated(page: Page, unit: Unit) -> Iterator[Found]:
    """ "Last updated" with a month and year dates the description."""
    for day in find_dates(unit.text):
        value = Value(day.lexical, day.datatype)
        words = unit.text[day.start : day.end]
        yield Found(
            page.document_node, "dcterms:modified", value, unit.span, "normalized", 1.0, words
        )
        return


RULES = (
    title,
    location,
    payer_type,
    payer_type_under_location,
    payer,
    payer_under_type,
    partner,
    group,
    payer_in_title,
    in_prose,
    practices,
    updated,
)
