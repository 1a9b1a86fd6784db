"""List the questions that come with the program: their words, parameters, columns and SPARQL.

A question is a file of `kg/queries`. Its first line asks it in English; the next lines, up to the
first PREFIX, say the rest:

    # group: people covered
    # parameter: condition (concept of condition; for example obesity): with every form of it
    # parameter: since (first day; for example 2013): programs that took effect then or later
    # empty means: what it says that there are no rows

A parameter is a variable of the query, bound to a term before the query is asked. The brackets
hold its kind, `required` or a default where it has one, and an example. Its variable is selected:
the engine demands it, and an answer so says what was asked. Most parameters are columns anyhow.
"""

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, cast

import re2
from pyoxigraph import QuerySolutions, Store

from kg.errors import UsageError
from kg.terminal import printable

GROUPS: Final = (
    *("payers", "payments", "people covered", "care roles"),
    *("places", "time", "evidence", "quality"),
)
KINDS: Final = (
    *("concept", "payer", "provider group", "organization", "program", "place", "state", "county"),
    *("document", "property", "scheme", "first day", "last day", "number", "text"),
)
"""What a parameter may be: one of the graph's things, the first or last day of a date, a value."""
_QUERIES: Final = Path(__file__).with_name("queries")
_PARAMETER: Final = re2.compile(
    r"(?P<name>[a-z]+) \((?P<kind>[a-z ]+?)(?: of (?P<scheme>[a-z-]+))?"
    r"(?:; (?:(?P<required>required)|default (?P<default>[^;]+)))?"
    r"; for example (?P<example>[^)]+)\): (?P<help>.+)"
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question may be told, under the name of the variable that it binds."""

    name: str
    kind: str
    """One of `KINDS`."""
    scheme: str | None
    """Of a concept: the scheme that it is taken from."""
    is_required: bool
    default: str | None
    example: str
    help: str

    @property
    def noun(self) -> str:
        """What a value is called: the kind, or the scheme of a concept.

        >>> find_question("programs-by-payment-method").parameters[0].noun
        'payment method'
        """
        return (self.scheme or self.kind).replace("-", " ")


@dataclass(frozen=True, slots=True)
class Question:
    """A question that comes with the program, and the SPARQL that answers it."""

    name: str
    question: str
    group: str
    text: str
    parameters: tuple[Parameter, ...] = ()
    empty_means: str | None = None
    """What it says that there are no rows, where that is no fault: often good news."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of an answer, as the engine reads them from the query.

        >>> find_question("programs-per-payer").columns
        ('payer', 'payerLabel', 'programs', 'groups', 'states')
        """
        found = cast("QuerySolutions", Store().query(self.text))
        return tuple(variable.value for variable in found.variables)

    @property
    def echoes(self) -> frozenset[str]:
        """Columns that only repeat what was asked, so that people need not see them.

        >>> sorted(find_question("effective-dates").echoes)
        ['since', 'until']
        """
        columns = self.columns
        return frozenset(
            parameter.name
            for parameter in self.parameters
            if not {f"{parameter.name}Label", f"{parameter.name}Title"}.intersection(columns)
        )

    @property
    def required_examples(self) -> dict[str, str]:
        """The example of each parameter without which it cannot be asked.

        >>> find_question("passages-with-words").required_examples
        {'words': 'data'}
        """
        return {one.name: one.example for one in self.parameters if one.is_required}

    def parameter(self, name: str) -> Parameter:
        """Return a parameter by its name.

        Raises:
            UsageError: with the name that was meant, or all that the question has.
        """
        names = {parameter.name: parameter for parameter in self.parameters}
        if name in names:
            return names[name]
        has = f"it has {', '.join(names)}" if names else "it has none"
        advice = did_you_mean(name, names) or has
        raise UsageError(f"{self.name} has no parameter {printable(repr(name))}; {advice}")

    def explain_empty(self, given: Collection[str]) -> str:
        """Return what it says that there are no rows; nothing where they should be.

        >>> find_question("curated-facts").explain_empty(())
        'no fact was added or changed by hand'
        """
        if not self.empty_means:
            return ""
        return f"with these parameters, {self.empty_means}" if given else self.empty_means

    def example(self) -> str:
        """Return a command that asks it with all that it requires, and something optional.

        >>> find_question("programs-by-condition").example()
        'kg query programs-by-condition --condition obesity'
        """
        required = [parameter for parameter in self.parameters if parameter.is_required]
        shown = required or self.parameters[:1]
        options = (f"--{found.name} {_quoted(found.example)}" for found in shown)
        return " ".join(("kg query", self.name, *options))

    def check(self, given: Collection[str]) -> None:
        """Let names pass if they are those of parameters and no required one is missing.

        Raises:
            UsageError: a name is no parameter's, or with an example of what is required.
        """
        for name in given:
            self.parameter(name)
        missing = [one for one in self.parameters if one.is_required and one.name not in given]
        if missing:
            what = " and ".join(f"{one.name} ({one.help})" for one in missing)
            raise UsageError(f"{self.name} needs {what}; for example: {self.example()}")


def _quoted(words: str) -> str:
    return f'"{words}"' if " " in words else words


@cache
def list_questions() -> tuple[Question, ...]:
    """Return the questions that come with the program, by group and name.

    >>> [question.name for question in list_questions() if question.group == "time"][:3]
    ['effective-dates', 'ended-programs', 'former-names']
    """
    questions = (_read_question(path) for path in _QUERIES.glob("*.rq"))
    return tuple(sorted(questions, key=lambda found: (GROUPS.index(found.group), found.name)))


def find_question(name: str) -> Question:
    """Return a question by its name.

    >>> find_question("cuonties")
    Traceback (most recent call last):
    kg.errors.UsageError: no question is called 'cuonties'; `kg query --list` names them all
    """
    questions = {question.name: question for question in list_questions()}
    if name in questions:
        return questions[name]
    advice = did_you_mean(name, questions) or "`kg query --list` names them all"
    raise UsageError(f"no question is called {printable(repr(name))}; {advice}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a question back with the names like a wrong one, or nothing.

    >>> did_you_mean("conditon", ["condition", "payer"]), did_you_mean("x", ["payer"])
    ('did you mean condition?', '')
    """
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else ""


def _read_question(path: Path) -> Question:
    text = path.read_text(encoding="utf-8")
    head = text.partition("\nPREFIX ")[0].splitlines()
    question, *lines = (line.removeprefix("# ") for line in head)
    said = [line.partition(": ") for line in lines]
    one = {key: value for key, _, value in said}
    return Question(
        name=path.stem,
        question=question,
        group=one["group"],
        text=text,
        parameters=tuple(_read_parameter(value) for key, _, value in said if key == "parameter"),
        empty_means=one.get("empty means"),
    )


def _read_parameter(words: str) -> Parameter:
    found = _PARAMETER.fullmatch(words)
    if found is None or found["kind"] not in KINDS:
        raise ValueError(f"no parameter is declared so: {words}")
    return Parameter(
        name=found["name"],
        kind=found["kind"],
        scheme=found["scheme"],
        is_required=found["required"] is not None,
        default=found["default"],
        example=found["example"],
        help=found["help"],
    )
