"""Tests of `shapes/acp-shapes.ttl`: good graphs conform, and each kind of fault is named."""

from collections import defaultdict
from typing import Final

import pyshacl
import pytest
import rdflib
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store, parse, serialize
from rdflib.namespace import SH

from kg.resources import read_resource
from kg.terms import ACP, ACP_CLASSES, ACP_PROPERTIES, RDF, RDFS, SHAPES, SKOS, prefixes
from kg.validate import SHAPES_FILE, validate_dataset
from tests.small_graph import ROOT, small_graph, text_of

MODEL: Final = ROOT.parent / "shared" / "model"
SHAPES_BYTES: Final = read_resource(SHAPES_FILE)

FAULTS: Final = {
    # Programs
    "Program-hasPayer-min": "DELETE WHERE { acpid:p acp:hasPayer ?o }",
    "Program-hasPayer-class": "INSERT DATA { acpid:p acp:hasPayer acpid:group }",
    "Program-hasProviderGroup-min": "DELETE WHERE { acpid:p acp:hasProviderGroup ?o }",
    "Program-serviceArea-min": "DELETE WHERE { acpid:p acp:serviceArea ?o }",
    "Program-title-min": "DELETE WHERE { acpid:p dcterms:title ?o }",
    "Program-label-min": "DELETE WHERE { acpid:p rdfs:label ?o }",
    "Program-label-datatype": 'INSERT DATA { acpid:p rdfs:label "Alder" }',
    "Program-label-language": 'INSERT DATA { acpid:p rdfs:label "Alder"@en }',
    "Program-describedIn-min": "DELETE WHERE { acpid:p acp:describedIn ?o }",
    "Program-effectiveDate-max": 'INSERT DATA { acpid:p acp:effectiveDate "2013"^^xsd:gYear }',
    "Program-effectiveDateEarliest-order": (
        "DELETE WHERE { acpid:p acp:effectiveDateEarliest ?o } ;"
        ' INSERT DATA { acpid:p acp:effectiveDateEarliest "2013-08-01"^^xsd:date }'
    ),
    "EffectiveDateIsDate": 'INSERT DATA { acpid:p acp:effectiveDate "July 2013" }',
    "EffectiveDateHasBounds": "DELETE WHERE { acpid:p acp:effectiveDateLatest ?o }",
    "EffectiveDateWithinBounds": (
        "DELETE WHERE { acpid:p acp:effectiveDateLatest ?o } ;"
        ' INSERT DATA { acpid:p acp:effectiveDateLatest "2014-07-31"^^xsd:date }'
    ),
    "EndDateIsDate": 'INSERT DATA { acpid:p acp:endDate "spring 2015" }',
    "Program-formerName-datatype": 'INSERT DATA { acpid:p acp:formerName "Elm"@en }',
    "Program-hasPhase-class": "INSERT DATA { acpid:p acp:hasPhase acpid:county }",
    "PayerTakesPart": "DELETE WHERE { acpid:paying org:role ?o }",
    "ProviderGroupTakesPart": "DELETE WHERE { acpid:providing org:member ?o }",
    "PayingMemberIsPayer": "DELETE WHERE { acpid:p acp:hasPayer ?o }",
    "ProvidingMemberIsProviderGroup": "DELETE WHERE { acpid:p acp:hasProviderGroup ?o }",
    "Participation-role-min": "DELETE WHERE { acpid:paying org:role ?o }",
    # Organizations, people, activities
    "Program-hasPartner-class": "INSERT DATA { acpid:p acp:hasPartner acpid:county }",
    "Organization-formerName-datatype": 'INSERT DATA { acpid:partner acp:formerName "Ash"@en }',
    "PractitionerGroup-groupOf-class": "INSERT DATA { acpid:physicians acp:groupOf acpid:p }",
    "CareRoleAssignment-careRole-min": "DELETE WHERE { acpid:nurses acp:careRole ?o }",
    "EmployedIsAffiliated": "DELETE WHERE { acpid:nurses acp:affiliatedWith ?o }",
    "PartBelongsToProgram": "DELETE WHERE { ?s acp:hasCareRole acpid:nurses }",
    "CareActivity-activityType-min": "DELETE WHERE { acpid:activity acp:activityType ?o }",
    "CareActivity-performedBy-min": "DELETE WHERE { acpid:activity acp:performedBy ?o }",
    "PerformerIsKnown": "INSERT DATA { acpid:activity acp:performedBy acpid:county }",
    "DataSharing-dataFrom-min": "DELETE WHERE { acpid:data acp:dataFrom ?o }",
    "DataReceiverIsKnown": "INSERT DATA { acpid:data acp:dataTo acpid:county }",
    # Counts, rules, benefits
    "CountStatement-countValue-datatype": (
        "DELETE WHERE { acpid:count acp:countValue ?o } ;"
        ' INSERT DATA { acpid:count acp:countValue "90" }'
    ),
    "CountStatement-countValue-least": (
        "DELETE WHERE { acpid:count acp:countValue ?o } ;"
        " INSERT DATA { acpid:count acp:countValue -90 }"
    ),
    "CountStatement-countQualifier-min": "DELETE WHERE { acpid:count acp:countQualifier ?o }",
    "CountStatement-countLowerBound-order": (
        "DELETE WHERE { acpid:count acp:countLowerBound ?o } ;"
        " INSERT DATA { acpid:count acp:countLowerBound 91 }"
    ),
    "EnrollmentRule-ruleType-max": "INSERT DATA { acpid:rule acp:ruleType acpv:rule_opt-out }",
    "BenefitStatement-benefitKind-min": "DELETE WHERE { acpid:benefit acp:benefitKind ?o }",
    # Goals, phases, outcomes
    "Program-hasGoal-class": "INSERT DATA { acpid:p acp:hasGoal acpid:count }",
    "Program-hasCount-class": "INSERT DATA { acpid:p acp:hasCount acpid:goal }",
    "GoalIsNoCount": "INSERT DATA { acpid:goal a acp:CountStatement }",
    "GoalStatement-goalValue-min": "DELETE WHERE { acpid:goal acp:goalValue ?o }",
    "GoalStatement-goalYear-datatype": "INSERT DATA { acpid:goal acp:goalYear 2016 }",
    "PhaseHasLengthOrNumber": (
        "DELETE WHERE { acpid:pilot acp:phaseYears ?years ; acp:phaseNumber ?number }"
    ),
    "Phase-phaseYears-least": (
        "DELETE WHERE { acpid:pilot acp:phaseYears ?o } ;"
        " INSERT DATA { acpid:pilot acp:phaseYears 0 }"
    ),
    "Program-hasOutcome-class": "INSERT DATA { acpid:p acp:hasOutcome acpid:goal }",
    "OutcomeStatement-outcomeMeasure-min": "DELETE WHERE { acpid:outcome acp:outcomeMeasure ?o }",
    "OutcomeStatement-outcomeDirection-max": (
        "INSERT DATA { acpid:outcome acp:outcomeDirection acpv:outcome-direction_higher }"
    ),
    "OutcomeStatement-outcomeValue-datatype": (
        "DELETE WHERE { acpid:outcome acp:outcomeValue ?o } ;"
        " INSERT DATA { acpid:outcome acp:outcomeValue 12 }"
    ),
    "OutcomeHasResult": (
        "DELETE WHERE { acpid:outcome acp:outcomeDirection ?way ; acp:outcomeValue ?value }"
    ),
    "OutcomeValueHasUnit": "DELETE WHERE { acpid:outcome acp:outcomeUnit ?o }",
    # Payments
    "PaymentArrangement-hasRate-class": "INSERT DATA { acpid:fee acp:hasRate acpid:condition }",
    "PaymentRate-rateAmount-datatype": (
        "DELETE WHERE { acpid:rate acp:rateAmount ?o } ;"
        " INSERT DATA { acpid:rate acp:rateAmount 2 }"
    ),
    "PaymentRate-rateMinimum-order": (
        "DELETE WHERE { acpid:range acp:rateMinimum ?o } ;"
        " INSERT DATA { acpid:range acp:rateMinimum 41.0 }"
    ),
    "PaymentRate-rateCurrency-pattern": "INSERT DATA { acpid:rate acp:rateCurrency 'dollars' }",
    "PaymentRate-rateUnit-min": "DELETE WHERE { acpid:rate acp:rateUnit ?o }",
    "CountHasNumber": (
        "DELETE WHERE { acpid:count acp:countValue ?o } ;"
        " DELETE WHERE { acpid:count acp:countLowerBound ?o } ;"
        " DELETE WHERE { acpid:count acp:countUpperBound ?o }"
    ),
    "RateHasAmount": "DELETE WHERE { acpid:rate acp:rateAmount ?o }",
    "RateIsAmountOrRange": "INSERT DATA { acpid:range acp:rateAmount 8.0 }",
    "PaymentArrangement-paidBy-min": "DELETE WHERE { acpid:fee acp:paidBy ?o }",
    "PaymentArrangement-paidTo-min": "DELETE WHERE { acpid:fee acp:paidTo ?o }",
    "PayeeIsKnown": "INSERT DATA { acpid:fee acp:paidTo acpid:nurses }",
    "PaymentArrangement-paymentMethod-min": "DELETE WHERE { acpid:fee acp:paymentMethod ?o }",
    "PaymentArrangement-lanCategory-max": "INSERT DATA { acpid:fee acp:lanCategory acpv:apm_2C }",
    "PaymentArrangement-underAgreement-datatype": (
        'INSERT DATA { acpid:bonus acp:underAgreement "yes" }'
    ),
    "ContingentPaymentHasCondition": "DELETE WHERE { acpid:bonus acp:hasPaymentCondition ?o }",
    "SeveralTargetsHaveOperator": "DELETE WHERE { acpid:condition acp:conditionOperator ?o }",
    "PerformanceTarget-targetDomain-min": "DELETE WHERE { acpid:cost acp:targetDomain ?o }",
    # Claims and places
    "PrecedenceClaim-claimKind-min": "DELETE WHERE { acpid:claim acp:claimKind ?o }",
    "PrecedenceClaim-precedenceRank-least": "INSERT DATA { acpid:claim acp:precedenceRank 0 }",
    "Place-fipsCode-pattern": 'INSERT DATA { acpid:region acp:fipsCode "511070" }',
    "Place-isoCode-pattern": 'INSERT DATA { acpid:region acp:isoCode "VA" }',
    "Place-placeType-min": "DELETE WHERE { acpid:region acp:placeType ?o }",
    "CountyCodeFitsState": (
        "DELETE WHERE { acpid:county acp:fipsCode ?o } ;"
        ' INSERT DATA { acpid:county acp:fipsCode "42077" }'
    ),
    # Values from closed vocabularies: another scheme, a text, an invented concept
    "Scheme-payerType": "INSERT DATA { acpid:p acp:payerType acpv:approach_accountable-care }",
    "Scheme-hasAim": 'INSERT DATA { acpid:p acp:hasAim "triple aim" }',
    "Scheme-countQualifier": (
        "DELETE WHERE { acpid:count acp:countQualifier ?o } ;"
        " INSERT DATA { acpid:count acp:countQualifier acpv:qualifier_roughly }"
    ),
    "Scheme-recognition": "INSERT DATA { acpid:p acp:recognition acpv:org-type_payer }",
    "Scheme-rateUnit": (
        "DELETE WHERE { acpid:rate acp:rateUnit ?o } ;"
        " INSERT DATA { acpid:rate acp:rateUnit acpv:outcome-unit_percent }"
    ),
    "Scheme-goalOf": (
        "DELETE WHERE { acpid:goal acp:goalOf ?o } ;"
        " INSERT DATA { acpid:goal acp:goalOf acpv:rate-unit_per-practice }"
    ),
    "Scheme-outcomeMeasure": (
        "INSERT DATA { acpid:outcome acp:outcomeMeasure acpv:target-domain_cost }"
    ),
    "Scheme-outcomeDirection": (
        "DELETE WHERE { acpid:outcome acp:outcomeDirection ?o } ;"
        " INSERT DATA { acpid:outcome acp:outcomeDirection acpv:direction_lower }"
    ),
    "Scheme-outcomeUnit": (
        "DELETE WHERE { acpid:outcome acp:outcomeUnit ?o } ;"
        " INSERT DATA { acpid:outcome acp:outcomeUnit acpv:rate-unit_percent-of-fee }"
    ),
    "Scheme-claimWithin": "INSERT DATA { acpid:claim acp:claimWithin acpv:aim_triple-aim }",
    "Scheme-role": "INSERT DATA { acpid:paying org:role acpv:care-role_pharmacist }",
    # Evidence
    "EveryFactHasEvidence": "INSERT DATA { acpid:p acp:hasAim acpv:aim_patient-access }",
    "AssertedTriplePresent": "DELETE WHERE { acpid:p acp:hasAim ?o }",
    "Assertion-hasEvidence-min": "DELETE WHERE { acpid:assertion-4 acp:hasEvidence ?o }",
    "Assertion-basis-min": "DELETE WHERE { acpid:assertion-4 acp:basis ?o }",
    "Assertion-confidence-most": (
        "DELETE WHERE { acpid:assertion-4 acp:confidence ?o } ;"
        " INSERT DATA { acpid:assertion-4 acp:confidence 1.1 }"
    ),
    "CategoryIsMapped": (
        "DELETE { ?a acp:basis ?o } INSERT { ?a acp:basis acpv:basis_stated }"
        " WHERE { ?a rdf:predicate acp:lanCategory ; acp:basis ?o }"
    ),
    "EvidenceHasQuotationAndPosition": "DELETE WHERE { acpid:quote-1 oa:exact ?o }",
    "EvidenceLiesInPassage": (
        "DELETE WHERE { acpid:position-1 oa:end ?o } ; INSERT DATA { acpid:position-1 oa:end 14 }"
    ),
    "QuotationEqualsTextAtPosition": (
        "DELETE WHERE { acpid:quote-1 oa:exact ?o } ;"
        r' INSERT DATA { acpid:quote-1 oa:exact "Alde\\1" }'
    ),
    "TextPositionSelector-start-order": (
        "DELETE WHERE { acpid:position-1 oa:start ?o } ;"
        " INSERT DATA { acpid:position-1 oa:start 5 }"
    ),
    "PassageTextFitsPosition": (
        "DELETE WHERE { acpid:passage-1 acp:passageText ?o } ;"
        ' INSERT DATA { acpid:passage-1 acp:passageText "Alder Programs" }'
    ),
    "Passage-passageModelled-value": (
        "DELETE WHERE { acpid:passage-1 acp:passageModelled ?o } ;"
        " INSERT DATA { acpid:passage-1 acp:passageModelled false }"
    ),
    "SourceDocument-sha256-pattern": (
        "DELETE WHERE { acpid:doc acp:sha256 ?o } ; INSERT DATA { acpid:doc acp:sha256 'abc' }"
    ),
    "ModifiedIsDate": 'INSERT DATA { acpid:doc dcterms:modified "April 2014" }',
    "SourceAnomaly-asWritten-min": "DELETE WHERE { acpid:anomaly acp:asWritten ?o }",
    "ExtractionRun-used-min": "DELETE WHERE { acpid:run prov:used ?o }",
}
"""A change to the good graph for each shape, by the name of the shape that must report it."""

