"""Write a comparison for a terminal: what differs, what is worded otherwise, what is the same.

As many programs as there is room for stand side by side. More are told by value: each value with
the numbers of the programs that state it.
"""

import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import BinaryIO, Final, TypeAlias

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kg.compare import (
    VERDICTS,
    ComparedValue,
    PartFact,
    ProgramComparison,
    Row,
    Saying,
    Section,
    Verdict,
)
from kg.terminal import counted, is_plain, printable, render

_Rows: TypeAlias = Sequence[tuple[Section, Row]]
_Line: TypeAlias = tuple[int, str, Row | None]
"""Its depth, its name, and the row that it tells; a heading tells none."""

_WIDTH: Final = 100
"""Of a page that is no terminal."""
_NARROWEST: Final = 24
"""A column for a program that can still be read."""
_ASPECTS: Final = 0.24
"""How much of the width tells what rows are about."""
_MOST_QUOTATIONS: Final = 2
"""Quotations of one value; the other formats have them all."""
_SHARERS: Final = "all, or those that have the part"
_TITLES: Final[dict[Verdict, str]] = {
    "different": "Different",
    "reworded": "The same in other words",
    "same": "The same",
}


def write_text(
    comparison: ProgramComparison, stream: BinaryIO, verdicts: Collection[Verdict]
) -> None:
    """Write the rows with some verdicts, those of each verdict under one title."""
    width = shutil.get_terminal_size((_WIDTH, 24)).columns
    names = [
        f"[{number}] {program.label}" if len(comparison.programs) > 2 else program.label
        for number, program in enumerate(comparison.programs, start=1)
    ]
    has_room = len(comparison.programs) * _NARROWEST <= width * (1 - _ASPECTS)
    page: list[RenderableType] = [] if has_room else [Text("\n".join(map(printable, names))), ""]
    for verdict in VERDICTS:
        if verdict not in verdicts:
            continue
        rows = list(comparison.rows(verdict))
        page.append(Text(f"{_TITLES[verdict]}: {counted(len(rows), 'aspect')}", "bold"))
        if rows and verdict == "same":
            page.append(_table(rows, width, [_SHARERS], plain=is_plain(stream)))
        elif rows and has_room:
            page.append(_table(rows, width, names, plain=is_plain(stream)))
        else:
            page += _by_value(rows)
        page.append("")
    render(Group(*page[:-1]), stream, width)


def _lines(rows: _Rows) -> Iterator[_Line]:
    """Yield a heading for each section and part, then the rows below it."""
    told: tuple[str, ...] = ()
    for section, row in rows:
        path = (section.name, *row.path)
        for depth, name in enumerate(path[:-1]):
            if path[: depth + 1] != told[: depth + 1]:
                yield depth, name, None
        yield len(path) - 1, path[-1], row
        told = path


