"""Render a comparison as one HTML file without script, which opens from disk and can be printed."""

from collections.abc import Collection
from importlib.resources import files
from itertools import groupby
from typing import Any, Final

from markupsafe import Markup

from kg.compare import VERDICTS, ProgramComparison, Verdict
from kg.inline import csp_hash
from kg.quotation import split_sentence
from kg.templating import open_template
from kg.things import Support

_STYLES: Final = ("compare.css", "comparison.css")


def render_comparison(
    comparison: ProgramComparison, verdicts: Collection[Verdict] = VERDICTS
) -> str:
    """Return the page with the rows that have some verdicts."""
    folder = files("kg") / "templates"
    styles = ((folder / name).read_text("utf-8").replace("\r\n", "\n") for name in _STYLES)
    style = "".join(styles)
    template = open_template("compare.html.j2", lstrips=True, keeps_end=True, cleans=True)
    return template.render(
        **comparison_values(comparison, verdicts),
        style=Markup(style),  # noqa: S704  # our own files
        style_hash=csp_hash(style),
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
