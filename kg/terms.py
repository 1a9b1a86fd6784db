"""Hold the IRIs of every vocabulary that the graph uses, so that a misspelt term cannot pass.

The namespaces are closed: a term that its ontology does not define is an `AttributeError`.
`tests/test_ontology.py` proves `ACP` equal to `ontology/acp.ttl`.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import NamedNode


class ClosedNamespace:
    """The terms of one vocabulary as attributes.

    >>> ACP.hasPayer.value
    'https://w3id.org/acp/ontology#hasPayer'
    >>> ACP.hasPayr
    Traceback (most recent call last):
    AttributeError: https://w3id.org/acp/ontology# has no term 'hasPayr'
    """

    def __init__(self, iri: str, names: Iterable[str]) -> None:
        self.iri = iri
        self._terms = {name: NamedNode(iri + name) for name in names}
        vars(self).update(self._terms)  # found at once, and so many are asked for

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(f"{self.iri} has no term {name!r}")

    def __getitem__(self, name: str) -> NamedNode:
        return getattr(self, name)  # type: ignore[no-any-return]  # __getattr__ returns NamedNode

    def __contains__(self, name: object) -> bool:
        return name in self._terms

    def __iter__(self) -> Iterator[str]:
        return iter(self._terms)


ONTOLOGY: Final = "https://w3id.org/acp/ontology"
VOCABULARY: Final = "https://w3id.org/acp/vocab/"
SHAPES: Final = "https://w3id.org/acp/shapes"
ALIGNMENTS: Final = "https://w3id.org/acp/alignments"
DEFAULT_BASE: Final = "https://w3id.org/acp/"
"""Where instances live unless `--base` says otherwise; the namespace is not registered yet."""

APART_GRAPHS: Final = ("graph/shapes", "graph/alignments", "graph/inferred")
"""Ends of the names of graphs that are no facts, and so stay by themselves: they speak of the
model, or follow from facts that are there."""

ACP_CLASSES: Final = tuple(
    """
    Program Initiative Participation Organization Payer ProviderOrganization PractitionerGroup
    CareTeam CareRoleAssignment CareActivity DataSharing EnrollmentRule CountStatement
    PaymentArrangement PaymentRate PaymentCondition PerformanceTarget PrecedenceClaim
    BenefitStatement OutcomeStatement GoalStatement Phase Place
    Assertion TextEvidence Passage SourceDocument SourceAnomaly ExtractionRun Correction
    """.split()
)
ACP_PROPERTIES: Final = tuple(
    """
    hasPayer hasProviderGroup hasPartner partOfInitiative payerType approach payerApproach
    comparableModel hasAim targetsCondition serviceArea launchStatus recognition hasCount
    hasPaymentArrangement hasCareRole hasCareTeam hasActivity hasDataSharing hasEnrollmentRule
    hasPrecedenceClaim hasBenefitStatement hasOutcome hasGoal hasPhase formerName
    describedIn ownershipType specialtyMix organizationType groupOf
    practitionerType careRole credential employedBy affiliatedWith alignedWith alignmentPurpose
    memberOfTeam organizedAsTeam ledBy servesPatientsWith activityType performedBy usesData
    dataFrom dataTo dataKind ruleType countOf countedFor countQualifier coveredBy
    receivingCareFrom paidBy paidTo paymentMethod lanCategory compensatesFor paymentCertainty
    underAgreement inAdditionTo hasRate rateAmount rateMinimum rateMaximum rateCurrency rateUnit
    rateTier hasPaymentCondition conditionOperator hasTarget targetDomain
    targetDirection claimKind claimScope claimOf claimWithin benefitFor benefitKind
    outcomeMeasure outcomeDirection outcomeValue outcomeUnit outcomeComparator outcomePeriod
    outcomeSource goalValue goalOf goalYear phaseYears phaseNumber withinPlace
    coversPlace placeType hasEvidence basis hasPassage hasAnomaly anomalyType inPassage
    passageKind isCriticalTo effectiveDate effectiveDateEarliest effectiveDateLatest endDate
    countValue countLowerBound countUpperBound countUnitText precedenceRank asWritten readAs
    confidence extractionRule hasCorrection correctedBy correctionReason correctionDate
    passageText passageOrder passageStart passageEnd passageModelled sha256
    fipsCode isoCode geonamesId cbsaCode closeMatchCode exactMatchCode
    """.split()
)
ACP: Final = ClosedNamespace(f"{ONTOLOGY}#", (*ACP_CLASSES, *ACP_PROPERTIES))
_MODEL_ORDER: Final = {ACP[name]: place for place, name in enumerate(ACP)}

RDF: Final = ClosedNamespace(
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    (
        *("type", "subject", "predicate", "object", "Statement", "langString"),
        *("first", "rest", "nil"),
    ),
)
RDFS: Final = ClosedNamespace(
    "http://www.w3.org/2000/01/rdf-schema#",
    ("Class", "label", "seeAlso", "isDefinedBy", "subClassOf", "subPropertyOf", "domain", "range"),
)
XSD: Final = ClosedNamespace(
    "http://www.w3.org/2001/XMLSchema#",
    (
        *("string", "integer", "decimal", "boolean", "date", "gYear", "gYearMonth"),
        *("anyURI", "nonNegativeInteger", "dateTime", "double"),
    ),
)
DCTERMS: Final = ClosedNamespace(
    "http://purl.org/dc/terms/",
    (
        *("title", "description", "modified", "identifier", "license", "source", "spatial"),
        *("creator", "publisher", "isPartOf", "hasPart", "format", "conformsTo"),
    ),
)
SKOS: Final = ClosedNamespace(
    "http://www.w3.org/2004/02/skos/core#",
    (
        *("Concept", "ConceptScheme", "prefLabel", "altLabel", "hiddenLabel", "notation"),
        *("definition", "inScheme", "topConceptOf", "hasTopConcept", "broader", "narrower"),
        *("exactMatch", "closeMatch", "broadMatch", "narrowMatch"),
    ),
)
ORG: Final = ClosedNamespace(
    "http://www.w3.org/ns/org#",
    (
        *("Organization", "OrganizationalCollaboration", "Membership", "Role"),
        *("member", "organization", "role", "hasMember", "classification"),
    ),
)
PROV: Final = ClosedNamespace(
    "http://www.w3.org/ns/prov#",
    (
        *("Entity", "Activity", "Agent", "Location", "SoftwareAgent"),
        *("wasGeneratedBy", "used", "wasAssociatedWith", "wasDerivedFrom", "wasQuotedFrom"),
    ),
)
OA: Final = ClosedNamespace(
    "http://www.w3.org/ns/oa#",
    (
        *("SpecificResource", "TextQuoteSelector", "TextPositionSelector"),
        *("hasSource", "hasSelector", "exact", "start", "end"),
    ),
)
OWL: Final = ClosedNamespace(
    "http://www.w3.org/2002/07/owl#",
    (
        *("Ontology", "Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty"),
        *("versionInfo", "versionIRI", "disjointWith", "deprecated", "imports"),
    ),
)
OWL_RL: Final = NamedNode("http://www.w3.org/ns/owl-profile/RL")
"""The profile of OWL 2 whose rules infer what follows."""
FOAF: Final = ClosedNamespace("http://xmlns.com/foaf/0.1/", ("primaryTopic", "homepage"))
VOID: Final = ClosedNamespace(
    "http://rdfs.org/ns/void#",
    (
        *("Dataset", "triples", "entities", "classPartition", "propertyPartition", "class"),
        *("property", "vocabulary", "uriSpace", "exampleResource", "dataDump", "classes"),
        *("properties", "distinctSubjects", "distinctObjects", "documents", "subset", "feature"),
        *("sparqlEndpoint", "DatasetDescription"),
    ),
)
DCAT: Final = ClosedNamespace(
    "http://www.w3.org/ns/dcat#",
    (
        *("Dataset", "Distribution", "distribution", "downloadURL", "mediaType", "byteSize"),
        *("version", "compressFormat", "keyword", "Catalog", "dataset", "DataService"),
        *("endpointURL", "endpointDescription", "servesDataset", "accessService"),
    ),
)
SD: Final = ClosedNamespace(
    "http://www.w3.org/ns/sparql-service-description#",
    (
        *("Service", "Dataset", "Graph", "NamedGraph", "SPARQL11Query", "endpoint", "name"),
        *("supportedLanguage", "resultFormat", "defaultDataset", "defaultGraph"),
        *("namedGraph", "graph"),
    ),
)
SH: Final = ClosedNamespace(
    "http://www.w3.org/ns/shacl#",
    """
    NodeShape PropertyShape targetClass targetNode targetObjectsOf targetSubjectsOf path
    inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath
    severity message deactivated name description order group defaultValue
    class datatype nodeKind minCount maxCount minInclusive minExclusive maxInclusive maxExclusive
    minLength maxLength pattern flags languageIn uniqueLang equals disjoint lessThan
    lessThanOrEquals not and or xone node property qualifiedValueShape qualifiedMinCount
    qualifiedMaxCount qualifiedValueShapesDisjoint closed ignoredProperties hasValue in
    IRI BlankNode Literal BlankNodeOrIRI BlankNodeOrLiteral IRIOrLiteral
    sparql select ask prefixes declare prefix namespace parameter ConstraintComponent
    js rule target expression
    ValidationReport ValidationResult conforms result resultSeverity value resultMessage sourceShape
    sourceConstraintComponent focusNode resultPath SPARQLConstraintComponent Violation Warning Info
    """.split(),
)
SPDX: Final = ClosedNamespace(
    "http://spdx.org/rdf/terms#",
    ("Checksum", "checksum", "algorithm", "checksumValue", "checksumAlgorithm_sha256"),
)


def model_place(predicate: NamedNode) -> int:
    """Return where the model lists a property; those of other vocabularies come after all of ours.

    >>> model_place(ACP.hasPayer) < model_place(ACP.sha256) < model_place(RDFS.label)
    True
    """
    return _MODEL_ORDER.get(predicate, len(_MODEL_ORDER))


def local_name(term: NamedNode) -> str:
    """Return what follows the last slash or hash.

    >>> local_name(ACP.hasPayer), local_name(DCTERMS.title)
    ('hasPayer', 'title')
    """
    return term.value.replace("#", "/").rpartition("/")[2]


def concept(scheme: str, notation: str) -> NamedNode:
    """Return the IRI of a concept of one of our schemes.

    >>> concept("condition", "diabetes").value
    'https://w3id.org/acp/vocab/condition_diabetes'
    """
    return NamedNode(f"{VOCABULARY}{scheme}_{notation}")


def prefixes(base: str = DEFAULT_BASE) -> dict[str, str]:
    """Return the prefixes that every file and every query of ours may use.

    >>> prefixes()["acpid"], prefixes("https://example.org/")["acpid"]
    ('https://w3id.org/acp/id/', 'https://example.org/id/')
    """
    return {
        "acp": ACP.iri,
        "acpid": f"{base}id/",
        "acpsh": f"{SHAPES}#",
        "acpv": VOCABULARY,
        "dcat": DCAT.iri,
        "dcterms": DCTERMS.iri,
        "oa": OA.iri,
        "org": ORG.iri,
        "owl": OWL.iri,
        "prov": PROV.iri,
        "rdf": RDF.iri,
        "rdfs": RDFS.iri,
        "skos": SKOS.iri,
        "spdx": SPDX.iri,
        "void": VOID.iri,
        "xsd": XSD.iri,
    }
