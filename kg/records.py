"""Define the frozen records that the stages hand on.

Offsets count Unicode code points of the decoded file from 0, end exclusive, before any
normalisation: `document.text[fact.start:fact.end]` is the quotation behind a fact, always.
"""

from dataclasses import dataclass, field, replace
from typing import Final, Literal, Self, TypeAlias

Basis: TypeAlias = Literal["stated", "normalized", "mapped", "inferred", "curated"]
"""How a fact was obtained: said in so many words; said, but written differently; carried over
to an outside code system; concluded from what is said; or decided by a curator."""

BASES: Final[tuple[Basis, ...]] = ("stated", "normalized", "mapped", "inferred", "curated")
PassageKind: TypeAlias = Literal["title", "label", "value", "sentence", "boilerplate"]


@dataclass(frozen=True, slots=True)
class Document:
    """One source text, as decoded, with the digest of the bytes it was decoded from."""

    name: str
    """Path relative to the source it was found in, with forward slashes."""
    text: str
    sha256: str
    encoding: str = "utf-8"

    @property
    def key(self) -> str:
        """The 16 hexadecimal digits that identify the document in IRIs."""
        return self.sha256[:16]

    @property
    def slug(self) -> str:
        """The file's name without folder and ending, as gold records are named.

        >>> Document("2014/husky-ct.txt", "", "0" * 64).slug
        'husky-ct'
        """
        name = self.name.rsplit("/", 1)[-1]
        return name.rsplit(".", 1)[0] or name

    def position(self, offset: int) -> tuple[int, int]:
        r"""Return line and column, both from 1, of an offset.

        >>> Document("a.txt", "one\ntwo", "0" * 64).position(5)
        (2, 2)
        """
        line = self.text.count("\n", 0, offset) + 1
        return line, offset - self.text.rfind("\n", 0, offset)


@dataclass(frozen=True, slots=True)
class Passage:
    """One title, label, value, sentence or piece of page furniture."""

    order: int
    """Position in the document, from 1."""
    start: int
    end: int
    kind: PassageKind
    label: str = ""
    """The field label that the passage stands under, without its colon."""


@dataclass(frozen=True, slots=True, order=True)
class Concept:
    """A concept of one of our SKOS schemes."""

    scheme: str
    notation: str


@dataclass(frozen=True, slots=True, order=True)
class Value:
    """A literal: its lexical form and the local name of its XSD datatype ("en" for English)."""

    lexical: str
    datatype: str = "string"


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A thing: its class, the key that its IRI is made of, and a label that a person can read.

    >>> cigna = Node("Payer", ("org", "cigna"), "Cigna")
    >>> cigna.part("PrecedenceClaim", "claim", "among-largest", label="among the largest").key
    ('org', 'cigna', 'claim', 'among-largest')
    """

    kind: str
    """Local name of the ontology's class."""
    key: tuple[str, ...]
    label: str = field(compare=False)

    def part(self, kind: str, *key: str, label: str) -> "Node":
        """Return a node that exists only as a part of this one."""
        return Node(kind, (*self.key, *key), label)


Object: TypeAlias = Node | Concept | Value


@dataclass(frozen=True, slots=True)
class Curation:
    """What a curator decided about what was read, as the evidence tells it."""

    key: str
    """A digest of the decision, which its IRI is made of."""
    action: str
    """merge, keep-apart, rename, set, add or retract."""
    summary: str
    by: str
    why: str
    date: str = ""
    """As the curator wrote it, or nothing."""
    calls: Node | None = None
    """The thing whose label the curator chose, so labelled."""
    spans: tuple[tuple[int, int], ...] = ()
    """The words that a retracted fact rested on; other facts hold their words themselves."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of one document, with one span of text that supports it."""

    subject: Node
    predicate: str
    """Local name of an ontology property, or `prefix:name` of a foreign one."""
    value: Object
    start: int
    end: int
    rule: str
    """`family.rule` of the rule that read it."""
    basis: Basis = "stated"
    confidence: float = 1.0
    as_written: str | None = None
    """The words of the source where they differ from the value."""
    curation: Curation | None = None
    """The curator's decision that made or changed it."""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a fact needs words to rest on, not {self.start}-{self.end}")

    def with_changes(self, **changes: object) -> Self:
        """Return the fact with some fields replaced, as resolution does."""
        return replace(self, **changes)  # type: ignore[arg-type]  # checked by __post_init__


@dataclass(frozen=True, slots=True, order=True)
class Anomaly:
    """A fault in a source text, such as a misspelling, with what it was read as."""

    start: int
    end: int
    kind: str
    """Notation in scheme `anomaly`."""
    as_written: str
    read_as: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source that gave no document, or a document that gave nothing."""

    name: str
    problem: str
    advice: str
    exit_status: int
    """0 for a warning, 3 for a document that was refused, 4 for a path that cannot be read."""

    def __str__(self) -> str:
        return f"{self.name}: {self.problem}; {self.advice}"


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read from one document."""

    document: Document
    program: Node
    passages: tuple[Passage, ...]
    facts: tuple[Fact, ...]
    anomalies: tuple[Anomaly, ...]
    curations: tuple[Curation, ...] = ()
    """Every decision of a curator that touched the document, retractions included."""
