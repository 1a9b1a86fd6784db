"""Find stated dates and keep them as precise as they are stated: a day, a month or a year."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import re2

_MONTHS: Final = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_SHORT: Final = {name[:3]: n for name, n in _MONTHS.items()} | {"sept": 9}
_MONTH = "|".join([*_MONTHS, *(f"{name}\\.?" for name in _SHORT if name != "may")])
_YEAR = r"(?:19|20)[0-9]{2}"
_DATE = re2.compile(
    rf"(?i)\b(?:(?P<iso>{_YEAR}-[0-9]{{2}}-[0-9]{{2}})"
    rf"|(?P<month>{_MONTH}) (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<year>{_YEAR})"
    rf"|(?P<day2>[0-9]{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month2>{_MONTH}),? (?P<year2>{_YEAR})"
    rf"|(?P<month3>{_MONTH}),?(?: of)? (?P<year3>{_YEAR})"
    rf"|(?P<m>[0-9]{{1,2}})/(?P<d>[0-9]{{1,2}})/(?P<y>{_YEAR})"
    rf"|(?P<year4>{_YEAR}))\b"
)


_FISCAL = re2.compile(r"(?i)\b(?:fy|fiscal year) ?$")


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date at a span, as an XSD literal and as the days that it can mean."""

    lexical: str
    datatype: str
    """`date`, `gYearMonth` or `gYear`."""
    start: int
    end: int

    @property
    def earliest(self) -> str:
        """The first day that the date can mean.

        >>> StatedDate("2014-02", "gYearMonth", 0, 1).earliest
        '2014-02-01'
        """
        return (self.lexical + "-01-01")[:10]

    @property
    def latest(self) -> str:
        """The last day that the date can mean.

        >>> StatedDate("2014-02", "gYearMonth", 0, 1).latest
        '2014-02-28'
        """
        if self.datatype == "date":
            return self.lexical
        year, month = (int(part) for part in (self.lexical + "-12").split("-")[:2])
        return f"{year:04}-{month:02}-{calendar.monthrange(year, month)[1]:02}"


def find_dates(text: str) -> Iterator[StatedDate]:
    """Yield the dates of a folded text; a day that no calendar has is none.

    >>> [d.lexical for d in find_dates("July 1, 2013, october 2014, 30 June 2016 and since 2012")]
    ['2013-07-01', '2014-10', '2016-06-30', '2012']
    >>> list(find_dates("February 30, 2013; 06/07/2016; May provide; March of Dimes"))
    []
    """
    for match in _DATE.finditer(text):
        if _FISCAL.search(text[max(0, match.start() - 12) : match.start()]):
            continue  # a fiscal year begins in another year, on a day that is not said
        lexical = _lexical({k: v for k, v in match.groupdict().items() if v})
        if lexical is not None:
            datatype = {4: "gYear", 7: "gYearMonth", 10: "date"}[len(lexical)]
            yield StatedDate(lexical, datatype, *match.span())


def _lexical(parts: dict[str, str]) -> str | None:
    """Return the ISO form, or nothing where day and month cannot be told apart or do not exist."""
    if "iso" in parts:
        return _checked(*(int(part) for part in parts["iso"].split("-")))
    if "m" in parts:
        month, day, year = int(parts["m"]), int(parts["d"]), int(parts["y"])
        return _checked(year, month, day) if day > 12 or day == month else None
    if "year4" in parts:
        return parts["year4"]
    if "month3" in parts:
        return f"{parts['year3']}-{_month(parts['month3']):02}"
    suffix = "" if "month" in parts else "2"
    return _checked(
        int(parts[f"year{suffix}"]), _month(parts[f"month{suffix}"]), int(parts[f"day{suffix}"])
    )


def _month(name: str) -> int:
    name = name.lower().rstrip(".")
    return _MONTHS.get(name) or _SHORT[name]


def _checked(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
