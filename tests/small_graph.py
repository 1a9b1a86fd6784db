"""One invented program with all that the ontology can say of it, each fact with its words."""

from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from kg.terms import ACP, PROV, RDF, XSD, concept, prefixes

ROOT: Final = Path(__file__).parents[1]
ID: Final = "https://w3id.org/acp/id/"
NAME: Final = "2013/alder.txt"
TEXT: Final = "Alder Program\n\nPayer Type:\nCommercial\n"

BACKGROUND: Final = (
    *("Place", "SourceDocument", "Passage", "SourceAnomaly", "TextEvidence", "ExtractionRun"),
    "Correction",
)
"""Classes whose things are known without any words of a text, or are the words."""

HEADER: Final = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())

FACTS: Final = """
acpid:p a acp:Program ; rdfs:label "Alder Program"@en ; dcterms:title "Alder Program"@en ;
    acp:describedIn acpid:doc ; acp:partOfInitiative acpid:initiative ;
    acp:hasPayer acpid:payer ; acp:hasProviderGroup acpid:group ; acp:hasPartner acpid:partner ;
    acp:serviceArea acpid:county ;
    acp:payerType acpv:payer-type_commercial ; acp:launchStatus acpv:status_launched ;
    acp:approach acpv:approach_accountable-care ; acp:hasAim acpv:aim_triple-aim ;
    acp:comparableModel acpv:approach_accountable-care-organization ;
    acp:targetsCondition acpv:condition_diabetes ;
    acp:effectiveDate "2013-07"^^xsd:gYearMonth ;
    acp:effectiveDateEarliest "2013-07-01"^^xsd:date ;
    acp:effectiveDateLatest "2013-07-31"^^xsd:date ;
    acp:hasCount acpid:count , acpid:staff , acpid:least , acpid:most , acpid:between ;
    acp:hasPaymentArrangement acpid:fee , acpid:bonus ;
    acp:hasCareRole acpid:nurses , acpid:managers ; acp:hasCareTeam acpid:team ;
    acp:hasActivity acpid:activity ; acp:hasDataSharing acpid:data ;
    acp:hasEnrollmentRule acpid:rule ; acp:hasPrecedenceClaim acpid:claim , acpid:rank ;
    acp:hasBenefitStatement acpid:benefit ; acp:recognition acpv:recognition_ncqa-pcmh ;
    acp:hasOutcome acpid:outcome , acpid:way , acpid:size ; acp:hasGoal acpid:goal ;
    acp:hasPhase acpid:pilot , acpid:trial , acpid:waves ;
    acp:formerName "Elm Program" ; acp:endDate "2015"^^xsd:gYear .
acpid:oak a acp:Program ; rdfs:label "Oak Program"@en ; dcterms:title "Oak Program"@en ;
    acp:describedIn acpid:letter ; acp:hasPayer acpid:payer ; acp:hasProviderGroup acpid:group ;
    acp:serviceArea acpid:state ; acp:effectiveDate "2014-03-01"^^xsd:date ;
    acp:effectiveDateEarliest "2014-03-01"^^xsd:date ;
    acp:effectiveDateLatest "2014-03-01"^^xsd:date .
acpid:initiative a acp:Initiative ; rdfs:label "Tree Initiative"@en .
acpid:payer a acp:Payer ; rdfs:label "Birch Health"@en ;
    acp:organizationType acpv:org-type_payer ; acp:payerApproach acpv:approach_accountable-care .
acpid:group a acp:ProviderOrganization ; rdfs:label "Cedar Medical Group"@en ;
    acp:ownershipType acpv:ownership_physician-owned ;
    acp:specialtyMix acpv:org-type_multi-specialty-group .
acpid:partner a acp:Organization ; rdfs:label "Willow Foundation"@en ;
    acp:formerName "Sallow Trust" .
acpid:paying a acp:Participation ; rdfs:label "Birch Health pays"@en ;
    org:organization acpid:p ; org:member acpid:payer ;
    org:role acpv:participation-role_paying .
acpid:providing a acp:Participation ; rdfs:label "Cedar Medical Group provides"@en ;
    org:organization acpid:p ; org:member acpid:group ;
    org:role acpv:participation-role_providing .
acpid:paying-oak a acp:Participation ; rdfs:label "Birch Health pays again"@en ;
    org:organization acpid:oak ; org:member acpid:payer ;
    org:role acpv:participation-role_paying .
acpid:providing-oak a acp:Participation ; rdfs:label "Cedar Medical Group provides again"@en ;
    org:organization acpid:oak ; org:member acpid:group ;
    org:role acpv:participation-role_providing .
acpid:supporting a acp:Participation ; rdfs:label "Willow Foundation supports"@en ;
    org:organization acpid:p ; org:member acpid:partner ;
    org:role acpv:participation-role_supporting .
acpid:physicians a acp:PractitionerGroup ; rdfs:label "Cedar physicians"@en ;
    acp:groupOf acpid:group ; acp:practitionerType acpv:credential_physician .
acpid:team a acp:CareTeam ; rdfs:label "care team"@en ; acp:ledBy acpv:credential_physician .
acpid:nurses a acp:CareRoleAssignment ; rdfs:label "nurses"@en ;
    acp:careRole acpv:care-role_care-coordinator ;
    acp:credential acpv:credential_registered-nurse ;
    acp:affiliatedWith acpid:group ; acp:employedBy acpid:group ;
    acp:alignedWith acpid:managers ; acp:alignmentPurpose acpv:benefit_better-experience ;
    acp:memberOfTeam acpid:team ; acp:isCriticalTo acpv:benefit_program-success .
acpid:managers a acp:CareRoleAssignment ; rdfs:label "case managers"@en ;
    acp:careRole acpv:care-role_case-manager ; acp:affiliatedWith acpid:payer ;
    acp:organizedAsTeam true .
acpid:activity a acp:CareActivity ; rdfs:label "screening"@en ;
    acp:activityType acpv:activity_screening-help ;
    acp:performedBy acpid:nurses , acpid:physicians , acpid:group ; acp:usesData acpid:data ;
    acp:servesPatientsWith acpv:condition_chronic-condition ,
        acpv:benefit_patients-with-health-challenges .
acpid:data a acp:DataSharing ; rdfs:label "data"@en ; acp:dataFrom acpid:payer ;
    acp:dataTo acpid:nurses , acpid:physicians , acpid:group ;
    acp:dataKind acpv:data_patient-specific-data .
acpid:count a acp:CountStatement ; rdfs:label "up to 90 people"@en ; acp:countValue 90 ;
    acp:countOf acpv:count_covered-individuals ; acp:countQualifier acpv:qualifier_up-to ;
    acp:countLowerBound 0 ; acp:countUpperBound 90 ; acp:countUnitText "people" ;
    acp:countedFor acpid:group ; acp:coveredBy acpid:payer ; acp:receivingCareFrom acpid:group .
acpid:staff a acp:CountStatement ; rdfs:label "12 physicians"@en ; acp:countValue 12 ;
    acp:countOf acpv:count_physicians ; acp:countQualifier acpv:qualifier_exact .
acpid:least a acp:CountStatement ; rdfs:label "from 5 clinics"@en ; acp:countLowerBound 5 ;
    acp:countOf acpv:count_practices ; acp:countQualifier acpv:qualifier_between .
acpid:most a acp:CountStatement ; rdfs:label "to 9 clinics"@en ; acp:countUpperBound 9 ;
    acp:countOf acpv:count_practices ; acp:countQualifier acpv:qualifier_between .
acpid:between a acp:CountStatement ; rdfs:label "5 to 9 practices"@en ;
    acp:countLowerBound 5 ; acp:countUpperBound 9 ;
    acp:countOf acpv:count_practices ; acp:countQualifier acpv:qualifier_between .
acpid:rule a acp:EnrollmentRule ; rdfs:label "later joiners"@en ;
    acp:ruleType acpv:rule_later-joiners-included ; acp:coveredBy acpid:payer .
acpid:goal a acp:GoalStatement ; rdfs:label "50 practices by 2015"@en ; acp:goalValue 50 ;
    acp:goalOf acpv:count_practices ; acp:goalYear "2015"^^xsd:gYear .
acpid:pilot a acp:Phase ; rdfs:label "two-year pilot in three waves"@en ; acp:phaseYears 2 ;
    acp:phaseNumber 3 .
acpid:trial a acp:Phase ; rdfs:label "one-year trial"@en ; acp:phaseYears 1 .
acpid:waves a acp:Phase ; rdfs:label "two waves"@en ; acp:phaseNumber 2 .
acpid:way a acp:OutcomeStatement ; rdfs:label "fewer readmissions"@en ;
    acp:outcomeMeasure acpv:outcome-measure_readmissions ;
    acp:outcomeDirection acpv:outcome-direction_lower .
acpid:size a acp:OutcomeStatement ; rdfs:label "a change of 3%"@en ; acp:outcomeValue 3.5 ;
    acp:outcomeMeasure acpv:outcome-measure_readmissions ;
    acp:outcomeUnit acpv:outcome-unit_percent .
acpid:outcome a acp:OutcomeStatement ; rdfs:label "12.5% fewer ED visits"@en ;
    acp:outcomeMeasure acpv:outcome-measure_emergency-visits ; acp:outcomeValue 12.5 ;
    acp:outcomeDirection acpv:outcome-direction_lower ;
    acp:outcomeUnit acpv:outcome-unit_percent ; acp:outcomePeriod "in 2014" ;
    acp:outcomeComparator "other practices" ; acp:outcomeSource "Tree Letters (May 2015)" .
acpid:benefit a acp:BenefitStatement ; rdfs:label "benefit"@en ;
    acp:benefitKind acpv:benefit_program-benefit ; acp:benefitFor acpv:benefit_covered-patients .
acpid:claim a acp:PrecedenceClaim ; rdfs:label "first in Virginia"@en ; acp:precedenceRank 1 ;
    acp:claimKind acpv:claim_first-to-launch ; acp:claimScope acpid:state ;
    acp:claimOf acpid:payer ; acp:claimWithin acpv:approach_accountable-care .
acpid:rank a acp:PrecedenceClaim ; rdfs:label "among the largest groups"@en ;
    acp:claimKind acpv:claim_among-largest ; acp:claimOf acpid:group ;
    acp:claimWithin acpv:org-type_multi-specialty-group .
acpid:fee a acp:PaymentArrangement ; rdfs:label "fee"@en ; acp:paidBy acpid:payer ;
    acp:paidTo acpid:physicians ; acp:underAgreement true ;
    acp:paymentMethod acpv:payment-method_care-coordination-payment ;
    acp:compensatesFor acpv:service_care-coordination-services ; acp:lanCategory acpv:apm_2A ;
    acp:paymentCertainty acpv:certainty_definite ;
    acp:hasRate acpid:rate , acpid:range , acpid:from , acpid:upto , acpid:share .
acpid:rate a acp:PaymentRate ; rdfs:label "Level 1: $2.50 PMPM"@en ; acp:rateAmount 2.5 ;
    acp:rateCurrency "USD" ; acp:rateUnit acpv:rate-unit_per-member-per-month ;
    acp:rateTier "Level 1" .
acpid:range a acp:PaymentRate ; rdfs:label "$8 to $40 PMPM"@en ; acp:rateMinimum 8.0 ;
    acp:rateMaximum 40.0 ; acp:rateCurrency "USD" ;
    acp:rateUnit acpv:rate-unit_per-member-per-month .
acpid:from a acp:PaymentRate ; rdfs:label "from $3 PMPM"@en ; acp:rateMinimum 3.0 ;
    acp:rateCurrency "USD" ; acp:rateUnit acpv:rate-unit_per-member-per-month .
acpid:upto a acp:PaymentRate ; rdfs:label "up to $8 PMPM"@en ; acp:rateMaximum 8.0 ;
    acp:rateCurrency "USD" ; acp:rateUnit acpv:rate-unit_per-member-per-month .
acpid:share a acp:PaymentRate ; rdfs:label "125% of the fee"@en ; acp:rateAmount 125.0 ;
    acp:rateUnit acpv:rate-unit_percent-of-fee .
acpid:bonus a acp:PaymentArrangement ; rdfs:label "bonus"@en ; acp:paidBy acpid:payer ;
    acp:paidTo acpid:group ; acp:paymentMethod acpv:payment-method_pay-for-performance ;
    acp:paymentCertainty acpv:certainty_contingent ; acp:inAdditionTo acpid:fee ;
    acp:hasPaymentCondition acpid:condition .
acpid:condition a acp:PaymentCondition ; rdfs:label "targets met"@en ;
    acp:hasTarget acpid:quality , acpid:cost ; acp:conditionOperator acpv:operator_all-of .
acpid:quality a acp:PerformanceTarget ; rdfs:label "quality"@en ;
    acp:targetDomain acpv:target-domain_quality ; acp:targetDirection acpv:direction_improve .
acpid:cost a acp:PerformanceTarget ; rdfs:label "cost"@en ;
    acp:targetDomain acpv:target-domain_cost ; acp:targetDirection acpv:direction_lower .
acpid:state a acp:Place ; rdfs:label "Virginia"@en ; acp:placeType acpv:place-type_state ;
    acp:fipsCode "51" ; acp:isoCode "US-VA" ; acp:geonamesId 6254928 .
acpid:county a acp:Place ; rdfs:label "Loudoun County"@en ; acp:fipsCode "51107" ;
    acp:placeType acpv:place-type_county ; acp:withinPlace acpid:state .
acpid:region a acp:Place ; rdfs:label "Alder Valley"@en ; acp:cbsaCode "10900" ;
    acp:placeType acpv:place-type_region ; acp:coversPlace acpid:county .
acpid:run a acp:ExtractionRun ; rdfs:label "run"@en ; prov:used acpid:doc .
acpid:correction a acp:Correction ; rdfs:label "add a title"@en ; prov:used acpid:doc ;
    acp:correctedBy "R. Okafor" ; acp:correctionReason "The page has lost it." ;
    acp:correctionDate "2026-11-20" .
acpid:doc a acp:SourceDocument ; dcterms:title "Alder Program"@en ;
    dcterms:identifier "2013/alder.txt" ; dcterms:modified "2014"^^xsd:gYear ;
    acp:sha256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" ;
    acp:hasPassage acpid:passage-1 , acpid:passage-2 ; acp:hasAnomaly acpid:anomaly .
acpid:letter a acp:SourceDocument ; dcterms:identifier "2014/letter.txt" ;
    dcterms:modified "2014-04-01"^^xsd:date ; acp:hasPassage acpid:passage-3 ;
    acp:sha256 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210" .
acpid:passage-3 a acp:Passage ; acp:passageText "Alder" ; acp:passageOrder 1 ;
    acp:passageStart 0 ; acp:passageEnd 5 ; acp:passageKind acpv:passage-kind_title ;
    acp:passageModelled true .
acpid:passage-1 a acp:Passage ; acp:passageText "Alder Program" ; acp:passageOrder 1 ;
    acp:passageStart 0 ; acp:passageEnd 13 ; acp:passageKind acpv:passage-kind_title ;
    acp:passageModelled true .
acpid:passage-2 a acp:Passage ; acp:passageText "Commercial" ; acp:passageOrder 2 ;
    acp:passageStart 27 ; acp:passageEnd 37 ; acp:passageKind acpv:passage-kind_value ;
    acp:passageModelled true .
acpid:anomaly a acp:SourceAnomaly ; acp:anomalyType acpv:anomaly_misspelling ;
    acp:asWritten "Alder" ; acp:readAs "Elder" ; acp:hasEvidence acpid:words-1 .
acpid:words-1 a acp:TextEvidence ; oa:hasSource acpid:doc ; acp:inPassage acpid:passage-1 ;
    oa:hasSelector acpid:quote-1 , acpid:position-1 .
acpid:quote-1 a oa:TextQuoteSelector ; oa:exact "Alder" .
acpid:position-1 a oa:TextPositionSelector ; oa:start 0 ; oa:end 5 .
acpid:words-2 a acp:TextEvidence ; oa:hasSource acpid:doc ; acp:inPassage acpid:passage-2 ;
    oa:hasSelector acpid:quote-2 , acpid:position-2 .
acpid:quote-2 a oa:TextQuoteSelector ; oa:exact "Commercial" .
acpid:position-2 a oa:TextPositionSelector ; oa:start 27 ; oa:end 37 .
"""


