"""Render a comparison as one HTML file without script, which opens from disk and can be printed."""

from base64 import b64encode
from collections.abc import Collection
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kg.clean import clean_literal
from kg.compare import VERDICTS, ProgramComparison, Verdict
from kg.quotation import split_sentence
from kg.things import Support

_STYLES: Final = ("compare.css", "comparison.css")


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
    folder = files("kg") / "templates"
    styles = ((folder / name).read_text("utf-8").replace("\r\n", "\n") for name in _STYLES)
    style = "".join(styles)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return environment.get_template("compare.html.j2").render(
        **comparison_values(comparison, verdicts),
        style=Markup(style),  # noqa: S704  # our own files
        style_hash=f"'sha256-{digest}'",
    )


def comparison_values(
    comparison: ProgramComparison, verdicts: Collection[Verdict] = VERDICTS
) -> dict[str, Any]:
    """Return what the template `comparison.html.j2` shows, on this page or on another."""
    rows = comparison.rows(*verdicts)
    return {
        "comparison": comparison,
        "verdicts": [verdict for verdict in VERDICTS if verdict in verdicts],
        "counts": {verdict: sum(1 for _ in comparison.rows(verdict)) for verdict in VERDICTS},
        "sections": [
            (section, [row for _, row in found])
            for section, found in groupby(rows, key=lambda pair: pair[0])
        ],
        "in_sentence": _in_sentence,
    }


def _in_sentence(support: Support) -> tuple[str, str, str] | None:
    start = support.start - support.sentence_start
    return split_sentence(support.sentence, start, support.quotation)
