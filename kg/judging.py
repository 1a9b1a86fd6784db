"""Validate a build batch by batch, so that the whole is never in one store.

A shape goes from a thing forward along facts, or backward to the parts, assertions and documents of
the thing. What only one batch names is judged there, with all that a shape can reach. What several
batches name is judged once, in a store of what is said about it, what points to it as its part and
one assertion of each fact; many such things in several stores. `tests/test_batches.py` proves that
this finds what one store of everything gives.
"""

import pickle
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat, Store, Triple

from kg.batches import Batch, Batches
from kg.dealing import (
    answered,
    asked,
    dealt,
    hands,
    led_to,
    mentioned,
    not_saying,
    saying,
    subjects,
)
from kg.lines import Lines, Sorter, make_lines
from kg.shacl import Result, judge
from kg.spool import Spool
from kg.terms import ACP, OA, RDF
from kg.trace import Term, Trace
from kg.validate import TracedResult, trace_results
from kg.workers import batched

THINGS: Final = 2000
"""Shared things in a store: enough to make little of loading the model, few enough for memory."""
FOUND: Final = 100
"""Shared things with findings in a store: there all that is said of them is, by all documents."""
_WHOLES: Final = frozenset(
    str(ACP[name]).encode()
    for name in (
        *("Initiative", "Organization", "Payer", "ProviderOrganization"),
        *("PractitionerGroup", "Place"),
    )
)
"""Classes of things that many programs name, and that no shape asks who points to."""
_RDF: Final = b" <" + RDF.iri.encode()
_TYPE: Final = str(RDF.type).encode()
_STATEMENT: Final = tuple(str(RDF[name]).encode() for name in ("subject", "predicate", "object"))
_SUBJECT, _, _OBJECT = _STATEMENT
_HAS_EVIDENCE: Final = str(ACP.hasEvidence).encode()
_HAS_PASSAGE: Final = str(ACP.hasPassage).encode()
_STEPS: Final = (
    frozenset({_HAS_EVIDENCE}),
    frozenset(str(OA[name]).encode() for name in ("hasSource", "hasSelector")),
)
"""Properties on the way from an assertion to words, as `kg.trace` goes it."""


def judge_batch(batch: Batch, shapes: bytes, texts: Mapping[str, str]) -> list[TracedResult]:
    """Return what the shapes find wrong with the things that only one batch names."""
    results = judge(batch.store, shapes, among=batch.is_own)
    return list(trace_results(results, Trace(batch.store, texts)))


def judge_shared(
    batches: Batches, texts: Mapping[str, str], work: Path | None = None
) -> Iterator[list[TracedResult]]:
    """Yield what the shapes find wrong with the things that several batches name, a few at a time.

    They are judged in groups; `work` is an empty folder for what is too large to sort in memory.
    """
    group_of = _numbered((line.rstrip() for line in batches.common.lines()), THINGS)
    found, about = _Found(work), Sorter(work, "about")
    for group, said in _deal(batches, group_of, work):

        def is_asked(term: Term, group: int = group) -> bool:
            name = str(term).encode()
            return group_of.get(name, 0 if name in batches.known else None) == group

        judged = judge(batches.load(said), batches.contents.shapes, among=is_asked)
        found.keep(result for result in judged if is_asked(result.focus))
        about.add([line for line in said if line.split(b" ", 1)[0] in found.group_of])
    words = _words(batches.contents.evidence, about.finish(), found.group_of, work)
    without = set(range(len(found)))
    for group, dealt_lines in hands(*words):
        without.remove(group)
        yield _traced(found[group], dealt_lines, texts)
    for group in sorted(without):
        yield _traced(found[group], (), texts)


def _traced(
    results: Iterable[Result], lines: Iterable[bytes], texts: Mapping[str, str]
) -> list[TracedResult]:
    store = Store()
    store.load(b"".join(lines), RdfFormat.N_TRIPLES, lenient=True)
    return list(trace_results(results, Trace(store, texts)))


class _Found:
    """Results in groups of a few things each, all about a thing in one, on disk if need be."""

    def __init__(self, work: Path | None) -> None:
        self._spool = Spool(work)
        self.group_of: dict[bytes, int] = {}

    def keep(self, results: Iterable[Result]) -> None:
        """Take all results about some things, in their order."""
        named = sorted(((str(result.focus), result) for result in results), key=itemgetter(0))
        about = ((name, list(found)) for name, found in groupby(named, itemgetter(0)))
        for some in batched(about, FOUND):
            together = [result for _, found in some for _, result in found]
            number = self._spool.append(pickle.dumps(together))
            self.group_of.update((name.encode(), number) for name, _ in some)

    def __getitem__(self, group: int) -> list[Result]:
        found: list[Result] = pickle.loads(self._spool[group])  # noqa: S301 - of this process
        return found

    def __len__(self) -> int:
        return len(self._spool)


