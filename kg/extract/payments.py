"""Read who pays whom, for what, by which method, how surely and under which condition."""

from collections.abc import Iterator
from typing import Final

import re2

from kg.extract.page import NEGATION, Found, Page, Span, Unit
from kg.extract.practitioners import practitioner_group
from kg.extract.rule import rule
from kg.lexicon import Mention
from kg.records import Basis, Concept, Node, Value

_PAYS = re2.compile(
    r"(?i)\b(?:compensat|reimburs|reward|pays?\b|paid|payments?|paying|earn|bonus|incentives?\b|fees?\b)"
)
_UNREAL = re2.compile(
    r"(?i)\b(?:plans? to|planned to|would have|consider(?:s|ed|ing)? (?:pay|reward)\w*|hopes? to"
    r"|never been|not been|has yet to|proposed to|is proposed|would be (?:paid|rewarded))\b"
)
"""A payment that is planned, imagined or denied is no payment of the program."""
_SERVICES: Final = Concept("payment-method", "compensation-for-services")
_PER_MEMBER: Final = Concept("payment-method", "pmpm")
_PURPOSES: Final = frozenset(
    Concept("payment-method", notation)
    for notation in ("care-coordination-payment", "pay-for-performance", "infrastructure-payment")
)
"""Where one of these is named, "per member per month" is the unit of its rate, not a method."""
_COORDINATION: Final = Concept("payment-method", "care-coordination-payment")


def find_arrangements(page: Page) -> tuple[tuple[int, Node], ...]:
    """Return the payment arrangements, each with the start of the sentence that introduces it."""
    found: dict[tuple[str, ...], tuple[int, Node]] = {}
    for unit in page.sentences:
        for _, node in arrangements_in(page, unit):
            found.setdefault(node.key, (unit.start, node))
    return tuple(found.values())


def arrangements_in(page: Page, unit: Unit) -> list[tuple[Mention, Node]]:
    """Return the arrangements that a sentence about paying states: one for each method.

    Under "Payment Model" a method needs no verb of paying; a service that is paid for does.
    """
    if unit.block.field not in {"description", "payment", "other"} or not unit.of("payment-method"):
        return []
    about_paying = bool(_PAYS.search(unit.text))
    if unit.block.field != "payment" and not about_paying:
        return []
    if _UNREAL.search(unit.text):
        return []
    services = {(m.start, m.end) for m in unit.of("service")}
    methods: dict[Concept, Mention] = {}
    for mention in unit.of("payment-method"):
        if not about_paying and (mention.start, mention.end) in services:
            continue
        if not NEGATION.search(unit.before(mention.start)[-24:]):
            methods.setdefault(mention.concept, mention)
    if len(methods) > 1 and not _medical(unit):
        methods.pop(_SERVICES, None)
    if _PURPOSES & methods.keys():
        methods.pop(_PER_MEMBER, None)
    return [(mention, _arrangement(page, concept)) for concept, mention in methods.items()]


def _arrangement(page: Page, method: Concept) -> Node:
    label = page.label_of(method)
    return page.program.part("PaymentArrangement", "payment", method.notation, label=label)


_MEDICAL = re2.compile(r"(?i)\bmedical (?:and|or) care coordination services\b")


def _medical(unit: Unit) -> Span | None:
    """Return where medical services are named, "medical and care coordination services" too."""
    for mention in unit.of("service", "medical-services"):
        return mention.start, mention.end
    return next((hit.span for hit in unit.search(_MEDICAL)), None)


@rule(
    "payments.method",
    finds=[
        "Acme Health will compensate physicians for the medical and care coordination services.",
        'The practice may be rewarded through a "pay for performance" structure.',
    ],
    ignores=["Physicians provide care coordination services."],
)
def method(page: Page, unit: Unit) -> Iterator[Found]:
    """A method named in a sentence about paying is a payment arrangement of the program."""
    for mention, node in arrangements_in(page, unit):
        span = (mention.start, mention.end)
        yield Found(page.program, "hasPaymentArrangement", node, unit.content_span)
        yield Found(node, "paymentMethod", mention.concept, span)
        category = page.lexicon.vocabulary.broad_matches.get(mention.concept)
        if category:
            yield Found(node, "lanCategory", category, span, "mapped", 0.8)
        if mention.concept == _SERVICES and (medical := _medical(unit)):
            yield Found(node, "compensatesFor", Concept("service", "medical-services"), medical)
        if mention.concept == _COORDINATION:
            for service in unit.of("service", "care-coordination-services"):
                yield Found(node, "compensatesFor", service.concept, (service.start, service.end))


_PAY_VERB = re2.compile(
    r"(?i)^ (?:also |currently )?(?:will |would )?(?:compensates?|pays?|reimburses?|rewards?)\b"
)


@rule(
    "payments.payer",
    finds=["Acme Health will compensate physicians for the medical services they provide."],
    ignores=["Acme Health is glad."],
)
def payer(page: Page, unit: Unit) -> Iterator[Found]:
    """The subject of a verb of paying pays; the program's only payer is implied otherwise."""
    subject = next(
        (
            (party.party, (party.start, party.end + verb.end()))
            for party in unit.organizations
            if party.party.kind == "Payer" and (verb := _PAY_VERB.match(unit.after(party.end)))
        ),
        None,
    )
    for mention, node in arrangements_in(page, unit):
        if subject:
            yield Found(node, "paidBy", subject[0], subject[1])
        elif page.only_payer:
            span = _certainty_span(unit) or (mention.start, mention.end)
            yield Found(node, "paidBy", page.only_payer, span, "inferred", 0.9)


def _certainty_span(unit: Unit) -> Span | None:
    return next(((m.start, m.end) for m in unit.of("certainty")), None)


