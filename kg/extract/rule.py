"""Define what a rule is: a named function over a unit of text that carries its own examples."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kg.extract.page import Found, Page, Unit

Reader = Callable[[Page, Unit], Iterable[Found]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of reading facts, with texts that it must and must not read.

    The examples are run by the tests inside a description of the program "Acme Health Medical Home
    Program - Elm Medical Group", payer Acme Health; `field` says under which label they stand.
    """

    name: str
    """`family.rule`, as it stands in the evidence."""
    read: Reader
    meaning: str
    finds: tuple[str, ...]
    ignores: tuple[str, ...]
    fields: frozenset[str]
    """The fields whose units the rule reads."""
    kind: str
    """The kind of unit that the rule reads: title, value or sentence."""


def rule(
    name: str,
    *,
    finds: Iterable[str],
    ignores: Iterable[str] = (),
    fields: Iterable[str] = ("description", "payment", "other"),
    kind: str = "sentence",
) -> Callable[[Reader], Rule]:
    """Make a rule of a function; its docstring is the rule's meaning."""

    def decorate(read: Reader) -> Rule:
        meaning = " ".join((read.__doc__ or "").split())
        return Rule(name, read, meaning, tuple(finds), tuple(ignores), frozenset(fields), kind)

    return decorate