RDFS_RANGE: Final = f"{RDFS.iri}range"

WARNINGS: Final = {
    "CareActivity-performedBy-min",
    "ContingentPaymentHasCondition",
    "EmployedIsAffiliated",
    "OutcomeStatement-outcomeMeasure-min",
    "Passage-passageModelled-value",
    "PaymentRate-rateUnit-min",
    "PayerTakesPart",
    "PaymentArrangement-paidBy-min",
    "PaymentArrangement-paidTo-min",
    "Program-hasPayer-min",
    "Program-hasProviderGroup-min",
    "Program-serviceArea-min",
    "Program-title-min",
    "ProviderGroupTakesPart",
}
"""What a source may simply not say."""


def objects(predicate: str, store: Store) -> dict[str, list[str]]:
    """Return the values of a SHACL property, by the IRI of the node that has it."""
    found = defaultdict(list)
    for quad in store.quads_for_pattern(None, NamedNode(str(SH[predicate])), None):
        found[text_of(quad.subject)].append(text_of(quad.object))
    return found


@pytest.fixture(scope="module")
def shapes() -> Store:
    """Return the shapes as a store."""
    store = Store()
    store.load(input=SHAPES_BYTES, format=RdfFormat.TURTLE)
    return store


def test_good_graph_conforms() -> None:
    """A graph that uses every class and every kind of link has no finding, not even a warning."""
    assert validate_dataset(small_graph(), SHAPES_BYTES).violations == ()


