"""Tell whether programs say the same in the same words, whatever the names in them."""

from collections.abc import Iterable, Sequence
from typing import Final

from kg.compare.gather import Portrait
from kg.compare.records import Saying
from kg.things import LABELS, OTHER_NAMES, GraphReader

_PLAIN: Final = str.maketrans({**dict.fromkeys("“”„«»", '"'), **dict.fromkeys("‘’", "'")})


class Wordings:
    """Knows what each program calls its payers, groups and places."""

    def __init__(self, reader: GraphReader, programs: Sequence[Portrait]) -> None:
        self._names = [_names(reader, program) for program in programs]

    def differ(self, sayings: Sequence[Saying | None]) -> bool:
        """Whether those who say something, with words of a text, have no wording in common."""
        forms = [
            frozenset(self.form(column, support.quotation) for support in saying.supports)
            for column, saying in enumerate(sayings)
            if saying and saying.supports
        ]
        return bool(forms) and not frozenset.intersection(*forms)

    def form(self, column: int, text: str) -> str:
        """Return what is the same for texts that differ in names and typography only."""
        return _form(text, self._names[column])


def _names(reader: GraphReader, program: Portrait) -> list[tuple[str, str]]:
    """Return what a program calls the things it names, longest first, and what they are to it."""
    named = {
        (_plain(name), role.value)
        for role, things in program.things.items()
        for thing in things
        for name in reader.texts(thing, *LABELS, *OTHER_NAMES)
    }
    return sorted(named, key=lambda pair: (-len(pair[0]), pair))


def _form(text: str, names: Iterable[tuple[str, str]]) -> str:
    r"""Return a text without what is no wording: its typography, and the names in it.

    >>> _form("The Valley\xa0 Preferred’s nurses.", [("valley preferred", "its group")])
    "the <its group>'s nurses"
    """
    form = _plain(text).rstrip(".,;:")
    for name, role in names:
        form = form.replace(name, f"<{role}>") if name else form
    return form


def _plain(text: str) -> str:
    return " ".join(text.translate(_PLAIN).casefold().split())
