"""Write text from graphs to terminals, so that nothing in it can act on the terminal.

Texts come from strangers: an escape sequence could retitle a window, and a right-to-left override
could turn a number round. Such characters are shown as escapes, one convention for all commands.
"""

import os
import shutil
import unicodedata
from io import StringIO
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from rich.console import RenderableType

_PLAIN_WIDTH: Final = 1_000_000
"""Width without a terminal: no line is broken or cut, so that other programs can read it."""


def printable(text: str) -> str:
    r"""Return a text with its control, format and unassigned characters as escapes.

    >>> printable("Valley\x1b[31m Preferred\u202e\n")
    'Valley\\x1b[31m Preferred\\u202e\\n'
    """
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode("ascii")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "fact"), counted(2000, "fact")
    ('1 fact', '2,000 facts')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def is_plain(stream: BinaryIO) -> bool:
    """Whether output must go without colours, because nobody sees or wants them."""
    return not stream.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"


def render(renderable: "RenderableType", stream: BinaryIO, width: int | None = None) -> None:
    """Write what rich can render, in UTF-8; characters that UTF-8 has no form for are escaped.

    Lines are as wide as the terminal, or as told; without either they are not broken.
    """
    from rich.console import Console

    is_wrapped = stream.isatty() or width is not None
    width = width or (shutil.get_terminal_size().columns if is_wrapped else _PLAIN_WIDTH)
    text = StringIO()
    console = Console(
        file=text,
        width=width,
        force_terminal=not is_plain(stream),
        force_jupyter=False,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    console.print(renderable, soft_wrap=not is_wrapped)
    lines = (line.rstrip() for line in text.getvalue().splitlines())
    stream.write("".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"))
