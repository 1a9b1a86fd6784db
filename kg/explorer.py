"""Write the page that answers SPARQL in the browser: engine, data and questions in one file.

The engine is oxigraph, compiled to WebAssembly; it runs in a worker of the page, without a server
and without a network. What people give for the parameters of a question becomes a term by the
engine's own library, and stands where `kg.parameters.insert_values` puts it.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from operator import attrgetter
from typing import Any, Final

import re2
from markupsafe import Markup
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, serialize

from kg.errors import UsageError
from kg.inline import as_parsed, as_script, csp_hash, deflated, own_scripts, to_json
from kg.page.assets import style
from kg.parameters import insert_values, list_choices
from kg.questions import Parameter, Question, list_questions
from kg.resources import read_resource
from kg.sparql import UNITE, dataset_prefixes
from kg.templating import open_template
from kg.terms import OWL, RDF, SKOS
from kg.things import GraphReader

MOST_STATEMENTS: Final = 500_000
"""Statements of a dataset; a browser takes a gigabyte of memory for so many."""

SLOT: Final = "urn:x-kg:slot:"
"""Begins the IRI that stands in the text of a question for what is given for a parameter."""

_SHARED: Final = ("shared/unpack", "shared/elements", "shared/save")
_SCRIPTS: Final = ("data", "engine", "terms", "question", "editor", "answer", "explore")
_MODULE: Final = re2.compile(r"(?m)^export (?:\{[^}]*\};)?")
"""What only a module may say: `export` before a class or function, or a list of names."""


def render_explorer(store: Store, *, title: str) -> str:
    """Return the page for a dataset of `kg.sparql.open_dataset`.

    Raises:
        UsageError: the dataset is too large for a browser.
    """
    quads = _quads(store)
    css = "\n".join((style(), _editor("css"), _template("explore.css")))
    scripts = [as_script(_editor("js")), own_scripts(*_SHARED, *_names())]
    questions = list_questions()
    data = {
        "statements": ("application/zlib", deflated(quads)),
        "engine": ("application/zlib", deflated(read_resource("data/oxigraph/web_bg.wasm"))),
        "worker": ("application/zlib", deflated(_worker().encode())),
        "setting": ("application/json", to_json(_setting(store, questions))),
    }
    return open_template("explore.html.j2").render(
        title=title,
        statements=quads.count(b"\n"),
        groups=[(name, list(found)) for name, found in groupby(questions, attrgetter("group"))],
        style=Markup(css),  # noqa: S704  # our own files and the editor's
        scripts=[Markup(script) for script in scripts],  # noqa: S704  # ours and the editor's
        style_hash=csp_hash(css),
        script_hashes=[csp_hash(script) for script in scripts],
        data=[(name, kind, Markup(text)) for name, (kind, text) in data.items()],  # noqa: S704  # nothing to interpret
    )


def _names() -> Iterator[str]:
    return (f"explore/{name}" for name in _SCRIPTS)


def _template(name: str) -> str:
    return as_parsed(read_resource(f"templates/{name}").decode())


def _editor(kind: str) -> str:
    return as_parsed(read_resource(f"data/editor/yasgui.min.{kind}").decode())


def _worker() -> str:
    """Return the script of the worker: the engine's, and ours that asks it.

    The engine's is a module, and of a page opened from disk Chromium begins no worker that is one.
    """
    engine = _MODULE.sub("", read_resource("data/oxigraph/web.js").decode())
    return engine.replace("import.meta.url", "null") + _template("explore/worker.js")  # type: ignore[no-any-return]  # re2 has no types


def _quads(store: Store) -> bytes:
    """Return a dataset as sorted N-Quads, without what the default graph repeats of the others."""
    default = store.quads_for_pattern(None, None, None, DefaultGraph())
    united = {quad.triple for quad in default}
    if len(united) > MOST_STATEMENTS:
        raise UsageError(
            f"a page for a browser holds up to {MOST_STATEMENTS:,} statements, and here are"
            f" {len(united):,}: `kg serve` answers the same questions for data of any size"
        )
    named = [quad for quad in store if not isinstance(quad.graph_name, DefaultGraph)]
    alone = (Quad(*triple) for triple in united.difference(quad.triple for quad in named))
    lines = serialize(chain(named, alone), format=RdfFormat.N_QUADS) or b""
    return b"".join(sorted(lines.splitlines(keepends=True)))


def _setting(store: Store, questions: Iterable[Question]) -> dict[str, Any]:
    """Return all that the page's script has to know."""
    choices: dict[str, list[list[str]]] = {}
    asked = [_question(store, question, choices) for question in questions]
    return {
        "slot": SLOT,
        "unite": UNITE,
        "prefixes": dataset_prefixes(store),
        "classes": _things(store, OWL.Class),
        "properties": _things(store, OWL.ObjectProperty, OWL.DatatypeProperty),
        "questions": asked,
        "choices": choices,
        "about": read_resource("templates/explore/about.rq").decode(),
    }


def _question(
    store: Store, question: Question, choices: dict[str, list[list[str]]]
) -> dict[str, Any]:
    slots = {one.name: NamedNode(SLOT + one.name) for one in question.parameters}
    return {
        "name": question.name,
        "question": question.question,
        "text": insert_values(question.text, slots),
        "parameters": [_parameter(store, one, choices) for one in question.parameters],
        "echoes": sorted(question.echoes),
        "emptyMeans": question.empty_means,
    }


def _parameter(
    store: Store, parameter: Parameter, choices: dict[str, list[list[str]]]
) -> dict[str, Any]:
    """Return a parameter; the things that it may be are told once for all parameters of a kind."""
    if parameter.noun not in choices:
        reader = GraphReader(store)
        choices[parameter.noun] = [
            [
                *(choice.iri, choice.label, *choice.other_names),
                *sorted(reader.texts(NamedNode(choice.iri), SKOS.notation)),
            ]
            for choice in list_choices(store, parameter)
        ]
    return {
        "name": parameter.name,
        "kind": parameter.kind,
        "noun": parameter.noun,
        "isRequired": parameter.is_required,
        "default": parameter.default,
        "example": parameter.example,
        "help": parameter.help,
    }


def _things(store: Store, *kinds: NamedNode) -> list[str]:
    """Return the terms of the model of some kinds, which the editor completes."""
    quads: Iterator[Quad] = (
        quad
        for kind in kinds
        for quad in store.quads_for_pattern(None, RDF.type, kind, DefaultGraph())
    )
    return sorted({quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)})
