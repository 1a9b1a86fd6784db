"""Find the programs that people mean: by slug, IRI, name, file name or part of a name."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from pyoxigraph import NamedNode, Store

from kg.errors import UsageError
from kg.sparql import shorten
from kg.terms import ACP, local_name
from kg.things import LABELS, OTHER_NAMES, GraphReader

_Names: TypeAlias = Mapping[NamedNode, tuple[Sequence[str], Sequence[str]]]
"""For each program its labels, of which a part is enough, and its other names."""

_MOST_TOLD: Final = 10
"""Programs that a message names."""


def list_programs(store: Store) -> tuple[str, ...]:
    """Return the IRIs of all programs of a dataset, by label."""
    reader = GraphReader(store)
    nodes = reader.instances(ACP.Program)
    return tuple(node.value for node in sorted(nodes, key=lambda n: (reader.label(n), n.value)))


def find_programs(store: Store, names: Iterable[str]) -> tuple[str, ...]:
    """Return the IRIs of the programs that names mean, each of which means one.

    The whole of a name is better than a part of it. Case is ignored.

    Raises:
        UsageError: a name means no program, or several, or two names mean the same one.
    """
    reader = GraphReader(store)
    known = {node: _names(reader, node) for node in reader.instances(ACP.Program)}
    found: dict[NamedNode, str] = {}
    for words in names:
        node = _find(known, words)
        if node in found:
            raise UsageError(f"{found[node]!r} and {words!r} are the same program")
        found[node] = words
    return tuple(node.value for node in found)


def slug_of(program: NamedNode) -> str:
    """Return the short name in a program's IRI.

    >>> slug_of(NamedNode("https://w3id.org/acp/id/program_cigna-cac-valley-preferred"))
    'cigna-cac-valley-preferred'
    """
    return local_name(program).removeprefix("program_")


def _names(reader: GraphReader, program: NamedNode) -> tuple[Sequence[str], Sequence[str]]:
    files = reader.objects(program, ACP.describedIn)
    others = (
        *(program.value, f"<{program.value}>", shorten(program.value, reader.prefixes)),
        *(local_name(program), slug_of(program), *reader.texts(program, *OTHER_NAMES)),
        *map(reader.document_name, files),
    )
    labels = reader.texts(program, *LABELS)
    return [_plain(name) for name in labels], [_plain(name) for name in others]


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _find(known: _Names, name: str) -> NamedNode:
    wanted = _plain(name)
    if not wanted:
        raise UsageError("an empty name means no program")
    found = [node for node, (labels, others) in known.items() if wanted in (*labels, *others)]
    if not found:
        found = [
            node
            for node, (labels, _) in known.items()
            if any(wanted in whole for whole in (*labels, slug_of(node)))
        ]
    if not found:
        raise UsageError(f"no program is called {name!r}{_advice(known, wanted)}")
    if len(found) > 1:
        which = ", ".join(sorted(map(slug_of, found))[:_MOST_TOLD])
        more = f" and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
        raise UsageError(f"{name!r} is in the names of {len(found)} programs: {which}{more}")
    return found[0]


def _advice(known: _Names, wanted: str) -> str:
    labels = {label for labels, _ in known.values() for label in labels}
    words = {word.strip("(),.:;") for label in labels for word in label.split()}
    choices = sorted({*labels, *map(slug_of, known), *words})
    near = difflib.get_close_matches(wanted, choices, n=3)
    return f"; did you mean {' or '.join(near)}?" if near else ""