def small_graph() -> Store:
    """Return the program with ontology and vocabulary, and an assertion for each of its facts."""
    store = Store()
    for name in ("ontology/acp.ttl", "ontology/vocabulary.ttl"):
        store.load(path=str(ROOT / name))
    quads = list(parse(input=HEADER + FACTS, format=RdfFormat.TURTLE))
    store.extend(quads)
    background = {ACP[name] for name in BACKGROUND}
    unread = {q.subject for q in quads if q.predicate == RDF.type and q.object in background}
    for number, fact in enumerate(quads):
        if is_read(fact) and fact.subject not in unread:
            store.extend(assertion(f"{number}", fact))
    return store


def is_read(fact: Quad) -> bool:
    """Whether somebody must have read a statement in a text, if its subject is no background."""
    return fact.predicate.value.startswith(ACP.iri) and fact.predicate != ACP.describedIn


def assertion(name: str, fact: Quad) -> list[Quad]:
    """Return the record of a statement, with its evidence."""
    node = NamedNode(f"{ID}assertion-{name}")
    mapped, curated = fact.predicate == ACP.lanCategory, fact.predicate == ACP.approach
    basis = "mapped" if mapped else "curated" if curated else "stated"
    words = "words-2" if fact.predicate == ACP.payerType else "words-1"
    pairs = (
        (RDF.type, RDF.Statement),
        (RDF.type, ACP.Assertion),
        (RDF.subject, fact.subject),
        (RDF.predicate, fact.predicate),
        (RDF.object, fact.object),
        (ACP.hasEvidence, NamedNode(ID + words)),
        (ACP.basis, concept("basis", basis)),
        (ACP.confidence, Literal("0.9", datatype=XSD.decimal)),
        (ACP.extractionRule, Literal("test.fact")),
        (PROV.wasGeneratedBy, NamedNode(f"{ID}run")),
        *(((ACP.hasCorrection, NamedNode(f"{ID}correction")),) if curated else ()),
        *(((ACP.asWritten, Literal("ACO")),) if curated else ()),
    )
    return [Quad(node, predicate, value) for predicate, value in pairs]


def text_of(term: NamedNode | BlankNode | Literal | Triple) -> str:
    """Return the IRI, label or lexical form of a term; our graphs hold no triple in a triple."""
    assert not isinstance(term, Triple)
    return term.value
