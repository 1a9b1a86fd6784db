"""Define what a correction may say: its actions, its keys and the properties that can be added."""

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final

import re2

from kg.errors import InputError
from kg.fold import fold
from kg.names import organization_key
from kg.records import Curation, Node
from kg.terms import ACP_PROPERTIES

IDENTITY_ACTIONS: Final = ("merge", "keep-apart", "rename")
COMMON: Final = ("by", "why")
_FACT: Final = ("document", "property", "value")
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "merge": ("names", "into"),
    "keep-apart": ("names",),
    "rename": ("name", "to"),
    "set": (*_FACT, "to"),
    "add": (*_FACT, "quotation"),
    "retract": _FACT,
}
"""The actions, with the keys that each needs besides `by` and `why`."""
OPTIONAL: Final[Mapping[str, tuple[str, ...]]] = {
    "merge": ("kind",),
    "keep-apart": ("kind",),
    "rename": ("kind",),
    "set": ("quotation", "about"),
    "add": ("occurrence", "counted", "qualifier"),
    "retract": ("quotation", "about"),
}
KINDS: Final = ("organization", "place", "program")
PROPERTIES: Final = (*ACP_PROPERTIES, "dcterms:title", "dcterms:modified")
ADDABLE: Final[Mapping[str, str]] = {
    "targetsCondition": "condition",
    "hasAim": "aim",
    "payerType": "payer-type",
    "approach": "approach",
    "comparableModel": "approach",
    "launchStatus": "status",
    "hasPayer": "Payer",
    "hasProviderGroup": "ProviderOrganization",
    "hasPartner": "Organization",
    "serviceArea": "Place",
    "effectiveDate": "date",
    "hasCount": "CountStatement",
}
"""What can be added to a program: the scheme or the class of the value, or `date`."""
_BLANKS = re2.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision of a curator, as the file says it; keys that its action has not are empty."""

    action: str
    by: str
    why: str
    date: str = ""
    names: tuple[str, ...] = ()
    into: str = ""
    kind: str = ""
    name: str = ""
    to: str = ""
    document: str = ""
    predicate: str = ""
    value: str = ""
    quotation: str = ""
    about: str = ""
    occurrence: int = 0
    counted: str = ""
    qualifier: str = ""
    line: int | None = None

    @property
    def key(self) -> str:
        """Twelve hexadecimal digits that depend on all that is said, not on where it stands."""
        said = [repr(getattr(self, f.name)) for f in fields(self) if f.name != "line"]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]

    @property
    def summary(self) -> str:
        """Say in one line what is decided.

        >>> names = ("Acme", "Acme Inc.")
        >>> Correction("merge", "R. O.", "one firm", names=names, into="Acme").summary
        'merge “Acme”, “Acme Inc.” into “Acme”'
        """
        names = ", ".join(f"“{name}”" for name in self.names)
        said = {
            "merge": f"merge {names} into “{self.into}”",
            "keep-apart": f"keep {names} apart",
            "rename": f"call “{self.name}” “{self.to}”",
            "set": f"set {self.predicate} from “{self.value}” to “{self.to}”",
            "add": f"add {self.predicate} “{self.value}”",
            "retract": f"retract {self.predicate} “{self.value}”",
        }
        return said[self.action]

    def curation(
        self, *, calls: Node | None = None, spans: tuple[tuple[int, int], ...] = ()
    ) -> Curation:
        """Return the decision as the evidence keeps it."""
        why, by = tidy(self.why), tidy(self.by)
        summary = tidy(self.summary)
        return Curation(self.key, self.action, summary, by, why, tidy(self.date), calls, spans)


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a file decides, in its order."""

    path: str
    items: tuple[Correction, ...]

    def of(self, *actions: str) -> tuple[Correction, ...]:
        """Return the corrections with some actions."""
        return tuple(item for item in self.items if item.action in actions)

    def are_apart(self, one: str, other: str) -> bool:
        """Say whether a curator decided that two names mean two things.

        >>> apart = Correction("keep-apart", "R. O.", "two firms", names=("Acme", "Acme West"))
        >>> Corrections("c.toml", (apart,)).are_apart("ACME, Inc.", "Acme West")
        True
        """
        keys = {organization_key(one), organization_key(other)}
        return len(keys) == 2 and any(
            keys <= {organization_key(name) for name in item.names}
            for item in self.of("keep-apart")
        )

    def error(self, item: Correction, message: str) -> InputError:
        """Return the error that a correction is, with its place in the file."""
        return InputError(self.path, f"{item.summary}: {message}", line=item.line)


def tidy(text: str) -> str:
    r"""Return a text on one line.

    >>> tidy(" it is\n not so ")
    'it is not so'
    """
    return " ".join(text.split())


def plain(text: str) -> str:
    """Return the form of a text in which case, blanks and kinds of quotation marks are one.

    >>> plain("The  “Triple Aim”")
    'the "triple aim"'
    """
    return str(_BLANKS.sub(" ", fold(text).lower)).strip()


def suggest(wanted: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """Return the nearest of the known words as a hint for the end of a message.

    >>> suggest("documnet", ["document", "date"])
    '; did you mean “document”?'
    >>> suggest("x", ["document", "date"], otherwise="there are")
    '; there are “date”, “document”'
    """
    words = sorted({tidy(word)[:200] for word in known})[:5000]
    lower = {word.casefold(): word for word in reversed(words)}
    near = difflib.get_close_matches(wanted.casefold()[:200], sorted(lower), n=3)
    if near:
        return f"; did you mean {', '.join(f'“{lower[word]}”' for word in near)}?"
    if otherwise and words:
        more = ", …" if len(words) > 5 else ""
        return f"; {otherwise} {', '.join(f'“{word}”' for word in words[:5])}{more}"
    return ""