def test_good_graph_uses_every_term() -> None:
    """The good graph leaves no class and no property untried, so that conforming means much."""
    quads = list(small_graph().quads_for_pattern(None, None, None))
    ontology = {quad.subject for quad in quads if text_of(quad.subject).startswith(ACP.iri)}
    used = {q.predicate for q in quads} | {q.object for q in quads if q.subject not in ontology}
    assert {ACP[name] for name in (*ACP_CLASSES, *ACP_PROPERTIES)} - used == set()


@pytest.mark.parametrize("name", ["loudoun.ttl", "valley-preferred.ttl"])
def test_demonstration_graphs_conform(name: str) -> None:
    """The two hand-made graphs have no finding."""
    if not MODEL.is_dir():
        pytest.skip("the demonstration graphs (../shared/model) are not here")
    store = Store()
    for path in (MODEL / name, ROOT / "ontology/acp.ttl", ROOT / "ontology/vocabulary.ttl"):
        store.load(path=str(path))
    assert validate_dataset(store, SHAPES_BYTES).violations == ()


@pytest.mark.parametrize("shape", FAULTS)
def test_fault_is_caught(shape: str, shapes: Store) -> None:
    """Each fault is reported by its own shape, with its severity and its message."""
    data = small_graph()
    data.update(FAULTS[shape], prefixes=prefixes())
    report = validate_dataset(data, SHAPES_BYTES)
    [found, *_] = [v for v in report.violations if v.shape == f"{SHAPES}#{shape}"]
    messages = objects("message", shapes)
    assert [found.message] in (messages[found.shape], messages[f"{found.shape}-query"])
    assert found.severity == ("Warning" if shape in WARNINGS else "Violation")


