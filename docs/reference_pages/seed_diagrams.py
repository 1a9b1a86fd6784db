"""Draw up pieces of the seeds' graph as diagrams: one program, and one fact with its evidence."""

from collections.abc import Collection, Iterator
from typing import Final

from pyoxigraph import NamedNode, Triple

from kg.terms import ACP, OA, RDF, RDFS, SKOS, local_name
from kg.things import Term
from reference_pages.diagram import Box, Diagram, Line, join_arrows
from reference_pages.examples import to_turtle
from reference_pages.site import Site, curie

_WIDEST: Final = 28
"""Letters of a value in a box; the page of a thing's class shows such values whole."""
_PROGRAM: Final = tuple(
    ACP[name]
    for name in (
        *("hasPayer", "hasProviderGroup", "serviceArea", "withinPlace", "hasCount"),
        *("hasCareRole", "alignedWith", "hasPaymentArrangement", "hasPaymentCondition"),
        "hasTarget",
    )
)
_UNTOLD: Final = frozenset((RDF.type, RDFS.label))
_EVIDENCE: Final = (*(RDF.subject, ACP.hasEvidence, OA.hasSelector, OA.hasSource, ACP.inPassage),)


def draw_up_seeds(site: Site) -> Iterator[Diagram]:
    """Yield the first program of the seeds, and the fact of when it began with its evidence."""
    drawer = _Drawer(site)
    program, assertion = drawer.dated_program()
    label = drawer.reader.label(program)
    yield drawer.diagram(
        ("program", label, "A program of the seeds, its parts and what they are linked to."),
        drawer.reached(program, _PROGRAM),
        _PROGRAM,
    )
    yield drawer.diagram(
        (
            "evidence-of-a-date",
            "A fact and its evidence",
            f"When {label} began, and why we say so.",
        ),
        drawer.reached(assertion, _EVIDENCE),
        _EVIDENCE,
        only={program: {ACP.effectiveDate}},
    )


def write_evidence(site: Site) -> str:
    """Return the same fact and its evidence as Turtle, without the document's other passages."""
    drawer = _Drawer(site)
    program, assertion = drawer.dated_program()
    facts = [pair for pair in drawer.reader.statements(program) if pair[0] == ACP.effectiveDate]
    nodes = drawer.reached(assertion, (ACP.hasEvidence, OA.hasSelector, ACP.inPassage))
    said = [(node, *pair) for node in nodes for pair in drawer.reader.statements(node)]
    return to_turtle(Triple(*found) for found in [*((program, *pair) for pair in facts), *said])


class _Drawer:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._assertion = site.by_iri[ACP.Assertion.value]
        self.reader = site.examples.reader

    def dated_program(self) -> tuple[NamedNode, NamedNode]:
        """Return the program of the first document, and the assertion of when it began."""
        (document, *_) = self.reader.having(RDF.type, ACP.SourceDocument)
        programs = set(self.reader.having(RDF.type, ACP.Program))
        described = self.reader.having(ACP.describedIn, document)
        program = next(node for node in described if node in programs)
        assertions = self.reader.having(RDF.subject, program)
        return program, next(
            node
            for node in assertions
            if ACP.effectiveDate in self.reader.objects(node, RDF.predicate)
        )

    def reached(self, start: NamedNode, predicates: Collection[NamedNode]) -> list[NamedNode]:
        """Return what some properties lead to from a thing, itself first."""
        nodes = [start]
        for node in nodes:  # grows while it is read
            for predicate, value in self.reader.statements(node):
                is_new = predicate in predicates and value not in nodes
                if is_new and isinstance(value, NamedNode):
                    nodes.append(value)
        return nodes

    def diagram(
        self,
        told: tuple[str, str, str],
        nodes: list[NamedNode],
        predicates: Collection[NamedNode],
        *,
        only: dict[NamedNode, set[NamedNode]] | None = None,
    ) -> Diagram:
        """Return things with their values, and arrows for some properties between them."""
        name, title, description = told
        links = [
            (node.value, value.value, Line(_short(predicate), page=self._page(predicate)))
            for node in nodes
            for predicate, value in self.reader.statements(node)
            if predicate in predicates and isinstance(value, NamedNode) and value in nodes
        ]
        boxes = (self._box(node, set(nodes), (only or {}).get(node)) for node in nodes)
        return Diagram(name, title, description, tuple(boxes), join_arrows(links))

    def _box(self, node: NamedNode, drawn: set[NamedNode], only: set[NamedNode] | None) -> Box:
        kinds = [k.value for k in self.reader.objects(node, RDF.type) if isinstance(k, NamedNode)]
        kind = next((iri for iri in kinds if iri in self._site.by_iri), kinds[0])
        term = self._site.by_iri.get(kind, self._assertion)  # selectors belong to the evidence
        name, known_as = local_name(NamedNode(kind)), self.reader.label(node)
        is_evidence = term.group == self._assertion.group
        return Box(
            name=node.value,
            title=name if is_evidence else known_as,
            hue=self._site.hue(term),
            kind=_cut(curie(node.value) if is_evidence else name),
            lines=tuple(self._lines(node, drawn, only)),
            page=self._site.pages.get(kind),
        )

    def _lines(
        self, node: NamedNode, drawn: set[NamedNode], only: set[NamedNode] | None
    ) -> Iterator[Line]:
        """Yield literals and concepts, and links to things that are not drawn."""
        last = ""
        for predicate, value in self.reader.statements(node):
            is_told = predicate in only if only else self._is_told(predicate, value)
            if is_told and value not in drawn:
                name = _short(predicate)
                page, to = self._page(predicate), self._page(value)
                yield Line("" if name == last else name, _cut(self._said(value)), page, to)
                last = name

    def _is_told(self, predicate: NamedNode, value: Term) -> bool:
        """Say whether a statement is short enough for a box: a value, not a further thing."""
        if predicate in _UNTOLD:
            return False
        if not isinstance(value, NamedNode) or predicate == RDF.predicate:
            return True
        return SKOS.Concept in self.reader.objects(value, RDF.type)

    def _said(self, value: Term) -> str:
        if isinstance(value, NamedNode) and value.value in self._site.by_iri:
            return curie(value.value)
        return self.reader.label(value)

    def _page(self, term: Term) -> str | None:
        return self._site.pages.get(term.value) if isinstance(term, NamedNode) else None


def _short(predicate: NamedNode) -> str:
    return curie(predicate.value).removeprefix("acp:")


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1].rstrip()}…"
