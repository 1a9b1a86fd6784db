"""Give the command that makes pages of a build: view."""

from pathlib import Path
from typing import Annotated, Final

import typer

from kg.cli.frame import command, say
from kg.errors import OutputError, UsageError

_TITLE: Final = "Accountable care programs"
_EXPLORER_TITLE: Final = "Questions on accountable care programs"


@command
def view(
    *,
    focus: Annotated[
        str | None,
        typer.Option("--focus", help="Only what is near this thing: a name, or an IRI."),
    ] = None,
    depth: Annotated[int, typer.Option("--depth", min=0, help="How many links are near.")] = 2,
    types: Annotated[
        list[str] | None,
        typer.Option("--types", help="Only these types: Program,Payer; may be repeated."),
    ] = None,
    explore: Annotated[
        bool,
        typer.Option("--explore", help="Instead, a page that answers questions and SPARQL."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="File to write (view.html, or explore.html)."),
    ] = None,
    browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    folder: Annotated[Path, typer.Option("--build", "-b", help="Folder that `kg build` wrote.")] = (
        Path("build")
    ),
) -> None:
    """Write the network page of a build, or of a part of it.

    With --explore, write a page that answers questions and SPARQL without a server.

    Example: kg view --focus Cigna --depth 1 --out cigna.html
    """
    from kg.graph import open_build

    graph = open_build(folder)
    names = [name.strip() for given in types or () for name in given.split(",") if name.strip()]
    if explore:
        if focus is not None or names:
            raise UsageError("--explore answers from the whole build: without --focus and --types")
        from kg.explorer import render_explorer

        html = render_explorer(graph.dataset, title=_EXPLORER_TITLE)
    else:
        title = f"{_TITLE}: {focus}" if focus else _TITLE
        html = graph.show_network(title=title, focus=focus, depth=depth, types=names).html
    _write(html, out or Path("explore.html" if explore else "view.html"), is_opened=browser)


def _write(html: str, out: Path, *, is_opened: bool) -> None:
    try:
        out.write_bytes(html.encode())
    except OSError as error:
        raise OutputError(f"{out}: the page cannot be written ({error.strerror})") from error
    say(f"Look at it: {out}")
    if is_opened and typer.launch(str(out)) != 0:
        say("kg: warning: no browser could be started; open the file yourself")
