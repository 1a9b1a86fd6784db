"""Read what a program is for: its aims, the conditions it targets and the benefits it expects."""

from collections.abc import Iterator

import re2

from kg.extract.page import NEGATION, Found, Page, Unit
from kg.extract.people import counted
from kg.extract.rule import rule
from kg.records import Concept

_COVERED = Concept("benefit", "covered-patients")

_PURPOSE = re2.compile(
    r"(?i)\b(?:program|initiative|pilot|project|demonstration|model|approach|home|homes|aco|acos|care)"
    r"\b[^.;]{0,60}?\b(?:to|goals?|aims?|aimed|designed|for)\b"
)


@rule(
    "purpose.aim",
    finds=['It is a medical home initiative to achieve the "triple aim" of improved health.'],
    ignores=["Nurses are aligned with managers, which gives a better experience."],
    fields=["description", "other"],
)
def aim(page: Page, unit: Unit) -> Iterator[Found]:
    """An aim named behind what the program is "to" do is an aim of the program."""
    purpose = next(unit.search(_PURPOSE), None)
    if purpose is None:
        return
    for mention in unit.of("aim"):
        if mention.start < purpose.end or NEGATION.search(unit.before(mention.start)[-20:]):
            continue
        sure = 0.8 if _is_comparison(unit, mention.start) else 1.0
        span = (mention.start, mention.end)
        yield Found(page.program, "hasAim", mention.concept, span, "stated", sure)


def _is_comparison(unit: Unit, start: int) -> bool:
    """ "The same goals as" says what another model aims at, and only so what this one does."""
    return unit.words(start, start + 5).lower() == "same " or unit.before(start).endswith("same ")


_EXCLUDED = re2.compile(
    r"(?i)(?:not considered|not qualifying|excluded|do(?:es)? not qualify|^at[- ]risk conditions)"
)


@rule(
    "purpose.condition",
    finds=["It helps people with chronic conditions, such as diabetes, heart disease and obesity."],
    ignores=["It does not cover obesity."],
    fields=["description", "payment", "other"],
)
def condition(page: Page, unit: Unit) -> Iterator[Found]:
    """A health condition named in the description, and not excluded, is a target."""
    if _EXCLUDED.search(unit.text):
        return
    for mention in unit.of("condition"):
        if not NEGATION.search(unit.before(mention.start)[-30:]):
            span = (mention.start, mention.end)
            yield Found(page.program, "targetsCondition", mention.concept, span)


_BENEFIT = re2.compile(
    r"(?i)\b(?P<who>(?:the )?(?:program|initiative|pilot)) (?P<verb>will benefit)\b"
)


@rule(
    "purpose.benefit-for-covered",
    finds=["The program will benefit over 5,500 individuals covered by an Acme Health plan."],
    ignores=["Nurses benefit from training."],
    fields=["description"],
)
def benefit_for_covered(page: Page, unit: Unit) -> Iterator[Found]:
    """ "The program will benefit N people" states a benefit for those covered."""
    for hit in unit.search(_BENEFIT):
        benefit = page.program.part(
            "BenefitStatement", "benefit", "covered-patients", label=unit.words(*unit.content_span)
        )
        yield Found(page.program, "hasBenefitStatement", benefit, hit.span)
        for mention in unit.of("benefit", "program-benefit"):
            yield Found(benefit, "benefitKind", mention.concept, (mention.start, mention.end))
        for count in counted.read(page, unit):
            if count.predicate == "hasCount" and count.span[0] >= hit.end:
                yield Found(benefit, "benefitFor", _COVERED, count.span)
                return


@rule(
    "purpose.benefit-first",
    finds=[
        (
            "Patients most likely to see the immediate benefits of the program are those who need"
            " help managing chronic conditions, such as diabetes."
        )
    ],
    ignores=["Patients with chronic conditions are seen."],
    fields=["description"],
)
def benefit_first(page: Page, unit: Unit) -> Iterator[Found]:
    """An immediate benefit is stated for the people that the sentence names."""
    kinds = unit.of("benefit", "immediate-benefit")
    people = [
        m for m in unit.of("benefit") if m.concept.notation.endswith(("patients", "challenges"))
    ]
    for kind in kinds[:1]:
        for who in people:
            key = ("benefit", f"immediate-{who.concept.notation}")
            label = f"{page.label_of(kind.concept)} for {page.label_of(who.concept)}"
            benefit = page.program.part("BenefitStatement", *key, label=label)
            span = (unit.start, max(kind.end, who.end))
            yield Found(page.program, "hasBenefitStatement", benefit, span)
            yield Found(benefit, "benefitKind", kind.concept, (kind.start, kind.end))
            yield Found(benefit, "benefitFor", who.concept, (who.start, who.end))


RULES = (aim, condition, benefit_for_covered, benefit_first)
