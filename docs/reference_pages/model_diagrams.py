"""Draw up the model as diagrams: all groups at a glance, and the classes of each group."""

from collections.abc import Iterator
from typing import Final

from pyoxigraph import NamedNode

from kg.terms import local_name
from reference_pages.diagram import Box, Diagram, Line, join_arrows
from reference_pages.model import Term
from reference_pages.site import Site, curie
from reference_pages.wording import group_name, group_rest, slug

_WIDEST: Final = 24
"""Letters of the values of a property in a box; its page tells of all of them."""


def draw_up_model(site: Site) -> Iterator[Diagram]:
    """Yield the overview and a diagram for each group that has a class."""
    yield _overview(site)
    groups = [group for group in site.model.groups if _classes(site, group)]
    yield from (_group(site, group) for group in groups)


def _classes(site: Site, group: str) -> list[Term]:
    return [term for term in site.model.classes if term.group == group]


def _overview(site: Site) -> Diagram:
    boxes = tuple(
        Box(
            name=group,
            title=group_name(group),
            hue=number,
            lines=tuple(Line(term.name, page=site.pages[term.iri]) for term in classes),
            page=f"reference/classes#classes-{slug(group)}",
        )
        for number, group in enumerate(site.model.groups)
        if (classes := _classes(site, group))
    )
    links = (
        (start.group, end.group, Line(one.name, page=site.pages[one.iri]))
        for one, start, end in _links(site)
        if start.group != end.group
    )
    return Diagram(
        name="overview",
        title="The model at a glance",
        description="The groups of classes, and the properties that lead from one to another.",
        boxes=boxes,
        arrows=join_arrows(dict.fromkeys(links)),
    )


def _links(site: Site) -> Iterator[tuple[Term, Term, Term]]:
    """Yield the properties between classes of ours with both ends."""
    for one in site.model.properties:
        for start in site.subjects_of(one):
            for end in one.ranges:
                if end in site.by_iri:
                    yield one, start, site.by_iri[end]


def _group(site: Site, group: str) -> Diagram:
    """Return the classes of a group with their properties, and how a program leads to them."""
    inside = _classes(site, group)
    near = {*inside, *_classes(site, site.model.groups[0])}
    links = [
        (start, end, Line(one.name, page=site.pages[one.iri]))
        for one, start, end in _links(site)
        if end in inside and start in near and start != end
    ]
    for term in inside:
        ends = [(Line("kind of"), iri) for iri in term.parents]
        ends += [
            (Line(curie(iri)), end) for iri, ends in site.borrowed_by(term).items() for end in ends
        ]
        links += [
            (term, end, line) for line, iri in ends if (end := site.by_iri.get(iri)) in inside
        ]
    drawn = {start for start, _, _ in links}
    outside = [term for term in site.model.classes if term in drawn and term not in inside]
    return Diagram(
        name=slug(group),
        title=group_name(group),
        description=f"{group_rest(group)} The classes with their properties and values.",
        boxes=(
            *(_box(site, term, ()) for term in outside),
            *(_box(site, term, tuple(_lines(site, term, inside))) for term in inside),
        ),
        arrows=join_arrows((start.name, end.name, line) for start, end, line in links),
    )


def _box(site: Site, term: Term, lines: tuple[Line, ...]) -> Box:
    parents = [iri for iri in term.parents if lines and iri not in site.by_iri]
    kind = ", ".join(map(curie, parents))
    return Box(term.name, term.name, site.hue(term), kind, lines, site.pages[term.iri])


def _lines(site: Site, term: Term, inside: list[Term]) -> Iterator[Line]:
    """Yield the properties of a class that no arrow of its diagram stands for."""
    drawn = {found.iri for found in inside if found != term}
    for one in site.model.properties:
        if term in site.subjects_of(one) and drawn.isdisjoint(one.ranges):
            value, page = _value(site, one)
            yield Line(one.name, value, site.pages[one.iri], page)
    for iri, values in site.borrowed_by(term).items():
        if drawn.isdisjoint(values):
            names = dict.fromkeys(local_name(NamedNode(value)) for value in values)
            yield Line(curie(iri), "|".join(names))


def _value(site: Site, term: Term) -> tuple[str, str | None]:
    """Return what the values of a property are, in short, and the page that tells of it."""
    schemes = site.schemes_of(term)
    if schemes:
        names = "|".join(scheme.name for scheme in schemes)
        return names, site.pages[schemes[0].iri] if len(schemes) == 1 else None
    iris = term.ranges or tuple(site.demanded(term))
    names = "|".join(local_name(NamedNode(iri)) for iri in iris)
    if len(names) > _WIDEST:
        names = f"one of {len(iris)} kinds"
    return names, site.pages.get(iris[0]) if len(iris) == 1 else None
