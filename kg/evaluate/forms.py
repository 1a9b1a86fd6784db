"""Reduce the values of records to the forms in which gold and extraction are compared.

Two values are the same when their forms are equal: case, punctuation, a regular plural or a legal
form make no difference, any other word does.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import re2

Record: TypeAlias = Mapping[str, Any]
"""A record as JSON gives it: of `kg extract`, or a gold record."""
Form: TypeAlias = str | int | tuple[str | int, ...]

_KEPT_MARKS: Final = frozenset("_%'")
_LEGAL_FORMS: Final = frozenset(
    "the co corp corporation inc llc llp lp ltd pa pc pllc".split(),
)
_ROLE_HEADS: Final = (
    *("care coordinator", "case manager", "care manager", "navigator", "team leader"),
    *("health coach", "community health worker", "social worker"),
)
"""Roles by what they are at heart; of two that a name holds, the one that stands first here."""
_GENERIC_CONDITIONS: Final = (
    *("chronic condition", "chronic disease", "chronic illness"),
    *("long term", "health challenge"),
)
_UNSCORED_PAYMENT: Final = "other"
_IN_BRACKETS: Final = re2.compile(r"\([^)\n]*\)")


def plain(value: object) -> str:
    """Return a text in one case, its words apart by single spaces, without punctuation.

    >>> plain("Blue Cross & Blue Shield’s “Value‐Based” plan (HMO)")
    "blue cross and blue shield's value based plan hmo"
    """
    text = unicodedata.normalize("NFKC", str(value)).casefold()
    text = text.replace("’", "'").replace("&", " and ")
    kept = (char if char.isalnum() or char in _KEPT_MARKS else " " for char in text)
    return " ".join("".join(kept).split())


def organization(value: object) -> str:
    """Return the name of an organization without articles and legal forms.

    >>> organization("The Polyclinic, Inc.")
    'polyclinic'
    """
    return " ".join(word for word in plain(value).split() if word not in _LEGAL_FORMS)


def singular(value: object) -> str:
    """Return a text with each regular plural as its singular.

    >>> singular("Registered Nurses, weight loss")
    'registered nurse weight loss'
    """
    return " ".join(map(_one, plain(value).split()))


def _one(word: str) -> str:
    is_plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "is"))
    return word[:-1] if is_plural else word


def role(value: object) -> str:
    """Return what a role is at heart, or all its words where that is not known.

    >>> role("embedded RN care managers (by phone)"), role("Pharmacists")
    ('care manager', 'pharmacist')
    """
    words = singular(_IN_BRACKETS.sub(" ", str(value)))
    return next((head for head in _ROLE_HEADS if head in words), words)


def condition(value: object) -> str | None:
    """Return a condition in the singular; None if it names no condition in particular.

    >>> condition("Heart diseases"), condition("chronic illnesses")
    ('heart disease', None)
    """
    is_generic = any(generic in plain(value) for generic in _GENERIC_CONDITIONS)
    return None if is_generic else singular(value)


@dataclass(frozen=True, slots=True)
class Field:
    """One scored field of a record."""

    name: str
    form: Callable[[Any], Form | None]
    """What is compared; None for a value that is not scored."""
    accepts: Callable[[Any], bool]
    """Whether a value has the shape that the field asks for."""
    expects: str
    """That shape, in words."""
    show: Callable[[Any], str] = str
    is_single: bool = False
    """Whether a record has one value, or null, instead of a list."""
    counts_once: bool = False
    """Whether values of one form are one value, however often a record lists them."""

    def values(self, record: Record) -> list[Any]:
        """Return the values of a record, whether the field is a list or not."""
        value = record.get(self.name)
        if self.is_single:
            return [] if value is None or value == "" else [value]
        return value or []


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_place(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(value.get(part), str | None) for part in ("place", "state")
    )


def _is_count(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and _is_whole(value.get("value"))
        and isinstance(value.get("qualifier"), str | None)
    )


def _has(part: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, Mapping) and isinstance(value.get(part), str)


def _place(value: Record) -> tuple[str, ...]:
    return plain(value.get("place") or ""), plain(value.get("state") or "")


def _show_place(value: Record) -> str:
    return ", ".join(filter(None, (value.get("place"), value.get("state"))))


def _count(value: Record) -> tuple[int, str]:
    return int(value["value"]), value.get("qualifier") or "exact"


def _show_count(value: Record) -> str:
    number, qualifier = _count(value)
    words = "" if qualifier == "exact" else f"{qualifier.replace('_', ' ')} "
    return f"{words}{number:,}"


def _payment(value: Record) -> str | None:
    kind: str = value["kind"]
    return None if kind == _UNSCORED_PAYMENT else kind


def _texts(name: str, form: Callable[[Any], Form | None], *, counts_once: bool = False) -> Field:
    return Field(name, form, _is_text, "a text", counts_once=counts_once)


def _text(name: str, form: Callable[[Any], Form | None]) -> Field:
    return Field(name, form, _is_text, "a text or null", is_single=True)


def _counts(name: str) -> Field:
    return Field(name, _count, _is_count, '{"value": whole number, "qualifier": text}', _show_count)


FIELDS: Final = (
    _text("title", plain),
    Field("locations", _place, _is_place, '{"place": text, "state": text}', _show_place),
    _texts("payer_types", plain),
    _texts("payers", organization),
    _texts("partner_organizations", organization),
    _texts("provider_groups", organization),
    Field("number_of_practices", int, _is_whole, "a whole number or null", is_single=True),
    _text("effective_date", str),
    _text("last_updated", str),
    _counts("covered_lives"),
    _counts("providers"),
    _texts("conditions", condition, counts_once=True),
    Field(
        "care_roles",
        lambda value: role(value["role"]),
        _has("role"),
        '{"role": text}',
        lambda value: str(value["role"]),
        counts_once=True,
    ),
    Field(
        "payment_components",
        _payment,
        _has("kind"),
        '{"kind": text}',
        lambda value: str(value["kind"]).replace("_", " "),
        counts_once=True,
    ),
)
"""What is scored; the other fields of a record are free text, for people."""


@dataclass(frozen=True, slots=True)
class Words:
    """The piece of a document that a value was read from."""

    start: int
    end: int
    rule: str = ""
    """The rule that read it; empty in gold records."""
    quotation: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a record that is scored."""

    field: str
    form: Form
    shown: str
    """The value as a person reads it."""
    words: Words | None = None


def scored_items(record: Record) -> Iterator[Item]:
    """Yield the values of a record that are scored, in its order.

    >>> record = {"conditions": ["Obesity", "obesity"], "effective_date": "2013-07"}
    >>> [item.form for item in scored_items(record)]
    ['2013-07', 'obesity']
    """
    for field in FIELDS:
        seen: set[Form] = set()
        for position, value in enumerate(field.values(record)):
            form = field.form(value)
            if form is None or (field.counts_once and form in seen):
                continue
            seen.add(form)
            yield Item(field.name, form, field.show(value), _words(record, field.name, position))


def _words(record: Record, field: str, position: int) -> Words | None:
    found = ((record.get("evidence") or {}).get(field) or [])[position : position + 1]
    if not found or found[0] is None:
        return None
    span = found[0]
    return Words(span["start"], span["end"], span.get("rule") or "", span.get("quotation"))