_PAYEE = re2.compile(r"(?i)\b(?:compensates?|pays?|reimburses?|rewards?) (?:the |its |network )?$")
_REWARDED = re2.compile(
    r"(?i)^ (?:may|can|will|could|is|are|also| )+ ?(?:be )?(?:rewarded|paid|eligible|earn|receive)"
)


@rule(
    "payments.payee",
    finds=[
        "Acme Health will compensate physicians for the medical services they provide.",
        'The medical group may be rewarded through a "pay for performance" structure.',
    ],
    ignores=["Acme Health will compensate for it."],
)
def payee(page: Page, unit: Unit) -> Iterator[Found]:
    """The object of a verb of paying, or the subject of being rewarded, is paid."""
    arrangements = arrangements_in(page, unit)
    for to, span, sure in _payees(page, unit):
        basis: Basis = "stated" if sure else "inferred"
        for _, node in arrangements:
            yield Found(node, "paidTo", to, span, basis, 1.0 if sure else 0.9)
        return


def _payees(page: Page, unit: Unit) -> Iterator[tuple[Node, Span, bool]]:
    """Yield who is paid, where that is said, and whether by name.

    "Physicians" without a name are those of the only provider group: a conclusion, not a statement.
    """
    for party in unit.organizations:
        if party.party.kind == "Payer":
            continue
        verb = _REWARDED.match(unit.after(party.end))
        if verb:
            yield party.party, (party.start, party.end + verb.end()), party.is_name
        elif object_verb := _PAYEE.search(unit.before(party.start)):
            yield party.party, (unit.start + object_verb.start(), party.end), party.is_name
    for mention in unit.of("credential"):
        if page.only_group is None or "physician" not in mention.concept.notation:
            continue
        if object_verb := _PAYEE.search(unit.before(mention.start)):
            span = (unit.start + object_verb.start(), mention.end)
            yield practitioner_group(page.only_group), span, False
        elif verb := _REWARDED.match(unit.after(mention.end)):
            yield (
                practitioner_group(page.only_group),
                (mention.start, mention.end + verb.end()),
                False,
            )


@rule(
    "payments.certainty",
    finds=["The practice may be rewarded through a pay for performance structure."],
    ignores=["A pay for performance structure rewards the practice."],
)
def certainty(page: Page, unit: Unit) -> Iterator[Found]:
    """ "Will compensate" is definite, "may be rewarded" contingent; the nearest before counts."""
    wordings = unit.of("certainty")
    for mention, node in arrangements_in(page, unit):
        before = [sure for sure in wordings if sure.start <= mention.start]
        for sure in before[-1:] or wordings[:1]:
            yield Found(node, "paymentCertainty", sure.concept, (sure.start, sure.end))


_ALSO = re2.compile(r"(?i)^(?:additionally|in addition)\b")
_AGREEMENT = re2.compile(r"(?i)\b(?:as part of|under) (?:the|an|this) (?:agreement|contract)\b")


@rule(
    "payments.connection",
    finds=[
        "As part of the agreement, Acme Health will compensate physicians for medical services."
    ],
    ignores=["Acme Health will compensate physicians for medical services."],
)
def connection(page: Page, unit: Unit) -> Iterator[Found]:
    """ "Additionally" puts a payment on top of those before; "the agreement" says it is agreed."""
    for _, node in arrangements_in(page, unit):
        for hit in unit.search(_ALSO):
            for start, earlier in page.arrangements:
                if start < unit.start and earlier.key != node.key:
                    yield Found(node, "inAdditionTo", earlier, hit.span)
        for hit in unit.search(_AGREEMENT):
            yield Found(node, "underAgreement", Value("true", "boolean"), hit.span)


_IF = re2.compile(
    r"(?i)\b(?:if|when|provided that|as long as)"
    r" (?:it|they|he or she|the (?:group|practice)|physicians|practices)"
    r" (?:meets?|hits?|achieves?|reach(?:es)?) (?P<what>[^.;]+)"
)


@rule(
    "payments.condition",
    finds=[
        (
            'The practice may be rewarded through a "pay for performance" structure if it meets'
            " targets for improving quality and lowering medical costs."
        )
    ],
    ignores=["They may be rewarded through a pay for performance structure."],
)
def condition(page: Page, unit: Unit) -> Iterator[Found]:
    """ "If it meets targets for X and Y" is a condition with targets and how they combine."""
    for hit in unit.search(_IF):
        targets = [m for m in unit.of("target-domain") if hit.start < m.start < hit.end]
        for _, node in arrangements_in(page, unit)[-1:]:
            if targets:
                label = unit.words(*hit.span)
                part = node.part("PaymentCondition", "condition", label=label)
                yield Found(node, "hasPaymentCondition", part, hit.span)
                yield from _targets(page, unit, node, part, targets)


def _targets(
    page: Page, unit: Unit, payment: Node, part: Node, targets: list[Mention]
) -> Iterator[Found]:
    for mention in targets:
        span = (mention.start, mention.end)
        key = ("target", mention.concept.notation)
        target = payment.part("PerformanceTarget", *key, label=unit.words(*span))
        yield Found(part, "hasTarget", target, span)
        yield Found(target, "targetDomain", mention.concept, span)
        for way in unit.of("direction"):
            if mention.start <= way.start < mention.end or 0 <= mention.start - way.end <= 1:
                way_span = (min(way.start, mention.start), mention.end)
                yield Found(target, "targetDirection", way.concept, way_span)
    if len(targets) > 1:
        for operator in unit.of("operator"):
            if targets[0].end <= operator.start < targets[-1].start:
                span = (targets[0].start, targets[-1].end)
                yield Found(part, "conditionOperator", operator.concept, span)
                return


RULES = (method, payer, payee, certainty, connection, condition)
