"""Ask the named questions of a build of the seeds, and keep what they answer."""

from dataclasses import dataclass
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

    @property
    def page(self) -> str:
        """Where it is told of."""
        return f"reference/question/{self.question.name}"

    @property
    def table(self) -> str:
        """The first rows as HTML, as a notebook shows them; their text is escaped."""
        return str(self.rows._repr_html_())


def ask_questions(graph: KnowledgeGraph) -> tuple[Answer, ...]:
    """Return every named question with its answer, in the order of `kg query --list`."""
    return tuple(_ask(graph, question) for question in list_questions())


def _ask(graph: KnowledgeGraph, question: Question) -> Answer:
    rows = graph.query(question.name, **question.required_examples)
    shown = Rows(rows.columns, rows.values[:_MOST_ROWS], rows.if_empty)
    return Answer(question, find_terms(question.text), shown, len(rows))
