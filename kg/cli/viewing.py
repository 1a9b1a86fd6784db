"""Give the command that draws a build, or a part of it: view."""

from pathlib import Path
from typing import Annotated, Final

import typer

from kg.cli.frame import command, say
from kg.errors import OutputError

_TITLE: Final = "Accountable care programs"


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
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")] = Path("view.html"),
    browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    folder: Annotated[Path, typer.Option("--build", "-b", help="Folder that `kg build` wrote.")] = (
        Path("build")
    ),
) -> None:
    """Write the network page of a build, or of a part of it.

    Example: kg view --focus Cigna --depth 1 --out cigna.html
    """
    from kg.graph import open_build

    graph = open_build(folder)
    names = [name.strip() for given in types or () for name in given.split(",") if name.strip()]
    title = f"{_TITLE}: {focus}" if focus else _TITLE
    page = graph.show_network(title=title, focus=focus, depth=depth, types=names)
    try:
        out.write_bytes(page.html.encode())
    except OSError as error:
        raise OutputError(f"{out}: the page cannot be written ({error.strerror})") from error
    say(f"Look at it: {out}")
    if browser and typer.launch(str(out)) != 0:
        say("kg: warning: no browser could be started; open the file yourself")
