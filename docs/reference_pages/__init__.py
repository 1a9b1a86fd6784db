"""Write the reference of the documentation site from what it documents, when Sphinx begins.

Ontology, vocabulary, shapes, questions, commands and a build of the seeds become Markdown pages in
`reference/`, which no one edits and git does not keep.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sphinx.application import Sphinx

INCLUDED: Final = {
    "../CHANGELOG.md": "changelog.md",
    "../README.md": "index.md",
    "../benchmarks/README.md": "benchmarks.md",
    "../ontology/README.md": "design.md",
}
"""Pages that lie elsewhere in the repository, and where the site has them."""

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def setup(app: "Sphinx") -> dict[str, Any]:
    """Register with Sphinx."""
    from reference_pages.lexer import SparqlLexer

    app.add_lexer("sparql", SparqlLexer)
    app.connect("builder-inited", _write_reference)
    app.connect("source-read", _lead_to_included)
    app.connect("html-page-context", _fold_navigation, priority=100)  # before the theme asks
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _write_reference(app: "Sphinx") -> None:
    from reference_pages.pages import make_pages
    from reference_pages.sources import read_site
    from reference_pages.writing import write_pages

    write_pages(make_pages(read_site(SEEDS)), Path(app.srcdir))


def _lead_to_included(_app: "Sphinx", _page: str, source: list[str]) -> None:
    """Make links that work in the repository work on the site."""
    for path, page in INCLUDED.items():
        source[0] = source[0].replace(f"]({path}", f"]({page}")


def _fold_navigation(
    _app: "Sphinx", _page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Show in the navigation only the branch of a page: all of it would be 250 lines on each."""
    if "toctree" in context:  # the search page has none
        toctree = context["toctree"]
        context["toctree"] = lambda **options: toctree(**{**options, "collapse": True})