def test_another_engine_finds_the_same() -> None:
    """Plain pySHACL on rdflib, without our short cuts, reports the same shapes and nodes."""
    data = small_graph()
    for update in FAULTS.values():
        data.update(update, prefixes=prefixes())
    ours = {(v.focus, v.shape) for v in validate_dataset(data, SHAPES_BYTES).violations}
    ntriples = serialize((q.triple for q in data), format=RdfFormat.N_TRIPLES)
    graph, shapes = rdflib.Graph(), rdflib.Graph()
    graph.parse(data=ntriples, format="nt")
    shapes.parse(data=SHAPES_BYTES, format="turtle")
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes)
    theirs = {
        (str(report.value(node, SH.focusNode)), str(report.value(node, SH.sourceShape)))
        for node in report.objects(None, SH.result)
    }
    assert len(ours) > 110
    assert ours == theirs


def test_faults_are_many() -> None:
    """No fault was lost from the table, and every warning is in it."""
    assert len(FAULTS) == 102
    assert WARNINGS - FAULTS.keys() == set()


def test_every_class_has_a_shape(shapes: Store) -> None:
    """Each class of the ontology is the target of a shape."""
    targets = {iri for iris in objects("targetClass", shapes).values() for iri in iris}
    assert {ACP[name].value for name in ACP_CLASSES} - targets == set()


