"""Write the values of a question's parameters into its SPARQL, for stores that only take text.

Where the engine is at hand it binds variables itself (`kg.parameters.ask_question`). Elsewhere a
VALUES clause does it: one in each group that speaks of the variable, since groups are evaluated on
their own before they are joined. Values are written by the engine and so never are grammar.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.guard import read_tokens
from kg.sparql import Value


def bind_variables(text: str, bindings: Mapping[str, Value]) -> str:
    """Return a SELECT query whose variables have values.

    >>> from pyoxigraph import NamedNode
    >>> print(bind_variables("SELECT ?p ?c { ?p ?q ?c }", {"c": NamedNode("urn:x")}))
    SELECT ?p ?c { VALUES ?c { <urn:x> } ?p ?q ?c }
    """
    pieces, rest = [], 0
    for group in _groups(text):
        named = [name for name in bindings if name in group.variables]
        if named:
            pieces.append(text[rest : group.start])
            pieces += [f" VALUES ?{name} {{ {bindings[name]} }}" for name in named]
            rest = group.start
    return "".join((*pieces, text[rest:]))


@dataclass(slots=True)
class _Group:
    """A group of patterns: the offset after its bracket, and the variables right in it."""

    start: int
    takes_none: bool
    variables: set[str] = field(default_factory=set)


def _groups(text: str) -> list[_Group]:
    """Return the groups that can take a VALUES clause, in the order in which they begin."""
    found: list[_Group] = []
    around: list[_Group] = []
    takes_none, last = False, ""
    for token in read_tokens(text):
        if token.kind in {"blank", "comment"}:
            continue
        word = token.text.upper()
        if word == "SELECT" and last == "{":
            around[-1].takes_none = True  # a query of its own: its values stand in its WHERE
        elif word == "VALUES":
            takes_none = True
        elif word == "{":
            around.append(_Group(token.end, takes_none))
            found.append(around[-1])
            takes_none = False
        elif word == "}":
            around.pop()
        elif token.kind == "word" and word[0] in "?$" and around:
            around[-1].variables.add(token.text[1:])
        last = word
    return [group for group in found if not group.takes_none]
