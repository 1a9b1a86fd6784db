"""Turn a site into the Markdown pages of the reference."""

import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from kg.questions import GROUPS
from reference_pages.diagram import Diagram
from reference_pages.drawing import draw
from reference_pages.markdown import escape, fence, make_renderer
from reference_pages.model_diagrams import draw_up_model
from reference_pages.placing import place
from reference_pages.seed_diagrams import draw_up_seeds, write_evidence
from reference_pages.site import Site, address, anchor, curie, target_of
from reference_pages.wording import capital, counted, group_name, group_rest, slug

_LABEL: Final = frozenset(f"{string.ascii_lowercase}{string.digits}-")
_MODEL_INDEXES: Final = ("classes", "properties", "schemes", "shapes", "other-vocabularies")
_OTHER_INDEXES: Final = (
    *("questions", "commands", "fragments/evidence", "fragments/iris", "fragments/prefixes"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the reference: its place within the site, and its text."""

    path: str
    text: str


def make_pages(site: Site) -> Iterator[Page]:
    """Yield every page; what they link to each other is there when all of them are written."""
    yield from make_model_pages(site)
    render = _renderer()
    for answer in site.answers:
        yield Page(f"{answer.page}.md", render("question", answer=answer, site=site))
    for name in _OTHER_INDEXES:
        yield Page(f"reference/{name}.md", render(name, site=site, groups=GROUPS))
    overview, *_ = draw_up_model(site)
    yield from make_diagrams((overview, *draw_up_seeds(site)), "model")


def make_model_pages(site: Site) -> Iterator[Page]:
    """Yield the pages that tell of the model, whatever else the site has."""
    render = _renderer()
    for term in site.model.terms:
        yield Page(f"{site.pages[term.iri]}.md", render("term", term=term, site=site))
    for scheme in site.model.schemes:
        yield Page(f"{site.pages[scheme.iri]}.md", render("scheme", scheme=scheme, site=site))
    for name in _MODEL_INDEXES:
        yield Page(f"reference/{name}.md", render(name, site=site))
    _, *groups = draw_up_model(site)
    yield from make_diagrams(groups, "reference/classes")


def make_diagrams(diagrams: Iterable[Diagram], start: str) -> Iterator[Page]:
    """Yield diagrams as pieces of HTML for a page; their links lead from there."""
    for diagram in diagrams:
        html = draw(place(diagram), lambda page: address(page, start))
        yield Page(f"reference/diagrams/{diagram.name}.html", html)


def _renderer() -> Callable[..., str]:
    return make_renderer(
        {
            "anchor": anchor,
            "target": _target,
            "capital": capital,
            "counted": counted,
            "curie": curie,
            "evidence": write_evidence,
            "group_name": group_name,
            "group_rest": group_rest,
            "listed": _listed,
            "raw_html": _raw_html,
            "severity": _severity,
            "slug": slug,
            "target_of": target_of,
            "toctree": _toctree,
        }
    )


def _target(label: str) -> Markup:
    """Return what makes the next block a place to link to."""
    if not set(label) <= _LABEL:
        raise ValueError(f"{label!r} is no label: use small letters, digits and hyphens")
    return Markup(f"({label})=")  # noqa: S704  # checked


def _listed(texts: Iterable[str]) -> Markup:
    return Markup(" · ").join(map(escape, texts))


def _severity(name: str) -> Markup:
    return Markup('<span class="severity {}">{}</span>').format(name.lower(), name)


def _raw_html(html: str, kind: str, label: str) -> Markup:
    """Return HTML as a block of its own, in a region that scrolls sideways and takes the focus."""
    opening = Markup('<div class="scroll {}" role="region" tabindex="0" aria-label="{}">')
    block = f"{opening.format(kind, label)}\n{html.strip()}\n</div>"
    return fence("\n".join(line for line in block.splitlines() if line.strip()), "{raw} html")


def _toctree(folder: str, items: Iterable[object]) -> Markup:
    names = (getattr(item, "name") for item in items)  # noqa: B009  # several classes have one
    lines = [":hidden:", "", *(f"{name} <{folder}/{name}>" for name in names)]
    return fence("\n".join(lines), "{toctree}")
