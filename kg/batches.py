"""Split a build into stores of a few documents each, with every fact about the things in them.

What a build knows of one document is nearly all in that document's graph. Things that several
documents name, such as payers and places, have facts elsewhere as well; a store gets those too, and
what they lead to. So whatever goes forward along facts from a thing finds in its store what it
would find in a store of everything, and what goes backward finds its part of that. Who describes a
thing is left out, since it would bring in all documents of a payer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat, Store, parse

from kg.dealing import asked, followed, hands, mentioned
from kg.export import GraphContents
from kg.lines import Lines, Sorter, make_lines, written
from kg.shelf import Shelf
from kg.terms import ACP
from kg.workers import batched, map_ordered

DOCUMENTS: Final = 64
"""Documents in a store: enough to make little of loading the model, few enough for memory."""
_DESCRIBED_IN: Final = str(ACP.describedIn).encode()


@dataclass(frozen=True, slots=True)
class Batch:
    """A store in memory with some documents, the model, and all facts about what is shared."""

    store: Store
    common: AbstractSet[bytes]
    """What other batches name as well, and all that its facts lead to."""
    known: AbstractSet[bytes]

    def is_own(self, term: object) -> bool:
        """Tell whether all that is said of a term stands in this batch alone."""
        name = str(term).encode()
        return name not in self.common and name not in self.known


@dataclass(frozen=True, slots=True)
class Batches:
    """The documents of a build in groups, in the order of their graphs' names."""

    contents: GraphContents
    names: Sequence[Sequence[str]]
    """The named graphs of each batch; there is always one, if only with the model."""
    model: bytes
    known: AbstractSet[bytes]
    """What the model is about."""
    things: Mapping[str, Lines]
    """By number of batch, what of it is in several, and all that facts about that lead to."""
    facts: Mapping[str, Lines]
    """By number of batch, the facts about these."""
    common: Lines
    """All of these, one a line."""

    def __len__(self) -> int:
        return len(self.names)

    def open(self, number: int) -> Batch:
        """Return a batch; its store is in memory."""
        common, facts = (
            shelf.get(str(number), Lines()).text() for shelf in (self.things, self.facts)
        )
        texts = (_text(self.contents, name) for name in self.names[number])
        return Batch(self.load([*texts, facts]), frozenset(common.splitlines()), self.known)

    def load(self, texts: Iterable[bytes]) -> Store:
        """Return a store in memory with the model and some statements."""
        store = Store()
        for text in (self.model, b"".join(texts)):
            store.load(text, RdfFormat.N_TRIPLES, lenient=True)  # faster here than in bulk
        return store

    def followed(self, questions: Lines, work: Path | None = None) -> tuple[Lines, Lines]:
        """Return what groups ask for and what it leads to, and the facts about all that.

        Both are dealt to the groups, as `kg.dealing` does it.
        """
        facts, but = make_lines(self.contents.facts), frozenset({_DESCRIBED_IN})
        return followed(questions, facts, but=but, known=self.known, work=work)


def split_batches(contents: GraphContents, workers: int = 1, work: Path | None = None) -> Batches:
    """Return the batches of a build; `work` is a folder for what is too large to sort in memory."""
    names = tuple(batched(sorted(contents.documents), DOCUMENTS)) or ((),)
    model = b"".join(map(_model_lines, (contents.ontology, contents.vocabulary)))
    known = frozenset(line.split(b" ", 1)[0] for line in model.splitlines())
    alone = Batches(contents, names, model, known, {}, {}, Lines())
    if len(names) == 1:
        return alone

    def mentions(number: int) -> set[bytes]:
        texts = (_text(contents, name) for name in names[number])
        lines = (line for text in texts for line in text.splitlines(keepends=True))
        return asked(number, mentioned(lines) - known)

    sorter, several = Sorter(work, "mentions"), Sorter(work, "several")
    for found in map_ordered(mentions, range(len(names)), workers):
        sorter.add(found)
    for lines in _repeated(sorter.finish()):
        several.add(lines)
    shared, told = alone.followed(several.finish(), work)
    common, things, facts = Sorter(work, "common"), Shelf(work), Shelf(work)
    for number, dealt in hands(shared):
        each = list(dealt)
        common.add(each)
        things.put(str(number), b"".join(each))
    for number, dealt in hands(told):
        facts.put(str(number), b"".join(dealt))
    return replace(alone, things=things, facts=facts, common=common.finish())


def _text(contents: GraphContents, name: str) -> bytes:
    return make_lines(contents.documents[name]).text()


def _repeated(mentions: Lines) -> Iterator[list[bytes]]:
    """Yield the mentions of each thing that several batches have."""
    for _, found in groupby(mentions.lines(), lambda line: line.split(b" ", 1)[0]):
        several = list(found)
        if len(several) > 1:
            yield several


def _model_lines(turtle: bytes) -> bytes:
    triples = (quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE))
    return written(triples, RdfFormat.N_TRIPLES)
