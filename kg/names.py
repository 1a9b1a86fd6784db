"""Reduce the name of an organization to the normal form under which spellings are one."""

from typing import Final

import re2

from kg.iris import slug

_LEGAL_FORM = re2.compile(
    r"(?i)(?:,? +(?:inc|llc|l\.l\.c|corp|corporation|co|ltd|llp|lp|pllc|p\.c|pc|p\.a)\.?)+$"
)
_ARTICLE = re2.compile(r"(?i)^the +")
_MARKS: Final = "®™©*"


def organization_key(name: str) -> str:
    """Return the slug that all spellings of one name share; never merges different words.

    Case, punctuation, a leading article and a trailing legal form do not make a difference; any
    other word does ("of Minnesota", "North").

    >>> organization_key("The Polyclinic, Inc.") == organization_key("Polyclinic")
    True
    >>> organization_key("Blue Cross of Minnesota") == organization_key("Blue Cross of Michigan")
    False
    """
    plain = name.translate(dict.fromkeys(map(ord, _MARKS)))
    return slug(_LEGAL_FORM.sub("", _ARTICLE.sub("", plain.strip())))
