"""Hold what every command shares: the application, its exit, and how it speaks to people."""

import contextlib
import functools
import os
import sys
from collections.abc import Callable
from typing import Annotated, Any, BinaryIO, Final, TextIO, TypeVar

import typer
from typer.core import TyperGroup

from kg import __version__
from kg.errors import KGError, OutputError
from kg.terminal import is_plain, printable

EPILOG: Final = (
    "Exit status: 0 ok, 1 a bug, 2 usage, 3 findings (invalid data, refused documents, builds that"
    " differ), 4 input that cannot be read, 5 output or lock, 6 service, 130 interrupted."
)
_PLAIN_PUNCTUATION: Final = str.maketrans(
    {**dict.fromkeys("“”„«»", '"'), **dict.fromkeys("‘’", "'"), **dict.fromkeys("–—·", "-")}
    | {"…": "...", "→": "->", "\xa0": " "}
)


def _is_unicode_locale() -> bool:
    """Say whether people read UTF-8 here: Python writes it even in the C locale."""
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    if names[1] == "C.UTF-8":  # Python sets this itself, for want of a better locale
        names.append(names.pop(1))
    return next(filter(None, names), "C") not in {"C", "POSIX"}


def _is_fancy() -> bool:
    """Say whether to draw boxes around help: only where a person looks at them."""
    streams = (sys.stdout, sys.stderr)
    return _is_unicode_locale() and not any(s is None or is_plain(s.buffer) for s in streams)


ORDER: Final = (
    *("build", "extract", "query", "show", "compare", "view", "serve", "export", "load"),
    *("diff", "validate", "evaluate", "doctor"),
)
"""Commands in the order in which somebody comes to need them; help lists others behind."""


class _Ordered(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        names = super().list_commands(ctx)
        return [*(name for name in ORDER if name in names), *(n for n in names if n not in ORDER)]


app = typer.Typer(
    name="kg",
    cls=_Ordered,
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich" if _is_fancy() else None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Command = TypeVar("Command", bound=Callable[..., None])


def command(function: Command) -> Command:
    """Make a function a command that ends in one clear line, never in a traceback of ours."""
    app.command(epilog=EPILOG)(_ending_well(function))
    return function


def open_command(function: Command) -> Command:
    """Make a function a command that also takes options of no fixed name, and tells its own help.

    They stand in the arguments of its context.
    """
    settings = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command(epilog=EPILOG, add_help_option=False, context_settings=settings)(
        _ending_well(function)
    )
    return function


def _ending_well(function: Command) -> Callable[..., None]:
    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
            if sys.stdout:
                sys.stdout.flush()
        except KGError as error:
            say(f"kg: error: {error}")
            raise typer.Exit(error.exit_status) from None
        except BrokenPipeError:
            _abandon_stdout()  # the reader has seen enough
            raise typer.Exit(0) from None
        except OSError as error:
            if error.filename is not None:
                raise
            _abandon_stdout()
            say(f"kg: error: standard output cannot be written ({error.strerror})")
            raise typer.Exit(OutputError.exit_status) from None
        except KeyboardInterrupt:
            say("kg: interrupted; nothing was published")
            raise typer.Exit(130) from None

    return run


def _abandon_stdout() -> None:
    """Let what is still buffered go nowhere; Python would complain when it closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """Write a line for people; characters that could act on a terminal are escaped."""
    if sys.stderr is None:
        return
    encoding = sys.stderr.encoding if _is_unicode_locale() else "ascii"
    line = printable(text)
    if not encoding.lower().startswith("utf"):
        line = line.translate(_PLAIN_PUNCTUATION)
    with contextlib.suppress(OSError):  # nobody listens, and there is no one else to tell
        sys.stderr.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")


class Tally:
    """Shows progress: a moving line on a terminal, nothing in a log."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = None if stream is None or is_plain(stream.buffer) else stream

    def __call__(self, what: str) -> None:
        if self._stream:
            self._stream.write(f"\r\x1b[2K{printable(what)[:70]}")
            self._stream.flush()

    def clear(self) -> None:
        if self._stream:
            self._stream.write("\r\x1b[2K")


def _version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it with the flag's value
    if wanted:
        typer.echo(f"kg {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Turn program descriptions into a validated, evidence-backed knowledge graph."""


def stdout() -> BinaryIO:
    """Return standard output for bytes, so that no locale changes what we write.

    Raises:
        OutputError: it is closed.
    """
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    return sys.stdout.buffer
