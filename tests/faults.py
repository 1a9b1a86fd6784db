"""Say what to change about a node of a good graph so that one constraint does not hold for it.

What must be there is taken away, what may be there once is there twice, what must be of a class or
a datatype is of another. Only what hangs on several properties at once cannot be derived so;
`RULES` holds a change for each.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Final, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from kg.shapes import ShapesGraph, Term
from kg.terms import RDF, SH, SKOS, concept, local_name
from tests.small_graph import ID
from tests.values import alike, misshapen, moved, retyped


@dataclass(frozen=True, slots=True)
class Constraint:
    """One thing that one shape asks."""

    shape: NamedNode
    asked: NamedNode
    wanted: Term

    @property
    def component(self) -> NamedNode:
        """What a report calls its kind."""
        kind = local_name(self.asked)
        kind = "SPARQL" if self.asked == SH.sparql else kind[0].upper() + kind[1:]
        return NamedNode(f"{SH.iri}{kind}ConstraintComponent")


@dataclass(frozen=True, slots=True)
class Change:
    """Statements to take away and to put in."""

    removed: tuple[Quad, ...] = ()
    added: tuple[Quad, ...] = ()


UNPROVEN: Final = {"EveryFactHasEvidence", "AssertedTriplePresent"}
"""Rules about the evidence itself: at their faults facts come and go without it."""

RULES: Final = {
    # One property is not enough: what else hangs on it must fit.
    "GoalIsNoCount": (
        "INSERT DATA { acpid:goal a acp:CountStatement ; acp:countValue 50 ;"
        " acp:countOf acpv:count_practices ; acp:countQualifier acpv:qualifier_exact }"
    ),
    "Passage-passageStart-least": (
        "DELETE WHERE { acpid:passage-3 acp:passageStart ?first ; acp:passageEnd ?last } ;"
        " INSERT DATA { acpid:passage-3 acp:passageStart -1 ; acp:passageEnd 4 }"
    ),
    "Passage-passageStart-order": (
        "DELETE WHERE { acpid:passage-3 acp:passageStart ?first ; acp:passageText ?text } ;"
        ' INSERT DATA { acpid:passage-3 acp:passageStart 5 ; acp:passageText "" }'
    ),
    "Program-effectiveDateEarliest-datatype": (
        "DELETE WHERE { acpid:p acp:effectiveDate ?date ; acp:effectiveDateEarliest ?first ;"
        " acp:effectiveDateLatest ?last } ; INSERT DATA {"
        ' acpid:p acp:effectiveDateEarliest "2013-07-01T00:00:00"^^xsd:dateTime }'
    ),
    "Program-effectiveDateEarliest-order": (
        "DELETE WHERE { acpid:p acp:effectiveDateEarliest ?one ; acp:effectiveDateLatest ?other } ;"
        ' INSERT DATA { acpid:p acp:effectiveDateEarliest "2013-07-20"^^xsd:date ;'
        ' acp:effectiveDateLatest "2013-07-10"^^xsd:date }'
    ),
    "Program-hasPayer-min": (
        "DELETE WHERE { acpid:p acp:hasPayer ?payer } ; DELETE WHERE { acpid:paying ?p ?o }"
    ),
    "Program-hasProviderGroup-min": (
        "DELETE WHERE { acpid:p acp:hasProviderGroup ?o } ; DELETE WHERE { acpid:providing ?p ?o }"
    ),
    "CategoryIsMapped": (
        "DELETE { ?a acp:basis ?o } INSERT { ?a acp:basis acpv:basis_stated }"
        " WHERE { ?a rdf:predicate acp:lanCategory ; acp:basis ?o }"
    ),
    # Rules across properties
    "BoundsFitCount": (
        "DELETE WHERE { acpid:count acp:countUpperBound ?o } ;"
        " INSERT DATA { acpid:count acp:countUpperBound 91 }"
    ),
    "ContingentPaymentHasCondition": "DELETE WHERE { acpid:bonus acp:hasPaymentCondition ?o }",
    "CountyCodeFitsState": (
        "DELETE WHERE { acpid:county acp:fipsCode ?o } ;"
        ' INSERT DATA { acpid:county acp:fipsCode "42077" }'
    ),
    "EffectiveDateHasBounds": "DELETE WHERE { acpid:p acp:effectiveDateLatest ?o }",
    "EffectiveDateWithinBounds": (
        "DELETE WHERE { acpid:p acp:effectiveDateLatest ?o } ;"
        ' INSERT DATA { acpid:p acp:effectiveDateLatest "2014-07-31"^^xsd:date }'
    ),
    "EmployedIsAffiliated": "DELETE WHERE { acpid:nurses acp:affiliatedWith ?o }",
    "EndsAfterStart": (
        "DELETE WHERE { acpid:p acp:endDate ?o } ;"
        ' INSERT DATA { acpid:p acp:endDate "2013-06"^^xsd:gYearMonth }'
    ),
    "EveryFactHasEvidence": "INSERT DATA { acpid:p acp:hasAim acpv:aim_patient-access }",
    "AssertedTriplePresent": "DELETE WHERE { acpid:p acp:hasAim ?o }",
    "EvidenceHasQuotationAndPosition": (
        "DELETE WHERE { acpid:words-1 oa:hasSelector acpid:quote-1 }"
    ),
    "EvidenceLiesInPassage": (
        "DELETE WHERE { acpid:position-2 oa:end ?o } ; INSERT DATA { acpid:position-2 oa:end 38 }"
    ),
    "FipsCodeFitsPlaceType": (
        "DELETE WHERE { acpid:state acp:fipsCode ?o } ;"
        ' INSERT DATA { acpid:state acp:fipsCode "51107" }'
    ),
    "OutcomeValueHasUnit": "DELETE WHERE { acpid:outcome acp:outcomeUnit ?o }",
    "PartBelongsToProgram": "DELETE WHERE { ?s acp:hasCareRole acpid:nurses }",
    "PassageBelongsToDocument": "DELETE WHERE { acpid:letter acp:hasPassage ?o } ;"
    " INSERT DATA { acpid:letter acp:hasPassage acpid:passage-1 }",
    "PassageIsOfSource": (
        "DELETE WHERE { acpid:words-1 oa:hasSource ?o } ;"
        " INSERT DATA { acpid:words-1 oa:hasSource acpid:letter }"
    ),
    "PassageTextFitsPosition": (
        "DELETE WHERE { acpid:passage-3 acp:passageText ?o } ;"
        ' INSERT DATA { acpid:passage-3 acp:passageText "Alder Program" }'
    ),
    "PayerTakesPart": "INSERT DATA { acpid:p acp:hasPayer acpid:other ."
    ' acpid:other a acp:Payer ; rdfs:label "Maple Health"@en }',
    "PayingMemberIsPayer": (
        'INSERT DATA { acpid:other a acp:Payer ; rdfs:label "Maple Health"@en .'
        ' acpid:part a acp:Participation ; rdfs:label "Maple Health pays"@en ;'
        " org:member acpid:other ; org:organization acpid:p ;"
        " org:role acpv:participation-role_paying }"
    ),
    "PlaceIsNotWithinItself": "INSERT DATA { acpid:region acp:withinPlace acpid:region }",
    "ProviderGroupTakesPart": "DELETE WHERE { acpid:providing ?p ?o }",
    "ProvidingMemberIsProviderGroup": (
        'INSERT DATA { acpid:part a acp:Participation ; rdfs:label "Willow provides"@en ;'
        " org:organization acpid:p ; org:member acpid:partner ;"
        " org:role acpv:participation-role_providing }"
    ),
    "QuotationEqualsTextAtPosition": (
        "DELETE WHERE { acpid:quote-1 oa:exact ?o } ;"
        r' INSERT DATA { acpid:quote-1 oa:exact "Alde\\1" }'
    ),
    "RateIsAmountOrRange": "INSERT DATA { acpid:range acp:rateAmount 8.0 }",
    "SeveralTargetsHaveOperator": "DELETE WHERE { acpid:condition acp:conditionOperator ?o }",
    "ShareHasNoCurrency": 'INSERT DATA { acpid:share acp:rateCurrency "USD" }',
}
"""A change to the good graph for each rule that is a query, by its shape."""


class Faults:
    """Changes to the nodes of a graph, by what they break."""

    def __init__(self, graph: ShapesGraph, data: Store) -> None:
        self._graph = graph
        self._data = data

    def of(self, constraint: Constraint, node: NamedNode) -> Iterator[Change]:
        """Yield changes to a node after which a constraint does not hold for it."""
        paths = self._graph.values(constraint.shape, SH.path)
        if not paths:
            yield self._met(constraint.wanted, node)
            return
        path = cast("NamedNode", paths[0])
        stated = tuple(self._data.quads_for_pattern(node, path, None))
        if constraint.asked == SH.minCount:
            yield Change(removed=stated)
        if constraint.asked == SH.hasValue:
            yield Change(removed=tuple(q for q in stated if q.object == constraint.wanted))
        if constraint.asked == SH.nodeKind:
            yield from (Change((quad,), self._nameless(quad)) for quad in stated)
        instead = (
            Change((quad,), (Quad(node, path, value),))
            for quad in stated
            for value in self._instead(constraint, quad)
        )
        further = (
            Change(added=(Quad(node, path, value),)) for value in self._further(constraint, stated)
        )
        yield from filter(None, chain.from_iterable(zip_longest(instead, further)))

    def _met(self, shape: Term, node: NamedNode) -> Change:
        """Return what makes a node meet a shape that no node should meet."""
        change = Change(added=tuple(Quad(node, RDF.type, c) for c in self._wanted(shape, "class")))
        for inner in self._graph.values(shape, SH.property):
            [path] = self._wanted(inner, "path")
            stated = self._data.quads_for_pattern(node, path, None)
            values = self._graph.values(inner, SH.hasValue)
            change = Change(
                (*change.removed, *stated),
                (*change.added, *(Quad(node, path, value) for value in values)),
            )
        return change

    def _wanted(self, shape: Term, asked: str) -> list[NamedNode]:
        return [cast("NamedNode", value) for value in self._graph.values(shape, SH[asked])]

    def _nameless(self, quad: Quad) -> tuple[Quad, ...]:
        """Return a statement about a blank node of the scheme of its value."""
        blank = BlankNode("nameless")
        value = cast("NamedNode", quad.object)
        schemes = self._data.quads_for_pattern(value, SKOS.inScheme, None)
        link = Quad(quad.subject, quad.predicate, blank)
        return link, *(Quad(blank, each.predicate, each.object) for each in schemes)

    def _further(self, constraint: Constraint, stated: Iterable[Quad]) -> Iterator[Term]:
        """Yield values that are one too many, or one that should not be."""
        if constraint.asked in {SH["class"], SH["not"]}:
            yield from STRANGERS
        for quad in stated if constraint.asked in {SH.maxCount, SH.uniqueLang} else ():
            if isinstance(quad.object, Literal):
                yield from alike(quad.object)
            else:
                yield from self._of_its_kind(cast("NamedNode", quad.object))
                yield from STRANGERS

    def _instead(self, constraint: Constraint, quad: Quad) -> Iterator[Term]:
        """Yield values that should not stand in the place of one."""
        value, asked = quad.object, constraint.asked
        if asked in {SH.node, SH["class"]} or (asked == SH["not"] and isinstance(value, NamedNode)):
            yield from STRANGERS
        elif asked == SH.nodeKind:
            yield Literal("text")
        if not isinstance(value, Literal):
            return
        if asked in {SH.datatype, SH["not"]}:
            yield from retyped(value)
        elif asked == SH.hasValue:
            yield from alike(value)
        elif asked == SH.pattern:
            yield from misshapen(value)
        elif asked in {SH.minInclusive, SH.maxInclusive}:
            limit = Literal(cast("Literal", constraint.wanted).value, datatype=value.datatype)
            yield moved(limit, -1 if asked == SH.minInclusive else 1)
        elif asked in {SH.lessThan, SH.lessThanOrEquals}:
            others = self._data.quads_for_pattern(
                quad.subject, cast("NamedNode", constraint.wanted), None
            )
            for other in others:
                yield moved(cast("Literal", other.object), int(asked == SH.lessThanOrEquals))

    def _of_its_kind(self, value: NamedNode) -> Iterator[Term]:
        """Yield things of the same class, or concepts of the same scheme."""
        for kind in (SKOS.inScheme, RDF.type):
            for same in self._data.quads_for_pattern(value, kind, None):
                others = self._data.quads_for_pattern(None, kind, same.object)
                yield from sorted({cast("NamedNode", q.subject) for q in others}, key=str)[:9]


STRANGERS: Final[tuple[Term, ...]] = (
    concept("anomaly", "misspelling"),
    concept("basis", "stated"),
    *(
        NamedNode(ID + name)
        for name in (
            "county count doc nurses partner group physicians initiative p oak unheard-of".split()
        )
    ),
    Literal("text"),
)
"""Concepts of two schemes, things of several classes, a thing unheard of, a text."""
