"""Ask the questions that come with the program, with what somebody chose in a form."""

from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from kg.errors import UsageError
from kg.guard import read_tokens
from kg.parameters import bind_parameters
from kg.questions import Question, list_questions
from kg.serve.faults import Fault
from kg.serve.formats import ROWS, Form
from kg.serve.operation import Operation
from kg.serve.query import Query
from kg.serve.respond import Service
from kg.website.bind import bind_variables
from kg.website.choices import gather_choices, make_fields
from kg.website.stream import Stream
from kg.website.table import draw_chart, read_columns
from kg.website.visit import Page, Visit

MOST_ROWS: Final = 500
"""Rows on a page; files have all of them."""
FILES: Final = {"csv": "CSV", "json": "JSON", "tsv": "TSV", "xml": "XML"}
"""Formats that a page links to, by our names of them."""
_FORMAT: Final = "format"


async def show_questions(visit: Visit) -> Response:
    """Return the page of all questions."""
    groups = groupby(list_questions(), lambda question: question.group)
    return visit.page("questions.html.j2", groups=[(name, list(found)) for name, found in groups])


async def show_question(visit: Visit) -> ASGIApp:
    """Return a question as a form, with the answer to what was chosen; or the answer as a file.

    Raises:
        Fault: there is no such question or format, or no answer.
    """
    question = find_question(visit.request.path_params["name"])
    given = given_values(visit)
    store = await gather_choices(visit.asker, question.parameters, given)
    fields = list(make_fields(store, question.parameters, given))
    try:
        bindings = bind_parameters(store, question, given)
    except UsageError as error:
        problem = str(error) if given else ""
        return visit.page(
            *("question.html.j2", 400 if given else 200),
            question=question,
            fields=fields,
            problem=problem,
            columns=None,
        )
    text = bind_variables(question.text, bindings)
    form = visit.parameter(_FORMAT)
    if form:
        return _file(visit, question, text, form)
    rows = await visit.asker.rows(limit_rows(text, MOST_ROWS + 1))
    columns = read_columns(question.columns, rows[:MOST_ROWS], question.echoes)
    return visit.page(
        "question.html.j2",
        question=question,
        fields=fields,
        problem="",
        columns=columns,
        chart=draw_chart(columns),
        count=min(len(rows), MOST_ROWS),
        is_cut=len(rows) > MOST_ROWS,
        if_empty=question.explain_empty(given),
        address=urlencode(given),
        text=text,
        files=FILES,
    )


def find_question(name: str) -> Question:
    """Return a question by its name.

    Raises:
        Fault: there is none of that name.
    """
    for question in list_questions():
        if question.name == name:
            return question
    raise Fault("missing", "there is no such question")


def given_values(visit: Visit) -> dict[str, str]:
    """Return what an address gives for parameters; what is left empty is not given."""
    pairs = visit.request.query_params.items()
    return {name: value.strip() for name, value in pairs if name != _FORMAT and value.strip()}


def limit_rows(text: str, most: int) -> str:
    r"""Return a query that finds no more rows than so many.

    >>> limit_rows("SELECT * { ?s ?p ?o }", 10)
    'SELECT * { ?s ?p ?o }\nLIMIT 10'
    """
    words = {token.text.upper() for token in read_tokens(text) if token.kind == "word"}
    return text if "LIMIT" in words else f"{text.rstrip()}\nLIMIT {most}"


def _file(visit: Visit, question: Question, text: str, form: str) -> ASGIApp:
    if form not in FILES:
        raise Fault("refused", f"the formats are {', '.join(FILES)}")
    is_head = visit.request.method == "HEAD"
    operation = Operation(
        Query(text, rows=form, graph=None, head=is_head), Form(form, ROWS[form][0]), None
    )
    name = f'attachment; filename="{question.name}.{form}"'
    return Stream(visit.service, operation, {"Content-Disposition": name})


def question_routes(service: Service) -> list[BaseRoute]:
    """Return the questions."""
    return [
        Route("/questions", Page(service, show_questions)),
        Route("/questions/{name}", Page(service, show_question)),
    ]