def test_every_concept_property_has_a_scheme(shapes: Store) -> None:
    """Each property whose values are concepts says which scheme they come from."""
    ontology = Store()
    ontology.load(path=str(ROOT / "ontology/acp.ttl"))
    ranged = {
        text_of(quad.subject)
        for quad in ontology.quads_for_pattern(None, NamedNode(RDFS_RANGE), SKOS.Concept)
    }
    checked = {
        path
        for shape, paths in objects("path", shapes).items()
        for path in paths
        if shape.startswith(f"{SHAPES}#Scheme-")
    }
    assert len(ranged) == 43
    assert ranged - checked == set()


def test_every_constraint_has_its_own_message(shapes: Store) -> None:
    """Each property shape and each query has one English message, unlike all others."""
    constraints = {
        text_of(quad.subject)
        for kind in ("PropertyShape", "SPARQLConstraint")
        for quad in shapes.quads_for_pattern(None, RDF.type, NamedNode(str(SH[kind])))
    }
    messages = objects("message", shapes)
    queries = objects("sparql", shapes)
    unsaid = constraints - messages.keys() - queries.keys()
    said = [message for texts in messages.values() for message in texts]
    assert len(constraints) > 300
    assert unsaid == set()
    assert len(said) == len(set(said)) == len(messages)
    assert [text for text in said if not text.endswith((".", '"@en.'))] == []