def _table(rows: _Rows, width: int, names: Sequence[str], *, plain: bool) -> Table:
    """Lay programs side by side or, under one name, what all of them share."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, safe_box=plain, width=width)
    table.add_column("", width=int(width * _ASPECTS), overflow="fold")
    for name in names:
        table.add_column(Text(printable(name)), ratio=1, overflow="fold")
    for depth, name, row in _lines(rows):
        if depth == 0 and table.row_count:
            table.add_row()
        cells: Iterable[Text] = ()
        if row and row.verdict == "same":
            cells = (_shared(row),)
        elif row:
            cells = (_cell(row, column) for column in range(len(names)))
        table.add_row(_aspect(depth, name, row), *cells)
    return table


def _aspect(depth: int, name: str, row: Row | None) -> Padding:
    """Return what a row is about, and how many of its values stand elsewhere."""
    text = Text(printable(name), "bold cyan" if depth == 0 else "")
    others = len(row.values) - len(row.of(row.verdict)) if row else 0
    if others:
        text.append(f"\n+ {others} in common", "dim")
    return Padding(text, (0, 0, 0, 2 * depth))


def _shared(row: Row) -> Text:
    """Return what all say, or all who have the part; that they have it is said by its name."""
    words = "; ".join(value.words for value in row.values)
    told = [] if words == row.path[-1] else [Text(printable(words))]
    if not all(row.concerns):
        told.append(Text(_numbers(n for n, has_it in enumerate(row.concerns, 1) if has_it), "dim"))
    return Text(" ").join(told)


def _numbers(columns: Iterable[int]) -> str:
    return " ".join(f"[{number}]" for number in columns)


def _cell(row: Row, column: int) -> Text:
    """Return what one program says that not all say, or that they say otherwise."""
    if not row.concerns[column]:
        return Text("")
    sayings = [value.sayings[column] for value in row.of(row.verdict)]
    told = [_told(saying, row.path[-1]) for saying in sayings if saying]
    return Text("\n").join(told) if told else Text("not stated", "dim")


def _told(saying: Saying, name: str) -> Text:
    """Return a value with its words, or the words alone where the value adds nothing to them."""
    quotations = _quotations(saying)
    words = [f"“{quotation}”" for quotation in quotations]
    if not quotations or not (name.endswith(saying.words) or saying.words == quotations[0]):
        words.insert(0, saying.words)
    text = Text(printable(words[0]), "bold")
    if saying.basis:
        text.append(f" ({printable(saying.basis)})", "not bold dim")
    for quotation in words[1 : _MOST_QUOTATIONS + 1]:
        text.append(f"\n{printable(quotation)}", "not bold italic")
    if len(words) > _MOST_QUOTATIONS + 1:
        text.append(f"\n… {len(words) - _MOST_QUOTATIONS - 1} more", "not bold dim")
    if saying.facts:
        text.append(f"\n{printable('; '.join(map(_fact, saying.facts)))}", "not bold dim")
    return text


def _fact(fact: PartFact) -> str:
    return f"{' > '.join(fact.path)}: {fact.words}"


def _quotations(saying: Saying) -> list[str]:
    """Return the different quotations behind a value, but none that lies in another."""
    texts = dict.fromkeys(" ".join(support.quotation.split()) for support in saying.supports)
    return [text for text in texts if not any(text in other for other in texts if other != text)]


def _by_value(rows: _Rows) -> Iterator[RenderableType]:
    """Yield each value of each row with the numbers of the programs that state it."""
    for depth, name, row in _lines(rows):
        heading = Text(printable(name), "bold cyan" if depth == 0 else "")
        values = list(row.of(row.verdict)) if row else []
        is_part = [value.words for value in values] == [name]
        if is_part:
            heading.append(f" {_sayers(values[0])}", "bold")
        yield Padding(heading, (0, 0, 0, 2 * depth))
        for value in values:
            if not is_part:
                told = Text(f"{printable(value.words)} {_sayers(value)}", "bold")
                yield Padding(told, (0, 0, 0, 2 * depth + 2))
            if quoted := list(_quoted(value)):
                yield Padding(Text("\n").join(quoted), (0, 0, 0, 2 * depth + 4))


def _sayers(value: ComparedValue) -> str:
    return _numbers(n for n, saying in enumerate(value.sayings, start=1) if saying)


def _quoted(value: ComparedValue) -> Iterator[Text]:
    """Yield the words behind a value, each wording once; a program's further ones are left out."""
    wordings: dict[str, list[int]] = {}
    for number, saying in enumerate(value.sayings, start=1):
        for quotation in _quotations(saying)[:1] if saying else ():
            wordings.setdefault(quotation, []).append(number)
    for quotation, numbers in wordings.items():
        if quotation != value.words:
            yield Text(f"“{printable(quotation)}” {_numbers(numbers)}", "italic")
    facts = chain.from_iterable(saying.facts for saying in value.sayings if saying)
    if told := "; ".join(map(_fact, facts)):
        yield Text(printable(told), "dim")
