"""Find what differs between two builds, one document at a time."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Final, TypeAlias

from kg.changes.change import Change, DocumentChange, GraphChange, TermChange, Unchanged
from kg.changes.documents import DocumentGraph, Strays, identify
from kg.changes.fate import FateTeller
from kg.changes.folder import DATASET, BuildFolder, damaged, read_graphs, read_model, rebased
from kg.changes.merge import merge_sorted
from kg.changes.model import BY_TERM, compare_terms, count_statements
from kg.changes.reading import ModelReader
from kg.changes.things import compare_things
from kg.errors import InputError, UsageError
from kg.terminal import printable

_DOCUMENT: Final = "doc_"
"""How the names of the graphs of documents begin."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents to compare, and what of a build; without any names, all of it."""

    documents: frozenset[str] = frozenset()
    """Names of source files."""
    programs: frozenset[str] = frozenset()
    """Names or IRIs of programs."""
    facts_only: bool = False
    """Leave aside the model, and evidence where the facts are the same."""

    @property
    def names(self) -> frozenset[str]:
        """Every name by which documents are chosen; if there are any, nothing else is compared."""
        return self.documents | self.programs

    def matches(self, document: DocumentGraph | None) -> set[str]:
        """Return the names by which a document is chosen."""
        if document is None:
            return set()
        called = {document.program_label.casefold(), document.program.casefold()}
        programs = {name for name in self.programs if name.casefold() in called}
        return programs | ({document.name} & self.documents)


def find_changes(old: BuildFolder, new: BuildFolder, scope: Scope) -> Iterator[Change]:
    """Yield what became of the things, the documents and the model of a build.

    Neither build is held: at any moment two documents are in memory, and the name and place of
    each document whose bytes only one build has.

    Raises:
        InputError: a file of a build cannot be read.
        UsageError: no document of either build has one of the names that were chosen.
    """
    finder = _Finder(old, new, scope)
    if not scope.names:
        yield from compare_things(old, new, finder.models[1])
    yield from finder.graph_changes()


_Group: TypeAlias = tuple[str, Iterator[tuple[str, list[bytes]]]]
"""The name of a graph and its statements, in lists."""


class _Finder:
    """Goes through the graphs of two builds side by side."""

    def __init__(self, old: BuildFolder, new: BuildFolder, scope: Scope) -> None:
        self._old, self._new, self._scope = old, new, scope
        self._unmatched = set(scope.names)
        self.models = ModelReader(read_model(old)), ModelReader(read_model(new))
        counts_evidence = old.base == new.base and not scope.facts_only
        self._teller = FateTeller(new.base, self.models, scope.facts_only, counts_evidence)

    def graph_changes(self) -> Iterator[Change]:
        """Yield what became of each graph: those of documents, of the model, and others."""
        with (
            closing(read_graphs(self._old)) as olds,
            closing(read_graphs(self._new)) as news,
            Strays() as strays,
        ):
            pairs = merge_sorted(groupby(olds, _name), groupby(news, _name), key=_name)
            for one, other in pairs:
                name = next(_name(group) for group in (one, other) if group)
                before = rebased(_statements(one), self._old, self._new)
                after = _statements(other)
                if not name.startswith(_DOCUMENT):
                    yield from self._model_changes(name, before, after)
                elif one and other:
                    yield from self._same_text(name, tuple(before), tuple(after))
                elif one:
                    strays.add("old", self._identified(name, tuple(before)))
                else:
                    strays.add("new", self._identified(name, tuple(after)))
            yield from self._stray_changes(strays)
        if self._unmatched:
            names = " or ".join(printable(repr(name)) for name in sorted(self._unmatched))
            raise UsageError(f"no document of either build is {names}, or describes such a program")

    def _model_changes(
        self, name: str, before: Iterable[bytes], after: Iterable[bytes]
    ) -> Iterator[TermChange | GraphChange]:
        """Yield what became of a graph that is of no document."""
        if self._scope.names or self._scope.facts_only:
            return
        if name in BY_TERM:
            try:
                yield from compare_terms(name, before, after, self.models)
            except SyntaxError as error:
                raise self._damaged(error) from error
        elif counted := count_statements(name, before, after):
            yield counted

    def _same_text(
        self, name: str, before: tuple[bytes, ...], after: tuple[bytes, ...]
    ) -> Iterator[DocumentChange | Unchanged]:
        if before == after and not self._scope.names:
            yield Unchanged()
            return
        old, new = self._identified(name, before), self._identified(name, after)
        if self._is_chosen(old, new):
            yield self._teller.same_text(old, new)

    def _stray_changes(self, strays: Strays) -> Iterator[DocumentChange | Unchanged]:
        for old, new in strays.pairs():
            if not self._is_chosen(old, new):
                continue
            if old and new:
                yield self._teller.other_text(old, new)
            elif old:
                yield self._teller.alone(old, "removed")
            elif new:
                yield self._teller.alone(new, "added")

    def _is_chosen(self, old: DocumentGraph | None, new: DocumentGraph | None) -> bool:
        matched = self._scope.matches(old) | self._scope.matches(new)
        self._unmatched -= matched
        return bool(matched) or not self._scope.names

    def _identified(self, name: str, statements: tuple[bytes, ...]) -> DocumentGraph:
        try:
            return identify(name, statements, self._new.base)
        except SyntaxError as error:
            raise self._damaged(error) from error

    def _damaged(self, error: SyntaxError) -> InputError:
        names = " or ".join(str(build.path / DATASET) for build in (self._old, self._new))
        return damaged(names, error)


def _name(group: tuple[str, object]) -> str:
    return group[0]


def _statements(group: _Group | None) -> Iterator[bytes]:
    return chain.from_iterable(lines for _, lines in group[1]) if group else iter(())
