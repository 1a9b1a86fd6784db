"""Turn the evidence of one document into triples: documents, passages, assertions, faults.

Behind each fact stands an assertion: the reified triple with how it was obtained, how sure it is,
which rule read it, and spans of the source (`oa:SpecificResource` with a quotation and a position).
Plain triples and one assertion for each fact survive Turtle and every RDF 1.1 store, which RDF 1.2
annotations and named graphs alone do not. A quotation selector has no prefix or suffix: its
passage, which is in the graph with its text, gives the context.
"""

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from kg import __version__
from kg.records import BASES, Anomaly, Curation, Document, Extraction, Fact, Node, Passage
from kg.terms import ACP, DCTERMS, OA, PROV, RDF, RDFS, XSD, concept
from kg.triples.mapper import Mapper


def evidence_triples(mapper: Mapper, extraction: Extraction) -> Iterator[Triple]:
    """Yield the document, its passages and faults, and an assertion for each fact."""
    document = extraction.document
    modelled = _modelled(extraction)
    yield from _document_triples(mapper, extraction)
    for passage in extraction.passages:
        yield from _passage_triples(mapper, document, passage, modelled=passage.order in modelled)
    spans = {(f.start, f.end) for f in extraction.facts}
    spans |= {(a.start, a.end) for a in extraction.anomalies}
    spans |= {span for curation in extraction.curations for span in curation.spans}
    starts = {passage.order: passage for passage in extraction.passages}
    for span in sorted(spans):
        yield from _span_triples(mapper, document, span, starts)
    for facts in _by_triple(extraction.facts):
        yield from _assertion_triples(mapper, document, facts)
    for anomaly in extraction.anomalies:
        yield from _anomaly_triples(mapper, document, anomaly)
    for curation in extraction.curations:
        yield from _correction_triples(mapper, document, curation)


def _document_triples(mapper: Mapper, extraction: Extraction) -> Iterator[Triple]:
    document = extraction.document
    iri, run = mapper.document(document), mapper.mint.instance("run", mapper.run)
    yield Triple(iri, RDF.type, ACP.SourceDocument)
    yield Triple(iri, RDFS.label, Literal(document.name, language="en"))
    yield Triple(iri, DCTERMS.identifier, Literal(document.name))
    yield Triple(iri, DCTERMS.title, Literal(extraction.program.label, language="en"))
    yield Triple(iri, ACP.sha256, Literal(document.sha256))
    yield Triple(run, RDF.type, ACP.ExtractionRun)
    yield Triple(run, RDFS.label, Literal(f"accountable-care-kg {__version__}", language="en"))
    yield Triple(run, PROV.used, iri)
    for fact in extraction.facts:
        if fact.subject.kind == "SourceDocument":
            yield mapper.triple(fact)


def _passage_triples(
    mapper: Mapper, document: Document, passage: Passage, *, modelled: bool
) -> Iterator[Triple]:
    iri = mapper.passage(document, passage)
    text = document.text[passage.start : passage.end]
    yield Triple(mapper.document(document), ACP.hasPassage, iri)
    yield Triple(iri, RDF.type, ACP.Passage)
    yield Triple(iri, ACP.passageKind, concept("passage-kind", passage.kind))
    yield Triple(iri, ACP.passageText, Literal(text))
    yield Triple(iri, ACP.passageOrder, Literal(passage.order))
    yield Triple(iri, ACP.passageStart, Literal(passage.start))
    yield Triple(iri, ACP.passageEnd, Literal(passage.end))
    yield Triple(iri, ACP.passageModelled, Literal(modelled))


def _span_triples(
    mapper: Mapper, document: Document, span: tuple[int, int], passages: Mapping[int, Passage]
) -> Iterator[Triple]:
    start, end = span
    iri = mapper.span(document, start, end)
    quote, position = NamedNode(f"{iri.value}_quote"), NamedNode(f"{iri.value}_position")
    yield Triple(iri, RDF.type, ACP.TextEvidence)
    yield Triple(iri, OA.hasSource, mapper.document(document))
    yield Triple(iri, OA.hasSelector, quote)
    yield Triple(iri, OA.hasSelector, position)
    yield Triple(quote, RDF.type, OA.TextQuoteSelector)
    yield Triple(quote, OA.exact, Literal(document.text[start:end]))
    yield Triple(position, RDF.type, OA.TextPositionSelector)
    yield Triple(position, OA.start, _offset(start))
    yield Triple(position, OA.end, _offset(end))
    for passage in passages.values():
        if passage.start <= start and end <= passage.end:
            yield Triple(iri, ACP.inPassage, mapper.passage(document, passage))


