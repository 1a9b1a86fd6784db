"""Ask the named questions of a build of the seeds, and keep what they answer."""

from dataclasses import dataclass, replace
from typing import Final

from kg import KnowledgeGraph, Rows
from kg.questions import Question, list_questions
from reference_pages.queries import find_terms

_MOST_ROWS: Final = 10
"""Of an answer on its page; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, the terms that its SPARQL speaks of, and its answer on the seeds."""

    question: Question
    terms: frozenset[str]
    rows: Rows
    total: int
    narrowed: dict[str, int]
    """Rows with the example of each parameter, and of those that are required."""

    @property
    def page(self) -> str:
        """Where it is told of."""
        return f"reference/question/{self.question.name}"

    @property
    def command(self) -> str:
        """The command that gives the answer."""
        required = self.question.required_examples
        return self.question.example() if required else f"kg query {self.question.name}"

    @property
    def call(self) -> str:
        """The question in Python, with its first parameters."""
        examples = self.question.required_examples or self._first_example()
        told = (f'{name}="{value}"' for name, value in examples.items())
        return "graph.query({})".format(", ".join((f'"{self.question.name}"', *told)))

    def _first_example(self) -> dict[str, str]:
        return {one.name: one.example for one in self.question.parameters[:1]}

    @property
    def table(self) -> str:
        """The first rows as HTML, as a notebook shows them; their text is escaped."""
        return str(self.rows._repr_html_())


def ask_questions(graph: KnowledgeGraph) -> tuple[Answer, ...]:
    """Return every named question with its answer, in the order of `kg query --list`."""
    return tuple(_ask(graph, question) for question in list_questions())


def _ask(graph: KnowledgeGraph, question: Question) -> Answer:
    required = question.required_examples
    rows = graph.query(question.name, **required)
    narrowed = {
        one.name: len(graph.query(question.name, **{**required, one.name: one.example}))
        for one in question.parameters
    }
    shown = replace(rows, values=rows.values[:_MOST_ROWS])
    return Answer(question, find_terms(question.text), shown, len(rows), narrowed)
