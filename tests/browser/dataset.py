"""A dataset that says what a test wants said, each fact with words behind it."""

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.terms import ACP, DCTERMS, OA, RDF, RDFS, concept


class Dataset:
    """A store that is told things and facts, each fact with a sentence behind it."""

    def __init__(self) -> None:
        self.store = Store()
        self._facts = 0

    def thing(self, iri: str, kind: str, label: str) -> NamedNode:
        """Add something of a class of the ontology."""
        node = NamedNode(iri)
        self._add(node, RDF.type, ACP[kind])
        self._add(node, RDFS.label, Literal(label, language="en"))
        return node

    def fact(
        self,
        subject: NamedNode,
        name: str,
        value: NamedNode | Literal,
        *,
        sentence: str = "",
        quotation: str = "",
        file: str = "file.txt",
    ) -> None:
        """Add a fact with its assertion and, below it, the words."""
        self._facts += 1
        names = ("assertion", "span", "quote", "place", "passage", "file")
        assertion, span, quote, place, passage, document = (
            NamedNode(f"https://example.org/{name}/{self._facts}") for name in names
        )
        self._add(subject, ACP[name], value)
        self._add(assertion, RDF.type, ACP.Assertion)
        self._add(assertion, RDF.subject, subject)
        self._add(assertion, RDF.predicate, ACP[name])
        self._add(assertion, RDF.object, value)
        self._add(assertion, ACP.basis, concept("basis", "stated"))
        self._add(assertion, ACP.hasEvidence, span)
        self._add(span, OA.hasSource, document)
        self._add(span, OA.hasSelector, quote)
        self._add(span, OA.hasSelector, place)
        self._add(span, ACP.inPassage, passage)
        self._add(quote, OA.exact, Literal(quotation))
        self._add(place, OA.start, Literal(max(sentence.find(quotation), 0)))
        self._add(passage, ACP.passageStart, Literal(0))
        self._add(passage, ACP.passageText, Literal(sentence))
        self._add(document, DCTERMS.identifier, Literal(file))

    def _add(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> None:
        self.store.add(Quad(subject, predicate, value))
