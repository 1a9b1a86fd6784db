"""Build the documentation site as `make docs` does, and read its pages."""

import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_RESOURCES = {
    *(("img", "src"), ("script", "src"), ("source", "src"), ("iframe", "src"), ("use", "href")),
    *(("link", "href"), ("object", "data"), ("video", "src"), ("audio", "src"), ("embed", "src")),
}
"""What a browser loads by itself."""


def copy_sources(folder: Path) -> Path:
    """Copy what the site is made from, so that nothing is generated into the checkout."""
    made = shutil.ignore_patterns("_build", "reference", "__pycache__")
    for name in ("benchmarks", "docs", "ontology", "shapes"):
        shutil.copytree(ROOT / name, folder / name, ignore=made)
    shutil.copy(ROOT / "CHANGELOG.md", folder)
    return folder / "docs"


def run_sphinx(source: Path, out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run Sphinx as the Makefile does: a warning is a fault."""
    command = ("--quiet", "--fail-on-warning", "--keep-going", *options, str(source), str(out))
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *command],
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=1200,
    )


@dataclass
class SitePage(HTMLParser):
    """What a page holds that a test may ask for."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    """The text of each block of code."""
    marked: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    text: str = ""
    """What a reader sees outside of blocks of code."""

    def __post_init__(self) -> None:
        super().__init__()
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if (tag, name) in _RESOURCES and value:
                self.loads.append(value)
            elif name == "href" and value:
                self.links.append(value)
        if tag in {"pre", "script", "style", "mark"}:
            self._inside.append(tag)
            self.code += [""] * (tag == "pre")
            self.marked += [""] * (tag == "mark")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if "pre" in self._inside:
            self.code[-1] += data
        elif "mark" in self._inside:
            self.marked[-1] += data
        if not {"pre", "script", "style"} & set(self._inside):
            self.text += data


def read_page(path: Path) -> SitePage:
    """Return what stands on a page."""
    page = SitePage()
    page.feed(path.read_text("utf-8"))
    page.close()
    return page
