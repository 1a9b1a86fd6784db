"""Turn what people write for the parameters of a question into the terms that it is asked with.

Terms are bound to variables by the engine. What people write is compared with names and never
becomes a part of a query, of a path or of an IRI.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import re2
from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from kg.errors import UsageError
from kg.questions import Parameter, Question
from kg.show import Thing, find_things, suggest_names
from kg.sparql import QueryResult, Value, run_query
from kg.terminal import printable
from kg.terms import ACP, OWL, RDF, SKOS, VOCABULARY, XSD, concept
from kg.things import LABELS, OTHER_NAMES, GraphReader

_KINDS: Final[Mapping[str, tuple[tuple[NamedNode, NamedNode], ...]]] = {
    "payer": ((RDF.type, ACP.Payer),),
    "provider group": ((RDF.type, ACP.ProviderOrganization),),
    "organization": (
        (RDF.type, ACP.Organization),
        (RDF.type, ACP.Payer),
        (RDF.type, ACP.ProviderOrganization),
    ),
    "program": ((RDF.type, ACP.Program),),
    "place": ((RDF.type, ACP.Place),),
    "state": ((ACP.placeType, concept("place-type", "state")),),
    "county": ((ACP.placeType, concept("place-type", "county")),),
    "document": ((RDF.type, ACP.SourceDocument),),
    "property": ((RDF.type, OWL.ObjectProperty), (RDF.type, OWL.DatatypeProperty)),
    "scheme": ((RDF.type, SKOS.ConceptScheme),),
}
"""How the graph says that something is of a kind."""
_SHORTHANDS: Final = {
    "place": "US-{}",  # a postal code is the end of the ISO code
    "state": "US-{}",
    "property": "acp:{}",
    "scheme": "acpv:{}",
}
"""What people leave out before names of a kind."""
_ORGANIZATIONS: Final = frozenset({"payer", "provider group", "organization"})
_MOST_NAMED: Final = 5
_DATE: Final = re2.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_NUMBER: Final = re2.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_SELECT: Final = re2.compile(r"SELECT (?P<variables>[^{}]+?)\s(?P<indent> *)WHERE \{\n")
_VARIABLE: Final = re2.compile(r"\?(\w+)")
_GROUPED: Final = re2.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")


@dataclass(frozen=True, slots=True)
class Choice:
    """A thing that may be given for a parameter, and what it may be called."""

    iri: str
    label: str
    other_names: tuple[str, ...]


def ask_question(store: Store, question: Question, given: Mapping[str, object]) -> QueryResult:
    """Ask a dataset a named question, with what is given for its parameters.

    Raises:
        UsageError: what is given does not fit its parameters.
    """
    bindings = bind_parameters(store, question, given)
    return run_query(store, question.text, bindings, echoes=question.echoes)


def bind_parameters(
    store: Store, question: Question, given: Mapping[str, object]
) -> dict[str, Value]:
    """Return the terms of the parameters that are given or have a default.

    Raises:
        UsageError: a name is no parameter's, one is missing, or a value is not known.
    """
    question.check(given)
    words = {found.name: found.default for found in question.parameters if found.default}
    words |= {name: str(value) for name, value in given.items()}
    return {
        found.name: _read_value(store, question, found, words[found.name])
        for found in question.parameters
        if found.name in words
    }


def insert_values(text: str, bindings: Mapping[str, Value]) -> str:
    r"""Return a query of ours with its bindings as VALUES, for an engine that takes only text.

    They stand in each SELECT that lists their variable, where they mean what a binding means. Each
    term is written by the engine's own library, as one term.

    >>> print(insert_values("SELECT ?s WHERE {\n  ?s ?p ?o .\n}", {"s": ACP.Program}))
    SELECT ?s WHERE {
      VALUES ?s { <https://w3id.org/acp/ontology#Program> }
      ?s ?p ?o .
    }
    """
    pieces, end = [], 0
    for found in _SELECT.finditer(text):
        listed = dict.fromkeys(_VARIABLE.findall(found["variables"]))
        pieces += [
            text[end : found.end()],
            *(
                f"{found['indent']}  VALUES ?{n} {{ {bindings[n]} }}\n"
                for n in listed
                if n in bindings
            ),
        ]
        end = found.end()
    return "".join((*pieces, text[end:]))


def list_choices(store: Store, parameter: Parameter) -> tuple[Choice, ...]:
    """Return the things that a parameter may be, by label; none for dates, numbers and text."""
    reader = GraphReader(store)
    choices = (
        Choice(
            node.value,
            label := reader.label(node),
            tuple(sorted({*reader.texts(node, *OTHER_NAMES, ACP.isoCode)} - {label})),
        )
        for node in _candidates(store, parameter)
    )
    return tuple(sorted(choices, key=lambda choice: (choice.label.casefold(), choice.iri)))


def signs_of(parameter: Parameter) -> tuple[tuple[NamedNode, NamedNode], ...]:
    """Return how the graph says that something is of the kind of a parameter."""
    if parameter.scheme:
        return ((SKOS.inScheme, NamedNode(f"{VOCABULARY}{parameter.scheme}")),)
    return _KINDS.get(parameter.kind, ())


def _candidates(store: Store, parameter: Parameter) -> frozenset[NamedNode]:
    """Return everything that the graph says is of the kind of a parameter."""
    return frozenset(
        quad.subject
        for predicate, value in signs_of(parameter)
        for quad in store.quads_for_pattern(None, predicate, value, DefaultGraph())
        if isinstance(quad.subject, NamedNode)
    )


def _read_value(store: Store, question: Question, parameter: Parameter, words: str) -> Value:
    try:
        words.encode()
    except UnicodeEncodeError:  # bytes of a command line that are not of its encoding
        raise UsageError(f"{parameter.name}: {words!a} is not text") from None
    if parameter.kind not in _LITERALS:
        return _find_value(store, question, parameter, words)
    read, expected = _LITERALS[parameter.kind]
    value = read(words)
    if value is None:
        raise UsageError(f"{parameter.name} takes {expected}, not {printable(repr(words))}")
    return value


def _find_value(store: Store, question: Question, parameter: Parameter, words: str) -> NamedNode:
    """Return the one thing of a kind that words name."""
    among = _candidates(store, parameter)
    things = _find_things(store, parameter, words, among)
    if len(things) == 1:
        return NamedNode(things[0].iri)
    said, listing = printable(repr(words)), f"`kg query {question.name} --values {parameter.name}`"
    if not things:
        near = " or ".join(printable(repr(name)) for name in suggest_names(store, words, among))
        hint = f"did you mean {near}? " if near else ""
        raise UsageError(f"no {parameter.noun} is called {said}; {hint}{listing} lists them all")
    which = "; ".join(f"{printable(one.label)} <{one.iri}>" for one in things[:_MOST_NAMED])
    rest = f"; {listing} lists all" if len(things) > _MOST_NAMED else ""
    raise UsageError(
        f"{said} names {len(things)} values of {parameter.name}; give one by its IRI or more of its"
        f" name: {which}{rest}"
    )


def _find_things(
    store: Store, parameter: Parameter, words: str, among: frozenset[NamedNode]
) -> tuple[Thing, ...]:
    """Return what words name: written out in full, as they stand, or as a notation is written."""
    parts = words.split()
    for form in (_SHORTHANDS.get(parameter.kind, "{}").format(" ".join(parts)), words):
        found = find_things(store, form, among)
        whole = tuple(thing for thing in found if _begins_a_word(words, thing))
        if whole:
            return whole
    found = find_things(store, "-".join(parts), among)
    if found or parameter.kind not in _ORGANIZATIONS:
        return tuple(thing for thing in found if thing.matched != "part of a label")
    return _same_organization(store, words, among)


def _begins_a_word(words: str, thing: Thing) -> bool:
    """Whether what names a part of a label begins where a word of it does."""
    part = f" {' '.join(words.split())}".casefold()
    return thing.matched != "part of a label" or part in f" {thing.label}".casefold()


def _same_organization(store: Store, words: str, among: frozenset[NamedNode]) -> tuple[Thing, ...]:
    """Return the organizations that a spelling of its own names, such as "Cigna, Inc."."""
    from kg.names import organization_key

    key = organization_key(words)
    names = GraphReader(store).names((*LABELS, *OTHER_NAMES), among)
    labels = {name for _, name in names if organization_key(name) == key}
    return tuple(
        dict.fromkeys(thing for name in labels for thing in find_things(store, name, among))
    )


def _read_first_day(words: str) -> Literal | None:
    days = _read_days(words)
    return days and Literal(days[0].isoformat(), datatype=XSD.date)


def _read_last_day(words: str) -> Literal | None:
    days = _read_days(words)
    return days and Literal(days[1].isoformat(), datatype=XSD.date)


def _read_days(words: str) -> tuple[date, date] | None:
    """Return the first and last day that a date can mean.

    >>> [day.isoformat() for day in _read_days("2012-02") or ()]
    ['2012-02-01', '2012-02-29']
    """
    found = _DATE.fullmatch(words.strip())
    if found is None:
        return None
    year, month, day = (part and int(part) for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError:
        return None
    return first, last


def _read_number(words: str) -> Literal | None:
    """Return a number as people write it.

    >>> str(_read_number("10,000")), _read_number("ten")
    ('"10000"^^<http://www.w3.org/2001/XMLSchema#integer>', None)
    """
    plain = words.strip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _NUMBER.fullmatch(plain):
        return None
    return Literal(plain, datatype=XSD.decimal if "." in plain else XSD.integer)


_LITERALS: Final[Mapping[str, tuple[Callable[[str], Literal | None], str]]] = {
    "first day": (_read_first_day, "a year, a month or a day (2013, 2013-07, 2013-07-01)"),
    "last day": (_read_last_day, "a year, a month or a day (2013, 2013-07, 2013-07-31)"),
    "number": (_read_number, "a number"),
    "text": (lambda words: Literal(words) if words.strip() else None, "some words"),
}
"""Readers of values that are no things of the graph, and what each expects."""
