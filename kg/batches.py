"""Split a build into stores of a few documents each, with every fact about the things in them.

What a build knows of one document is nearly all in that document's graph. Things that several
documents name, such as payers and places, have facts elsewhere as well; a store gets those too, and
what they lead to. So whatever goes forward along facts from a thing finds in its store what it
would find in a store of everything, and what goes backward finds its part of that. Who describes a
thing is left out, since it would bring in all documents of a payer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat, Store, parse

from kg.export import GraphContents
from kg.lines import Lines, Sorter, make_lines, written
from kg.terms import ACP
from kg.workers import batched, map_ordered

DOCUMENTS: Final = 64
"""Documents in a store: enough to make little of loading the model, few enough for memory."""
_DESCRIBED_IN: Final = str(ACP.describedIn).encode()


@dataclass(frozen=True, slots=True)
class Batches:
    """The documents of a build in groups, in the order of their graphs' names."""

    contents: GraphContents
    names: Sequence[Sequence[str]]
    """The named graphs of each batch; there is always one, if only with the model."""
    model: bytes
    shared: Mapping[bytes, Sequence[bytes]]
    """By subject, the facts about what is in several batches, and about what that leads to."""
    common: AbstractSet[bytes]
    """What is in several batches, and all that its facts lead to."""
    known: AbstractSet[bytes]
    """What the model is about."""

    def __len__(self) -> int:
        return len(self.names)

    def open(self, number: int) -> Store:
        """Return a store in memory with model, documents and what their things share."""
        return self.load(self.complete(set(_lines(self.contents, self.names[number]))))

    def complete(self, lines: set[bytes]) -> set[bytes]:
        """Add to statements the facts about what they name that several batches name."""
        waiting = mentioned(lines) & self.shared.keys()
        seen: set[bytes] = set()
        while waiting:
            new = {line for subject in waiting for line in self.shared[subject]}
            lines |= new
            seen |= waiting
            waiting = (mentioned(new) & self.shared.keys()) - seen
        return lines

    def load(self, lines: Iterable[bytes]) -> Store:
        """Return a store in memory with the model and some statements."""
        store = Store()
        for text in (self.model, b"".join(lines)):
            store.load(text, RdfFormat.N_TRIPLES, lenient=True)  # faster here than in bulk
        return store

    def is_own(self, term: object) -> bool:
        """Tell whether all that is said of a term stands in the one batch that has it."""
        name = str(term).encode()
        return name not in self.common and name not in self.known


def split_batches(contents: GraphContents, workers: int = 1, work: Path | None = None) -> Batches:
    """Return the batches of a build; `work` is a folder for what is too large to sort in memory."""
    names = tuple(batched(sorted(contents.documents), DOCUMENTS)) or ((),)
    model = b"".join(map(_model_lines, (contents.ontology, contents.vocabulary)))
    known = frozenset(line.split(b" ", 1)[0] for line in model.splitlines())

    def mentions(number: int) -> list[bytes]:
        found = mentioned(_lines(contents, names[number])) - known
        return [b"%b %d\n" % (term, number) for term in found]

    sorter = Sorter(work, "mentions")
    if len(names) > 1:
        for found in map_ordered(mentions, range(len(names)), workers):
            sorter.add(found)
    several = set(_repeated(sorter.finish().lines()))
    shared = _facts_about(several, make_lines(contents.facts))
    return Batches(contents, names, model, shared, several | shared.keys(), known)


def _lines(contents: GraphContents, names: Iterable[str]) -> Iterator[bytes]:
    for name in names:
        yield from make_lines(contents.documents[name]).lines()


def mentioned(lines: Iterable[bytes]) -> set[bytes]:
    """Return the things that statements are about or lead to."""
    found = set()
    for line in lines:
        subject, _, value = line.split(b" ", 2)
        found.add(subject)
        if value.startswith(b"<"):
            found.add(value[:-3])
    return found


def _repeated(mentions: Iterable[bytes]) -> Iterator[bytes]:
    for term, found in groupby(mentions, lambda line: line.split(b" ", 1)[0]):
        if next(islice(found, 1, None), None):
            yield term


def _facts_about(things: set[bytes], facts: Lines) -> dict[bytes, list[bytes]]:
    """Return the facts about things, and about what these lead to, by subject."""
    found: dict[bytes, list[bytes]] = {}
    new = things
    while new:
        added: dict[bytes, list[bytes]] = {}
        for line in facts.lines():
            subject, predicate, _ = line.split(b" ", 2)
            if subject in new and predicate != _DESCRIBED_IN:
                added.setdefault(subject, []).append(line)
        found |= added
        reached = mentioned(line for lines in added.values() for line in lines)
        new = reached - found.keys() if added else set()
    return found


def _model_lines(turtle: bytes) -> bytes:
    triples = (quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE))
    return written(triples, RdfFormat.N_TRIPLES)
