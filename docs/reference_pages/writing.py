"""Write pages into a folder, touching only what changed, so that Sphinx reads only that again."""

from collections.abc import Iterable
from pathlib import Path

from reference_pages.pages import Page


def write_pages(pages: Iterable[Page], folder: Path) -> None:
    """Write pages into a folder; of what is in its `reference/`, nothing else stays."""
    kept = {folder / page.path for page in pages if _write(folder / page.path, page.text)}
    for path in sorted((folder / "reference").rglob("*")):
        if path.is_file() and path not in kept:
            path.unlink()


def _write(path: Path, text: str) -> bool:
    """Write a file unless it holds the text already; say that it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
    return True
