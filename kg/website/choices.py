"""Find what the parameters of a question may be: things of the dataset, by their names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, Store

from kg.parameters import Choice, list_choices, signs_of
from kg.questions import Parameter
from kg.terms import ACP
from kg.things import LABELS, OTHER_NAMES
from kg.website.fetch import Asker
from kg.website.gather import empty_dataset

MOST_CHOICES: Final = 1_000
"""Things in one list to choose from; where there are more, people type a name."""
_NAMES: Final = ", ".join(map(str, (*LABELS, *OTHER_NAMES, ACP.isoCode)))


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter as a form shows it; without choices, people write what they mean."""

    parameter: Parameter
    choices: tuple[Choice, ...]
    given: str


async def gather_choices(
    asker: Asker, parameters: Sequence[Parameter], given: Mapping[str, str]
) -> Store:
    """Return the things that parameters may be, as a dataset with their names.

    Of a kind that has too many for a list, those are there too that are called as is given.

    Raises:
        Fault: there is no answer, or it is too large for a page.
    """
    store = empty_dataset(asker)
    queries = (
        query
        for parameter in parameters
        for query in _queries(parameter, given.get(parameter.name, ""))
    )
    await asker.fill(store, *dict.fromkeys(queries))
    return store


def make_fields(
    store: Store, parameters: Sequence[Parameter], given: Mapping[str, str]
) -> Iterator[Field]:
    """Yield the fields of a form."""
    for parameter in parameters:
        choices = list_choices(store, parameter)
        listed = choices if len(choices) <= MOST_CHOICES else ()
        yield Field(parameter, listed, given.get(parameter.name, ""))


def _queries(parameter: Parameter, given: str) -> Iterator[str]:
    for predicate, value in signs_of(parameter):
        sign = f"?s {predicate} {value}"
        yield _with_names(sign, f"{sign}", MOST_CHOICES + 1)
        if given:
            words = f"LCASE({Literal(given)})"
            called = f"CONTAINS(LCASE(STR(?name)), {words}) || LCASE(STR(?s)) = {words}"
            yield _with_names(
                sign, f"{sign} ; ?q ?name FILTER(?q IN ({_NAMES})) FILTER({called})", MOST_CHOICES
            )


def _with_names(sign: str, pattern: str, most: int) -> str:
    return f"""CONSTRUCT {{ {sign} . ?s ?p ?o }} WHERE {{
  {{ SELECT DISTINCT ?s {{ {pattern} }} ORDER BY ?s LIMIT {most} }}
  ?s ?p ?o FILTER(?p IN ({_NAMES}))
}}"""
