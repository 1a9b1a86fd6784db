"""Render a comparison as one HTML file without script, which opens from disk and can be printed."""

from base64 import b64encode
from collections.abc import Collection
from hashlib import sha256
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kg.clean import clean_literal
from kg.compare import VERDICTS, ProgramComparison, Verdict
from kg.quotation import split_sentence
from kg.things import Support


def render_comparison(
    comparison: ProgramComparison, verdicts: Collection[Verdict] = VERDICTS
) -> str:
    """Return the page with the rows that have some verdicts."""
    environment = Environment(
        loader=PackageLoader("kg"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: clean_literal(value) if isinstance(value, str) else value,
    )
    style = (files("kg") / "templates" / "compare.css").read_text("utf-8").replace("\r\n", "\n")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    rows = comparison.rows(*verdicts)
    return environment.get_template("compare.html.j2").render(
        comparison=comparison,
        verdicts=[verdict for verdict in VERDICTS if verdict in verdicts],
        counts={verdict: sum(1 for _ in comparison.rows(verdict)) for verdict in VERDICTS},
        sections=[
            (section, [row for _, row in found])
            for section, found in groupby(rows, key=lambda pair: pair[0])
        ],
        style=Markup(style),  # noqa: S704  # our own file
        style_hash=f"'sha256-{digest}'",
        in_sentence=_in_sentence,
    )


def _in_sentence(support: Support) -> tuple[str, str, str] | None:
    start = support.start - support.sentence_start
    return split_sentence(support.sentence, start, support.quotation)