def _numbered(things: Iterable[bytes], size: int) -> dict[bytes, int]:
    """Return the number of the group of each thing."""
    return {thing: n // size for n, thing in enumerate(sorted(things))}


def _deal(
    batches: Batches, group_of: Mapping[bytes, int], work: Path | None
) -> Iterator[tuple[int, set[bytes]]]:
    """Yield each group of shared things with what has to be known to judge them.

    That is what is said about them and about what points to one as its part, one assertion of each
    fact, of what class their values are, and the facts about all that is shared among it.
    """
    facts, evidence = make_lines(batches.contents.facts), make_lines(batches.contents.evidence)
    told, values, typed = (Sorter(work, name) for name in ("shared", "values", "types"))
    for groups, lines in chain(_facts(facts, group_of), _assertions(evidence, group_of, work)):
        told.add(dealt(groups, lines))
    said = told.finish()
    for group, found in hands(said):
        own = (line for line in found if group_of.get(line.split(b" ", 1)[0]) == group)
        values.add(asked(group, led_to(own)))
    wanted = values.finish()
    for asking, lines in chain(answered(wanted, facts), answered(wanted, evidence)):
        typed.add(dealt(asking, saying(lines, {_TYPE})))
    types, shared = typed.finish(), Sorter(work, "named")
    for group, found in hands(said, types):
        shared.add(asked(group, mentioned(found) & group_of.keys()))
    _, more = batches.followed(shared.finish(), work)
    for group, found in hands(said, types, more):
        yield group, set(found)


def _words(
    evidence: Iterable[Triple], about: Lines, group_of: Mapping[bytes, int], work: Path | None
) -> list[Lines]:
    """Deal all assertions that name things, with the spans, documents and selectors behind them."""
    known = make_lines(evidence)
    said = Sorter(work, "said")
    for subject, lines in subjects(about.lines()):
        said.add(dealt([group_of[subject]], lines))
    for asking, lines in _naming(known, group_of, {_SUBJECT, _OBJECT}, work):
        said.add(dealt(asking, lines))
    told = [said.finish()]
    for number, steps in enumerate(_STEPS):
        questions, found = Sorter(work, f"questions-{number}"), Sorter(work, f"words-{number}")
        for group, reached in hands(told[-1]):
            questions.add(asked(group, led_to(saying(reached, steps))))
        for asking, lines in answered(questions.finish(), known):
            found.add(dealt(asking, not_saying(lines, {_HAS_PASSAGE})))
        told.append(found.finish())
    return told


def _values(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (line.split(b" ", 2)[2][:-3] for line in lines)


def _facts(
    facts: Lines, group_of: Mapping[bytes, int]
) -> Iterator[tuple[AbstractSet[int], list[bytes]]]:
    """Yield the facts about things, and about what points to one that is a part of something."""
    parts = group_of.keys() - _of_classes(facts, _WHOLES)
    for subject, lines in subjects(facts.lines()):
        groups = {group_of[value] for value in _values(lines) if value in parts}
        if subject in group_of:
            groups.add(group_of[subject])
        if groups:
            yield groups, lines


def _of_classes(facts: Lines, classes: AbstractSet[bytes]) -> set[bytes]:
    typed = (line.split(b" ", 2) for line in facts.lines())
    return {
        subject
        for subject, predicate, value in typed
        if predicate == _TYPE and value[:-3] in classes
    }


def _assertions(
    evidence: Lines, group_of: Mapping[bytes, int], work: Path | None
) -> Iterator[tuple[list[int], list[bytes]]]:
    """Yield what the evidence says of things, and one assertion of each fact about them."""
    things = Sorter(work, "things")
    for thing, group in group_of.items():
        things.add(asked(group, [thing]))
    yield from answered(things.finish(), evidence)
    told = Sorter(work, "statements")
    for groups, lines in _naming(evidence, group_of, {_SUBJECT}, work):
        said = dict(line.split(b" ", 2)[1:] for line in lines)
        if _HAS_EVIDENCE in said:
            statement = b" ".join(said.get(part, b"").rstrip(b"\n") for part in _STATEMENT)
            asking = b" ".join(b"%d" % group for group in groups)
            together = b"".join(lines).replace(b"\n", b"\t")  # of tabs there are only escapes
            told.add([b"%b\t%b%b\n" % (statement, together, asking)])
    for _, same in groupby(told.finish().lines(), lambda line: line.split(b"\t", 1)[0]):
        _, *lines, asking = next(same).split(b"\t")
        yield [*map(int, asking.split())], [line + b"\n" for line in lines]


def _naming(
    evidence: Lines,
    group_of: Mapping[bytes, int],
    properties: AbstractSet[bytes],
    work: Path | None,
) -> Iterator[tuple[list[int], list[bytes]]]:
    """Yield each assertion that names things as its subject or its value, with their groups."""
    naming = Sorter(work, f"naming-{len(properties)}")
    for line in evidence.lines():
        if _RDF in line:  # most lines say nothing of that, and to look for it is quick
            assertion, predicate, value = line.split(b" ", 2)
            if predicate in properties and value[:-3] in group_of:
                naming.add(asked(group_of[value[:-3]], [assertion]))
    yield from answered(naming.finish(), evidence)
