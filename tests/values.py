"""Make other values than a given one: of its kind, or nearly the same but not of its kind."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from pyoxigraph import Literal

from kg.terms import XSD

NUMBERS: Final = (XSD.integer, XSD.decimal, XSD.gYear)
DATATYPES: Final = (XSD.decimal, XSD.double, XSD.integer, XSD.string, XSD.dateTime, XSD.gYear)
STEPS: Final = (1, -1, 1000, -1000)
_NEXT: Final = {**dict(zip("012345678Z9", "1234567890A", strict=True)), "Y": "Z"}


def moved(value: Literal, step: Decimal | int) -> Literal:
    """Return a number, a year or a day that is so much greater.

    >>> moved(Literal("2013-07-31", datatype=XSD.date), 1).value
    '2013-08-01'
    """
    if value.datatype == XSD.date:
        day = date.fromisoformat(value.value) + timedelta(int(step))
        return Literal(day.isoformat(), datatype=XSD.date)
    return Literal(str(Decimal(value.value) + step), datatype=value.datatype)


def alike(value: Literal) -> Iterator[Literal]:
    """Yield other literals of the same datatype or language, some as well formed.

    >>> [found.value for found in alike(Literal("51107"))]
    ['51108', '51107 too']
    """
    text = value.value
    if value.datatype in {*NUMBERS, XSD.date}:
        yield from (moved(value, step) for step in STEPS)
        if value.datatype == XSD.decimal:
            yield moved(value, Decimal("-0.25"))
    elif value.datatype == XSD.boolean:
        yield Literal("false" if text == "true" else "true", datatype=XSD.boolean)
    elif value.language:
        yield Literal(f"{text} too", language=value.language)
    else:
        yield Literal(text[:-1] + _NEXT.get(text[-1:], "B"), datatype=value.datatype)
        yield Literal(f"{text} too", datatype=value.datatype)


def retyped(value: Literal) -> Iterator[Literal]:
    """Yield what is written the same but is of another datatype or language.

    >>> [str(found.datatype)[34:-1] for found in retyped(Literal("7", datatype=XSD.integer))]
    ['decimal', 'double', 'string', 'dateTime', 'gYear', 'syntax-ns#langString']
    """
    yield from (Literal(value.value, datatype=d) for d in DATATYPES if d != value.datatype)
    if not value.language:
        yield Literal(value.value, language="en")


def misshapen(value: Literal) -> Iterator[Literal]:
    """Yield what is of the same datatype but of another form, or the same value written otherwise.

    >>> [found.value for found in misshapen(Literal("USD"))]
    ['USD!', '!', 'US', 'US!']
    """
    text = value.value
    if value.datatype in NUMBERS:
        yield Literal(f"{text}.5", datatype=XSD.decimal)
    else:
        yield from map(Literal, (f"{text}!", "!", text[:-1], f"{text[:-1]}!"))