def _assertion_triples(mapper: Mapper, document: Document, facts: list[Fact]) -> Iterator[Triple]:
    """One assertion for a fact that several spans support takes the surest of its readings."""
    subject, predicate, value = mapper.parts(facts[0])
    iri = mapper.mint.assertion(document.key, subject, predicate, value)
    best = min(facts, key=lambda f: (BASES.index(f.basis), -f.confidence))
    yield Triple(iri, RDF.type, ACP.Assertion)
    yield Triple(iri, RDF.type, RDF.Statement)
    yield Triple(iri, RDF.subject, subject)
    yield Triple(iri, RDF.predicate, predicate)
    yield Triple(iri, RDF.object, value)
    yield Triple(iri, ACP.basis, concept("basis", best.basis))
    yield Triple(iri, ACP.confidence, Literal(f"{best.confidence}", datatype=XSD.decimal))
    yield Triple(iri, PROV.wasGeneratedBy, mapper.mint.instance("run", mapper.run))
    for fact in facts:
        yield Triple(iri, ACP.extractionRule, Literal(fact.rule))
        yield Triple(iri, ACP.hasEvidence, mapper.span(document, fact.start, fact.end))
        if fact.as_written is not None:
            yield Triple(iri, ACP.asWritten, Literal(fact.as_written))
        if fact.curation is not None:
            rule = f"curator.{fact.curation.action}"
            yield Triple(iri, ACP.extractionRule, Literal(rule))
            yield Triple(iri, ACP.hasCorrection, _correction(mapper, fact.curation))


def _anomaly_triples(mapper: Mapper, document: Document, anomaly: Anomaly) -> Iterator[Triple]:
    name = f"{anomaly.start}-{anomaly.end}"
    iri = mapper.mint.instance("doc", document.key, "anomaly", anomaly.kind, name)
    yield Triple(mapper.document(document), ACP.hasAnomaly, iri)
    yield Triple(iri, RDF.type, ACP.SourceAnomaly)
    label = f"{anomaly.kind.replace('-', ' ')}: {' '.join(anomaly.as_written.split())}"
    yield Triple(iri, RDFS.label, Literal(label, language="en"))
    yield Triple(iri, ACP.anomalyType, concept("anomaly", anomaly.kind))
    yield Triple(iri, ACP.asWritten, Literal(anomaly.as_written))
    yield Triple(iri, ACP.hasEvidence, mapper.span(document, anomaly.start, anomaly.end))
    if anomaly.read_as is not None:
        yield Triple(iri, ACP.readAs, Literal(anomaly.read_as))


def _correction_triples(mapper: Mapper, document: Document, curation: Curation) -> Iterator[Triple]:
    """Yield who decided what and why; the evidence of each document that it touched has it."""
    iri = _correction(mapper, curation)
    yield Triple(iri, RDF.type, ACP.Correction)
    yield Triple(iri, RDFS.label, Literal(curation.summary, language="en"))
    yield Triple(iri, ACP.correctedBy, Literal(curation.by))
    yield Triple(iri, ACP.correctionReason, Literal(curation.why))
    if curation.date:
        yield Triple(iri, ACP.correctionDate, Literal(curation.date))
    yield Triple(iri, PROV.used, mapper.document(document))
    for span in curation.spans:
        yield Triple(iri, ACP.hasEvidence, mapper.span(document, *span))


def _correction(mapper: Mapper, curation: Curation) -> NamedNode:
    return mapper.mint.instance("correction", curation.key)


def _offset(value: int) -> Literal:
    """OA gives offsets the range xsd:nonNegativeInteger."""
    return Literal(str(value), datatype=XSD.nonNegativeInteger)


def _modelled(extraction: Extraction) -> frozenset[int]:
    """Return the passages that a fact rests on, and those that are labels or page furniture."""
    orders = {p.order for p in extraction.passages if p.kind in {"label", "boilerplate"}}
    for passage in extraction.passages:
        if any(passage.start <= f.start < passage.end for f in extraction.facts):
            orders.add(passage.order)
    return frozenset(orders)


def _by_triple(facts: Iterable[Fact]) -> Iterator[list[Fact]]:
    """Yield the facts that say the same, together."""
    groups: dict[tuple[object, ...], list[Fact]] = {}
    for fact in facts:
        value = fact.value.key if isinstance(fact.value, Node) else fact.value
        groups.setdefault((fact.subject.key, fact.predicate, value), []).append(fact)
    yield from groups.values()
