"""Say in SPARQL when values may break a constraint of SHACL core.

An expression is true wherever its constraint is broken, and never an error. It may be true
elsewhere: of values over which engines could differ, such as a leap day or a letter of any script.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Final

import re2
from pyoxigraph import BlankNode, Literal, NamedNode

from kg.shapes import Term
from kg.spelling import kept
from kg.terms import RDF, RDFS, SH, XSD

INSTANCE_OF: Final = f"{RDF.type}/{RDFS.subClassOf}*"
MAX_COUNT: Final = 4
"""Largest count that is screened: n values take n variables, compared in pairs."""


TRUE: Final = Literal("true", datatype=XSD.boolean)


class CannotScreenError(Exception):
    """SPARQL cannot tell, or not surely, where a constraint is broken."""


def unless(condition: str) -> str:
    """Return an expression that is true unless a condition surely holds."""
    return f"!COALESCE({condition}, false)"


def exists(pattern: str, condition: str = "") -> str:
    """Return an expression that is true where a pattern has a solution that meets a condition.

    >>> exists("?this ?p ?v", "isIRI(?v)")
    'EXISTS { ?this ?p ?v FILTER(isIRI(?v)) }'
    """
    return f"EXISTS {{ {pattern}{f' FILTER({condition})' if condition else ''} }}"


def sparql_term(term: Term) -> str:
    """Return a term as SPARQL writes it, if a store keeps it as it is."""
    if isinstance(term, BlankNode) or (isinstance(term, Literal) and kept(term) != term):
        raise CannotScreenError
    return str(term)


# Each value apart

_DAY: Final = (
    "[1-9][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_PLAIN_FORMS: Final[Mapping[Term, str]] = {
    XSD.date: f"^{_DAY}$",
    XSD.gYear: "^[1-9][0-9]{3}$",
    XSD.gYearMonth: "^[1-9][0-9]{3}-(?:0[1-9]|1[0-2])$",
}
"""Forms that every engine takes for well-formed, by datatype."""

_NUMBERS: Final = (XSD.integer, XSD.decimal)
_KINDS: Final[Mapping[Term, str]] = {
    SH.IRI: "!isIRI({})",
    SH.BlankNode: "!isBlank({})",
    SH.Literal: "!isLiteral({})",
    SH.BlankNodeOrIRI: "isLiteral({})",
    SH.BlankNodeOrLiteral: "isIRI({})",
    SH.IRIOrLiteral: "isBlank({})",
}
_SIGNS: Final[Mapping[NamedNode, str]] = {
    SH.minInclusive: ">=",
    SH.minExclusive: ">",
    SH.maxInclusive: "<=",
    SH.maxExclusive: "<",
    SH.lessThan: "<",
    SH.lessThanOrEquals: "<=",
    SH.minLength: ">=",
    SH.maxLength: "<=",
}


def _class(value: str, _: NamedNode, wanted: Term) -> str:
    term = sparql_term(wanted)  # Oxigraph finds a triple at once, what follows from many slowly
    narrower = f"NOT EXISTS {{ {value} {INSTANCE_OF} {term} }}"
    return f"IF(EXISTS {{ {value} {RDF.type} {term} }}, false, {narrower})"


def _datatype(value: str, _: NamedNode, wanted: Term) -> str:
    if wanted == RDF.langString:
        return unless(f'LANG({value}) != ""')
    right = f"DATATYPE({value}) = {wanted}"
    if wanted == XSD.string:
        return unless(right)
    if wanted == XSD.boolean:
        return unless(f"{right} && STR({value}) IN ('true', 'false')")
    return unless(_is_plain(value, wanted))


def _is_plain(value: str, datatype: Term) -> str:
    """Return a condition under which every engine reads the same number or date."""
    if datatype in _NUMBERS:
        return f"DATATYPE({value}) = {datatype} && isNumeric({value})"
    if datatype in _PLAIN_FORMS:
        form = _PLAIN_FORMS[datatype]
        return f"DATATYPE({value}) = {datatype} && REGEX(STR({value}), '{form}')"
    raise CannotScreenError


def _is_number(value: str) -> str:
    return f"isNumeric({value}) && DATATYPE({value}) IN ({_NUMBERS[0]}, {_NUMBERS[1]})"


def _bound(value: str, asked: NamedNode, wanted: Term) -> str:
    if not isinstance(wanted, Literal):
        raise CannotScreenError
    number = wanted.datatype in _NUMBERS
    plain = _is_number(value) if number else _is_plain(value, XSD.date)
    return unless(f"{plain} && {value} {_SIGNS[asked]} {wanted}")


def _length(value: str, asked: NamedNode, wanted: Term) -> str:
    return unless(f"!isBlank({value}) && STRLEN(STR({value})) {_SIGNS[asked]} {_integer(wanted)}")


def _integer(term: Term) -> int:
    if isinstance(term, Literal) and term.datatype == XSD.integer and term.value.isdecimal():
        return int(term.value)
    raise CannotScreenError


def _node_kind(value: str, _: NamedNode, wanted: Term) -> str:
    if wanted not in _KINDS:
        raise CannotScreenError
    return _KINDS[wanted].format(value)


_PIECE: Final = re2.compile(
    r"\\[dsw]|\\[.^$*+?()\[\]{}|\\/-]|[A-Za-z0-9 _:;,/@#%&=<>!~'\"-]|[.|^$*+?)]|\((?:\?:)?"
    r"|\[\^?-?(?:a-z|A-Z|a-f|A-F|0-9|[A-Za-z0-9 _.,:;/+*()|%#@])+-?\]|\{[0-9]+(?:,[0-9]*)?\}"
)
"""A piece of a pattern that means the same in every dialect, or the shorthand of a class."""

_SHORTHANDS: Final = {r"\d": "[0-9]", r"\s": "[ ]", r"\w": "[A-Za-z0-9_]"}
"""What is in a class everywhere."""


def _pattern(value: str, _: NamedNode, wanted: Term) -> str:
    form = wanted.value
    pieces = [piece.group() for piece in _PIECE.finditer(form)]
    if "".join(pieces) != form or "(?" in form.replace("(?:", ""):
        raise CannotScreenError
    narrow = "".join(_SHORTHANDS.get(piece, piece) for piece in pieces)
    return unless(f"!isBlank({value}) && REGEX(STR({value}), {Literal(narrow)})")


OF_EACH: Final[Mapping[NamedNode, Callable[[str, NamedNode, Term], str]]] = {
    SH["class"]: _class,
    SH.datatype: _datatype,
    SH.nodeKind: _node_kind,
    SH.minInclusive: _bound,
    SH.minExclusive: _bound,
    SH.maxInclusive: _bound,
    SH.maxExclusive: _bound,
    SH.minLength: _length,
    SH.maxLength: _length,
    SH.pattern: _pattern,
}
"""Constraints of single values, as expressions about the variable of one."""

# All values together


@dataclass(frozen=True, slots=True)
class Values:
    """Variables for the values of a property of a node."""

    node: str
    path: str
    value: str

    def some(self, number: int) -> str:
        """Return an expression that is true where the node has so many different values."""
        names = [f"{self.value}_{n}" for n in range(number)]
        differ = (f"!sameTerm({one}, {other})" for one, other in combinations(names, 2))
        return exists(f"{self.node} {self.path} {' , '.join(names)}", " && ".join(differ))


def _min_count(values: Values, _: NamedNode, wanted: Term) -> str:
    return f"!{values.some(_count(wanted))}" if _count(wanted) else "false"


def _max_count(values: Values, _: NamedNode, wanted: Term) -> str:
    return values.some(_count(wanted) + 1)


def _count(term: Term) -> int:
    if _integer(term) > MAX_COUNT:
        raise CannotScreenError
    return _integer(term)


def _has_value(values: Values, _: NamedNode, wanted: Term) -> str:
    return f"NOT EXISTS {{ {values.node} {values.path} {sparql_term(wanted)} }}"


def _disjoint(values: Values, _: NamedNode, wanted: Term) -> str:
    return exists(f"{values.node} {values.path} {values.value} ; {wanted} {values.value}")


def _equals(values: Values, _: NamedNode, wanted: Term) -> str:
    ours, theirs = (f"{values.node} {path} {values.value}" for path in (values.path, wanted))
    return f"({exists(ours, f'!{exists(theirs)}')} || {exists(theirs, f'!{exists(ours)}')})"


def _less_than(values: Values, asked: NamedNode, wanted: Term) -> str:
    one, other = values.value, f"{values.value}_0"
    plain = " || ".join(
        f"{test(one)} && {test(other)}"
        for test in (_is_number, partial(_is_plain, datatype=XSD.date))
    )
    ordered = f"({plain}) && {one} {_SIGNS[asked]} {other}"
    return exists(f"{values.node} {values.path} {one} ; {wanted} {other}", unless(ordered))


def _unique_lang(values: Values, _: NamedNode, wanted: Term) -> str:
    if wanted != TRUE:
        raise CannotScreenError
    one, other = values.value, f"{values.value}_0"
    same = f'!sameTerm({one}, {other}) && LANG({one}) != "" && LANG({one}) = LANG({other})'
    return exists(f"{values.node} {values.path} {one} , {other}", same)


OF_ALL: Final[Mapping[NamedNode, Callable[[Values, NamedNode, Term], str]]] = {
    SH.minCount: _min_count,
    SH.maxCount: _max_count,
    SH.hasValue: _has_value,
    SH.disjoint: _disjoint,
    SH.equals: _equals,
    SH.lessThan: _less_than,
    SH.lessThanOrEquals: _less_than,
    SH.uniqueLang: _unique_lang,
}
"""Constraints of all values of a property together, as expressions about the node."""