def test_constraints_are_single(shapes: Store) -> None:
    """No property shape checks two things, so that each message fits its fault."""
    kinds = (
        *("minCount", "maxCount", "class", "datatype", "nodeKind", "minInclusive", "maxInclusive"),
        *("lessThan", "lessThanOrEquals", "uniqueLang", "hasValue", "node", "sparql", "pattern"),
    )
    counts: dict[str, int] = defaultdict(int)
    for kind in kinds:
        for shape, values in objects(kind, shapes).items():
            counts[shape] += len(values)
    assert {shape for shape, count in counts.items() if count > 1} == set()


def test_queries_are_portable(shapes: Store) -> None:
    """No query uses what SHACL forbids, and none selects a literal, which pySHACL trips over."""
    queries = [text for texts in objects("select", shapes).values() for text in texts]
    heads = {query.split("WHERE")[0].split("{")[0].strip() for query in queries}
    assert len(queries) == 26
    assert [q for q in queries if any(word in q for word in ("VALUES", "MINUS", "SERVICE"))] == []
    assert heads == {"SELECT $this", "SELECT DISTINCT $this", "SELECT DISTINCT $this ?path"}


def test_shapes_have_no_blank_nodes() -> None:
    """The shapes read the same bytes into the same triples every time."""
    quads = list(parse(input=SHAPES_BYTES, format=RdfFormat.TURTLE))
    terms = [term for quad in quads for term in (quad.subject, quad.object)]
    assert len(quads) > 1500
    assert [term for term in terms if isinstance(term, BlankNode)] == []


def test_shapes_use_only_known_terms(shapes: Store) -> None:
    """Each term of ours that the shapes name, in a triple or a query, is in the ontology."""
    known = {name.value for name in (ACP[n] for n in (*ACP_CLASSES, *ACP_PROPERTIES))}
    named = {
        text_of(quad.object)
        for quad in shapes.quads_for_pattern(None, None, None)
        if text_of(quad.object).startswith(ACP.iri)
    } - {ACP.iri}
    words = " ".join(text for texts in objects("select", shapes).values() for text in texts)
    in_queries = {
        ACP.iri + word.removeprefix("acp:").rstrip(",;+*")
        for word in words.replace("^", " ").split()
        if word.startswith("acp:")
    }
    assert len(named) > 90
    assert named - known == set()
    assert in_queries - known == set()


def test_shapes_are_valid_shapes() -> None:
    """The shapes conform to the shapes of SHACL itself."""
    graph = rdflib.Graph().parse(data=SHAPES_BYTES, format="turtle")
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=graph, meta_shacl=True)
    assert conforms, text
